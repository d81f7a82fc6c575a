// Lists over PostgreSQL's arrays of any type.
#include <array>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "columns_fixture.h"

namespace integration {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ListColumnsTest : public ColumnsTest {
 protected:
  struct Types {
    const char* words = "text[]";
    const char* numbers = "bigint[]";
    const char* truths = "bool[]";
    const char* raws = "bytea[]";
    const char* times = "timestamptz[]";
    const char* spans = "interval[]";
    const char* moods = "text[]";
    const char* text = "text";
  };
  void StartLists(const Types& types, const std::string& values) {
    Start(
        RegisterColumns,
        Made(absl::StrCat(
            "CREATE EXTENSION citext; CREATE TYPE mood AS ENUM ('SAD', "
            "'HAPPY'); CREATE DOMAIN word AS varchar(9); CREATE DOMAIN count "
            "AS bigint CHECK (VALUE > 0); CREATE DOMAIN truth AS bool; "
            "CREATE DOMAIN raw AS bytea; CREATE DOMAIN moment AS "
            "timestamptz; CREATE DOMAIN span AS interval; CREATE TABLE lists "
            "(id bigint NOT NULL PRIMARY KEY, name text NOT NULL, words ",
            types.words, ", numbers ", types.numbers, ", truths ", types.truths,
            ", raws ", types.raws, ", times ", types.times, ", spans ",
            types.spans, ", moods ", types.moods, ", text ", types.text,
            "); INSERT INTO lists VALUES (1, 'a', ", values, ")")));
    lists_ = ListsOf::NewStub(server().channel());
  }
  Lists Read() {
    CellKey key;
    key.set_id(1);
    Lists lists;
    EXPECT_THAT(Call(*lists_, &ListsOf::Stub::Retrieve, key, &lists), IsOk());
    return lists;
  }
  // Whether the row is the same when what is read comes back with another name.
  void ExpectKept() {
    const std::string columns =
        "SELECT concat_ws(';', words, numbers, truths, raws, times, spans, "
        "moods, text) FROM lists";
    const std::string before = QuerySql(url_, columns);
    Lists lists = Read();
    lists.set_name(lists.name() + "b");
    Lists reply;
    ASSERT_THAT(Call(*lists_, &ListsOf::Stub::Update, lists, &reply), IsOk());
    EXPECT_THAT(reply, EqualsMessage(lists));
    EXPECT_EQ(QuerySql(url_, columns), before);
  }

  std::unique_ptr<ListsOf::Stub> lists_;
};

TEST_F(ListColumnsTest, ElementsMayBeOfDomainsEnumsAndExtensions) {
  if (!OnPostgres()) return;
  StartLists(
      {"citext[]", "count[]", "truth[]", "raw[]", "moment[]", "span[]",
       "mood[]"},
      R"('{a,"b \"c\"",NULLS}', '{1,9007199254740993}', '{t,f}', )"
      R"('{"\\x00ff"}', '{"2024-02-29 12:00:00+02"}', '{"1 day 00:00:01"}', )"
      R"('{HAPPY,SAD}', '')");
  Lists lists = Read();
  EXPECT_THAT(lists.words(), ElementsAre("a", "b \"c\"", "NULLS"));
  EXPECT_THAT(lists.numbers(), ElementsAre(1, 9007199254740993));
  EXPECT_THAT(lists.truths(), ElementsAre(true, false));
  EXPECT_THAT(lists.raws(), ElementsAre(std::string("\0\xff", 2)));
  ASSERT_EQ(lists.times_size(), 1);
  EXPECT_EQ(lists.times(0).seconds(), 1709200800);
  ASSERT_EQ(lists.spans_size(), 1);
  EXPECT_EQ(lists.spans(0).seconds(), 86401);
  EXPECT_THAT(lists.moods(), ElementsAre(Lists::HAPPY, Lists::SAD));
  ExpectKept();

  lists.set_words(0, "{,}\\");
  lists.add_words("");
  lists.set_numbers(0, 7);
  lists.add_truths(true);
  lists.set_raws(0, "x");
  lists.mutable_times(0)->set_seconds(5);
  lists.mutable_spans(0)->set_nanos(500000000);
  lists.add_moods(Lists::SAD);
  Lists reply;
  EXPECT_THAT(Call(*lists_, &ListsOf::Stub::Update, lists, &reply), IsOk());
  EXPECT_THAT(reply, EqualsMessage(lists));
  EXPECT_THAT(Read(), EqualsMessage(lists));
  EXPECT_EQ(QuerySql(url_, "SELECT words[1] || moods[3] FROM lists"),
            "{,}\\SAD");

  lists.set_id(2);
  lists.clear_words();
  lists.clear_moods();
  EXPECT_THAT(Call(*lists_, &ListsOf::Stub::Create, lists, &reply), IsOk());
  EXPECT_THAT(reply.words(), IsEmpty());
  EXPECT_THAT(reply, EqualsMessage(lists));
  lists.set_id(3);
  lists.set_numbers(0, -1);
  EXPECT_EQ(Call(*lists_, &ListsOf::Stub::Create, lists, &reply).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(ListColumnsTest, ElementsMayBeOfTypesThatOnlyTheDatabaseKnows) {
  if (!OnPostgres()) return;
  for (const auto& [type, value, shown, other, wrong] :
       {std::array<const char*, 5>{"inet[]", "{10.0.0.1/8}", "10.0.0.1/8",
                                   "::1", "here"},
        {"word[]", "{a}", "a", "b,c", "longer than nine"},
        {"mood[]", "{SAD}", "SAD", "HAPPY", "so-so"},
        {"money[]", "{\"$1,000.00\"}", "$1,000.00", "$2.50", "much"},
        {"bit(3)[]", "{101}", "101", "111", "11"},
        {"int4range[]", "{\"[1,5)\"}", "[1,5)", "[2,3)", "[2"}}) {
    SCOPED_TRACE(type);
    Types types;
    types.words = type;
    StartLists(types, absl::StrCat("'", value,
                                   "', '{}', '{}', '{}', '{}', "
                                   "'{}', '{}', ''"));
    ExpectKept();
    Lists lists = Read();
    EXPECT_THAT(lists.words(), ElementsAre(shown));
    lists.set_words(0, other);
    Lists reply;
    EXPECT_THAT(Call(*lists_, &ListsOf::Stub::Update, lists, &reply), IsOk());
    EXPECT_THAT(reply.words(), ElementsAre(other));
    lists.set_words(0, wrong);
    EXPECT_EQ(Call(*lists_, &ListsOf::Stub::Update, lists, &reply).error_code(),
              grpc::StatusCode::INVALID_ARGUMENT);
    RunSql(url_,
           "DROP TABLE lists; DROP DOMAIN word, count, truth, raw, moment, "
           "span; DROP TYPE mood; DROP EXTENSION citext");
  }
}

// A month is not always as long.
TEST_F(ListColumnsTest, SpansKeepTheirDaysAndMonths) {
  if (!OnPostgres()) return;
  Types types;
  types.text = "interval[]";
  StartLists(types,
             "'{}', '{}', '{}', '{}', '{}', '{1 mon,\"-1 days 01:00:00\"}', "
             "'{}', '{1 year 2 mons,\"-3 days 04:05:06.5\",00:00:01}'");
  const Lists lists = Read();
  ASSERT_EQ(lists.spans_size(), 2);
  EXPECT_EQ(lists.spans(0).seconds(), 30 * 86400);
  EXPECT_EQ(lists.spans(1).seconds(), -23 * 3600);
  EXPECT_EQ(
      lists.text(),
      "[\"1 year 2 mons 00:00:00\",\"-3 04:05:06.500000\",\"1.000000s\"]");
  ExpectKept();
}

}  // namespace
}  // namespace integration
