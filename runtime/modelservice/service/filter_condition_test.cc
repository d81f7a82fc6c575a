#include "modelservice/service/filter_condition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "modelservice/service/filter_test_support.h"
#include "modelservice/sql/select.h"

namespace modelservice {
namespace {

using ::testing::StartsWith;

std::string Shown(Value value) {
  switch (value.kind()) {
    case Value::Kind::kInteger:
      return absl::StrCat(value.integer());
    case Value::Kind::kReal:
      return absl::StrCat(value.real());
    case Value::Kind::kTimestamp:
      return absl::StrCat("@", value.seconds(), ".", value.nanos());
    default:
      return absl::StrCat("'", value.text(), "'");
  }
}

// The condition in SQL with its values, or the fault.
std::string Sql(absl::string_view text,
                const Dialect& dialect = SqliteDialect()) {
  FilterNode filter;
  TextFault fault;
  if (!ParseFilter(text, {}, &filter, &fault)) return Describe(text, fault);
  const auto condition = FilterCondition(filter, TestTarget(), &fault);
  if (!condition.has_value()) return Describe(text, fault);
  Select select;
  select.from = TableName(kFilterTable);
  select.where = *condition;
  const Statement statement = Write(select, dialect);
  std::string sql(statement.text.substr(statement.text.find("WHERE") + 6));
  for (const Value value : statement.parameters) {
    absl::StrAppend(&sql, " ", Shown(value));
  }
  return sql;
}

TEST(FilterConditionTest, ComparesEachType) {
  EXPECT_EQ(Sql("title = war"), "\"title\" = ?1 'war'");
  EXPECT_EQ(Sql("title >= \"a*\""), "\"title\" >= ?1 'a*'");
  EXPECT_EQ(Sql("pages < -3"), "\"pages\" < ?1 -3");
  EXPECT_EQ(Sql("id > 9223372036854775807"), "\"id\" > ?1 9223372036854775807");
  EXPECT_EQ(Sql("rank = 4294967295"), "\"rank\" = ?1 4294967295");
  EXPECT_EQ(Sql("price <= 1.10"),
            "\"price\" COLLATE modelservice_decimal <= ?1 '1.10'");
  EXPECT_EQ(Sql("ratio = 2.997e9"), "\"ratio\" = ?1 2.997e+09");
  EXPECT_EQ(Sql("half = 0.1"), "\"half\" = ?1 0.1");
  EXPECT_EQ(Sql("done = true"), "\"done\" = ?1 1");
  EXPECT_EQ(Sql("done:false"), "\"done\" = ?1 0");
  EXPECT_EQ(Sql("color = BLUE"), "\"color\" = ?1 2");
  EXPECT_EQ(Sql("shade != RED"), "NOT (\"shade\" = ?1) 'RED'");
  EXPECT_EQ(Sql("due > 2012-04-21T11:30:00-04:00"),
            "\"due\" > ?1 @1335022200.0");
  EXPECT_EQ(Sql("due < \"1969-12-31T23:59:59.5Z\""),
            "\"due\" < ?1 @-1.500000000");
  EXPECT_EQ(Sql("span = 20s"), "\"span\" = ?1 20000000");
  EXPECT_EQ(Sql("span >= -1.2s"), "\"span\" >= ?1 -1200000");
}

TEST(FilterConditionTest, WhatIsAbsentIsEqualToNothing) {
  EXPECT_EQ(Sql("body != war"), "(\"body\" = ?1) IS NOT TRUE 'war'");
  EXPECT_EQ(Sql("NOT body = war"), "(\"body\" = ?1) IS NOT TRUE 'war'");
  EXPECT_EQ(Sql("-pages > 5"), "(\"pages\" > ?1) IS NOT TRUE 5");
  EXPECT_EQ(Sql("body = null"), "\"body\" IS NULL");
  EXPECT_EQ(Sql("due != null"), "\"due\" IS NOT NULL");
  EXPECT_EQ(Sql("body = \"null\""), "\"body\" = ?1 'null'");
  EXPECT_EQ(Sql("title = null"), "\"title\" = ?1 'null'");
}

TEST(FilterConditionTest, StarsAreAnyText) {
  EXPECT_EQ(Sql("title = \"war*\""), "\"title\" GLOB ?1 'war*'");
  EXPECT_EQ(Sql("title = \"*.foo\""), "\"title\" GLOB ?1 '*.foo'");
  EXPECT_EQ(Sql("title = *or*"), "\"title\" GLOB ?1 '*or*'");
  EXPECT_EQ(Sql("title = w*r"), "\"title\" GLOB ?1 'w*r'");
  EXPECT_EQ(Sql(R"(title = "[w*?\*_%")"), "\"title\" GLOB ?1 '[[]w*[?][*]_%'");
  EXPECT_EQ(Sql(R"(title = "w*_%\*\\")", PostgresDialect()),
            "\"title\" LIKE $1 'w%\\_\\%*\\\\'");
  EXPECT_EQ(Sql("title = *"), "\"title\" IS NOT NULL");
  EXPECT_EQ(Sql("body != war*"), "(\"body\" GLOB ?1) IS NOT TRUE 'war*'");
}

TEST(FilterConditionTest, HasLooksIntoTextsAndForWhatIsThere) {
  EXPECT_EQ(Sql("title:War"), "\"title\" LIKE ?1 ESCAPE '\\' '%War%'");
  EXPECT_EQ(Sql("title:war*"), "\"title\" LIKE ?1 ESCAPE '\\' 'war%'");
  EXPECT_EQ(Sql("pages:3"), "\"pages\" = ?1 3");
  EXPECT_EQ(Sql("body:*"), "\"body\" IS NOT NULL");
  EXPECT_EQ(Sql("shelf:*"), "\"shelf\" IS NOT NULL");
  EXPECT_EQ(Sql("uuid:*"), "\"uuid\" IS NOT NULL");
  EXPECT_EQ(Sql("title:*"), "NOT (\"title\" = ?1) ''");
  EXPECT_EQ(Sql("pages:*"), "NOT (\"pages\" = ?1) 0");
  EXPECT_EQ(Sql("shade:*"), "NOT (\"shade\" = ?1) 'NONE'");
  EXPECT_EQ(Sql("data:*"), "NOT (\"data\" = ?1) ''");
  EXPECT_EQ(Sql("ratio:*"), "NOT (\"ratio\" = ?1) 0");
}

TEST(FilterConditionTest, HasLooksForElements) {
  EXPECT_EQ(Sql("tags:a*", PostgresDialect()),
            "EXISTS (SELECT 1 FROM (SELECT value FROM jsonb_array_elements("
            "CASE WHEN jsonb_typeof(to_jsonb(\"book\".\"tags\") #> $1) = "
            "'array' THEN to_jsonb(\"book\".\"tags\") #> $2 END) AS "
            "modelservice_each(value)) AS \"element1\" WHERE CASE WHEN "
            "jsonb_typeof(CAST(\"element1\".\"value\" AS JSONB) #> $3) = "
            "'string' THEN CAST(\"element1\".\"value\" AS JSONB) #>> $4 END "
            "LIKE $5) '' '' '' '' 'a%'");
  EXPECT_THAT(Sql("tags:*"),
              ::testing::EndsWith("WHERE typeof(key) = 'integer') AS "
                                  "\"element1\") '$'"));
}

TEST(FilterConditionTest, WordsAreLookedForInSearchableFields) {
  EXPECT_EQ(Sql("war"),
            "(\"title\" LIKE ?1 ESCAPE '\\' OR \"body\" LIKE ?2 ESCAPE '\\') "
            "'%war%' '%war%'");
  EXPECT_EQ(Sql("-war*"),
            "((\"title\" LIKE ?1 ESCAPE '\\' OR \"body\" LIKE ?2 ESCAPE '\\')) "
            "IS NOT TRUE 'war%' 'war%'");
}

TEST(FilterConditionTest, JoinsAsAip160Says) {
  EXPECT_EQ(Sql("pages = 1 AND pages = 2 OR pages = 3"),
            "(\"pages\" = ?1 AND (\"pages\" = ?2 OR \"pages\" = ?3)) 1 2 3");
  EXPECT_EQ(Sql("color = (RED OR BLUE)"),
            "(\"color\" = ?1 OR \"color\" = ?2) 1 2");
  EXPECT_EQ(Sql("title:(war -peace)"),
            "(\"title\" LIKE ?1 ESCAPE '\\' AND (\"title\" LIKE ?2 ESCAPE "
            "'\\') IS NOT TRUE) '%war%' '%peace%'");
}

struct BadCase {
  const char* text;
  const char* fault;
};

class BadConditionTest : public testing::TestWithParam<BadCase> {};

TEST_P(BadConditionTest, SaysWhereAndWhat) {
  EXPECT_THAT(Sql(GetParam().text), StartsWith(GetParam().fault));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadConditionTest,
    testing::Values(
        BadCase{"titel = a",
                "Character 1: Book has no field \"titel\". It has "
                "id, title, body, pages,"},
        BadCase{"1 > 0", "Character 1: Book has no field \"1\"."},
        BadCase{"id = 1 AND pages = abc",
                "Character 20: Expected an integer, not \"abc\".\n"
                "id = 1 AND pages = abc\n"
                "                   ^"},
        BadCase{"pages = 1.5", "Character 9: Expected an integer, not"},
        BadCase{"pages = 2147483648",
                "Character 9: Expected an integer from -2147483648 to "
                "2147483647, not"},
        BadCase{"rank = -1",
                "Character 8: Expected an integer from 0 to "
                "4294967295, not \"-1\"."},
        BadCase{"id = 9223372036854775808",
                "Character 6: Expected an integer "
                "from -9223372036854775808 to"},
        BadCase{"pages = \" 1\"", "Character 9: Expected an integer, not"},
        BadCase{"ratio = inf", "Character 9: Expected a number, not"},
        BadCase{"ratio = 1e999", "Character 9: Expected a number, not"},
        BadCase{"ratio = 0x10", "Character 9: Expected a number, not"},
        BadCase{"done = yes", "Character 8: Expected true or false, not"},
        BadCase{"done = null", "Character 8: Expected true or false, not"},
        BadCase{"done > true",
                "Character 1: \"done\" has no order; compare it "
                "with = or !=."},
        BadCase{"color < RED", "Character 1: \"color\" has no order;"},
        BadCase{"color = red",
                "Character 9: Expected one of NONE, RED, BLUE, "
                "not \"red\"."},
        BadCase{"color = 1", "Character 9: Expected one of NONE, RED, BLUE"},
        BadCase{"due > tomorrow",
                "Character 7: Expected a timestamp like "
                "2012-04-21T11:30:00Z, not"},
        BadCase{"span = 20",
                "Character 8: Expected a duration in seconds, to "
                "the microsecond, like 1.5s, not"},
        BadCase{"span = 1.1234567s", "Character 8: Expected a duration"},
        BadCase{"span = .5s", "Character 8: Expected a duration"},
        BadCase{"span = 999999999999s", "Character 8: Expected a duration"},
        BadCase{"price = abc", "Character 9: Expected a decimal number, not"},
        BadCase{"price = 1*", "Character 9: Expected a decimal number, not"},
        BadCase{"uuid = 1", "Character 8: Expected a UUID, not"},
        BadCase{"tags = a",
                "Character 1: \"tags\" is a list; tags:value asks whether it "
                "has such an element."},
        BadCase{"tags.x:a",
                "Character 6: There is nothing to filter by inside of "
                "\"tags\"."},
        BadCase{"data = abc", "Character 1: \"data\" holds no single value"},
        BadCase{"shelf.room = a",
                "Character 7: There is nothing to filter by inside of "
                "\"shelf\"."},
        BadCase{"password = a",
                "Character 1: \"password\" cannot be filtered "
                "by."},
        BadCase{"password:*", "Character 1: \"password\" cannot"},
        BadCase{"salary > 1", "Character 1: \"salary\" cannot be filtered by."},
        BadCase{"secret = 1", "Character 1: \"secret\" cannot be filtered by."},
        BadCase{"done",
                "Character 1: Expected a comparison behind \"done\", "
                "like = value; put it in quotes"},
        BadCase{"pages = (1 OR a)", "Character 15: Expected an integer, not"}));

TEST(FilterConditionTest, AWordWithoutSearchableFields) {
  static constexpr Column kColumns[] = {Column("id", 1, FieldType::kInt64)};
  const Table kTable("t", "T", kColumns, {}, {});
  FilterNode filter;
  TextFault fault;
  ASSERT_TRUE(ParseFilter("war", {}, &filter, &fault));
  EXPECT_FALSE(
      FilterCondition(filter, {kTable, FilterFields()}, &fault).has_value());
  EXPECT_EQ(fault.fault,
            "T has no searchable field to find \"war\" in; compare a field, as "
            "in field = value.");
}

}  // namespace
}  // namespace modelservice
