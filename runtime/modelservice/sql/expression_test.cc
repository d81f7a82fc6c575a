#include "modelservice/sql/expression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "modelservice/sql/delete.h"
#include "modelservice/sql/insert.h"
#include "modelservice/sql/select.h"
#include "modelservice/sql/update.h"

namespace modelservice {
namespace {

constexpr Column kColumns[] = {
    Column("id", 1, FieldType::kInt64).PrimaryKey().AutoIncrement(),
    Column("name", 2, FieldType::kString),
    Column("age", 3, FieldType::kInt32).Presence().Nullable(),
    Column("price", 4, FieldType::kString).OfFormat(Format::kDecimal),
};
constexpr int kKey[] = {0};
constexpr Ordering kById[] = {{0}};
constexpr Table kTable("t", "T", kColumns, kKey, kById);

Literal Int(int64_t value) { return Literal(Value::Integer(value)); }
Literal Text(absl::string_view value) { return Literal(Value::Text(value)); }
Expression Id() { return Expression::Column(kTable, 0); }
Expression Name() { return Expression::Column(kTable, 1); }
Expression Age() { return Expression::Column(kTable, 2); }
Expression Price() { return Expression::Column(kTable, 3); }
Expression Adult() {
  return Expression::Compare(Age(), Comparison::kGreaterOrEqual, Int(18));
}

Statement Written(const Expression& e,
                  const Dialect& dialect = SqliteDialect()) {
  Select select;
  select.columns = {e};
  select.from = TableName("t");
  return Write(select, dialect);
}

// `e` as SQL.
std::string Sql(const Expression& e, const Dialect& dialect = SqliteDialect()) {
  const std::string text(Written(e, dialect).text);
  EXPECT_EQ(text.substr(0, 7), "SELECT ");
  const std::string from = " FROM \"t\"";
  EXPECT_EQ(text.substr(text.size() - from.size()), from);
  return text.substr(7, text.size() - 7 - from.size());
}

TEST(Expression, ComparesAndCombines) {
  const Expression tom =
      Expression::Compare(Name(), Comparison::kEqual, Text("tom"));
  EXPECT_EQ(Sql(Adult() && tom), "(\"age\" >= ?1 AND \"name\" = ?2)");
  EXPECT_EQ(Sql(Adult() || !tom), "(\"age\" >= ?1 OR NOT (\"name\" = ?2))");
  EXPECT_EQ(Sql(Adult() && tom && !Adult()),
            "(\"age\" >= ?1 AND \"name\" = ?2 AND NOT (\"age\" >= ?3))");
  EXPECT_EQ(Sql(Expression::IsNull(Age())), "\"age\" IS NULL");
  EXPECT_EQ(Sql(Expression::IsNotTrue(Adult())), "(\"age\" >= ?1) IS NOT TRUE");
  EXPECT_EQ(Sql(Expression::Compare(Id(), Comparison::kNotEqual, Age())),
            "\"id\" <> \"age\"");
}

TEST(Expression, FoldsWhatNeedsNoRow) {
  const Expression all;
  const Expression none = Expression::False();
  EXPECT_TRUE(all.is_true());
  EXPECT_TRUE(none.is_false());
  EXPECT_TRUE((!all).is_false());
  EXPECT_TRUE((!none).is_true());
  EXPECT_EQ(all && Adult(), Adult());
  EXPECT_EQ(Adult() && all, Adult());
  EXPECT_TRUE((Adult() && none).is_false());
  EXPECT_TRUE((none && Adult()).is_false());
  EXPECT_EQ(none || Adult(), Adult());
  EXPECT_EQ(Adult() || none, Adult());
  EXPECT_TRUE((Adult() || all).is_true());
  EXPECT_TRUE((all || Adult()).is_true());
  EXPECT_EQ(!!Adult(), Adult());
  EXPECT_TRUE(Expression::IsNotTrue(all).is_false());
  EXPECT_TRUE(Expression::IsNotTrue(none).is_true());
  EXPECT_EQ(Expression::IsNotTrue(Expression::IsNull(Age())),
            !Expression::IsNull(Age()));
  EXPECT_EQ(Expression::Case({{none, Id()}}, Age()), Age());
  EXPECT_EQ(Expression::Case({{all, Id()}, {Adult(), Name()}}, Age()), Id());
}

TEST(Expression, KnowsNullAndTheEmptySet) {
  const Expression is_null = Expression::IsNull(Age());
  EXPECT_EQ(Expression::Compare(Age(), Comparison::kEqual, Literal()), is_null);
  EXPECT_EQ(Expression::Compare(Literal(), Comparison::kEqual, Age()), is_null);
  EXPECT_EQ(Expression::Compare(Age(), Comparison::kNotEqual, Literal()),
            !is_null);
  EXPECT_TRUE(
      Expression::Compare(Age(), Comparison::kLess, Literal()).is_false());
  EXPECT_TRUE(Expression::In(Age(), {}).is_false());
  EXPECT_EQ(Expression::In(Age(), {Literal()}), is_null);
  EXPECT_EQ(Expression::In(Age(), {Int(1), Literal()}),
            Expression::In(Age(), {Int(1)}) || is_null);
  EXPECT_EQ(Sql(!is_null), "\"age\" IS NOT NULL");
  EXPECT_EQ(Sql(Expression(Literal())), "NULL");
}

TEST(Expression, AListHasOneTextForAnyLength) {
  std::vector<Literal> many;
  for (int i = 0; i < 1000; ++i) many.push_back(Int(i));
  for (const Dialect* dialect : {&SqliteDialect(), &PostgresDialect()}) {
    const Statement one = Written(Expression::In(Id(), {Int(7)}), *dialect);
    const Statement all = Written(Expression::In(Id(), many), *dialect);
    EXPECT_EQ(one.text, all.text);
    ASSERT_EQ(all.parameters.size(), 1u);
    ASSERT_EQ(all.parameters[0].list().size(), 1000u);
    EXPECT_EQ(all.parameters[0].list()[999].integer(), 999);
  }
  EXPECT_EQ(Sql(Expression::In(Id(), many)),
            "\"id\" IN (SELECT value FROM modelservice_list(?1))");
  EXPECT_EQ(Sql(Expression::In(Id(), many), PostgresDialect()),
            "\"id\" = ANY($1)");
}

TEST(Expression, ComparesDecimalsAsNumbers) {
  const Expression dear =
      Expression::Compare(Price(), Comparison::kGreater, Text("9.50"));
  EXPECT_EQ(Sql(dear), "\"price\" COLLATE modelservice_decimal > ?1");
  EXPECT_EQ(Sql(dear, PostgresDialect()), "\"price\" > $1");
  EXPECT_EQ(Sql(Expression::In(Price(), {Text("1.10")})),
            "\"price\" COLLATE modelservice_decimal IN (SELECT value FROM "
            "modelservice_list(?1))");
}

TEST(Expression, TakesEqualDecimalsForOne) {
  const auto of = [](AggregateFunction function, bool distinct = false) {
    return Sql(Expression::Aggregate(function, Price(), distinct));
  };
  const std::string price = "\"price\"";
  const std::string number = price + " COLLATE modelservice_decimal";
  EXPECT_EQ(of(AggregateFunction::kSum),
            "modelservice_decimal_sum(" + price + ")");
  EXPECT_EQ(of(AggregateFunction::kMin), "MIN(" + number + ")");
  EXPECT_EQ(of(AggregateFunction::kMax), "MAX(" + number + ")");
  EXPECT_EQ(of(AggregateFunction::kAverage), "AVG(" + price + ")");
  EXPECT_EQ(of(AggregateFunction::kCount), "COUNT(" + price + ")");
  EXPECT_EQ(of(AggregateFunction::kCount, /*distinct=*/true),
            "COUNT(DISTINCT " + number + ")");
  Select select;
  select.columns = {Price(), Expression::CountRows()};
  select.from = TableName("t");
  select.group_by_first = 1;
  OrderBy by_price{Price()};
  by_price.nullable = false;
  by_price.place = 1;
  select.order = {by_price};
  EXPECT_EQ(Write(select, SqliteDialect()).text,
            "SELECT " + number +
                ", COUNT(*) FROM \"t\" GROUP BY 1 ORDER BY 1 "
                "COLLATE modelservice_decimal");
  EXPECT_EQ(Write(select, PostgresDialect()).text,
            "SELECT \"price\", COUNT(*) FROM \"t\" GROUP BY 1 ORDER BY 1");
}

TEST(Expression, LooksForTextsThatMeanNothingElse) {
  const auto match = [](TextMatch kind, bool ignore_case,
                        const Dialect& dialect) {
    const Statement written = Written(
        Expression::Match(Name(), kind, "50%_*[\\", ignore_case), dialect);
    return std::string(written.text.substr(7, written.text.find(" FROM") - 7)) +
           " " + std::string(written.parameters[0].text());
  };
  const Dialect& sqlite = SqliteDialect();
  EXPECT_EQ(match(TextMatch::kContains, false, sqlite),
            "\"name\" GLOB ?1 *50%_[*][[]\\*");
  EXPECT_EQ(match(TextMatch::kStartsWith, true, sqlite),
            "\"name\" LIKE ?1 ESCAPE '\\' 50\\%\\_*[\\\\%");
  EXPECT_EQ(match(TextMatch::kIs, true, sqlite),
            "\"name\" LIKE ?1 ESCAPE '\\' 50\\%\\_*[\\\\");
  EXPECT_EQ(match(TextMatch::kIs, false, sqlite), "\"name\" = ?1 50%_*[\\");
  const Dialect& postgres = PostgresDialect();
  EXPECT_EQ(match(TextMatch::kEndsWith, false, postgres),
            "\"name\" LIKE $1 %50\\%\\_*[\\\\");
  EXPECT_EQ(match(TextMatch::kContains, true, postgres),
            "\"name\" ILIKE $1 %50\\%\\_*[\\\\%");
  EXPECT_EQ(match(TextMatch::kRegex, true, postgres),
            "\"name\" ~* $1 50%_*[\\");
  EXPECT_EQ(match(TextMatch::kRegex, true, sqlite),
            "\"name\" REGEXP ?1 (?i)50%_*[\\");
}

TEST(Expression, ComputesAndChooses) {
  EXPECT_EQ(Sql(Expression::Compute(Age(), Arithmetic::kAdd, Int(1))),
            "(\"age\" + ?1)");
  EXPECT_EQ(Sql(Expression::Case({{Adult(), Name()}}, Literal())),
            "CASE WHEN \"age\" >= ?1 THEN \"name\" ELSE NULL END");
  EXPECT_EQ(Sql(Expression::CountRows()), "COUNT(*)");
  EXPECT_EQ(Sql(Expression::Aggregate(AggregateFunction::kSum, Age(),
                                      /*distinct=*/true)),
            "SUM(DISTINCT \"age\")");
  Select inner;
  inner.from = TableName("u");
  inner.where =
      Expression::Compare(Expression::Named("t_id"), Comparison::kEqual, Id());
  EXPECT_EQ(Sql(Expression::Exists(inner)),
            "EXISTS (SELECT 1 FROM \"u\" WHERE \"t_id\" = \"id\")");
}

TEST(Expression, ComputesWithRoomAndWithoutErrors) {
  const Dialect& postgres = PostgresDialect();
  const auto divide = [](Expression by) {
    return Expression::Compute(Id(), Arithmetic::kDivide, std::move(by));
  };
  EXPECT_EQ(Sql(Expression::Compute(Age(), Arithmetic::kAdd, Int(1)), postgres),
            "(CAST(\"age\" AS BIGINT) + $1)");
  EXPECT_EQ(Sql(divide(Age()), postgres),
            "(\"id\" / NULLIF(CAST(\"age\" AS BIGINT), 0))");
  EXPECT_EQ(Sql(divide(Int(2)), postgres), "(\"id\" / $1)");
  EXPECT_EQ(Sql(divide(Int(0)), postgres), "(\"id\" / NULLIF($1, 0))");
  EXPECT_EQ(Sql(divide(Age())), "(\"id\" / \"age\")");
  EXPECT_EQ(Sql(Expression::Cast(Age(), CastType::kReal), postgres),
            "CAST(\"age\" AS DOUBLE PRECISION)");
}

TEST(Expression, LooksIntoTimesAndJson) {
  EXPECT_EQ(Sql(Expression::PartOf(Name(), DatePart::kMonth)),
            "CAST(substr(\"name\", 6, 2) AS INTEGER)");
  EXPECT_EQ(
      Sql(Expression::PartOf(Name(), DatePart::kWeekDay), PostgresDialect()),
      "(CAST(EXTRACT(DOW FROM \"name\") AS INTEGER) + 1)");
  const Expression text =
      Expression::Json(Name(), {{"a", -1}, {"", 2}}, JsonKind::kText);
  const Statement sqlite = Written(text);
  EXPECT_EQ(Sql(text),
            "CASE WHEN json_valid(CAST(\"name\" AS TEXT)) THEN CASE WHEN "
            "json_type(\"name\", ?1) IN ('text') THEN "
            "json_extract(\"name\", ?2) END END");
  ASSERT_EQ(sqlite.parameters.size(), 2u);
  EXPECT_EQ(sqlite.parameters[1].text(), "$.\"a\"[2]");
  const Statement postgres = Written(text, PostgresDialect());
  ASSERT_EQ(postgres.parameters.size(), 2u);
  EXPECT_EQ(postgres.parameters[0].list()[1].text(), "2");
  // There is no way to write such a key.
  EXPECT_EQ(Written(Expression::Json(Name(), {{"a\"b", -1}}, JsonKind::kType))
                .parameters[0]
                .kind(),
            Value::Kind::kInvalid);
}

TEST(Expression, KnowsWhatIsNeverNull) {
  EXPECT_TRUE(Id().is_never_null());
  EXPECT_FALSE(Age().is_never_null());
  EXPECT_FALSE(Expression::Column(kTable, 0, "joined").is_never_null());
  EXPECT_TRUE(Expression::IsNull(Age()).is_never_null());
  EXPECT_FALSE((Adult() || Expression::IsNull(Age())).is_never_null());
  EXPECT_FALSE(
      Expression::Compute(Id(), Arithmetic::kDivide, Int(2)).is_never_null());
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

TEST(Expression, IsEqualPartByPart) {
  EXPECT_EQ(Adult(), Adult());
  EXPECT_NE(Adult(), !Adult());
  EXPECT_NE(Expression::Column(kTable, 0), Expression::Column(kTable, 0, "x"));
  EXPECT_NE(Expression::Named("id"), Id());
  EXPECT_EQ(Expression::In(Id(), {Int(1)}), Expression::In(Id(), {Int(1)}));
  EXPECT_NE(Expression::In(Id(), {Int(1)}), Expression::In(Id(), {Int(2)}));
  EXPECT_NE(Expression(Int(1)), Expression(Literal(Value::Real(1))));
  Select a;
  a.from = TableName("u");
  Select b = a;
  EXPECT_EQ(Expression::Exists(a), Expression::Exists(b));
  b.limit = 1;
  EXPECT_NE(Expression::Exists(a), Expression::Exists(b));
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
    Statement list;
    {
      const std::string mine(kText);
      const Literal literal(make(mine));
      statement =
          Written(Expression::Compare(Name(), Comparison::kEqual, literal));
      list = Written(Expression::In(Name(), {literal}));
    }
    ASSERT_EQ(statement.parameters.size(), 1u);
    EXPECT_EQ(statement.parameters[0].text(), kText);
    EXPECT_EQ(statement.parameters[0].kind(), make(kText).kind());
    ASSERT_EQ(list.parameters[0].list().size(), 1u);
    EXPECT_EQ(list.parameters[0].list()[0].text(), kText);
  }
}

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

}  // namespace
}  // namespace modelservice
