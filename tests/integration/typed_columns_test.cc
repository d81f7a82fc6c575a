// Fields of each type over columns that another program made, and what such a
// program may have stored in them.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/objects.h"
#include "modelservice/testing/captured_log.h"
#include "typed_fixture.h"

namespace integration {
namespace {

using ::grpc::StatusCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(TypedTest, OverOtherTypes) {
  if (OnPostgres()) {
    StartTyped({"span", "date", "numeric(20,0)", "integer", "integer", "blob",
                "text", "tags", "counts"},
               "'30:00', '2024-02-29', 9007199254740993, 5, 1, '\\x00ff', "
               "'[1,\"a\"]', '{a,\"b c\"}', '{9007199254740993,-1}'");
  } else {
    StartTyped({"integer", "integer", "text", "integer", "text", "BLOB", "text",
                "text", "text"},
               "108000000000, 1709164800, '9007199254740993', 5, 't', x'00ff', "
               "'[1,\"a\"]', '[\"a\",\"b c\"]', "
               "'[\"9007199254740993\",\"-1\"]'");
  }
  const Typed typed = RetrieveTyped();
  EXPECT_EQ(typed.span().seconds(), 108000);
  EXPECT_EQ(typed.at().seconds(), 1709164800);
  EXPECT_EQ(typed.whole(), 9007199254740993);
  EXPECT_EQ(typed.real(), 5);
  EXPECT_TRUE(typed.truth());
  EXPECT_EQ(typed.raw(), std::string("\0\xff", 2));
  EXPECT_EQ(typed.json().list_value().values_size(), 2);
  EXPECT_THAT(typed.words(), ElementsAre("a", "b c"));
  EXPECT_THAT(typed.numbers(), ElementsAre(9007199254740993, -1));
  if (OnPostgres()) ExpectKept();
}

// To SQLite 'a' and x'61' are two values.
TEST_F(TypedTest, TextsThatShowAsBytesStayTexts) {
  if (OnPostgres()) return;
  for (const char* type : {"BLOB", "text", "VARBINARY(9)"}) {
    SCOPED_TRACE(type);
    StartTyped({"bigint", "datetime", "bigint", "real", "boolean", type, "text",
                "text", "text"},
               "NULL, NULL, 1, 2.5, 1, 'word', '[]', '[]', '[]'");
    ExpectKept();
    SaveByCode(RetrieveTyped());
    EXPECT_EQ(QuerySql(url_, "SELECT typeof(raw) FROM typed"), "text");
    Typed typed = RetrieveTyped();
    EXPECT_EQ(typed.raw(), "word");
    typed.set_raw("Word");
    Typed updated;
    ASSERT_THAT(Call(*typeds_, &Typeds::Stub::Update, typed, &updated), IsOk());
    EXPECT_EQ(updated.raw(), "Word");
    EXPECT_EQ(QuerySql(url_, "SELECT quote(raw) FROM typed"), "X'576F7264'");
    RunSql(url_, "DROP TABLE typed");
  }
}

// And so are numbers.
TEST_F(TypedTest, NumbersThatShowAsBytesStayNumbers) {
  if (OnPostgres()) return;
  constexpr const char* kNumbers[][2] = {
      {"5", "5"},           {"-9007199254740993", "-9007199254740993"},
      {"2.5", "2.5"},       {"5.0", "5.0"},
      {"1e20", "1.0e+20"},  {"1.5e-7", "1.5e-07"},
      {"0.1 + 0.2", "0.3"}, {"-9e999", "-Inf"}};
  for (const auto& [number, shown] : kNumbers) {
    SCOPED_TRACE(number);
    StartTyped(
        {"bigint", "datetime", "bigint", "real", "boolean", "BLOB", "text",
         "text", "text"},
        absl::StrCat("NULL, NULL, 1, 2.5, 1, ", number, ", '[]', '[]', '[]'"));
    EXPECT_EQ(RetrieveTyped().raw(), shown);
    ExpectKept();
    const std::string before = Raw("typed", "raw", 1);
    SaveByCode(RetrieveTyped());
    EXPECT_EQ(Raw("typed", "raw", 1), before);
    RunSql(url_, "DROP TABLE typed");
  }
}

// And neither is it, or a list, by a program's own code.
TEST_F(TypedTest, WhatCodeDoesNotChangeIsNotWritten) {
  const bool on_postgres = OnPostgres();
  const std::string rest =
      "NULL, NULL, 1, 2, NULL, NULL, '{\"a\": 12345678901234567890}', ";
  StartTyped({"text", "text", "bigint", "real", "boolean", "text",
              on_postgres ? "jsonb" : "text", on_postgres ? "text[]" : "text",
              on_postgres ? "bigint[]" : "text"},
             absl::StrCat(rest, on_postgres ? "'[0:1]={a,b}', NULL"
                                            : "'[\"a\"]', NULL"));
  const std::vector<std::string> columns = {"json", "words", "numbers"};
  std::vector<std::string> before;
  for (const std::string& column : columns) {
    before.push_back(Raw("typed", column, 1));
  }
  const auto expect_kept = [&](const std::string& how) {
    for (size_t i = 0; i < columns.size(); ++i) {
      EXPECT_EQ(Raw("typed", columns[i], 1), before[i])
          << columns[i] << " by " << how;
    }
  };
  Typed typed = RetrieveTyped();
  typed.set_name("b");
  Typed updated;
  ASSERT_THAT(Call(*typeds_, &Typeds::Stub::Update, typed, &updated), IsOk());
  EXPECT_THAT(updated, EqualsMessage(typed));
  expect_kept("a client");
  typed.set_name("c");
  SaveByCode(typed);
  EXPECT_EQ(RetrieveTyped().name(), "c");
  expect_kept("code");
  const modelservice::Objects<Typed> typeds(server().database());
  // What is changed is written.
  typed.add_words("c");
  typed.add_numbers(7);
  typed.mutable_json()->set_number_value(1);
  const absl::Status changed = typeds.Update(&typed);
  ASSERT_TRUE(changed.ok()) << changed;
  const Typed now = RetrieveTyped();
  EXPECT_THAT(now, EqualsMessage(typed));
  EXPECT_THAT(now.numbers(), ElementsAre(7));
}

// A span's days and months are hours to a Duration, and Timestamps end.
TEST_F(TypedTest, WhatAFieldShowsLessOfStaysAsItIs) {
  if (!OnPostgres()) return;
  for (const char* at : {"timestamptz", "timestamp", "date"}) {
    SCOPED_TRACE(at);
    StartTyped({"interval", at, "bigint", "real", "boolean", "bytea", "jsonb",
                "text[]", "bigint[]"},
               "'1 day', '0044-03-15 BC'), "
               "(2, 'a', '1 mon 2 days 03:00:00', '12024-01-01'), "
               "(3, 'a', '-1 days +23:59:59', '-infinity'), "
               "(4, 'a', '30:00:00', 'infinity'");
    for (int id = 1; id <= 4; ++id) {
      SCOPED_TRACE(id);
      const std::string span = Raw("typed", "span", id);
      const std::string time = Raw("typed", "at", id);
      Typed typed = RetrieveTyped(id);
      typed.set_whole(7);
      Typed updated;
      ASSERT_THAT(Call(*typeds_, &Typeds::Stub::Update, typed, &updated),
                  IsOk());
      EXPECT_THAT(updated, EqualsMessage(typed));
      EXPECT_EQ(Raw("typed", "whole", id), "7");
      EXPECT_EQ(Raw("typed", "span", id), span);
      EXPECT_EQ(Raw("typed", "at", id), time);
      // By a program's own code, too.
      SaveByCode(typed);
      EXPECT_EQ(Raw("typed", "span", id), span);
      EXPECT_EQ(Raw("typed", "at", id), time);
      // Another value is written.
      typed.mutable_span()->set_seconds(86400 * 2);
      typed.mutable_at()->set_seconds(86400);
      typed.mutable_at()->clear_nanos();
      ASSERT_THAT(Call(*typeds_, &Typeds::Stub::Update, typed, &updated),
                  IsOk());
      EXPECT_THAT(updated, EqualsMessage(typed));
      EXPECT_EQ(Raw("typed", "span", id), "48:00:00");
      EXPECT_THAT(Raw("typed", "at", id), HasSubstr("1970-01-02"));
    }
  }
}

// SQLite's columns hold what they are given, whatever they are declared to.
TEST_F(TypedTest, TimesThatSqliteHoldsStayAsTheyAre) {
  if (OnPostgres()) return;
  for (const char* at : {"datetime", "date"}) {
    SCOPED_TRACE(at);
    int last = 1;
    std::string values;
    for (const char* time :
         {"1704067200000", "'infinity'", "'-infinity'",
          "'12024-01-01 00:00:00'", "'0044-03-15 BC'", "1704067200"}) {
      const std::string row = absl::StrCat(
          "NULL, ", time, ", 1, NULL, NULL, NULL, NULL, NULL, NULL");
      absl::StrAppend(
          &values,
          values.empty() ? "" : absl::StrCat("), (", ++last, ", 'a', "), row);
    }
    StartTyped({"bigint", at, "bigint", "real", "boolean", "BLOB", "text",
                "text", "text"},
               values);
    for (int id = 1; id <= 6; ++id) {
      SCOPED_TRACE(id);
      const std::string time = Raw("typed", "at", id);
      Typed typed = RetrieveTyped(id);
      typed.set_whole(7);
      Typed updated;
      ASSERT_THAT(Call(*typeds_, &Typeds::Stub::Update, typed, &updated),
                  IsOk());
      EXPECT_THAT(updated, EqualsMessage(typed));
      EXPECT_EQ(Raw("typed", "whole", id), "integer7");
      EXPECT_EQ(Raw("typed", "at", id), time);
      SaveByCode(typed);
      EXPECT_EQ(Raw("typed", "at", id), time);
      typed.mutable_at()->set_seconds(86400);
      typed.mutable_at()->clear_nanos();
      ASSERT_THAT(Call(*typeds_, &Typeds::Stub::Update, typed, &updated),
                  IsOk());
      EXPECT_THAT(Raw("typed", "at", id), HasSubstr("text'1970-01-02"));
    }
    RunSql(url_, "DROP TABLE typed");
  }
}

TEST_F(TypedTest, APairWithoutAFormEndsTheStart) {
  const Types usual = {"text", "text", "bigint", "real", "boolean",
                       "text", "text", "text",   "text"};
  struct Wrong {
    const char* Types::*column;
    const char* type;
    const char* mend;
  };
  for (const Wrong& wrong : {
           Wrong{&Types::whole, "timestamp", "Timestamp or string"},
           Wrong{&Types::real, "date", "string with format: DATE"},
           Wrong{&Types::truth, "uuid", "string with format: UUID"},
           Wrong{&Types::raw, "decimal", "string with format: DECIMAL"},
           Wrong{&Types::at, "time", "string with format: TIME"},
           Wrong{&Types::json, "bigint", "int32 or int64"},
       }) {
    SCOPED_TRACE(wrong.type);
    Types types = usual;
    types.*wrong.column = wrong.type;
    Options options = Made(TableOf(types));
    const auto started =
        modelservice::TestServer::Start(RegisterColumns, options);
    ASSERT_FALSE(started.ok());
    EXPECT_THAT(std::string(started.status().message()),
                testing::AllOf(HasSubstr("Typed."), HasSubstr("\"typed\""),
                               HasSubstr(wrong.mend)));
    if (!OnPostgres()) RunSql(url_, "DROP TABLE typed");
  }
}

TEST_F(TypedTest, OneOddRowLeavesTheOthers) {
  if (OnPostgres()) {
    StartTyped({"interval", "timestamptz", "bigint", "double precision",
                "boolean", "bytea", "jsonb", "text[]", "bigint[]"},
               "NULL, 'infinity', NULL, NULL, NULL, NULL, NULL, NULL, '{1}'), "
               "(2, 'b', NULL, '0044-03-15 BC', NULL, NULL, NULL, NULL, NULL, "
               "NULL, '{1,NULL}'), (3, 'c', NULL, '12024-01-01', NULL, NULL, "
               "NULL, NULL, '{\"a\": 1e400}', NULL, '{1}'), (4, 'd', NULL, "
               "NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{2}'");
  } else {
    StartTyped({"bigint", "datetime", "integer", "real", "boolean", "BLOB",
                "text", "text", "text"},
               "'', '', '', '', 'f', NULL, NULL, NULL, '[\"1\"]'), "
               "(2, 'b', NULL, '2020-01-02 03:04', 0.9, NULL, NULL, NULL, NULL,"
               " NULL, NULL), (3, CAST(x'ff' AS TEXT), NULL, NULL, NULL, NULL, "
               "NULL, NULL, NULL, NULL, NULL), (4, 'd', NULL, 1704067200000, "
               "NULL, NULL, 't', NULL, NULL, NULL, NULL");
  }
  std::vector<Typed> rows;
  modelservice::CapturedLog captured;
  ASSERT_THAT(ReadAll(*typeds_, &Typeds::Stub::List, TypedsRequest(), &rows),
              IsOk());
  const std::string log = captured.Take();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].id(), 1);
  EXPECT_EQ(rows[1].id(), 4);
  for (const char* left_out : {"key 2", "key 3"}) {
    EXPECT_THAT(log, HasSubstr(left_out));
  }
  CellKey key;
  key.set_id(2);
  Typed reply;
  EXPECT_THAT(
      Call(*typeds_, &Typeds::Stub::Retrieve, key, &reply),
      IsError(StatusCode::INTERNAL,
              HasSubstr(OnPostgres() ? ": Typed.numbers cannot be read."
                                     : ": Typed.whole cannot be read.")));
  if (!OnPostgres()) return;
  // Infinity is the last Timestamp, and is written back as what it was.
  Typed forever = RetrieveTyped();
  EXPECT_EQ(forever.at().nanos(), 999999999);
  forever.set_name("x");
  ASSERT_THAT(Call(*typeds_, &Typeds::Stub::Update, forever, &reply), IsOk());
  EXPECT_EQ(Raw("typed", "at", 1), "infinity");
}

}  // namespace
}  // namespace integration
