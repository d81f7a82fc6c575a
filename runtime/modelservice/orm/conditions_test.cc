// What conditions on typed columns find, on SQLite and on PostgreSQL.
#include <google/protobuf/timestamp.pb.h>

#include <limits>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "modelservice/orm/thing_test_support.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ConditionsTest : public ThingTest {};

TEST_P(ConditionsTest, CompareAndTreatNullAsDjangoDoes) {
  Create("one", 1);
  Create("two", 2);
  Create("null");
  EXPECT_THAT(Where(ThingModel::rank == 1), ElementsAre("one"));
  EXPECT_THAT(Where(ThingModel::rank >= 1), ElementsAre("one", "two"));
  EXPECT_THAT(Where(ThingModel::rank < 2), ElementsAre("one"));
  // Whatever is not 1, as exclude() has it.
  EXPECT_THAT(Where(ThingModel::rank != 1), ElementsAre("two", "null"));
  EXPECT_THAT(Where(!(ThingModel::rank == 1)), ElementsAre("two", "null"));
  EXPECT_THAT(Where(!!(ThingModel::rank == 1)), ElementsAre("one"));
  EXPECT_THAT(Where(!(ThingModel::rank > 1)), ElementsAre("one", "null"));
  EXPECT_THAT(Where(ThingModel::rank.NotIn({1, 5})),
              ElementsAre("two", "null"));
  EXPECT_THAT(Where(ThingModel::rank.In({2, 5})), ElementsAre("two"));
  EXPECT_THAT(Where(ThingModel::rank.Between(1, 2)), ElementsAre("one", "two"));
  EXPECT_THAT(Where(ThingModel::rank == std::nullopt), ElementsAre("null"));
  EXPECT_THAT(Where(ThingModel::rank != std::nullopt),
              ElementsAre("one", "two"));
  EXPECT_THAT(Where(ThingModel::rank == std::optional<int>(2)),
              ElementsAre("two"));
  EXPECT_THAT(Where(ThingModel::name != "one"), ElementsAre("two", "null"));
}

TEST_P(ConditionsTest, NullIsAmongNoValues) {
  Create("one", 1);
  Create("two", 2);
  Create("null");
  const std::vector<std::optional<int>> values = {std::nullopt, 1};
  EXPECT_THAT(Where(ThingModel::rank.In(values)), ElementsAre("one"));
  EXPECT_THAT(Where(ThingModel::rank.NotIn(values)),
              ElementsAre("two", "null"));
  EXPECT_THAT(
      Where(ThingModel::rank.In(std::vector<std::optional<int>>{std::nullopt})),
      IsEmpty());
}

TEST_P(ConditionsTest, EmptyOnesSayNothing) {
  Create("one", 1);
  Create("two", 2);
  Create("three", 3);
  Condition<Thing> any;
  Condition<Thing> all;
  EXPECT_THAT(Where(any), ElementsAre("one", "two", "three"));
  EXPECT_THAT(Where(!any), ElementsAre("one", "two", "three"));
  for (const int rank : {1, 3}) {
    any = any || ThingModel::rank == rank;
    all = ThingModel::rank != rank && all;
  }
  EXPECT_THAT(Where(any), ElementsAre("one", "three"));
  EXPECT_THAT(Where(all), ElementsAre("two"));
  // What holds of every row is not empty.
  EXPECT_THAT(Where(ThingModel::rank.NotIn(std::vector<int>()) ||
                    ThingModel::rank == 1),
              ElementsAre("one", "two", "three"));
}

TEST_P(ConditionsTest, ThousandsAreNotTooDeep) {
  Create("n7", 7);
  Create("n9000", 9000);
  Condition<Thing> any;
  Condition<Thing> all;
  Query<Thing> either = things().Filter(ThingModel::rank == -1);
  for (int i = 0; i < 3000; ++i) {
    any = any || ThingModel::name == absl::StrCat("n", i);
    all = all && ThingModel::rank != i;
    either = either.Union(things().Filter(ThingModel::rank == i));
  }
  EXPECT_THAT(Where(any), ElementsAre("n7"));
  EXPECT_THAT(Where(all), ElementsAre("n9000"));
  EXPECT_THAT(Where(!any || !all), ElementsAre("n7", "n9000"));
  EXPECT_THAT(Names(either.All()), ElementsAre("n7"));
}

// PostgreSQL holds no such text, and SQLite's fields have none.
TEST_P(ConditionsTest, TextsThatNoColumnHoldsAreEqualToNone) {
  Create("a");
  for (const std::string& text :
       {std::string("a\0b", 3), std::string("\xff")}) {
    EXPECT_THAT(Where(ThingModel::name == text), IsEmpty());
    EXPECT_THAT(Where(ThingModel::name != text), ElementsAre("a"));
    EXPECT_THAT(Where(ThingModel::name.In({text, std::string("a")})),
                ElementsAre("a"));
    EXPECT_EQ(things().Filter(ThingModel::name < text).All().status().code(),
              absl::StatusCode::kInvalidArgument);
  }
}

TEST_P(ConditionsTest, NumbersPastTheColumnsRangeAreGreaterThanAll) {
  Create("low", std::numeric_limits<int32_t>::min());
  Create("high", std::numeric_limits<int32_t>::max());
  Create("null");
  constexpr int64_t kMuch = int64_t{1} << 40;
  EXPECT_THAT(Where(ThingModel::rank == kMuch), IsEmpty());
  EXPECT_THAT(Where(ThingModel::rank != kMuch),
              ElementsAre("low", "high", "null"));
  EXPECT_THAT(Where(ThingModel::rank < kMuch), ElementsAre("low", "high"));
  EXPECT_THAT(Where(ThingModel::rank >= -kMuch), ElementsAre("low", "high"));
  EXPECT_THAT(Where(ThingModel::rank > kMuch), IsEmpty());
  EXPECT_THAT(Where(ThingModel::rank.In({kMuch, int64_t{2147483647}})),
              ElementsAre("high"));
  EXPECT_THAT(Where(ThingModel::big < ~uint64_t{0}),
              ElementsAre("low", "high", "null"));
  EXPECT_THAT(Where(ThingModel::checksum == -1), IsEmpty());
  const auto set = things().Rows().Update(ThingModel::rank.Set(kMuch));
  EXPECT_EQ(set.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(set.status().message()), HasSubstr("Thing.rank: "));
}

TEST_P(ConditionsTest, TextsMeanNothingButThemselves) {
  for (const char* name : {"50%", "50x", "a_b", "axb", "[x]", "x", "A*", "\\",
                           "Grün", "GRÜN", ""}) {
    Create(name);
  }
  EXPECT_THAT(Where(ThingModel::name.Contains("0%")), ElementsAre("50%"));
  EXPECT_THAT(Where(ThingModel::name.IContains("A_")), ElementsAre("a_b"));
  EXPECT_THAT(Where(ThingModel::name.Contains("[x]")), ElementsAre("[x]"));
  EXPECT_THAT(Where(ThingModel::name.StartsWith("A*")), ElementsAre("A*"));
  EXPECT_THAT(Where(ThingModel::name.IStartsWith("a*")), ElementsAre("A*"));
  EXPECT_THAT(Where(ThingModel::name.StartsWith("a")),
              ElementsAre("a_b", "axb"));
  EXPECT_THAT(Where(ThingModel::name.EndsWith("xb")), ElementsAre("axb"));
  EXPECT_THAT(Where(ThingModel::name.IEndsWith("XB")), ElementsAre("axb"));
  EXPECT_THAT(Where(ThingModel::name.IExact("a_B")), ElementsAre("a_b"));
  EXPECT_THAT(Where(ThingModel::name.Contains("\\")), ElementsAre("\\"));
  EXPECT_THAT(Where(ThingModel::name.Contains("ü")), ElementsAre("Grün"));
  EXPECT_THAT(Where(ThingModel::name.Regex("^[a-z]_")), ElementsAre("a_b"));
  EXPECT_THAT(Where(ThingModel::name.IRegex("^GR")),
              ElementsAre("Grün", "GRÜN"));
  EXPECT_EQ(Where(ThingModel::name.Contains("")).size(), 11u);
  // NULL is in no text, and in what is not.
  EXPECT_THAT(Where(ThingModel::nick.Contains("")), IsEmpty());
  EXPECT_EQ(Where(!ThingModel::nick.Contains("x")).size(), 11u);
}

TEST_P(ConditionsTest, DecimalsAreLookedIntoAsTexts) {
  Thing thing = Named("dear");
  thing.set_price("12.50");
  Create(thing);
  EXPECT_THAT(Where(ThingModel::price.StartsWith("12")), ElementsAre("dear"));
  EXPECT_THAT(Where(ThingModel::price.Contains("3")), IsEmpty());
}

TEST_P(ConditionsTest, ColumnsAreComparedWithColumns) {
  Thing thing = Named("more", 3);
  thing.set_offset(2);
  thing.set_email("more");
  Create(thing);
  thing = Named("same", 2);
  thing.set_offset(2);
  thing.set_email("x");
  Create(thing);
  Create("null");
  EXPECT_THAT(Where(ThingModel::rank > ThingModel::offset),
              ElementsAre("more"));
  EXPECT_THAT(Where(ThingModel::rank == ThingModel::offset),
              ElementsAre("same"));
  EXPECT_THAT(Where(ThingModel::rank != ThingModel::offset),
              ElementsAre("more", "null"));
  EXPECT_THAT(Where(ThingModel::name == ThingModel::email),
              ElementsAre("more"));
  EXPECT_THAT(Where(ThingModel::rank + 1 == 4), ElementsAre("more"));
  EXPECT_THAT(Where(ThingModel::rank - ThingModel::offset * 2 < 0),
              ElementsAre("more", "same"));
  EXPECT_THAT(Where(10 - ThingModel::rank == 8), ElementsAre("same"));
  EXPECT_THAT(Where(ThingModel::rank / 2 == 1), ElementsAre("more", "same"));
  EXPECT_THAT(Where(ThingModel::rank * 1.5 == 4.5), ElementsAre("more"));
  EXPECT_THAT(Where(ThingModel::name + "!" == "same!"), ElementsAre("same"));
  EXPECT_THAT(Where(ThingModel::rank + int64_t{1} * (int64_t{1} << 40) > 0),
              ElementsAre("more", "same"));
}

TEST_P(ConditionsTest, DividingByZeroIsNull) {
  Create("a", 3);  // its offset is 0
  EXPECT_THAT(Where(ThingModel::rank / ThingModel::offset == 0), IsEmpty());
  EXPECT_THAT(Where((ThingModel::rank / ThingModel::offset).IsNull()),
              ElementsAre("a"));
  EXPECT_THAT(Where((ThingModel::rank / 0).IsNull()), ElementsAre("a"));
}

TEST_P(ConditionsTest, SumsHaveRoom) {
  Create("a", std::numeric_limits<int32_t>::max());
  EXPECT_THAT(Where(ThingModel::rank + ThingModel::rank > 0), ElementsAre("a"));
  EXPECT_THAT(Where(ThingModel::rank * 2 == 4294967294), ElementsAre("a"));
}

TEST_P(ConditionsTest, TimesHaveParts) {
  Thing thing = Named("eve");
  // 2023-12-31 23:59:59.999999, a Sunday.
  thing.mutable_when()->set_seconds(1704067199);
  thing.mutable_when()->set_nanos(999999000);
  Create(thing);
  thing = Named("leap");
  thing.mutable_when()->set_seconds(absl::ToUnixSeconds(absl::FromCivil(
      absl::CivilSecond(2024, 2, 29, 7, 8, 9), absl::UTCTimeZone())));
  Create(thing);
  Create("never");
  EXPECT_THAT(Where(ThingModel::when.Year() == 2023), ElementsAre("eve"));
  EXPECT_THAT(Where(ThingModel::when.Year() != 2023),
              ElementsAre("leap", "never"));
  EXPECT_THAT(Where(ThingModel::when.Month() == 12), ElementsAre("eve"));
  EXPECT_THAT(Where(ThingModel::when.Day() == 29), ElementsAre("leap"));
  EXPECT_THAT(Where(ThingModel::when.WeekDay() == 1), ElementsAre("eve"));
  EXPECT_THAT(Where(ThingModel::when.WeekDay() == 5), ElementsAre("leap"));
  EXPECT_THAT(Where(ThingModel::when.Hour() == 23), ElementsAre("eve"));
  EXPECT_THAT(Where(ThingModel::when.Minute() == 8), ElementsAre("leap"));
  EXPECT_THAT(Where(ThingModel::when.Second() == 59), ElementsAre("eve"));
  EXPECT_THAT(
      Where(ThingModel::when.Year() * 100 + ThingModel::when.Month() == 202402),
      ElementsAre("leap"));
}

TEST_P(ConditionsTest, ProtobufsTimesAreTimes) {
  Thing thing = Named("a");
  thing.mutable_when()->set_seconds(100);
  thing.mutable_span()->set_seconds(60);
  Create(thing);
  EXPECT_THAT(Where(ThingModel::when == thing.when()), ElementsAre("a"));
  EXPECT_THAT(Where(ThingModel::when.In({thing.when()})), ElementsAre("a"));
  EXPECT_THAT(Where(ThingModel::span <= thing.span()), ElementsAre("a"));
  EXPECT_THAT(Where(ThingModel::when < absl::InfiniteFuture()),
              ElementsAre("a"));
  EXPECT_THAT(Where(ThingModel::when == absl::InfinitePast()), IsEmpty());
  google::protobuf::Timestamp wrong;
  wrong.set_nanos(-1);
  EXPECT_EQ(things().Filter(ThingModel::when == wrong).Count().status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_P(ConditionsTest, EnumsAreComparedAsTheyAreStored) {
  Thing thing = Named("red");
  thing.set_color(orm_test::RED);
  thing.set_named_color(orm_test::RED);
  Create(thing);
  EXPECT_THAT(Where(ThingModel::color == orm_test::RED), ElementsAre("red"));
  EXPECT_THAT(Where(ThingModel::named_color != orm_test::BLUE),
              ElementsAre("red"));
  EXPECT_EQ(things()
                .Filter(ThingModel::color == ThingModel::named_color)
                .Count()
                .status()
                .code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_P(ConditionsTest, PathsLeadIntoJson) {
  Thing thing = Named("a");
  auto& fields = *thing.mutable_any()->mutable_struct_value()->mutable_fields();
  fields["severity"].set_number_value(3);
  fields["who"].set_string_value("ann");
  fields["open"].set_bool_value(true);
  fields["none"].set_null_value(google::protobuf::NULL_VALUE);
  auto* const list = fields["list"].mutable_list_value();
  list->add_values()->set_string_value("x");
  list->add_values()->set_number_value(1.5);
  thing.mutable_part()->set_name("wheel");
  thing.mutable_part()->set_count(int64_t{1} << 60);
  thing.add_parts()->set_count(7);
  (*thing.mutable_counts())["apples"] = 5;
  (*thing.mutable_counts())["back\\slash"] = 6;
  (*thing.mutable_counts())["a\ttab"] = 7;
  Create(thing);
  Create("without");
  const auto path = [](const auto&... steps) {
    return ThingModel::any.Path(steps...);
  };
  EXPECT_THAT(Where(path("severity") == 3), ElementsAre("a"));
  EXPECT_THAT(Where(path("severity") == "3"), IsEmpty());
  EXPECT_THAT(Where(path("severity") > 2.5), ElementsAre("a"));
  EXPECT_THAT(Where(path("severity") != 3), ElementsAre("without"));
  EXPECT_THAT(Where(path("who") == "ann"), ElementsAre("a"));
  EXPECT_THAT(Where(path("who") < 5), IsEmpty());
  EXPECT_THAT(Where(path("who").Text().Contains("nn")), ElementsAre("a"));
  EXPECT_THAT(Where(path("open") == true), ElementsAre("a"));
  EXPECT_THAT(Where(path("open") == 1), IsEmpty());
  EXPECT_THAT(Where(path("none") == std::nullopt), ElementsAre("a"));
  EXPECT_THAT(Where(path("none").IsNull()), ElementsAre("without"));
  EXPECT_THAT(Where(path("nothing").IsNull()), ElementsAre("a", "without"));
  EXPECT_THAT(Where(path("list", 0) == "x"), ElementsAre("a"));
  EXPECT_THAT(Where(path("list", 1) >= 1.5), ElementsAre("a"));
  EXPECT_THAT(Where(path("list", 2).IsNull()), ElementsAre("a", "without"));
  // By the names of fields; 64-bit numbers are texts in ProtoJSON.
  EXPECT_THAT(Where(ThingModel::part.Path("name") == "wheel"),
              ElementsAre("a"));
  EXPECT_THAT(Where(ThingModel::part.Path("count") == (int64_t{1} << 60)),
              ElementsAre("a"));
  EXPECT_THAT(Where(ThingModel::parts.Path(0, "count") == 7), ElementsAre("a"));
  EXPECT_THAT(Where(ThingModel::counts.Path("apples") == 5), ElementsAre("a"));
  EXPECT_THAT(Where(ThingModel::counts.Path("back\\slash") == 6),
              ElementsAre("a"));
  EXPECT_THAT(Where(ThingModel::counts.Path("a\ttab") == 7), ElementsAre("a"));
  EXPECT_THAT(Where(ThingModel::part == std::nullopt), ElementsAre("without"));
  // What is stored as bytes has no paths.
  const auto bytes =
      things().Filter(ThingModel::raw.Path("name") == "x").Count();
  EXPECT_EQ(bytes.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(bytes.status().message()),
              HasSubstr("Thing.raw is not stored as JSON"));
}

TEST_P(ConditionsTest, PatternsThatAreNone) {
  Create("a");
  for (const auto& condition :
       {ThingModel::name.Regex("("), !ThingModel::name.IRegex("[a")}) {
    const auto found = things().Filter(condition).All();
    EXPECT_EQ(found.status().code(), absl::StatusCode::kInvalidArgument)
        << found.status();
  }
}

INSTANTIATE_TEST_SUITE_P(Databases, ConditionsTest, kEitherDatabase,
                         NameOfDatabase);

}  // namespace
}  // namespace modelservice
