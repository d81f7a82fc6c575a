#include "plugin/schema/field_loader.h"

#include <google/protobuf/descriptor.pb.h>

#include <string>
#include <utility>
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
  if (role == FieldSettings::VERSION) return Role::kVersion;
  if (role == FieldSettings::ETAG) return Role::kEtag;
  if (role == FieldSettings::DELETE_TIME) return Role::kDeleteTime;
  if (role == FieldSettings::TENANT) return Role::kTenant;
  return Role::kNone;
}

MadeKey MadeKeyOf(FieldSettings::MadeKey made) {
  if (made == FieldSettings::UUID_V4) return MadeKey::kUuidV4;
  if (made == FieldSettings::UUID_V7) return MadeKey::kUuidV7;
  return MadeKey::kNone;
}

void AddBehavior(FieldSettings::Behavior behavior, FieldSpec* spec) {
  switch (behavior) {
    case FieldSettings::BEHAVIOR_UNSPECIFIED:
      break;
    case FieldSettings::REQUIRED:
      spec->required = true;
      break;
    case FieldSettings::OUTPUT_ONLY:
      spec->output_only = true;
      break;
    case FieldSettings::INPUT_ONLY:
      spec->input_only = true;
      break;
    case FieldSettings::IMMUTABLE:
      spec->immutable = true;
      break;
  }
}

// Written so, or implied.
void SetBehavior(const Field& field,
                 const std::vector<FieldSettings::Behavior>& google,
                 FieldSpec* spec) {
  for (const int behavior : field.settings.behavior()) {
    AddBehavior(static_cast<FieldSettings::Behavior>(behavior), spec);
  }
  for (const FieldSettings::Behavior behavior : google) {
    AddBehavior(behavior, spec);
  }
  if (spec->role != Role::kNone) spec->output_only = true;
  // What a client gives for these is ignored, whatever the label says.
  if (field.label_required && !field.settings.auto_increment() &&
      !spec->output_only) {
    spec->required = true;
  }
}

// What the field is in its message.
void SetShape(const MessageField& field, FieldSpec* spec) {
  spec->name = field.name;
  spec->number = field.number;
  spec->type = field.type;
  spec->repeated = field.repeated;
  spec->map = field.map;
  spec->wrapper = field.wrapper;
  spec->presence = field.presence;
  spec->group = field.group;
  spec->packed = field.packed;
}

void SetRules(const Field& field, FieldSpec* spec) {
  const FieldSettings& settings = field.settings;
  spec->storage = StorageOf(field);
  spec->format = FormatOf(settings.format());
  spec->role = RoleOf(settings.role());
  spec->made = MadeKeyOf(settings.make());
  spec->database_default = settings.database_default();
  if (settings.has_min_length()) spec->min_length = settings.min_length();
  if (settings.has_max_length()) spec->max_length = settings.max_length();
  if (settings.has_max_digits()) spec->max_digits = settings.max_digits();
  if (settings.has_decimal_places()) {
    spec->decimal_places = settings.decimal_places();
  }
  spec->min = settings.min();
  spec->max = settings.max();
  spec->pattern = settings.pattern();
  if (settings.has_filterable()) spec->filterable = settings.filterable();
  if (settings.has_sortable()) spec->sortable = settings.sortable();
  spec->searchable = settings.searchable();
  spec->full_view = settings.full_view();
  spec->sensitive = settings.sensitive();
  spec->read_requires = settings.read_requires();
  spec->write_requires = settings.write_requires();
  spec->verbose_name = settings.verbose_name();
}

// Values as the column stores them: an enum's names as numbers unless it is
// stored by name.
void SetValues(const Field& field, FieldSpec* spec) {
  if (field.settings.has_default_value()) {
    spec->default_value = StoredForm(field, field.settings.default_value());
  }
  for (const std::string& text : field.settings.in()) {
    spec->in.push_back(StoredForm(field, text));
  }
}

// JSON as text is of a type that both databases know.
std::string ColumnTypeOf(const Field& field) {
  const bool is_json = field.type == FieldType::kString && !field.repeated &&
                       field.settings.storage() == FieldSettings::JSON;
  return is_json && !field.settings.has_type() ? "jsonb"
                                               : field.settings.type();
}

// As the file's style has it, and Django REST framework: what is read whole has
// its own rules for the ends.
bool TrimsByDefault(const FieldSpec& spec, ClientStyle style) {
  return style != ClientStyle::kNone && spec.type == FieldType::kString &&
         !spec.repeated && spec.in.empty() && spec.format != Format::kUuid &&
         spec.format != Format::kDate && spec.format != Format::kTime;
}

}  // namespace

void LoadField(const pb::FieldDescriptor& descriptor, Model& model,
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
                    absl::StrCat(model.name, ".", field.name), diagnostics);
  if (field.settings.transient()) {
    model.transients.push_back(std::move(field));
    return;
  }
  if (field.settings.has_relation() || field.settings.has_through()) {
    model.relations.emplace_back().field = std::move(field);
    return;
  }
  ColumnSpec& column = model.table.columns.emplace_back();
  field.column = &column;
  column.name =
      field.settings.has_column() ? field.settings.column() : field.name;
  if (const std::string type = ColumnTypeOf(field); !type.empty()) {
    column.type = WrittenType(type);
  }
  if (field.settings.auto_increment()) {
    column.generated = ColumnSpec::Generated::kKey;
  }
  SetShape(field, &column.field.emplace());
  SetRules(field, &*column.field);
  SetBehavior(field, GoogleFieldBehavior(descriptor), &*column.field);
  SetValues(field, &*column.field);
  column.field->trim = field.settings.has_trim()
                           ? field.settings.trim()
                           : TrimsByDefault(*column.field, model.table.style);
  column.nullable = (field.presence || field.empty_is_null()) &&
                    !column.field->required && !field.label_required;
  if (field.settings.unique()) {
    model.table.indexes.push_back(UniqueConstraint(column.name));
    model.index_places.push_back(
        field.places.Of({FieldSettings::kUniqueFieldNumber}));
  }
  model.columns.push_back(std::move(field));
}

}  // namespace modelservice::plugin
