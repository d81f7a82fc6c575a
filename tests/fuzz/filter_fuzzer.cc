// Filters, orders and searches from strangers. What is taken makes statements
// that a database takes, and what is refused says where.
#include <sqlite3.h>

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "modelservice/db/sqlite/decimal_collation.h"
#include "modelservice/db/sqlite/list_table.h"
#include "modelservice/schema/utf8.h"
#include "modelservice/service/filter_condition.h"
#include "modelservice/service/filter_syntax.h"
#include "modelservice/service/filter_test_support.h"
#include "modelservice/service/order_by.h"
#include "modelservice/service/search.h"
#include "modelservice/sql/evaluate.h"
#include "modelservice/sql/select.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {
namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

sqlite3* OpenDatabase() {
  sqlite3* database = nullptr;
  Require(sqlite3_open(":memory:", &database) == SQLITE_OK);
  // What our connections have.
  Require(sqlite::AddListTable(database) == SQLITE_OK);
  Require(sqlite::AddDecimalCollation(database) == SQLITE_OK);
  std::string sql = "CREATE TABLE book (";
  for (size_t i = 0; i < kFilterTable.columns.size(); ++i) {
    if (i > 0) sql += ", ";
    AppendIdentifier(kFilterTable.columns[i].name, &sql);
  }
  sql += ")";
  Require(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) ==
          SQLITE_OK);
  return database;
}

void RequireRuns(const Expression& where, const std::vector<Ordering>& order) {
  static sqlite3* const database = OpenDatabase();
  Select select = SelectFrom(kFilterTable);
  select.where = where;
  select.order = OrderOf(kFilterTable, order);
  Write(select, PostgresDialect());
  const Statement statement = Write(select, SqliteDialect());
  sqlite3_stmt* prepared = nullptr;
  Require(sqlite3_prepare_v2(database, statement.text.data(),
                             static_cast<int>(statement.text.size()), &prepared,
                             nullptr) == SQLITE_OK);
  Require(sqlite3_bind_parameter_count(prepared) ==
          static_cast<int>(statement.parameters.size()));
  for (const Value value : statement.parameters) {
    Require(value.kind() != Value::Kind::kInvalid);
  }
  sqlite3_finalize(prepared);
  const std::vector<Value> nothing(kFilterTable.columns.size());
  Matches(where, kFilterTable, nothing);
}

void RequireTold(absl::string_view text, const TextFault& fault) {
  Require(fault.at <= text.size() && !fault.fault.empty());
  const std::string told = Describe(text, fault);
  Require(IsUtf8(told) || !IsUtf8(text));
  Require(!IsUtf8(text) || absl::EndsWith(told, "^"));
}

void Fuzz(absl::string_view text) {
  FilterNode filter;
  TextFault fault;
  std::optional<Expression> rows;
  if (ParseFilter(text, {}, &filter, &fault)) {
    rows = FilterCondition(filter, TestTarget(), &fault);
  }
  if (rows.has_value()) {
    RequireRuns(*rows, {});
  } else {
    RequireTold(text, fault);
  }
  const auto order = ParseOrderBy(text, kFilterTable, &fault);
  if (order.has_value()) {
    RequireRuns(Expression(), *order);
  } else {
    RequireTold(text, fault);
  }
  std::vector<std::string> words = SearchWords(text);
  if (words.size() <= 100) {
    RequireRuns(SearchCondition(kFilterTable, words), {});
  }
}

}  // namespace
}  // namespace modelservice

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  modelservice::Fuzz(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
