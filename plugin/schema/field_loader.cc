#include "plugin/schema/field_loader.h"

#include <google/protobuf/descriptor.pb.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "plugin/schema/fields.h"
#include "plugin/schema/places.h"
#include "plugin/schema/settings.h"
#include "plugin/schema/written_value.h"

namespace modelservice::plugin {
namespace {

namespace pb = google::protobuf;

Storage StorageOf(const Field& field) {
  // What one SQL value cannot hold is JSON, and scalars are an array, unless
  // told otherwise.
  if (field.repeated || field.type == FieldType::kMessage) {
    if (field.settings.storage() == FieldSettings::BYTES) {
      return Storage::kBytes;
    }
    const bool json = field.settings.storage() == FieldSettings::JSON;
    return !json && field.repeats_scalars() ? Storage::kArray : Storage::kJson;
  }
  return field.settings.storage() == FieldSettings::NAME ? Storage::kName
                                                         : Storage::kNative;
}

Format FormatOf(FieldSettings::Format format) {
  switch (format) {
    case FieldSettings::FORMAT_UNSPECIFIED:
      return Format::kNone;
    case FieldSettings::EMAIL:
      return Format::kEmail;
    case FieldSettings::UUID:
      return Format::kUuid;
    case FieldSettings::URI:
      return Format::kUri;
    case FieldSettings::IP:
      return Format::kIp;
    case FieldSettings::IPV4:
      return Format::kIpv4;
    case FieldSettings::IPV6:
      return Format::kIpv6;
    case FieldSettings::HOSTNAME:
      return Format::kHostname;
    case FieldSettings::DECIMAL:
      return Format::kDecimal;
    case FieldSettings::DATE:
      return Format::kDate;
    case FieldSettings::TIME:
      return Format::kTime;
    case FieldSettings::SLUG:
      return Format::kSlug;
  }
  return Format::kNone;
}

Role RoleOf(FieldSettings::Role role) {
  if (role == FieldSettings::CREATE_TIME) return Role::kCreateTime;
  if (role == FieldSettings::UPDATE_TIME) return Role::kUpdateTime;
  if (role == FieldSettings::OWNER) return Role::kOwner;
  return Role::kNone;
}

void SetBehavior(FieldSettings::Behavior behavior, Field* field) {
  switch (behavior) {
    case FieldSettings::BEHAVIOR_UNSPECIFIED:
      break;
    case FieldSettings::REQUIRED:
      field->required = true;
      break;
    case FieldSettings::OUTPUT_ONLY:
      field->output_only = true;
      break;
    case FieldSettings::INPUT_ONLY:
      field->input_only = true;
      break;
    case FieldSettings::IMMUTABLE:
      field->immutable = true;
      break;
  }
}

}  // namespace

Field LoadField(const pb::FieldDescriptor& descriptor, const std::string& model,
                MessageTraits& traits, Diagnostics& diagnostics) {
  Field field;
  static_cast<MessageField&>(field) = ReadField(descriptor);
  if (descriptor.message_type() != nullptr) {
    const auto [extensions, groups] = traits.Of(*descriptor.message_type());
    field.has_extensions = extensions;
    field.has_groups = groups;
  }
  field.settings = descriptor.options().GetExtension(modelservice::field);
  field.places = PlacesOf(*descriptor.file(), PathOf(descriptor),
                          {pb::FieldDescriptorProto::kOptionsFieldNumber,
                           modelservice::kFieldFieldNumber},
                          field.settings);
  RefuseUnsupported(field.settings, field.places,
                    absl::StrCat(model, ".", field.name), diagnostics);

  field.column =
      field.settings.has_column() ? field.settings.column() : field.name;
  field.storage = StorageOf(field);
  field.format = FormatOf(field.settings.format());
  field.role = RoleOf(field.settings.role());
  for (const int behavior : field.settings.behavior()) {
    SetBehavior(static_cast<FieldSettings::Behavior>(behavior), &field);
  }
  for (const FieldSettings::Behavior behavior :
       GoogleFieldBehavior(descriptor)) {
    SetBehavior(behavior, &field);
  }
  if (field.role != Role::kNone) field.output_only = true;
  // What a client gives for these is ignored, whatever the label says.
  if (field.label_required && !field.settings.auto_increment() &&
      !field.output_only) {
    field.required = true;
  }
  if (field.settings.has_default_value()) {
    field.default_value = StoredForm(field, field.settings.default_value());
  }
  for (const std::string& text : field.settings.in()) {
    field.allowed.push_back(StoredForm(field, text));
  }
  field.nullable = (field.presence || field.empty_is_null()) &&
                   !field.required && !field.label_required;
  return field;
}

}  // namespace modelservice::plugin
