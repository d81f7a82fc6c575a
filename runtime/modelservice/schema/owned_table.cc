#include "modelservice/schema/owned_table.h"

#include <deque>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace modelservice {
namespace {

void SetField(const FieldSpec& field, Column* column) {
  column->field = field.name;
  column->number = field.number;
  column->type = field.type;
  column->storage = field.storage;
  column->format = field.format;
  column->role = field.role;
  column->made = field.made;
  column->database_default = field.database_default;
  column->repeated = field.repeated;
  column->map = field.map;
  column->wrapper = field.wrapper;
  column->presence = field.presence;
  column->group = field.group;
  column->packed = field.packed;
  column->required = field.required;
  column->output_only = field.output_only;
  column->input_only = field.input_only;
  column->immutable = field.immutable;
  column->filterable = field.filterable;
  column->sortable = field.sortable;
  column->searchable = field.searchable;
  column->full_view = field.full_view;
  column->sensitive = field.sensitive;
  column->trim = field.trim;
  column->min_length = field.min_length;
  column->max_length = field.max_length;
  column->max_digits = field.max_digits;
  column->decimal_places = field.decimal_places;
  column->min = field.min;
  column->max = field.max;
  column->pattern = field.pattern;
  column->has_default = field.default_value.has_value();
  if (column->has_default) column->default_value = *field.default_value;
  column->read_requires = field.read_requires;
  column->write_requires = field.write_requires;
  column->verbose_name = field.verbose_name;
}

Reference ViewOf(const ReferenceSpec& spec) {
  Reference reference;
  reference.table = spec.table;
  if (!spec.referenced.empty()) reference.column = spec.referenced[0];
  reference.on_delete = spec.on_delete;
  reference.on_update = spec.on_update;
  reference.schema = spec.schema;
  reference.visible_only = spec.visible_only;
  return reference;
}

}  // namespace

// What the table points to. Deques, whose elements stay where they are.
struct OwnedTable::Parts {
  explicit Parts(TableSpec from) : spec(std::move(from)) {
    for (const ColumnSpec& column : spec.columns) AddColumn(column);
    for (const std::string& name : spec.primary_key) {
      if (const int at = spec.PositionOf(name); at >= 0) key.push_back(at);
    }
    for (const ColumnOrder& part : spec.ordering) {
      const int at = spec.PositionOf(part.column);
      if (at >= 0) ordering.push_back({at, part.descending});
    }
    for (const IndexSpec& index : spec.indexes) AddIndex(index);
    for (const CheckSpec& check : spec.checks) {
      checks.push_back({check.name, check.sql});
    }
    for (const ReferenceSpec& reference : spec.foreign_keys) {
      AddForeignKey(reference);
    }
    table = Table(spec.name, spec.message, columns, key, ordering)
                .Indexes(indexes)
                .Checks(checks)
                .ForeignKeys(foreign_keys)
                .InSchema(spec.schema)
                .PageSizes(spec.default_page_size, spec.max_page_size)
                .OfStyle(spec.style)
                .TenantFrom(spec.tenant)
                .VerboseName(spec.verbose_name);
  }

  void AddColumn(const ColumnSpec& from) {
    Column column = ViewOf(from);
    column.primary_key = spec.IsKey(from.name);
    column.unique = spec.HasUniqueConstraint(from.name);
    if (from.field.has_value()) {
      column.in =
          allowed.emplace_back(from.field->in.begin(), from.field->in.end());
    }
    if (const ReferenceSpec* key = spec.ReferenceOf(from.name)) {
      column.reference = &references.emplace_back(ViewOf(*key));
    }
    columns.push_back(column);
  }

  void AddIndex(const IndexSpec& from) {
    if (from.of_constraint || !from.beyond.empty()) return;
    std::vector<IndexColumn> of_index;
    for (const ColumnOrder& part : from.parts) {
      const int at = spec.PositionOf(part.column);
      if (at < 0) return;
      of_index.push_back({at, part.descending});
    }
    indexes.push_back({from.name,
                       index_columns.emplace_back(std::move(of_index)),
                       from.unique, from.where});
  }

  void AddForeignKey(const ReferenceSpec& from) {
    if (from.columns.size() < 2) return;
    std::vector<int> of_key;
    for (const std::string& column : from.columns) {
      const int at = spec.PositionOf(column);
      if (at < 0) return;
      of_key.push_back(at);
    }
    foreign_keys.push_back({key_columns.emplace_back(std::move(of_key)),
                            referenced.emplace_back(from.referenced.begin(),
                                                    from.referenced.end()),
                            ViewOf(from)});
  }

  const TableSpec spec;
  std::deque<std::vector<absl::string_view>> allowed;
  std::deque<Reference> references;
  std::vector<Column> columns;
  std::vector<int> key;
  std::vector<Ordering> ordering;
  std::deque<std::vector<IndexColumn>> index_columns;
  std::vector<Index> indexes;
  std::vector<Check> checks;
  std::deque<std::vector<int>> key_columns;
  std::deque<std::vector<absl::string_view>> referenced;
  std::vector<ForeignKey> foreign_keys;
  Table table{"", "", {}, {}, {}};
};

Column ViewOf(const ColumnSpec& column) {
  Column view(column.name, 0, FieldType::kInt32);
  view.sql_type = column.type.text;
  view.nullable = column.nullable;
  view.auto_increment = column.generated == ColumnSpec::Generated::kKey;
  if (column.field.has_value()) SetField(*column.field, &view);
  return view;
}

OwnedTable::OwnedTable(TableSpec spec)
    : parts_(std::make_unique<const Parts>(std::move(spec))) {}
OwnedTable::OwnedTable(OwnedTable&&) noexcept = default;
OwnedTable& OwnedTable::operator=(OwnedTable&&) noexcept = default;
OwnedTable::~OwnedTable() = default;

const TableSpec& OwnedTable::spec() const { return parts_->spec; }
const Table& OwnedTable::table() const { return parts_->table; }

}  // namespace modelservice
