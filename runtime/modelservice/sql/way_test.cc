#include "modelservice/sql/way.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "modelservice/sql/delete.h"
#include "modelservice/sql/evaluate.h"
#include "modelservice/sql/select.h"

namespace modelservice {
namespace {

using ::testing::UnorderedElementsAre;

constexpr int kWayKey[] = {0};
constexpr Ordering kByKey[] = {{0}};

constexpr Reference kToCompany = {"company", "code"};
constexpr Reference kToCustomer = {"customer", "id"};
constexpr Column kCompanyColumns[] = {
    Column("id", 1, FieldType::kInt64).PrimaryKey(),
    Column("code", 2, FieldType::kString).Unique(),
};
constexpr Column kCustomerColumns[] = {
    Column("id", 1, FieldType::kInt64).PrimaryKey(),
    Column("company", 2, FieldType::kString).References(&kToCompany),
};
constexpr Column kOrderColumns[] = {
    Column("id", 1, FieldType::kInt64).PrimaryKey(),
    Column("customer", 2, FieldType::kInt64)
        .Nullable()
        .References(&kToCustomer),
};
constexpr Table kCompany("company", "Company", kCompanyColumns, kWayKey,
                         kByKey);
constexpr Table kCustomer("customer", "Customer", kCustomerColumns, kWayKey,
                          kByKey);
constexpr Table kOrders("order", "Order", kOrderColumns, kWayKey, kByKey);

std::shared_ptr<const Way> ToCustomer() {
  return MakeWay(nullptr, kOrders, 1, kCustomer);
}
std::shared_ptr<const Way> ToCompany() {
  return MakeWay(ToCustomer(), kCustomer, 1, kCompany);
}
Expression Is(Expression a, const char* text) {
  return Expression::Compare(std::move(a), Comparison::kEqual,
                             Literal(Value::Text(text)));
}
Expression CodeIs(const char* text) {
  return Is(Expression::Through(ToCompany(), 1), text);
}

TEST(Way, IsJoinedOnceBehindWhatItGoesOnFrom) {
  Select select;
  select.columns = {Expression::Column(kOrders, 0)};
  select.from = TableName(kOrders);
  select.where = CodeIs("a") || CodeIs("b");
  select.order = {{Expression::Through(ToCustomer(), 0), false, true}};
  EXPECT_EQ(Write(select, SqliteDialect()).text,
            R"(SELECT "order"."id" FROM "order" LEFT JOIN "customer" AS "t1" )"
            R"(ON "t1"."id" = "order"."customer" LEFT JOIN "company" AS "t2" )"
            R"(ON "t2"."code" = "t1"."company" WHERE ("t2"."code" = ?1 OR )"
            R"("t2"."code" = ?2) ORDER BY "t1"."id" NULLS FIRST)");
  select.lock = RowLock::kUpdate;
  select.where = Expression();
  EXPECT_EQ(Write(select, PostgresDialect()).text,
            R"(SELECT "order"."id" FROM "order" LEFT JOIN "customer" AS "t1" )"
            R"(ON "t1"."id" = "order"."customer" ORDER BY "t1"."id" NULLS )"
            R"(FIRST FOR NO KEY UPDATE OF "order")");
}

TEST(Way, IsLookedUpWhereNothingIsJoined) {
  const Delete all{TableName(kOrders), CodeIs("a"), {}};
  EXPECT_EQ(Write(all, SqliteDialect()).text,
            R"(DELETE FROM "order" WHERE (SELECT "t2"."code" FROM "customer" )"
            R"(AS "t1" JOIN "company" AS "t2" ON "t2"."code" = "t1"."company" )"
            R"(WHERE "t1"."id" = "order"."customer") = ?1)");
}

TEST(Way, LeadsBack) {
  const Expression none = !Expression::Exists(
      RelatedTo(nullptr, kCustomer, kOrders, 1,
                Is(Expression::Through(ToCompany(), 1), "a")));
  const Delete idle{TableName(kCustomer), none, {}};
  EXPECT_EQ(
      Write(idle, SqliteDialect()).text,
      R"(DELETE FROM "customer" WHERE NOT (EXISTS (SELECT 1 FROM "order" AS )"
      R"("t1" LEFT JOIN "customer" AS "t2" ON "t2"."id" = "t1"."customer" )"
      R"(LEFT JOIN "company" AS "t3" ON "t3"."code" = "t2"."company" WHERE )"
      R"(("t1"."customer" = "customer"."id" AND "t3"."code" = ?1))))");
  // From the end of a way.
  Select select;
  select.from = TableName(kOrders);
  select.where = Expression::Exists(
      RelatedTo(ToCustomer(), kCustomer, kOrders, 1, Expression()));
  EXPECT_EQ(
      Write(select, SqliteDialect()).text,
      R"(SELECT 1 FROM "order" LEFT JOIN "customer" AS "t1" ON "t1"."id" = )"
      R"("order"."customer" WHERE EXISTS (SELECT 1 FROM "order" AS "t2" WHERE )"
      R"("t2"."customer" = "t1"."id"))");
  std::vector<const Table*> tables;
  AddTablesOf(none, &tables);
  EXPECT_THAT(tables, UnorderedElementsAre(&kOrders, &kCustomer, &kCompany));
}

TEST(Way, IsNullWhereNoRowIs) {
  EXPECT_FALSE(ToCustomer()->always);
  EXPECT_FALSE(ToCompany()->always);
  EXPECT_FALSE(Expression::Through(ToCompany(), 1).is_never_null());
  const auto direct = MakeWay(nullptr, kCustomer, 1, kCompany);
  EXPECT_TRUE(Expression::Through(direct, 1).is_never_null());
  EXPECT_EQ(Expression::Through(ToCompany(), 1),
            Expression::Through(ToCompany(), 1));
  EXPECT_NE(Expression::Through(ToCompany(), 1),
            Expression::Through(direct, 1));
}

// Of another row of the same table only the database knows.
TEST(Way, IsNotJudgedByTheRowAtHand) {
  const Value row[] = {Value::Integer(1), Value::Integer(1)};
  const auto self = MakeWay(nullptr, kOrders, 1, kOrders);
  const Expression one =
      Expression::Compare(Expression::Through(self, 0), Comparison::kEqual,
                          Literal(Value::Integer(1)));
  EXPECT_EQ(Matches(one, kOrders, row), std::nullopt);
}

}  // namespace
}  // namespace modelservice
