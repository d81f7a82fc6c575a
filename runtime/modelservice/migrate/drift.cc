#include "modelservice/migrate/drift.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "modelservice/migrate/column_fit.h"
#include "modelservice/migrate/equivalence.h"
#include "modelservice/sql/made_table.h"

namespace modelservice {
namespace {

// A table that the catalog leaves out - a partition, a temporary one - is there
// all the same.
absl::StatusOr<bool> IsOutsideOfCatalog(Database& database,
                                        const Table& table) {
  auto columns = database.ColumnsOf(table);
  if (!columns.ok()) return columns.status();
  return !columns->empty();
}

// A column of a type that its field has no form in.
void AddFormless(Database& database, const Table& table,
                 std::vector<Difference>* drift) {
  const auto forms = database.LiveTableOf(table);
  if (forms.ok()) return;
  const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(
      absl::string_view(forms.status().message()), absl::MaxSplits("; ", 1));
  drift->insert(drift->begin(),
                {Difference::Weight::kBroken, std::string(parts.first),
                 std::string(parts.second)});
}

// SQLite takes a key to what is not there, or not unique, and then refuses each
// write to the table.
void AddBrokenReferences(const catalog::Catalog& catalog,
                         const catalog::Table& live, const Model& model,
                         std::vector<Difference>* drift) {
  for (const catalog::ForeignKey& key : live.foreign_keys) {
    const catalog::Table* const table = catalog.FindReferenced(key);
    if (table != nullptr && !table->fault.empty()) continue;
    if (table != nullptr && key.columns.size() == key.referenced.size() &&
        AreUnique(*table, SetOf(key.referenced))) {
      continue;
    }
    drift->push_back(
        {Difference::Weight::kRule,
         absl::StrCat("table \"", live.name, "\", which stores ",
                      model.table->message, ", has a foreign key (",
                      absl::StrJoin(key.columns, ", "), ") to \"", key.table,
                      "\" (", absl::StrJoin(key.referenced, ", "), "), ",
                      table == nullptr ? "which does not exist"
                                       : "which is neither a key nor UNIQUE",
                      ": SQLite refuses each write to the table"),
         table == nullptr ? "make that table, or this one without the key"
                          : "make a unique index of it, or the table without "
                            "the key"});
  }
}

const catalog::Table* FindTable(const catalog::Catalog& catalog,
                                const TableSpec& table) {
  const catalog::Table* const live = catalog.Find(table.FullName());
  // What the search path finds has no schema in a catalog.
  return live != nullptr || table.schema.empty() ? live
                                                 : catalog.Find(table.name);
}

// A table that has none of the DEFAULTs has lost none, either, and of others'
// tables one may have the same by chance, FALSE or 0.
Zeros ZerosOf(const catalog::Catalog& catalog, const catalog::Table& live,
              const Table& table, const TableSpec& made) {
  size_t count = 0;
  size_t same = 0;
  for (size_t i = 0; i < made.columns.size() && !catalog.django; ++i) {
    const ColumnSpec* const column =
        FindColumn(live, made.columns[i].name, NameCase::kIgnored);
    if (column == nullptr || !IsZero(table.columns[i], made.columns[i])) {
      continue;
    }
    ++count;
    if (HaveSameDefault(made.columns[i], *column)) ++same;
  }
  return 2 * same > count ? Zeros::kCompared : Zeros::kIgnored;
}

}  // namespace

absl::StatusOr<std::vector<Difference>> FindDrift(
    Database& database, absl::Span<const Model* const> models) {
  const auto catalog = catalog::ReadCatalog(database);
  if (!catalog.ok()) return catalog.status();
  const Dialect& dialect = database.dialect();
  std::vector<Difference> drift;
  for (const Model* const model : models) {
    const Table& table = *model->table;
    const TableSpec made = MadeTable(table, dialect);
    const catalog::Table* const live = FindTable(*catalog, made);
    if (live != nullptr && live->fault.empty()) {
      std::vector<Difference> found = CompareTable(
          table, *live, dialect, ZerosOf(*catalog, *live, table, made));
      const bool has_columns =
          found.empty() || found[0].weight != Difference::Weight::kBroken;
      if (has_columns) AddFormless(database, table, &found);
      if (!catalog->postgres) {
        AddBrokenReferences(*catalog, *live, *model, &found);
      }
      for (Difference& one : found) {
        one.model = model;
        drift.push_back(std::move(one));
      }
      continue;
    }
    auto is_there = IsOutsideOfCatalog(database, table);
    if (!is_there.ok()) return is_there.status();
    if (*is_there) continue;
    drift.push_back(
        {Difference::Weight::kBroken,
         absl::StrCat("table \"", made.FullName(), "\", which stores ",
                      table.message, ", does not exist"),
         "run the command migrate first", model});
  }
  return drift;
}

std::vector<Difference> Heaviest(absl::Span<const Difference> drift,
                                 Difference::Weight least) {
  std::vector<Difference> heavy;
  std::copy_if(drift.begin(), drift.end(), std::back_inserter(heavy),
               [&](const Difference& one) { return one.weight >= least; });
  return heavy;
}

std::string TextOf(absl::Span<const Difference> drift) {
  return absl::StrJoin(drift, "\n",
                       [](std::string* text, const Difference& one) {
                         absl::StrAppend(text, one.text, " -> ", one.mend);
                       });
}

}  // namespace modelservice
