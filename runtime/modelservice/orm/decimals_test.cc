// What is computed of decimals and compared with them, on SQLite and on
// PostgreSQL.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <tuple>

#include "modelservice/db/error.h"
#include "modelservice/objects.h"
#include "modelservice/orm/orm_test.modelservice.pb.h"
#include "modelservice/sql/ddl.h"
#include "modelservice/testing/database_test_support.h"

namespace modelservice {
namespace {

using ::orm_test::Bill;
using ::orm_test::BillModel;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class DecimalsTest : public OnEitherDatabase {
 protected:
  void SetUp() override {
    OnEitherDatabase::SetUp();
    if (!has_database()) return;
    const absl::Status tables = database().RunScript(
        CreateTableSql(*BillModel::Model().table, database().dialect()));
    ASSERT_TRUE(tables.ok()) << tables;
  }

  Objects<Bill> bills() { return Objects<Bill>(database()); }

  void Create(const std::string& price, std::optional<std::string> cost = {},
              int count = 0) {
    Bill bill;
    bill.set_price(price);
    if (cost.has_value()) bill.set_cost(*cost);
    bill.set_count(count);
    bill.set_name("a");
    bill.set_rounded("0");
    bill.set_unique(price);
    const absl::Status status = bills().Create(&bill, Validation::kSkip);
    ASSERT_TRUE(status.ok()) << status;
  }
  template <class... Changes>
  absl::Status Update(const Changes&... changes) {
    return bills().Rows().Update(changes...).status();
  }
  // Of the only row.
  template <class Part>
  std::string Read(const Part& part) {
    const auto rows = bills().Rows().Values(part);
    EXPECT_TRUE(rows.ok()) << rows.status();
    if (!rows.ok() || rows->size() != 1) return "not one row";
    return std::get<0>(rows->front()).value_or("NULL");
  }
  int64_t Found(const Condition<Bill>& condition) {
    const auto count = bills().Filter(condition).Count();
    EXPECT_TRUE(count.ok()) << count.status();
    return count.value_or(-1);
  }
};

void ExpectRefused(const absl::Status& status, const std::string& words) {
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(words));
}

TEST_P(DecimalsTest, AreComputedExactly) {
  Create("10.50", "2.25", 3);
  EXPECT_EQ(Read(BillModel::price + BillModel::cost), "12.75");
  EXPECT_EQ(Read(BillModel::price - "0.001"), "10.499");
  EXPECT_EQ(Read(BillModel::price * BillModel::cost), "23.6250");
  EXPECT_EQ(Read(BillModel::price + 1), "11.50");
  EXPECT_EQ(Read(1 - BillModel::price), "-9.50");
  EXPECT_EQ(Read(BillModel::price * BillModel::count), "31.50");
  EXPECT_EQ(Read(BillModel::count * BillModel::price - "0.5"), "31.00");
  EXPECT_EQ(Read(BillModel::cost + "99999999999999999999.005"),
            "100000000000000000001.255");
  EXPECT_EQ(Found(BillModel::price + "1" == "11.5"), 1);
  EXPECT_EQ(Found(BillModel::price + "1" < "9"), 0);
  EXPECT_EQ(Found(BillModel::price > BillModel::cost * 4), 1);
  EXPECT_EQ(Found((BillModel::price + 1).In({"11.5", "2"})), 1);
  // What is joined is a text, as it was.
  EXPECT_EQ(Read(BillModel::name + "b"), "ab");
}

TEST_P(DecimalsTest, OfNullAreNull) {
  Create("10.50");
  EXPECT_EQ(Read(BillModel::price + BillModel::cost), "NULL");
  ASSERT_TRUE(Update(BillModel::cost.Set(BillModel::cost * 2)).ok());
  EXPECT_EQ(Read(BillModel::cost), "NULL");
}

TEST_P(DecimalsTest, AreWrittenAsTheColumnHoldsThem) {
  Create("10.50", "2.25", 3);
  absl::Status status = Update(BillModel::price.Set(BillModel::price + "1"));
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(Read(BillModel::price), "11.50");
  // Half of the last digit goes away from zero.
  status = Update(BillModel::price.Set(BillModel::price + "0.005"),
                  BillModel::rounded.Set(BillModel::price * "-0.1"));
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(Read(BillModel::price), "11.51");
  EXPECT_EQ(Read(BillModel::rounded), "-1.2");
  ASSERT_TRUE(Update(BillModel::cost.Set("0.125")).ok());
  ASSERT_TRUE(Update(BillModel::price.Set(BillModel::cost)).ok());
  EXPECT_EQ(Read(BillModel::price), "0.13");
  // Without a bound all digits are kept.
  ASSERT_TRUE(Update(BillModel::cost.Set(BillModel::cost * "0.001")).ok());
  EXPECT_EQ(Read(BillModel::cost), "0.000125");
  ASSERT_TRUE(Update(BillModel::price.Set("9999.99")).ok());
  status = Update(BillModel::price.Set(BillModel::price + "0.004"));
  ASSERT_TRUE(status.ok()) << status;
  status = Update(BillModel::price.Set(BillModel::price + "0.005"));
  EXPECT_TRUE(HasKind(status, DatabaseError::Kind::kValue)) << status;
  EXPECT_EQ(Read(BillModel::price), "9999.99");
}

TEST_P(DecimalsTest, AddUpAndAreOrdered) {
  Create("10.50", "1", 2);
  Create("9.00", "0.5", 3);
  const auto sums =
      bills().Rows().Aggregate(Sum(BillModel::price * BillModel::count),
                               Max(BillModel::price + BillModel::cost),
                               Avg(BillModel::price * 2), Avg(BillModel::cost));
  ASSERT_TRUE(sums.ok()) << sums.status();
  EXPECT_EQ(*sums, std::make_tuple("48.00", "11.50", "19.5000000000000000",
                                   "0.75000000000000000000"));
  const auto rows = bills()
                        .OrderBy(BillModel::price + 1)
                        .Values(BillModel::price + 1, BillModel::count);
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_THAT(*rows, ElementsAre(std::make_tuple("10.00", 3),
                                 std::make_tuple("11.50", 2)));
  const auto groups = bills()
                          .Rows()
                          .GroupBy(BillModel::price - BillModel::price)
                          .Having(BillModel::price - BillModel::price == "0" &&
                                  Sum(BillModel::price) > "9.5" &&
                                  Avg(BillModel::price) == "9.75")
                          .Values(Count<Bill>());
  ASSERT_TRUE(groups.ok()) << groups.status();
  EXPECT_THAT(*groups, ElementsAre(std::make_tuple("0.00", 2)));
}

TEST_P(DecimalsTest, AreNotComputedOfOtherThings) {
  Create("10.50", "2.25");
  ExpectRefused(Update(BillModel::price.Set(BillModel::price + "abc")),
                "Bill.price: \"abc\" is no decimal number");
  ExpectRefused(bills().Rows().Values(BillModel::price / 2).status(),
                "price is a decimal, and those are not divided");
  ExpectRefused(Update(BillModel::price.Set(100 / BillModel::price)),
                "not divided");
  ExpectRefused(
      bills().Filter(BillModel::price + BillModel::name == "1").All().status(),
      "a query of Bill: name is a text and no decimal number");
  ExpectRefused(
      bills().Filter(BillModel::price == BillModel::name).Count().status(),
      "name is a text and no decimal number");
  ExpectRefused(Update(BillModel::price.Set(BillModel::name)),
                "name is a text and no decimal number");
  ExpectRefused(bills().Rows().Values(BillModel::name * "2").status(),
                "name is a text, and texts are only joined");
  ExpectRefused(bills().Rows().Values(BillModel::name + 1).status(),
                "name is a text and takes no number");
  ExpectRefused(bills().Rows().Aggregate(Sum(BillModel::name)).status(),
                "name is a text, which has no sum");
  ExpectRefused(bills()
                    .Rows()
                    .GroupBy(BillModel::name)
                    .Having(Avg(BillModel::name + "1") > "1.0")
                    .Values()
                    .status(),
                "name is a text, which has no sum");
  EXPECT_EQ(Read(BillModel::price), "10.50");
}

// As with what is no UUID.
TEST_P(DecimalsTest, EqualNoTextThatIsNone) {
  Create("10.50", "2.25");
  Create("1.00");
  EXPECT_EQ(Found(BillModel::price == "abc"), 0);
  EXPECT_EQ(Found(BillModel::price != "abc"), 2);
  EXPECT_EQ(Found(BillModel::cost == "abc"), 0);
  EXPECT_EQ(Found(BillModel::price.In({"abc", "10.5"})), 1);
  EXPECT_EQ(Found(BillModel::price.In({"abc", "1e"})), 0);
  EXPECT_EQ(Found(BillModel::price.NotIn({"abc", "10.5"})), 1);
  EXPECT_EQ(Found(BillModel::price + "1" == "abc"), 0);
  EXPECT_EQ(Found((BillModel::price + "1").In({"abc"})), 0);
  EXPECT_EQ(Found(BillModel::price < "1234567.891"), 2);
  ExpectRefused(bills().Filter(BillModel::price < "abc").Count().status(),
                "A valid number is required.");
  const auto groups = bills()
                          .Rows()
                          .GroupBy(BillModel::name)
                          .Having(Sum(BillModel::price) == "abc")
                          .Values();
  ASSERT_TRUE(groups.ok()) << groups.status();
  EXPECT_TRUE(groups->empty());
}

INSTANTIATE_TEST_SUITE_P(Databases, DecimalsTest, kEitherDatabase,
                         NameOfDatabase);

}  // namespace
}  // namespace modelservice
