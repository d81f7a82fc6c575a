// Query and Objects on a real SQLite file and a real PostgreSQL server.
#include "modelservice/query.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"
#include "modelservice/objects.h"
#include "modelservice/orm/thing_test_support.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class QueryTest : public ThingTest {
 protected:
  // By the rules.
  static Thing Good() {
    Thing thing;
    thing.set_must("m");
    return thing;
  }

  Thing Create(const std::string& name, std::optional<int> rank = {}) {
    Thing thing = Good();
    thing.set_name(name);
    if (rank.has_value()) thing.set_rank(*rank);
    const absl::Status status = Objects<Thing>(database()).Create(&thing);
    EXPECT_TRUE(status.ok()) << status;
    return thing;
  }
};

TEST_P(QueryTest, CreatesAndGets) {
  const Thing made = Create("a");
  EXPECT_EQ(made.id(), 1);
  EXPECT_EQ(made.given(), "given");  // the default came back
  auto found =
      Objects<Thing>(database()).Filter(ThingModel::id == made.id()).Get();
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(*found, made));
}

TEST_P(QueryTest, StoresWhatSqliteHasNoNumberFor) {
  Thing thing = Good();
  thing.set_ratio(std::numeric_limits<double>::quiet_NaN());
  thing.set_half(std::numeric_limits<float>::infinity());
  ASSERT_TRUE(Objects<Thing>(database()).Create(&thing).ok());
  EXPECT_TRUE(std::isnan(thing.ratio()));
  EXPECT_TRUE(std::isinf(thing.half()));
}

TEST_P(QueryTest, FiltersOrdersAndLimits) {
  Create("a", 3);
  Create("b", 1);
  Create("c");
  Create("d", 2);
  const Objects<Thing> things(database());
  EXPECT_THAT(Names(things.OrderBy(ThingModel::rank.Asc()).All()),
              ElementsAre("c", "b", "d", "a"));
  EXPECT_THAT(Names(things.OrderBy(ThingModel::rank.Desc()).Limit(2).All()),
              ElementsAre("a", "d"));
  EXPECT_THAT(Names(things.OrderBy(ThingModel::name.Asc()).Offset(3).All()),
              ElementsAre("d"));
  EXPECT_THAT(Names(things.Filter(ThingModel::rank >= 2)
                        .OrderBy(ThingModel::rank.Asc())
                        .All()),
              ElementsAre("d", "a"));
  EXPECT_THAT(Names(things.Filter(ThingModel::rank.IsNull()).All()),
              ElementsAre("c"));
  EXPECT_THAT(Names(things.Exclude(ThingModel::name.In({"a", "b", "c"})).All()),
              ElementsAre("d"));
  EXPECT_THAT(
      Names(things.Filter(ThingModel::rank == 1 || ThingModel::name == "a")
                .OrderBy(ThingModel::name.Asc())
                .All()),
      ElementsAre("a", "b"));
  EXPECT_EQ(*things.Filter(ThingModel::rank < 3).Count(), 2);
  EXPECT_EQ(*things.Rows().Limit(3).Count(), 3);
  EXPECT_EQ(*things.Rows().Offset(10).Count(), 0);
  EXPECT_TRUE(*things.Filter(ThingModel::name == "a").Exists());
  EXPECT_FALSE(*things.Filter(ThingModel::name == "z").Exists());
}

// What was written for one is used for others of its form, with their values.
TEST_P(QueryTest, QueriesOfOneFormAreToldApart) {
  for (int i = 0; i < 6; ++i) Create(absl::StrCat("n", i % 3), i);
  const Objects<Thing> things(database());
  for (int i = 0; i < 3; ++i) {
    const std::string name = absl::StrCat("n", i);
    const auto named = things.Filter(ThingModel::name == name);
    const auto ranks = [](const Query<Thing>& query) {
      const std::vector<Thing> found = query.All().value();
      std::vector<int> ranks;
      for (const Thing& thing : found) ranks.push_back(thing.rank());
      return ranks;
    };
    const auto up = named.OrderBy(ThingModel::rank);
    const auto down = named.OrderBy(ThingModel::rank.Desc());
    EXPECT_THAT(ranks(up), ElementsAre(i, i + 3));
    EXPECT_THAT(ranks(down), ElementsAre(i + 3, i));
    EXPECT_THAT(ranks(up.Limit(1)), ElementsAre(i));
    EXPECT_THAT(ranks(up.Limit(3).Offset(1)), ElementsAre(i + 3));
    EXPECT_THAT(ranks(up.Filter(ThingModel::rank == i)), ElementsAre(i));
    EXPECT_THAT(ranks(up.Filter(ThingModel::rank != i)), ElementsAre(i + 3));
    EXPECT_THAT(ranks(up.Filter(ThingModel::rank > i)), ElementsAre(i + 3));
    EXPECT_THAT(ranks(up.Filter(ThingModel::id == i + 1)), ElementsAre(i));
    EXPECT_THAT(Names(up.Only(ThingModel::rank).All()), ElementsAre("", ""));
    EXPECT_THAT(Names(up.All()), ElementsAre(name, name));
  }
}

TEST_P(QueryTest, FiltersByEveryKindOfColumn) {
  Thing thing = Good();
  thing.set_data("\x01");
  thing.set_color(orm_test::RED);
  thing.set_named_color(orm_test::BLUE);
  thing.mutable_when()->set_seconds(100);
  thing.mutable_span()->set_seconds(60);
  thing.set_price("9.50");
  ASSERT_TRUE(Objects<Thing>(database()).Create(&thing).ok());
  const Objects<Thing> things(database());
  EXPECT_EQ(*things.Filter(ThingModel::data == "\x01").Count(), 1);
  EXPECT_EQ(*things.Filter(ThingModel::color == orm_test::RED).Count(), 1);
  EXPECT_EQ(*things.Filter(ThingModel::named_color == orm_test::BLUE).Count(),
            1);
  EXPECT_EQ(
      *things.Filter(ThingModel::when == absl::FromUnixSeconds(100)).Count(),
      1);
  EXPECT_EQ(
      *things.Filter(ThingModel::when < absl::FromUnixSeconds(100)).Count(), 0);
  EXPECT_EQ(*things.Filter(ThingModel::span == absl::Minutes(1)).Count(), 1);
  // As numbers, not as text.
  EXPECT_EQ(*things.Filter(ThingModel::price < "10").Count(), 1);
  EXPECT_EQ(*things.Filter(ThingModel::price == "9.5").Count(), 1);
  EXPECT_EQ(*things.Filter(ThingModel::part.IsNull()).Count(), 1);
}

TEST_P(QueryTest, GetWantsExactlyOne) {
  const Objects<Thing> things(database());
  EXPECT_EQ(things.Filter(ThingModel::name == "a").Get().status(),
            absl::NotFoundError("Thing matching query does not exist."));
  Create("a");
  Create("a");
  EXPECT_EQ(things.Filter(ThingModel::name == "a").Get().status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_FALSE(things.Filter(ThingModel::name == "z").First()->has_value());
}

TEST_P(QueryTest, UpdatesAndDeletes) {
  Thing a = Create("a", 1);
  Create("b", 1);
  const Objects<Thing> things(database());
  a.set_name("a2");
  a.clear_rank();
  ASSERT_TRUE(things.Update(&a).ok());
  EXPECT_EQ(*things.Filter(ThingModel::rank.IsNull()).Count(), 1);
  EXPECT_EQ(*things.Filter(ThingModel::rank == 1)
                 .Update(ThingModel::rank.Set(5), ThingModel::name.Set("x")),
            1);
  EXPECT_EQ(*things.Filter(ThingModel::name == "x").Count(), 1);
  EXPECT_EQ(*things.Rows().Update(ThingModel::rank.SetNull()), 2);
  // What no read could give back.
  for (const std::string& text :
       {std::string("\xff"), std::string("a\0b", 3)}) {
    EXPECT_EQ(things.Rows().Update(ThingModel::name.Set(text)).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(things.All()->size(), 2u);
  ASSERT_TRUE(things.Delete(a).ok());
  EXPECT_EQ(things.Delete(a), absl::NotFoundError("Thing: 1 not found!"));
  EXPECT_EQ(things.Update(&a), absl::NotFoundError("Thing: 1 not found!"));
  EXPECT_EQ(*things.Rows().Delete(), 1);
  EXPECT_EQ(things.Rows().Limit(1).Delete().status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_P(QueryTest, RefusesAValueThatItsColumnCannotHold) {
  Thing thing = Good();
  thing.set_big(~uint64_t{0});
  const Objects<Thing> things(database());
  for (const Validation validation : {Validation::kCheck, Validation::kSkip}) {
    const absl::Status status = things.Create(&thing, validation);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("big: "));
  }
  EXPECT_EQ(*things.Count(), 0);
}

TEST_P(QueryTest, CreatesMany) {
  std::vector<Thing> many(1000, Good());
  for (size_t i = 0; i < many.size(); ++i) {
    many[i].set_name(absl::StrCat("thing ", i));
    if (i % 2 == 0) many[i].set_rank(static_cast<int32_t>(i));
  }
  const Objects<Thing> things(database());
  const auto created = things.BulkCreate(many);
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_EQ(*created, 1000);
  EXPECT_EQ(*things.Count(), 1000);
  const auto one = things.Filter(ThingModel::name == "thing 998").Get();
  ASSERT_TRUE(one.ok()) << one.status();
  EXPECT_EQ(one->rank(), 998);
  EXPECT_EQ(*things.Filter(ThingModel::rank.IsNull()).Count(), 500);
  EXPECT_EQ(*things.BulkCreate({}), 0);
}

TEST_P(QueryTest, CreatesManyOrNone) {
  std::vector<Thing> many(10, Good());
  many[7].set_big(~uint64_t{0});
  const Objects<Thing> things(database());
  const absl::Status status = things.BulkCreate(many).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  EXPECT_EQ(*things.Count(), 0);
}

TEST_P(QueryTest, ATransactionIsAllOrNothing) {
  const absl::Status status =
      database().Transact([&](Transaction& tx) -> absl::Status {
        Thing thing = Good();
        EXPECT_TRUE(Objects<Thing>(tx).Create(&thing).ok());
        // The database's own methods join the transaction.
        EXPECT_EQ(*Objects<Thing>(database()).Count(), 1);
        return absl::AbortedError("changed my mind");
      });
  EXPECT_EQ(status, absl::AbortedError("changed my mind"));
  EXPECT_EQ(*Objects<Thing>(database()).Count(), 0);
}

TEST_P(QueryTest, ASavepointFailsAlone) {
  const absl::Status status =
      database().Transact([&](Transaction& tx) -> absl::Status {
        Thing kept = Good();
        EXPECT_TRUE(Objects<Thing>(tx).Create(&kept).ok());
        const absl::Status inner =
            tx.Savepoint([&](Transaction& nested) -> absl::Status {
              Thing lost = Good();
              EXPECT_TRUE(Objects<Thing>(nested).Create(&lost).ok());
              return absl::AbortedError("undo");
            });
        EXPECT_FALSE(inner.ok());
        return absl::OkStatus();
      });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(*Objects<Thing>(database()).Count(), 1);
}

INSTANTIATE_TEST_SUITE_P(Databases, QueryTest, kEitherDatabase, NameOfDatabase);

}  // namespace
}  // namespace modelservice
