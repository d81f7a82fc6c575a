#include "modelservice/sql/ddl.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int kFirst[] = {0};
constexpr int kFirstTwo[] = {0, 1};
constexpr Ordering kByFirst[] = {{0}};

TEST(CreateTableSql, WritesEveryPartOfATable) {
  static constexpr Reference kCustomer = {"customer", "id",
                                          ReferentialAction::kCascade,
                                          ReferentialAction::kRestrict};
  static constexpr Column kColumns[] = {
      Column("id", 1, FieldType::kInt64).PrimaryKey().AutoIncrement(),
      Column("customer", 2, FieldType::kInt64)
          .Name("customer_id")
          .References(&kCustomer),
      Column("code", 3, FieldType::kString).Unique().MaxLength(8),
      Column("note", 4, FieldType::kString).Presence().Nullable(),
      Column("tags", 5, FieldType::kString).Repeated().StoredAs(Storage::kJson),
      Column("level", 6, FieldType::kInt32).Presence().Nullable().Default("3"),
  };
  static constexpr IndexColumn kIndexColumns[] = {{1}, {2, true}};
  static constexpr Index kIndexes[] = {
      {"by_code", kIndexColumns, true, "level > 0"}};
  static constexpr Check kChecks[] = {{"positive", "level > 0"}};
  constexpr Table table = Table("order", "Order", kColumns, kFirst, kByFirst)
                              .Indexes(kIndexes)
                              .Checks(kChecks);
  EXPECT_EQ(CreateTableSql(table, SqliteDialect()),
            R"(CREATE TABLE "order" (
  "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  "customer_id" BIGINT NOT NULL REFERENCES "customer" ("id") ON DELETE CASCADE ON UPDATE RESTRICT,
  "code" VARCHAR(8) NOT NULL UNIQUE DEFAULT '',
  "note" TEXT,
  "tags" TEXT NOT NULL DEFAULT '[]',
  "level" INTEGER DEFAULT 3,
  CONSTRAINT "positive" CHECK (level > 0)
);
CREATE UNIQUE INDEX "by_code" ON "order" ("customer_id", "code" DESC) WHERE level > 0;
)");
}

TEST(CreateTableSql, DeclaresACompositeKey) {
  static constexpr Column kColumns[] = {
      Column("a", 1, FieldType::kString).PrimaryKey(),
      Column("b", 2, FieldType::kInt32).PrimaryKey(),
  };
  constexpr Table table("t", "T", kColumns, kFirstTwo, kByFirst);
  EXPECT_THAT(CreateTableSql(table, SqliteDialect()),
              HasSubstr("PRIMARY KEY (\"a\", \"b\")"));
}

TEST(CreateTableSql, QuotesHostileNames) {
  static constexpr Column kColumns[] = {
      Column("x", 1, FieldType::kInt64).Name("a\"; DROP TABLE t; --"),
  };
  constexpr Table table("select", "T", kColumns, kFirst, kByFirst);
  EXPECT_THAT(CreateTableSql(table, SqliteDialect()),
              HasSubstr("\"a\"\"; DROP TABLE t; --\""));
}

TEST(InReferenceOrder, PutsTheReferredFirst) {
  static constexpr Reference kToB = {"b", "id"};
  static constexpr Reference kToC = {"c", "id"};
  static constexpr Column kA[] = {
      Column("b", 1, FieldType::kInt64).References(&kToB)};
  static constexpr Column kB[] = {
      Column("c", 1, FieldType::kInt64).References(&kToC)};
  // A circle, and one of itself.
  static constexpr Column kC[] = {
      Column("b", 1, FieldType::kInt64).References(&kToB),
      Column("c", 2, FieldType::kInt64).References(&kToC)};
  const Table a("a", "A", kA, kFirst, kByFirst);
  const Table b("b", "B", kB, kFirst, kByFirst);
  const Table c("c", "C", kC, kFirst, kByFirst);
  EXPECT_THAT(InReferenceOrder({&a, &b, &c}), ElementsAre(&c, &b, &a));
}

}  // namespace
}  // namespace modelservice
