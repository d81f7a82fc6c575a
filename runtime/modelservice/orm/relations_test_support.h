// Orders, customers and companies on a database of either kind.
#ifndef MODELSERVICE_ORM_RELATIONS_TEST_SUPPORT_H_
#define MODELSERVICE_ORM_RELATIONS_TEST_SUPPORT_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "modelservice/aggregates.h"
#include "modelservice/objects.h"
#include "modelservice/orm/relations_more_test.modelservice.pb.h"
#include "modelservice/orm/relations_test.modelservice.pb.h"
#include "modelservice/sql/ddl.h"
#include "modelservice/testing/database_test_support.h"

namespace modelservice {

namespace more = ::relations_test::more;
using ::relations_test::Badge;
using ::relations_test::BadgeModel;
using ::relations_test::Company;
using ::relations_test::CompanyModel;
using ::relations_test::Customer;
using ::relations_test::CustomerModel;
using ::relations_test::OrderModel;
using Bought = ::relations_test::Order;  // Order is a template here

class RelationsTest : public OnEitherDatabase {
 protected:
  void SetUp() override {
    OnEitherDatabase::SetUp();
    if (!has_database()) return;
    const Table* const tables[] = {
        CompanyModel::Model().table, CustomerModel::Model().table,
        OrderModel::Model().table, BadgeModel::Model().table,
        more::ShipmentModel::Model().table};
    const absl::Status made =
        database().RunScript(CreateTablesSql(tables, database().dialect()));
    ASSERT_TRUE(made.ok()) << made;
  }

  Objects<Bought> orders() { return Objects<Bought>(database()); }
  Objects<Customer> customers() { return Objects<Customer>(database()); }
  Objects<Company> companies() { return Objects<Company>(database()); }

  template <class Message>
  Message Create(Message message) {
    const absl::Status status =
        Objects<Message>(database()).Create(&message, Validation::kSkip);
    EXPECT_TRUE(status.ok()) << status;
    return message;
  }
  Company CreateCompany(const std::string& name) {
    Company company;
    company.set_name(name);
    company.set_column(7);
    return Create(company);
  }
  Customer CreateCustomer(const std::string& email, const Company& company,
                          std::optional<std::string> phone = {}) {
    Customer customer;
    customer.set_email(email);
    customer.set_company_id(company.id());
    if (phone.has_value()) customer.set_phone(*phone);
    customer.set_credit("1.10");
    return Create(customer);
  }
  Bought CreateOrder(const std::string& number, const Customer* customer,
                     int64_t total = 0, const Bought* previous = nullptr) {
    Bought order;
    order.set_number(number);
    order.set_total(total);
    if (customer != nullptr) order.set_customer(customer->id());
    if (previous != nullptr) order.set_previous_id(previous->id());
    return Create(order);
  }

  // Ann of Acme with a phone has orders 1 and 2, Bob of Beta has 3, which comes
  // after 1, and nobody has 4.
  void CreateFour() {
    acme_ = CreateCompany("Acme");
    beta_ = CreateCompany("Beta");
    ann_ = CreateCustomer("ann@a.example", acme_, "555");
    bob_ = CreateCustomer("bob@b.example", beta_);
    const Bought first = CreateOrder("1", &ann_, 10);
    CreateOrder("2", &ann_, 200);
    CreateOrder("3", &bob_, 30, &first);
    CreateOrder("4", nullptr, 4);
  }

  static std::vector<std::string> Numbers(
      const absl::StatusOr<std::vector<Bought>>& orders) {
    EXPECT_TRUE(orders.ok()) << orders.status();
    std::vector<std::string> numbers;
    if (!orders.ok()) return numbers;
    for (const Bought& order : *orders) numbers.push_back(order.number());
    return numbers;
  }
  std::vector<std::string> Where(const Condition<Bought>& condition) {
    return Numbers(orders().Filter(condition).OrderBy(OrderModel::id).All());
  }
  template <class Message>
  std::string TextOf(const Query<Message>& query) {
    Statement statement =
        Write(SelectRows(*ModelOf<Message>::Get().table, query.rows(), {}),
              database().dialect());
    return std::string(statement.text);
  }

  Company acme_;
  Company beta_;
  Customer ann_;
  Customer bob_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_RELATIONS_TEST_SUPPORT_H_
