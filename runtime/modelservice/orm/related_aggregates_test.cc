// What is computed of related rows, on SQLite and on PostgreSQL.
#include <cstdint>
#include <optional>

#include "modelservice/orm/relations_test_support.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::FieldsAre;
using ::testing::Optional;

class RelatedAggregatesTest : public RelationsTest {
 protected:
  std::vector<std::string> Emails(const Condition<Customer>& condition) {
    std::vector<std::string> emails;
    const auto found =
        customers().Filter(condition).OrderBy(CustomerModel::id).All();
    EXPECT_TRUE(found.ok()) << found.status();
    if (!found.ok()) return emails;
    for (const Customer& customer : *found) emails.push_back(customer.email());
    return emails;
  }
};

TEST_P(RelatedAggregatesTest, AreOperands) {
  CreateFour();
  CreateCustomer("none@a.example", acme_);
  const auto& its = CustomerModel::orders;
  EXPECT_THAT(Emails(its.Sum(OrderModel::total) > 100),
              ElementsAre("ann@a.example"));
  EXPECT_THAT(Emails(its.Sum(OrderModel::total, OrderModel::total < 100) == 10),
              ElementsAre("ann@a.example"));
  // Over none it is NULL, as in Django.
  EXPECT_THAT(Emails(its.Sum(OrderModel::total).IsNull()),
              ElementsAre("none@a.example"));
  EXPECT_THAT(Emails(its.Sum(OrderModel::total) != 30),
              ElementsAre("ann@a.example", "none@a.example"));
  const auto values =
      customers()
          .OrderBy(its.Max(OrderModel::total).Desc().NullsLast())
          .Values(its.Sum(OrderModel::total), its.Avg(OrderModel::total),
                  its.Min(OrderModel::total), its.Max(OrderModel::total),
                  its.Max(OrderModel::number));
  ASSERT_TRUE(values.ok()) << values.status();
  EXPECT_THAT(
      *values,
      ElementsAre(FieldsAre(Optional(210), Optional(105.0), Optional(10),
                            Optional(200), Optional(std::string("2"))),
                  FieldsAre(Optional(30), Optional(30.0), Optional(30),
                            Optional(30), Optional(std::string("3"))),
                  FieldsAre(std::nullopt, std::nullopt, std::nullopt,
                            std::nullopt, std::nullopt)));
}

TEST_P(RelatedAggregatesTest, DecimalsAreExact) {
  CreateFour();
  CreateCustomer("cid@a.example", acme_);
  const auto credit = CompanyModel::customers.Sum(CustomerModel::credit);
  EXPECT_EQ(*companies().Filter(credit == "2.2").Count(), 1);
  EXPECT_EQ(*companies().Filter(credit > "10").Count(), 0);
  EXPECT_EQ(*companies().Filter(credit * 2 == "4.40").Count(), 1);
  const auto values = companies().OrderBy(CompanyModel::id).Values(credit);
  ASSERT_TRUE(values.ok()) << values.status();
  EXPECT_THAT(*values, ElementsAre(FieldsAre(Optional(std::string("2.20"))),
                                   FieldsAre(Optional(std::string("1.10")))));
}

TEST_P(RelatedAggregatesTest, SetWhatAnUpdateWrites) {
  CreateFour();
  EXPECT_EQ(*orders()
                 .Filter(OrderModel::later.Any())
                 .Update(OrderModel::total.Set(
                     OrderModel::later.Sum(OrderModel::total))),
            1);
  EXPECT_THAT(Where(OrderModel::total == 30), ElementsAre("1", "3"));
  // Through another model, too.
  EXPECT_THAT(Where(OrderModel::customer.orders.Sum(OrderModel::total) == 230),
              ElementsAre("1", "2"));
}

TEST_P(RelatedAggregatesTest, TextsHaveNoSum) {
  for (const auto& status :
       {customers()
            .Filter(CustomerModel::orders.Sum(OrderModel::number) == "1")
            .Count()
            .status(),
        customers()
            .Filter(CustomerModel::orders.Sum(Sum(OrderModel::total)) == 1)
            .Count()
            .status()}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  }
}

INSTANTIATE_TEST_SUITE_P(Databases, RelatedAggregatesTest, kEitherDatabase,
                         NameOfDatabase);

}  // namespace
}  // namespace modelservice
