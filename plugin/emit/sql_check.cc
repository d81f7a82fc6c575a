#include "plugin/emit/sql_check.h"

#include <re2/re2.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/schema/owned_table.h"
#include "modelservice/sql/ddl.h"
#include "modelservice/sql/dialect.h"
#include "modelservice/sql/table_statements.h"
#include "plugin/emit/scratch_database.h"

namespace modelservice::plugin {
namespace {

// What SQLite says against the table, or nothing.
std::string FaultOf(const TableSpec& spec) {
  const OwnedTable owned(spec);
  const Table& table = owned.table();
  ScratchDatabase scratch;
  std::string fault = scratch.Make(CreateTableSql(table, SqliteDialect()),
                                   1 + table.indexes.size());
  if (!fault.empty()) return fault;
  for (const std::string& statement : FixedStatements(table, SqliteDialect())) {
    fault = scratch.Prepare(statement);
    if (!fault.empty()) return fault;
  }
  return "";
}

// Whether SQLite would ask for the time to judge a row: it makes such a table,
// and then takes no row into it.
bool AsksForTheTime(const std::string& sql) {
  // Without a time, or with one that is not in the row.
  static const auto* const kTime = new RE2(
      R"((?i)\b(date|time|datetime|julianday|unixepoch)\s*\(\s*\)|)"
      R"(\bstrftime\s*\(\s*'[^']*'\s*\)|)"
      R"(\b(date|time|datetime|julianday|unixepoch|strftime)\s*\([^()]*)"
      R"('(now|localtime|utc)')");
  return RE2::PartialMatch(sql, *kTime);
}

void CheckTimes(const Model& model, Diagnostics& diagnostics) {
  const auto check = [&](const std::string& sql, const Place& place,
                         absl::string_view kind, const std::string& name) {
    if (!AsksForTheTime(sql)) return;
    diagnostics.Report(
        place, model.name,
        absl::StrCat(kind, " \"", name,
                     "\": it asks for the time, and SQLite takes "
                     "no row that is checked so"),
        "compare columns with each other, or with a constant");
  };
  const TableSpec& table = model.table;
  for (size_t i = 0; i < table.checks.size(); ++i) {
    check(table.checks[i].sql, model.check_places[i], "check",
          table.checks[i].name);
  }
  for (size_t i = 0; i < table.indexes.size(); ++i) {
    check(table.indexes[i].where, model.index_places[i], "index",
          table.indexes[i].name);
  }
}

// Finds what is at fault in a model whose table SQLite does not take: the table
// without the user's SQL, or any piece of that SQL, each tried alone.
class Suspects {
 public:
  Suspects(const Model& model, Diagnostics& diagnostics)
      : model_(model),
        table_(model.table),
        bare_(model.table),
        diagnostics_(diagnostics) {
    for (ColumnSpec& column : bare_.columns) column.type = SqlType();
    bare_.checks.clear();
    for (IndexSpec& index : bare_.indexes) index.where.clear();
  }

  void Report(const std::string& fault) {
    const std::string own = FaultOf(bare_);
    if (!own.empty()) {
      Report(model_.places.Of(), model_.name,
             absl::StrCat("SQLite says: ", own),
             "rename or drop what it speaks of");
      return;
    }
    const bool types = ReportTypes();
    const bool checks = ReportChecks();
    const bool conditions = ReportConditions();
    if (types || checks || conditions) return;
    Report(model_.places.Of(), model_.name,
           absl::StrCat("its types, checks and indexes together: SQLite says: ",
                        fault),
           kMend);
  }

 private:
  static constexpr char kMend[] = "mend the SQL";

  bool ReportTypes() {
    bool found = false;
    for (size_t i = 0; i < model_.columns.size(); ++i) {
      const Field& field = model_.columns[i];
      if (!field.settings.has_type()) continue;
      TableSpec alone = bare_;
      alone.columns[i].type = table_.columns[i].type;
      found |=
          ReportAlone(alone, field.places.Of({FieldSettings::kTypeFieldNumber}),
                      absl::StrCat(model_.name, ".", field.name), "type");
    }
    return found;
  }

  bool ReportChecks() {
    bool found = false;
    for (size_t i = 0; i < table_.checks.size(); ++i) {
      const CheckSpec& check = table_.checks[i];
      TableSpec alone = bare_;
      alone.checks = {check};
      found |= ReportAlone(alone, model_.check_places[i], model_.name,
                           absl::StrCat("check \"", check.name, "\""));
    }
    return found;
  }

  bool ReportConditions() {
    bool found = false;
    for (size_t i = 0; i < table_.indexes.size(); ++i) {
      const IndexSpec& index = table_.indexes[i];
      if (index.where.empty()) continue;
      TableSpec alone = bare_;
      alone.indexes[i].where = index.where;
      found |= ReportAlone(alone, model_.index_places[i], model_.name,
                           absl::StrCat("index \"", index.name, "\""));
    }
    return found;
  }

  // Whether SQLite takes `alone`, which has one piece of SQL only, not.
  bool ReportAlone(const TableSpec& alone, const Place& place,
                   const std::string& element, absl::string_view piece) {
    const std::string fault = FaultOf(alone);
    if (fault.empty()) return false;
    Report(place, element, absl::StrCat(piece, ": SQLite says: ", fault),
           kMend);
    return true;
  }

  void Report(const Place& place, const std::string& element,
              const std::string& fault, absl::string_view mend) {
    diagnostics_.Report(place, element, fault, mend);
  }

  const Model& model_;
  const TableSpec& table_;
  TableSpec bare_;  // without the user's SQL
  Diagnostics& diagnostics_;
};

}  // namespace

void CheckSql(const Schema& schema, Target target, Diagnostics& diagnostics) {
  for (const std::unique_ptr<File>& file : schema.files) {
    if (file->TargetOr(target) == Target::kPostgres) continue;
    for (const std::unique_ptr<Model>& model : file->models) {
      const std::string fault = FaultOf(model->table);
      if (!fault.empty()) Suspects(*model, diagnostics).Report(fault);
      CheckTimes(*model, diagnostics);
    }
  }
}

}  // namespace modelservice::plugin
