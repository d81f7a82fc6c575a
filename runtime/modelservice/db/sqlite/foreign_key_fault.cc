#include "modelservice/db/sqlite/foreign_key_fault.h"

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "modelservice/base/call_limits.h"
#include "modelservice/base/clock.h"
#include "modelservice/db/error.h"

namespace modelservice::sqlite {
namespace {

// All tables are looked through, and others wait for the writer.
constexpr absl::Duration kMostTime = absl::Milliseconds(100);
// More than these are of no use to whoever reads the error.
constexpr int kMostRows = 1000;

class Briefly final : public CallLimits {
 public:
  SteadyTime ends_at() const override { return ends_at_; }
  bool cancelled() const override { return false; }

 private:
  const SteadyTime ends_at_ = After(kMostTime);
};

struct FinalizeLook {
  void operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
  }
};
using Look = std::unique_ptr<sqlite3_stmt, FinalizeLook>;

Look Prepared(Connection& connection, const char* sql) {
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(connection.handle(), sql, -1, &statement, nullptr);
  return Look(statement);
}

std::string TextAt(sqlite3_stmt* statement, int column) {
  const auto* const text =
      reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  return text == nullptr ? "" : text;
}

// A row that refers to nothing.
struct Astray {
  std::string table;
  std::optional<int64_t> rowid;
  std::string parent;
  int key = 0;  // of the table's
};

// The first of them, and whether the others are by the same key; nullopt where
// there is none, or no time to find out.
std::optional<std::pair<Astray, bool>> FirstAstray(Connection& connection) {
  const Look look = Prepared(connection, "PRAGMA foreign_key_check");
  std::optional<std::pair<Astray, bool>> first;
  int code = look == nullptr ? SQLITE_ERROR : sqlite3_step(look.get());
  for (int rows = 0; code == SQLITE_ROW && rows < kMostRows; ++rows) {
    Astray row;
    row.table = TextAt(look.get(), 0);
    if (sqlite3_column_type(look.get(), 1) == SQLITE_INTEGER) {
      row.rowid = sqlite3_column_int64(look.get(), 1);
    }
    row.parent = TextAt(look.get(), 2);
    row.key = sqlite3_column_int(look.get(), 3);
    if (!first.has_value()) {
      first = {std::move(row), true};
    } else if (row.table != first->first.table || row.key != first->first.key) {
      first->second = false;
      return first;
    }
    code = sqlite3_step(look.get());
  }
  return code == SQLITE_ROW || code == SQLITE_DONE ? first : std::nullopt;
}

std::vector<std::string> ColumnsOfKey(Connection& connection,
                                      const Astray& row) {
  const Look look = Prepared(connection,
                             "SELECT \"from\" FROM pragma_foreign_key_list(?1) "
                             "WHERE id = ?2 ORDER BY seq");
  std::vector<std::string> columns;
  if (look == nullptr) return columns;
  sqlite3_bind_text(look.get(), 1, row.table.data(),
                    static_cast<int>(row.table.size()), SQLITE_TRANSIENT);
  sqlite3_bind_int(look.get(), 2, row.key);
  while (sqlite3_step(look.get()) == SQLITE_ROW) {
    columns.push_back(TextAt(look.get(), 0));
  }
  return columns;
}

absl::Status Named(Connection& connection, const absl::Status& status) {
  const Briefly limits;
  const Connection::LimitsScope scope(connection, &limits);
  const auto astray = FirstAstray(connection);
  auto error = GetDatabaseError(status);
  if (!astray.has_value() || !error.has_value()) return status;
  const auto& [row, is_only_key] = *astray;
  const std::vector<std::string> columns = ColumnsOfKey(connection, row);
  if (is_only_key) {
    error->table = row.table;
    error->columns = columns;
  }
  return MakeDatabaseError(
      *error, absl::StrCat(status.message(), ": ", row.table, ".",
                           absl::StrJoin(columns, ", "), " of the row ",
                           row.rowid.has_value()
                               ? absl::StrCat("with the rowid ", *row.rowid)
                               : std::string("without a rowid"),
                           " refers to no row of ", row.parent,
                           is_only_key ? "" : ", and others do by other keys"));
}

}  // namespace

absl::Status Commit(Connection& connection) {
  absl::Status status = connection.Run(Connection::Control::kCommit);
  return HasKind(status, DatabaseError::Kind::kForeignKey) &&
                 connection.in_transaction()
             ? Named(connection, status)
             : status;
}

}  // namespace modelservice::sqlite
