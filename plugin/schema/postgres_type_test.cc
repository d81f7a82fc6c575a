#include "plugin/schema/postgres_type.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace modelservice::plugin {
namespace {

std::string Fault(absl::string_view type) {
  const auto fault = FaultOfPostgresType(type);
  return fault ? fault->fault : "";
}

TEST(PostgresType, TakesEveryFormOfSql) {
  for (const char* type : {
           "int",
           "INTEGER",
           "smallint[]",
           "real",
           "boolean",
           "float",
           "float(53)",
           "double precision",
           "double  precision [ ]",
           "dec(1000)",
           "numeric(10,2)",
           "numeric(3, -1000)",
           "numeric(10,2)[]",
           "bit",
           "bit(8)",
           "bit varying(64)",
           "char",
           "character(3)",
           "character varying",
           "character varying(20)",
           "national character varying(20)",
           "national char",
           "nchar varying(5)",
           "varchar(10485760)",
           "time",
           "time(0)",
           "time with time zone",
           "timestamp(3) with time zone",
           "timestamp without time zone[3][]",
           "interval",
           "interval(6)",
           "interval year",
           "interval year to month",
           "interval day to second",
           "interval day to second(3)",
           "interval hour to minute",
           "interval minute to second(0)",
           "interval second(2)",
           "integer array",
           "integer ARRAY[4]",
       }) {
    EXPECT_EQ(Fault(type), "") << type;
  }
}

TEST(PostgresType, TakesNamesThatMayBeTypes) {
  for (const char* type : {
           "text",
           "uuid",
           "jsonb",
           "citext",
           "mood",
           "name[]",
           "bpchar(3)",
           "varbit(3)",
           "timestamptz(3)",
           "public.citext",
           "public.\"My Type\"(3)",
           "\"my; \"\"type\"[]",
           "\"user\"",
           "\"char\"",
           "shop.user",
           "geometry(Point, 4326)",
           "vector(3)",
           "halfvec(-1)",
           "pg_catalog.int4",
           "double",
           "gr\xc3\xb6\xc3\x9f"
           "e",
       }) {
    EXPECT_EQ(Fault(type), "") << type;
  }
}

TEST(PostgresType, RefusesWhatFollowsAType) {
  const auto has = [](absl::string_view part) {
    return absl::StrCat("has \"", part,
                        "\", which is no part of a type of PostgreSQL");
  };
  EXPECT_EQ(Fault("integer unsigned"), has("unsigned"));
  EXPECT_EQ(Fault("text varying"), has("varying"));
  EXPECT_EQ(Fault("double precision(3)"),
            "has \"(\", and double precision takes no arguments");
  EXPECT_EQ(Fault("time with zone"), has("zone"));
  EXPECT_EQ(Fault("time with time"), "ends too early");
  EXPECT_EQ(Fault("timestamp with time zone(3)"), has("("));
  EXPECT_EQ(Fault("national text"), has("text"));
  EXPECT_EQ(Fault("interval day to year"), has("year"));
  EXPECT_EQ(Fault("interval month to day"), has("day"));
  EXPECT_EQ(Fault("interval day to"), "ends too early");
  EXPECT_EQ(Fault("interval day(3)"), has("("));
  EXPECT_EQ(Fault("interval(3) day"), has("day"));
  EXPECT_EQ(Fault("numeric(1,2,3)"), has(","));
  EXPECT_EQ(Fault("numeric(a)"), has("a"));
  EXPECT_EQ(Fault("numeric(+1)"), has("+"));
  EXPECT_EQ(Fault("varchar(3,4)"), has(","));
  EXPECT_EQ(Fault("geometry(Point, select)"), has("select"));
  EXPECT_EQ(Fault("int[] array"), "has \"array\", which is no part of a type");
  EXPECT_EQ(Fault("int array[]"), has("]"));
  EXPECT_EQ(Fault("int[3"), "ends too early");
}

TEST(PostgresType, RefusesNumbersThatItDoesNotTake) {
  EXPECT_EQ(Fault("varchar(0)"), "has 0 where varchar takes 1 to 10485760");
  EXPECT_EQ(Fault("char(10485761)"),
            "has 10485761 where character takes 1 to 10485760");
  EXPECT_EQ(Fault("timestamp(7)"), "has 7 where timestamp takes 0 to 6");
  EXPECT_EQ(Fault("numeric(1001)"), "has 1001 where numeric takes 1 to 1000");
  EXPECT_EQ(Fault("numeric(5,-1001)"),
            "has -1001 where numeric takes -1000 to 1000");
  EXPECT_EQ(Fault("float(54)"), "has 54 where float takes 1 to 53");
  EXPECT_EQ(Fault("bit(0)"), "has 0 where bit takes 1 to 83886080");
  EXPECT_EQ(Fault("int[2147483648]"),
            "has 2147483648 where an array takes 0 to 2147483647");
  EXPECT_EQ(Fault("varchar(99999999999999999999)"),
            "has 99999999999999999999 where varchar takes 1 to 10485760");
}

TEST(PostgresType, RefusesWhatNoColumnIsOf) {
  EXPECT_EQ(Fault("text(5)"), "has \"(\", and text takes no arguments");
  EXPECT_EQ(Fault("uuid(5)"), "has \"(\", and uuid takes no arguments");
  EXPECT_EQ(Fault("pg_catalog.int4(1)"),
            "has \"(\", and int4 takes no arguments");
  EXPECT_EQ(Fault("\"char\"(3)"), "has \"(\", and char takes no arguments");
  EXPECT_EQ(Fault("record"), "is \"record\", which no column can be of");
  EXPECT_EQ(Fault("anyelement[]"),
            "is \"anyelement\", which no column can be of");
  EXPECT_EQ(Fault("user"), "begins with \"user\", a word of SQL");
  EXPECT_EQ(Fault("coalesce"), "begins with \"coalesce\", a word of SQL");
  EXPECT_EQ(Fault(absl::StrCat("\"", std::string(64, 'a'), "\"")),
            "has a name of 64 bytes, and PostgreSQL keeps 63 of one");
}

// Constraints, defaults, collations, comments, statements.
TEST(PostgresType, RefusesWhatIsNoType) {
  for (const char* type :
       {"text NOT NULL", "text DEFAULT ''", "text COLLATE \"C\"",
        "text CHECK (true)", "text; DROP TABLE x", "text -- a", "text /* a */",
        "integer PRIMARY KEY", "integer references other", "text) --",
        "text, more text", "SETOF text", "other.x%TYPE", "text[](3)", ""}) {
    EXPECT_NE(Fault(type), "") << type;
  }
}

}  // namespace
}  // namespace modelservice::plugin
