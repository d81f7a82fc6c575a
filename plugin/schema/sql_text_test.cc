#include "plugin/schema/sql_text.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace modelservice::plugin {
namespace {

std::string Expression(absl::string_view sql) {
  const auto fault = FaultOfExpression(sql);
  return fault ? absl::StrCat(fault->fault, "; ", fault->mend) : "";
}

std::string Type(absl::string_view type) {
  const auto fault = FaultOfType(type);
  return fault ? fault->fault : "";
}

TEST(ExpressionTest, TakesWhatIsOne) {
  for (const char* sql : {
           "id > 0",
           "name <> ''",
           "name <> 'a;b -- /* ) it''s'",
           "\"a;b\"\" -- c\" > 0",
           "(a + b) < char_length('xxx'::text)",
           "((status)::text = ANY ((ARRAY['a'::varchar, "
           "'b'::varchar])::text[]))",
           "email ~ '^\\w+\\.\\d$' AND tags[1] <> ''",
           "a - -1 > 0",
           "a > 0\n  AND b < 1\t",
           "preis\xe2\x82\xac > 0",
           "price$ > 0",
           "payload ? 'key' AND payload @> '{}'",
       }) {
    EXPECT_EQ(Expression(sql), "") << sql;
  }
}

TEST(ExpressionTest, NamesWhatEndsIt) {
  EXPECT_EQ(Expression("id > 0 -- positive"),
            "has a comment; drop the comment");
  EXPECT_EQ(Expression("id > /* zero */ 0"), "has a comment; drop the comment");
  EXPECT_EQ(Expression("id > 0; DROP TABLE x"),
            "has a \";\"; write one expression, without it");
  EXPECT_EQ(Expression("id > 0) OR (1"),
            "has parentheses that do not match; balance them");
  EXPECT_EQ(Expression("(id > 0"),
            "has parentheses that do not match; balance them");
  EXPECT_EQ(Expression("tags[(1])"),
            "has parentheses that do not match; balance them");
  EXPECT_EQ(Expression("name = 'x"), "has a ' that is not closed; close it");
  EXPECT_EQ(Expression("\"name = 1"), "has a \" that is not closed; close it");
  EXPECT_EQ(Expression(" \n"), "is blank; write a condition, or drop it");
  EXPECT_EQ(Expression(std::string("id\0> 0", 6)),
            "has a control character; drop it");
  EXPECT_EQ(Expression(std::string("'\0'", 3)),
            "has a control character; drop it");
}

TEST(ExpressionTest, RefusesWhatDatabasesReadApart) {
  // PostgreSQL ends the second string at the last quote but one.
  EXPECT_EQ(Expression("n <> E'\\'' AND x <> '); DROP TABLE x; --'"),
            "has a \"\\\" before a '; double the ' instead");
  EXPECT_EQ(Expression("n = $$a$$"), "has a \"$\"; quote strings with '");
  EXPECT_EQ(Expression("n = $1"), "has a \"$\"; quote strings with '");
  EXPECT_EQ(Expression("`n` = 1"), "has a \"`\"; quote names with \"");
  // SQLite sees the name [' ] and a parenthesis behind it.
  EXPECT_EQ(Expression("a[' ] ) ; DROP TABLE x; -- ']"),
            "has a \"]\" in quotes inside of [ ]; drop it");
  // A command to psql.
  EXPECT_EQ(Expression("id > 0 \\! touch x"), "has a \"\\\"; drop it");
}

TEST(ExpressionTest, IsText) {
  EXPECT_EQ(Expression("n <> '\xc3\xa9'"), "");
  EXPECT_EQ(Expression("n <> '\xff'"),
            "has bytes that are no UTF-8; write characters");
  EXPECT_EQ(Type("m\xc3"), "has bytes that are no UTF-8");
}

TEST(ExpressionTest, IsBounded) {
  EXPECT_EQ(Expression(std::string(65536, 'a')), "");
  EXPECT_EQ(Expression(std::string(65537, 'a')),
            "is longer than 65536 bytes; make it shorter");
}

TEST(TypeTest, TakesWhatIsOne) {
  for (const char* type : {"text",
                           "TEXT",
                           "varchar(30)",
                           "numeric(10, 2)",
                           "numeric(3,-2)",
                           "double precision",
                           "character varying(150)",
                           "bit varying",
                           "timestamp with time zone",
                           "timestamp(3) without time zone",
                           "time(0) with time zone[]",
                           "interval day to second(3)",
                           "interval year to month",
                           "integer unsigned",
                           "UNSIGNED BIG INT",
                           "int[]",
                           "int[3][4]",
                           "integer ARRAY[4]",
                           "\"char\"",
                           "\"my; \"\"type\"",
                           "public.citext",
                           "public.\"My Type\"(3)",
                           "geometry(Point, 4326)",
                           "mood",
                           "_text",
                           "gr\xc3\xb6\xc3\x9f"
                           "e",
                           " date ",
                           "national character(5)",
                           "CHARACTER LARGE OBJECT",
                           "int4range"}) {
    EXPECT_EQ(Type(type), "") << type;
  }
}

TEST(TypeTest, RefusesWhatIsMore) {
  const auto has = [](absl::string_view part) {
    return absl::StrCat("has \"", part, "\", which is no part of a type");
  };
  EXPECT_EQ(Type("TEXT CHECK (name <> '')"), has("CHECK"));
  EXPECT_EQ(Type("TEXT NOT NULL"), has("NOT"));
  EXPECT_EQ(Type("integer DEFAULT 3"), has("DEFAULT"));
  EXPECT_EQ(Type("integer references other"), has("references"));
  EXPECT_EQ(Type("integer PRIMARY KEY"), has("PRIMARY"));
  EXPECT_EQ(Type("text COLLATE nocase"), has("COLLATE"));
  EXPECT_EQ(Type("integer GENERATED ALWAYS AS (1)"), has("GENERATED"));
  EXPECT_EQ(Type("text STORAGE external"), has("STORAGE"));
  EXPECT_EQ(Type("UNIQUE"), has("UNIQUE"));
  EXPECT_EQ(Type("not null"), has("not"));
  EXPECT_EQ(Type("TEXT); DROP TABLE x; --"), has(")"));
  EXPECT_EQ(Type("TEXT; DROP TABLE x"), has(";"));
  EXPECT_EQ(Type("TEXT -- a"), has("--"));
  EXPECT_EQ(Type("TEXT /* a */"), has("/*"));
  EXPECT_EQ(Type("TEXT, more TEXT"), has(","));
  EXPECT_EQ(Type("numeric(10, (2))"), has("("));
  EXPECT_EQ(Type("numeric(10; 2)"), has(";"));
  EXPECT_EQ(Type("text 'x'"), has("'"));
  EXPECT_EQ(Type("[my type]"), has("["));
  EXPECT_EQ(Type("`my type`"), has("`"));
  EXPECT_EQ(Type("a.b.c"), has("."));
  EXPECT_EQ(Type("other.x%TYPE"), has("%"));
  EXPECT_EQ(Type("12"), has("1"));
  EXPECT_EQ(Type("TEXT("), "ends too early");
  EXPECT_EQ(Type("numeric(1,"), "ends too early");
  EXPECT_EQ(Type("  "), "ends too early");
  EXPECT_EQ(Type("TEXT\nCHECK"), "has a control character");
  EXPECT_EQ(Type("\"a"), has("\""));
  EXPECT_EQ(Type("\"\""), has("\""));
  EXPECT_EQ(Type(std::string(257, 'a')), "is longer than 256 bytes");
}

}  // namespace
}  // namespace modelservice::plugin
