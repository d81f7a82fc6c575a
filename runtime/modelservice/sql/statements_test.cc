// SELECT, INSERT, UPDATE and DELETE, whole.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "modelservice/sql/delete.h"
#include "modelservice/sql/dialect.h"
#include "modelservice/sql/expression_test_support.h"
#include "modelservice/sql/insert.h"
#include "modelservice/sql/select.h"
#include "modelservice/sql/update.h"

namespace modelservice {
namespace {

using namespace expression_testing;  // NOLINT: the table, its columns

TEST(Select, HasItsParts) {
  const Expression customer = Expression::Column(kTable, 0, "c");
  Select select;
  select.distinct = true;
  select.columns = {Expression::Column(kTable, 1, "c"),
                    Expression::CountRows()};
  select.from = TableName("order", "o");
  select.joins.push_back(
      {Join::Kind::kLeft, TableName(kTable, "c"),
       Expression::Compare(customer, Comparison::kEqual,
                           Expression::Named("customer_id", "o"))});
  select.where = Adult();
  select.group = {Expression::Column(kTable, 1, "c")};
  select.having = Expression::Compare(Expression::CountRows(),
                                      Comparison::kGreater, Int(1));
  select.order = {{Expression::CountRows(), /*descending=*/true, false},
                  {Age(), true, true}};
  select.limit = 10;
  select.offset = 20;
  select.lock = RowLock::kUpdate;
  const std::string body =
      "SELECT DISTINCT \"c\".\"name\", COUNT(*) FROM \"order\" AS \"o\" LEFT "
      "JOIN \"t\" AS \"c\" ON \"c\".\"id\" = \"o\".\"customer_id\" WHERE "
      "\"age\" >= $1 GROUP BY \"c\".\"name\" HAVING COUNT(*) > $2 ORDER BY "
      "COUNT(*) DESC, \"age\" DESC NULLS LAST LIMIT $3 OFFSET $4";
  const Statement postgres = Write(select, PostgresDialect());
  EXPECT_EQ(postgres.text, body + " FOR NO KEY UPDATE");
  ASSERT_EQ(postgres.parameters.size(), 4u);
  EXPECT_EQ(postgres.parameters[2].integer(), 10);
  EXPECT_EQ(postgres.parameters[3].integer(), 20);
  EXPECT_FALSE(postgres.writes);
  // SQLite is alone with what it writes.
  EXPECT_THAT(std::string(Write(select, SqliteDialect()).text),
              ::testing::EndsWith("LIMIT ?3 OFFSET ?4"));
}

TEST(Select, SaysWhereNullStandsAndWhetherToWait) {
  Select select;
  select.columns = {Age(), Expression::CountRows()};
  select.from = TableName("t");
  select.group_by_first = 1;
  select.order = {{Age(), true, true, Nulls::kFirst}, {Id(), false, false}};
  select.order[1].place = 2;
  select.lock = RowLock::kUpdate;
  select.lock_wait = LockWait::kSkip;
  EXPECT_EQ(Write(select, PostgresDialect()).text,
            "SELECT \"age\", COUNT(*) FROM \"t\" GROUP BY 1 ORDER BY \"age\" "
            "DESC NULLS FIRST, 2 FOR NO KEY UPDATE SKIP LOCKED");
  select.lock_wait = LockWait::kFail;
  EXPECT_THAT(std::string(Write(select, PostgresDialect()).text),
              ::testing::EndsWith(" NOWAIT"));
}

TEST(Select, AnOffsetNeedsNoLimit) {
  Select select;
  select.from = TableName("t");
  select.offset = 5;
  EXPECT_EQ(Write(select, SqliteDialect()).text,
            "SELECT 1 FROM \"t\" LIMIT -1 OFFSET ?1");
  EXPECT_EQ(Write(select, PostgresDialect()).text,
            "SELECT 1 FROM \"t\" OFFSET $1");
}

TEST(Select, AddsOthersRows) {
  Select select;
  select.columns = {Id()};
  select.from = TableName("t");
  Select other = select;
  other.where = Adult();
  select.unions = {other};
  select.order = {{Id(), false, false}};
  EXPECT_EQ(Write(select, SqliteDialect()).text,
            "SELECT \"id\" FROM \"t\" UNION SELECT \"id\" FROM \"t\" WHERE "
            "\"age\" >= ?1 ORDER BY \"id\"");
}

TEST(Insert, GivesWayToTheRowThatIsThere) {
  Insert insert;
  insert.into = TableName("t");
  insert.columns = {"id", "name"};
  insert.rows = {{Int(1), Text("a")}, {Int(2), Expression::Parameter()}};
  insert.on_conflict.emplace().columns = {"id"};
  EXPECT_EQ(Write(insert, SqliteDialect()).text,
            "INSERT INTO \"t\" (\"id\", \"name\") VALUES (?1, ?2), (?3, ?4) ON "
            "CONFLICT (\"id\") DO NOTHING");
  insert.on_conflict->set = {{"name", Expression::Named("name", "excluded")}};
  const Statement upsert = Write(insert, PostgresDialect());
  EXPECT_EQ(upsert.text,
            "INSERT INTO \"t\" (\"id\", \"name\") VALUES ($1, $2), ($3, $4) ON "
            "CONFLICT (\"id\") DO UPDATE SET \"name\" = \"excluded\".\"name\"");
  EXPECT_TRUE(upsert.parameters[3].is_null());
  EXPECT_TRUE(upsert.writes);
}

TEST(UpdateAndDelete, ChangeWhatTheirConditionSays) {
  Update update;
  update.table = TableName("t");
  update.set = {{"age", Expression::Compute(Age(), Arithmetic::kAdd, Int(1))},
                {"name", Literal()}};
  update.where = Expression::IsNull(Age());
  update.returning = {Id()};
  EXPECT_EQ(Write(update, SqliteDialect()).text,
            "UPDATE \"t\" SET \"age\" = (\"age\" + ?1), \"name\" = NULL WHERE "
            "\"age\" IS NULL RETURNING \"id\"");
  const Delete all{TableName("t"), {}, {}};
  EXPECT_EQ(Write(all, SqliteDialect()).text, "DELETE FROM \"t\"");
}

// A parameter among values would be a text to PostgreSQL.
TEST(Update, GivesEachRowItsOwn) {
  Update update;
  update.table = TableName(kTable);
  update.set.emplace_back("age", Given(1));
  update.given.like = {Id(), Age()};
  update.given.count = 2;
  update.where = Expression::Compare(Id(), Comparison::kEqual, Given(0));
  EXPECT_EQ(
      Write(update, SqliteDialect()).text,
      "UPDATE \"t\" SET \"age\" = \"modelservice_given\".\"column2\" FROM "
      "(VALUES (?1, ?2), (?3, ?4)) AS \"modelservice_given\" WHERE "
      "\"t\".\"id\" = \"modelservice_given\".\"column1\"");
  EXPECT_EQ(
      Write(update, PostgresDialect()).text,
      "UPDATE \"t\" SET \"age\" = \"modelservice_given\".\"column2\" FROM "
      "(VALUES ((SELECT \"t\".\"id\" FROM \"t\" WHERE 1 = 0), (SELECT "
      "\"t\".\"age\" FROM \"t\" WHERE 1 = 0)), ($1, $2), ($3, $4)) AS "
      "\"modelservice_given\" WHERE \"t\".\"id\" = "
      "\"modelservice_given\".\"column1\"");
}

}  // namespace
}  // namespace modelservice
