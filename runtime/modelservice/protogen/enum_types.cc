#include "modelservice/protogen/enum_types.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/protogen/proto_names.h"

namespace modelservice::proto {
namespace {

// buf's linter wants other names; an enum's values are the labels in the
// database.
constexpr char kEnumLint[] =
    "buf:lint:ignore ENUM_VALUE_PREFIX\n"
    "buf:lint:ignore ENUM_VALUE_UPPER_SNAKE_CASE\n"
    "buf:lint:ignore ENUM_ZERO_VALUE_SUFFIX";

// What the names of an enum in a message's class begin with, in protoc's C++.
constexpr absl::string_view kMadeOfEnum[] = {
    "_Name", "_Parse", "_IsValid", "_descriptor", "_MIN", "_MAX", "_ARRAYSIZE"};

std::string KeyOf(const catalog::SqlType& type) {
  return absl::StrCat(type.name, "\n", absl::StrJoin(type.labels, "\n"));
}

}  // namespace

const EnumTypes::Type* EnumTypes::Find(const catalog::SqlType& type) const {
  const auto found = types_.find(KeyOf(type));
  return found == types_.end() ? nullptr : &found->second;
}

void EnumTypes::Add(const catalog::SqlType& type, Type made) {
  types_.emplace(KeyOf(type), std::move(made));
}

EnumScope::EnumScope(const SelectedTable& selected, bool lint, EnumTypes* types,
                     Message* message)
    : lint_(lint), types_(types), message_(message) {
  for (const SelectedField& field : selected.fields) {
    names_.insert(field.name);
    for (std::string& accessor : AccessorsOf(field.name)) {
      names_.insert(std::move(accessor));
    }
    names_.insert(absl::StrCat("k", CamelCase(field.name), "FieldNumber"));
  }
  names_.insert(selected.message);
}

void EnumScope::Add(const catalog::Column& column, MappedField* mapped) {
  if (!mapped->values.has_value()) return;
  Enum type = *mapped->values;
  const EnumTypes::Type* known = types_->Find(column.type);
  if (known == nullptr) {
    while (names_.count(type.name) > 0 || IsTakenMember(type.name)) {
      type.name += "Value";
    }
    const bool collides = std::any_of(
        type.values.begin(), type.values.end(), [&](const std::string& value) {
          return names_.count(value) > 0 || value == type.name;
        });
    if (!collides) {
      names_.insert(type.name);
      for (const absl::string_view made : kMadeOfEnum) {
        names_.insert(absl::StrCat(type.name, made));
      }
      names_.insert(type.values.begin(), type.values.end());
      if (lint_) type.comment = kEnumLint;
      message_->enums.push_back(type);
    }
    types_->Add(column.type, collides
                                 ? EnumTypes::Type()
                                 : EnumTypes::Type{message_->name, type.name});
    known = types_->Find(column.type);
  }
  if (known->message.empty()) {
    FieldSettings& settings = mapped->field.settings;
    settings.clear_storage();
    for (const std::string& label : type.values) settings.add_in(label);
    mapped->field.type = "string";
  } else if (known->message == message_->name) {
    mapped->field.type = known->name;
  } else {
    mapped->field.type = absl::StrCat(known->message, ".", known->name);
  }
}

}  // namespace modelservice::proto
