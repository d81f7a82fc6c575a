#include "plugin/schema/places.h"

#include <google/protobuf/descriptor.pb.h>

#include "modelservice/base/compat.h"

namespace modelservice::plugin {
namespace {

namespace pb = google::protobuf;
using compat::Str;

std::vector<int> Join(std::vector<int> path, const std::vector<int>& more) {
  path.insert(path.end(), more.begin(), more.end());
  return path;
}

bool Find(const pb::FileDescriptor& file, const std::vector<int>& path,
          Place* place) {
  pb::SourceLocation location;
  if (!file.GetSourceLocation(path, &location)) return false;
  // protoc counts from 0.
  *place = {Str(file.name()), location.start_line + 1,
            location.start_column + 1};
  return true;
}

void FindSettings(const pb::FileDescriptor& file, const std::vector<int>& base,
                  const std::vector<int>& path, const pb::Message& settings,
                  Places* places) {
  const auto look_up = [&](const std::vector<int>& at) {
    Place place;
    if (Find(file, Join(base, at), &place)) places->settings[at] = place;
  };
  std::vector<const pb::FieldDescriptor*> fields;
  settings.GetReflection()->ListFields(settings, &fields);
  for (const pb::FieldDescriptor* field : fields) {
    const std::vector<int> at = Join(path, {field->number()});
    look_up(at);
    if (field->is_repeated()) {
      const int size = settings.GetReflection()->FieldSize(settings, field);
      for (int i = 0; i < size; ++i) look_up(Join(at, {i}));
    } else if (field->cpp_type() == pb::FieldDescriptor::CPPTYPE_MESSAGE) {
      FindSettings(file, base, at,
                   settings.GetReflection()->GetMessage(settings, field),
                   places);
    }
  }
}

}  // namespace

std::vector<int> PathOf(const pb::FileDescriptor&) { return {}; }

std::vector<int> PathOf(const pb::Descriptor& message) {
  if (message.containing_type() == nullptr) {
    return {pb::FileDescriptorProto::kMessageTypeFieldNumber, message.index()};
  }
  return Join(PathOf(*message.containing_type()),
              {pb::DescriptorProto::kNestedTypeFieldNumber, message.index()});
}

std::vector<int> PathOf(const pb::FieldDescriptor& field) {
  if (!field.is_extension()) {
    return Join(PathOf(*field.containing_type()),
                {pb::DescriptorProto::kFieldFieldNumber, field.index()});
  }
  if (field.extension_scope() == nullptr) {
    return {pb::FileDescriptorProto::kExtensionFieldNumber, field.index()};
  }
  return Join(PathOf(*field.extension_scope()),
              {pb::DescriptorProto::kExtensionFieldNumber, field.index()});
}

std::vector<int> PathOf(const pb::OneofDescriptor& oneof) {
  return Join(PathOf(*oneof.containing_type()),
              {pb::DescriptorProto::kOneofDeclFieldNumber, oneof.index()});
}

std::vector<int> PathOf(const pb::EnumDescriptor& type) {
  if (type.containing_type() == nullptr) {
    return {pb::FileDescriptorProto::kEnumTypeFieldNumber, type.index()};
  }
  return Join(PathOf(*type.containing_type()),
              {pb::DescriptorProto::kEnumTypeFieldNumber, type.index()});
}

std::vector<int> PathOf(const pb::EnumValueDescriptor& value) {
  return Join(PathOf(*value.type()),
              {pb::EnumDescriptorProto::kValueFieldNumber, value.index()});
}

std::vector<int> PathOf(const pb::ServiceDescriptor& service) {
  return {pb::FileDescriptorProto::kServiceFieldNumber, service.index()};
}

std::vector<int> PathOf(const pb::MethodDescriptor& method) {
  return Join(PathOf(*method.service()),
              {pb::ServiceDescriptorProto::kMethodFieldNumber, method.index()});
}

Place PlaceOf(const pb::FileDescriptor& file, std::vector<int> path) {
  Place place = {Str(file.name()), 0, 0};
  while (!Find(file, path, &place) && !path.empty()) path.pop_back();
  return place;
}

Places PlacesOf(const pb::FileDescriptor& file, const std::vector<int>& path,
                const std::vector<int>& option, const pb::Message& settings) {
  Places places;
  places.element = PlaceOf(file, path);
  const std::vector<int> base = Join(path, option);
  Place place;
  if (Find(file, base, &place)) places.settings[{}] = place;
  FindSettings(file, base, {}, settings, &places);
  return places;
}

std::string CommentOf(const pb::FileDescriptor& file,
                      const std::vector<int>& path) {
  pb::SourceLocation location;
  if (!file.GetSourceLocation(path, &location)) return "";
  return location.leading_comments.empty() ? location.trailing_comments
                                           : location.leading_comments;
}

}  // namespace modelservice::plugin
