// Values, aggregates and groups, on SQLite and on PostgreSQL.
#include "modelservice/aggregates.h"

#include <cmath>
#include <limits>
#include <tuple>

#include "modelservice/orm/thing_test_support.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

class AggregatesTest : public ThingTest {
 protected:
  void CreateSome() {
    Thing thing = Named("a", 1);
    thing.set_color(orm_test::RED);
    thing.set_named_color(orm_test::RED);
    thing.set_ratio(0.5);
    thing.set_half(0.25);
    thing.mutable_when()->set_seconds(100);
    thing.mutable_span()->set_seconds(60);
    thing.set_data(std::string("\0\1", 2));
    Create(thing);
    thing = Named("b", 4);
    thing.set_color(orm_test::RED);
    thing.set_ratio(1.5);
    thing.mutable_when()->set_seconds(200);
    Create(thing);
    Create("c");
  }
};

TEST_P(AggregatesTest, ValuesAreTyped) {
  CreateSome();
  const auto rows =
      things()
          .OrderBy(ThingModel::id)
          .Values(ThingModel::name, ThingModel::rank, ThingModel::color,
                  ThingModel::named_color, ThingModel::ratio, ThingModel::half,
                  ThingModel::when, ThingModel::span, ThingModel::data,
                  ThingModel::rank + 1, ThingModel::when.Year());
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_EQ(rows->size(), 3u);
  EXPECT_EQ((*rows)[0],
            std::make_tuple("a", 1, orm_test::RED, orm_test::RED, 0.5, 0.25f,
                            absl::FromUnixSeconds(100), absl::Minutes(1),
                            std::string("\0\1", 2), int64_t{2}, 1970));
  const auto& last = (*rows)[2];
  EXPECT_EQ(std::get<0>(last), "c");
  EXPECT_EQ(std::get<1>(last), std::nullopt);
  EXPECT_EQ(std::get<2>(last), orm_test::NONE);
  EXPECT_EQ(std::get<6>(last), std::nullopt);
  EXPECT_EQ(std::get<9>(last), std::nullopt);
  EXPECT_EQ(std::get<10>(last), std::nullopt);
}

TEST_P(AggregatesTest, DistinctValues) {
  CreateSome();
  const auto colors =
      things().OrderBy(ThingModel::color).Distinct().Values(ThingModel::color);
  ASSERT_TRUE(colors.ok()) << colors.status();
  EXPECT_THAT(*colors, ElementsAre(std::make_tuple(orm_test::NONE),
                                   std::make_tuple(orm_test::RED)));
}

// As in Django: what they are ordered by is read along.
TEST_P(AggregatesTest, DistinctValuesAreOrderedByOthers) {
  CreateSome();
  const auto colors = things()
                          .OrderBy(ThingModel::name.Desc())
                          .Distinct()
                          .Values(ThingModel::color);
  ASSERT_TRUE(colors.ok()) << colors.status();
  EXPECT_THAT(*colors, ElementsAre(std::make_tuple(orm_test::NONE),
                                   std::make_tuple(orm_test::RED),
                                   std::make_tuple(orm_test::RED)));
  const auto by_computed =
      things()
          .Filter(!ThingModel::rank.IsNull())
          .OrderBy((ThingModel::rank / 5).Desc(), ThingModel::color)
          .Distinct()
          .Values(ThingModel::color);
  ASSERT_TRUE(by_computed.ok()) << by_computed.status();
  EXPECT_THAT(*by_computed, ElementsAre(std::make_tuple(orm_test::RED)));
  // Messages are different ones by their key.
  EXPECT_THAT(
      Names(things().OrderBy((ThingModel::rank * 2).Desc()).Distinct().All()),
      ElementsAre("b", "a", "c"));
  const auto few = things()
                       .OrderBy((ThingModel::rank * 2).Desc())
                       .Distinct()
                       .Limit(1)
                       .Aggregate(Max(ThingModel::name));
  ASSERT_TRUE(few.ok()) << few.status();
  EXPECT_EQ(*few, std::make_tuple("b"));
  EXPECT_TRUE(*things().Rows().Distinct().Offset(2).Exists());
}

// Which rows would be locked nobody can tell.
TEST_P(AggregatesTest, DistinctRowsAreNotLocked) {
  const auto status = database().Transact([&](Transaction& transaction) {
    return Objects<Thing>(transaction)
        .Rows()
        .Distinct()
        .ForUpdate()
        .Values(ThingModel::color)
        .status();
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
}

TEST_P(AggregatesTest, OfAllRows) {
  CreateSome();
  const auto of = things().Rows().Aggregate(
      Count<Thing>(), Count(ThingModel::rank), CountDistinct(ThingModel::color),
      Sum(ThingModel::rank), Avg(ThingModel::rank), Min(ThingModel::name),
      Max(ThingModel::when), Sum(ThingModel::ratio), Sum(ThingModel::half),
      Max(ThingModel::span));
  ASSERT_TRUE(of.ok()) << of.status();
  EXPECT_EQ(*of,
            std::make_tuple(3, 2, 2, 5, 2.5, "a", absl::FromUnixSeconds(200),
                            2.0, 0.25, absl::Minutes(1)));
}

TEST_P(AggregatesTest, OfNothingAreNull) {
  const auto of = things().Rows().Aggregate(
      Count<Thing>(), Sum(ThingModel::rank), Max(ThingModel::when));
  ASSERT_TRUE(of.ok()) << of.status();
  EXPECT_EQ(std::get<0>(*of), 0);
  EXPECT_EQ(std::get<1>(*of), std::nullopt);
  EXPECT_EQ(std::get<2>(*of), std::nullopt);
}

TEST_P(AggregatesTest, OfALimitedQuery) {
  CreateSome();
  const auto of = things()
                      .OrderBy(ThingModel::id)
                      .Limit(1)
                      .Aggregate(Count<Thing>(), Sum(ThingModel::rank));
  ASSERT_TRUE(of.ok()) << of.status();
  EXPECT_EQ(*of, std::make_tuple(1, 1));
}

TEST_P(AggregatesTest, SumsArePastNoRange) {
  Thing thing = Named("a");
  thing.set_offset(std::numeric_limits<int64_t>::max());
  Create(thing);
  EXPECT_EQ(std::get<0>(*things().Rows().Aggregate(Sum(ThingModel::offset))),
            std::numeric_limits<int64_t>::max());
  Create(thing);
  const auto sum = things().Rows().Aggregate(Sum(ThingModel::offset));
  EXPECT_EQ(sum.status().code(), absl::StatusCode::kOutOfRange) << sum.status();
  const auto of_groups =
      things().Rows().GroupBy(ThingModel::name).Values(Sum(ThingModel::offset));
  EXPECT_EQ(of_groups.status().code(), absl::StatusCode::kOutOfRange)
      << of_groups.status();
}

TEST_P(AggregatesTest, OfDecimalsAreExact) {
  for (const char* price :
       {"0.1", "0.2", "99999999999999999999.03", "-10.50", "9.00"}) {
    Thing thing = Named("a");
    thing.set_price(price);
    Create(thing);
  }
  const auto of = things().Rows().Aggregate(
      Sum(ThingModel::price), Min(ThingModel::price), Max(ThingModel::price));
  ASSERT_TRUE(of.ok()) << of.status();
  EXPECT_EQ(*of, std::make_tuple("99999999999999999997.83", "-10.50",
                                 "99999999999999999999.03"));
  const auto mean = things()
                        .Filter(ThingModel::price < "1")
                        .Aggregate(Avg(ThingModel::price));
  ASSERT_TRUE(mean.ok()) << mean.status();
  EXPECT_EQ(*mean, std::make_tuple("-3.4000000000000000"));
  EXPECT_EQ(things()
                .Rows()
                .GroupBy(ThingModel::name)
                .Having(Max(ThingModel::price) > "9.5")
                .Values()
                ->size(),
            1u);
}

TEST_P(AggregatesTest, OfGroups) {
  CreateSome();
  const auto by_color = things()
                            .Rows()
                            .GroupBy(ThingModel::color)
                            .OrderBy(ThingModel::color.Desc())
                            .Values(Count<Thing>(), Sum(ThingModel::rank));
  ASSERT_TRUE(by_color.ok()) << by_color.status();
  EXPECT_THAT(*by_color,
              ElementsAre(std::make_tuple(orm_test::RED, 2, 5),
                          std::make_tuple(orm_test::NONE, 1, std::nullopt)));
  const auto many =
      things()
          .Rows()
          .GroupBy(ThingModel::color)
          .Having(Count<Thing>() > 1 && Sum(ThingModel::rank) >= 5)
          .Values(Max(ThingModel::name));
  ASSERT_TRUE(many.ok()) << many.status();
  EXPECT_THAT(*many, ElementsAre(std::make_tuple(orm_test::RED, "b")));
  const auto none = things()
                        .Filter(ThingModel::rank > 1)
                        .GroupBy(ThingModel::color)
                        .Having(Count<Thing>() > 1)
                        .Values();
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_THAT(*none, IsEmpty());
}

// The parameters of what is computed are other ones each time.
TEST_P(AggregatesTest, GroupsByWhatIsComputed) {
  CreateSome();
  const auto halves =
      things()
          .Filter(!ThingModel::rank.IsNull())
          .GroupBy(ThingModel::rank / 2, ThingModel::when.Year())
          .OrderBy((ThingModel::rank / 2).Desc())
          .Limit(5)
          .Values(Count<Thing>());
  ASSERT_TRUE(halves.ok()) << halves.status();
  EXPECT_THAT(*halves, ElementsAre(std::make_tuple(2, 1970, 1),
                                   std::make_tuple(0, 1970, 1)));
  const auto limited =
      things().Rows().Limit(1).GroupBy(ThingModel::color).Values();
  EXPECT_EQ(limited.status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_P(AggregatesTest, GroupsOfRowsTakeAllThatTheRowsHave) {
  CreateSome();
  const auto rows = things()
                        .Rows()
                        .GroupBy(ThingModel::id)
                        .OrderBy(ThingModel::name.Desc())
                        .Limit(1)
                        .Values(ThingModel::name);
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ(std::get<1>(rows->front()), "c");
}

// To PostgreSQL a sum of many whole numbers is a decimal.
TEST_P(AggregatesTest, QuotientsOfSumsAreWholeNumbers) {
  for (const int64_t offset : {std::numeric_limits<int64_t>::max() - 8, 7L}) {
    Thing thing = Named(absl::StrCat(offset), 2);
    thing.set_offset(offset);
    Create(thing);
  }
  const auto of = things().Rows().Aggregate(
      Sum(ThingModel::offset) / 10, 0 - Sum(ThingModel::rank) / 3,
      (Sum(ThingModel::offset) - 1) / Count<Thing>(),
      Sum(ThingModel::rank) / (Count<Thing>() - 2));
  ASSERT_TRUE(of.ok()) << of.status();
  EXPECT_EQ(*of, std::make_tuple(922337203685477580, -1, 4611686018427387902,
                                 std::nullopt));
}

// SQLite has no NaN, and takes the text that stands for it for 0.
TEST_P(AggregatesTest, OfWhatIsNoNumberIsNone) {
  for (const double ratio : {std::nan(""), 4.0}) {
    Thing thing = Named("a");
    thing.set_ratio(ratio);
    thing.set_half(static_cast<float>(ratio));
    Create(thing);
  }
  const auto of = things().Rows().Aggregate(
      Sum(ThingModel::ratio), Avg(ThingModel::ratio), Sum(ThingModel::half),
      Max(ThingModel::ratio), Count(ThingModel::ratio));
  ASSERT_TRUE(of.ok()) << of.status();
  EXPECT_TRUE(std::isnan(*std::get<0>(*of)));
  EXPECT_TRUE(std::isnan(*std::get<1>(*of)));
  EXPECT_TRUE(std::isnan(*std::get<2>(*of)));
  EXPECT_TRUE(std::isnan(*std::get<3>(*of)));
  EXPECT_EQ(std::get<4>(*of), 2);
  ASSERT_TRUE(
      things()
          .Rows()
          .Update(ThingModel::ratio.Set((ThingModel::ratio + 1) * 2 / 4 - 1))
          .ok());
  const auto each = things().OrderBy(ThingModel::id).Values(ThingModel::ratio);
  ASSERT_TRUE(each.ok()) << each.status();
  EXPECT_TRUE(std::isnan(*std::get<0>(each->front())));
  EXPECT_EQ(std::get<0>(each->back()), 1.5);
  EXPECT_THAT(Where(ThingModel::ratio / 0 == 1), IsEmpty());
  EXPECT_EQ(
      std::get<0>(
          *things().Filter(ThingModel::ratio > 9000).Aggregate(Count<Thing>())),
      1);
}

// Their sum, or that of their squares, has no room.
TEST_P(AggregatesTest, MeansOfLargeNumbers) {
  const auto mean = [&] {
    const auto of = things().Rows().Aggregate(Avg(ThingModel::ratio),
                                              Avg(ThingModel::ratio * -1.0));
    EXPECT_TRUE(of.ok()) << of.status();
    EXPECT_EQ(std::get<0>(*of), -*std::get<1>(*of));
    return *std::get<0>(*of);
  };
  const auto expect_mean = [&](double ratio, double expected) {
    Thing thing = Named("a");
    thing.set_ratio(ratio);
    Create(thing);
    EXPECT_DOUBLE_EQ(mean(), expected);
  };
  expect_mean(4, 4);
  expect_mean(1e200, 5e199);
  expect_mean(1e308, 1e308 / 3);
  expect_mean(1.7e308, 0.675e308);
  expect_mean(-1e308, 1.7e308 / 5);
  expect_mean(std::numeric_limits<double>::infinity(),
              std::numeric_limits<double>::infinity());
}

TEST_P(AggregatesTest, LockNoRows) {
  const absl::Status status =
      database().Transact([&](Transaction& transaction) {
        const auto locked = Objects<Thing>(transaction).Rows().ForUpdate();
        EXPECT_EQ(locked.Aggregate(Count<Thing>()).status().code(),
                  absl::StatusCode::kInvalidArgument);
        EXPECT_EQ(locked.GroupBy(ThingModel::color).Values().status().code(),
                  absl::StatusCode::kInvalidArgument);
        return absl::OkStatus();
      });
  EXPECT_TRUE(status.ok()) << status;
}

// What is computed with parameters is known again.
TEST_P(AggregatesTest, HavingAndValuesAreOfComputedKeys) {
  CreateSome();
  const auto halves = things()
                          .Filter(!ThingModel::rank.IsNull())
                          .GroupBy(ThingModel::rank / 2)
                          .Having(ThingModel::rank / 2 > 1)
                          .OrderBy(ThingModel::rank / 2 + 1)
                          .Values(ThingModel::rank / 2 * 10, Count<Thing>());
  ASSERT_TRUE(halves.ok()) << halves.status();
  EXPECT_THAT(*halves, ElementsAre(std::make_tuple(2, 20, 1)));
}

TEST_P(AggregatesTest, StandWhereManyRowsAre) {
  CreateSome();
  const auto expect_refused = [](const absl::Status& status) {
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("Thing"));
  };
  const auto by_color = things().Rows().GroupBy(ThingModel::color);
  expect_refused(by_color.Values(ThingModel::name).status());
  expect_refused(by_color.OrderBy(ThingModel::name).Values().status());
  expect_refused(by_color.Having(ThingModel::rank > 1).Values().status());
  expect_refused(
      by_color.Values(Sum(ThingModel::rank) + ThingModel::rank).status());
  expect_refused(by_color.Values(Max(Sum(ThingModel::rank))).status());
  expect_refused(things().Rows().GroupBy(Count<Thing>()).Values().status());
  expect_refused(things().Rows().Aggregate(ThingModel::name).status());
  expect_refused(things().Filter(Count<Thing>() > 1).All().status());
  expect_refused(things().Filter(Count<Thing>() > 1).Count().status());
  expect_refused(things().Filter(Count<Thing>() > 1).Delete().status());
  expect_refused(things().OrderBy(Max(ThingModel::rank)).All().status());
  expect_refused(
      things().Rows().Values(ThingModel::name, Count<Thing>()).status());
  expect_refused(things()
                     .Rows()
                     .Update(ThingModel::rank.Set(Max(ThingModel::rank)))
                     .status());
  const absl::Status each =
      things().OrderBy(Max(ThingModel::rank)).ForEach([](Thing&) {});
  expect_refused(each);
}

INSTANTIATE_TEST_SUITE_P(Databases, AggregatesTest, kEitherDatabase,
                         NameOfDatabase);

}  // namespace
}  // namespace modelservice
