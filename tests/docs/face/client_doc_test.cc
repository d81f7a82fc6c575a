// docs/client.md, and the examples in the headers of the client.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <future>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/client.h"
#include "modelservice/error_details.h"
#include "modelservice/fake_client.h"
#include "modelservice/on_behalf_of.h"
#include "modelservice/testing.h"
#include "orders.modelservice.client.pb.h"
#include "orders.modelservice.pb.h"

namespace {

using ::modelservice::CallContext;
using ::modelservice::Reply;
using ::shop::BillRequest;
using ::shop::Invoice;

absl::Status ShowOrders() {
  // The address is GRPC_SERVER_ADDR_ORDER_SERVICE, or GRPC_SERVER_ADDR.
  const shop::OrderServiceClient orders;
  shop::RetrieveOrderRequest request;
  request.set_id(7);
  absl::StatusOr<shop::Order> order = orders.Retrieve(request);
  if (!order.ok()) return order.status();  // error_details.h has more

  auto all = orders.List({});  // page after page
  for (shop::Order& each : all) std::cout << each.total() << "\n";
  return all.status();  // why it ended
}

void Show(const absl::Status& status) {
  if (const auto request = modelservice::BadRequestOf(status)) {
    for (const auto& fault : request->field_violations()) {
      std::cerr << fault.field() << ": " << fault.description() << "\n";
    }
  }
  if (const auto info = modelservice::ErrorInfoOf(status)) {
    std::cerr << info->reason() << "\n";  // stable, for programs
  }
}

class Billing : public shop::BillingServiceBase {
 public:
  explicit Billing(shop::OrderServiceClient orders)
      : orders_(std::move(orders)) {}

  absl::StatusOr<Reply<Invoice>> Bill(const CallContext& call,
                                      const BillRequest& request) override {
    shop::RetrieveOrderRequest wanted;
    wanted.set_id(request.order_id());
    auto order = orders_.Retrieve(wanted, modelservice::OnBehalfOf(call));
    if (!order.ok()) return order.status();
    Invoice invoice;
    invoice.set_total(order->total());
    return invoice;
  }

 private:
  const shop::OrderServiceClient orders_;
};

TEST(BillingTest, NeedsAnOrder) {
  modelservice::FakeClient<shop::OrderServiceClient> orders;
  orders.On(shop::OrderServiceClient::kRetrieveMethod,
            [](const shop::RetrieveOrderRequest& request)
                -> absl::StatusOr<shop::Order> {
              if (request.id() != 7) return absl::NotFoundError("Gone.");
              shop::Order order;
              order.set_total("3.50");
              return order;
            });
  Billing billing(orders.client());
  const modelservice::TestCallContext call =
      modelservice::CallContextBuilder().Build();
  BillRequest request;
  EXPECT_EQ(billing.Bill(call, request).status().code(),
            absl::StatusCode::kNotFound);
  request.set_order_id(7);
  EXPECT_EQ(billing.Bill(call, request)->message().total(), "3.50");
  EXPECT_EQ(orders.calls(shop::OrderServiceClient::kRetrieveMethod), 2);
}

TEST(BillingTest, GivesUpInTime) {
  modelservice::FakeClient<shop::OrderServiceClient> orders;
  orders.Hang(shop::OrderServiceClient::kRetrieveMethod);
  modelservice::CallOptions options;
  options.timeout = absl::Milliseconds(100);
  EXPECT_EQ(orders.client().Retrieve({}, options).status().code(),
            absl::StatusCode::kDeadlineExceeded);
}

class Orders : public shop::OrderServiceBase {
 public:
  absl::Status Watch(const CallContext&, const shop::WatchOrdersRequest&,
                     modelservice::Writer<shop::Order>& writer) override {
    shop::Order order;
    order.set_total("1");
    for (int i = 0; i < 3; ++i) writer.Write(order);
    return absl::OkStatus();
  }
  absl::StatusOr<Reply<shop::Imported>> Import(
      const CallContext&, modelservice::Reader<shop::Order>& reader) override {
    shop::Imported imported;
    for (shop::Order order; reader.Read(&order);) {
      imported.set_count(imported.count() + 1);
    }
    return imported;
  }
  absl::Status Negotiate(
      const CallContext&,
      modelservice::Stream<shop::Offer, shop::Offer>& stream) override {
    for (shop::Offer offer; stream.Read(&offer);) stream.Write(offer);
    return absl::OkStatus();
  }
};

class ClientDoc : public ::testing::Test {
 protected:
  ClientDoc() {
    auto server =
        modelservice::TestServer::Start([](modelservice::Registry& registry) {
          shop::RegisterOrders(registry);
          registry.Add<Orders>();
          registry.Add<Billing>(shop::OrderServiceClient());
        });
    if (server.ok()) server_ = *std::move(server);
    setenv("GRPC_SERVER_ADDR", server_->address().c_str(), 1);
  }
  ~ClientDoc() override { unsetenv("GRPC_SERVER_ADDR"); }

  std::unique_ptr<modelservice::TestServer> server_;
};

TEST_F(ClientDoc, ShowsOrders) {
  const absl::Status status = ShowOrders();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound) << status;
  Show(status);
  const shop::OrderServiceClient orders(server_->channel());
  shop::Order order;
  for (int i = 0; i < 7; ++i) ASSERT_TRUE(orders.Create(order).ok());
  EXPECT_TRUE(ShowOrders().ok());
}

TEST_F(ClientDoc, Streams) {
  const shop::OrderServiceClient orders;
  auto watched = orders.Watch({});
  for (const shop::Order& order : watched) {
    std::cout << order.total() << "\n";
  }
  EXPECT_TRUE(watched.status().ok()) << watched.status();

  const std::vector<shop::Order> old_orders(3);
  auto import = orders.Import();
  for (const shop::Order& order : old_orders) {
    if (!import.Write(order)) break;  // over: Finish says why
  }
  const absl::StatusOr<shop::Imported> imported = import.Finish();
  EXPECT_EQ(imported->count(), 3);

  auto talk = orders.Negotiate();
  shop::Offer offer;
  offer.set_total("3.50");
  talk.Write(offer);
  while (talk.Read(&offer)) {
    if (offer.total() == "3.50") break;
  }
  const absl::Status ended = talk.Finish();
  EXPECT_TRUE(ended.ok()) << ended;
}

TEST_F(ClientDoc, StartsCalls) {
  const shop::OrderServiceClient orders;
  std::promise<absl::StatusOr<shop::Order>> answer;
  const modelservice::CallHandle handle =
      orders.StartRetrieve({}, [&answer](absl::StatusOr<shop::Order> order) {
        answer.set_value(std::move(order));
      });
  handle.Cancel();  // no longer wanted
  EXPECT_FALSE(answer.get_future().get().ok());
}

TEST_F(ClientDoc, StartsStreams) {
  const shop::OrderServiceClient orders;
  const std::vector<shop::Order> old_orders(3);
  std::promise<absl::StatusOr<shop::Imported>> answer;
  const auto import =
      orders.StartImport([&answer](absl::StatusOr<shop::Imported> imported) {
        answer.set_value(std::move(imported));
      });
  for (const shop::Order& order : old_orders) {
    if (!import.Write(order).ok()) break;  // over: the callback hears why
  }
  import.WritesDone();
  EXPECT_EQ(answer.get_future().get()->count(), 3);
}

// Whether the row is away now.
absl::Status Remove(const shop::OrderServiceClient& orders,
                    const shop::DeleteOrderRequest& request) {
  const absl::Status status = orders.Delete(request).status();
  // Gone, and it may have been this call that did it.
  const bool done =
      absl::IsNotFound(status) && modelservice::HadLostAttempt(status);
  return done ? absl::OkStatus() : status;
}

TEST(LostAttempts, AreKnown) {
  modelservice::FakeClient<shop::OrderServiceClient> orders;
  int calls = 0;
  orders.On(shop::OrderServiceClient::kDeleteMethod,
            [&calls](const shop::DeleteOrderRequest&)
                -> absl::StatusOr<google::protobuf::Empty> {
              if (++calls == 1) return absl::UnavailableError("Lost.");
              return absl::NotFoundError("Gone.");
            });
  shop::DeleteOrderRequest request;
  // Any state: it is not tried again.
  EXPECT_EQ(Remove(orders.client(), request).code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(Remove(orders.client(), request).code(),
            absl::StatusCode::kNotFound);
  calls = 0;
  request.set_version(1);
  EXPECT_EQ(Remove(orders.client(), request), absl::OkStatus());
  EXPECT_EQ(calls, 2);
}

absl::StatusOr<modelservice::ClientToken> FetchToken() {
  return modelservice::ClientToken{"abc", absl::Now() + absl::Hours(1)};
}

TEST_F(ClientDoc, HasOptions) {
  modelservice::ClientOptions options;
  options.address = server_->address();
  options.timeout = absl::Seconds(5);
  options.retries.max_attempts = 3;
  options.token = FetchToken;
  options.metadata = {{"x-tenant", "acme"}};
  const shop::OrderServiceClient orders(options);

  modelservice::CallOptions once;
  once.timeout = absl::Seconds(1);
  once.wait_for_ready = true;
  EXPECT_FALSE(orders.Retrieve({}, once).ok());
}

TEST(Tls, IsAnOption) {
  modelservice::ClientOptions options;
  options.address = "shop.example.com:443";
  options.tls.emplace();  // whom the machine trusts
  options.tls->ca_file = "ca.pem";
  options.tls->certificate_file = "billing.pem";
  options.tls->key_file = "billing.key";
  EXPECT_FALSE(shop::OrderServiceClient(options).Retrieve({}).ok());
}

}  // namespace
