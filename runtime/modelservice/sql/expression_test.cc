#include "modelservice/sql/expression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "modelservice/sql/expression_test_support.h"
#include "modelservice/sql/select.h"

namespace modelservice {
namespace {

using namespace expression_testing;  // NOLINT: the table, its columns

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
  EXPECT_TRUE(Expression::In(Age(), {Literal()}).is_false());
  EXPECT_EQ(Expression::In(Age(), {Int(1), Literal()}),
            Expression::In(Age(), {Int(1)}));
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
  EXPECT_EQ(of(AggregateFunction::kAverage),
            "modelservice_decimal_average(" + price + ")");
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
  for (const TextMatch kind : {TextMatch::kContains, TextMatch::kStartsWith,
                               TextMatch::kEndsWith, TextMatch::kIs}) {
    EXPECT_EQ(Expression::Match(Name(), kind, std::string("\0z", 2)),
              Expression::False());
  }
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
      "(CAST(FLOOR(EXTRACT(DOW FROM CASE \"name\" WHEN 'infinity' THEN "
      "'9999-12-31 23:59:59.999999' ELSE \"name\" END)) AS INTEGER) + 1)");
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
  ASSERT_EQ(postgres.parameters.size(), 4u);
  EXPECT_EQ(postgres.parameters[0].list()[1].text(), "2");
  // To PostgreSQL's operators a place in a list, too.
  EXPECT_EQ(
      Sql(Expression::Json(Name(), {{"a", -1}, {"-2", -1}}, JsonKind::kType),
          PostgresDialect()),
      "jsonb_typeof(CAST(\"name\" AS JSONB) #> CASE WHEN "
      "jsonb_typeof(CAST(\"name\" AS JSONB) #> (CAST($1 AS TEXT[]))[1:1]) = "
      "'object' THEN CAST($2 AS TEXT[]) END)");
  // No path of SQLite's has such a key.
  const Expression odd =
      Expression::Json(Name(), {{"a\"b", -1}, {"", 2}}, JsonKind::kType);
  EXPECT_EQ(
      Sql(odd),
      "CASE WHEN json_valid(CAST(modelservice_inside(\"name\", ?1) AS "
      "TEXT)) THEN json_type(modelservice_inside(\"name\", ?2), '$') END");
  EXPECT_EQ(Written(odd).parameters[0].text(), "3:a\"b[2]");
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

}  // namespace
}  // namespace modelservice
