// SQL of a program's own, on SQLite and on PostgreSQL.
#include "modelservice/raw_query.h"

#include <tuple>

#include "modelservice/orm/thing_test_support.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RawQueryTest : public ThingTest {};

TEST_P(RawQueryTest, GivesTuples) {
  Create("it's ?", 1);
  Create("b");
  using Rows =
      std::vector<std::tuple<int64_t, std::string, std::optional<int>>>;
  const absl::StatusOr<Rows> rows =
      database()
          .Query(
              "SELECT id, name, rank FROM thing -- why?\n"
              "WHERE name <> '?' AND name <> ? ORDER BY id",
              "x")
          .Tuples<int64_t, std::string, std::optional<int>>();
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_THAT(*rows, ElementsAre(std::make_tuple(1, "it's ?", 1),
                                 std::make_tuple(2, "b", std::nullopt)));
  const auto one =
      database()
          .Query("SELECT COUNT(*) FROM thing WHERE name = ? AND rank = ?",
                 std::string("it's ?"), 1)
          .Tuples<int64_t>();
  ASSERT_TRUE(one.ok()) << one.status();
  EXPECT_THAT(*one, ElementsAre(std::make_tuple(1)));
}

TEST_P(RawQueryTest, GivesRows) {
  Create("a", 7);
  const auto rows =
      database().Query("SELECT name, rank, nick FROM thing").Rows();
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_EQ(rows->size(), 1u);
  EXPECT_EQ((*rows)[0][0].value().text(), "a");
  EXPECT_EQ((*rows)[0][1].value().integer(), 7);
  EXPECT_TRUE((*rows)[0][2].value().is_null());
}

TEST_P(RawQueryTest, GivesMessages) {
  Create("a", 7);
  Create("b");
  const auto some = things().Raw(
      database().Query("SELECT id, rank FROM thing WHERE id > ? ORDER BY id",
                       0),
      ThingModel::id, ThingModel::rank);
  ASSERT_TRUE(some.ok()) << some.status();
  ASSERT_EQ(some->size(), 2u);
  EXPECT_EQ((*some)[0].id(), 1);
  EXPECT_EQ((*some)[0].rank(), 7);
  EXPECT_EQ((*some)[0].name(), "");
  EXPECT_FALSE((*some)[1].has_rank());
  // Without columns it is all of the model's.
  const auto few = things().Raw(database().Query("SELECT id, rank FROM thing"));
  EXPECT_EQ(few.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(few.status().message()),
              HasSubstr("rows of 2 values"));
  const auto all =
      things().Raw(database().Query("SELECT * FROM thing WHERE name = ?", "a"));
  ASSERT_TRUE(all.ok()) << all.status();
  ASSERT_EQ(all->size(), 1u);
  EXPECT_EQ(
      (*all)[0].SerializeAsString(),
      things().Filter(ThingModel::name == "a").Get()->SerializeAsString());
}

TEST_P(RawQueryTest, Writes) {
  Create("a", 1);
  Create("b", 2);
  EXPECT_EQ(
      *database().Execute("UPDATE thing SET rank = ?, nick = ? "
                          "WHERE name = ?",
                          std::nullopt, std::optional<std::string>("n"), "a"),
      1);
  EXPECT_THAT(Where(ThingModel::nick == "n" && ThingModel::rank.IsNull()),
              ElementsAre("a"));
  const auto returned =
      database()
          .Query("DELETE FROM thing WHERE rank = ? RETURNING name", 2)
          .Tuples<std::string>();
  ASSERT_TRUE(returned.ok()) << returned.status();
  EXPECT_THAT(*returned, ElementsAre(std::make_tuple("b")));
}

TEST_P(RawQueryTest, IsPartOfTheTransaction) {
  const absl::Status status =
      database().Transact([&](Transaction& tx) -> absl::Status {
        Thing thing = Named("a");
        EXPECT_TRUE(Objects<Thing>(tx).Create(&thing).ok());
        EXPECT_EQ(*database().Execute("UPDATE thing SET name = ?", "b"), 1);
        return absl::AbortedError("undo");
      });
  EXPECT_EQ(status, absl::AbortedError("undo"));
  EXPECT_THAT(Where({}), IsEmpty());
}

// A text is never equal to them on SQLite.
TEST_P(RawQueryTest, BindsBytes) {
  const std::string bytes("\0\xff'", 3);
  Thing thing = Named("a");
  thing.set_data(bytes);
  Create(thing);
  EXPECT_EQ(database()
                .Query("SELECT id FROM thing WHERE data = ?", AsBytes(bytes))
                .Rows()
                ->size(),
            1u);
  EXPECT_EQ(*database().Execute("UPDATE thing SET data = ?",
                                std::optional<AsBytes>(AsBytes("b"))),
            1);
  EXPECT_EQ((*things().Rows().Get()).data(), "b");
}

TEST_P(RawQueryTest, RefusesWhatDoesNotFit) {
  Create("a");
  const absl::Status count =
      database().Query("SELECT 1 WHERE 1 = ?").Rows().status();
  EXPECT_EQ(count.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(count.message()),
              HasSubstr("There are 0 values for 1 question marks in: SELECT"));
  const absl::Status width = database()
                                 .Query("SELECT id FROM thing")
                                 .Tuples<int64_t, int64_t>()
                                 .status();
  EXPECT_EQ(width.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(database()
                .Query("SELECT 4000000000 FROM thing")
                .Tuples<int32_t>()
                .status()
                .code(),
            absl::StatusCode::kOutOfRange);
  const absl::Status null =
      database().Query("SELECT rank FROM thing").Tuples<int32_t>().status();
  EXPECT_EQ(null.code(), absl::StatusCode::kInternal);
  EXPECT_THAT(std::string(null.message()), HasSubstr("std::optional"));
  EXPECT_EQ(database()
                .Execute("UPDATE thing SET rank = ?", ~uint64_t{0})
                .status()
                .code(),
            absl::StatusCode::kInvalidArgument);
}

INSTANTIATE_TEST_SUITE_P(Databases, RawQueryTest, kEitherDatabase,
                         NameOfDatabase);

}  // namespace
}  // namespace modelservice
