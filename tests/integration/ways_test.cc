// Filters through relations: rows count that there are for the caller, and
// fields that it may read.
#include <string>

#include "ways_fixture.h"

namespace integration::ways {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class WaysFilterTest : public WaysTest {
 protected:
  void SetUp() override {
    WaysTest::SetUp();
    AddRows();
  }
};

TEST_F(WaysFilterTest, ToTheRowReferredTo) {
  EXPECT_EQ(Found(""), "1 2 3 4 5 6");
  EXPECT_EQ(Found("customer.email = \"ann@x\""), "1");
  EXPECT_EQ(Found("customer.email = *@x"), "1 2");
  EXPECT_EQ(Found("customer.rank > 2"), "1");
  EXPECT_EQ(Found("customer.email:ANN"), "1");
  EXPECT_EQ(Found("customer.email = (\"ann@x\" OR \"bob@x\")"), "1 2");
  EXPECT_EQ(Found("total > 10 customer.rank < 2"), "2");
  EXPECT_EQ(Found("previous.number = n1"), "2");
}

TEST_F(WaysFilterTest, WhatIsNotThereIsEqualToNothing) {
  EXPECT_EQ(Found("customer.email != \"ann@x\""), "2 3 4 5 6");
  EXPECT_EQ(Found("NOT customer.email = \"ann@x\""), "2 3 4 5 6");
  EXPECT_EQ(Found("customer.name = null"), "2 3 4 5 6");
  EXPECT_EQ(Found("customer.name != null"), "1");
  EXPECT_EQ(Found("customer.name:*"), "1");
  EXPECT_EQ(Found("customer:*"), "1 2");
  EXPECT_EQ(Found("customer = null"), "3 4 5 6");
  EXPECT_EQ(Found("-customer:*"), "3 4 5 6");
}

TEST_F(WaysFilterTest, GoesOn) {
  EXPECT_EQ(Found("customer.country.name = Austria"), "1");
  EXPECT_EQ(Found("customer.country.name != Austria"), "2 3 4 5 6");
  EXPECT_EQ(Found("customer.country = null"), "2 3 4 5 6");
  EXPECT_EQ(Found("previous.customer.country.code = at"), "2");
  // And back again.
  EXPECT_EQ(Found("customer.orders.total = 20"), "2");
}

TEST_F(WaysFilterTest, AnyOfSeveral) {
  EXPECT_EQ(Found("lines.quantity > 4"), "1 2");
  EXPECT_EQ(Found("lines.name = ink"), "1");
  EXPECT_EQ(Found("lines.name = (ink AND pen)"), "1");
  EXPECT_EQ(Found("NOT lines.name = ink"), "2 3 4 5 6");
  EXPECT_EQ(Found("lines:*"), "1 2");
  EXPECT_EQ(Found("tags.name = blue"), "1 3");
  EXPECT_EQ(Found("tags.name = red OR lines.quantity = 9"), "1 2");
  EXPECT_EQ(Found("-tags:*"), "2 4 5 6");
}

// Hidden by the Scope of its service, deleted, and of another tenant.
TEST_F(WaysFilterTest, OnlyRowsThatThereAreForTheCallerCount) {
  for (const char* email : {"hidden@x", "gone@x", "eve@x"}) {
    EXPECT_EQ(Found(absl::StrCat("customer.email = \"", email, "\"")), "")
        << email;
  }
  EXPECT_EQ(Found("customer.rank = 9"), "");
  EXPECT_EQ(Found("customer.rank = 9", "b"), "5");
  EXPECT_EQ(Found("customer.country.name = Switzerland"), "");
  EXPECT_EQ(Found("customer:*", "b"), "5");
  // The same for a field of the request.
  ListOrdersRequest request;
  request.add_emails("ann@x");
  request.add_emails("hidden@x");
  request.add_emails("gone@x");
  request.add_emails("eve@x");
  EXPECT_EQ(Found(request), "1");
  EXPECT_EQ(Found(request, "b"), "5");
  request.clear_emails();
  request.set_has_name(false);
  EXPECT_EQ(Found(request), "1");
  request.set_has_name(true);
  EXPECT_EQ(Found(request), "2 3 4 5 6");
}

TEST_F(WaysFilterTest, OnlyFieldsThatTheCallerMayRead) {
  for (const char* field : {"phone", "pin", "notes"}) {
    EXPECT_THAT(Fault(absl::StrCat("customer.", field, " = \"1\"")),
                AllOf(StartsWith("filter: Character 10: "),
                      HasSubstr(absl::StrCat("\"", field,
                                             "\" cannot be filtered by.\n"))))
        << field;
  }
  // Lines are in replies of orders; their country is in none.
  EXPECT_THAT(Fault("lines.origin.name = Austria"),
              StartsWith("filter: Character 7: \"origin\" cannot be filtered "
                         "by.\nlines.origin.name ="));
  for (const char* field :
       {"birth.name = Austria", "birth:*", "birth = null"}) {
    ListCustomersRequest request;
    request.set_filter(field);
    ListCustomersResponse response;
    const grpc::Status status = CallAs(
        "a", *customers_, &Customers::Stub::ListCustomers, request, &response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(status.error_message(),
                HasSubstr("\"birth\" cannot be filtered by."));
  }
  EXPECT_THAT(Fault("tag_ids = 1"),
              StartsWith("filter: Character 1: \"tag_ids\" cannot be "));
}

TEST_F(WaysFilterTest, AFaultSaysItsPlaceAndWhatWasExpected) {
  EXPECT_EQ(Fault("total = 1 AND customer.rank = x"),
            "filter: Character 31: Expected an integer, not \"x\".\n"
            "total = 1 AND customer.rank = x\n"
            "                              ^");
  EXPECT_THAT(Fault("customer.emial = x"),
              StartsWith("filter: Character 10: Customer has no field "
                         "\"emial\". It has id, email, name,"));
  EXPECT_THAT(Fault("customer = 3"),
              StartsWith("filter: Character 1: \"customer\" is a row of "
                         "Customer; compare a field of it, as in "
                         "customer.field = value, or ask with customer:* "
                         "whether there is one."));
  EXPECT_THAT(Fault("lines.name != ink"),
              StartsWith("filter: Character 1: \"!=\" takes no field of "
                         "several rows; NOT lines... = finds where"));
  EXPECT_THAT(Fault("number.x = 1"),
              StartsWith("filter: Character 8: There is nothing to filter by "
                         "inside of \"number\"."));
  EXPECT_THAT(Fault("customer.orders.customer.orders.total = 1"),
              StartsWith("filter: Character 26: A field is at most 3 relations "
                         "away."));
  std::string deep = "customer";
  for (int i = 0; i < 20; ++i) deep += ".orders.customer";
  EXPECT_THAT(Fault(deep + ".rank = 1"), HasSubstr("(max_filter_depth)"));
}

TEST_F(WaysFilterTest, OfStreamsAndOfGroups) {
  StreamRequest request;
  request.set_filter("customer.email = *@x");
  grpc::ClientContext context;
  context.AddMetadata("x-tenant", "a");
  auto reader = orders_->Stream(&context, request);
  Order order;
  std::string keys;
  while (reader->Read(&order)) absl::StrAppend(&keys, order.id(), " ");
  EXPECT_THAT(reader->Finish(), IsOk());
  EXPECT_EQ(keys, "1 2 ");

  AggregateOrdersRequest aggregate;
  aggregate.set_filter("lines.quantity > 4");
  OrderGroups groups;
  ASSERT_THAT(
      CallAs("a", *orders_, &Orders::Stub::AggregateOrders, aggregate, &groups),
      IsOk());
  ASSERT_EQ(groups.groups_size(), 1);
  EXPECT_EQ(groups.groups(0).count(), 2);

  ListCustomersRequest customers;
  customers.set_filter("orders.total > 5 AND orders.lines.name = pen");
  ListCustomersResponse found;
  ASSERT_THAT(CallAs("a", *customers_, &Customers::Stub::ListCustomers,
                     customers, &found),
              IsOk());
  EXPECT_EQ(found.customers_size(), 2);
}

TEST_F(WaysFilterTest, PagesGoOnInTheSameRows) {
  ListOrdersRequest request;
  request.set_filter("customer:* OR lines:*");
  request.set_page_size(1);
  ListOrdersResponse first;
  ASSERT_THAT(CallAs("a", *orders_, &Orders::Stub::ListOrders, request, &first),
              IsOk());
  ASSERT_EQ(first.orders_size(), 1);
  EXPECT_EQ(first.total_size(), 2);
  request.set_page_token(first.next_page_token());
  ListOrdersResponse second;
  ASSERT_THAT(
      CallAs("a", *orders_, &Orders::Stub::ListOrders, request, &second),
      IsOk());
  ASSERT_EQ(second.orders_size(), 1);
  EXPECT_EQ(second.orders(0).id(), 2);
  EXPECT_EQ(second.next_page_token(), "");
}

// Orders 1 and 2 have customers who are there for tenant `a`.
class WaysOrderTest : public WaysFilterTest {
 protected:
  void SetUp() override {
    WaysFilterTest::SetUp();
    Run("UPDATE customer SET credit = '9.5' WHERE id = 1");
    Run("UPDATE customer SET credit = '10' WHERE id IN (2, 3, 5)");
    // One more of Bob's.
    AddOrder(7, "2", 5);
  }

  // All of them, by pages of this size.
  std::string Ordered(const std::string& order_by, int page_size = 10) {
    ListOrdersRequest request;
    request.set_order_by(order_by);
    request.set_page_size(page_size);
    std::string keys;
    for (int page = 0; page < 10; ++page) {
      ListOrdersResponse reply;
      EXPECT_THAT(
          CallAs("a", *orders_, &Orders::Stub::ListOrders, request, &reply),
          IsOk())
          << order_by;
      for (const Order& order : reply.orders()) {
        absl::StrAppend(&keys, keys.empty() ? "" : " ", order.id());
      }
      request.set_page_token(reply.next_page_token());
      if (request.page_token().empty()) break;
    }
    return keys;
  }
  std::string OrderFault(const std::string& order_by) {
    ListOrdersRequest request;
    request.set_order_by(order_by);
    ListOrdersResponse reply;
    const Refusal said(
        CallAs("a", *orders_, &Orders::Stub::ListOrders, request, &reply));
    EXPECT_EQ(said.code, grpc::StatusCode::INVALID_ARGUMENT) << order_by;
    return said.violations.size() == 1 ? said.violations[0] : said.message;
  }
};

TEST_F(WaysOrderTest, ByFieldsOfTheRowReferredTo) {
  for (const int page_size : {1, 2, 3, 10}) {
    // Absent is what hides, what is gone, what is another tenant's.
    EXPECT_EQ(Ordered("customer.email", page_size), "3 4 5 6 1 2 7");
    EXPECT_EQ(Ordered("-customer__email,-id", page_size), "7 2 1 6 5 4 3");
    EXPECT_EQ(Ordered("customer.email desc, total", page_size),
              "7 2 1 3 4 5 6");
    // Bob has no name.
    EXPECT_EQ(Ordered("customer.name, id", page_size), "2 3 4 5 6 7 1");
    EXPECT_EQ(Ordered("customer.country.name desc", page_size),
              "1 2 3 4 5 6 7");
    // As numbers.
    EXPECT_EQ(Ordered("customer.credit", page_size), "3 4 5 6 1 2 7");
    EXPECT_EQ(Ordered("previous.total desc, -customer.rank", page_size),
              "2 1 7 3 4 5 6");
  }
}

TEST_F(WaysOrderTest, InStreamsAndUnderMasks) {
  StreamRequest request;
  request.set_order_by("customer.email desc");
  grpc::ClientContext context;
  context.AddMetadata("x-tenant", "a");
  auto stream = orders_->Stream(&context, request);
  std::string keys;
  for (Order order; stream->Read(&order);) absl::StrAppend(&keys, order.id());
  EXPECT_THAT(stream->Finish(), IsOk());
  EXPECT_EQ(keys, "2713456");

  ListOrdersRequest masked;
  masked.set_order_by("customer.email desc");
  masked.set_page_size(1);
  masked.mutable_read_mask()->add_paths("number");
  ListOrdersResponse reply;
  ASSERT_THAT(CallAs("a", *orders_, &Orders::Stub::ListOrders, masked, &reply),
              IsOk());
  ASSERT_EQ(reply.orders_size(), 1);
  EXPECT_THAT(reply.orders(0), EqualsMessage(FromText<Order>("number: 'n2'")));
  // A token is its order's.
  masked.set_page_token(reply.next_page_token());
  masked.set_order_by("customer.name desc");
  const Refusal other(
      CallAs("a", *orders_, &Orders::Stub::ListOrders, masked, &reply));
  EXPECT_THAT(other.violations, testing::ElementsAre(StartsWith("page_token")));
}

TEST_F(WaysOrderTest, OnlyByWhatTheCallerMayRead) {
  for (const char* path : {"customer.phone", "customer.pin",
                           "customer.birth.name", "customer.delete_time.x"}) {
    EXPECT_THAT(OrderFault(path), StartsWith("order_by: Character 1: "))
        << path;
  }
  EXPECT_THAT(OrderFault("customer.phone"),
              HasSubstr("\"customer.phone\" cannot be ordered by."));
  EXPECT_THAT(OrderFault("id, lines.name"),
              HasSubstr("Character 5: \"lines\" are several rows: none of them "
                        "has a place in the order."));
  EXPECT_THAT(
      OrderFault("customer"),
      HasSubstr("\"customer\" is a row of Customer; order by a field of "
                "it."));
  EXPECT_THAT(OrderFault("lines"), HasSubstr("\"lines\" are several rows"));
  EXPECT_THAT(OrderFault("people"), HasSubstr("has no field \"people\""));
  EXPECT_THAT(OrderFault("customer.country"),
              HasSubstr("\"customer.country\" is a row of Country; order by a "
                        "field of it."));
  EXPECT_THAT(OrderFault("customer.nobody"),
              HasSubstr("Customer has no field \"nobody\""));
  EXPECT_THAT(OrderFault("nobody.name"),
              HasSubstr("Order has no field \"nobody\""));
  EXPECT_THAT(OrderFault("details.floor"),
              HasSubstr("There is nothing to order by inside of \"details\"."));
  EXPECT_THAT(OrderFault("previous.previous.previous.previous.total"),
              HasSubstr("A field is at most 3 relations away."));
  EXPECT_THAT(OrderFault("customer.email, customer__email"),
              HasSubstr("\"customer__email\" is named twice."));
}

TEST_F(WaysOrderTest, FieldsOfARequestCompareAsTheColumnDoes) {
  EXPECT_EQ(Found(FromText<ListOrdersRequest>("credit_above: '9.6'")), "2 7");
}

}  // namespace
}  // namespace integration::ways
