// Examples of headers that are about rows: see face_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "face.modelservice.pb.h"
#include "modelservice/aggregates.h"
#include "modelservice/database.h"
#include "modelservice/errors.h"
#include "modelservice/log.h"
#include "modelservice/model_signals.h"
#include "modelservice/objects.h"
#include "modelservice/raw_query.h"
#include "modelservice/registry.h"
#include "modelservice/stale_row.h"
#include "modelservice/statement.h"
#include "modelservice/testing.h"
#include "modelservice/transaction.h"
#include "orders.modelservice.pb.h"

// As in a program that says so itself.
using namespace modelservice;  // NOLINT
using shop::Customer;
using shop::CustomerModel;

namespace {

class DatabaseTest : public ::testing::Test {
 protected:
  DatabaseTest() {
    auto server = TestServer::Start(
        [](Registry& registry) { registry.AddModel(CustomerModel::Model()); });
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }
  Database& database() { return server_->database(); }

 private:
  std::unique_ptr<TestServer> server_;
};

TEST_F(DatabaseTest, RowsAndConditions) {
  Database& db = database();
  {
    modelservice::Objects<Customer> customers(db);
    Customer customer;
    customer.set_email("a@b.c");
    absl::Status created = customers.Create(&customer);  // has its id now
    absl::StatusOr<Customer> found =
        customers.Filter(CustomerModel::email == "a@b.c").Get();
    EXPECT_EQ(created, absl::OkStatus());
    EXPECT_EQ(found->id(), customer.id());
    Customer imported;
    imported.set_email("nobody");
    absl::Status taken =
        customers.Create(&imported, modelservice::Validation::kSkip);
    EXPECT_EQ(taken, absl::OkStatus());
  }
  const absl::Time since = absl::UnixEpoch();
  modelservice::Objects<Customer> customers(db);
  absl::StatusOr<std::vector<Customer>> page =
      customers.Filter(CustomerModel::create_time > since)
          .OrderBy(CustomerModel::id.Desc())
          .Limit(20)
          .All();
  EXPECT_EQ(page->size(), 2u);
  Condition<Customer> known =
      CustomerModel::id.In({1, 2, 3}) && !CustomerModel::phone.IsNull();
  Condition<Customer> ann = CustomerModel::email == "ann@b.c";
  Condition<Customer> shop = CustomerModel::email.IEndsWith("@SHOP.example");
  Condition<Customer> idle = CustomerModel::author != CustomerModel::owner;
  Condition<Customer> recent = CustomerModel::create_time.Year() >= 2024;
  Order<Customer> newest = CustomerModel::create_time.Desc();
  Assignment<Customer> moved = CustomerModel::phone.Set("555");
  EXPECT_EQ(*customers.Filter(known || ann || shop).Count(), 0);
  EXPECT_EQ(*customers.Filter(recent && !idle).Count(), 0);
  EXPECT_EQ(*customers.Rows().Update(moved), 2);
  EXPECT_EQ(customers.Filter(known).OrderBy(newest).All()->size(), 2u);
}

absl::Status LogThem(const Objects<Customer>& customers) {
  auto rows = customers.Filter(CustomerModel::phone.IsNull()).Iterate();
  for (Customer& customer : rows) Log(Severity::kInfo, customer.email());
  if (!rows.status().ok()) return rows.status();
  return absl::OkStatus();
}

TEST_F(DatabaseTest, ValuesAndSql) {
  Database& db = database();
  const Objects<Customer> customers(db);
  for (const char* email : {"a@b.c", "b@b.c"}) {
    Customer customer;
    customer.set_email(email);
    customer.set_owner("ann");
    customer.set_team("red");
    ASSERT_EQ(customers.Create(&customer), absl::OkStatus());
  }
  EXPECT_EQ(LogThem(customers), absl::OkStatus());
  auto totals = customers.Rows().Aggregate(Count<Customer>(),
                                           Max(CustomerModel::create_time));
  // absl::StatusOr<std::tuple<int64_t, std::optional<absl::Time>>>
  EXPECT_EQ(std::get<0>(*totals), 2);
  auto teams = customers.Rows()
                   .GroupBy(CustomerModel::team)
                   .Having(Count<Customer>() > 1)
                   .Values(Count<Customer>());
  EXPECT_EQ(teams->size(), 1u);
  const std::string owner = "ann";
  auto rows = db.Query("SELECT id, phone FROM customer WHERE owner = ?", owner)
                  .Tuples<int64_t, std::optional<std::string>>();
  // absl::StatusOr<std::vector<std::tuple<...>>>
  EXPECT_EQ(rows->size(), 2u);
  absl::StatusOr<int64_t> gone =
      db.Execute("DELETE FROM customer WHERE owner = ?", owner);
  EXPECT_EQ(*gone, 2);
}

TEST_F(DatabaseTest, Transactions) {
  Database& db = database();
  absl::Status refused =
      InvalidArgument({{"email", "Enter a valid email address."}});
  {
    absl::Status s = db.Transact([&](Transaction& tx) -> absl::Status {
      Customer customer;
      return Objects<Customer>(tx).Create(&customer);
    });
    EXPECT_EQ(s.code(), refused.code());
  }
  Customer customer;
  customer.set_email("a@b.c");
  customer.set_owner("ann");
  absl::Status s = db.Transact([&](Transaction& tx) -> absl::Status {
    tx.OnCommit([] { Log(Severity::kInfo, "one more customer"); });
    // An error rolls back.
    return Objects<Customer>(tx).Create(&customer);
  });
  EXPECT_EQ(s, absl::OkStatus());
  const std::string owner = "ann";
  Statement statement;
  statement.text = "DELETE FROM customer WHERE owner = ?1";
  statement.parameters = {Value::Text(owner)};
  statement.writes = true;
  NoRows rows;
  absl::StatusOr<Outcome> done = db.Run(std::move(statement), rows);
  EXPECT_EQ(done->changes, 1);
}

bool HasDebts(const Customer&) { return true; }

// model_signals.h
TEST(RowSignals, TellWhoAsked) {
  Registry registry;
  ModelSignals<Customer> customers = registry.ModelSignalsOf<Customer>();
  Connection connection = customers.OnPostSave(
      [](Transaction& tx, const Customer& customer, RowChange change) {
        Log(Severity::kInfo, customer.email());
      });
  Connection refuses = customers.OnPreDelete(
      [](Transaction&, const Customer& customer, RowChange) -> absl::Status {
        if (!HasDebts(customer)) return absl::OkStatus();
        return absl::FailedPreconditionError("who owes us stays");
      },
      Receiver::kMustSucceed);
  Connection moves = customers.OnPostSave(
      [](Transaction&, const Customer& customer, const Saved<Customer>& saved) {
        if (saved.created() || !saved.Changed(Customer::kEmailFieldNumber)) {
          return;
        }
        Log(Severity::kInfo, saved.before()->email());
      });
}

// stale_row.h
TEST(StaleRows, AreTold) {
  // The model alone: its service has methods that nobody implements here.
  auto server = TestServer::Start(
      [](Registry& registry) { registry.AddModel(shop::OrderModel::Model()); });
  ASSERT_TRUE(server.ok()) << server.status();
  Objects<shop::Order> orders((*server)->database());
  shop::Order order;
  ASSERT_EQ(orders.Create(&order), absl::OkStatus());
  shop::Order other = order;
  ASSERT_EQ(orders.Update(&other), absl::OkStatus());
  ASSERT_EQ(orders.Update(&other), absl::OkStatus());
  order.set_version(2);
  absl::Status saved = orders.Update(&order);
  if (const auto stale = modelservice::GetStaleRow(saved)) {
    // stale->field: "version"; stale->given: "2"; stale->current: "3"
  }
  const auto stale = GetStaleRow(saved);
  ASSERT_TRUE(stale.has_value()) << saved;
  EXPECT_EQ(stale->field, "version");
  EXPECT_EQ(stale->given, "2");
  EXPECT_EQ(stale->current, "3");
}

}  // namespace
