#include "modelservice/sql/statements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Column kColumns[] = {
    Column("id", 1, FieldType::kInt64).PrimaryKey().AutoIncrement(),
    Column("name", 2, FieldType::kString),
    Column("age", 3, FieldType::kInt32).Presence().Nullable(),
    Column("made", 4, FieldType::kTimestamp)
        .Presence()
        .Nullable()
        .OutputOnly()
        .InRole(Role::kCreateTime),
    Column("changed", 5, FieldType::kTimestamp)
        .Presence()
        .Nullable()
        .OutputOnly()
        .InRole(Role::kUpdateTime),
    Column("price", 6, FieldType::kString).OfFormat(Format::kDecimal),
};
constexpr int kKey[] = {0};
constexpr Ordering kById[] = {{0}};
constexpr Table kTable("t", "T", kColumns, kKey, kById);

constexpr char kSelect[] =
    "SELECT \"id\", \"name\", \"age\", \"made\", \"changed\", \"price\" FROM "
    "\"t\"";

Literal Int(int64_t value) { return Literal(Value::Integer(value)); }

std::string Where(const Expression& where) {
  Selection selection;
  selection.where = where;
  const Statement statement = MakeSelect(kTable, SqliteDialect(), selection);
  const std::string prefix = std::string(kSelect) + " WHERE ";
  const std::string text(statement.text);
  EXPECT_EQ(text.substr(0, prefix.size()), prefix);
  return text.substr(prefix.size());
}

TEST(Statements, ChooseTheirColumns) {
  EXPECT_THAT(InsertColumns(kTable), ElementsAre(1, 2, 3, 4, 5));
  // Not the key nor what is set once; UPDATE_TIME is.
  EXPECT_THAT(UpdateColumns(kTable), ElementsAre(1, 2, 4, 5));
}

TEST(Statements, AreFixedForATable) {
  EXPECT_EQ(SelectByKeySql(kTable, SqliteDialect()),
            std::string(kSelect) + " WHERE \"id\" = ?1");
  EXPECT_EQ(InsertSql(kTable, SqliteDialect(), {1, 2}, Returning::kKey),
            "INSERT INTO \"t\" (\"name\", \"age\") VALUES (?1, ?2) RETURNING "
            "\"id\"");
  EXPECT_EQ(InsertSql(kTable, SqliteDialect(), {}, Returning::kNothing),
            "INSERT INTO \"t\" DEFAULT VALUES");
  EXPECT_EQ(UpdateSql(kTable, SqliteDialect(), {1}, Returning::kNothing),
            "UPDATE \"t\" SET \"name\" = ?1 WHERE \"id\" = ?2");
  EXPECT_EQ(DeleteSql(kTable, SqliteDialect(), Returning::kNothing),
            "DELETE FROM \"t\" WHERE \"id\" = ?1");
}

TEST(Statements, TakeAPage) {
  Selection selection;
  selection.order = kById;
  selection.limit = 10;
  selection.offset = 20;
  const Statement statement = MakeSelect(kTable, SqliteDialect(), selection);
  EXPECT_EQ(statement.text,
            std::string(kSelect) + " ORDER BY \"id\" LIMIT ?1 OFFSET ?2");
  ASSERT_EQ(statement.parameters.size(), 2u);
  EXPECT_EQ(statement.parameters[0].integer(), 10);
  EXPECT_EQ(statement.parameters[1].integer(), 20);
}

TEST(Statements, AnOffsetNeedsNoLimit) {
  Selection selection;
  selection.offset = 5;
  EXPECT_EQ(MakeSelect(kTable, SqliteDialect(), selection).text,
            std::string(kSelect) + " LIMIT -1 OFFSET ?1");
}

TEST(Expression, ComparesAndCombines) {
  const Expression adult =
      Expression::Compare(2, Comparison::kGreaterOrEqual, Int(18));
  const Expression tom =
      Expression::Compare(1, Comparison::kEqual, Literal(Value::Text("tom")));
  EXPECT_EQ(Where(adult && tom), "(\"age\" >= ?1 AND \"name\" = ?2)");
  EXPECT_EQ(Where(adult || !tom), "(\"age\" >= ?1 OR NOT (\"name\" = ?2))");
  EXPECT_EQ(Where(Expression::In(0, {Int(1), Int(2)})),
            "(\"id\" = ?1 OR \"id\" = ?2)");
  EXPECT_EQ(Where(Expression::IsNull(2)), "\"age\" IS NULL");
}

TEST(Expression, KnowsNullAndTheEmptySet) {
  EXPECT_EQ(Where(Expression::Compare(2, Comparison::kEqual, Literal())),
            "\"age\" IS NULL");
  EXPECT_EQ(Where(Expression::Compare(2, Comparison::kNotEqual, Literal())),
            "\"age\" IS NOT NULL");
  EXPECT_EQ(Where(Expression::Compare(2, Comparison::kLess, Literal())),
            "1 = 0");
  EXPECT_EQ(Where(Expression::In(0, {})), "1 = 0");
  Selection everything;
  EXPECT_EQ(MakeSelect(kTable, SqliteDialect(), everything).text, kSelect);
}

TEST(Expression, ComparesDecimalsAsNumbers) {
  EXPECT_EQ(Where(Expression::Compare(5, Comparison::kGreater,
                                      Literal(Value::Text("9.50")))),
            "CAST(\"price\" AS NUMERIC) > CAST(?1 AS NUMERIC)");
}

TEST(Expression, OwnsItsText) {
  constexpr absl::string_view kText =
      "a name that is too long to be kept in place";
  // The last one is the reason that a value cannot be stored.
  for (Value (*const make)(absl::string_view) :
       {+[](absl::string_view text) { return Value::Text(text); },
        +[](absl::string_view text) { return Value::Blob(text); },
        +[](absl::string_view text) { return Value::Invalid(text); }}) {
    Statement statement;
    const char* gone = nullptr;
    {
      const Literal literal(make(kText));
      Selection selection;
      selection.where = Expression::Compare(1, Comparison::kEqual, literal);
      gone = selection.where.literals()[0].value().text().data();
      statement = MakeSelect(kTable, SqliteDialect(), selection);
    }
    ASSERT_EQ(statement.parameters.size(), 1u);
    ASSERT_NE(statement.parameters[0].text().data(), gone);
    EXPECT_EQ(statement.parameters[0].text(), kText);
    EXPECT_EQ(statement.parameters[0].kind(), make(kText).kind());
  }
}

TEST(After, IsTheKeysetCondition) {
  const Ordering order[] = {{1}, {0, true}};
  EXPECT_EQ(Where(After(kTable, order, {Literal(Value::Text("m")), Int(7)})),
            "(\"name\" > ?1 OR (\"name\" = ?2 AND \"id\" < ?3))");
}

TEST(After, OrdersNullFirst) {
  const Ordering up[] = {{2}, {0}};
  EXPECT_EQ(Where(After(kTable, up, {Literal(), Int(7)})),
            "(NOT (\"age\" IS NULL) OR (\"age\" IS NULL AND \"id\" > ?1))");
  const Ordering down[] = {{2, true}, {0}};
  EXPECT_EQ(Where(After(kTable, down, {Int(5), Int(7)})),
            "((\"age\" < ?1 OR \"age\" IS NULL) OR (\"age\" = ?2 AND \"id\" > "
            "?3))");
  EXPECT_EQ(Where(After(kTable, down, {Literal(), Int(7)})),
            "(1 = 0 OR (\"age\" IS NULL AND \"id\" > ?1))");
}

TEST(Statements, UpdateAndDeleteMany) {
  const Statement update =
      MakeUpdate(kTable, SqliteDialect(), {2}, {Value::Integer(1)},
                 Expression::IsNull(2), Returning::kNothing);
  EXPECT_EQ(update.text, "UPDATE \"t\" SET \"age\" = ?1 WHERE \"age\" IS NULL");
  EXPECT_TRUE(update.writes);
  const Statement all =
      MakeDelete(kTable, SqliteDialect(), Expression(), Returning::kNothing);
  EXPECT_EQ(all.text, "DELETE FROM \"t\"");
  EXPECT_THAT(all.parameters, IsEmpty());
}

TEST(Statements, SayWhatTheirRowIs) {
  const Expression adult =
      Expression::Compare(2, Comparison::kGreaterOrEqual, Int(18));
  const std::string row =
      std::string(kSelect).substr(7, std::string(kSelect).find(" FROM") - 7);
  const Statement insert =
      MakeCheckedInsert(kTable, SqliteDialect(), {1, 2},
                        {Value::Text("ann"), Value::Integer(20)}, adult);
  EXPECT_EQ(insert.text,
            "INSERT INTO \"t\" (\"name\", \"age\") VALUES (?1, ?2) RETURNING " +
                row + ", CASE WHEN \"age\" >= ?3 THEN 1 ELSE 0 END");
  EXPECT_TRUE(insert.writes);
  EXPECT_EQ(insert.parameters.size(), 3u);
  const Statement update =
      MakeCheckedUpdate(kTable, PostgresDialect(), {2}, {Value::Integer(1)},
                        Expression::IsNull(2), Expression::In(1, {}));
  EXPECT_EQ(update.text,
            "UPDATE \"t\" SET \"age\" = $1 WHERE \"age\" IS NULL RETURNING " +
                row + ", CASE WHEN 1 = 0 THEN 1 ELSE 0 END");
  EXPECT_TRUE(update.writes);
}

}  // namespace
}  // namespace modelservice
