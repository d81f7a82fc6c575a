#include "modelservice/schema/sql_type.h"

#include <gtest/gtest.h>

namespace modelservice {
namespace {

using Kind = SqlType::Kind;

TEST(ParseSqlType, KnowsDjangosNamesOnBothDatabases) {
  const std::pair<const char*, Kind> cases[] = {
      {"integer", Kind::kInteger},
      {"bigint unsigned", Kind::kInteger},
      {"smallint unsigned", Kind::kInteger},
      {"bool", Kind::kBool},
      {"boolean", Kind::kBool},
      {"varchar(150)", Kind::kText},
      {"character varying(150)", Kind::kText},
      {"char(32)", Kind::kText},
      {"text", Kind::kText},
      {"real", Kind::kReal},
      {"double precision", Kind::kReal},
      {"decimal", Kind::kDecimal},
      {"numeric(12,2)", Kind::kDecimal},
      {"date", Kind::kDate},
      {"time", Kind::kTime},
      {"time without time zone", Kind::kTime},
      {"datetime", Kind::kTimestamp},
      {"timestamp with time zone", Kind::kTimestamp},
      {"interval", Kind::kInterval},
      {"interval(3)", Kind::kInterval},
      {"interval hour to minute", Kind::kInterval},
      {"interval day to second(2)", Kind::kInterval},
      {"interval year to month", Kind::kUnknown},
      {"interval month", Kind::kUnknown},
      {"interval day", Kind::kUnknown},
      {"interval day to hour", Kind::kInterval},
      {"BLOB", Kind::kBytes},
      {"bytea", Kind::kBytes},
      {"uuid", Kind::kUuid},
      {"jsonb", Kind::kJson},
      {"inet", Kind::kAddress},
      {"time with time zone", Kind::kUnknown},
      {"polygon", Kind::kUnknown},
      {"", Kind::kUnknown},
  };
  for (const auto& [text, kind] : cases) {
    EXPECT_EQ(ParseSqlType(text).kind, kind) << text;
    EXPECT_EQ(ParseSqlType(text).text, text);
  }
}

TEST(ParseSqlType, ReadsSizes) {
  EXPECT_EQ(ParseSqlType("varchar ( 150 )").length, 150);
  EXPECT_EQ(ParseSqlType("text").length, -1);
  EXPECT_EQ(ParseSqlType("character").length, 1);
  EXPECT_EQ(ParseSqlType("numeric(12, 2)").length, -1);
  EXPECT_EQ(ParseSqlType("smallint").bits, 16);
  EXPECT_EQ(ParseSqlType("BIGINT UNSIGNED").bits, 64);
  EXPECT_TRUE(ParseSqlType("BIGINT UNSIGNED").is_unsigned);
  EXPECT_TRUE(ParseSqlType("character(5)").fixed_length);
  EXPECT_FALSE(ParseSqlType("character varying(5)").fixed_length);
}

TEST(ParseSqlType, ReadsArrays) {
  const SqlType type = ParseSqlType("character varying(20)[]");
  EXPECT_TRUE(type.array);
  EXPECT_EQ(type.kind, Kind::kText);
  EXPECT_EQ(type.length, 20);
}

TEST(TypeOfSqlite, IsByAffinity) {
  const std::pair<const char*, Kind> cases[] = {
      {"UNSIGNED BIG INT", Kind::kInteger},
      {"INT64", Kind::kInteger},
      {"NATIVE CHARACTER(70)", Kind::kText},
      {"LONGVARCHAR", Kind::kText},
      {"LONGTEXT", Kind::kText},
      {"LONGBLOB", Kind::kBytes},
      {"FLOAT(5)", Kind::kReal},
      {"MONEY", Kind::kDecimal},
      {"NUMBER(8,2)", Kind::kDecimal},
      {"STRING", Kind::kOther},
      {"ENUM", Kind::kOther},
      {"ENUM('a','b')", Kind::kOther},
      {"POLYGON", Kind::kBytes},
      {"point", Kind::kBytes},
      {"ANY", Kind::kUnknown},
      {"", Kind::kUnknown},
      {"integer", Kind::kInteger},
      {"datetime", Kind::kTimestamp},
  };
  for (const auto& [text, kind] : cases) {
    EXPECT_EQ(TypeOfSqlite(text).kind, kind) << text;
    EXPECT_EQ(TypeOfSqlite(text).text, text);
  }
  EXPECT_EQ(TypeOfSqlite("UNSIGNED BIG INT").bits, 64);
  EXPECT_EQ(TypeOfSqlite("NATIVE CHARACTER(70)").length, 70);
}

// The examples of SQLite's own documentation.
TEST(AffinityOf, IsSqlites) {
  EXPECT_EQ(AffinityOf("UNSIGNED BIG INT"), Affinity::kInteger);
  EXPECT_EQ(AffinityOf("VARYING CHARACTER(255)"), Affinity::kText);
  EXPECT_EQ(AffinityOf("CLOB"), Affinity::kText);
  EXPECT_EQ(AffinityOf("BLOB"), Affinity::kBlob);
  EXPECT_EQ(AffinityOf(""), Affinity::kBlob);
  EXPECT_EQ(AffinityOf("DOUBLE PRECISION"), Affinity::kReal);
  EXPECT_EQ(AffinityOf("FLOATING POINT"), Affinity::kInteger);
  EXPECT_EQ(AffinityOf("DECIMAL(10,5)"), Affinity::kNumeric);
  EXPECT_EQ(AffinityOf("DATE"), Affinity::kNumeric);
}

}  // namespace
}  // namespace modelservice
