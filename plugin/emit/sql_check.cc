#include "plugin/emit/sql_check.h"

#include <sqlite3.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/sql/ddl.h"
#include "modelservice/sql/dialect.h"
#include "modelservice/sql/statements.h"
#include "plugin/emit/sql.h"

namespace modelservice::plugin {
namespace {

// A database in memory.
class Scratch {
 public:
  Scratch() {
    sqlite3* database = nullptr;
    // A failure leaves an object that explains every later one.
    sqlite3_open(":memory:", &database);
    database_.reset(database);
  }

  // Runs every statement of `sql`; comes back with SQLite's words on failure.
  std::string Run(const std::string& sql) {
    return Explain(
        sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr));
  }

  // Prepares one statement.
  std::string Prepare(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    const int result =
        sqlite3_prepare_v2(database_.get(), sql.data(),
                           static_cast<int>(sql.size()), &statement, nullptr);
    sqlite3_finalize(statement);
    return Explain(result);
  }

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
  };

  std::string Explain(int result) {
    return result == SQLITE_OK ? "" : sqlite3_errmsg(database_.get());
  }

  std::unique_ptr<sqlite3, Close> database_;
};

// Whether SQLite takes the table; `fault` has its words if not.
bool Takes(const Table& table, std::string* fault) {
  Scratch scratch;
  *fault = scratch.Run(CreateTableSql(table, SqliteDialect()));
  if (!fault->empty()) return false;
  for (const std::string& statement : FixedStatements(table, SqliteDialect())) {
    *fault = scratch.Prepare(statement);
    if (!fault->empty()) return false;
  }
  return true;
}

// Checks one model whose table SQLite does not take: leaves out each piece of
// the user's SQL to find the one at fault.
class Suspects {
 public:
  Suspects(const Model& model, Diagnostics& diagnostics)
      : model_(model), diagnostics_(diagnostics) {}

  void Report(const std::string& fault) {
    bool found = false;
    for (size_t i = 0; i < model_.columns.size(); ++i) {
      const Field& field = model_.columns[i];
      if (!field.settings.has_type()) continue;
      if (!TakesWithout([&](Model& m) { m.columns[i].settings.clear_type(); },
                        fault)) {
        continue;
      }
      found = true;
      diagnostics_.Report(field.places.Of({FieldSettings::kTypeFieldNumber}),
                          absl::StrCat(model_.name, ".", field.name),
                          absl::StrCat("type: SQLite says: ", fault), kMend);
    }
    for (int i = 0; i < model_.settings.check_size(); ++i) {
      found |= ReportIf([&](Model& m) { m.checks.erase(m.checks.begin() + i); },
                        "check", {ModelSettings::kCheckFieldNumber, i}, fault);
    }
    for (int i = 0; i < model_.settings.index_size(); ++i) {
      const auto position = static_cast<std::ptrdiff_t>(
          model_.indexes.size() -
          static_cast<size_t>(model_.settings.index_size() - i));
      found |= ReportIf(
          [&](Model& m) { m.indexes.erase(m.indexes.begin() + position); },
          "index", {ModelSettings::kIndexFieldNumber, i}, fault);
    }
    if (found) return;
    diagnostics_.Report(model_.places.Of(), model_.name,
                        absl::StrCat("SQLite says: ", fault), kMend);
  }

 private:
  static constexpr char kMend[] = "mend the SQL";

  template <class Change>
  bool ReportIf(const Change& change, absl::string_view setting,
                const std::vector<int>& path, const std::string& fault) {
    if (!TakesWithout(change, fault)) return false;
    diagnostics_.Report(model_.places.Of(path), model_.name,
                        absl::StrCat(setting, ": SQLite says: ", fault), kMend);
    return true;
  }

  // Whether `fault` goes away with `change`.
  template <class Change>
  bool TakesWithout(const Change& change, const std::string& fault) const {
    Model changed = model_;
    change(changed);
    std::string other;
    return Takes(TableDescription(changed).table(), &other) || other != fault;
  }

  const Model& model_;
  Diagnostics& diagnostics_;
};

}  // namespace

void CheckSql(const Schema& schema, Diagnostics& diagnostics) {
  for (const std::unique_ptr<File>& file : schema.files) {
    for (const std::unique_ptr<Model>& model : file->models) {
      std::string fault;
      if (Takes(TableDescription(*model).table(), &fault)) continue;
      Suspects(*model, diagnostics).Report(fault);
    }
  }
}

}  // namespace modelservice::plugin
