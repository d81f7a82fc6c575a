#include "plugin/schema/sql_shape.h"

#include <gtest/gtest.h>

namespace modelservice::plugin {
namespace {

TEST(SqlShapeTest, OneExpressionHasNoFault) {
  for (const char* sql :
       {"n > 1",
        "-n < +1",
        "NOT done",
        "active OR NOT valid",
        "n IS NOT NULL",
        "((a)::text = ANY ((ARRAY['x'::character varying])::text[]))",
        "n BETWEEN 1 AND 9 AND m NOT IN (1, 2)",
        "a !~ '^x' OR a = 'it''s'",
        "CASE WHEN n > 1 THEN true ELSE false END",
        "now() > at",
        "at > '2020-01-01'::timestamp(3) without time zone",
        "at AT TIME ZONE 'UTC' > timestamp with time zone '2020-01-01'",
        "span > interval '1' day",
        "\"order\" NOT LIKE 'a%' ESCAPE '!'",
        "price > (0)::numeric AND price < 10.5",
        "a COLLATE \"C\" > 'b'",
        "jsonb_typeof(js) = 'object'::text",
        "tags <@ ARRAY['a', 'b']",
        "n IS DISTINCT FROM 3",
        "js -> 'a' ->> 'b' IS NOT NULL",
        "n > 1 NOTNULL",
        "extract(year FROM at) > 2000",
        "a.b = 1e5",
        "numeric(5) '1' < n",
        ".5 < n",
        "n > 5.",
        "values > 1.5e3"}) {
    const auto fault = FaultOfShape(sql);
    EXPECT_FALSE(fault.has_value()) << sql << ": " << fault->fault;
  }
}

TEST(SqlShapeTest, WhatIsNoneSaysWhy) {
  const auto fault = [](const char* sql) {
    const auto found = FaultOfShape(sql);
    return found.has_value() ? found->fault : std::string();
  };
  EXPECT_EQ(fault("n >"), "has > at its end");
  EXPECT_EQ(fault("n IS"), "has IS at its end");
  EXPECT_EQ(fault("n BETWEEN"), "has BETWEEN at its end");
  EXPECT_EQ(fault("NOT"), "has NOT at its end");
  EXPECT_EQ(fault("= 1"), "has = at its beginning");
  EXPECT_EQ(fault("AND n > 1"), "has AND at its beginning");
  EXPECT_EQ(fault("select 1"), "has SELECT at its beginning");
  EXPECT_EQ(fault("n > 1 n > 2"), "has N behind an expression");
  EXPECT_EQ(fault("n > 1, n > 2"), "has a \",\"");
  EXPECT_EQ(fault("()"), "has parentheses with nothing in them");
  EXPECT_EQ(fault("n > {1} + 2"), "has a \"{\"");
  EXPECT_EQ(fault("CASE WHEN n > 1 THEN true"),
            "has a CASE without END, or an END alone");
  for (const char* sql :
       {"n > 1 ORDER BY n", "n > 1 AS x", "n > 1 NO INHERIT", "n > 1 NOT VALID",
        "n > 1 RETURNING n", "n > 1 WITH (fillfactor=10)",
        "n > (1) NULLS FIRST"}) {
    EXPECT_NE(fault(sql), "") << sql;
  }
}

}  // namespace
}  // namespace modelservice::plugin
