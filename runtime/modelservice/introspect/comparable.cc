#include "modelservice/introspect/comparable.h"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/introspect/sql_rules.h"

namespace modelservice::catalog {
namespace {

std::optional<std::string> MeaningOf(const std::string& default_sql) {
  const Default parsed = ParseDefault(default_sql);
  switch (parsed.kind) {
    case Default::Kind::kNull:
      return std::nullopt;
    case Default::Kind::kLiteral:
      return absl::StrCat("value ", parsed.text);
    case Default::Kind::kNow:
      return "now";
    case Default::Kind::kOther:
      return absl::StrCat("sql ", parsed.text);
  }
  return std::nullopt;
}

std::string ConditionOf(const std::string& sql, bool postgres) {
  if (sql.empty()) return "";
  return postgres ? "a condition" : std::string(Bare(sql));
}

// SQLite gives a value to any key of one INTEGER column, declared so or not;
// not to one that refers to another row's.
bool IsRowid(const TableSpec& spec, const ColumnSpec& column) {
  return spec.primary_key == std::vector<std::string>{column.name} &&
         absl::EqualsIgnoreCase(column.type.text, "integer") &&
         spec.ReferenceOf(column.name) == nullptr;
}

void Simplify(bool postgres, TableSpec* spec) {
  for (ColumnSpec& column : spec->columns) {
    if (!postgres && IsRowid(*spec, column)) {
      column.generated = ColumnSpec::Generated::kKey;
    }
    column.type.text.clear();
    if (column.type.kind == SqlType::Kind::kUnknown) {
      column.type.kind = SqlType::Kind::kOther;
    }
    if (column.default_sql.has_value()) {
      column.default_sql = MeaningOf(*column.default_sql);
    }
    column.comment.clear();
    column.field.reset();
  }
  for (IndexSpec& index : spec->indexes) {
    if (index.of_constraint) index.name.clear();
    index.where = ConditionOf(index.where, postgres);
  }
  for (CheckSpec& check : spec->checks) {
    check.sql = ConditionOf(check.sql, postgres);
  }
  for (ReferenceSpec& key : spec->foreign_keys) {
    key.name.clear();
    key.visible_only = false;
  }
  const TableSpec empty;
  spec->message.clear();
  spec->verbose_name.clear();
  spec->style = empty.style;
  spec->ordering.clear();
  spec->default_page_size = empty.default_page_size;
  spec->max_page_size = empty.max_page_size;
}

}  // namespace

TableSpec Comparable(TableSpec spec, bool postgres) {
  Simplify(postgres, &spec);
  std::sort(
      spec.columns.begin(), spec.columns.end(),
      [](const ColumnSpec& a, const ColumnSpec& b) { return a.name < b.name; });
  const auto first_of = [](const IndexSpec& index) {
    return index.parts.empty() ? std::string() : index.parts[0].column;
  };
  std::sort(spec.indexes.begin(), spec.indexes.end(),
            [&](const IndexSpec& a, const IndexSpec& b) {
              return std::make_tuple(a.name, first_of(a)) <
                     std::make_tuple(b.name, first_of(b));
            });
  std::sort(spec.checks.begin(), spec.checks.end(),
            [](const CheckSpec& a, const CheckSpec& b) {
              return std::tie(a.name, a.sql) < std::tie(b.name, b.sql);
            });
  std::sort(spec.foreign_keys.begin(), spec.foreign_keys.end(),
            [](const ReferenceSpec& a, const ReferenceSpec& b) {
              return std::tie(a.columns, a.schema, a.table) <
                     std::tie(b.columns, b.schema, b.table);
            });
  return spec;
}

}  // namespace modelservice::catalog
