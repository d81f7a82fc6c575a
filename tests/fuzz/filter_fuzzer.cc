// Filters, orders and searches from strangers. What is taken makes statements
// that a database takes, and what is refused says where.
#include <sqlite3.h>

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/db/sqlite/extensions.h"
#include "modelservice/schema/utf8.h"
#include "modelservice/service/filter_condition.h"
#include "modelservice/service/filter_syntax.h"
#include "modelservice/service/filter_test_support.h"
#include "modelservice/service/order_by.h"
#include "modelservice/service/search.h"
#include "modelservice/sql/evaluate.h"
#include "modelservice/sql/select.h"
#include "modelservice/sql/table_statements.h"

#ifdef MODELSERVICE_FUZZES_RELATIONS
#include "modelservice/service/fields.h"
#include "ways.modelservice.pb.h"
#endif

namespace modelservice {
namespace {

#ifdef MODELSERVICE_FUZZES_RELATIONS
namespace ways = ::integration::ways;
#endif

void Require(bool holds) {
  if (!holds) std::abort();
}

void MakeTable(const Table& table, sqlite3* database) {
  std::string sql = "CREATE TABLE ";
  AppendIdentifier(table.name, &sql);
  absl::string_view separator = " (";
  for (const Column& column : table.columns) {
    absl::StrAppend(&sql, separator);
    AppendIdentifier(column.name, &sql);
    separator = ", ";
  }
  sql += ")";
  Require(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) ==
          SQLITE_OK);
}

sqlite3* OpenDatabase() {
  sqlite3* database = nullptr;
  Require(sqlite3_open(":memory:", &database) == SQLITE_OK);
  Require(sqlite::AddExtensions(database) == SQLITE_OK);
  MakeTable(kFilterTable, database);
#ifdef MODELSERVICE_FUZZES_RELATIONS
  for (const Model* model :
       {&ModelOf<ways::Country>::Get(), &ModelOf<ways::Customer>::Get(),
        &ModelOf<ways::Order>::Get(), &ModelOf<ways::Line>::Get(),
        &ModelOf<ways::Tag>::Get(), &ModelOf<ways::OrderTag>::Get()}) {
    MakeTable(*model->table, database);
  }
#endif
  return database;
}

void RequireRuns(const Table& table, const Expression& where,
                 const std::vector<Ordering>& order) {
  static sqlite3* const database = OpenDatabase();
  Select select = SelectFrom(table);
  select.where = where;
  select.order = OrderOf(table, order);
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
  const std::vector<Value> nothing(table.columns.size());
  Matches(where, table, nothing);
}

void RequireTold(absl::string_view text, const TextFault& fault) {
  Require(fault.at <= text.size() && !fault.fault.empty());
  const std::string told = Describe(text, fault);
  Require(IsUtf8(told) || !IsUtf8(text));
  Require(!IsUtf8(text) || absl::EndsWith(told, "^"));
}

void FuzzFilter(absl::string_view text, const FilterTarget& target) {
  FilterNode filter;
  TextFault fault;
  std::optional<Expression> rows;
  if (ParseFilter(text, {}, &filter, &fault)) {
    rows = FilterCondition(filter, target, &fault);
  }
  if (rows.has_value()) {
    RequireRuns(target.table, *rows, {});
  } else {
    RequireTold(text, fault);
  }
}

#ifdef MODELSERVICE_FUZZES_RELATIONS
// All rows are there for everybody.
class AllRows final : public FilterWays {
 public:
  bool Shows(const Model&) const override { return true; }
  Expression RowsOf(const Model&) override { return Expression::True(); }
  Expression RowsBetween(const Table&, absl::string_view) override {
    return Expression::True();
  }
  absl::Span<const ColumnForm> FormsOf(const Model&) override { return {}; }
};

void FuzzRelations(absl::string_view text) {
  const Model& model = ModelOf<ways::Order>::Get();
  static const auto* const fields = [&model] {
    auto* const all = new std::vector<const google::protobuf::FieldDescriptor*>;
    for (size_t i = 0; i < model.table->columns.size(); ++i) {
      all->push_back(&FieldOf(model, static_cast<int>(i)));
    }
    return all;
  }();
  AllRows ways;
  FuzzFilter(text, {*model.table, *fields, {}, &model, &ways});
}
#endif

void Fuzz(absl::string_view text) {
  FuzzFilter(text, TestTarget());
#ifdef MODELSERVICE_FUZZES_RELATIONS
  FuzzRelations(text);
#endif
  TextFault fault;
  const auto others = [](absl::string_view, std::string*) { return -1; };
  const auto order = ParseOrderBy(text, kFilterTable, others, &fault);
  if (order.has_value()) {
    RequireRuns(kFilterTable, Expression(), *order);
  } else {
    RequireTold(text, fault);
  }
  std::vector<std::string> words = SearchWords(text);
  if (words.size() <= 100) {
    RequireRuns(kFilterTable, SearchCondition(kFilterTable, words), {});
  }
}

}  // namespace
}  // namespace modelservice

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  modelservice::Fuzz(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
