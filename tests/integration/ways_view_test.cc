// Views (AIP-157): what of a row is BASIC and what is FULL.
#include "ways_fixture.h"

namespace integration::ways {
namespace {

using ::grpc::StatusCode;
using ::testing::ElementsAre;

class WaysViewTest : public WaysTest {
 protected:
  void SetUp() override {
    WaysTest::SetUp();
    AddRows();
  }

  Order Listed(OrderView view, const char* mask = nullptr) {
    ListOrdersRequest request;
    request.set_filter("number = n2");
    request.set_view(view);
    if (mask != nullptr) request.mutable_read_mask()->add_paths(mask);
    ListOrdersResponse reply;
    EXPECT_THAT(
        CallAs("a", *orders_, &Orders::Stub::ListOrders, request, &reply),
        IsOk());
    EXPECT_EQ(reply.orders_size(), 1);
    return reply.orders_size() == 1 ? reply.orders(0) : Order();
  }
  Order Retrieved(OrderView view) {
    RetrieveOrderRequest request;
    request.set_id(2);
    request.set_view(view);
    Order order;
    EXPECT_THAT(CallAs("a", *orders_, &Orders::Stub::Retrieve, request, &order),
                IsOk());
    return order;
  }
  static void ExpectBasic(const Order& order) {
    EXPECT_EQ(order.number(), "n2");
    EXPECT_EQ(order.total(), 20);
    EXPECT_EQ(order.body(), "");
    EXPECT_FALSE(order.has_customer());
    EXPECT_EQ(order.lines_size(), 0);
    // By its option.
    EXPECT_EQ(order.previous().number(), "n1");
  }
  static void ExpectFull(const Order& order) {
    EXPECT_EQ(order.number(), "n2");
    EXPECT_EQ(order.body(), "long");
    EXPECT_EQ(order.customer().email(), "bob@x");
    EXPECT_EQ(order.lines_size(), 1);
    EXPECT_EQ(order.previous().number(), "n1");
  }
};

TEST_F(WaysViewTest, OfAList) {
  ExpectBasic(Listed(ORDER_VIEW_BASIC));
  ExpectFull(Listed(ORDER_VIEW_FULL));
  ExpectBasic(Listed(ORDER_VIEW_UNSPECIFIED));
}

TEST_F(WaysViewTest, OfOneRow) {
  ExpectBasic(Retrieved(ORDER_VIEW_BASIC));
  ExpectFull(Retrieved(ORDER_VIEW_FULL));
  ExpectFull(Retrieved(ORDER_VIEW_UNSPECIFIED));
}

TEST_F(WaysViewTest, OfAStream) {
  StreamRequest request;
  request.set_filter("number = n2");
  for (const OrderView view : {ORDER_VIEW_BASIC, ORDER_VIEW_FULL}) {
    request.set_view(view);
    grpc::ClientContext context;
    context.AddMetadata("x-tenant", "a");
    auto reader = orders_->Stream(&context, request);
    Order order;
    ASSERT_TRUE(reader->Read(&order));
    view == ORDER_VIEW_BASIC ? ExpectBasic(order) : ExpectFull(order);
    EXPECT_FALSE(reader->Read(&order));
    EXPECT_THAT(reader->Finish(), IsOk());
  }
}

TEST_F(WaysViewTest, AMaskSaysMore) {
  const Order order = Listed(ORDER_VIEW_BASIC, "body");
  EXPECT_EQ(order.body(), "long");
  EXPECT_EQ(order.number(), "");
}

TEST_F(WaysViewTest, ThereIsNoOther) {
  ListOrdersRequest request;
  request.set_view(static_cast<OrderView>(7));
  ListOrdersResponse reply;
  const Refusal said(
      CallAs("a", *orders_, &Orders::Stub::ListOrders, request, &reply));
  EXPECT_EQ(said.code, StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(said.violations,
              ElementsAre("view: \"7\" is not a valid choice."));
}

// What is not shown is not read: a value that no message can hold is no fault.
TEST_F(WaysViewTest, WhatIsNotInItIsNotRead) {
  if (OnPostgres()) GTEST_SKIP() << "PostgreSQL keeps its texts valid";
  Run("UPDATE customer_order SET body = CAST(x'ff' AS TEXT) WHERE id = 2");
  ExpectBasic(Retrieved(ORDER_VIEW_BASIC));
  RetrieveOrderRequest request;
  request.set_id(2);
  request.set_view(ORDER_VIEW_FULL);
  Order order;
  EXPECT_FALSE(
      CallAs("a", *orders_, &Orders::Stub::Retrieve, request, &order).ok());
}

}  // namespace
}  // namespace integration::ways
