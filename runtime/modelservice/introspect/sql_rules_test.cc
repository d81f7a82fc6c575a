#include "modelservice/introspect/sql_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace modelservice::catalog {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ParseDefault, ReadsLiteralsOfBothDatabases) {
  const std::pair<const char*, const char*> cases[] = {
      {"0", "0"},
      {"-5", "-5"},
      {"(-5)", "-5"},
      {"'-5'::integer", "-5"},
      {"(-5)::bigint", "-5"},
      {"1.50", "1.50"},
      {"-1.5e-3", "-0.0015"},
      {"1E+2", "100"},
      {"true", "true"},
      {"FALSE", "false"},
      {"'it''s'", "it's"},
      {"'a::b'::character varying", "a::b"},
      {"''::text", ""},
      {"'ok'::shop.mood", "ok"},
      {"'2020-01-01'::date", "2020-01-01"},
      {"'{}'::text[]", "{}"},
      {"'open'::sales.\"Status\"", "open"},
      {"'x'::\"odd \"\"name\"", "x"},
      {"'2020-01-01 10:00:00'::timestamp(3) without time zone",
       "2020-01-01 10:00:00"},
      {"12.5::numeric(8,2)", "12.5"},
  };
  for (const auto& [sql, text] : cases) {
    const Default value = ParseDefault(sql);
    EXPECT_EQ(value.kind, Default::Kind::kLiteral) << sql;
    EXPECT_EQ(value.text, text) << sql;
  }
}

TEST(ParseDefault, KnowsTheTimeOfTheInsert) {
  for (const char* sql :
       {"CURRENT_TIMESTAMP", "now()", "(datetime('now'))",
        "transaction_timestamp()", "CURRENT_TIMESTAMP(6)", "LOCALTIMESTAMP",
        "(now() AT TIME ZONE 'utc'::text)", "timezone('utc'::text, now())",
        "strftime('%Y-%m-%d %H:%M:%f', 'now')"}) {
    EXPECT_EQ(ParseDefault(sql).kind, Default::Kind::kNow) << sql;
  }
}

TEST(ParseDefault, LeavesTheRestToTheDatabase) {
  for (const char* sql :
       {"lower('X')", "gen_random_uuid()", "1 + 1", "'a' || 'b'", "date('now')",
        "CURRENT_DATE", "now() + '1 day'::interval", "'now()' || 'x'", "e5",
        "1e", "1e999999999"}) {
    EXPECT_EQ(ParseDefault(sql).kind, Default::Kind::kOther) << sql;
  }
  EXPECT_EQ(ParseDefault("NULL::character varying").kind, Default::Kind::kNull);
}

TEST(ParseCheck, ReadsBounds) {
  struct Case {
    const char* sql;
    const char* column;
    const char* min;
    const char* max;
  };
  const Case cases[] = {
      {"\"positive\" >= 0", "positive", "0", ""},
      {"(positive >= 0)", "positive", "0", ""},
      {"((rank <= 10))", "rank", "", "10"},
      {"x BETWEEN 1 AND 5", "x", "1", "5"},
      {"((x >= 1) AND (x <= 5))", "x", "1", "5"},
      {"price >= (0)::numeric", "price", "0", ""},
      {"price >= '-0.5'::numeric", "price", "-0.5", ""},
      {"\"odd name\" >= 3", "odd name", "3", ""},
  };
  for (const Case& c : cases) {
    const auto rule = ParseCheck(c.sql);
    ASSERT_TRUE(rule.has_value()) << c.sql;
    EXPECT_EQ(rule->column, c.column) << c.sql;
    EXPECT_EQ(rule->min, c.min) << c.sql;
    EXPECT_EQ(rule->max, c.max) << c.sql;
    EXPECT_THAT(rule->in, IsEmpty()) << c.sql;
  }
}

TEST(ParseCheck, TellsWhetherBoundsAreIn) {
  const auto above = ParseCheck("(x > 0)");
  ASSERT_TRUE(above.has_value());
  EXPECT_EQ(above->min, "0");
  EXPECT_TRUE(above->above_min);
  EXPECT_FALSE(above->below_max);
  const auto inside = ParseCheck("((x >= 1) AND (x < 5))");
  ASSERT_TRUE(inside.has_value());
  EXPECT_FALSE(inside->above_min);
  EXPECT_TRUE(inside->below_max);
  EXPECT_FALSE(ParseCheck("x >= 1")->above_min);
}

TEST(JsonColumnOf, IsOfRowsWithoutException) {
  for (const char* sql : {"json_valid(data)", "(JSON_VALID(\"data\"))",
                          "json_valid(\"data\") OR \"data\" IS NULL",
                          "(data IS NULL) OR (json_valid(data))"}) {
    EXPECT_EQ(JsonColumnOf(sql), "data") << sql;
  }
  for (const char* sql :
       {"kind <> 'json' OR json_valid(data)",
        "json_valid(data) OR other IS NULL", "NOT json_valid(data)",
        "json_valid(data) AND data <> ''", "json_valid(data) = 0",
        "json_type(data) = 'array'", ""}) {
    EXPECT_FALSE(JsonColumnOf(sql).has_value()) << sql;
  }
}

TEST(CheckOfValue, NamesTheColumn) {
  EXPECT_EQ(CheckOfValue("(VALUE > 0)", "n"), "(\"n\" > 0)");
  EXPECT_EQ(CheckOfValue("((VALUE)::text <> 'VALUE')", "a\"b"),
            "((\"a\"\"b\")::text <> 'VALUE')");
  EXPECT_EQ(CheckOfValue("VALUES + \"VALUE\"", "n"), "VALUES + \"VALUE\"");
}

TEST(ParseCheck, ReadsLists) {
  for (const char* sql :
       {"state IN ('new', 'it''s')",
        "((state)::text = ANY ((ARRAY['new'::character varying, "
        "'it''s'::character varying])::text[]))",
        "state = ANY (ARRAY['new'::text, 'it''s'::text])"}) {
    const auto rule = ParseCheck(sql);
    ASSERT_TRUE(rule.has_value()) << sql;
    EXPECT_EQ(rule->column, "state");
    EXPECT_THAT(rule->in, ElementsAre("new", "it's")) << sql;
  }
}

TEST(ParseCheck, DoesNotReadMoreThanThereIs) {
  for (const char* sql :
       {"a >= b", "a >= 0 OR b >= 0", "a > b", "a > 0 OR a < 5",
        "a >= 0 AND b <= 5", "length(a) >= 0", "a IN (SELECT 'x')",
        "a IN ('x', b)", "a IN (1, 2)", "NOT a >= 0", "a + 1 >= 0",
        "a >= 0 AND a <= 5 AND a <> 3", "a = 'x'", "", "(", "a IN ()"}) {
    EXPECT_FALSE(ParseCheck(sql).has_value()) << sql;
  }
}

TEST(Bare, TakesOnlyParenthesesAroundAll) {
  EXPECT_EQ(Bare(" ((a > 1)) "), "a > 1");
  EXPECT_EQ(Bare("(a) > (1)"), "(a) > (1)");
  EXPECT_EQ(Bare("(a = ')')"), "a = ')'");
}

}  // namespace
}  // namespace modelservice::catalog
