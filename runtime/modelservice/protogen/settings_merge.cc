#include "modelservice/protogen/settings_merge.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace modelservice::proto {
namespace {

using google::protobuf::FieldDescriptor;

// Settings that the database decides.
constexpr int kFacts[] = {
    FieldSettings::kColumnFieldNumber,        FieldSettings::kTypeFieldNumber,
    FieldSettings::kPrimaryKeyFieldNumber,    FieldSettings::kUniqueFieldNumber,
    FieldSettings::kAutoIncrementFieldNumber, FieldSettings::kIndexFieldNumber,
};
// Settings that the database decides where it says anything.
constexpr int kRules[] = {
    FieldSettings::kMaxLengthFieldNumber,
    FieldSettings::kMaxDigitsFieldNumber,
    FieldSettings::kDecimalPlacesFieldNumber,
    FieldSettings::kDefaultValueFieldNumber,
    FieldSettings::kMinFieldNumber,
    FieldSettings::kMaxFieldNumber,
};
// Settings that the file may choose otherwise.
constexpr int kChoices[] = {
    FieldSettings::kFormatFieldNumber,
    FieldSettings::kPatternFieldNumber,
    FieldSettings::kStorageFieldNumber,
};

const FieldDescriptor* Setting(int number) {
  return FieldSettings::descriptor()->FindFieldByNumber(number);
}

bool Has(const FieldSettings& settings, int number) {
  return settings.GetReflection()->HasField(settings, Setting(number));
}

// Makes the setting what it is in `from`, set or not.
void Take(const FieldSettings& from, int number, FieldSettings* to) {
  FieldSettings copy = from;
  to->GetReflection()->SwapFields(&copy, to, {Setting(number)});
}

bool Behaves(const FieldSettings& settings, FieldSettings::Behavior behavior) {
  return std::find(settings.behavior().begin(), settings.behavior().end(),
                   behavior) != settings.behavior().end();
}

// Whether an absent field has a meaning without REQUIRED.
bool MayBeAbsent(const FieldSettings& settings) {
  return Behaves(settings, FieldSettings::OUTPUT_ONLY) || settings.has_role() ||
         settings.has_default_value() || settings.database_default();
}

// Whether the file has the digits alone of a UUID, which Django keeps in
// char(32) on SQLite: a text of a length or a pattern of its own.
bool IsDigits(const FieldSettings& existing, const FieldSettings& built) {
  return built.format() == FieldSettings::UUID && !existing.has_format() &&
         (existing.has_max_length() || existing.has_pattern());
}

// Whether the field is of a type that its column may be for as well as for the
// one that a new file has.
bool IsOtherType(const std::string& type, const Field& built) {
  const std::vector<std::string>& others = built.column.other_types;
  return std::find(others.begin(), others.end(), type) != others.end();
}

// Whether the file has it to the letter. Of several that differ in their names
// alone it is not the first one.
template <class Entries, class Entry>
bool Has(const Entries& existing, const Entry& built) {
  return std::any_of(existing.begin(), existing.end(), [&](const Entry& entry) {
    return google::protobuf::util::MessageDifferencer::Equals(entry, built);
  });
}

// The entry of `existing` that says the same as `built`, or `built`: a name
// that was left out is the usual one. An entry is `taken` once.
IndexSettings FindIndex(const ModelSettings& existing, const ModelSettings& all,
                        const IndexSettings& built,
                        std::set<const IndexSettings*>* taken) {
  if (Has(existing.index(), built)) return built;
  for (const IndexSettings& index : existing.index()) {
    // Another one may be it to the letter.
    if (Has(all.index(), index) || taken->count(&index) > 0) continue;
    if (index.unique() == built.unique() && index.where() == built.where() &&
        std::equal(index.field().begin(), index.field().end(),
                   built.field().begin(), built.field().end())) {
      taken->insert(&index);
      return index;
    }
  }
  return built;
}

CheckSettings FindCheck(const ModelSettings& existing, const ModelSettings& all,
                        const CheckSettings& built,
                        std::set<const CheckSettings*>* taken) {
  if (Has(existing.check(), built)) return built;
  for (const CheckSettings& check : existing.check()) {
    if (Has(all.check(), check)) continue;
    if (check.sql() == built.sql() && taken->insert(&check).second) {
      return check;
    }
  }
  return built;
}

// A model is "Shop", "shop.Shop" or ".shop.Shop".
absl::string_view LastPart(absl::string_view name) {
  return name.substr(name.rfind('.') + 1);
}

// With what the file chose of the names, or null.
std::optional<ForeignKeySettings> FindForeignKey(
    const ModelSettings& existing, const ForeignKeySettings& built) {
  for (const ForeignKeySettings& key : existing.foreign_key()) {
    if (LastPart(key.model()) != LastPart(built.model()) ||
        !std::equal(key.field().begin(), key.field().end(),
                    built.field().begin(), built.field().end())) {
      continue;
    }
    ForeignKeySettings merged = key;
    *merged.mutable_to() = built.to();
    merged.clear_on_delete();
    merged.clear_on_update();
    if (built.has_on_delete()) merged.set_on_delete(built.on_delete());
    if (built.has_on_update()) merged.set_on_update(built.on_update());
    return merged;
  }
  return std::nullopt;
}

// In the order of `built`; no new one has a name that the file keeps.
std::vector<ForeignKeySettings> MergeForeignKeys(const ModelSettings& existing,
                                                 const ModelSettings& built) {
  std::vector<std::optional<ForeignKeySettings>> kept;
  std::set<std::string> names;
  for (const ForeignKeySettings& key : built.foreign_key()) {
    kept.push_back(FindForeignKey(existing, key));
    if (kept.back().has_value()) names.insert(kept.back()->name());
  }
  std::vector<ForeignKeySettings> merged;
  for (size_t i = 0; i < kept.size(); ++i) {
    if (kept[i].has_value()) {
      merged.push_back(*kept[i]);
      continue;
    }
    ForeignKeySettings key = built.foreign_key(static_cast<int>(i));
    while (!names.insert(key.name()).second) key.mutable_name()->push_back('_');
    merged.push_back(std::move(key));
  }
  return merged;
}

enum class Family { kInteger, kReal, kBool, kString, kOther };

Family FamilyOf(const std::string& type) {
  if (type == "bool") return Family::kBool;
  if (type == "string") return Family::kString;
  if (type == "float" || type == "double") return Family::kReal;
  if (absl::EndsWith(type, "32") || absl::EndsWith(type, "64")) {
    return Family::kInteger;
  }
  return Family::kOther;
}

// How the type of a field in a file goes with the one that its column gets.
enum class Fit {
  kSame,
  kScalar,  // the same but for its size, or its wrapper
  kOther,   // somebody chose another one: a string for a time
};

Fit FitOf(const std::string& existing, const std::string& built) {
  // An enum may be written with the message around it, and its package.
  const auto last = [](const std::string& type) {
    return type.substr(type.rfind('.') + 1);
  };
  if (existing == built || last(existing) == built || existing == last(built)) {
    return Fit::kSame;
  }
  std::string scalar = existing;
  absl::string_view wrapper = existing;
  if (absl::ConsumePrefix(&wrapper, "google.protobuf.") &&
      absl::ConsumeSuffix(&wrapper, "Value") && !wrapper.empty()) {
    scalar = absl::AsciiStrToLower(wrapper);
  }
  const Family family = FamilyOf(scalar);
  return family != Family::kOther && family == FamilyOf(built) ? Fit::kScalar
                                                               : Fit::kOther;
}

// What is so whatever the field's type is.
void TakeWhatFitsAll(const Field& field, const std::string& type,
                     FieldSettings* merged) {
  const FieldSettings& built = field.settings;
  for (const int fact : {FieldSettings::kColumnFieldNumber,
                         FieldSettings::kPrimaryKeyFieldNumber}) {
    Take(built, fact, merged);
  }
  if (FamilyOf(type) == Family::kOther) return;
  for (const int fact :
       {FieldSettings::kUniqueFieldNumber, FieldSettings::kIndexFieldNumber}) {
    Take(built, fact, merged);
  }
  // A bigint that says so is one of numbers, not of spans.
  if (!merged->has_type() && !IsOtherType(type, field)) {
    merged->set_type(field.column.type);
  }
}

// What a string is to know of its column of another type: the labels of an
// enum, and that the database has a DEFAULT.
void TakeForText(const ExistingField& existing, const Field& field,
                 FieldSettings* merged) {
  if (existing.type != "string" || existing.repeated) return;
  const FieldSettings& built = field.settings;
  const bool is_required = Behaves(existing.settings, FieldSettings::REQUIRED);
  if (!field.column.labels.empty()) {
    merged->clear_in();
    for (const std::string& label : field.column.labels) merged->add_in(label);
  }
  if (field.column.has_default) {
    if (is_required || existing.in_oneof) return;
    if (!field.column.labels.empty() && built.has_default_value()) {
      merged->set_default_value(built.default_value());
      merged->clear_database_default();
    } else if (!MayBeAbsent(*merged)) {
      merged->set_database_default(true);
    }
  } else if (IsOtherType(existing.type, field) && field.label.empty() &&
             !is_required && !MayBeAbsent(*merged)) {
    // A number has a zero of its own; "" is no span.
    merged->add_behavior(FieldSettings::REQUIRED);
  }
}

}  // namespace

FieldSettings MergeField(const ExistingField& in_file, const Field& field) {
  const FieldSettings& existing = in_file.settings;
  const FieldSettings& built = field.settings;
  const Fit fit = FitOf(in_file.type, field.type);
  FieldSettings merged = existing;
  if (fit == Fit::kOther) {
    TakeWhatFitsAll(field, in_file.type, &merged);
    TakeForText(in_file, field, &merged);
  } else {
    for (const int fact : kFacts) Take(built, fact, &merged);
    for (const int rule : kRules) {
      if (Has(built, rule)) Take(built, rule, &merged);
    }
    for (const int choice : kChoices) {
      if (!Has(existing, choice) && !IsDigits(existing, built)) {
        Take(built, choice, &merged);
      }
    }
    if (built.in_size() > 0) *merged.mutable_in() = built.in();
    if (built.has_default_value()) merged.clear_database_default();
    if (built.database_default() && !MayBeAbsent(merged) &&
        !Behaves(existing, FieldSettings::REQUIRED)) {
      merged.set_database_default(true);
    }
    if (!existing.has_role() && built.has_role() &&
        existing.behavior_size() == 0) {
      merged.set_role(built.role());
    }
  }
  // Both sides of a reference are of one type.
  if (!built.has_references()) {
    if (!field.column.refers_elsewhere) merged.clear_references();
  } else if (fit != Fit::kOther || existing.has_references()) {
    ReferenceSettings& references = *merged.mutable_references();
    const std::string related_name = references.related_name();
    references = built.references();
    if (!related_name.empty()) references.set_related_name(related_name);
  }
  if (Behaves(built, FieldSettings::REQUIRED) &&
      !Behaves(existing, FieldSettings::REQUIRED) && !MayBeAbsent(merged)) {
    merged.add_behavior(FieldSettings::REQUIRED);
  }
  // Where nobody has said anything of the field yet.
  if (Behaves(built, FieldSettings::INPUT_ONLY) &&
      existing.ByteSizeLong() == 0) {
    *merged.mutable_behavior() = built.behavior();
  }
  return merged;
}

ModelSettings MergeModel(const ModelSettings& existing,
                         const ModelSettings& built,
                         const std::set<std::string>& dropped) {
  ModelSettings merged = existing;
  merged.set_table(built.table());
  if (built.has_schema()) merged.set_schema(built.schema());
  *merged.mutable_primary_key() = built.primary_key();
  std::set<const IndexSettings*> indexes;
  std::set<const CheckSettings*> checks;
  merged.clear_index();
  for (const IndexSettings& index : built.index()) {
    *merged.add_index() = FindIndex(existing, built, index, &indexes);
  }
  merged.clear_check();
  for (const CheckSettings& check : built.check()) {
    *merged.add_check() = FindCheck(existing, built, check, &checks);
  }
  merged.clear_foreign_key();
  for (ForeignKeySettings& key : MergeForeignKeys(existing, built)) {
    *merged.add_foreign_key() = std::move(key);
  }
  merged.clear_ordering();
  for (const std::string& entry : existing.ordering()) {
    absl::string_view field = entry;
    absl::ConsumePrefix(&field, "-");
    if (dropped.count(std::string(field)) == 0) merged.add_ordering(entry);
  }
  return merged;
}

TypeChange CompareTypes(const std::string& existing, const Field& field) {
  const std::string& built = field.type;
  if (existing == built || IsOtherType(existing, field)) {
    return TypeChange::kKeep;
  }
  const Family from = FamilyOf(existing);
  const Family to = FamilyOf(built);
  // Types that somebody chose for the column: enums, messages, wrappers.
  if (from == Family::kOther && to == Family::kOther) return TypeChange::kKeep;
  if (from == Family::kOther) {
    const bool is_ours = existing == "google.protobuf.Timestamp" ||
                         existing == "google.protobuf.Duration" ||
                         existing == "bytes";
    return is_ours ? TypeChange::kReplace : TypeChange::kKeep;
  }
  if (from == Family::kInteger && to == Family::kInteger) {
    return existing == "int32" && built == "int64" ? TypeChange::kWiden
                                                   : TypeChange::kKeep;
  }
  // django-grpc-framework's types: text for times, and float for every number
  // with a fraction.
  const bool is_django = (from == Family::kString && to == Family::kOther) ||
                         (from == Family::kReal && to == Family::kReal);
  return is_django ? TypeChange::kKeep : TypeChange::kReplace;
}

}  // namespace modelservice::proto
