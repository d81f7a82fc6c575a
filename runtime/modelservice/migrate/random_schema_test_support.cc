#include "modelservice/migrate/random_schema_test_support.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/migrate/script_parts.h"
#include "modelservice/schema/owned_table.h"
#include "modelservice/sql/made_table.h"

namespace modelservice {
namespace {

bool IsNumber(const ColumnSpec& column) {
  return column.field->type == FieldType::kInt32 ||
         column.field->type == FieldType::kInt64;
}

// Whether each row has another value there, or none.
bool IsDistinct(const ColumnSpec& column) {
  return IsNumber(column) || column.field->type == FieldType::kString;
}

void MakeNullable(bool nullable, ColumnSpec* column) {
  column->nullable = nullable;
  column->field->presence = nullable;
}

bool IsReferredTo(const Tables& tables, const TableSpec& table) {
  return std::any_of(tables.begin(), tables.end(), [&](const auto& other) {
    return std::any_of(
        other.foreign_keys.begin(), other.foreign_keys.end(),
        [&](const auto& key) { return key.table == table.name; });
  });
}

// Whether each row has a value in the field's column.
bool HasValues(const Tables& tables, const std::string& message, int number) {
  return std::any_of(tables.begin(), tables.end(), [&](const auto& table) {
    return table.message == message &&
           std::any_of(table.columns.begin(), table.columns.end(),
                       [&](const auto& column) {
                         return column.field->number == number &&
                                !column.nullable;
                       });
  });
}

template <class List, class Condition>
void Erase(List* list, Condition condition) {
  list->erase(std::remove_if(list->begin(), list->end(), condition),
              list->end());
}

// With all that names it.
void DropColumn(TableSpec* table, std::string name) {
  Erase(&table->columns,
        [&](const auto& column) { return column.name == name; });
  Erase(&table->indexes, [&](const IndexSpec& index) {
    return std::any_of(index.parts.begin(), index.parts.end(),
                       [&](const auto& part) { return part.column == name; });
  });
  Erase(&table->checks, [&](const CheckSpec& check) {
    return check.sql.find(QuotedName(name)) != std::string::npos;
  });
  Erase(&table->foreign_keys,
        [&](const auto& key) { return key.columns[0] == name; });
}

}  // namespace

Schema SchemaOf(const Tables& tables, const Dialect& dialect) {
  Schema schema;
  for (const TableSpec& table : tables) {
    const OwnedTable owned(table);
    schema.tables.push_back(
        SchemaTableOf(owned.table(), table.message, dialect));
  }
  return schema;
}

ColumnSpec RandomSchema::NewColumn() {
  constexpr FieldType kTypes[] = {FieldType::kInt32,  FieldType::kInt64,
                                  FieldType::kString, FieldType::kString,
                                  FieldType::kBool,   FieldType::kDouble,
                                  FieldType::kBytes};
  ColumnSpec column;
  FieldSpec& field = column.field.emplace();
  field.number = ++number_;
  field.type = kTypes[Pick(7)];
  field.name = absl::StrCat("f", field.number);
  column.name = Chance(20) ? absl::StrCat("Order \"", field.number, "'")
                           : absl::StrCat("c", field.number);
  if (field.type == FieldType::kString && Chance(40)) field.max_length = 60;
  if (Chance(20) && IsNumber(column)) field.default_value = "7";
  MakeNullable(Chance(50), &column);
  return column;
}

TableSpec RandomSchema::NewTable() {
  TableSpec table;
  table.message = absl::StrCat("test.M", ++message_);
  table.name = Chance(80) ? absl::StrCat("t", ++name_)
                          : absl::StrCat("a table \"", ++name_, "\"");
  ColumnSpec key;
  key.name = "id";
  key.nullable = false;
  key.field.emplace().name = "id";
  key.field->number = 1;
  key.field->type = FieldType::kInt64;
  if (Chance(60)) key.generated = ColumnSpec::Generated::kKey;
  table.columns.push_back(std::move(key));
  table.primary_key = {"id"};
  for (int i = 1 + Pick(5); i > 0; --i) table.columns.push_back(NewColumn());
  AddRules(&table);
  return table;
}

void RandomSchema::AddRules(TableSpec* table) {
  for (const ColumnSpec& column : table->columns) {
    if (table->IsKey(column.name)) continue;
    // One that comes, or comes back, is the same in every row.
    const bool may_be_unique = IsDistinct(column) && column.nullable &&
                               !column.field->default_value.has_value();
    if (may_be_unique && Chance(15)) {
      if (!table->HasUniqueConstraint(column.name)) {
        table->indexes.push_back(UniqueConstraint(column.name));
      }
    }
    if (Chance(20)) {
      IndexSpec index;
      index.name = absl::StrCat("i", ++name_);
      index.parts = {{column.name, Chance(30)}, {"id", false}};
      index.unique = Chance(30);
      if (Chance(20))
        index.where = absl::StrCat(QuotedName(column.name), " IS NOT NULL");
      table->indexes.push_back(std::move(index));
    }
    if (IsNumber(column) && Chance(20)) {
      table->checks.push_back({absl::StrCat("k", ++name_),
                               absl::StrCat(QuotedName(column.name), " >= 0")});
    }
  }
}

void RandomSchema::AddReference(const Tables& tables, TableSpec* table) {
  const TableSpec& target =
      tables[static_cast<size_t>(Pick(static_cast<int>(tables.size())))];
  if (target.primary_key.size() != 1) return;
  ColumnSpec column = NewColumn();
  column.field->type = FieldType::kInt64;
  column.field->max_length = -1;
  column.field->default_value.reset();
  MakeNullable(true, &column);
  ReferenceSpec key;
  key.columns = {column.name};
  key.table = target.name;
  key.referenced = target.primary_key;
  if (Chance(50)) key.on_delete = ReferentialAction::kCascade;
  table->columns.push_back(std::move(column));
  table->foreign_keys.push_back(std::move(key));
}

Tables RandomSchema::Make() {
  Tables tables;
  for (int i = 1 + Pick(4); i > 0; --i) tables.push_back(NewTable());
  for (TableSpec& table : tables) {
    if (Chance(60)) AddReference(tables, &table);
  }
  return tables;
}

void RandomSchema::Rename(TableSpec* table, const std::string& from,
                          const std::string& to) {
  for (ColumnSpec& column : table->columns) {
    if (column.name == from) column.name = to;
  }
  for (std::string& key : table->primary_key) {
    if (key == from) key = to;
  }
  for (IndexSpec& index : table->indexes) {
    for (ColumnOrder& part : index.parts) {
      if (part.column == from) part.column = to;
    }
    if (!index.where.empty()) {
      index.where =
          absl::StrCat(QuotedName(index.parts[0].column), " IS NOT NULL");
    }
  }
  for (CheckSpec& check : table->checks) {
    if (check.sql == absl::StrCat(QuotedName(from), " >= 0")) {
      check.sql = absl::StrCat(QuotedName(to), " >= 0");
    }
  }
  for (ReferenceSpec& key : table->foreign_keys) {
    if (key.columns[0] == from) key.columns[0] = to;
  }
}

void RandomSchema::ChangeColumn(TableSpec* table, ColumnSpec* column) {
  FieldSpec& field = *column->field;
  const bool refers = table->ReferenceOf(column->name) != nullptr;
  const bool unique =
      table->HasUniqueConstraint(column->name) ||
      std::any_of(table->indexes.begin(), table->indexes.end(),
                  [&](const IndexSpec& index) {
                    return index.unique &&
                           index.parts[0].column == column->name;
                  });
  switch (Pick(5)) {
    case 0:
      if (!refers && !unique) MakeNullable(!column->nullable, column);
      break;
    case 1:
      if (IsNumber(*column) && !unique) {
        field.default_value = field.default_value.has_value()
                                  ? std::nullopt
                                  : std::optional<std::string>("9");
      }
      break;
    case 2:
      if (field.type == FieldType::kString) {
        field.max_length = field.max_length < 0 ? 80 : -1;
      }
      break;
    case 3:
      if (IsNumber(*column) && !refers) {
        field.type = field.type == FieldType::kInt32 ? FieldType::kInt64
                                                     : FieldType::kInt32;
      }
      break;
    case 4:
      if (IsNumber(*column) && !refers) {
        field.type = Chance(50) ? FieldType::kDouble : FieldType::kString;
        field.default_value.reset();
        const std::string check =
            absl::StrCat(QuotedName(column->name), " >= 0");
        Erase(&table->checks,
              [&](const CheckSpec& one) { return one.sql == check; });
      }
      break;
  }
}

void RandomSchema::ChangeTable(const Tables& tables, TableSpec* table) {
  for (size_t i = table->columns.size(); i-- > 1;) {
    if (table->IsKey(table->columns[i].name)) continue;
    if (Chance(15)) {
      DropColumn(table, table->columns[i].name);
    } else if (Chance(30)) {
      ChangeColumn(table, &table->columns[i]);
    }
  }
  Erase(&table->indexes, [&](const IndexSpec&) { return Chance(15); });
  Erase(&table->checks, [&](const CheckSpec&) { return Chance(15); });
  Erase(&table->foreign_keys, [&](const auto&) { return Chance(15); });
  for (ReferenceSpec& key : table->foreign_keys) {
    if (Chance(15)) key.on_delete = ReferentialAction::kSetNull;
  }
  if (Chance(40)) AddRules(table);
  while (Chance(30)) table->columns.push_back(NewColumn());
  if (Chance(15)) AddReference(tables, table);
  if (table->columns.size() > 2 && Chance(15)) {
    // Two columns that change names.
    const std::string a = table->columns[1].name;
    const std::string b = table->columns[2].name;
    Rename(table, a, "aside");
    Rename(table, b, a);
    Rename(table, "aside", b);
  }
  for (size_t i = 1; i < table->columns.size(); ++i) {
    if (!Chance(10)) continue;
    const std::string name = table->columns[i].name;
    Rename(table, name, absl::StrCat("r", ++name_));
  }
}

Tables RandomSchema::Change(const Tables& before) {
  Tables after = before;
  for (size_t i = after.size(); i-- > 0;) {
    if (after.size() < 2 || !Chance(10)) continue;
    const std::string name = after[i].name;
    after.erase(after.begin() + static_cast<std::ptrdiff_t>(i));
    // On the way back there are no rows to refer to.
    for (TableSpec& table : after) {
      const std::vector<ReferenceSpec> keys = table.foreign_keys;
      for (const ReferenceSpec& key : keys) {
        if (key.table == name) DropColumn(&table, key.columns[0]);
      }
    }
  }
  for (TableSpec& table : after) {
    if (Chance(70)) ChangeTable(after, &table);
  }
  for (TableSpec& table : after) {
    // A key of two columns.
    if (!Chance(8) || IsReferredTo(after, table) || table.columns.size() < 2 ||
        table.columns[1].nullable || table.primary_key.size() != 1 ||
        !HasValues(before, table.message, table.columns[1].field->number)) {
      continue;
    }
    table.primary_key.push_back(table.columns[1].name);
    table.columns[0].generated = ColumnSpec::Generated::kNo;
  }
  const auto rename_table = [&](const std::string& from,
                                const std::string& to) {
    for (TableSpec& table : after) {
      if (table.name == from) table.name = to;
      for (ReferenceSpec& key : table.foreign_keys) {
        if (key.table == from) key.table = to;
      }
    }
  };
  if (after.size() > 1 && Chance(15)) {
    const std::string a = after[0].name;
    const std::string b = after[1].name;
    rename_table(a, "aside");
    rename_table(b, a);
    rename_table("aside", b);
  }
  std::string freed;
  if (Chance(20)) {
    freed = after[0].name;
    rename_table(freed, absl::StrCat("n", ++name_));
  }
  while (Chance(25)) {
    after.push_back(NewTable());
    if (!freed.empty()) after.back().name = freed;
    freed.clear();
    if (Chance(50)) AddReference(after, &after.back());
  }
  return after;
}

bool KeepsValues(const ColumnSpec& before, const ColumnSpec& after) {
  return before.field->type == after.field->type &&
         (before.nullable == after.nullable || after.nullable);
}

std::string RowsSql(const TableSpec& table, int count, const Dialect& dialect) {
  std::string sql;
  for (int row = 1; row <= count; ++row) {
    std::vector<std::string> names;
    std::vector<std::string> values;
    for (const ColumnSpec& column : table.columns) {
      names.push_back(QuotedName(column.name));
      const int number = row * 100 + column.field->number % 100;
      const bool empty = column.nullable && row % 3 == 0;
      if (column.name == "id" || table.ReferenceOf(column.name) != nullptr) {
        values.push_back(empty ? "NULL" : absl::StrCat(row));
      } else if (empty) {
        values.push_back("NULL");
      } else if (column.field->type == FieldType::kString) {
        values.push_back(absl::StrCat("'it''s ", number, "; -- up'"));
      } else if (column.field->type == FieldType::kBytes) {
        values.push_back(dialect.BytesLiteral(absl::StrCat("b", number)));
      } else if (column.field->type == FieldType::kBool) {
        values.push_back(dialect.BoolLiteral(row % 2 == 0));
      } else {
        values.push_back(absl::StrCat(number));
      }
    }
    absl::StrAppend(&sql, "INSERT INTO ", QuotedTable(table, dialect), " (",
                    absl::StrJoin(names, ", "), ") VALUES (",
                    absl::StrJoin(values, ", "), ");\n");
  }
  return sql;
}

}  // namespace modelservice
