// A table on an in-memory SQLite with rows of every kind, for tests that ask
// SQL and our own code the same question.
#ifndef MODELSERVICE_SQL_EVALUATE_TEST_SUPPORT_H_
#define MODELSERVICE_SQL_EVALUATE_TEST_SUPPORT_H_

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/db/sqlite/extensions.h"
#include "modelservice/db/sqlite/list_table.h"
#include "modelservice/schema/table.h"
#include "modelservice/schema/timestamp_text.h"
#include "modelservice/sql/ddl.h"
#include "modelservice/sql/dialect.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/select.h"
#include "modelservice/statement.h"
#include "modelservice/value.h"

namespace modelservice::evaluate_testing {

inline constexpr Column kColumns[] = {
    Column("id", 1, FieldType::kInt64).PrimaryKey(),
    Column("name", 2, FieldType::kString).Presence().Nullable(),
    Column("age", 3, FieldType::kInt64).Presence().Nullable(),
    Column("weight", 4, FieldType::kDouble).Presence().Nullable(),
    Column("price", 5, FieldType::kString)
        .OfFormat(Format::kDecimal)
        .Presence()
        .Nullable(),
    Column("born", 6, FieldType::kTimestamp).Presence().Nullable(),
    Column("data", 7, FieldType::kBytes).Presence().Nullable(),
};
inline constexpr int kKey[] = {0};
inline constexpr Ordering kById[] = {{0}};
inline constexpr Table kTable("t", "T", kColumns, kKey, kById);

inline Expression Field(int column) {
  return Expression::Column(kTable, column);
}
inline Expression Compare(int column, Comparison comparison, Literal value) {
  return Expression::Compare(Field(column), comparison, std::move(value));
}

inline Literal Int(int64_t v) { return Literal(Value::Integer(v)); }
inline Literal Real(double v) { return Literal(Value::Real(v)); }
inline Literal Text(absl::string_view v) { return Literal(Value::Text(v)); }
inline Literal Blob(absl::string_view v) { return Literal(Value::Blob(v)); }
inline Literal Time(int64_t v) { return Literal(Value::Timestamp(v, 0)); }

// What each column has in some row or other, NULL among it.
inline std::vector<Literal> ValuesOf(int column) {
  switch (column) {
    case 1:
      return {Literal(), Text(""), Text("ann"), Text("Bob"), Text("\xC3\xA9")};
    case 2:
      return {Literal(), Int(-1), Int(0), Int(7), Int(INT64_MAX)};
    case 3:
      return {Literal(), Real(-0.5), Real(0), Real(7), Real(9.3e18)};
    case 4:
      return {Literal(),    Text("1.1"), Text("01.10"), Text("-2.5"),
              Text("-0.0"), Text("0"),   Text("10")};
    case 5:
      return {Literal(), Time(-1), Time(0), Time(1700000000)};
    default:
      return {Literal(), Blob(""), Blob(absl::string_view("\0\xFF", 2)),
              Blob("ann")};
  }
}

// Rows 1, 2, ... with all of those values, in many mixtures.
class SqliteRows {
 public:
  SqliteRows() {
    EXPECT_EQ(sqlite3_open(":memory:", &db_), SQLITE_OK);
    EXPECT_EQ(sqlite::AddExtensions(db_), SQLITE_OK);
    Run(CreateTableSql(kTable, SqliteDialect()), {});
    std::mt19937 random(1);
    for (int64_t id = 1; id <= 60; ++id) {
      std::vector<Literal> row = {Int(id)};
      for (int column = 1; column <= 6; ++column) {
        const std::vector<Literal> values = ValuesOf(column);
        row.push_back(values[random() % values.size()]);
      }
      std::vector<Value> parameters;
      for (const Literal& value : row) parameters.push_back(value.value());
      Run("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?)", parameters);
    }
    rows_ = Run("SELECT * FROM t ORDER BY id", {});
  }
  ~SqliteRows() { sqlite3_close(db_); }
  SqliteRows(const SqliteRows&) = delete;
  SqliteRows& operator=(const SqliteRows&) = delete;

  // As SQLite has them; each is a row of kTable.
  std::vector<std::vector<Value>> rows() const {
    std::vector<std::vector<Value>> rows;
    for (const std::vector<Literal>& row : rows_) {
      rows.emplace_back();
      for (const Literal& value : row) rows.back().push_back(value.value());
    }
    return rows;
  }

  // The ids that SQLite finds.
  std::vector<int64_t> Where(const Expression& condition) {
    Select select;
    select.columns = {Field(0)};
    select.from = TableName(kTable);
    select.where = condition;
    select.order = {{Field(0), false, false}};
    const Statement statement = Write(select, SqliteDialect());
    const std::vector<Value> parameters(statement.parameters.begin(),
                                        statement.parameters.end());
    std::vector<int64_t> ids;
    for (const std::vector<Literal>& row :
         Run(std::string(statement.text), parameters)) {
      ids.push_back(row[0].value().integer());
    }
    return ids;
  }

 private:
  std::vector<std::vector<Literal>> Run(const std::string& sql,
                                        const std::vector<Value>& parameters) {
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr),
              SQLITE_OK)
        << sql << ": " << sqlite3_errmsg(db_);
    for (size_t i = 0; i < parameters.size(); ++i) {
      Bind(statement, static_cast<int>(i) + 1, parameters[i]);
    }
    std::vector<std::vector<Literal>> rows;
    while (sqlite3_step(statement) == SQLITE_ROW) {
      rows.emplace_back();
      for (int i = 0; i < sqlite3_column_count(statement); ++i) {
        rows.back().push_back(Column(statement, i));
      }
    }
    EXPECT_EQ(sqlite3_finalize(statement), SQLITE_OK) << sqlite3_errmsg(db_);
    return rows;
  }

  static void Bind(sqlite3_stmt* statement, int i, const Value& value) {
    const std::string time = FormatTimestamp(value.seconds(), value.nanos());
    switch (value.kind()) {
      case Value::Kind::kInteger:
        sqlite3_bind_int64(statement, i, value.integer());
        break;
      case Value::Kind::kReal:
        sqlite3_bind_double(statement, i, value.real());
        break;
      case Value::Kind::kText:
        sqlite3_bind_text(statement, i, value.text().data(),
                          static_cast<int>(value.text().size()),
                          SQLITE_TRANSIENT);
        break;
      case Value::Kind::kBlob:
        // Null data would bind NULL.
        sqlite3_bind_blob(
            statement, i, value.text().empty() ? "" : value.text().data(),
            static_cast<int>(value.text().size()), SQLITE_TRANSIENT);
        break;
      case Value::Kind::kTimestamp:
        sqlite3_bind_text(statement, i, time.data(),
                          static_cast<int>(time.size()), SQLITE_TRANSIENT);
        break;
      case Value::Kind::kList:
        sqlite::BindList(statement, i, value);
        break;
      default:
        sqlite3_bind_null(statement, i);
    }
  }

  static Literal Column(sqlite3_stmt* statement, int i) {
    const auto bytes = [&] {
      const void* const data = sqlite3_column_blob(statement, i);
      return absl::string_view(
          static_cast<const char*>(data),
          static_cast<size_t>(sqlite3_column_bytes(statement, i)));
    };
    switch (sqlite3_column_type(statement, i)) {
      case SQLITE_INTEGER:
        return Int(sqlite3_column_int64(statement, i));
      case SQLITE_FLOAT:
        return Real(sqlite3_column_double(statement, i));
      case SQLITE_TEXT:
        return Text(bytes());
      case SQLITE_BLOB:
        return Blob(bytes());
      default:
        return Literal();
    }
  }

  sqlite3* db_ = nullptr;
  std::vector<std::vector<Literal>> rows_;
};

// A condition with every kind in it, sooner or later.
inline Expression RandomExpression(std::mt19937& random, int depth) {
  const int column = static_cast<int>(random() % 6) + 1;
  const std::vector<Literal> values = ValuesOf(column);
  const auto any = [&] { return values[random() % values.size()]; };
  switch (random() % (depth > 0 ? 11 : 6)) {
    case 4: {
      const auto part = static_cast<DatePart>(random() % 7);
      const int64_t values[] = {1, 4, 5, 12, 31, 59, 1969, 1970, 2023};
      return Expression::Compare(Expression::PartOf(Field(5), part),
                                 static_cast<Comparison>(random() % 6),
                                 Int(values[random() % 9]));
    }
    case 5:
      return Expression::Compare(
          Expression::Compute(Field(2), Arithmetic::kDivide,
                              Int(static_cast<int64_t>(random() % 4) - 1)),
          static_cast<Comparison>(random() % 6), Int(1));
    case 0:
    case 1:
      return Compare(column, static_cast<Comparison>(random() % 6), any());
    case 2: {
      std::vector<Literal> literals;
      for (size_t i = random() % 4; i > 0; --i) literals.push_back(any());
      return Expression::In(Field(column), std::move(literals));
    }
    case 3:
      return random() % 8 == 0 ? Expression()
                               : Expression::IsNull(Field(column));
    case 6:
    case 7:
      return !RandomExpression(random, depth - 1);
    case 8:
      return Expression::IsNotTrue(RandomExpression(random, depth - 1));
    case 9:
      return RandomExpression(random, depth - 1) &&
             RandomExpression(random, depth - 1);
    default:
      return RandomExpression(random, depth - 1) ||
             RandomExpression(random, depth - 1);
  }
}

}  // namespace modelservice::evaluate_testing

#endif  // MODELSERVICE_SQL_EVALUATE_TEST_SUPPORT_H_
