// Fields without a column in the standard methods: filled in every reply, and
// written with the row where their options say so.
#include <atomic>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/objects.h"
#include "related.grpc.pb.h"
#include "related.modelservice.pb.h"
#include "test_support.h"

namespace integration::related {
namespace {

using ::grpc::StatusCode;
using ::modelservice::CallContext;
using ::modelservice::Objects;
using ::modelservice::Query;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// How often somebody asked which notes there are.
std::atomic<int> asked{0};

class PublicNotes final : public NotesBase {
 public:
  Query<Note> Scope(const CallContext&, Query<Note> all) override {
    ++asked;
    return all.Exclude(NoteModel::text == "secret");
  }
};

class RelatedTest : public ServerTest {
 protected:
  void SetUp() override {
    Start([](modelservice::Registry& registry) {
      RegisterRelated(registry);
      registry.Add<PublicNotes>();
    });
    orders_ = Orders::NewStub(server().channel());
    for (const char* name : {"red", "blue"}) {
      Tag tag;
      tag.set_name(name);
      Store(&tag);
    }
    Buyer ann;
    ann.set_name("ann");
    ann.set_phone("555");
    Store(&ann);
  }
  template <class Message>
  void Store(Message* message) {
    const absl::Status stored =
        Objects<Message>(server().database()).Create(message);
    ASSERT_TRUE(stored.ok()) << stored;
  }
  void StoreNote(int64_t order, const std::string& text) {
    Note note;
    note.set_order_id(order);
    note.set_text(text);
    Store(&note);
  }

  Order Create(absl::string_view text) {
    Order created;
    EXPECT_THAT(
        Call(*orders_, &Orders::Stub::Create, FromText<Order>(text), &created),
        IsOk());
    return created;
  }
  Order Retrieve(int64_t id) {
    OrderKey key;
    key.set_id(id);
    Order order;
    EXPECT_THAT(Call(*orders_, &Orders::Stub::Retrieve, key, &order), IsOk());
    return order;
  }
  static std::vector<std::string> Items(const Order& order) {
    std::vector<std::string> items;
    for (const Item& item : order.items()) {
      items.push_back(absl::StrCat(item.place(), " ", item.name()));
    }
    return items;
  }

  std::unique_ptr<Orders::Stub> orders_;
};

TEST_F(RelatedTest, EveryReplyIsFilled) {
  const Order created = Create(R"pb(
    number: "1"
    buyer_id: 1
    items { place: 2 name: "b" }
    items { place: 1 name: " a " owner: "me" }
    tag_ids: 2
    tag_ids: 1
  )pb");
  StoreNote(created.id(), "hello");
  StoreNote(created.id(), "secret");
  // What was created is told as it will be read.
  EXPECT_EQ(created.buyer().name(), "ann");
  EXPECT_THAT(Items(created), ElementsAre("1 a", "2 b"));
  EXPECT_EQ(created.items(0).owner(), "");
  EXPECT_THAT(created.tag_ids(), ElementsAre(1, 2));

  const auto expect_whole = [](const Order& order) {
    EXPECT_EQ(order.buyer().name(), "ann");
    // As its own service would show it.
    EXPECT_EQ(order.buyer().phone(), "");
    EXPECT_THAT(Items(order), ElementsAre("1 a", "2 b"));
    ASSERT_EQ(order.notes_size(), 1);
    EXPECT_EQ(order.notes(0).text(), "hello");
    EXPECT_THAT(order.tag_ids(), ElementsAre(1, 2));
    ASSERT_EQ(order.tags_size(), 2);
    EXPECT_EQ(order.tags(0).name(), "red");
  };
  expect_whole(Retrieve(created.id()));
  std::vector<Order> streamed;
  EXPECT_THAT(
      ReadAll(*orders_, &Orders::Stub::List, StreamRequest(), &streamed),
      IsOk());
  ASSERT_EQ(streamed.size(), 1u);
  expect_whole(streamed[0]);
  OrderPage page;
  EXPECT_THAT(Call(*orders_, &Orders::Stub::ListOrders, ListRequest(), &page),
              IsOk());
  ASSERT_EQ(page.orders_size(), 1);
  expect_whole(page.orders(0));
}

TEST_F(RelatedTest, APageAsksOnceForEachField) {
  for (int i = 0; i < 20; ++i) {
    const Order order = Create(absl::StrCat("number: '", i, "'"));
    StoreNote(order.id(), "hello");
  }
  asked = 0;
  ListRequest request;
  request.set_page_size(15);
  OrderPage page;
  EXPECT_THAT(Call(*orders_, &Orders::Stub::ListOrders, request, &page),
              IsOk());
  ASSERT_EQ(page.orders_size(), 15);
  EXPECT_NE(page.next_page_token(), "");
  for (const Order& order : page.orders()) EXPECT_EQ(order.notes_size(), 1);
  EXPECT_EQ(asked, 1);
  asked = 0;
  std::vector<Order> streamed;
  EXPECT_THAT(
      ReadAll(*orders_, &Orders::Stub::List, StreamRequest(), &streamed),
      IsOk());
  ASSERT_EQ(streamed.size(), 20u);
  for (const Order& order : streamed) EXPECT_EQ(order.notes_size(), 1);
  EXPECT_EQ(asked, 1);
}

TEST_F(RelatedTest, UpdateReplacesWhatIsWrittenWithTheRow) {
  Order order = Create(R"pb(
    number: "1"
    items { place: 1 name: "a" }
    items { place: 2 name: "b" }
    tag_ids: 1
  )pb");
  StoreNote(order.id(), "hello");
  order.mutable_items(1)->set_name("B");
  order.mutable_items()->DeleteSubrange(0, 1);
  order.add_items()->set_name("c");
  order.clear_tag_ids();
  order.add_tag_ids(2);
  order.clear_notes();
  const int64_t kept = order.items(0).id();
  Order updated;
  EXPECT_THAT(Call(*orders_, &Orders::Stub::Update, order, &updated), IsOk());
  EXPECT_THAT(Items(updated), ElementsAre("0 c", "2 B"));
  EXPECT_EQ(updated.items(1).id(), kept);
  EXPECT_THAT(updated.tag_ids(), ElementsAre(2));
  // Those are their own service's.
  EXPECT_EQ(updated.notes_size(), 1);
}

TEST_F(RelatedTest, AMaskSaysWhatIsTouched) {
  const Order order = Create(R"pb(
    number: "1"
    items { place: 1 name: "a" }
    tag_ids: 1
  )pb");
  auto change = FromText<ChangeOrder>("update_mask { paths: 'number' }");
  change.mutable_order()->set_id(order.id());
  change.mutable_order()->set_number("2");
  Order updated;
  EXPECT_THAT(Call(*orders_, &Orders::Stub::PartialUpdate, change, &updated),
              IsOk());
  EXPECT_EQ(updated.number(), "2");
  EXPECT_THAT(Items(updated), ElementsAre("1 a"));
  EXPECT_THAT(updated.tag_ids(), ElementsAre(1));

  change.mutable_update_mask()->set_paths(0, "items");
  change.mutable_update_mask()->add_paths("tag_ids");
  EXPECT_THAT(Call(*orders_, &Orders::Stub::PartialUpdate, change, &updated),
              IsOk());
  EXPECT_THAT(Items(updated), IsEmpty());
  EXPECT_THAT(updated.tag_ids(), IsEmpty());

  for (const auto& [path, words] :
       {std::pair("notes",
                  "\"notes\" is of other rows, which are not written "
                  "with this one."),
        std::pair("buyer.name", "\"buyer.name\" is of other rows"),
        std::pair("items.name", "\"items.name\" is no field of Order.")}) {
    change.mutable_update_mask()->clear_paths();
    change.mutable_update_mask()->add_paths(path);
    EXPECT_THAT(Call(*orders_, &Orders::Stub::PartialUpdate, change, &updated),
                IsError(StatusCode::INVALID_ARGUMENT, HasSubstr(words)));
  }
}

TEST_F(RelatedTest, FaultsHavePathsAndNothingIsWritten) {
  Order created;
  auto order = FromText<Order>(R"pb(
    number: "1"
    items { place: 1 name: "a" }
    items { place: 2 name: "too long" }
    items { place: 3 }
  )pb");
  EXPECT_THAT(
      Call(*orders_, &Orders::Stub::Create, order, &created),
      IsError(StatusCode::INVALID_ARGUMENT,
              AllOf(HasSubstr("items[1].name"), HasSubstr("items[2].name"))));
  order.mutable_items()->DeleteSubrange(1, 2);
  order.add_tag_ids(9);
  EXPECT_THAT(Call(*orders_, &Orders::Stub::Create, order, &created),
              IsError(StatusCode::INVALID_ARGUMENT,
                      HasSubstr("Invalid pk \"9\" - object does not exist.")));
  EXPECT_EQ(*Objects<Order>(server().database()).Count(), 0);

  const Order one = Create("number: '1' items { place: 1 name: 'a' }");
  Order two = Create("number: '2'");
  *two.add_items() = one.items(0);
  EXPECT_THAT(Call(*orders_, &Orders::Stub::Update, two, &created),
              IsError(StatusCode::INVALID_ARGUMENT, HasSubstr("items[0].id")));
  EXPECT_THAT(Items(Retrieve(one.id())), ElementsAre("1 a"));
}

TEST_F(RelatedTest, SeveralRowsAreWrittenAndFilledAsOneIs) {
  NewOrders request;
  for (int i = 1; i <= 3; ++i) {
    *request.add_orders() = FromText<Order>(
        absl::StrCat("number: '", i, "' buyer_id: 1 items { place: ", i,
                     " name: 'a' } items { name: 'b' } tag_ids: 2"));
  }
  const auto create = [&](BatchOfOrders* created) {
    return Call(*orders_, &Orders::Stub::BatchCreate, request, created);
  };
  const auto expect_whole = [](const Order& order, int i) {
    EXPECT_EQ(order.buyer().name(), "ann");
    EXPECT_EQ(order.buyer().phone(), "");
    EXPECT_THAT(Items(order), ElementsAre("0 b", absl::StrCat(i, " a")));
    EXPECT_THAT(order.tag_ids(), ElementsAre(2));
  };
  BatchOfOrders reply;
  request.set_validate_only(true);
  ASSERT_THAT(create(&reply), IsOk());
  ASSERT_EQ(reply.orders_size(), 3);
  expect_whole(reply.orders(2), 3);
  EXPECT_EQ(*Objects<Order>(server().database()).Count(), 0);
  EXPECT_EQ(*Objects<Item>(server().database()).Count(), 0);

  request.set_validate_only(false);
  ASSERT_THAT(create(&reply), IsOk());
  asked = 0;
  OrderKeys keys;
  for (const Order& order : reply.orders()) keys.add_ids(order.id());
  BatchOfOrders got;
  ASSERT_THAT(Call(*orders_, &Orders::Stub::BatchGet, keys, &got), IsOk());
  EXPECT_EQ(asked, 1);
  EXPECT_THAT(got, EqualsMessage(reply));
  ASSERT_EQ(got.orders_size(), 3);
  for (int i = 0; i < 3; ++i) expect_whole(got.orders(i), i + 1);
  keys.mutable_read_mask()->add_paths("tag_ids");
  ASSERT_THAT(Call(*orders_, &Orders::Stub::BatchGet, keys, &got), IsOk());
  ASSERT_EQ(got.orders_size(), 3);
  EXPECT_THAT(got.orders(1), EqualsMessage(FromText<Order>("tag_ids: 2")));

  request.mutable_orders(1)->mutable_items(1)->set_name("too long");
  EXPECT_THAT(create(&reply), IsError(StatusCode::INVALID_ARGUMENT,
                                      HasSubstr("orders[1].items[1].name")));
  // What only the database knows.
  request.mutable_orders(1)->mutable_items(1)->set_name("b");
  request.mutable_orders(2)->add_tag_ids(9);
  EXPECT_THAT(create(&reply), IsError(StatusCode::INVALID_ARGUMENT,
                                      HasSubstr("orders[2].tag_ids")));
  EXPECT_EQ(*Objects<Order>(server().database()).Count(), 3);
  EXPECT_EQ(*Objects<Item>(server().database()).Count(), 6);

  grpc::ClientContext context;
  auto writer = orders_->BulkCreate(&context, &reply);
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(writer->Write(request.orders(i)));
  writer->WritesDone();
  ASSERT_THAT(writer->Finish(), IsOk());
  ASSERT_EQ(reply.orders_size(), 2);
  expect_whole(reply.orders(0), 1);
  expect_whole(reply.orders(1), 2);
  OrderGroups groups;
  ASSERT_THAT(Call(*orders_, &Orders::Stub::AggregateOrders, AggregateRequest(),
                   &groups),
              IsOk());
  EXPECT_THAT(
      groups,
      EqualsMessage(FromText<OrderGroups>("groups { buyer_id: 1 count: 5 }")));
}

TEST_F(RelatedTest, WhatIsValidatedOnlyOrSentAgainIsNotWritten) {
  const Order order = Create("number: '1' items { name: 'a' } tag_ids: 1");
  auto change = FromText<ChangeOrder>(R"pb(
    order {
      items { name: "b" }
      tag_ids: 2
    }
    update_mask { paths: "items" paths: "tag_ids" }
    validate_only: true
  )pb");
  change.mutable_order()->set_id(order.id());
  Order updated;
  ASSERT_THAT(Call(*orders_, &Orders::Stub::PartialUpdate, change, &updated),
              IsOk());
  EXPECT_THAT(Items(updated), ElementsAre("0 b"));
  EXPECT_THAT(updated.tag_ids(), ElementsAre(2));
  EXPECT_THAT(Retrieve(order.id()), EqualsMessage(order));

  change.set_validate_only(false);
  change.set_request_id("r");
  ASSERT_THAT(Call(*orders_, &Orders::Stub::PartialUpdate, change, &updated),
              IsOk());
  Order again;
  ASSERT_THAT(Call(*orders_, &Orders::Stub::PartialUpdate, change, &again),
              IsOk());
  EXPECT_THAT(again, EqualsMessage(updated));
  EXPECT_THAT(Retrieve(order.id()), EqualsMessage(updated));
}

TEST_F(RelatedTest, AReadMaskSaysWhatIsFilled) {
  const Order order = Create(R"pb(
    number: "1"
    buyer_id: 1
    items { name: "a" }
    tag_ids: 2
  )pb");
  StoreNote(order.id(), "hello");
  asked = 0;
  OrderKey key;
  key.set_id(order.id());
  const auto read = [&](std::vector<std::string> paths) {
    key.mutable_read_mask()->clear_paths();
    for (const std::string& path : paths) {
      key.mutable_read_mask()->add_paths(path);
    }
    Order got;
    EXPECT_THAT(Call(*orders_, &Orders::Stub::Retrieve, key, &got), IsOk());
    return got;
  };
  EXPECT_THAT(read({"number"}), EqualsMessage(FromText<Order>("number: '1'")));
  EXPECT_THAT(read({"buyer.name", "tag_ids"}),
              EqualsMessage(FromText<Order>("buyer { name: 'ann' } "
                                            "tag_ids: 2")));
  EXPECT_EQ(asked, 0);
  EXPECT_THAT(read({"notes"}).notes(0).text(), "hello");
  EXPECT_THAT(read({"*"}), EqualsMessage(Retrieve(order.id())));
  const auto expect_items = [](const Order& row) {
    EXPECT_EQ(row.number(), "");
    EXPECT_EQ(row.id(), 0);
    EXPECT_THAT(Items(row), ElementsAre("0 a"));
  };
  ListRequest request;
  request.mutable_read_mask()->add_paths("items");
  OrderPage page;
  ASSERT_THAT(Call(*orders_, &Orders::Stub::ListOrders, request, &page),
              IsOk());
  ASSERT_EQ(page.orders_size(), 1);
  expect_items(page.orders(0));
  StreamRequest stream;
  stream.mutable_read_mask()->add_paths("items");
  std::vector<Order> streamed;
  ASSERT_THAT(ReadAll(*orders_, &Orders::Stub::List, stream, &streamed),
              IsOk());
  ASSERT_EQ(streamed.size(), 1u);
  expect_items(streamed[0]);
  key.mutable_read_mask()->add_paths("items.name");
  Order got;
  EXPECT_THAT(Call(*orders_, &Orders::Stub::Retrieve, key, &got),
              IsError(StatusCode::INVALID_ARGUMENT,
                      "read_mask: \"items.name\" is no field of Order."));
}

}  // namespace
}  // namespace integration::related
