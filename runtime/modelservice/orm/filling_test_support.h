// Orders with customers, items and labels on a database of either kind, and how
// many statements reading them takes.
#ifndef MODELSERVICE_ORM_FILLING_TEST_SUPPORT_H_
#define MODELSERVICE_ORM_FILLING_TEST_SUPPORT_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "modelservice/objects.h"
#include "modelservice/orm/filling_more_test.modelservice.pb.h"
#include "modelservice/orm/filling_test.modelservice.pb.h"
#include "modelservice/sql/ddl.h"
#include "modelservice/testing/database_test_support.h"

namespace modelservice {

using ::filling_test::Customer;
using ::filling_test::CustomerModel;
using ::filling_test::Follow;
using ::filling_test::Item;
using ::filling_test::ItemLabel;
using ::filling_test::ItemLabelModel;
using ::filling_test::ItemModel;
using ::filling_test::OrderModel;
using ::filling_test::Person;
using ::filling_test::PersonModel;
using ::filling_test::Profile;
using ::filling_test::ProfileModel;
using ::filling_test::more::Country;
using ::filling_test::more::CountryModel;
using ::filling_test::more::Label;
using ::filling_test::more::LabelModel;
using Bought = ::filling_test::Order;  // Order is a template here

// Another database's statements outside of transactions, which are counted.
class CountingDatabase final : public Database {
 public:
  explicit CountingDatabase(Database& database) : database_(database) {}

  const Dialect& dialect() const override { return database_.dialect(); }
  void Execute(Execution& execution) override {
    texts.emplace_back(execution.statement.text);
    database_.Execute(execution);
  }
  absl::StatusOr<std::unique_ptr<Cursor>> Open(
      Statement statement, const CallLimits* limits) override {
    texts.emplace_back(statement.text);
    return database_.Open(std::move(statement), limits);
  }
  absl::StatusOr<std::vector<std::string>> ColumnsOf(
      const Table& table) override {
    return database_.ColumnsOf(table);
  }
  absl::StatusOr<std::vector<LiveColumn>> LiveColumnsOf(
      const Table& table) override {
    return database_.LiveColumnsOf(table);
  }
  void Close() override {}

  // How many there were since this was asked.
  size_t Count() { return std::exchange(texts, {}).size(); }

  std::vector<std::string> texts;

 protected:
  absl::Status RunHere(const TransactionOptions&, Body&,
                       const CallLimits*) override {
    return absl::UnimplementedError("not counted");
  }
  int most_writing_bodies() const override { return 1; }

 private:
  Database& database_;
};

class FillingTest : public OnEitherDatabase {
 protected:
  void SetUp() override {
    OnEitherDatabase::SetUp();
    if (!has_database()) return;
    const Table* const tables[] = {CountryModel::Model().table,
                                   LabelModel::Model().table,
                                   CustomerModel::Model().table,
                                   ProfileModel::Model().table,
                                   OrderModel::Model().table,
                                   ItemModel::Model().table,
                                   ItemLabelModel::Model().table,
                                   PersonModel::Model().table,
                                   filling_test::FollowModel::Model().table};
    const absl::Status made =
        database().RunScript(CreateTablesSql(tables, database().dialect()));
    ASSERT_TRUE(made.ok()) << made;
    counted_.emplace(database());
  }

  CountingDatabase& counted() { return *counted_; }
  template <class Message>
  Objects<Message> All() {
    return Objects<Message>(counted());
  }

  template <class Message>
  Message Create(Message message) {
    const absl::Status status =
        Objects<Message>(database()).Create(&message, Validation::kSkip);
    EXPECT_TRUE(status.ok()) << status;
    return message;
  }

  // Ann of Norway (no profile) has the orders 1, with the items b and a, and 2,
  // without; Bob of Peru (with one) has 3, which comes after 1, with c; nobody
  // has 4. a is red and blue, c is red.
  void CreateFour() {
    for (const auto& [code, name] :
         {std::pair("no", "Norway"), std::pair("pe", "Peru")}) {
      Country country;
      country.set_code(code);
      country.set_name(name);
      Create(country);
    }
    ann_ = CreateCustomer("ann@a.example", "no");
    bob_ = CreateCustomer("bob@b.example", "pe");
    Profile profile;
    profile.set_customer_id(bob_.id());
    profile.set_text("Bob's");
    Create(profile);
    const Bought first = CreateOrder("1", &ann_, 10);
    CreateOrder("2", &ann_, 200);
    const Bought third = CreateOrder("3", &bob_, 30, &first);
    CreateOrder("4", nullptr, 4);
    CreateItem(first, 2, "b");
    const Item a = CreateItem(first, 1, "a");
    const Item c = CreateItem(third, 1, "c");
    red_ = CreateLabel("red", "no");
    blue_ = CreateLabel("blue");
    CreateLabel("unused");
    Link(a, red_);
    Link(a, blue_);
    Link(c, red_);
  }

  Customer CreateCustomer(const std::string& email,
                          const std::string& country) {
    Customer customer;
    customer.set_email(email);
    customer.set_country_id(country);
    return Create(customer);
  }
  Bought CreateOrder(const std::string& number, const Customer* customer,
                     int64_t total = 0, const Bought* previous = nullptr) {
    Bought order;
    order.set_number(number);
    order.set_total(total);
    if (customer != nullptr) {
      order.set_customer_id(customer->id());
      order.set_payer_email(customer->email());
    }
    if (previous != nullptr) order.set_previous_id(previous->id());
    return Create(order);
  }
  Item CreateItem(const Bought& order, int place, const std::string& name) {
    Item item;
    item.set_order_id(order.id());
    item.set_place(place);
    item.set_name(name);
    return Create(item);
  }
  Label CreateLabel(const std::string& name,
                    std::optional<std::string> country = {}) {
    Label label;
    label.set_name(name);
    if (country.has_value()) label.set_country_id(*country);
    return Create(label);
  }
  void Link(const Item& item, const Label& label) {
    ItemLabel link;
    link.set_item_id(item.id());
    link.set_label_id(label.id());
    Create(link);
  }

  std::optional<CountingDatabase> counted_;
  Customer ann_;
  Customer bob_;
  Label red_;
  Label blue_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_FILLING_TEST_SUPPORT_H_
