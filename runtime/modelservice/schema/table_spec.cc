#include "modelservice/schema/table_spec.h"

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"

// A structured binding names every member: one that is added and forgotten here
// does not compile.
namespace modelservice {
namespace {

auto MembersOf(const FieldSpec& f) {
  const auto& [name, number, type, storage, format, role, made,
               database_default, repeated, map, wrapper, presence, group,
               packed, required, output_only, input_only, immutable, filterable,
               sortable, searchable, full_view, sensitive, trim, min_length,
               max_length, max_digits, decimal_places, min, max, pattern, in,
               default_value, read_requires, write_requires, verbose_name] = f;
  return std::tie(name, number, type, storage, format, role, made,
                  database_default, repeated, map, wrapper, presence, group,
                  packed, required, output_only, input_only, immutable,
                  filterable, sortable, searchable, full_view, sensitive, trim,
                  min_length, max_length, max_digits, decimal_places, min, max,
                  pattern, in, default_value, read_requires, write_requires,
                  verbose_name);
}

auto MembersOf(const ColumnSpec& c) {
  const auto& [name, type, nullable, generated, default_sql, comment, field] =
      c;
  return std::tie(name, type, nullable, generated, default_sql, comment, field);
}

auto MembersOf(const ColumnOrder& o) {
  const auto& [column, descending] = o;
  return std::tie(column, descending);
}

auto MembersOf(const IndexSpec& i) {
  const auto& [name, parts, unique, of_constraint, where, beyond] = i;
  return std::tie(name, parts, unique, of_constraint, where, beyond);
}

auto MembersOf(const CheckSpec& c) {
  const auto& [name, sql] = c;
  return std::tie(name, sql);
}

auto MembersOf(const ReferenceSpec& r) {
  const auto& [name, columns, schema, table, referenced, on_delete, on_update,
               visible_only] = r;
  return std::tie(name, columns, schema, table, referenced, on_delete,
                  on_update, visible_only);
}

auto MembersOf(const TableSpec& t) {
  const auto& [schema, name, message, verbose_name, columns, primary_key,
               ordering, indexes, checks, foreign_keys, default_page_size,
               max_page_size, style, tenant] = t;
  return std::tie(schema, name, message, verbose_name, columns, primary_key,
                  ordering, indexes, checks, foreign_keys, default_page_size,
                  max_page_size, style, tenant);
}

// Whether it is a UNIQUE at the definition of one column.
bool IsOfColumn(const IndexSpec& index) {
  return index.unique && index.of_constraint && index.parts.size() == 1 &&
         index.beyond.empty();
}

FieldSpec FieldOf(const Column& column) {
  FieldSpec field;
  field.name = std::string(column.field);
  field.number = column.number;
  field.type = column.type;
  field.storage = column.storage;
  field.format = column.format;
  field.role = column.role;
  field.made = column.made;
  field.database_default = column.database_default;
  field.repeated = column.repeated;
  field.map = column.map;
  field.wrapper = column.wrapper;
  field.presence = column.presence;
  field.group = column.group;
  field.packed = column.packed;
  field.required = column.required;
  field.output_only = column.output_only;
  field.input_only = column.input_only;
  field.immutable = column.immutable;
  field.filterable = column.filterable;
  field.sortable = column.sortable;
  field.searchable = column.searchable;
  field.full_view = column.full_view;
  field.sensitive = column.sensitive;
  field.trim = column.trim;
  field.min_length = column.min_length;
  field.max_length = column.max_length;
  field.max_digits = column.max_digits;
  field.decimal_places = column.decimal_places;
  field.min = std::string(column.min);
  field.max = std::string(column.max);
  field.pattern = std::string(column.pattern);
  for (const absl::string_view value : column.in) field.in.emplace_back(value);
  if (column.has_default) {
    field.default_value = std::string(column.default_value);
  }
  field.read_requires = std::string(column.read_requires);
  field.write_requires = std::string(column.write_requires);
  field.verbose_name = std::string(column.verbose_name);
  return field;
}

// Without the columns.
ReferenceSpec SpecOfReference(const Reference& reference) {
  ReferenceSpec spec;
  spec.schema = std::string(reference.schema);
  spec.table = std::string(reference.table);
  spec.on_delete = reference.on_delete;
  spec.on_update = reference.on_update;
  spec.visible_only = reference.visible_only;
  return spec;
}

void AddColumn(const Column& column, TableSpec* spec) {
  ColumnSpec result;
  result.name = std::string(column.name);
  if (!column.sql_type.empty()) result.type = WrittenType(column.sql_type);
  result.nullable = column.nullable;
  if (column.auto_increment) result.generated = ColumnSpec::Generated::kKey;
  result.field = FieldOf(column);
  if (column.unique) spec->indexes.push_back(UniqueConstraint(column.name));
  if (column.reference != nullptr) {
    ReferenceSpec& key =
        spec->foreign_keys.emplace_back(SpecOfReference(*column.reference));
    key.columns = {result.name};
    key.referenced = {std::string(column.reference->column)};
  }
  spec->columns.push_back(std::move(result));
}

void AddForeignKey(const ForeignKey& from, TableSpec* spec) {
  ReferenceSpec key = SpecOfReference(from.to);
  for (const int column : from.columns) {
    key.columns.push_back(spec->columns[static_cast<size_t>(column)].name);
  }
  for (const absl::string_view column : from.referenced) {
    key.referenced.emplace_back(column);
  }
  spec->foreign_keys.push_back(std::move(key));
}

}  // namespace

bool operator==(const FieldSpec& a, const FieldSpec& b) {
  return MembersOf(a) == MembersOf(b);
}
bool operator==(const ColumnSpec& a, const ColumnSpec& b) {
  return MembersOf(a) == MembersOf(b);
}
bool operator==(const ColumnOrder& a, const ColumnOrder& b) {
  return MembersOf(a) == MembersOf(b);
}
bool operator==(const IndexSpec& a, const IndexSpec& b) {
  return MembersOf(a) == MembersOf(b);
}
bool operator==(const CheckSpec& a, const CheckSpec& b) {
  return MembersOf(a) == MembersOf(b);
}
bool operator==(const ReferenceSpec& a, const ReferenceSpec& b) {
  return MembersOf(a) == MembersOf(b);
}
bool operator==(const TableSpec& a, const TableSpec& b) {
  return MembersOf(a) == MembersOf(b);
}

const ColumnSpec* TableSpec::FindColumn(absl::string_view column) const {
  const int position = PositionOf(column);
  return position < 0 ? nullptr : &columns[static_cast<size_t>(position)];
}

int TableSpec::PositionOf(absl::string_view column) const {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name == column) return static_cast<int>(i);
  }
  return -1;
}

bool TableSpec::IsKey(absl::string_view column) const {
  return std::find(primary_key.begin(), primary_key.end(), column) !=
         primary_key.end();
}

bool TableSpec::IsUnique(absl::string_view column) const {
  if (primary_key.size() == 1 && primary_key[0] == column) return true;
  return std::any_of(
      indexes.begin(), indexes.end(), [&](const IndexSpec& index) {
        return index.unique && index.where.empty() && index.beyond.empty() &&
               index.parts.size() == 1 && index.parts[0].column == column;
      });
}

bool TableSpec::HasUniqueConstraint(absl::string_view column) const {
  return std::any_of(
      indexes.begin(), indexes.end(), [&](const IndexSpec& index) {
        return IsOfColumn(index) && index.parts[0].column == column;
      });
}

bool TableSpec::AreUnique(const std::vector<std::string>& of) const {
  const auto is_among = [&](const std::string& column) {
    return std::find(of.begin(), of.end(), column) != of.end();
  };
  if (primary_key.size() == of.size() &&
      std::all_of(primary_key.begin(), primary_key.end(), is_among)) {
    return true;
  }
  return std::any_of(
      indexes.begin(), indexes.end(), [&](const IndexSpec& index) {
        return index.unique && index.where.empty() && index.beyond.empty() &&
               index.parts.size() == of.size() &&
               std::all_of(index.parts.begin(), index.parts.end(),
                           [&](const ColumnOrder& part) {
                             return is_among(part.column);
                           });
      });
}

const ReferenceSpec* TableSpec::ReferenceOf(absl::string_view column) const {
  for (const ReferenceSpec& key : foreign_keys) {
    if (key.columns.size() == 1 && key.columns[0] == column) return &key;
  }
  return nullptr;
}

std::string TableSpec::FullName() const {
  return schema.empty() ? name : absl::StrCat(schema, ".", name);
}

IndexSpec UniqueConstraint(absl::string_view column) {
  IndexSpec index;
  index.parts.push_back({std::string(column)});
  index.unique = true;
  index.of_constraint = true;
  return index;
}

SqlType WrittenType(absl::string_view text) {
  SqlType type = ParseSqlType(text);
  type.text = std::string(text);
  return type;
}

TableSpec SpecOf(const Table& table) {
  TableSpec spec;
  spec.schema = std::string(table.schema);
  spec.name = std::string(table.name);
  spec.message = std::string(table.message);
  for (const Column& column : table.columns) AddColumn(column, &spec);
  const auto name_of = [&](int position) {
    return spec.columns[static_cast<size_t>(position)].name;
  };
  for (const int column : table.key) {
    spec.primary_key.push_back(name_of(column));
  }
  for (const Ordering& part : table.ordering) {
    spec.ordering.push_back({name_of(part.column), part.descending});
  }
  for (const Index& index : table.indexes) {
    IndexSpec& added = spec.indexes.emplace_back();
    added.name = std::string(index.name);
    for (const IndexColumn& part : index.columns) {
      added.parts.push_back({name_of(part.column), part.descending});
    }
    added.unique = index.unique;
    added.where = std::string(index.where);
  }
  for (const Check& check : table.checks) {
    spec.checks.push_back({std::string(check.name), std::string(check.sql)});
  }
  for (const ForeignKey& key : table.foreign_keys) AddForeignKey(key, &spec);
  spec.default_page_size = table.default_page_size;
  spec.max_page_size = table.max_page_size;
  spec.style = table.style;
  spec.tenant = std::string(table.tenant);
  spec.verbose_name = std::string(table.verbose_name);
  return spec;
}

}  // namespace modelservice
