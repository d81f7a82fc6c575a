#include "modelservice/manage/schema_diff.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/manage/table_diff.h"
#include "modelservice/migrate/schema.h"
#include "modelservice/migrate/schema_change.h"
#include "modelservice/schema/owned_table.h"
#include "modelservice/sql/ddl.h"
#include "modelservice/sql/dialect.h"

namespace modelservice {
namespace {

using Part = Finding::Part;
using Weight = Finding::Weight;

// As migrations have it.
Schema SchemaOf(const std::vector<ModelVersion>& models) {
  Schema schema;
  for (const ModelVersion& model : models) {
    SchemaTable& table = schema.tables.emplace_back();
    table.spec = model.table;
    table.spec.message = model.message;
    table.renamed_from = model.renamed_from;
    table.columns_renamed_from = model.columns_renamed_from;
  }
  return schema;
}

const TableMatch* FindMatch(const SchemaMatch& match, const std::string& name) {
  const auto found =
      std::find_if(match.begin(), match.end(), [&](const TableMatch& table) {
        return table.before != nullptr && table.before->name == name;
      });
  return found == match.end() || found->after == nullptr ? nullptr : &*found;
}

void Rename(const TableMatch& table, std::string* column) {
  for (const auto& [before, after] : table.columns) {
    if (before != *column) continue;
    *column = after;
    return;
  }
}

// Its key, indexes and references by the names that columns and tables have
// after.
ModelVersion Moved(const ModelVersion& older, const TableMatch& table,
                   const SchemaMatch& match) {
  ModelVersion moved = older;
  for (std::string& column : moved.made.primary_key) Rename(table, &column);
  for (IndexSpec& index : moved.made.indexes) {
    for (ColumnOrder& part : index.parts) Rename(table, &part.column);
  }
  for (ReferenceSpec& key : moved.made.foreign_keys) {
    for (std::string& column : key.columns) Rename(table, &column);
    const TableMatch* const target = FindMatch(match, key.table);
    if (target == nullptr) continue;
    key.table = target->after->name;
    for (std::string& column : key.referenced) Rename(*target, &column);
  }
  return moved;
}

}  // namespace

std::vector<Finding> SchemaDiff(const std::vector<ModelVersion>& older,
                                const std::vector<ModelVersion>& newer) {
  const Schema before = SchemaOf(older);
  const Schema after = SchemaOf(newer);
  const SchemaMatch match = MatchOf(before, after);
  std::vector<Finding> found;
  std::set<const TableSpec*> stays;
  for (size_t i = 0; i < older.size(); ++i) {
    const ModelVersion& model = older[i];
    const auto table =
        std::find_if(match.begin(), match.end(), [&](const TableMatch& one) {
          return one.before == &before.tables[i].spec;
        });
    if (table != match.end() && table->after != nullptr) {
      stays.insert(table->after);
      size_t now = 0;
      while (&after.tables[now].spec != table->after) ++now;
      for (Finding& one :
           TableDiff(Moved(model, *table, match), newer[now], table->columns)) {
        found.push_back(std::move(one));
      }
      continue;
    }
    found.push_back({Part::kDatabase, Weight::kBreak, model.place,
                     model.message,
                     absl::StrCat("no model stores its rows in table \"",
                                  model.table.FullName(), "\" any more"),
                     "keep the rows (dumpdata --model) before the table is "
                     "dropped"});
    found.push_back({Part::kDeploy, Weight::kCare, model.place, model.message,
                     "servers of the old version still use the table",
                     "drop it when the last of them is gone"});
  }
  for (size_t i = 0; i < newer.size(); ++i) {
    if (stays.count(&after.tables[i].spec) > 0) continue;
    const ModelVersion& model = newer[i];
    found.push_back(
        {Part::kDatabase, Weight::kNote, model.place, model.message,
         absl::StrCat("table \"", model.table.FullName(), "\" is new"),
         absl::StrCat("migrate makes it: ",
                      CreateTableSql(OwnedTable(model.table).table(),
                                     model.postgres ? PostgresDialect()
                                                    : SqliteDialect()))});
    found.push_back({Part::kDeploy, Weight::kCare, model.place, model.message,
                     "servers of the new version need the table",
                     "migrate before the first of them starts"});
  }
  return found;
}

}  // namespace modelservice
