// Rows that are written with the one that they refer to, and those in between
// of many-to-many relations, on SQLite and on PostgreSQL.
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/db/row_signals.h"
#include "modelservice/model_signals.h"
#include "modelservice/orm/filling_test_support.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class NestedTest : public FillingTest {
 protected:
  Objects<Bought> orders() { return Objects<Bought>(database()); }
  Objects<Item> items() { return Objects<Item>(database()); }
  Objects<Person> people() { return Objects<Person>(database()); }

  static Item* Add(Bought* order, int place, const std::string& name) {
    Item* const item = order->add_items();
    item->set_place(place);
    item->set_name(name);
    return item;
  }
  // What is stored of the order's items, as "place name".
  std::vector<std::string> Stored(const Bought& order) {
    std::vector<std::string> stored;
    const auto rows = items()
                          .Filter(ItemModel::order_id == order.id())
                          .OrderBy(ItemModel::place, ItemModel::name)
                          .All();
    EXPECT_TRUE(rows.ok()) << rows.status();
    for (const Item& item : *rows) {
      stored.push_back(absl::StrCat(item.place(), " ", item.name()));
    }
    return stored;
  }
  std::vector<int64_t> LabelsOf(const Item& item) {
    const auto found = items()
                           .Filter(ItemModel::id == item.id())
                           .Prefetch(ItemModel::label_ids)
                           .Get();
    EXPECT_TRUE(found.ok()) << found.status();
    return {found->label_ids().begin(), found->label_ids().end()};
  }
};

TEST_P(NestedTest, CreateWritesTheRowsThatReferToIt) {
  red_ = CreateLabel("red");
  Bought order;
  order.set_number("1");
  Add(&order, 1, "a")->add_label_ids(red_.id());
  Add(&order, 2, "b");
  const absl::Status created = orders().Create(&order);
  ASSERT_TRUE(created.ok()) << created;
  EXPECT_THAT(Stored(order), ElementsAre("1 a", "2 b"));
  // The message is what was stored, with its rows.
  ASSERT_EQ(order.items_size(), 2);
  EXPECT_GT(order.items(0).id(), 0);
  EXPECT_EQ(order.items(0).order_id(), order.id());
  EXPECT_THAT(order.items(0).label_ids(), ElementsAre(red_.id()));
  EXPECT_THAT(LabelsOf(order.items(0)), ElementsAre(red_.id()));
}

TEST_P(NestedTest, FaultsHavePathsAndNothingStays) {
  Bought order;
  order.set_number("1");
  Add(&order, 1, "a");
  Add(&order, 2, std::string(21, 'x'));
  Add(&order, 3, std::string(22, 'x'));
  const absl::Status refused = orders().Create(&order);
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("items[1].name"));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("items[2].name"));
  EXPECT_EQ(*orders().Count(), 0);
  // What only the database knows undoes all of it, too.
  order.mutable_items()->DeleteSubrange(1, 2);
  order.mutable_items(0)->add_label_ids(99);
  const absl::Status unknown = orders().Create(&order);
  EXPECT_EQ(unknown.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(unknown.message()),
              HasSubstr("Invalid pk \"99\" - object does not exist."));
  EXPECT_EQ(*orders().Count(), 0);
  EXPECT_EQ(order.id(), 0);
  EXPECT_EQ(order.items_size(), 1);
}

TEST_P(NestedTest, UpdateLeavesThemAloneUnlessAsked) {
  Bought order;
  order.set_number("1");
  Add(&order, 1, "a");
  Add(&order, 2, "b");
  ASSERT_TRUE(orders().Create(&order).ok());
  Bought alone = order;
  alone.clear_items();
  alone.set_number("2");
  ASSERT_TRUE(orders().Update(&alone).ok());
  EXPECT_THAT(Stored(order), ElementsAre("1 a", "2 b"));
}

TEST_P(NestedTest, UpdateMatchesByKey) {
  Bought order;
  order.set_number("1");
  Add(&order, 1, "a");
  Add(&order, 2, "b");
  Add(&order, 3, "c");
  ASSERT_TRUE(orders().Create(&order).ok());
  const int64_t b = order.items(1).id();
  // a goes, b changes, d is new and c stays as it is.
  order.mutable_items(1)->set_name("B");
  order.mutable_items()->DeleteSubrange(0, 1);
  Add(&order, 4, "d");
  const absl::Status updated = orders().With(OrderModel::items).Update(&order);
  ASSERT_TRUE(updated.ok()) << updated;
  EXPECT_THAT(Stored(order), ElementsAre("2 B", "3 c", "4 d"));
  EXPECT_EQ(order.items(0).id(), b);
  EXPECT_GT(order.items(2).id(), 0);
  // And none are removed where they are kept.
  order.clear_items();
  Add(&order, 5, "e");
  ASSERT_TRUE(
      orders().With(OrderModel::items, Missing::kKeep).Update(&order).ok());
  EXPECT_THAT(Stored(order), ElementsAre("2 B", "3 c", "4 d", "5 e"));
  order.clear_items();
  ASSERT_TRUE(orders().With(OrderModel::items).Update(&order).ok());
  EXPECT_THAT(Stored(order), IsEmpty());
}

TEST_P(NestedTest, ARowOfAnotherIsNotTaken) {
  Bought order;
  order.set_number("1");
  Add(&order, 1, "a");
  Bought other;
  other.set_number("2");
  Add(&other, 1, "b");
  ASSERT_TRUE(orders().Create(&order).ok());
  ASSERT_TRUE(orders().Create(&other).ok());
  *order.add_items() = other.items(0);
  const absl::Status stolen = orders().With(OrderModel::items).Update(&order);
  EXPECT_EQ(stolen.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(stolen.message()), HasSubstr("items[1].id"));
  EXPECT_THAT(Stored(order), ElementsAre("1 a"));
  EXPECT_THAT(Stored(other), ElementsAre("1 b"));
  // Nor is one written twice.
  order.mutable_items()->DeleteSubrange(1, 1);
  *order.add_items() = order.items(0);
  EXPECT_EQ(orders().With(OrderModel::items).Update(&order).code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_P(NestedTest, OneToOneIsWrittenLikewise) {
  Country norway;
  norway.set_code("no");
  Create(norway);
  Customer customer;
  customer.set_email("ann@a.example");
  customer.set_country_id("no");
  customer.mutable_profile()->set_text("Ann's");
  Objects<Customer> customers(database());
  ASSERT_TRUE(customers.Create(&customer).ok());
  EXPECT_EQ(customer.profile().customer_id(), customer.id());
  const int64_t profile = customer.profile().id();
  customer.mutable_profile()->set_text("hers");
  ASSERT_TRUE(customers.With(CustomerModel::profile).Update(&customer).ok());
  EXPECT_EQ(customer.profile().id(), profile);
  customer.clear_profile();
  ASSERT_TRUE(customers.With(CustomerModel::profile).Update(&customer).ok());
  EXPECT_EQ(*Objects<Profile>(database()).Count(), 0);
}

TEST_P(NestedTest, ReceiversHearOfEachRow) {
  int saved = 0;
  int deleted = 0;
  const auto signals = std::make_shared<RowSignalsByTable>();
  database().set_row_signals(signals);
  ModelSignals<Item> of_items(signals->Of(*ItemModel::Model().table));
  const Connection on_save = of_items.OnPostSave(
      [&](Transaction&, const Item&, RowChange) { ++saved; });
  const Connection on_delete = of_items.OnPostDelete(
      [&](Transaction&, const Item&, RowChange) { ++deleted; });
  Bought order;
  order.set_number("1");
  Add(&order, 1, "a");
  Add(&order, 2, "b");
  ASSERT_TRUE(orders().Create(&order).ok());
  order.mutable_items()->DeleteSubrange(0, 1);
  ASSERT_TRUE(orders().With(OrderModel::items).Update(&order).ok());
  EXPECT_EQ(saved, 3);
  EXPECT_EQ(deleted, 1);
}

// What nothing writes is not lost without a word.
TEST_P(NestedTest, WhatIsNotWrittenIsRefused) {
  Item item;
  item.set_name("a");
  item.add_labels()->set_name("red");
  absl::Status refused = items().Create(&item);
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("use Links"));
  EXPECT_EQ(item.labels_size(), 1);

  Bought order;
  order.set_number("1");
  Add(&order, 1, "a");
  for (const absl::Status& status :
       {orders().BulkCreate({order}).status(),
        orders().Upsert(&order, OrderModel::number),
        orders().GetOrCreate(&order, OrderModel::number).status(),
        orders().UpdateOrCreate(&order, OrderModel::number).status()}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("writes no related rows"));
  }
  EXPECT_EQ(order.items_size(), 1);
  EXPECT_EQ(*orders().Count(), 0);
}

TEST_P(NestedTest, WhatIsNotUniqueTellsNoRow) {
  Bought order;
  order.set_number("1");
  const absl::Status refused = orders().Upsert(&order, OrderModel::number);
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument) << refused;
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("Order.number does not tell one row"));
}

TEST_P(NestedTest, LinksAreAddedAndRemoved) {
  CreateFour();
  const auto found = items().Filter(ItemModel::name == "b").Get();
  ASSERT_TRUE(found.ok());
  const Item& b = *found;
  const auto links = items().Links(b, ItemModel::labels);
  EXPECT_EQ(*links.Add({red_.id(), blue_.id(), red_.id()}), 2);
  EXPECT_EQ(*links.Add({red_}), 0);
  EXPECT_THAT(LabelsOf(b), ElementsAre(red_.id(), blue_.id()));
  EXPECT_EQ(*links.Remove({red_.id(), 99}), 1);
  EXPECT_THAT(LabelsOf(b), ElementsAre(blue_.id()));
  EXPECT_TRUE(links.Set({red_}).ok());
  EXPECT_THAT(LabelsOf(b), ElementsAre(red_.id()));
  // Also by the keys' field, and of no key.
  EXPECT_TRUE(items().Links(b, ItemModel::label_ids).Set({}).ok());
  EXPECT_THAT(LabelsOf(b), IsEmpty());
  EXPECT_EQ(*links.Clear(), 0);

  const absl::Status unknown = links.Set({red_.id(), int64_t{99}, int64_t{98}});
  EXPECT_EQ(unknown.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(unknown.message()),
              HasSubstr("Invalid pk \"99\" - object does not exist."));
  EXPECT_THAT(LabelsOf(b), IsEmpty());
  EXPECT_EQ(links.Add({"red"}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_P(NestedTest, LinksOfAModelToItself) {
  for (const char* name : {"ann", "bob", "cat"}) {
    Person person;
    person.set_name(name);
    Create(person);
  }
  Person ann;
  ann.set_name("ann");
  ASSERT_TRUE(
      people().Links(ann, PersonModel::follows).Set({"bob", "cat"}).ok());
  Person bob;
  bob.set_name("bob");
  EXPECT_EQ(*people().Links(bob, PersonModel::followers).Add({"cat"}), 1);
  const auto read = people()
                        .Filter(PersonModel::name == "bob")
                        .Prefetch(PersonModel::followers)
                        .Get();
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->followers_size(), 2);
  // A key set is written with its row, and by With with an Update.
  Person dan;
  dan.set_name("dan");
  dan.add_follow_names("ann");
  ASSERT_TRUE(people().Create(&dan).ok());
  dan.clear_follow_names();
  dan.add_follow_names("cat");
  dan.add_follow_names("bob");
  ASSERT_TRUE(people().With(PersonModel::follow_names).Update(&dan).ok());
  EXPECT_THAT(dan.follow_names(), ElementsAre("bob", "cat"));
}

TEST_P(NestedTest, CallersAtOnceMakeALinkOnce) {
  CreateFour();
  const auto found = items().Filter(ItemModel::name == "b").Get();
  ASSERT_TRUE(found.ok());
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&] {
      for (int j = 0; j < 10; ++j) {
        const auto added =
            items().Links(*found, ItemModel::labels).Add({red_, blue_});
        EXPECT_TRUE(added.ok()) << added.status();
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_THAT(LabelsOf(*found), UnorderedElementsAre(red_.id(), blue_.id()));
}

// By what the database removed itself, by ON DELETE CASCADE.
TEST_P(NestedTest, ADeleteCountsWhatFollowed) {
  CreateFour();
  const Objects<Item> items(database());
  const auto status = database().Transact([&](Transaction& tx) {
    RowsByTable gone;
    const auto first =
        Objects<Item>(tx).Filter(ItemModel::name == "a").Delete(&gone);
    EXPECT_EQ(*first, 1);
    EXPECT_EQ(gone, (RowsByTable{{"item", 1}, {"item_label", 2}}));
    EXPECT_EQ(
        *Objects<Bought>(tx).Filter(OrderModel::number == "3").Delete(&gone),
        1);
    EXPECT_EQ(gone,
              (RowsByTable{{"item", 1}, {"item_label", 1}, {"order", 1}}));
    return first.status();
  });
  ASSERT_TRUE(status.ok()) << status;
  // All of a table, which SQLite may empty without a look at its rows.
  RowsByTable gone;
  EXPECT_EQ(*items.Rows().Delete(&gone), 1);
  EXPECT_EQ(gone, (RowsByTable{{"item", 1}}));
  EXPECT_EQ(*items.Rows().Delete(&gone), 0);
  EXPECT_EQ(gone, RowsByTable());
  const int64_t labels = *Objects<Label>(database()).Count();
  EXPECT_EQ(*Objects<Label>(database()).Rows().Purge(&gone), labels);
  EXPECT_EQ(gone["label"], labels);
}

INSTANTIATE_TEST_SUITE_P(Databases, NestedTest, kEitherDatabase,
                         NameOfDatabase);

}  // namespace
}  // namespace modelservice
