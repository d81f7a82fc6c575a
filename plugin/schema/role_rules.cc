// The rules of fields that the runtime fills in, and of keys that lead to rows
// which may be hidden.
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "plugin/schema/field_rules.h"
#include "plugin/schema/kept_rules.h"
#include "plugin/schema/type_families.h"
#include "plugin/schema/written_value.h"

namespace modelservice::plugin {
namespace {

constexpr int kRole = FieldSettings::kRoleFieldNumber;

std::string NameOf(const Field& field) {
  return absl::StrCat("role ", FieldSettings::Role_Name(field.settings.role()));
}

// What the role's values are of; empty: right.
absl::string_view WrongType(const Field& field) {
  switch (field.spec().role) {
    case Role::kNone:
      return "";
    case Role::kOwner:
    case Role::kTenant:
      return !field.repeated &&
                     (field.type == FieldType::kString || IsInteger(field.type))
                 ? ""
                 : "a string or an integer";
    case Role::kVersion:
      return !field.repeated && IsInteger(field.type) ? "" : "an integer";
    case Role::kEtag:
      return !field.repeated && field.type == FieldType::kString ? ""
                                                                 : "a string";
    case Role::kCreateTime:
    case Role::kUpdateTime:
    case Role::kDeleteTime:
      return !field.repeated && field.type == FieldType::kTimestamp
                 ? ""
                 : "a google.protobuf.Timestamp";
  }
  return "";
}

void CheckType(FieldUnderTest& test) {
  const Field& field = test.field();
  const absl::string_view wants = WrongType(field);
  if (wants.empty()) return;
  test.Report(kRole, absl::StrCat(NameOf(field), " is for ", wants),
              absl::StartsWith(wants, "a google")
                  ? "give the field that type, or drop it"
                  : "give the field such a type, or drop it");
}

// Only one field can say it.
void CheckOnlyOne(FieldUnderTest& test) {
  const Field& field = test.field();
  if (field.spec().role == Role::kCreateTime ||
      field.spec().role == Role::kUpdateTime) {
    return;
  }
  const Field* const first = test.model().FieldIn(field.spec().role);
  if (first == &field) return;
  test.Report(kRole,
              absl::StrCat(NameOf(field), " is that of ", test.model().name,
                           ".", first->name, ", too"),
              "keep one of them");
}

// What changes with the row's writes.
void CheckWritten(FieldUnderTest& test) {
  const Field& field = test.field();
  const Role role = field.spec().role;
  if (role == Role::kNone || role == Role::kOwner || role == Role::kTenant) {
    return;
  }
  if (test.model().IsKey(field) && role != Role::kCreateTime) {
    test.Report(kRole, absl::StrCat(NameOf(field), ": a key never changes"),
                "drop primary_key, or the role");
  }
  if (TellsStates(role) && field.settings.has_read_requires() &&
      field.settings.read_requires() != "any") {
    test.Report(FieldSettings::kReadRequiresFieldNumber,
                absl::StrCat("read_requires: ", NameOf(field),
                             ": what is refused to a write tells the value"),
                "drop one of the two");
  }
  if (role == Role::kVersion && field.column->nullable) {
    test.Report(kRole,
                absl::StrCat(NameOf(field),
                             ": the field is optional, but nothing is counted "
                             "from NULL"),
                "drop optional");
  }
  if (role == Role::kDeleteTime && !field.column->nullable) {
    test.Report(kRole,
                absl::StrCat(NameOf(field),
                             ": the column is NOT NULL, but a row that is not "
                             "deleted has no such time"),
                "let the field be absent");
  }
}

// Rules and forms that what the server itself gives does not keep.
void CheckGiven(FieldUnderTest& test) {
  const Field& field = test.field();
  const FieldSettings& settings = field.settings;
  const Role role = field.spec().role;
  const bool numbers = role == Role::kVersion || settings.auto_increment();
  const auto refuse = [&](bool set, int setting, absl::string_view name,
                          absl::string_view why) {
    if (!set) return;
    test.Report(
        setting,
        absl::StrCat(name, ": ", role == Role::kNone ? "" : NameOf(field),
                     role == Role::kNone ? "" : ": ", why),
        "drop it");
  };
  const absl::string_view given =
      settings.auto_increment() ? "the database gives the key, and asks no rule"
      : settings.has_make()     ? "a key that is made is none of them"
                            : "the server gives the value, and asks no rule";
  if (numbers || role == Role::kEtag || settings.has_make()) {
    refuse(settings.in_size() > 0, FieldSettings::kInFieldNumber, "in", given);
  }
  if (numbers && IsInteger(field.type)) {
    // What begins with 1 keeps a lower bound.
    refuse(settings.has_min() && IsGreater(field, settings.min(), "1"),
           FieldSettings::kMinFieldNumber, "min", given);
    refuse(settings.has_max(), FieldSettings::kMaxFieldNumber, "max", given);
  }
  if (role == Role::kVersion) {
    refuse(settings.unique(), FieldSettings::kUniqueFieldNumber, "unique",
           "every row begins with the same");
  }
  if (role == Role::kEtag) {
    refuse(settings.has_pattern(), FieldSettings::kPatternFieldNumber,
           "pattern", given);
    refuse(settings.has_format(), FieldSettings::kFormatFieldNumber, "format",
           given);
    refuse(settings.has_default_value(),
           FieldSettings::kDefaultValueFieldNumber, "default_value",
           "the server gives the value");
    const std::string length =
        absl::StrCat("what the server gives has ", kEtagLength, " characters");
    refuse(settings.min_length() > kEtagLength,
           FieldSettings::kMinLengthFieldNumber, "min_length", length);
    refuse(settings.max_length() > 0 && settings.max_length() < kEtagLength,
           FieldSettings::kMaxLengthFieldNumber, "max_length", length);
  }
  if (role == Role::kEtag || role == Role::kOwner || role == Role::kTenant) {
    refuse(settings.storage() == FieldSettings::JSON &&
               field.type == FieldType::kString && !field.repeated,
           FieldSettings::kStorageFieldNumber, "storage JSON",
           "what the server gives is no JSON");
  }
}

// A tenant that is known, and keys that tell nothing of others'.
void CheckTenant(FieldUnderTest& test) {
  const Field& field = test.field();
  const Model& model = test.model();
  if (field.spec().role != Role::kTenant) return;
  if (model.table.tenant.empty()) {
    test.Report(kRole,
                absl::StrCat(NameOf(field),
                             ": nothing says where a call's tenant is found"),
                "write option (modelservice.file) = { tenant: "
                "\"claim:tenant\" } above");
  }
  if (field.column->nullable) {
    test.Report(kRole,
                absl::StrCat(NameOf(field),
                             ": the field is optional, but a row without a "
                             "tenant would be nobody's"),
                "drop optional");
  }
  for (const Field& key : model.columns) {
    if (!model.IsKey(key)) continue;
    // What the server gives tells nobody which others there are.
    if (&key == &field || key.settings.auto_increment() ||
        (key.settings.has_make() && key.spec().output_only) ||
        model.IsKey(field)) {
      return;
    }
  }
  test.Report(kRole,
              absl::StrCat(NameOf(field),
                           ": clients choose the primary key, and would learn "
                           "which keys others' rows have"),
              absl::StrCat("make it auto_increment, or a UUID with make and "
                           "OUTPUT_ONLY, or list ",
                           field.name, " in primary_key"));
}

// A key to rows that stay when they are deleted: what then becomes of this one
// is not the database's to do.
void CheckHiding(FieldUnderTest& test) {
  const Field& field = test.field();
  if (field.target == nullptr ||
      field.target->FieldIn(Role::kDeleteTime) == nullptr) {
    return;
  }
  const std::vector<int> path = {FieldSettings::kReferencesFieldNumber};
  if (field.target->proto_file != test.model().proto_file) {
    test.Report(path,
                absl::StrCat("references: rows of ", field.target->name,
                             " stay when they are deleted (role DELETE_TIME), "
                             "and the code of \"",
                             field.target->proto_file,
                             "\", which does that, cannot know of this file's"),
                "put both models into one file");
    return;
  }
  const ReferenceSpec* const reference =
      test.model().table.ReferenceOf(field.column->name);
  if (reference != nullptr &&
      reference->on_delete == ReferentialAction::kCascade &&
      test.model().FieldIn(Role::kDeleteTime) == nullptr) {
    test.Report({FieldSettings::kReferencesFieldNumber,
                 ReferenceSettings::kOnDeleteFieldNumber},
                absl::StrCat("references.on_delete: CASCADE, but rows of ",
                             field.target->name,
                             " stay when they are deleted (role DELETE_TIME), "
                             "and this one's cannot"),
                absl::StrCat("give ", test.model().short_name,
                             " a field of role DELETE_TIME, too, or choose "
                             "another action"));
  }
}

}  // namespace

void CheckRole(FieldUnderTest test) {
  if (test.field().spec().role != Role::kNone) {
    CheckType(test);
    CheckOnlyOne(test);
    CheckWritten(test);
    CheckTenant(test);
  }
  CheckGiven(test);
  CheckHiding(test);
}

}  // namespace modelservice::plugin
