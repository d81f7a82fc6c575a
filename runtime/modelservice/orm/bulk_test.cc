// Many rows at once: how many statements they take, and which row an error is
// of.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"
#include "modelservice/orm/thing_test_support.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

class BulkTest : public ThingTest {
 protected:
  void SetUp() override {
    ThingTest::SetUp();
    if (!has_database()) return;
    ASSERT_TRUE(
        database().RunScript("CREATE UNIQUE INDEX one ON thing (name)").ok());
  }
  std::vector<Thing> Made(int count) {
    std::vector<Thing> many;
    for (int i = 0; i < count; ++i) {
      many.push_back(Named(absl::StrCat("n", i), i));
    }
    EXPECT_EQ(*things().BulkCreate(many), count);
    return *things().OrderBy(ThingModel::id).All();
  }
  int64_t Statements() { return database().statement_log().statements(); }
  std::optional<size_t> RowOf(const absl::Status& status) {
    const auto error = GetDatabaseError(status);
    EXPECT_TRUE(error.has_value()) << status;
    if (!error.has_value() || !error->row.has_value()) return std::nullopt;
    EXPECT_THAT(std::string(status.message()),
                StartsWith(absl::StrCat("[", *error->row, "]: ")));
    return error->row;
  }
};

TEST_P(BulkTest, UpdatesSomeHundredByAStatement) {
  std::vector<Thing> many = Made(1300);
  for (Thing& thing : many) {
    const int64_t i = thing.id();
    thing.clear_rank();
    if (i % 2 == 0) thing.set_rank(static_cast<int32_t>(-i));
    thing.set_name(absl::StrCat("m", i));
    thing.set_data(std::string("\0\xff", 2));
    thing.mutable_when()->set_seconds(i);
    thing.mutable_span()->set_seconds(-i);
    thing.set_color(orm_test::BLUE);
    thing.set_named_color(orm_test::RED);
    thing.set_price(absl::StrCat(i, ".50"));
    thing.set_ratio(0.5);
    thing.set_big(1);
    thing.mutable_part()->set_name("p");
    thing.mutable_nick()->set_value("q");
  }
  const int64_t before = Statements();
  const auto changed = things().BulkUpdate(
      many, ThingModel::rank, ThingModel::name, ThingModel::data,
      ThingModel::when, ThingModel::span, ThingModel::color,
      ThingModel::named_color, ThingModel::ratio, ThingModel::big,
      ThingModel::part, ThingModel::nick);
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_EQ(*changed, 1300);
  // Of 24 values a row, 256 rows.
  EXPECT_LE(Statements() - before, 8);
  const auto stored = *things().OrderBy(ThingModel::id).All();
  ASSERT_EQ(stored.size(), many.size());
  for (size_t i = 0; i < many.size(); i += 100) {
    Thing expected = many[i];
    expected.clear_price();
    Thing found = stored[i];
    found.clear_price();
    EXPECT_EQ(found.ShortDebugString(), expected.ShortDebugString());
    EXPECT_NE(stored[i].price(), many[i].price());  // not asked for
  }
}

TEST_P(BulkTest, TheLastOfOneRowStays) {
  std::vector<Thing> many = Made(3);
  many.push_back(many[0]);
  many[0].set_rank(10);
  many[3].set_rank(13);
  Thing gone = Named("gone", 9);
  gone.set_id(99);
  many.push_back(gone);
  const auto changed = things().BulkUpdate(many, ThingModel::rank);
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_EQ(*changed, 4);
  EXPECT_EQ((*things().Filter(ThingModel::name == "n0").Get()).rank(), 13);
}

// One after the other no two rows have a name, all at once they might.
TEST_P(BulkTest, RowsMayTakeEachOthersPlace) {
  std::vector<Thing> many = Made(4);
  for (size_t i = 0; i < many.size(); ++i) {
    many[i].set_name(i == 0 ? "new" : absl::StrCat("n", i - 1));
  }
  const auto changed = things().BulkUpdate(many, ThingModel::name);
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_EQ(Names(things().OrderBy(ThingModel::id).All()),
            (std::vector<std::string>{"new", "n0", "n1", "n2"}));
}

TEST_P(BulkTest, ErrorsSayWhichRow) {
  std::vector<Thing> many = Made(600);
  many[555].set_name("n7");
  const auto updated = things().BulkUpdate(many, ThingModel::name);
  EXPECT_EQ(updated.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(RowOf(updated.status()), 555);
  std::vector<Thing> created;
  for (int i = 0; i < 20; ++i) {
    created.push_back(Named(i == 17 ? "n3" : absl::StrCat("x", i)));
  }
  const auto refused = things().BulkCreate(created);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(RowOf(refused.status()), 17);
  EXPECT_EQ(*things().Count(), 600);
  // And what a column cannot hold.
  created[17].set_name("x17");
  created[4].mutable_when()->set_seconds(1LL << 60);
  const auto time = things().BulkCreate(created, Validation::kSkip).status();
  EXPECT_EQ(time.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(time.message()), StartsWith("[4].when: "));
}

// What is shown as the same stays: an SQLite time that is a number, a span of
// PostgreSQL's that is a month.
TEST_P(BulkTest, WhatIsShownTheSameStays) {
  std::vector<Thing> many = Made(3);
  ASSERT_TRUE(database()
                  .RunScript(on_postgres()
                                 ? "UPDATE thing SET span = '1 month'"
                                 : "UPDATE thing SET \"when\" = 86400")
                  .ok());
  many = *things().OrderBy(ThingModel::id).All();
  many[1].mutable_span()->set_seconds(5);
  many[1].mutable_when()->set_seconds(5);
  const int64_t before = Statements();
  ASSERT_EQ(*things().BulkUpdate(many, ThingModel::span, ThingModel::when), 3);
  EXPECT_EQ(Statements() - before, 1);
  const auto odd =
      database()
          .Query(on_postgres()
                     ? "SELECT id FROM thing WHERE span::text = '1 mon'"
                     : "SELECT id FROM thing WHERE typeof(\"when\") = "
                       "'integer'")
          .Tuples<int64_t>();
  ASSERT_TRUE(odd.ok()) << odd.status();
  EXPECT_EQ(*odd, (std::vector<std::tuple<int64_t>>{{1}, {3}}));
}

TEST_P(BulkTest, GivesBackWhatWasStored) {
  std::vector<Thing> many;
  for (int i = 0; i < 1300; ++i) many.push_back(Named(absl::StrCat("n", i), i));
  const int64_t before = Statements();
  const auto created = things().BulkCreate(&many);
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_EQ(*created, 1300);
  EXPECT_LE(Statements() - before, 8);
  const auto stored = *things().OrderBy(ThingModel::id).All();
  ASSERT_EQ(stored.size(), many.size());
  for (size_t i = 0; i < many.size(); ++i) {
    ASSERT_EQ(many[i].name(), absl::StrCat("n", i));
    ASSERT_EQ(many[i].SerializeAsString(), stored[i].SerializeAsString());
  }
  std::vector<Thing> none;
  EXPECT_EQ(*things().BulkCreate(&none), 0);
}

// All or none, and the messages stay what they were.
TEST_P(BulkTest, NamesTheRowThatIsNotGivenBack) {
  std::vector<Thing> many;
  for (int i = 0; i < 700; ++i) many.push_back(Named(absl::StrCat("n", i), i));
  std::vector<Thing> twice = many;
  twice[650].set_name("n3");
  const absl::Status taken = things().BulkCreate(&twice).status();
  EXPECT_TRUE(HasKind(taken, DatabaseError::Kind::kUnique)) << taken;
  EXPECT_EQ(RowOf(taken), 650);
  EXPECT_EQ(twice[0].id(), 0);
  std::vector<Thing> wrong = many;
  wrong[600].clear_must();
  const absl::Status refused = things().BulkCreate(&wrong).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(refused.message()), StartsWith("[600].must"));
  EXPECT_EQ(*things().Count(), 0);
}

INSTANTIATE_TEST_SUITE_P(Databases, BulkTest, kEitherDatabase, NameOfDatabase);

}  // namespace
}  // namespace modelservice
