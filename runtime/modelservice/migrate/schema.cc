#include "modelservice/migrate/schema.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/annotations.pb.h"
#include "modelservice/base/compat.h"
#include "modelservice/sql/identifier.h"
#include "modelservice/sql/made_table.h"

namespace modelservice {
namespace {

namespace pb = google::protobuf;

bool HasColumnsOf(const TableSpec& table, const TableSpec& other) {
  return std::all_of(
      other.columns.begin(), other.columns.end(),
      [&](const auto& column) { return table.FindColumn(column.name); });
}

// To SQLite names are equal whatever their case, and what PostgreSQL would
// clip it makes equal.
absl::Status CheckNames(const Schema& schema, const Dialect& dialect) {
  const auto key = [&](absl::string_view name) {
    return dialect.has_schemas() ? std::string(name)
                                 : absl::AsciiStrToLower(name);
  };
  const auto fault = [&](const TableSpec& table, absl::string_view what) {
    return absl::FailedPreconditionError(
        absl::StrCat(table.message, ": ", what));
  };
  std::set<std::string> tables;
  std::map<std::string, std::string> indexes;
  for (const SchemaTable& one : schema.tables) {
    const TableSpec& table = one.spec;
    if (!tables.insert(key(table.FullName())).second) {
      return fault(table,
                   absl::StrCat("another table is called \"", table.FullName(),
                                "\", but for the case of letters, which is "
                                "the same to SQLite; set another table"));
    }
    std::set<std::string> columns;
    for (const ColumnSpec& column : table.columns) {
      if (!columns.insert(key(column.name)).second) {
        return fault(table,
                     absl::StrCat("two columns are called \"", column.name,
                                  "\", but for the case of letters, "
                                  "which is the same to SQLite; set "
                                  "another column"));
      }
    }
    for (const IndexSpec& index : table.indexes) {
      if (index.name.empty()) continue;
      const auto added = indexes.emplace(
          key(absl::StrCat(table.schema, ".", index.name)), table.message);
      if (!added.second) {
        return fault(table, absl::StrCat("an index of ", added.first->second,
                                         " is called \"", index.name,
                                         "\", too; name one otherwise"));
      }
    }
    std::vector<std::string> names = {table.schema, table.name};
    for (const ColumnSpec& column : table.columns) names.push_back(column.name);
    for (const IndexSpec& index : table.indexes) names.push_back(index.name);
    for (const CheckSpec& check : table.checks) names.push_back(check.name);
    for (const std::string& name : names) {
      if (dialect.has_schemas() && name.size() > kMaxIdentifierBytes) {
        return fault(table,
                     absl::StrCat("the name \"", name, "\" has ", name.size(),
                                  " bytes, and PostgreSQL keeps ",
                                  kMaxIdentifierBytes, "; set a shorter one"));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

void ReadRenames(const pb::Descriptor& message, SchemaTable* table) {
  const auto& settings = message.options().GetExtension(::modelservice::model);
  if (settings.has_renamed_from()) {
    const std::string package = compat::Str(message.file()->package());
    table->renamed_from =
        package.empty() || absl::StrContains(settings.renamed_from(), '.')
            ? settings.renamed_from()
            : absl::StrCat(package, ".", settings.renamed_from());
  }
  for (const ColumnSpec& column : table->spec.columns) {
    const pb::FieldDescriptor* const field =
        message.FindFieldByNumber(column.field->number);
    if (field == nullptr) continue;
    if (const pb::EnumDescriptor* const values = field->enum_type();
        values != nullptr && !field->is_repeated()) {
      auto& names = table->forms[column.name].names;
      for (int i = 0; i < values->value_count(); ++i) {
        names.emplace_back(values->value(i)->number(),
                           compat::Str(values->value(i)->name()));
      }
    }
    const auto& options = field->options().GetExtension(::modelservice::field);
    if (options.has_renamed_from()) {
      table->columns_renamed_from[column.name] = options.renamed_from();
    }
  }
}

SchemaTable SchemaTableOf(const Table& table, absl::string_view message,
                          const Dialect& dialect) {
  SchemaTable made;
  made.spec = MadeTable(table, dialect);
  for (const ColumnSpec& column : SpecOf(table).columns) {
    if (column.field.has_value()) {
      made.forms[column.name] = FormOf(*column.field);
    }
  }
  made.spec.message = std::string(message);
  for (size_t i = 0; i < made.spec.columns.size(); ++i) {
    FieldSpec& field = made.spec.columns[i].field.emplace();
    field.name = std::string(table.columns[i].field);
    field.number = table.columns[i].number;
    // A key's columns are never NULL, said so or not.
    ColumnSpec& column = made.spec.columns[i];
    if (made.spec.IsKey(column.name)) column.nullable = false;
  }
  return made;
}

absl::StatusOr<Schema> SchemaOf(absl::Span<const Model* const> models,
                                const Dialect& dialect) {
  Schema schema;
  for (const Model* const model : models) {
    const pb::Descriptor& message = *model->prototype().GetDescriptor();
    SchemaTable table =
        SchemaTableOf(*model->table, compat::Str(message.full_name()), dialect);
    ReadRenames(message, &table);
    const auto same = std::find_if(
        schema.tables.begin(), schema.tables.end(), [&](const auto& other) {
          return other.spec.FullName() == table.spec.FullName();
        });
    if (same == schema.tables.end()) {
      schema.tables.push_back(std::move(table));
    } else if (!HasColumnsOf(same->spec, table.spec)) {
      if (!HasColumnsOf(table.spec, same->spec)) {
        return absl::FailedPreconditionError(absl::StrCat(
            same->spec.message, " and ", table.spec.message,
            " both store the table \"", table.spec.FullName(),
            "\", and neither has all of its columns; give one of them all"));
      }
      *same = std::move(table);
    }
  }
  if (auto status = CheckNames(schema, dialect); !status.ok()) return status;
  return schema;
}

}  // namespace modelservice
