#include "modelservice/schema/table_spec_text.h"

#include <cstddef>
#include <iterator>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

namespace modelservice {
namespace {

// ` word value`, where there is a value.
std::string Named(absl::string_view word, absl::string_view value) {
  return value.empty() ? "" : absl::StrCat(" ", word, value);
}

std::string Listed(const std::vector<std::string>& names) {
  return absl::StrCat("(", absl::StrJoin(names, ", "), ")");
}

std::string Listed(const std::vector<ColumnOrder>& parts) {
  std::vector<std::string> names;
  for (const ColumnOrder& part : parts) {
    names.push_back(absl::StrCat(part.column, part.descending ? " desc" : ""));
  }
  return Listed(names);
}

absl::string_view NameOf(ReferentialAction action) {
  switch (action) {
    case ReferentialAction::kNoAction:
      return "";
    case ReferentialAction::kRestrict:
      return "restrict";
    case ReferentialAction::kCascade:
      return "cascade";
    case ReferentialAction::kSetNull:
      return "set null";
    case ReferentialAction::kSetDefault:
      return "set default";
  }
  return "";
}

absl::string_view NameOf(ColumnSpec::Generated generated) {
  switch (generated) {
    case ColumnSpec::Generated::kNo:
      return "";
    case ColumnSpec::Generated::kKey:
      return "key";
    case ColumnSpec::Generated::kExpression:
      return "expression";
  }
  return "";
}

absl::string_view NameOf(SqlType::Kind kind) {
  // In the order of the kinds.
  constexpr absl::string_view kNames[] = {
      "unknown", "bool",      "integer", "real", "decimal",  "text",
      "bytes",   "timestamp", "date",    "time", "interval", "uuid",
      "json",    "address",   "enum",    "other"};
  static_assert(std::size(kNames) ==
                static_cast<size_t>(SqlType::Kind::kOther) + 1);
  return kNames[static_cast<size_t>(kind)];
}

// As its database writes it, and what it was read as.
std::string TextOf(const SqlType& type) {
  return absl::StrCat(
      type.text, " [", NameOf(type.kind),
      type.bits == 0 ? "" : absl::StrCat(", bits ", type.bits),
      type.is_unsigned ? ", unsigned" : "",
      type.length < 0 ? "" : absl::StrCat(", length ", type.length),
      type.fixed_length ? ", fixed" : "", type.local ? ", local" : "",
      type.array ? ", array" : "", Named("", type.name),
      type.labels.empty() ? "" : Listed(type.labels), "]");
}

std::string TextOf(const ColumnSpec& column) {
  return absl::StrCat("column ", column.name, " ", TextOf(column.type),
                      column.nullable ? "" : " not null",
                      Named("generated ", NameOf(column.generated)),
                      column.default_sql.has_value()
                          ? absl::StrCat(" default ", *column.default_sql)
                          : "",
                      Named("comment ", column.comment),
                      column.field.has_value()
                          ? absl::StrCat(" stores ", column.field->name, " = ",
                                         column.field->number)
                          : "",
                      "\n");
}

std::string TextOf(const IndexSpec& index) {
  return absl::StrCat(index.unique ? "unique " : "",
                      index.of_constraint ? "constraint " : "index ",
                      index.name, " ", Listed(index.parts),
                      Named("where ", index.where),
                      Named("beyond ", index.beyond), "\n");
}

std::string TextOf(const ReferenceSpec& key) {
  return absl::StrCat("foreign key ", key.name, " ", Listed(key.columns),
                      " to ", key.schema, key.schema.empty() ? "" : ".",
                      key.table, " ", Listed(key.referenced),
                      Named("on delete ", NameOf(key.on_delete)),
                      Named("on update ", NameOf(key.on_update)),
                      key.visible_only ? " visible only" : "", "\n");
}

}  // namespace

std::string TextOf(const TableSpec& spec) {
  std::string text =
      absl::StrCat("table ", spec.FullName(), Named("of ", spec.message), "\n");
  for (const ColumnSpec& column : spec.columns) {
    absl::StrAppend(&text, TextOf(column));
  }
  absl::StrAppend(&text, "primary key ", Listed(spec.primary_key), "\n");
  if (!spec.ordering.empty()) {
    absl::StrAppend(&text, "order by ", Listed(spec.ordering), "\n");
  }
  for (const IndexSpec& index : spec.indexes) {
    absl::StrAppend(&text, TextOf(index));
  }
  for (const CheckSpec& check : spec.checks) {
    absl::StrAppend(&text, "check ", check.name, " ", check.sql, "\n");
  }
  for (const ReferenceSpec& key : spec.foreign_keys) {
    absl::StrAppend(&text, TextOf(key));
  }
  return text;
}

}  // namespace modelservice
