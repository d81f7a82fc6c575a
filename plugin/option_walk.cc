#include "plugin/option_walk.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace modelservice::plugin {
namespace {

namespace pb = google::protobuf;

using Path = std::vector<int>;

Path Join(Path path, int field, int index) {
  path.push_back(field);
  path.push_back(index);
  return path;
}

// Walks over one file.
class Walk {
 public:
  explicit Walk(const std::function<void(const ElementOptions&)>& options,
                const std::function<void(const DeclaredExtension&)>& extension)
      : options_(options), extension_(extension) {}

  void File(pb::FileDescriptorProto* file) {
    using F = pb::FileDescriptorProto;
    Options(OptionKind::kFile, "file", {}, F::kOptionsFieldNumber, file);
    for (int i = 0; i < file->message_type_size(); ++i) {
      Message(file->mutable_message_type(i), "", file->package(),
              {F::kMessageTypeFieldNumber, i});
    }
    for (int i = 0; i < file->extension_size(); ++i) {
      Extension(file->mutable_extension(i), "", file->package(),
                {F::kExtensionFieldNumber, i});
    }
    for (int i = 0; i < file->service_size(); ++i) {
      Service(file->mutable_service(i), {F::kServiceFieldNumber, i});
    }
  }

 private:
  void Message(pb::DescriptorProto* message, const std::string& around,
               const std::string& scope, const Path& path) {
    using M = pb::DescriptorProto;
    const std::string name = Inside(around, message->name());
    const std::string full_name = Inside(scope, message->name());
    Options(OptionKind::kMessage, name, path, M::kOptionsFieldNumber, message);
    for (int i = 0; i < message->field_size(); ++i) {
      pb::FieldDescriptorProto* const field = message->mutable_field(i);
      Options(OptionKind::kField, Inside(name, field->name()),
              Join(path, M::kFieldFieldNumber, i),
              pb::FieldDescriptorProto::kOptionsFieldNumber, field);
    }
    for (int i = 0; i < message->extension_size(); ++i) {
      Extension(message->mutable_extension(i), name, full_name,
                Join(path, M::kExtensionFieldNumber, i));
    }
    for (int i = 0; i < message->nested_type_size(); ++i) {
      Message(message->mutable_nested_type(i), name, full_name,
              Join(path, M::kNestedTypeFieldNumber, i));
    }
  }

  void Extension(pb::FieldDescriptorProto* extension, const std::string& around,
                 const std::string& scope, const Path& path) {
    Options(OptionKind::kField, Inside(around, extension->name()), path,
            pb::FieldDescriptorProto::kOptionsFieldNumber, extension);
    if (extension_) {
      extension_({Inside(scope, extension->name()), path, extension});
    }
  }

  void Service(pb::ServiceDescriptorProto* service, const Path& path) {
    using S = pb::ServiceDescriptorProto;
    Options(OptionKind::kService, service->name(), path, S::kOptionsFieldNumber,
            service);
    for (int i = 0; i < service->method_size(); ++i) {
      pb::MethodDescriptorProto* const method = service->mutable_method(i);
      Options(OptionKind::kMethod, Inside(service->name(), method->name()),
              Join(path, S::kMethodFieldNumber, i),
              pb::MethodDescriptorProto::kOptionsFieldNumber, method);
    }
  }

  template <class Element>
  void Options(OptionKind kind, const std::string& name, Path path, int field,
               Element* element) {
    if (!options_ || !element->has_options()) return;
    path.push_back(field);
    options_({kind, name, std::move(path), element->mutable_options()});
  }

  static std::string Inside(const std::string& scope, const std::string& name) {
    return scope.empty() ? name : absl::StrCat(scope, ".", name);
  }

  const std::function<void(const ElementOptions&)>& options_;
  const std::function<void(const DeclaredExtension&)>& extension_;
};

}  // namespace

void ForEachOptions(pb::FileDescriptorProto* file,
                    const std::function<void(const ElementOptions&)>& visit) {
  Walk(visit, nullptr).File(file);
}

void ForEachExtension(
    pb::FileDescriptorProto* file,
    const std::function<void(const DeclaredExtension&)>& visit) {
  Walk(nullptr, visit).File(file);
}

Place PlaceIn(const pb::FileDescriptorProto& file,
              const std::vector<int>& path) {
  for (const auto& location : file.source_code_info().location()) {
    if (location.path_size() < static_cast<int>(path.size()) ||
        !std::equal(path.begin(), path.end(), location.path().begin()) ||
        location.span_size() < 2) {
      continue;
    }
    // protoc counts from 0.
    return {file.name(), location.span(0) + 1, location.span(1) + 1};
  }
  return {file.name(), 0, 0};
}

}  // namespace modelservice::plugin
