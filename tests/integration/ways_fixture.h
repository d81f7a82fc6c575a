// Orders, what they refer to and what they hold, of two tenants.
#ifndef MODELSERVICE_TESTS_INTEGRATION_WAYS_FIXTURE_H_
#define MODELSERVICE_TESTS_INTEGRATION_WAYS_FIXTURE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "test_support.h"
#include "ways.grpc.pb.h"
#include "ways.modelservice.pb.h"

namespace integration::ways {

// Whoever asks does not see those who hide.
class SeenCustomers final : public CustomersBase {
 public:
  modelservice::Query<Customer> Scope(
      const modelservice::CallContext&,
      modelservice::Query<Customer> all) override {
    return all.Exclude(CustomerModel::email == "hidden@x");
  }
};

class WaysTest : public ServerTest {
 protected:
  void SetUp() override { Restart({}); }
  void Restart(Options options) {
    Start(
        [](modelservice::Registry& registry) {
          RegisterWays(registry);
          registry.Add<SeenCustomers>();
        },
        std::move(options));
    orders_ = Orders::NewStub(server().channel());
    customers_ = Customers::NewStub(server().channel());
  }

  void Run(const std::string& sql) { RunSql(server().database_url(), sql); }

  // Orders 1 to 6, of customers of tenant `a`, and one of `b`.
  void AddRows() {
    Run("INSERT INTO country (code, name) VALUES ('at', 'Austria'), "
        "('ch', 'Switzerland')");
    AddCustomer(1, "ann@x", "'Ann'", 3, "'at'", "a", "NULL");
    AddCustomer(2, "bob@x", "NULL", 0, "NULL", "a", "NULL");
    AddCustomer(3, "hidden@x", "'Cyd'", 9, "'ch'", "a", "NULL");
    AddCustomer(4, "gone@x", "'Dan'", 9, "'ch'", "a",
                Sql("'2020-01-01T00:00:00Z'", "'2020-01-01T00:00:00Z'"));
    AddCustomer(5, "eve@x", "'Eve'", 9, "'ch'", "b", "NULL");
    // Of the customers 1 to 5, and of none.
    for (int i = 1; i <= 6; ++i) {
      AddOrder(i, i == 6 ? "NULL" : absl::StrCat(i), i * 10);
    }
    AddLine(1, 1, "pen", 2);
    AddLine(2, 1, "ink", 5);
    AddLine(3, 2, "pen", 9);
    Run("INSERT INTO tag (id, name) VALUES (1, 'red'), (2, 'blue')");
    Run("INSERT INTO order_tag (order_id, tag_id) VALUES (1, 1), (1, 2), "
        "(3, 2)");
    Run("UPDATE customer_order SET previous_id = 1 WHERE id = 2");
  }
  void AddCustomer(int id, const char* email, const char* name, int rank,
                   const char* country, const char* tenant,
                   const std::string& deleted) {
    Run(absl::StrCat(
        "INSERT INTO customer (id, email, name, rank, phone, pin, notes, "
        "country_code, tenant, delete_time) VALUES (",
        id, ", '", email, "', ", name, ", ", rank, ", '555', '1', 'n', ",
        country, ", '", tenant, "', ", deleted, ")"));
  }
  void AddOrder(int id, const std::string& customer, int total,
                const std::string& custom = "{}",
                const std::string& labels = "{}",
                const std::string& counts = "{}",
                const std::string& details = "NULL") {
    Run(absl::StrCat(
        "INSERT INTO customer_order (id, number, customer_id, total, custom, "
        "labels, counts, details, body) VALUES (",
        id, ", 'n", id, "', ", customer, ", ", total, ", '", custom, "', '",
        labels, "', '", counts, "', ", details, ", 'long')"));
  }
  void AddLine(int id, int order, const char* name, int quantity) {
    Run(
        absl::StrCat("INSERT INTO line (id, order_id, name, quantity, "
                     "origin_code) VALUES (",
                     id, ", ", order, ", '", name, "', ", quantity, ", 'at')"));
  }

  // As the caller of a tenant.
  template <class Stub, class Request, class Reply>
  grpc::Status CallAs(const char* tenant, Stub& stub,
                      grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                   const Request&, Reply*),
                      const Request& request, Reply* reply) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kPatience);
    context.AddMetadata("x-tenant", tenant);
    return (stub.*method)(&context, request, reply);
  }
  // The keys of the orders, in order: "1 2 6".
  std::string Found(const ListOrdersRequest& request,
                    const char* tenant = "a") {
    ListOrdersResponse reply;
    EXPECT_THAT(
        CallAs(tenant, *orders_, &Orders::Stub::ListOrders, request, &reply),
        IsOk())
        << request.ShortDebugString();
    EXPECT_EQ(reply.total_size(), reply.orders_size());
    std::string keys;
    for (const Order& order : reply.orders()) {
      absl::StrAppend(&keys, keys.empty() ? "" : " ", order.id());
    }
    return keys;
  }
  std::string Found(const std::string& filter, const char* tenant = "a") {
    ListOrdersRequest request;
    request.set_filter(filter);
    return Found(request, tenant);
  }
  // What is wrong with the filter.
  std::string Fault(const std::string& filter) {
    ListOrdersRequest request;
    request.set_filter(filter);
    ListOrdersResponse reply;
    const Refusal said(
        CallAs("a", *orders_, &Orders::Stub::ListOrders, request, &reply));
    EXPECT_EQ(said.code, grpc::StatusCode::INVALID_ARGUMENT) << filter;
    return said.violations.size() == 1 ? said.violations[0] : said.message;
  }

  std::unique_ptr<Orders::Stub> orders_;
  std::unique_ptr<Customers::Stub> customers_;
};

}  // namespace integration::ways

#endif  // MODELSERVICE_TESTS_INTEGRATION_WAYS_FIXTURE_H_
