// Who is told of rows that are saved and deleted, and of their links, on SQLite
// and on PostgreSQL.
#include "modelservice/model_signals.h"

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/synchronization/notification.h"
#include "modelservice/base/executor.h"
#include "modelservice/db/row_signals.h"
#include "modelservice/orm/filling_test_support.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ModelSignalsTest : public FillingTest {
 protected:
  void SetUp() override {
    FillingTest::SetUp();
    if (has_database()) database().set_row_signals(signals_);
  }

  template <class Message>
  ModelSignals<Message> Of() {
    return ModelSignals<Message>(signals_->Of(*ModelOf<Message>::Get().table));
  }
  Objects<Item> items() { return Objects<Item>(database()); }
  Objects<Person> people() { return Objects<Person>(database()); }
  static Person Named(const std::string& name) {
    Person person;
    person.set_name(name);
    return person;
  }
  Item ItemNamed(const std::string& name) {
    auto item = items().Filter(ItemModel::name == name).Get();
    EXPECT_TRUE(item.ok()) << item.status();
    return *std::move(item);
  }

  const std::shared_ptr<RowSignalsByTable> signals_ =
      std::make_shared<RowSignalsByTable>();
};

TEST_P(ModelSignalsTest, OneThatMustSucceedEndsTheWrite) {
  absl::Status answer = absl::AbortedError("not today");
  const auto answers = [&](Transaction&, const Person&, RowChange) {
    return answer;
  };
  Person ann = Named("ann");
  for (const bool before : {true, false}) {
    answer = absl::AbortedError("not today");
    const Connection saves =
        before ? Of<Person>().OnPreSave(answers, Receiver::kMustSucceed)
               : Of<Person>().OnPostSave(answers, Receiver::kMustSucceed);
    EXPECT_EQ(people().Create(&ann), answer);
    EXPECT_EQ(*people().Count(), 0);
    answer = absl::OkStatus();
    EXPECT_TRUE(people().Create(&ann).ok());
    const Connection deletes =
        before ? Of<Person>().OnPreDelete(answers, Receiver::kMustSucceed)
               : Of<Person>().OnPostDelete(answers, Receiver::kMustSucceed);
    answer = absl::AbortedError("not today");
    EXPECT_EQ(people().Delete(ann), answer);
    EXPECT_EQ(people().Rows().Delete().status(), answer);
    EXPECT_EQ(*people().Count(), 1);
    answer = absl::OkStatus();
    EXPECT_TRUE(people().Delete(ann).ok());
  }
}

TEST_P(ModelSignalsTest, AnUpdateThatIsRefusedLeavesTheRow) {
  CreateFour();
  const Connection throws = Of<Item>().OnPostSave(
      [](Transaction&, const Item&, RowChange change) {
        if (change == RowChange::kUpdated) throw std::runtime_error("oh");
      },
      Receiver::kMustSucceed);
  Item item = ItemNamed("a");
  item.set_name("A");
  const absl::Status status = items().Update(&item);
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  EXPECT_THAT(std::string(status.message()), HasSubstr("exception: oh"));
  EXPECT_EQ(*items().Filter(ItemModel::name == "A").Count(), 0);
  // What stands around it goes on.
  const absl::Status around = database().Transact([&](Transaction& tx) {
    const Objects<Item> inside(tx);
    EXPECT_FALSE(inside.Update(&item).ok());
    Person ann = Named("ann");
    return Objects<Person>(tx).Create(&ann);
  });
  EXPECT_TRUE(around.ok()) << around;
  EXPECT_EQ(*people().Count(), 1);
  EXPECT_EQ(*items().Filter(ItemModel::name == "A").Count(), 0);
}

// It was refused, and those after it need not hear of it.
TEST_P(ModelSignalsTest, OthersAreToldUntilOneRefuses) {
  std::vector<std::string> told;
  const auto tells = [&](const std::string& who) {
    return [&told, who](Transaction&, Person&, RowChange) {
      told.push_back(who);
      return absl::InternalError("no matter");
    };
  };
  const Connection first = Of<Person>().OnPreSave(tells("first"));
  const Connection second =
      Of<Person>().OnPreSave(tells("second"), Receiver::kMustSucceed);
  const Connection third = Of<Person>().OnPreSave(tells("third"));
  Person ann = Named("ann");
  EXPECT_EQ(people().Create(&ann).code(), absl::StatusCode::kInternal);
  EXPECT_THAT(told, ElementsAre("first", "second"));
}

// "before -> after: changed"
template <class Row>
std::string TextOf(const Row& row, const Saved<Item>& saved) {
  EXPECT_EQ(saved.created(), saved.before() == nullptr);
  EXPECT_EQ(saved.call(), nullptr);
  return absl::StrCat(saved.created() ? "nothing" : saved.before()->name(),
                      " -> ", row.name(), ": ",
                      absl::StrJoin(saved.changed(), " "));
}

TEST_P(ModelSignalsTest, ASaveTellsWhatChanged) {
  CreateFour();
  std::vector<std::string> told;
  const Connection before = Of<Item>().OnPreSave(
      [&](Transaction&, Item& item, const Saved<Item>& saved) {
        told.push_back(TextOf(item, saved));
        item.set_place(7);
        EXPECT_TRUE(saved.Changed(Item::kPlaceFieldNumber));
      });
  const Connection after = Of<Item>().OnPostSave(
      [&](Transaction&, const Item& item, const Saved<Item>& saved) {
        told.push_back(TextOf(item, saved));
        EXPECT_EQ(saved.Changed(Item::kOrderIdFieldNumber), saved.created());
      });
  // Of both forms, in their order.
  const Connection plain = Of<Item>().OnPostSave(
      [&](Transaction&, const Item&, RowChange) { told.push_back("plain"); });
  Item item = ItemNamed("a");
  const int64_t order = item.order_id();
  item.set_name("A");
  ASSERT_TRUE(items().Update(&item).ok());
  EXPECT_THAT(told, ElementsAre("a -> A: name", "a -> A: place name", "plain"));
  told.clear();
  Item other;
  other.set_order_id(order);
  other.set_name("d");
  ASSERT_TRUE(items().Create(&other).ok());
  EXPECT_THAT(told,
              ElementsAre("nothing -> d: order_id name",
                          "nothing -> d: id order_id place name", "plain"));
  told.clear();
  // What is not there is not saved.
  other.set_id(99);
  EXPECT_EQ(items().Update(&other).code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(told, IsEmpty());
}

TEST_P(ModelSignalsTest, TheRowBeforeIsReadForThoseAlone) {
  const auto signals = signals_->Of(*ItemModel::Model().table);
  const Connection plain =
      Of<Item>().OnPreSave([](Transaction&, Item&, RowChange) {});
  EXPECT_FALSE(signals->WantsBefore());
  {
    const Connection asks =
        Of<Item>().OnPreSave([](Transaction&, Item&, const Saved<Item>&) {});
    EXPECT_TRUE(signals->WantsBefore());
  }
  EXPECT_FALSE(signals->WantsBefore());
  Of<Item>()
      .OnPostSave([](Transaction&, const Item&, const Saved<Item>&) {})
      .Release();
  EXPECT_TRUE(signals->WantsBefore());
}

// A field's presence is part of it; a NaN is as it was.
TEST_P(ModelSignalsTest, AFieldChangesWithItsPresence) {
  Bought before;
  Bought after;
  const int customer = Bought::kCustomerIdFieldNumber;
  EXPECT_FALSE(FieldChanged(&before, after, customer));
  EXPECT_FALSE(FieldChanged(nullptr, after, customer));
  after.set_customer_id(0);
  EXPECT_TRUE(FieldChanged(&before, after, customer));
  EXPECT_TRUE(FieldChanged(nullptr, after, customer));
  before.set_customer_id(0);
  EXPECT_FALSE(FieldChanged(&before, after, customer));
  // What is read along is no column.
  after.add_items();
  EXPECT_THAT(ChangedFields(*OrderModel::Model().table, &before, after),
              IsEmpty());
}

std::string TextOf(const LinksChange& change) {
  const auto join = [](const std::vector<Value>& keys) {
    return absl::StrJoin(keys, " ", [](std::string* text, const Value& key) {
      absl::StrAppend(text, key.has_text() ? std::string(key.text())
                                           : absl::StrCat(key.integer()));
    });
  };
  return absl::StrCat(join({change.row}), " +", join(change.added), " -",
                      join(change.removed));
}

TEST_P(ModelSignalsTest, LinksThatChangeAreTold) {
  for (const char* name : {"ann", "bob", "cat"}) Create(Named(name));
  std::vector<std::string> told;
  const Connection follows = Of<Person>().OnLinksChanged(
      PersonModel::follows, [&](Transaction&, const LinksChange& change) {
        told.push_back(TextOf(change));
      });
  const auto of_ann = people().Links(Named("ann"), PersonModel::follows);
  EXPECT_EQ(*of_ann.Add({"bob", "cat", "bob"}), 2);
  EXPECT_EQ(*of_ann.Add({"bob"}), 0);
  EXPECT_EQ(*of_ann.Remove({"bob", "ann"}), 1);
  EXPECT_TRUE(of_ann.Set({"bob"}).ok());
  EXPECT_TRUE(of_ann.Set({"bob"}).ok());
  EXPECT_EQ(*of_ann.Clear(), 1);
  EXPECT_EQ(*of_ann.Clear(), 0);
  EXPECT_THAT(told, ElementsAre("ann +bob cat -", "ann + -bob", "ann +bob -cat",
                                "ann + -bob"));
  told.clear();
  // The same links from the other end.
  const auto to_bob = people().Links(Named("bob"), PersonModel::followers);
  ASSERT_TRUE(to_bob.Set({"ann", "cat"}).ok());
  EXPECT_EQ(*to_bob.Remove({"cat"}), 1);
  EXPECT_THAT(told, ElementsAre("ann +bob -", "cat +bob -", "cat + -bob"));
  told.clear();
  // And of a message that has their keys.
  Person ann = Named("ann");
  ann.add_follow_names("cat");
  ASSERT_TRUE(people().With(PersonModel::follow_names).Update(&ann).ok());
  EXPECT_THAT(told, ElementsAre("ann +cat -bob"));
}

TEST_P(ModelSignalsTest, LinksMayBeRefused) {
  CreateFour();
  const Item b = ItemNamed("b");
  const Connection refuses = Of<Item>().OnLinksChanged(
      ItemModel::label_ids,
      [&](Transaction& tx, const LinksChange& change) -> absl::Status {
        EXPECT_EQ(change.row.integer(), b.id());
        // They are there.
        EXPECT_EQ(*Objects<ItemLabel>(tx)
                       .Filter(ItemLabelModel::item_id == b.id())
                       .Count(),
                  1);
        return absl::FailedPreconditionError("no labels");
      },
      Receiver::kMustSucceed);
  EXPECT_EQ(items().Links(b, ItemModel::labels).Add({red_}).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(*Objects<ItemLabel>(database())
                 .Filter(ItemLabelModel::item_id == b.id())
                 .Count(),
            0);
}

TEST_P(ModelSignalsTest, LaterIsAfterTheCommitOnAnotherThread) {
  const std::thread::id here = std::this_thread::get_id();
  absl::Notification created;
  std::atomic<int> told = 0;
  const Connection later = Of<Person>().OnCommittedLater(
      [&](const Person& person, RowChange change) {
        // Who creates it is not held up by this.
        created.WaitForNotification();
        EXPECT_NE(std::this_thread::get_id(), here);
        EXPECT_EQ(person.name(), "ann");
        EXPECT_EQ(change, RowChange::kCreated);
        // It may ask, also while the database closes.
        EXPECT_TRUE(Objects<Label>(database()).Count().ok());
        ++told;
        return absl::InternalError("no matter");
      });
  Person ann = Named("ann");
  ASSERT_TRUE(people().Create(&ann).ok());
  const absl::Status rolled_back = database().Transact([&](Transaction& tx) {
    Person cat = Named("cat");
    EXPECT_TRUE(Objects<Person>(tx).Create(&cat).ok());
    return absl::AbortedError("not after all");
  });
  EXPECT_EQ(rolled_back.code(), absl::StatusCode::kAborted);
  created.Notify();
  database().Close();
  EXPECT_EQ(told, 1);
}

TEST_P(ModelSignalsTest, WhoCommitsDoesItselfWhatHasNoRoomToWait) {
  Executor::Options options;
  options.threads = 4;  // a quarter of them for this
  options.max_queue = 1;
  database().set_executor(std::make_shared<Executor>(options));
  const std::thread::id here = std::this_thread::get_id();
  absl::Notification go_on;
  std::vector<std::string> by_us;
  std::atomic<int> told{0};
  const Connection later =
      Of<Person>().OnCommittedLater([&](const Person& person, RowChange) {
        ++told;
        if (std::this_thread::get_id() == here) {
          by_us.push_back(person.name());
        } else {
          go_on.WaitForNotification();
        }
        return absl::OkStatus();
      });
  for (const char* name : {"ann", "bob", "cat"}) {
    Person person = Named(name);
    ASSERT_TRUE(people().Create(&person).ok());
  }
  // One runs, and one waits.
  EXPECT_THAT(by_us, testing::ElementsAre("cat"));
  go_on.Notify();
  database().Close();
  EXPECT_EQ(told, 3);
}

INSTANTIATE_TEST_SUITE_P(Databases, ModelSignalsTest, kEitherDatabase,
                         NameOfDatabase);

}  // namespace
}  // namespace modelservice
