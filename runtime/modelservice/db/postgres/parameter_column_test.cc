#include "modelservice/db/postgres/parameter_column.h"

#include <gtest/gtest.h>

namespace modelservice::postgres {
namespace {

TEST(ParameterColumn, OfInserts) {
  constexpr char kInsert[] =
      "INSERT INTO \"host\" (\"a\", \"b, (c)\", \"d\"\"e\") VALUES ($1, "
      "COALESCE($2, 'x, y'), $3), ($4, DEFAULT, $10) ON CONFLICT (\"a\") DO "
      "UPDATE SET \"f\" = $11 RETURNING \"a\"";
  EXPECT_EQ(ColumnOfParameter(kInsert, 1), "a");
  EXPECT_EQ(ColumnOfParameter(kInsert, 2), "b, (c)");
  EXPECT_EQ(ColumnOfParameter(kInsert, 3), "d\"e");
  EXPECT_EQ(ColumnOfParameter(kInsert, 4), "a");
  EXPECT_EQ(ColumnOfParameter(kInsert, 10), "d\"e");
  EXPECT_EQ(ColumnOfParameter(kInsert, 11), "f");
  EXPECT_EQ(ColumnOfParameter(kInsert, 12), "");
}

TEST(ParameterColumn, OfWhatIsSetAndCompared) {
  constexpr char kUpdate[] =
      "UPDATE \"host\" SET \"a\" = $1, \"b\" = CASE WHEN \"b\" = $2 THEN "
      "\"b\" ELSE $3 END WHERE \"host\".\"c\" IN ($4, $5) AND \"d\" >= $6 AND "
      "'\"e\" = $7' = lower($8) LIMIT $9";
  EXPECT_EQ(ColumnOfParameter(kUpdate, 1), "a");
  EXPECT_EQ(ColumnOfParameter(kUpdate, 2), "b");
  EXPECT_EQ(ColumnOfParameter(kUpdate, 3), "b");
  EXPECT_EQ(ColumnOfParameter(kUpdate, 5), "c");
  EXPECT_EQ(ColumnOfParameter(kUpdate, 6), "d");
  for (const int other : {7, 8, 9}) {
    EXPECT_EQ(ColumnOfParameter(kUpdate, other), "") << other;
  }
  EXPECT_EQ(ColumnOfParameter(
                "UPDATE \"t\" SET \"a\" = v.a FROM (VALUES ($1)) AS v", 1),
            "");
}

TEST(ParameterColumn, OfCopies) {
  EXPECT_EQ(ColumnOfCopy("COPY host, line 3, column other: \"x\""), "other");
  EXPECT_EQ(ColumnOfCopy("COPY host, Zeile 3, Spalte other: »x«"), "other");
  EXPECT_EQ(ColumnOfCopy("COPY host, line 3: \"x\ty\""), "");
  EXPECT_EQ(ColumnOfCopy("unnamed portal parameter $1 = 'x'"), "");
}

}  // namespace
}  // namespace modelservice::postgres
