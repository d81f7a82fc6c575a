// SQL of a program's own, on SQLite and on PostgreSQL.
#include "modelservice/raw_query.h"

#include <tuple>

#include "modelservice/db/error.h"
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

// A statement may leave a value's type to the value.
TEST_P(RawQueryTest, ValuesHaveTypesOfTheirOwn) {
  Create("a", 7);
  Create("b", 8);
  const auto names = [&](std::optional<int64_t> rank,
                         std::optional<absl::string_view> name) {
    const auto rows =
        database()
            .Query(
                "SELECT name FROM thing WHERE (? IS NULL OR rank = ?) "
                "AND (? IS NULL OR name = ?) ORDER BY id",
                rank, rank, name, name)
            .Tuples<std::string>();
    EXPECT_TRUE(rows.ok()) << rows.status();
    std::vector<std::string> names;
    for (const auto& [given] :
         rows.value_or(std::vector<std::tuple<std::string>>())) {
      names.push_back(given);
    }
    return names;
  };
  // The first time, and when it is known; in either order of kinds.
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(names({}, {}), ElementsAre("a", "b"));
    EXPECT_THAT(names(8, {}), ElementsAre("b"));
    EXPECT_THAT(names({}, "a"), ElementsAre("a"));
    EXPECT_THAT(names(8, "a"), IsEmpty());
  }
  const auto known = [&](const auto& value) {
    const auto rows =
        database().Query("SELECT ? IS NULL", value).template Tuples<bool>();
    EXPECT_TRUE(rows.ok()) << rows.status();
    return rows.ok() && !std::get<0>((*rows)[0]);
  };
  EXPECT_TRUE(known(1));
  EXPECT_TRUE(known(1.5));
  EXPECT_TRUE(known("text"));
  EXPECT_TRUE(known(AsBytes(absl::string_view("\0\xff", 2))));
  EXPECT_TRUE(known(absl::UnixEpoch()));
  EXPECT_TRUE(known(true));
  EXPECT_FALSE(known(std::nullopt));
  // None of two operands says what the other one is.
  const auto sum =
      database().Query("SELECT ? + ?, -?", 2, 3, 4).Tuples<int64_t, int64_t>();
  ASSERT_TRUE(sum.ok()) << sum.status();
  EXPECT_THAT(*sum, ElementsAre(std::make_tuple(5, -4)));
}

TEST_P(RawQueryTest, ATransactionGoesOnBehindAValueOfNoType) {
  const absl::Status status =
      database().Transact([&](Transaction& tx) -> absl::Status {
        Thing thing = Named("a");
        EXPECT_TRUE(Objects<Thing>(tx).Create(&thing).ok());
        for (int i = 0; i < 2; ++i) {
          EXPECT_EQ(*database().Execute(
                        "UPDATE thing SET rank = 5 WHERE ? IS NULL OR rank = ?",
                        std::nullopt, std::nullopt),
                    1);
        }
        EXPECT_EQ(database().Execute("UPDAET thing").status().code(),
                  absl::StatusCode::kInvalidArgument);
        return absl::OkStatus();
      });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(Where(ThingModel::rank == 5), ElementsAre("a"));
}

// What a program has written wrongly is its argument, and no fault of the
// database's.
TEST_P(RawQueryTest, SaysWhereSqlIsWrong) {
  const auto fault = [&](absl::string_view sql, const auto&... values) {
    const absl::Status status =
        database().Query(sql, values...).Rows().status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    return std::string(status.message());
  };
  EXPECT_THAT(fault("SELECT id FORM thing"), HasSubstr("line 1, column "));
  EXPECT_THAT(fault("SELECT id\nFORM thing WHERE id = ?", 1),
              AllOf(HasSubstr("syntax error"), HasSubstr("thing"),
                    HasSubstr("line 2, column "),
                    HasSubstr("of: SELECT id\nFORM thing WHERE id = ")));
  EXPECT_THAT(fault("SELECT absent FROM thing"),
              AllOf(HasSubstr("absent"), HasSubstr("line 1, column 8 of: ")));
  EXPECT_THAT(fault("SELECT id FROM absent"),
              AllOf(HasSubstr("absent"), HasSubstr("SELECT id FROM absent")));
  EXPECT_THAT(fault("SELECT absent(id) FROM thing"),
              AllOf(HasSubstr("absent"), HasSubstr("column 8 of: SELECT")));
  EXPECT_THAT(fault("SELECT MAX(name) FROM thing WHERE MAX(id) > 1"),
              HasSubstr("aggregate"));
  EXPECT_THAT(fault("SELECT 1; SELECT 2"), HasSubstr("SELECT 1; SELECT 2"));
  const auto kind = [&](absl::string_view sql) {
    return GetDatabaseError(database().Query(sql).Rows().status())->kind;
  };
  // What it is to a client is told by this, and no client has written it.
  EXPECT_EQ(kind("SELECT absent FROM thing"), DatabaseError::Kind::kSchema);
  EXPECT_EQ(kind("SELEC"), DatabaseError::Kind::kSyntax);
}

// SQLite compares anything with anything.
TEST_P(RawQueryTest, SaysWhichValueIsOfAnotherType) {
  if (!on_postgres()) return;
  const auto fault = [&](absl::string_view sql, const auto&... values) {
    const absl::Status status =
        database().Query(sql, values...).Rows().status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    return std::string(status.message());
  };
  EXPECT_THAT(
      fault("SELECT id FROM thing WHERE name = ? AND rank = ?", "a", "abc"),
      AllOf(HasSubstr("parameter 2: a text does not fit the type "
                      "integer; in: SELECT id FROM thing WHERE name = "
                      "$1 AND rank = $2")));
  EXPECT_THAT(fault("SELECT id FROM thing WHERE rank = ?", 1.5),
              HasSubstr("parameter 1: a number does not fit the type integer"));
  EXPECT_THAT(fault("SELECT id FROM thing WHERE rank = 'abc'"),
              AllOf(HasSubstr("integer: \"abc\""),
                    HasSubstr("line 1, column 35 of: SELECT")));
  EXPECT_THAT(fault("SELECT id FROM thing WHERE rank = name"),
              AllOf(HasSubstr("integer = text"),
                    HasSubstr("line 1, column 33 of: SELECT")));
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
