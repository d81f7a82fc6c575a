// Times and spans in conditions, on SQLite and on PostgreSQL.
#include <google/protobuf/timestamp.pb.h>

#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "modelservice/orm/thing_test_support.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class TimesTest : public ThingTest {};

// Rows have whole microseconds.
TEST_P(TimesTest, SpansBetweenTwoMicrosecondsAreOnNoRow) {
  for (const int64_t nanos : {-2000, -1000, 1000, 2000}) {
    Thing thing = Named(absl::StrCat(nanos));
    thing.mutable_span()->set_nanos(static_cast<int32_t>(nanos));
    Create(thing);
  }
  Create("null");
  const auto span = ThingModel::span;
  const absl::Duration more = absl::Nanoseconds(1500);
  EXPECT_THAT(Where(span == more), IsEmpty());
  EXPECT_THAT(Where(span != more),
              ElementsAre("-2000", "-1000", "1000", "2000", "null"));
  EXPECT_THAT(Where(span < more), ElementsAre("-2000", "-1000", "1000"));
  EXPECT_THAT(Where(span <= more), ElementsAre("-2000", "-1000", "1000"));
  EXPECT_THAT(Where(span > more), ElementsAre("2000"));
  EXPECT_THAT(Where(span >= -more), ElementsAre("-1000", "1000", "2000"));
  EXPECT_THAT(Where(span < -more), ElementsAre("-2000"));
  EXPECT_THAT(Where(span.In({more, absl::Nanoseconds(1000)})),
              ElementsAre("1000"));
  EXPECT_THAT(Where(span < absl::InfiniteDuration()),
              ElementsAre("-2000", "-1000", "1000", "2000"));
  EXPECT_THAT(Where(span < -absl::InfiniteDuration()), IsEmpty());
  EXPECT_EQ(things().Rows().Update(span.Set(more)).status().code(),
            absl::StatusCode::kInvalidArgument);
}

// What PostgreSQL's columns cut is not there to be found.
TEST_P(TimesTest, TimesBetweenTwoMicrosecondsAreOnNoRow) {
  for (const int32_t nanos : {999998000, 999999000}) {
    Thing thing = Named(absl::StrCat(nanos));
    thing.mutable_when()->set_seconds(-2);
    thing.mutable_when()->set_nanos(nanos);
    Create(thing);
  }
  Create("null");
  const auto when = ThingModel::when;
  const absl::Time row = absl::FromUnixMicros(-1000001);
  const absl::Time between = row - absl::Nanoseconds(500);
  const absl::Time behind = row + absl::Nanoseconds(1);
  EXPECT_THAT(Where(when == row), ElementsAre("999999000"));
  EXPECT_THAT(Where(when == between), IsEmpty());
  EXPECT_THAT(Where(when != between),
              ElementsAre("999998000", "999999000", "null"));
  EXPECT_THAT(Where(when < between), ElementsAre("999998000"));
  EXPECT_THAT(Where(when <= between), ElementsAre("999998000"));
  EXPECT_THAT(Where(when > between), ElementsAre("999999000"));
  EXPECT_THAT(Where(when >= between), ElementsAre("999999000"));
  EXPECT_THAT(Where(when < behind), ElementsAre("999998000", "999999000"));
  EXPECT_THAT(Where(when >= behind), IsEmpty());
  EXPECT_THAT(Where(behind > when), ElementsAre("999998000", "999999000"));
  EXPECT_THAT(Where(!(when < behind)), ElementsAre("null"));
  EXPECT_THAT(Where(when.Between(between, behind)), ElementsAre("999999000"));
  EXPECT_THAT(Where(when.In({between, row})), ElementsAre("999999000"));
  EXPECT_THAT(Where(when.In({between})), IsEmpty());
  const auto groups = things()
                          .Rows()
                          .GroupBy(ThingModel::name)
                          .Having(Max(when) > between)
                          .Values();
  ASSERT_TRUE(groups.ok()) << groups.status();
  EXPECT_EQ(groups->size(), 1u);
}

// PostgreSQL keeps the last nanosecond of all as infinity.
TEST_P(TimesTest, TheLastTimeOfAllIsOne) {
  Thing last = Named("last");
  last.mutable_when()->set_seconds(253402300799);
  last.mutable_when()->set_nanos(999999999);
  Create(last);
  EXPECT_THAT(Where(ThingModel::when.Year() == 9999), ElementsAre("last"));
  EXPECT_THAT(
      Where(ThingModel::when.Month() == 12 && ThingModel::when.WeekDay() == 6 &&
            ThingModel::when.Second() == 59),
      ElementsAre("last"));
  const auto read =
      things().Rows().Values(ThingModel::when, ThingModel::when.Hour());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(std::get<0>(read->front()),
            absl::FromUnixSeconds(253402300799) + absl::Nanoseconds(999999999));
  EXPECT_EQ(std::get<1>(read->front()), 23);
  const auto most = things().Rows().Aggregate(Max(ThingModel::when));
  ASSERT_TRUE(most.ok()) << most.status();
}

INSTANTIATE_TEST_SUITE_P(Databases, TimesTest, kEitherDatabase, NameOfDatabase);

}  // namespace
}  // namespace modelservice
