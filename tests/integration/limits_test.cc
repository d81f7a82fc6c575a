// Columns of another program that are too small for their fields: what they
// would round or cut is refused, and so is what they cannot hold, by the name
// of the field.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"
#include "modelservice/objects.h"
#include "typed_fixture.h"

namespace integration {
namespace {

using ::grpc::StatusCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kWholeSeconds[] = "Ensure that the seconds are a whole number.";
constexpr char kMilliseconds[] =
    "Ensure that the seconds have no more than 3 decimal places.";

// A string over a column.
struct Text {
  const char* type;
  const char* kept;
  const char* lost;
  const char* words;
};
constexpr Text kTexts[] = {
    {"interval day", "1 00:00:00", "1 02:00:00",
     "Ensure that this is a whole number of days."},
    {"interval year to month", "1 year 2 mons 00:00:00", "1 00:00:00",
     "Ensure that this is a whole number of months."},
    {"interval day to minute", "1 02:03:00", "00:00:01",
     "Ensure that this is a whole number of minutes."},
    {"interval(0)", "00:00:01", "00:00:01.500000", kWholeSeconds},
    {"timestamptz(0)", "2024-02-29T13:14:15Z", "2024-02-29T13:14:15.5Z",
     kWholeSeconds},
    {"timestamp(3)", "2024-02-29T13:14:15.123000Z", "2024-02-29T13:14:15.1234Z",
     kMilliseconds},
    {"time(0)", "13:14:15", "13:14:15.5", kWholeSeconds},
    {"time(3)", "13:14:15.120000", "13:14:15.123456", kMilliseconds},
    {"varchar(3)", "abc", "abcd",
     "Ensure this field has no more than 3 characters."},
    {"varchar(3)", "äöü", "ab  ",
     "Ensure this field has no more than 3 characters."},
    {"char(5)", "abc", "abc ",
     "Ensure that this field does not end in spaces."},
    {"char", "a", "ab", "Ensure this field has no more than 1 characters."},
    {"\"char\"", "a", "ab", "Ensure this field has no more than 1 bytes."},
    {"money", "$1.23", "$1.234",
     "Ensure that there are no more than 2 decimal places."},
    {"name", "abc",
     "0123456789012345678901234567890123456789012345678901234567890123",
     "Ensure this field has no more than 63 bytes."},
    {"real", "0.1", "0.123456789",
     "Ensure that there are no more than 6 digits in total."},
    {"double precision", "0.30000000000000004", "0.12345678901234567890",
     "Ensure that there are no more than 15 digits in total."},
    {"numeric(3,-2)", "12300", "12345",
     "Ensure that this value is a multiple of 100."},
    {"numeric(2,4)", "0.0099", "0.01", "Ensure this value is less than 0.01."},
    {"timetz(0)", "13:14:15+02", "13:14:15.5+02", kWholeSeconds},
    {"timetz(3)", "13:14:15.123-05:30", "13:14:15.1234Z", kMilliseconds},
    {"bit(3)", "101", "10", "Ensure this field has 3 bits."},
    {"bit", "1", "11", "Ensure this field has 1 bits."},
    {"varbit(3)", "10", "1010", "Ensure this field has no more than 3 bits."},
};

class LimitsTest : public TypedTest {
 protected:
  static constexpr const char* kNames[] = {"span", "at",    "whole",
                                           "real", "truth", "raw",
                                           "json", "words", "numbers"};
  // Whose columns are ours but for one.
  void StartWith(const std::string& name, const char* type) {
    std::vector<const char*> types =
        OnPostgres() ? std::vector<const char*>{"interval", "timestamptz",
                                                "bigint",   "double precision",
                                                "boolean",  "bytea",
                                                "jsonb",    "text[]",
                                                "bigint[]"}
                     : std::vector<const char*>{"bigint", "datetime", "bigint",
                                                "double", "boolean",  "BLOB",
                                                "text",   "text",     "text"};
    for (size_t i = 0; i < types.size(); ++i) {
      if (name == kNames[i]) types[i] = type;
    }
    StartTyped({types[0], types[1], types[2], types[3], types[4], types[5],
                types[6], types[7], types[8]},
               "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL");
  }
  // `inside` is the element that is at fault.
  void ExpectLimit(const std::string& name, const char* type,
                   const std::string& kept, const std::string& lost,
                   const std::string& words, const std::string& inside = "") {
    SCOPED_TRACE(absl::StrCat(name, " in ", type, ": ", lost));
    StartWith(name, type);
    const auto with = [&](const std::string& value) {
      return FromText<Typed>(
          absl::StrCat("id: 1 name: 'a' ", name, ": ", value));
    };
    Typed reply;
    EXPECT_THAT(Call(*typeds_, &Typeds::Stub::Update, with(kept), &reply),
                IsOk());
    EXPECT_THAT(reply, EqualsMessage(with(kept)));
    EXPECT_THAT(RetrieveTyped(), EqualsMessage(with(kept)));
    const Refusal refusal(
        Call(*typeds_, &Typeds::Stub::Update, with(lost), &reply));
    EXPECT_EQ(refusal.code, StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(refusal.violations,
                ElementsAre(absl::StrCat(name, inside, ": ", words)));
    const modelservice::Objects<Typed> typeds(server().database());
    Typed own = with(lost);
    const absl::Status updated = typeds.Update(&own);
    EXPECT_EQ(updated.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(updated.message()),
                HasSubstr(absl::StrCat(name, inside, ": ", words)));
    own.set_id(2);
    EXPECT_EQ(typeds.BulkCreate({own}).status().code(),
              absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(RetrieveTyped(), EqualsMessage(with(kept)));
    RunSql(url_, OnPostgres() ? "DROP TABLE typed; DROP DOMAIN span, tags, "
                                "counts, blob"
                              : "DROP TABLE typed");
  }
};

TEST_F(LimitsTest, OfTexts) {
  if (!OnPostgres()) return;
  std::string columns;
  std::string values;
  int count = 0;
  for (const Text& text : kTexts) {
    absl::StrAppend(&columns, ", c", count++, " ", text.type);
    absl::StrAppend(&values, ", NULL");
  }
  for (; count < 34; ++count) {
    absl::StrAppend(&columns, ", c", count, " text");
    absl::StrAppend(&values, ", NULL");
  }
  Start(RegisterColumns,
        Made(absl::StrCat(
            "CREATE TABLE cell (id bigint NOT NULL PRIMARY KEY, name text NOT "
            "NULL",
            columns, "); INSERT INTO cell VALUES (1, 'a'", values, ")")));
  const auto cells = Cells::NewStub(server().channel());
  const modelservice::Objects<Cell> objects(server().database());
  count = 0;
  for (const Text& text : kTexts) {
    SCOPED_TRACE(text.type);
    const std::string name = absl::StrCat("c", count++);
    const auto with = [&](const char* value) {
      return FromText<Cell>(
          absl::StrCat("id: 1 name: 'a' ", name, ": '", value, "'"));
    };
    Cell reply;
    ASSERT_THAT(Call(*cells, &Cells::Stub::Update, with(text.kept), &reply),
                IsOk());
    EXPECT_THAT(reply, EqualsMessage(with(text.kept)));
    EXPECT_THAT(
        Refusal(Call(*cells, &Cells::Stub::Update, with(text.lost), &reply))
            .violations,
        ElementsAre(absl::StrCat(name, ": ", text.words)));
    Cell own = with(text.lost);
    EXPECT_EQ(objects.Update(&own).code(), absl::StatusCode::kInvalidArgument);
    CellKey key;
    key.set_id(1);
    EXPECT_THAT(Call(*cells, &Cells::Stub::Retrieve, key, &reply), IsOk());
    EXPECT_THAT(reply, EqualsMessage(with(text.kept)));
  }
  // A query says no less.
  const auto set =
      objects.Filter(CellModel::id == 1).Update(CellModel::c8.Set("abcd"));
  EXPECT_THAT(std::string(set.status().message()), HasSubstr("3 characters"));
}

TEST_F(LimitsTest, OfNumbers) {
  constexpr char kMost[] = "Ensure this value is less than or equal to ";
  if (!OnPostgres()) {
    ExpectLimit("whole", "real", "9007199254740992", "9007199254740993",
                absl::StrCat(kMost, "9007199254740992."));
    return;
  }
  ExpectLimit("whole", "smallint", "32767", "32768",
              absl::StrCat(kMost, "32767."));
  ExpectLimit("whole", "double precision", "9007199254740992",
              "9007199254740993", absl::StrCat(kMost, "9007199254740992."));
  ExpectLimit("whole", "numeric(3,0)", "999", "1000",
              "Ensure that there are no more than 3 digits in total.");
  ExpectLimit("real", "real", "0.1", "0.123456789",
              "Ensure that there are no more than 6 digits in total.");
  ExpectLimit("real", "numeric(5,2)", "2.5", "1.005",
              "Ensure that there are no more than 2 decimal places.");
  ExpectLimit("real", "integer", "-2", "1.5", "A valid integer is required.");
}

TEST_F(LimitsTest, OfTimesAndSpans) {
  if (!OnPostgres()) return;
  ExpectLimit("at", "timestamptz(0)", "{seconds: 5}",
              "{seconds: 5 nanos: 500000000}", kWholeSeconds);
  ExpectLimit("at", "timestamp(3)", "{seconds: 5 nanos: 123000000}",
              "{seconds: 5 nanos: 123400000}", kMilliseconds);
  ExpectLimit("span", "interval(3)", "{seconds: 5 nanos: 123000000}",
              "{seconds: 5 nanos: 123400000}", kMilliseconds);
  ExpectLimit("span", "interval hour to minute", "{seconds: 3660}",
              "{seconds: 61}",
              "Ensure that this is a whole number of minutes.");
  ExpectLimit("span", "integer", "{seconds: 2147}", "{seconds: 2148}",
              "Ensure this value is less than or equal to 2147483647.");
}

TEST_F(LimitsTest, OfElements) {
  if (!OnPostgres()) return;
  constexpr char kMost[] = "Ensure this value is less than or equal to ";
  ExpectLimit("numbers", "smallint[]", "[1, -32768]", "[1, 32768]",
              absl::StrCat(kMost, "32767."), "[1]");
  ExpectLimit("numbers", "real[]", "[16777216]", "[16777217]",
              absl::StrCat(kMost, "16777216."), "[0]");
  ExpectLimit("numbers", "numeric(5,2)[]", "[999]", "[1, 2, 1000]",
              "Ensure that there are no more than 3 digits before the decimal "
              "point.",
              "[2]");
  ExpectLimit("words", "varchar(3)[]", "['abc']", "['a', 'ab  ']",
              "Ensure this field has no more than 3 characters.", "[1]");
  ExpectLimit("words", "char(3)[]", "['a', '', 'abc']", "['a ']",
              "Ensure that this field does not end in spaces.", "[0]");
  ExpectLimit("words", "time(0)[]", "['13:14:15']", "['13:14:15.5']",
              kWholeSeconds, "[0]");
  ExpectLimit("words", "timestamp(3)[]", "['2024-02-29T13:14:15.123000Z']",
              "['2024-02-29 13:14:15.1234']", kMilliseconds, "[0]");
}

// Whose values no other than PostgreSQL judges.
TEST_F(LimitsTest, OfTypesThatOnlyPostgresKnows) {
  if (!OnPostgres()) return;
  constexpr const char* kTypes[] = {"inet",   "macaddr", "int4range", "xml",
                                    "bit(3)", "point",   "mood",      "oid"};
  std::string columns;
  for (int i = 0; i < 34; ++i) {
    absl::StrAppend(&columns, ", c", i, " ", i < 8 ? kTypes[i] : "text");
  }
  Start(RegisterColumns,
        Made(absl::StrCat("CREATE TYPE mood AS ENUM ('happy'); CREATE TABLE "
                          "cell (id bigint NOT NULL PRIMARY KEY, name text NOT "
                          "NULL",
                          columns,
                          "); INSERT INTO cell (id, name) VALUES (1, 'a')")));
  const auto cells = Cells::NewStub(server().channel());
  const modelservice::Objects<Cell> objects(server().database());
  for (int i = 0; i < 8; ++i) {
    SCOPED_TRACE(kTypes[i]);
    const std::string name = absl::StrCat("c", i);
    Cell wrong =
        FromText<Cell>(absl::StrCat("id: 1 name: 'a' ", name, ": '<''x'"));
    const auto words =
        ElementsAre(absl::StrCat(name, ": Enter a valid value."));
    Cell reply;
    EXPECT_THAT(
        Refusal(Call(*cells, &Cells::Stub::Update, wrong, &reply)).violations,
        words);
    wrong.set_id(2);
    EXPECT_THAT(
        Refusal(Call(*cells, &Cells::Stub::Create, wrong, &reply)).violations,
        words);
    const auto made =
        modelservice::GetDatabaseError(objects.BulkCreate({wrong}).status());
    ASSERT_TRUE(made.has_value());
    EXPECT_THAT(made->columns, ElementsAre(name));
    // And in a statement that has been run before.
    EXPECT_THAT(
        Refusal(Call(*cells, &Cells::Stub::Create, wrong, &reply)).violations,
        words);
  }
  CellsRequest request;
  CellsResponse page;
  request.set_c0("x");
  EXPECT_THAT(
      Refusal(Call(*cells, &Cells::Stub::List, request, &page)).violations,
      ElementsAre("c0: Enter a valid value."));
}

// What only the execution finds has the name of its field, too.
TEST_F(LimitsTest, OfDomains) {
  if (!OnPostgres()) return;
  constexpr const char* kTypes[] = {"year", "colour", "digits"};
  constexpr const char* kWrong[] = {"1900", "blue", "10"};
  std::string columns;
  for (int i = 0; i < 34; ++i) {
    absl::StrAppend(&columns, ", c", i, " ", i < 3 ? kTypes[i] : "text");
  }
  Start(RegisterColumns,
        Made(absl::StrCat(
            "CREATE DOMAIN year AS integer CONSTRAINT film_age CHECK (VALUE "
            "BETWEEN 1901 AND 2155); CREATE DOMAIN colour AS text CHECK (VALUE "
            "IN ('red', 'green')); CREATE DOMAIN digits AS bit varying(3) "
            "CHECK (length(VALUE) > 2); CREATE TABLE cell (id bigint NOT NULL "
            "PRIMARY KEY, name text NOT NULL",
            columns,
            "); INSERT INTO cell (id, name, c0) VALUES (1, 'a', 2000)")));
  const auto cells = Cells::NewStub(server().channel());
  const modelservice::Objects<Cell> objects(server().database());
  for (int i = 0; i < 3; ++i) {
    SCOPED_TRACE(kTypes[i]);
    const std::string name = absl::StrCat("c", i);
    Cell wrong = FromText<Cell>(
        absl::StrCat("id: 1 name: 'a' ", name, ": '", kWrong[i], "'"));
    const auto words = ElementsAre(absl::StrCat(
        name, ": These values do not meet a rule of the database."));
    Cell reply;
    EXPECT_THAT(
        Refusal(Call(*cells, &Cells::Stub::Update, wrong, &reply)).violations,
        words);
    wrong.set_id(2);
    EXPECT_THAT(
        Refusal(Call(*cells, &Cells::Stub::Create, wrong, &reply)).violations,
        words);
    const auto made =
        modelservice::GetDatabaseError(objects.BulkCreate({wrong}).status());
    ASSERT_TRUE(made.has_value());
    EXPECT_THAT(made->columns, ElementsAre(name));
  }
}

TEST_F(LimitsTest, OfWhatIsComputed) {
  if (!OnPostgres()) return;
  struct Type {
    const char* name;
    modelservice::DatabaseError::Kind kind;
  };
  for (const Type& type :
       {Type{"smallint", modelservice::DatabaseError::Kind::kValue},
        Type{"numeric(3,0)", modelservice::DatabaseError::Kind::kValue},
        Type{"few", modelservice::DatabaseError::Kind::kCheck}}) {
    SCOPED_TRACE(type.name);
    Start(RegisterColumns,
          Made(absl::StrCat(
              "CREATE DOMAIN few AS bigint CHECK (VALUE < 100); ",
              TableOf({"interval", "timestamptz", type.name, "real", "boolean",
                       "bytea", "jsonb", "text[]", "bigint[]"}),
              "; INSERT INTO typed (id, name, whole) VALUES (1, 'a', 5)")));
    const auto done =
        modelservice::Objects<Typed>(server().database())
            .Filter(TypedModel::id == 1)
            .Update(TypedModel::whole.Set(TypedModel::whole + int64_t{40000}),
                    TypedModel::name.Set("b"));
    const auto error = modelservice::GetDatabaseError(done.status());
    ASSERT_TRUE(error.has_value()) << done.status();
    EXPECT_EQ(error->kind, type.kind);
    EXPECT_THAT(error->columns, ElementsAre("whole"));
    EXPECT_EQ(Raw("typed", "name", 1), "a");
  }
}

}  // namespace
}  // namespace integration
