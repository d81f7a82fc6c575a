// What queries do besides filtering, on SQLite and on PostgreSQL.
#include <map>
#include <memory>
#include <thread>

#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"
#include "modelservice/orm/thing_test_support.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class VerbsTest : public ThingTest {
 protected:
  void CreateFour() {
    Create("c", 1);
    Create("a", 2);
    Create("b", 1);
    Create("d");
  }
};

TEST_P(VerbsTest, OrdersByAnyNumberOfColumns) {
  CreateFour();
  const Query<Thing> all = things().Rows();
  EXPECT_THAT(Names(all.OrderBy(ThingModel::name).All()),
              ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(
      Names(all.OrderBy(ThingModel::rank.Desc(), ThingModel::name).All()),
      ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(
      Names(all.OrderBy(ThingModel::rank, ThingModel::name.Desc()).All()),
      ElementsAre("d", "c", "b", "a"));
  EXPECT_THAT(
      Names(all.OrderBy(ThingModel::rank.Asc().NullsLast(), ThingModel::name)
                .All()),
      ElementsAre("b", "c", "a", "d"));
  EXPECT_THAT(
      Names(all.OrderBy(ThingModel::rank.Desc().NullsFirst(), ThingModel::name)
                .All()),
      ElementsAre("d", "a", "b", "c"));
  std::vector<Order<Thing>> orders = {ThingModel::rank.Desc()};
  orders.push_back(ThingModel::name.Desc());
  EXPECT_THAT(Names(all.OrderBy(orders).All()),
              ElementsAre("a", "c", "b", "d"));
  EXPECT_THAT(Names(all.OrderBy(orders).Reverse().All()),
              ElementsAre("d", "b", "c", "a"));
  EXPECT_THAT(Names(all.OrderBy(ThingModel::rank * -1, ThingModel::name).All()),
              ElementsAre("d", "a", "b", "c"));
}

TEST_P(VerbsTest, FirstAndLast) {
  EXPECT_FALSE(things().Rows().First()->has_value());
  EXPECT_FALSE(things().Rows().Last()->has_value());
  CreateFour();
  EXPECT_EQ((*things().Rows().First())->name(), "c");
  EXPECT_EQ((*things().Rows().Last())->name(), "d");
  EXPECT_EQ((*things().OrderBy(ThingModel::name).Last())->name(), "d");
  EXPECT_EQ((*things().OrderBy(ThingModel::rank.Desc()).First())->name(), "a");
  EXPECT_EQ(things().Rows().Limit(2).Last().status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(things().Rows().Limit(0).First()->has_value());
}

TEST_P(VerbsTest, RefusesNegativeLimits) {
  Create("a");
  const Query<Thing> limited = things().Rows().Limit(-1);
  const Query<Thing> moved = things().Rows().Offset(-1);
  for (const Query<Thing>& query : {limited, moved}) {
    EXPECT_EQ(query.All().status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(query.Count().status().code(),
              absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(query.Exists().status().code(),
              absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(query.Delete().status().code(),
              absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(query.ForEach([](Thing&) {}).code(),
              absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(query.Values(ThingModel::id).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(*things().Count(), 1);
}

// What came behind a limit would be of the rows before it.
TEST_P(VerbsTest, ConditionsAndOrderComeBeforeALimit) {
  Create("a", 1);
  Create("b", 2);
  const Query<Thing> first = things().OrderBy(ThingModel::rank).Limit(1);
  for (const auto& query :
       {first.Filter(ThingModel::rank == 2),
        first.Exclude(ThingModel::rank == 1),
        first.OrderBy(ThingModel::rank.Desc()),
        things().Rows().Offset(1).OrderBy(ThingModel::id)}) {
    EXPECT_EQ(query.All().status().code(), absl::StatusCode::kInvalidArgument);
  }
  // Of those that it leaves, Get takes one.
  EXPECT_EQ(first.Get()->name(), "a");
  EXPECT_EQ(things().OrderBy(ThingModel::rank).Offset(1).Get()->name(), "b");
  EXPECT_EQ(things().Rows().Limit(0).Get().status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(things().Rows().Get().status().code(),
            absl::StatusCode::kFailedPrecondition);
}

// What the field cannot have would be lost when the row is read.
TEST_P(VerbsTest, UpdateRefusesWhatNoFieldHas) {
  Create("a");
  const auto rows = things().Rows();
  for (const auto& updated :
       {rows.Update(ThingModel::when.Set(absl::InfiniteFuture())),
        rows.Update(ThingModel::when.Set(absl::FromUnixSeconds(-62135596801))),
        rows.Update(ThingModel::span.Set(absl::InfiniteDuration())),
        rows.Update(ThingModel::span.Set(-absl::Hours(24 * 365 * 20000))),
        rows.Update(ThingModel::color.Set(static_cast<orm_test::Color>(77))),
        rows.Update(
            ThingModel::named_color.Set(static_cast<orm_test::Color>(77)))}) {
    EXPECT_EQ(updated.status().code(), absl::StatusCode::kInvalidArgument)
        << updated.status();
  }
  EXPECT_EQ(*rows.Update(ThingModel::when.Set(absl::UnixEpoch()),
                         ThingModel::span.Set(absl::Hours(-1)),
                         ThingModel::color.Set(orm_test::BLUE)),
            1);
}

TEST_P(VerbsTest, OnlyAndDeferLeaveFieldsUnset) {
  Create("a", 1);
  auto one = things().Rows().Only(ThingModel::name).Get();
  ASSERT_TRUE(one.ok()) << one.status();
  EXPECT_EQ(one->name(), "a");
  EXPECT_EQ(one->id(), 1);
  EXPECT_FALSE(one->has_rank());
  EXPECT_EQ(one->must(), "");
  one = things().Rows().Defer(ThingModel::name, ThingModel::id).Get();
  ASSERT_TRUE(one.ok()) << one.status();
  EXPECT_EQ(one->name(), "");
  EXPECT_EQ(one->id(), 1);
  EXPECT_EQ(one->rank(), 1);
}

TEST_P(VerbsTest, ReadsOneByOne) {
  std::vector<Thing> many;
  for (int i = 0; i < 1500; ++i) many.push_back(Named(absl::StrCat(i), i));
  ASSERT_EQ(*things().BulkCreate(many), 1500);
  const Query<Thing> odd =
      things().Filter(ThingModel::rank >= 3).OrderBy(ThingModel::rank);
  int next = 3;
  const absl::Status all =
      odd.ForEach([&](Thing& thing) { EXPECT_EQ(thing.rank(), next++); });
  EXPECT_TRUE(all.ok()) << all;
  EXPECT_EQ(next, 1500);
  next = 3;
  EXPECT_EQ(odd.ForEach([&](const Thing&) {
    return ++next < 10 ? absl::OkStatus() : absl::AbortedError("enough");
  }),
            absl::AbortedError("enough"));
  auto rows = odd.Iterate();
  int count = 0;
  for (const Thing& thing : rows) {
    EXPECT_EQ(thing.rank(), count + 3);
    if (++count == 600) break;
  }
  EXPECT_TRUE(rows.status().ok());
  EXPECT_EQ(count, 600);
  auto none = things().Filter(ThingModel::rank < 0).Iterate();
  for (const Thing& thing : none) ADD_FAILURE() << thing.name();
  EXPECT_TRUE(none.status().ok());
}

TEST_P(VerbsTest, OneByOneToldOfErrors) {
  Create("a");
  ASSERT_TRUE(database().RunScript("DROP TABLE thing").ok());
  auto rows = things().Rows().Iterate();
  for (const Thing& thing : rows) ADD_FAILURE() << thing.name();
  const auto error = GetDatabaseError(rows.status());
  ASSERT_TRUE(error.has_value()) << rows.status();
  EXPECT_EQ(error->kind, DatabaseError::Kind::kSchema);
}

TEST_P(VerbsTest, OneByOneInATransactionSeesItsWrites) {
  Create("a");
  const absl::Status status =
      database().Transact([&](Transaction& tx) -> absl::Status {
        Thing more = Named("b");
        EXPECT_TRUE(Objects<Thing>(tx).Create(&more).ok());
        std::vector<std::string> names;
        // What is read may be written meanwhile.
        auto rows = things().OrderBy(ThingModel::id).Iterate();
        for (Thing& thing : rows) {
          names.push_back(thing.name());
          thing.set_name(thing.name() + "!");
          EXPECT_TRUE(things().Update(&thing).ok());
        }
        EXPECT_THAT(names, ElementsAre("a", "b"));
        return rows.status();
      });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(Names(things().OrderBy(ThingModel::id).All()),
              ElementsAre("a!", "b!"));
}

TEST_P(VerbsTest, ExistsReadsNoColumn) {
  EXPECT_FALSE(*things().Rows().Exists());
  Create("a");
  EXPECT_TRUE(*things().OrderBy(ThingModel::name).Exists());
  EXPECT_FALSE(*things().Rows().Offset(1).Exists());
  EXPECT_FALSE(*things().Rows().Limit(0).Exists());
}

TEST_P(VerbsTest, UnionHasTheRowsOfEither) {
  CreateFour();
  const Query<Thing> ones = things().Filter(ThingModel::rank == 1);
  const Query<Thing> small = things().Filter(ThingModel::name < "c");
  EXPECT_THAT(Names(ones.Union(small).OrderBy(ThingModel::name).All()),
              ElementsAre("a", "b", "c"));
  EXPECT_EQ(ones.Limit(1).Union(small).All().status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_P(VerbsTest, InBulkIsByAUniqueColumn) {
  CreateFour();
  const auto found =
      things().Rows().InBulk(ThingModel::id, std::vector<int64_t>{2, 4, 99});
  ASSERT_TRUE(found.ok()) << found.status();
  ASSERT_EQ(found->size(), 2u);
  EXPECT_EQ(found->at(2).name(), "a");
  EXPECT_EQ(found->at(4).name(), "d");
  EXPECT_EQ(things()
                .Rows()
                .InBulk(ThingModel::name, std::vector<std::string>{"a"})
                .status()
                .code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_P(VerbsTest, UpdatesWithWhatIsComputed) {
  CreateFour();
  EXPECT_EQ(*things()
                 .Filter(ThingModel::rank == 1)
                 .Update(ThingModel::rank.Set(ThingModel::rank * 10 + 1),
                         ThingModel::email.Set(ThingModel::name + "@x"),
                         ThingModel::offset.Set(ThingModel::rank)),
            2);
  const auto one = things().Filter(ThingModel::name == "b").Get();
  ASSERT_TRUE(one.ok()) << one.status();
  EXPECT_EQ(one->rank(), 11);
  EXPECT_EQ(one->email(), "b@x");
  EXPECT_EQ(one->offset(), 1);  // as it was before
  EXPECT_EQ(*things()
                 .Filter(ThingModel::name == "d")
                 .Update(ThingModel::rank.Set(ThingModel::rank + 1),
                         ThingModel::nick.Set(std::optional<std::string>())),
            1);
  EXPECT_THAT(Where(ThingModel::rank.IsNull()), ElementsAre("d"));
}

// To PostgreSQL there are no unsigned numbers, to SQLite not even bounds.
TEST_P(VerbsTest, WhatIsComputedIsWithinItsFieldsRange) {
  CreateFour();
  const auto rows = things().Filter(ThingModel::name == "b");
  ASSERT_TRUE(rows.Update(ThingModel::rank.Set(1), ThingModel::big.Set(3u),
                          ThingModel::checksum.Set(7u))
                  .ok());
  const auto expect_refused = [&](const char* column, const auto& change) {
    SCOPED_TRACE(column);
    const auto updated = rows.Update(change, ThingModel::email.Set("a@b.c"));
    EXPECT_EQ(updated.status().code(), absl::StatusCode::kFailedPrecondition)
        << updated.status();
    const auto error = GetDatabaseError(updated.status());
    ASSERT_TRUE(error.has_value());
    EXPECT_EQ(error->kind, DatabaseError::Kind::kValue);
    EXPECT_THAT(error->columns, ElementsAre(column));
  };
  expect_refused("big", ThingModel::big.Set(ThingModel::big - 5u));
  expect_refused("big", ThingModel::big.Set(ThingModel::big * int64_t{-1}));
  expect_refused("checksum",
                 ThingModel::checksum.Set(ThingModel::checksum - int64_t{8}));
  expect_refused("checksum", ThingModel::checksum.Set(ThingModel::checksum +
                                                      int64_t{4294967289}));
  expect_refused("rank", ThingModel::rank.Set(ThingModel::rank + 2147483647));
  expect_refused("offset", ThingModel::offset.Set(
                               ThingModel::offset -
                               std::numeric_limits<int64_t>::max() - 2));
  expect_refused("offset", ThingModel::offset.Set(
                               ThingModel::offset +
                               std::numeric_limits<int64_t>::max() + 1));
  // And where it comes back into the range on its way.
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  ASSERT_TRUE(rows.Update(ThingModel::offset.Set(int64_t{5})).ok());
  expect_refused("offset",
                 ThingModel::offset.Set(ThingModel::offset + kMost - kMost));
  ASSERT_TRUE(rows.Update(ThingModel::offset.Set(kMost)).ok());
  expect_refused("offset",
                 ThingModel::offset.Set(ThingModel::offset * int64_t{3} /
                                        int64_t{6000000000000000000}));
  ASSERT_TRUE(rows.Update(ThingModel::offset.Set(int64_t{0})).ok());
  EXPECT_TRUE(rows.Update(ThingModel::offset.Set(
                              ThingModel::offset -
                              std::numeric_limits<int64_t>::max() - 1))
                  .ok());
  const auto kept = rows.Get();
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_EQ(kept->big(), 3u);
  EXPECT_EQ(kept->checksum(), 7u);
  EXPECT_EQ(kept->offset(), std::numeric_limits<int64_t>::min());
  EXPECT_EQ(kept->rank(), 1);
  EXPECT_NE(kept->email(), "a@b.c");
  EXPECT_EQ(*rows.Update(ThingModel::big.Set(ThingModel::big - 3u),
                         ThingModel::checksum.Set(ThingModel::checksum +
                                                  int64_t{4294967288})),
            1);
  EXPECT_EQ(rows.Get()->big(), 0u);
  EXPECT_EQ(rows.Get()->checksum(), 4294967295u);
}

TEST_P(VerbsTest, Explains) {
  const auto plan =
      things().Filter(ThingModel::id == 7).OrderBy(ThingModel::name).Explain();
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_THAT(*plan, HasSubstr("thing"));
}

TEST_P(VerbsTest, LocksThatOthersHold) {
  Create("a", 1);
  Create("b", 2);
  EXPECT_EQ(things().Rows().ForUpdate().All().status().code(),
            absl::StatusCode::kFailedPrecondition);
  if (!on_postgres()) return;  // who writes is alone
  const absl::Status status = database().Transact([&](Transaction&) {
    auto held = things().Filter(ThingModel::name == "a").ForUpdate().All();
    EXPECT_EQ(held->size(), 1u);
    std::thread([&] {
      const absl::Status other = database().Transact([&](Transaction&) {
        EXPECT_THAT(Names(things().Rows().ForUpdate(LockWait::kSkip).All()),
                    ElementsAre("b"));
        return things().Rows().ForUpdate(LockWait::kFail).All().status();
      });
      const auto error = GetDatabaseError(other);
      ASSERT_TRUE(error.has_value()) << other;
      EXPECT_EQ(error->kind, DatabaseError::Kind::kBusy);
    }).join();
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
}

INSTANTIATE_TEST_SUITE_P(Databases, VerbsTest, kEitherDatabase, NameOfDatabase);

}  // namespace
}  // namespace modelservice
