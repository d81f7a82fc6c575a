#include "modelservice/sql/table_statements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace modelservice {
namespace {

using ::testing::ElementsAre;

constexpr Column kMadeColumns[] = {
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
constexpr int kMadeKey[] = {0};
constexpr Ordering kMadeById[] = {{0}};
constexpr Table kMade("t", "T", kMadeColumns, kMadeKey, kMadeById);

constexpr char kSelect[] =
    "SELECT \"id\", \"name\", \"age\", \"made\", \"changed\", \"price\" FROM "
    "\"t\"";

Literal Whole(int64_t value) { return Literal(Value::Integer(value)); }

Expression Field(int column) { return Expression::Column(kMade, column); }

std::string TextOf(const Statement& statement) {
  return std::string(statement.text);
}

std::string Where(const Expression& where) {
  Select select = SelectFrom(kMade);
  select.where = where;
  const std::string prefix = std::string(kSelect) + " WHERE ";
  const std::string text = TextOf(Write(select, SqliteDialect()));
  EXPECT_EQ(text.substr(0, prefix.size()), prefix);
  return text.substr(prefix.size());
}

TEST(TableStatements, ChooseTheirColumns) {
  EXPECT_THAT(InsertColumns(kMade), ElementsAre(1, 2, 3, 4, 5));
  // Not the key nor what is set once; UPDATE_TIME is.
  EXPECT_THAT(UpdateColumns(kMade), ElementsAre(1, 2, 4, 5));
}

TEST(TableStatements, AreFixedForATable) {
  const Dialect& sqlite = SqliteDialect();
  EXPECT_EQ(Write(SelectByKey(kMade), sqlite).text,
            std::string(kSelect) + " WHERE \"id\" = ?1");
  EXPECT_EQ(Write(InsertInto(kMade, {1, 2}, Returning::kKey), sqlite).text,
            "INSERT INTO \"t\" (\"name\", \"age\") VALUES (?1, ?2) RETURNING "
            "\"id\"");
  EXPECT_EQ(Write(InsertInto(kMade, {}, Returning::kNothing), sqlite).text,
            "INSERT INTO \"t\" DEFAULT VALUES");
  const Expression key = ColumnsAreParameters(kMade, kMade.key);
  EXPECT_EQ(Write(UpdateOf(kMade, {1}, key, Returning::kNothing), sqlite).text,
            "UPDATE \"t\" SET \"name\" = ?1 WHERE \"id\" = ?2");
  EXPECT_EQ(Write(DeleteFrom(kMade, key, Returning::kNothing), sqlite).text,
            "DELETE FROM \"t\" WHERE \"id\" = ?1");
}

TEST(TableStatements, TakeTheirValuesInTheOrderOfTheText) {
  const Value values[] = {Value::Text("ann"), Value::Integer(20)};
  const Statement update =
      Write(UpdateOf(kMade, {1, 2}, KeyIs(kMade, {Value::Integer(7)}),
                     Returning::kNothing),
            PostgresDialect(), values);
  EXPECT_EQ(update.text,
            "UPDATE \"t\" SET \"name\" = $1, \"age\" = $2 WHERE \"id\" = $3");
  ASSERT_EQ(update.parameters.size(), 3u);
  EXPECT_EQ(update.parameters[0].text(), "ann");
  EXPECT_EQ(update.parameters[1].integer(), 20);
  EXPECT_EQ(update.parameters[2].integer(), 7);
  EXPECT_TRUE(update.writes);
}

TEST(TableStatements, CountNoFurther) {
  EXPECT_EQ(Write(SelectCount(kMade, Expression::True()), SqliteDialect()).text,
            "SELECT COUNT(*) FROM \"t\"");
  const Statement bounded = Write(
      SelectCount(kMade, Expression::IsNull(Field(2)), 10), SqliteDialect());
  EXPECT_EQ(bounded.text,
            "SELECT COUNT(*) FROM (SELECT 1 FROM \"t\" WHERE \"age\" IS NULL "
            "LIMIT ?1) AS \"counted\"");
  EXPECT_EQ(bounded.parameters[0].integer(), 10);
}

TEST(TableStatements, SayWhatTheirRowIs) {
  const Expression adult =
      Expression::Compare(Field(2), Comparison::kGreaterOrEqual, Whole(18));
  Insert insert = InsertInto(kMade, {1, 2}, Returning::kKey);
  insert.returning.push_back(CheckOf(adult));
  EXPECT_EQ(Write(insert, SqliteDialect()).text,
            "INSERT INTO \"t\" (\"name\", \"age\") VALUES (?1, ?2) RETURNING "
            "\"id\", NOT ((\"age\" >= ?3) IS NOT TRUE)");
  insert.returning = {CheckOf(Expression::False()),
                      CheckOf(Expression::True())};
  EXPECT_EQ(Write(insert, PostgresDialect()).text,
            "INSERT INTO \"t\" (\"name\", \"age\") VALUES ($1, $2) RETURNING "
            "1 = 0, 1 = 1");
}

// Of SQLite's RETURNING, which believes the rowid's NOT NULL of every column.
TEST(TableStatements, AskWhetherTheirRowHasNull) {
  const Expression none = Expression::IsNull(Field(2));
  Update update = UpdateOf(kMade, {1}, none, Returning::kNothing);
  update.returning = {none, !none};
  EXPECT_EQ(Write(update, SqliteDialect()).text,
            "UPDATE \"t\" SET \"name\" = ?1 WHERE \"age\" IS NULL RETURNING "
            "typeof(\"age\") = 'null', typeof(\"age\") <> 'null'");
  EXPECT_EQ(Write(update, PostgresDialect()).text,
            "UPDATE \"t\" SET \"name\" = $1 WHERE \"age\" IS NULL RETURNING "
            "\"age\" IS NULL, \"age\" IS NOT NULL");
}

TEST(After, IsTheKeysetCondition) {
  const Ordering order[] = {{1}, {0, true}};
  EXPECT_EQ(Where(After(kMade, order, {Literal(Value::Text("m")), Whole(7)})),
            "(\"name\" > ?1 OR (\"name\" = ?2 AND \"id\" < ?3))");
  EXPECT_EQ(Where(AfterParameters(kMade, order)),
            "(\"name\" > ?1 OR (\"name\" = ?2 AND \"id\" < ?3))");
}

TEST(After, OrdersNullFirst) {
  const Ordering up[] = {{2}, {0}};
  EXPECT_EQ(Where(After(kMade, up, {Literal(), Whole(7)})),
            "(\"age\" IS NOT NULL OR (\"age\" IS NULL AND \"id\" > ?1))");
  const Ordering down[] = {{2, true}, {0}};
  EXPECT_EQ(Where(After(kMade, down, {Whole(5), Whole(7)})),
            "(\"age\" < ?1 OR \"age\" IS NULL OR (\"age\" = ?2 AND \"id\" > "
            "?3))");
  EXPECT_EQ(Where(After(kMade, down, {Literal(), Whole(7)})),
            "(\"age\" IS NULL AND \"id\" > ?1)");
}

}  // namespace
}  // namespace modelservice
