#include "plugin/schema/reference_rules.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "plugin/schema/stored_type.h"
#include "plugin/schema/type_families.h"

namespace modelservice::plugin {

ReferentialAction ActionOf(ReferenceSettings::Action action) {
  switch (action) {
    case ReferenceSettings::ACTION_UNSPECIFIED:
    case ReferenceSettings::NO_ACTION:
      return ReferentialAction::kNoAction;
    case ReferenceSettings::RESTRICT:
      return ReferentialAction::kRestrict;
    case ReferenceSettings::CASCADE:
      return ReferentialAction::kCascade;
    case ReferenceSettings::SET_NULL:
      return ReferentialAction::kSetNull;
    case ReferenceSettings::SET_DEFAULT:
      return ReferentialAction::kSetDefault;
  }
  return ReferentialAction::kNoAction;
}

namespace {

// Where decimals are texts, equal ones have equal digits.
bool PairDigits(FieldSpec& field, const Model& target, const Field& referred,
                NameFault* fault) {
  const FieldSpec& other = referred.spec();
  if (field.format != Format::kDecimal || other.format != Format::kDecimal) {
    return true;
  }
  if (field.max_digits < 0) field.max_digits = other.max_digits;
  if (field.decimal_places < 0) field.decimal_places = other.decimal_places;
  if (field.decimal_places == other.decimal_places) return true;
  fault->fault = absl::StrCat(
      "it has decimal_places: ", field.decimal_places, ", but ", target.name,
      ".", referred.name, " has ",
      other.decimal_places < 0 ? "none" : absl::StrCat(other.decimal_places));
  fault->mend = "give both the same";
  return false;
}

}  // namespace

bool Pair(Model& model, int column, const Model& target, const Field& referred,
          NameFault* fault) {
  const Field& field = model.columns[static_cast<size_t>(column)];
  ColumnSpec& described = model.table.columns[static_cast<size_t>(column)];
  if (field.repeated) {
    fault->fault = "a repeated field is no foreign key";
    fault->mend = "make it singular, or a model in between";
    return false;
  }
  if (!SameFamily(field, referred)) {
    fault->fault = absl::StrCat("its type ", field.type_name, " differs from ",
                                referred.type_name, " of ", target.name, ".",
                                referred.name);
    fault->mend = "give both the same type";
    return false;
  }
  if (described.field->format == Format::kNone) {
    described.field->format = referred.spec().format;
  }
  if (!PairDigits(*described.field, target, referred, fault)) return false;
  if (!CanReferTo(field, referred)) {
    fault->fault =
        absl::StrCat("it is stored as ", StoredAs(field), ", but ", target.name,
                     ".", referred.name, " as ", StoredAs(referred));
    fault->mend = "give both the same storage, format and type";
    return false;
  }
  if (field.empty_is_null() && !described.field->required &&
      !model.IsKey(field)) {
    described.nullable = true;
  }
  return true;
}

bool IsWayName(absl::string_view name) {
  const auto is_lower = [](char c) {
    return absl::ascii_islower(static_cast<unsigned char>(c));
  };
  return !name.empty() && is_lower(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) {
           return is_lower(c) || c == '_' ||
                  absl::ascii_isdigit(static_cast<unsigned char>(c));
         });
}

bool IsRelatedName(absl::string_view related_name, const Model& model,
                   const Model& target, NameFault* fault) {
  if (!IsWayName(related_name)) {
    fault->fault =
        absl::StrCat("related_name: \"", related_name, "\" is no name");
    fault->mend = "write small letters, digits and underscores, a letter first";
    return false;
  }
  if (target.proto_file != model.proto_file) {
    fault->fault = absl::StrCat("related_name: the code of \"",
                                target.proto_file, "\", which has ",
                                target.name, ", cannot know of this file's");
    fault->mend = absl::StrCat("drop it and write RowsBy(", model.class_name,
                               "Model::...) in C++");
    return false;
  }
  return true;
}

}  // namespace modelservice::plugin
