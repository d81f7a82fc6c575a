// Columns that are looked for in lists: of any length, and of every type.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "modelservice/objects.h"
#include "modelservice/orm/thing_test_support.h"

namespace modelservice {
namespace {

class ListsTest : public ThingTest {
 protected:
  static Thing Good(int i) {
    Thing thing;
    thing.set_must("m");
    thing.set_name(absl::StrCat("thing ", i));
    thing.set_rank(i);
    return thing;
  }

  // How many rows there are among which, and how many not.
  void ExpectFound(const Condition<Thing>& among, int64_t found) {
    const Objects<Thing> things(database());
    const auto count = things.Filter(among).Count();
    ASSERT_TRUE(count.ok()) << count.status();
    EXPECT_EQ(*count, found);
    EXPECT_EQ(*things.Exclude(among).Count(), *things.Count() - found);
  }
};

TEST_P(ListsTest, OfAHundredThousand) {
  std::vector<Thing> rows;
  for (int i = 0; i < 1000; ++i) rows.push_back(Good(i));
  const Objects<Thing> things(database());
  ASSERT_EQ(*things.BulkCreate(rows), 1000);
  std::vector<int32_t> even;
  std::vector<std::string> names;
  for (int i = 0; i < 200000; i += 2) {
    even.push_back(i);
    names.push_back(absl::StrCat("thing ", i));
  }
  ASSERT_EQ(even.size(), 100000u);
  ExpectFound(ThingModel::rank.In(even), 500);
  ExpectFound(ThingModel::name.In(names), 500);
  EXPECT_EQ(*things.Filter(ThingModel::rank.In(even)).Delete(), 500);
  EXPECT_EQ(*things.Count(), 500);
}

TEST_P(ListsTest, OfEveryType) {
  Thing thing = Good(1);
  const std::string nul("a\0b", 3);
  thing.set_data(nul);
  thing.set_color(orm_test::RED);
  thing.set_named_color(orm_test::BLUE);
  thing.mutable_when()->set_seconds(1700000000);
  thing.mutable_when()->set_nanos(500000000);
  thing.mutable_span()->set_seconds(-61);
  thing.mutable_span()->set_nanos(-500000000);
  thing.set_price("1.10");
  thing.set_ratio(0.1);
  thing.set_big(uint64_t{1} << 62);
  thing.set_name("\"{,}\\");
  const Objects<Thing> things(database());
  const absl::Status created = things.Create(&thing, Validation::kSkip);
  ASSERT_TRUE(created.ok()) << created;
  Thing other = Good(2);
  other.mutable_when()->set_seconds(1);
  other.mutable_span()->set_seconds(2);
  other.set_price("3");
  ASSERT_TRUE(things.Create(&other).ok());

  const absl::Time when =
      absl::FromUnixSeconds(1700000000) + absl::Milliseconds(500);
  ExpectFound(ThingModel::data.In({"x", nul}), 1);
  ExpectFound(ThingModel::color.In({orm_test::RED, orm_test::BLUE}), 1);
  ExpectFound(ThingModel::named_color.In({orm_test::RED, orm_test::BLUE}), 1);
  ExpectFound(ThingModel::when.In({absl::UnixEpoch(), when}), 1);
  ExpectFound(ThingModel::span.In({absl::Seconds(1), absl::Seconds(-61.5)}), 1);
  ExpectFound(ThingModel::price.In({"0", "1.1"}), 1);
  ExpectFound(ThingModel::ratio.In({0.1, 0.2}), 1);
  ExpectFound(ThingModel::big.In({uint64_t{1} << 62}), 1);
  ExpectFound(ThingModel::title.In({"x", ""}), 2);
  ExpectFound(ThingModel::name.In({"NULL", "{}", "\"{,}\\"}), 1);
  ExpectFound(ThingModel::name.In({"thing 2", "\"{,}\\", "thing 2"}), 2);
}

TEST_P(ListsTest, OfNothing) {
  Thing thing = Good(1);
  const Objects<Thing> things(database());
  ASSERT_TRUE(things.Create(&thing).ok());
  ExpectFound(ThingModel::name.In({}), 0);
  // No text of the database's has a NUL in it on PostgreSQL.
  ExpectFound(ThingModel::name.In({std::string("a\0b", 3)}), 0);
}

INSTANTIATE_TEST_SUITE_P(Databases, ListsTest, kEitherDatabase, NameOfDatabase);

}  // namespace
}  // namespace modelservice
