// Rows that are there or are made, and many at once, on SQLite and on
// PostgreSQL.
#include "modelservice/orm/upsert.h"

#include <atomic>
#include <memory>
#include <thread>

#include "modelservice/db/error.h"
#include "modelservice/db/row_signals.h"
#include "modelservice/model_signals.h"
#include "modelservice/orm/thing_test_support.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;

class UpsertTest : public ThingTest {
 protected:
  void SetUp() override {
    ThingTest::SetUp();
    if (!has_database()) return;
    ASSERT_TRUE(
        database().RunScript("CREATE UNIQUE INDEX one ON thing (name)").ok());
  }
  // Calls `function` on threads of its own, all at a time.
  template <class Function>
  static void AtATime(int threads, Function function) {
    std::vector<std::thread> all;
    for (int i = 0; i < threads; ++i) all.emplace_back([=] { function(i); });
    for (std::thread& thread : all) thread.join();
  }
};

TEST_P(UpsertTest, GetsOrCreates) {
  Thing thing = Named("a", 1);
  auto created = things().GetOrCreate(&thing, ThingModel::name);
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_TRUE(*created);
  EXPECT_EQ(thing.id(), 1);
  thing = Named("a", 2);
  created = things().GetOrCreate(&thing, ThingModel::name);
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_FALSE(*created);
  EXPECT_EQ(thing.rank(), 1);  // as it is stored
  EXPECT_EQ(thing.id(), 1);
  // By the rules, and of one row.
  thing = Thing();
  thing.set_name("b");
  EXPECT_EQ(things().GetOrCreate(&thing, ThingModel::name).status().code(),
            absl::StatusCode::kInvalidArgument);
  Create("b", 1);
  thing = Named("c", 1);
  EXPECT_EQ(things().GetOrCreate(&thing, ThingModel::rank).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(things().GetOrCreate(&thing).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_P(UpsertTest, NothingIsSetTwiceOrLookedForInAPart) {
  EXPECT_EQ(things()
                .Rows()
                .Update(ThingModel::rank.Set(1), ThingModel::rank.Set(2))
                .status()
                .code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(things()
                .Rows()
                .Limit(1)
                .InBulk(ThingModel::id, std::vector<int64_t>{1})
                .status()
                .code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_P(UpsertTest, OneOfManyCreates) {
  std::atomic<int> created = 0;
  AtATime(8, [&](int i) {
    Thing thing = Named("a", i);
    const auto done = things().GetOrCreate(&thing, ThingModel::name);
    EXPECT_TRUE(done.ok()) << done.status();
    if (done.ok() && *done) ++created;
    EXPECT_EQ(thing.name(), "a");
  });
  EXPECT_EQ(created, 1);
  EXPECT_EQ(*things().Count(), 1);
}

TEST_P(UpsertTest, OneOfManyCreatesInTransactions) {
  std::atomic<int> created = 0;
  AtATime(8, [&](int i) {
    bool mine = false;
    const absl::Status status = database().Transact([&](Transaction& tx) {
      Thing thing = Named("a", i);
      const auto done =
          Objects<Thing>(tx).GetOrCreate(&thing, ThingModel::name);
      mine = done.ok() && *done;
      return done.status();
    });
    EXPECT_TRUE(status.ok()) << status;
    if (mine) ++created;
  });
  EXPECT_EQ(created, 1);
}

TEST_P(UpsertTest, UpdatesOrCreates) {
  Thing thing = Named("a", 1);
  thing.set_email("a@b.cd");
  ASSERT_TRUE(*things().UpdateOrCreate(&thing, ThingModel::name));
  Thing change = Named("a", 2);
  const auto created = things().UpdateOrCreate(&change, ThingModel::name);
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_FALSE(*created);
  EXPECT_EQ(change.id(), thing.id());
  EXPECT_EQ(change.rank(), 2);
  EXPECT_EQ(change.email(), "a@b.cd");  // was not set, and stays
  EXPECT_EQ(*things().Count(), 1);
}

TEST_P(UpsertTest, ManyUpdateOrCreate) {
  std::atomic<int> created = 0;
  AtATime(8, [&](int i) {
    Thing thing = Named("a", i);
    const auto done = things().UpdateOrCreate(&thing, ThingModel::name);
    EXPECT_TRUE(done.ok()) << done.status();
    if (done.ok() && *done) ++created;
  });
  EXPECT_EQ(created, 1);
  EXPECT_EQ(*things().Count(), 1);
}

TEST_P(UpsertTest, Upserts) {
  Thing thing = Named("a", 1);
  thing.set_email("a@b.cd");
  absl::Status status = things().Upsert(&thing, ThingModel::name);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_GT(thing.id(), 0);
  Thing again = Named("a", 2);
  status = things().Upsert(&again, ThingModel::name);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(again.id(), thing.id());
  EXPECT_EQ(again.rank(), 2);
  EXPECT_EQ(again.email(), "");  // all of it is written
  EXPECT_EQ(*things().Count(), 1);
  AtATime(8, [&](int i) {
    Thing one = Named("b", i);
    const absl::Status done = things().Upsert(&one, ThingModel::name);
    EXPECT_TRUE(done.ok()) << done;
  });
  EXPECT_EQ(*things().Count(), 2);
}

TEST_P(UpsertTest, SignalsTellWhatItWas) {
  auto signals = std::make_shared<RowSignalsByTable>();
  std::vector<RowChange> told;
  const Connection connection =
      ModelSignals<Thing>(signals->Of(*ThingModel::Model().table))
          .OnPostSave([&](Transaction&, const Thing&, RowChange change) {
            told.push_back(change);
          });
  database().set_row_signals(signals);
  for (int i = 0; i < 2; ++i) {
    Thing thing = Named("a", i);
    const absl::Status status = things().Upsert(&thing, ThingModel::name);
    ASSERT_TRUE(status.ok()) << status;
  }
  EXPECT_THAT(told, ElementsAre(RowChange::kCreated, RowChange::kUpdated));
}

TEST_P(UpsertTest, UpdatesManyOrNone) {
  std::vector<Thing> all = {Create("a", 1), Create("b", 2), Create("c", 3)};
  for (Thing& thing : all) {
    thing.set_rank(thing.rank() * 10);
    thing.set_email("not@written.org");
  }
  const auto changed = things().BulkUpdate(all, ThingModel::rank);
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_EQ(*changed, 3);
  EXPECT_EQ(*things().Filter(ThingModel::rank >= 10).Count(), 3);
  EXPECT_EQ(*things().Filter(ThingModel::email == "").Count(), 3);
  all[0].set_rank(5);
  all[2].set_title("too long");
  const auto refused =
      things().BulkUpdate(all, ThingModel::rank, ThingModel::title);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(refused.status().message()),
              ::testing::HasSubstr("[2].title"));
  EXPECT_EQ(*things().Filter(ThingModel::rank == 5).Count(), 0);
  EXPECT_EQ(things().BulkUpdate(all, ThingModel::id).status().code(),
            absl::StatusCode::kInvalidArgument);
}

INSTANTIATE_TEST_SUITE_P(Databases, UpsertTest, kEitherDatabase,
                         NameOfDatabase);

}  // namespace
}  // namespace modelservice
