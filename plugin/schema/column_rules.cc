#include "plugin/schema/field_rules.h"
#include "plugin/schema/stored_type.h"
#include "plugin/schema/type_families.h"

namespace modelservice::plugin {
namespace {

void CheckNames(FieldUnderTest& test) {
  const FieldSettings& settings = test.field().settings;
  if (settings.has_column() && settings.column().empty()) {
    test.Report(FieldSettings::kColumnFieldNumber, "column is empty",
                "name a column, or drop it");
  }
  if (settings.has_type() && settings.type().empty()) {
    test.Report(FieldSettings::kTypeFieldNumber, "type is empty",
                "name an SQL type, or drop it");
  } else if (IsSerial(settings.type())) {
    test.Report(FieldSettings::kTypeFieldNumber,
                absl::StrCat("type: \"", settings.type(),
                             "\" is a sequence and a DEFAULT, not a type"),
                "write integer; auto_increment numbers a key");
  }
}

void CheckKey(FieldUnderTest& test) {
  const Field& field = test.field();
  constexpr int kSetting = FieldSettings::kPrimaryKeyFieldNumber;
  if (!test.model().IsKey(field)) return;
  if (field.repeated) {
    test.Report(kSetting, "primary_key: a repeated field cannot be a key",
                "use a scalar field");
  } else if (field.wrapper || !field.comparable() ||
             field.type == FieldType::kTimestamp ||
             field.type == FieldType::kDuration) {
    test.Report(
        kSetting,
        absl::StrCat("primary_key: a ", field.type_name, " cannot be a key"),
        "use a scalar field");
  } else if (field.presence && !field.label_required) {
    test.Report(kSetting,
                "primary_key: the field is optional, but a key is never NULL",
                "drop optional, make it required in proto2, or give it "
                "features.field_presence = IMPLICIT in an edition");
  }
}

void CheckAutoIncrement(FieldUnderTest& test) {
  const Field& field = test.field();
  constexpr int kSetting = FieldSettings::kAutoIncrementFieldNumber;
  if (!field.settings.auto_increment()) return;
  if (!IsInteger(field.type) || field.repeated) {
    test.Report(kSetting, "auto_increment is for integers", "drop it");
  } else if (!test.model().IsKey(field)) {
    test.Report(kSetting, "auto_increment is for the primary key",
                "set primary_key, or drop it");
  } else if (test.model().table.primary_key.size() > 1) {
    test.Report(kSetting, "auto_increment is for a primary key of one field",
                "drop it");
  } else if (!field.settings.type().empty() &&
             !IsSerial(field.settings.type()) &&
             !CanBeNumbered(field.settings.type())) {
    test.Report(kSetting,
                absl::StrCat("auto_increment: no database numbers a key of "
                             "type \"",
                             field.settings.type(), "\""),
                "drop type");
  }
}

void CheckMade(FieldUnderTest& test) {
  const Field& field = test.field();
  constexpr int kSetting = FieldSettings::kMakeFieldNumber;
  if (field.settings.has_make() &&
      (field.type != FieldType::kString || field.repeated ||
       field.spec().format != Format::kUuid)) {
    test.Report(kSetting, "make: only a UUID can be made",
                "set format: UUID on a string, or drop it");
  } else if (field.settings.has_make() && !test.model().IsKey(field)) {
    test.Report(kSetting, "make is for the primary key",
                "set primary_key, or drop it");
  }
  constexpr int kDefault = FieldSettings::kDatabaseDefaultFieldNumber;
  if (!field.spec().database_default) return;
  // The row's key is not there when it is zero.
  const bool is_key =
      test.model().IsKey(field) && test.model().table.primary_key.size() == 1 &&
      (field.type == FieldType::kString || IsInteger(field.type));
  if (!field.presence && !field.wrapper && !field.empty_is_null() && !is_key) {
    test.Report(kDefault,
                "database_default: nobody can tell whether the field is absent",
                "make it optional, or drop it");
  } else if (field.spec().default_value.has_value() ||
             field.settings.auto_increment() || field.settings.has_make() ||
             field.spec().role != Role::kNone) {
    test.Report(kDefault,
                "database_default: another setting gives the absent field a "
                "value",
                "keep one of them");
  } else if (field.spec().required) {
    test.Report(kDefault,
                "database_default: the field is REQUIRED, and so never absent",
                "keep one of them");
  }
}

// JSON and wire bytes are not canonical: equal messages may differ in them.
void CheckComparable(FieldUnderTest& test) {
  const Field& field = test.field();
  if (field.comparable()) return;
  const auto refuse = [&](bool set, int setting, absl::string_view name) {
    if (!set) return;
    test.Report(
        setting,
        absl::StrCat(name, ": the column holds ",
                     field.spec().storage == Storage::kBytes   ? "wire format"
                     : field.spec().storage == Storage::kArray ? "a list"
                                                               : "JSON",
                     ", which cannot be compared"),
        "drop it");
  };
  refuse(field.settings.unique(), FieldSettings::kUniqueFieldNumber, "unique");
  refuse(field.settings.index(), FieldSettings::kIndexFieldNumber, "index");
}

void CheckReference(FieldUnderTest& test) {
  const Field& field = test.field();
  const ReferenceSpec* const reference =
      test.model().table.ReferenceOf(field.column->name);
  if (reference == nullptr) return;
  const auto refuse = [&](ReferentialAction action, absl::string_view fault,
                          absl::string_view mend) {
    if (reference->on_delete == action) {
      test.Report({FieldSettings::kReferencesFieldNumber,
                   ReferenceSettings::kOnDeleteFieldNumber},
                  absl::StrCat("references.on_delete: ", fault), mend);
    }
    if (reference->on_update == action) {
      test.Report({FieldSettings::kReferencesFieldNumber,
                   ReferenceSettings::kOnUpdateFieldNumber},
                  absl::StrCat("references.on_update: ", fault), mend);
    }
  };
  if (!field.column->nullable) {
    refuse(ReferentialAction::kSetNull, "SET_NULL, but the column is NOT NULL",
           "make the field optional, or choose another action");
  }
  if (!field.spec().default_value.has_value()) {
    refuse(ReferentialAction::kSetDefault,
           "SET_DEFAULT without a default_value",
           "set default_value, or choose another action");
  }
}

void CheckStorage(FieldUnderTest& test) {
  const Field& field = test.field();
  constexpr int kSetting = FieldSettings::kStorageFieldNumber;
  const bool composite = field.repeated || field.type == FieldType::kMessage;
  switch (field.settings.storage()) {
    case FieldSettings::NUMBER:
    case FieldSettings::NAME:
      if (field.type == FieldType::kEnum && !field.repeated) return;
      test.Report(
          kSetting,
          absl::StrCat("storage ",
                       FieldSettings::Storage_Name(field.settings.storage()),
                       " is for enums that are not repeated"),
          "drop it");
      return;
    case FieldSettings::ARRAY:
      if (field.repeats_scalars()) return;
      test.Report(kSetting,
                  "storage ARRAY is for repeated fields of scalars or enums",
                  "drop it");
      return;
    case FieldSettings::JSON:
    case FieldSettings::BYTES:
      if (composite) break;
      if (field.settings.storage() == FieldSettings::JSON &&
          field.type == FieldType::kString) {
        return;
      }
      test.Report(
          kSetting,
          absl::StrCat(
              "storage ", FieldSettings::Storage_Name(field.settings.storage()),
              " is for messages, maps",
              field.settings.storage() == FieldSettings::JSON ? ", strings"
                                                              : "",
              " and repeated fields"),
          "drop it");
      return;
    default:
      break;
  }
  if (field.spec().storage != Storage::kJson) return;
  absl::string_view fault;
  if (field.has_extensions) {
    fault = "its type has proto2 extensions, which ProtoJSON drops";
  } else if (field.group || field.has_groups) {
    // protobuf 3.21 writes other fields in their place.
    fault = "ProtoJSON of a group is not what was written";
  } else {
    return;
  }
  if (field.settings.has_storage()) {
    test.Report(kSetting, fault, "set storage: BYTES");
  } else {
    test.ReportField(fault, "set storage: BYTES");
  }
}

void CheckBehavior(FieldUnderTest& test) {
  const Field& field = test.field();
  constexpr int kSetting = FieldSettings::kBehaviorFieldNumber;
  if (field.spec().output_only && field.spec().input_only) {
    test.Report(kSetting,
                "behavior: INPUT_ONLY and OUTPUT_ONLY exclude each "
                "other",
                "keep one of them");
  }
  if (field.settings.auto_increment() && field.spec().required) {
    test.Report(kSetting, "behavior: REQUIRED, but the database gives the key",
                "drop it");
  }
  if (field.label_required && field.spec().input_only) {
    test.Report(kSetting,
                "behavior: INPUT_ONLY, but without a required field nobody can "
                "read a reply",
                "make it optional, or drop it");
  }
  if (field.spec().output_only && field.spec().required) {
    test.Report(kSetting,
                "behavior: REQUIRED, but what a client sends for an "
                "OUTPUT_ONLY field is ignored",
                "keep one of them");
  }
}

}  // namespace

void CheckColumn(FieldUnderTest test) {
  CheckNames(test);
  CheckKey(test);
  CheckAutoIncrement(test);
  CheckMade(test);
  CheckComparable(test);
  CheckReference(test);
  CheckStorage(test);
  CheckBehavior(test);
  CheckRole(test);
}

void CheckTransient(FieldUnderTest test) {
  const FieldSettings& settings = test.field().settings;
  if (test.field().label_required) {
    test.Report(FieldSettings::kTransientFieldNumber,
                "transient: no reply has it, and without a required field "
                "nobody can read one",
                "make it optional, or drop it");
  }
  std::vector<const google::protobuf::FieldDescriptor*> set;
  settings.GetReflection()->ListFields(settings, &set);
  for (const google::protobuf::FieldDescriptor* setting : set) {
    if (setting->number() == FieldSettings::kTransientFieldNumber) continue;
    test.Report(
        setting->number(),
        absl::StrCat(setting->name(), " has no effect on a transient field"),
        "drop it, or transient");
  }
}

}  // namespace modelservice::plugin
