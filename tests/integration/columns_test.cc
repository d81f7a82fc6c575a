// Fields over columns that another program made: one form for each pair, there
// and back, and words for what has none.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "columns.grpc.pb.h"
#include "columns.modelservice.pb.h"
#include "modelservice/objects.h"
#include "modelservice/testing/captured_log.h"
#include "modelservice/testing/temporary_folder.h"
#include "test_support.h"

namespace integration {
namespace {

using ::grpc::StatusCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kNoSpan[] =
    "Duration has wrong format. Use one of these formats instead: [DD] "
    "[HH:[MM:]]ss[.uuuuuu].";
constexpr char kNoTime[] =
    "Datetime has wrong format. Use one of these formats instead: "
    "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].";
constexpr char kNoDate[] =
    "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.";
constexpr char kNoClock[] =
    "Time has wrong format. Use one of these formats instead: "
    "hh:mm[:ss[.uuuuuu]].";
constexpr char kNoUuid[] = "Must be a valid UUID.";
constexpr char kNoBase64[] = "Enter valid base64.";
constexpr char kNoJson[] = "Value must be valid JSON.";
constexpr char kNoNumber[] = "A valid number is required.";
constexpr char kNoInteger[] = "A valid integer is required.";
constexpr char kUuid[] = "01234567-89ab-cdef-0123-456789abcdef";

// A string field over a column.
struct Pair {
  const char* type;
  const char* stored;  // in SQL
  const char* shown;
  const char* garbage;  // null where only the database knows
  const char* words;
};

constexpr Pair kPostgres[] = {
    {"interval", "'30:00'", "30:00:00", "x", kNoSpan},
    {"interval hour to minute", "'30:00'", "30:00:00", "x", kNoSpan},
    {"interval day to second(2)", "'1 02:03:04.55'", "1 02:03:04.550000",
     "1 day 1 hour", kNoSpan},
    {"interval", "'1 year 1 mon -2 days'", "1 year 1 mon -2 days 00:00:00",
     "1,5,1", kNoSpan},
    {"interval", "'-1 days +23:59:59'", "-1 23:59:59", "-", kNoSpan},
    {"interval", "'-00:00:01'", "-00:00:01", "1 1 1", kNoSpan},
    {"span", "'00:00:01'", "00:00:01", "x", kNoSpan},
    {"timestamptz", "'2024-02-29 13:14:15.5+00'", "2024-02-29T13:14:15.500000Z",
     "yesterday", kNoTime},
    {"timestamp", "'2024-02-29 13:14:15'", "2024-02-29T13:14:15Z", "2024-02-29",
     kNoTime},
    {"timestamptz", "'infinity'", "infinity", "infinite", kNoTime},
    {"timestamptz", "'0044-03-15 00:00:00+00 BC'", "0044-03-15T00:00:00Z BC",
     "2024-13-01T00:00:00Z", kNoTime},
    {"timestamptz", "'12024-01-01 00:00:00+00'", "12024-01-01T00:00:00Z",
     "1704067200", kNoTime},
    {"date", "'2024-02-29'", "2024-02-29", "2024-02-30", kNoDate},
    {"date", "'infinity'", "infinity", "today", kNoDate},
    {"time", "'10:00:00.5'", "10:00:00.500000", "25:00", kNoClock},
    {"time", "'24:00:00'", "24:00:00", "24:01", kNoClock},
    {"bytea", "'\\x00ff'", "AP8=", "?", kNoBase64},
    {"bytes_domain", "'\\x00ff'", "AP8=", "?", kNoBase64},
    {"uuid", "'01234567-89ab-cdef-0123-456789abcdef'", kUuid, "x", kNoUuid},
    {"jsonb", "'{\"a\": 12345678901234567890}'",
     "{\"a\": 12345678901234567890}", "{", kNoJson},
    {"json", "'{\"a\":0.10000000000000000001, \"a\":1e400}'",
     "{\"a\":0.10000000000000000001, \"a\":1e400}", "[1,]", kNoJson},
    {"numeric(10,2)", "2.5", "2.50", "1.005",
     "Ensure that there are no more than 2 decimal places."},
    {"numeric(5,2)", "2.5", "2.50", "1234.5",
     "Ensure that there are no more than 3 digits before the decimal point."},
    {"numeric", "'NaN'", "NaN", "abc", kNoNumber},
    {"bigint", "9007199254740993", "9007199254740993", "1.5", kNoInteger},
    {"smallint", "-5", "-5", "32768",
     "Ensure this value is less than or equal to 32767."},
    {"boolean", "true", "true", "maybe", "Must be a valid boolean."},
    {"double precision", "0.1", "0.1", "x", kNoNumber},
    {"inet", "'10.0.0.1/8'", "10.0.0.1/8", nullptr, nullptr},
    {"text", "' x '", " x ", nullptr, nullptr},
};
constexpr Pair kSqlite[] = {
    {"bigint", "108000000000", "1 06:00:00", "x", kNoSpan},
    {"bigint", "-1000001", "-1 23:59:58.999999", "1 mon 00:00:00", kNoSpan},
    {"datetime", "'2024-02-29 13:14:15'", "2024-02-29T13:14:15Z", "yesterday",
     kNoTime},
    {"datetime", "'2024-02-29 13:14:15.500000'", "2024-02-29T13:14:15.500000Z",
     "infinity", kNoTime},
    {"date", "'2024-02-29'", "2024-02-29", "2024-02-30", kNoDate},
    {"time", "'10:00:00'", "10:00:00", "25:00", kNoClock},
    {"time", "'10:00:00.500000'", "10:00:00.500000", "24:00:00", kNoClock},
    {"char(32)", "'0123456789abcdef0123456789abcdef'", kUuid, "x", kNoUuid},
    {"BLOB", "x'00ff'", "AP8=", "?", kNoBase64},
    {"decimal(8, 2)", "2.5", "2.50", "1.005",
     "Ensure that there are no more than 2 decimal places."},
    {"decimal(8, 2)", "3", "3.00", "1234567",
     "Ensure that there are no more than 6 digits before the decimal point."},
    {"decimal", "2.5", "2.5", "12345678901234567890.12",
     "Ensure that there are no more than 15 digits in total."},
    {"bool", "1", "true", "maybe", "Must be a valid boolean."},
    {"integer", "7", "7", "x", kNoInteger},
    {"real", "0.5", "0.5", "x", kNoNumber},
    {"json", "'{\"a\":12345678901234567890}'", "{\"a\":12345678901234567890}",
     "{", kNoJson},
    {"text", "' x '", " x ", nullptr, nullptr},
};

class ColumnsTest : public ServerTest {
 protected:
  absl::Span<const Pair> pairs() const {
    return OnPostgres() ? absl::MakeConstSpan(kPostgres)
                        : absl::MakeConstSpan(kSqlite);
  }
  static std::string NameOf(size_t i) { return absl::StrCat("c", i); }

  // A database that another program has made so.
  Options Made(const std::string& sql) {
    Options options;
    url_ = OnPostgres() ? NewPostgresDatabase()
                        : absl::StrCat("sqlite:", folder_.path(), "/t.db");
    RunSql(url_, sql);
    options.settings.set_database(url_);
    options.migrate = false;
    return options;
  }
  // With a row of what the pairs have stored.
  void StartCells() {
    std::string sql;
    if (OnPostgres()) {
      sql =
          "CREATE DOMAIN span AS interval; CREATE DOMAIN bytes_domain AS "
          "bytea;";
    }
    absl::StrAppend(&sql,
                    "CREATE TABLE cell (id bigint NOT NULL PRIMARY KEY, "
                    "name text NOT NULL");
    std::string values = "1, 'a'";
    for (size_t i = 0; i < 30; ++i) {
      const bool used = i < pairs().size();
      absl::StrAppend(&sql, ", ", NameOf(i), " ",
                      used ? pairs()[i].type : "text");
      absl::StrAppend(&values, ", ", used ? pairs()[i].stored : "NULL");
    }
    absl::StrAppend(&sql, "); INSERT INTO cell VALUES (", values, ")");
    Start(RegisterColumns, Made(sql));
    cells_ = Cells::NewStub(server().channel());
  }
  Cell Retrieve() {
    CellKey key;
    key.set_id(1);
    Cell cell;
    EXPECT_THAT(Call(*cells_, &Cells::Stub::Retrieve, key, &cell), IsOk());
    return cell;
  }
  static std::string TextOf(const Cell& cell, size_t i) {
    const auto* field = Cell::descriptor()->FindFieldByName(NameOf(i));
    return cell.GetReflection()->GetString(cell, field);
  }
  static void SetText(Cell* cell, size_t i, const std::string& text) {
    const auto* field = Cell::descriptor()->FindFieldByName(NameOf(i));
    cell->GetReflection()->SetString(cell, field, text);
  }
  // What the database itself has in a row.
  std::string Raw(const std::string& table, const std::string& column,
                  int64_t id) {
    return QuerySql(
        url_,
        absl::StrCat("SELECT ",
                     OnPostgres() ? absl::StrCat(column, "::text")
                                  : absl::StrCat("typeof(", column,
                                                 ") || quote(", column, ")"),
                     " FROM ", table, " WHERE id = ", id));
  }

  const modelservice::TemporaryFolder folder_;
  std::string url_;
  std::unique_ptr<Cells::Stub> cells_;
};

TEST_F(ColumnsTest, EachPairHasOneForm) {
  StartCells();
  const Cell cell = Retrieve();
  for (size_t i = 0; i < pairs().size(); ++i) {
    EXPECT_EQ(TextOf(cell, i), pairs()[i].shown) << pairs()[i].type;
  }
}

TEST_F(ColumnsTest, AReplyWrittenBackChangesNothing) {
  StartCells();
  std::vector<std::string> before;
  for (size_t i = 0; i < pairs().size(); ++i) {
    before.push_back(Raw("cell", NameOf(i), 1));
  }
  Cell cell = Retrieve();
  cell.set_name("b");
  Cell updated;
  ASSERT_THAT(Call(*cells_, &Cells::Stub::Update, cell, &updated), IsOk());
  EXPECT_THAT(updated, EqualsMessage(cell));
  Cell copy = cell;
  copy.set_id(2);
  Cell created;
  ASSERT_THAT(Call(*cells_, &Cells::Stub::Create, copy, &created), IsOk());
  EXPECT_THAT(created, EqualsMessage(copy));
  for (size_t i = 0; i < pairs().size(); ++i) {
    EXPECT_EQ(Raw("cell", NameOf(i), 1), before[i]) << pairs()[i].type;
    EXPECT_EQ(Raw("cell", NameOf(i), 2), before[i]) << pairs()[i].type;
  }
}

TEST_F(ColumnsTest, GarbageIsRefusedInWords) {
  StartCells();
  const Cell cell = Retrieve();
  for (size_t i = 0; i < pairs().size(); ++i) {
    if (pairs()[i].words == nullptr) continue;
    SCOPED_TRACE(absl::StrCat(pairs()[i].type, " ", pairs()[i].garbage));
    Cell changed = cell;
    SetText(&changed, i, pairs()[i].garbage);
    Cell reply;
    const Refusal refusal(Call(*cells_, &Cells::Stub::Update, changed, &reply));
    EXPECT_EQ(refusal.code, StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(refusal.violations,
                ElementsAre(absl::StrCat(NameOf(i), ": ", pairs()[i].words)));
  }
}

TEST_F(ColumnsTest, ObjectsHaveTheSameForms) {
  StartCells();
  const Cell cell = Retrieve();
  modelservice::Objects<Cell> cells(server().database());
  const auto all = cells.All();
  ASSERT_TRUE(all.ok()) << all.status();
  ASSERT_EQ(all->size(), 1u);
  EXPECT_THAT(all->front(), EqualsMessage(cell));
  std::vector<std::string> before;
  for (size_t i = 0; i < pairs().size(); ++i) {
    before.push_back(Raw("cell", NameOf(i), 1));
  }
  Cell changed = cell;
  changed.set_name("b");
  const absl::Status updated = cells.Update(&changed);
  ASSERT_TRUE(updated.ok()) << updated;
  Cell copy = cell;
  copy.set_id(2);
  const auto many = cells.BulkCreate({copy});
  ASSERT_TRUE(many.ok()) << many.status();
  for (size_t i = 0; i < pairs().size(); ++i) {
    EXPECT_EQ(Raw("cell", NameOf(i), 1), before[i]) << pairs()[i].type;
    EXPECT_EQ(Raw("cell", NameOf(i), 2), before[i]) << pairs()[i].type;
  }
  SetText(&changed, 0, "x");
  EXPECT_EQ(cells.Update(&changed).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(ColumnsTest, AFilterIsReadInTheSameForm) {
  StartCells();
  CellsRequest request;
  CellsResponse page;
  request.set_c0(OnPostgres() ? "1 06:00:00" : "30:00:00");
  ASSERT_THAT(Call(*cells_, &Cells::Stub::List, request, &page), IsOk());
  EXPECT_EQ(page.results_size(), 1);
  request.set_c0("x");
  EXPECT_THAT(
      Refusal(Call(*cells_, &Cells::Stub::List, request, &page)).violations,
      ElementsAre(absl::StrCat("c0: ", kNoSpan)));
}

class TypedTest : public ColumnsTest {
 protected:
  // The columns' types, in order.
  struct Types {
    const char* span;
    const char* at;
    const char* whole;
    const char* real;
    const char* truth;
    const char* raw;
    const char* json;
    const char* words;
    const char* numbers;
  };

  static std::string TableOf(const Types& types) {
    return absl::StrCat(
        OnPostgres() ? "CREATE DOMAIN span AS interval; CREATE DOMAIN tags AS "
                       "text[]; CREATE DOMAIN counts AS int8[]; CREATE DOMAIN "
                       "blob AS bytea; "
                     : "",
        "CREATE TABLE typed (id bigint NOT NULL PRIMARY KEY, name text NOT "
        "NULL, span ",
        types.span, ", at ", types.at, ", whole ", types.whole, ", real ",
        types.real, ", truth ", types.truth, ", raw ", types.raw, ", json ",
        types.json, ", words ", types.words, ", numbers ", types.numbers, ")");
  }
  void StartTyped(const Types& types, const std::string& values) {
    Start(RegisterColumns,
          Made(absl::StrCat(TableOf(types),
                            "; INSERT INTO typed VALUES (1, 'a', ", values,
                            ")")));
    typeds_ = Typeds::NewStub(server().channel());
  }
  Typed RetrieveTyped(int64_t id = 1) {
    CellKey key;
    key.set_id(id);
    Typed typed;
    EXPECT_THAT(Call(*typeds_, &Typeds::Stub::Retrieve, key, &typed), IsOk());
    return typed;
  }
  void ExpectKept() {
    std::vector<std::string> before;
    const std::vector<std::string> columns = {"span", "at",    "whole",
                                              "real", "truth", "raw",
                                              "json", "words", "numbers"};
    for (const std::string& column : columns) {
      before.push_back(Raw("typed", column, 1));
    }
    Typed typed = RetrieveTyped();
    typed.set_name("b");
    Typed updated;
    ASSERT_THAT(Call(*typeds_, &Typeds::Stub::Update, typed, &updated), IsOk());
    EXPECT_THAT(updated, EqualsMessage(typed));
    for (size_t i = 0; i < columns.size(); ++i) {
      EXPECT_EQ(Raw("typed", columns[i], 1), before[i]) << columns[i];
    }
  }

  void SaveByCode(Typed typed) {
    const modelservice::Objects<Typed> typeds(server().database());
    typed.set_whole(8);
    const absl::Status saved = typeds.Update(&typed);
    ASSERT_TRUE(saved.ok()) << saved;
    const auto many = typeds.BulkUpdate({typed}, TypedModel::whole,
                                        TypedModel::span, TypedModel::at);
    ASSERT_TRUE(many.ok()) << many.status();
    EXPECT_EQ(*many, 1);
    EXPECT_EQ(Raw("typed", "whole", typed.id()), "8");
  }

  std::unique_ptr<Typeds::Stub> typeds_;
};

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

// A double has less digits.
TEST_F(TypedTest, JsonThatIsSentBackAsItCameIsNotWritten) {
  const std::string json =
      Sql("'{\"order\":12345678901234567890,\"price\":0.10000000000000000001}'",
          "'{\"order\": 12345678901234567890, \"price\": "
          "0.10000000000000000001}'");
  StartTyped(
      {"text", "text", "bigint", "real", "boolean", "text",
       OnPostgres() ? "jsonb" : "text", "text", "text"},
      absl::StrCat("NULL, NULL, 1, 2, NULL, NULL, ", json, ", '[]', '[]'"));
  const std::string before = Raw("typed", "json", 1);
  Typed typed = RetrieveTyped();
  typed.set_name("b");
  Typed updated;
  ASSERT_THAT(Call(*typeds_, &Typeds::Stub::Update, typed, &updated), IsOk());
  EXPECT_THAT(updated, EqualsMessage(typed));
  EXPECT_EQ(Raw("typed", "json", 1), before);
  (*typed.mutable_json()->mutable_struct_value()->mutable_fields())["price"]
      .set_number_value(2);
  ASSERT_THAT(Call(*typeds_, &Typeds::Stub::Update, typed, &updated), IsOk());
  EXPECT_THAT(Raw("typed", "json", 1), HasSubstr("\"price\":"));
  EXPECT_NE(Raw("typed", "json", 1), before);
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
  const modelservice::Objects<Typed> typeds(server().database());
  typed.set_name("c");
  const absl::Status saved = typeds.Update(&typed);
  ASSERT_TRUE(saved.ok()) << saved;
  EXPECT_EQ(typed.name(), "c");
  expect_kept("code");
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
      // By a program's own code, too. A last second is no day.
      if (absl::string_view(at) != "date") SaveByCode(typed);
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

// SQLite lets a key be NULL, and a view has what it has. Such a row is no
// other's: it is left out, and ends no pages, nor begins them anew.
TEST_F(ColumnsTest, RowsWithoutAKeyHideNoOthers) {
  constexpr char kRows[] =
      "VALUES (NULL, 'a', '0.05'), (NULL, 'b', '0.05'), ('0', 'c', '0.05'), "
      "('1', 'd', '0.05'), ('2', 'e', '0.05')";
  Start(RegisterColumns,
        Made(OnPostgres()
                 ? absl::StrCat("CREATE VIEW step AS SELECT height::numeric, "
                                "name, rate::numeric, NULL::numeric AS price, "
                                "NULL::numeric AS share FROM (",
                                kRows, ") AS v (height, name, rate)")
                 : absl::StrCat("CREATE TABLE step (height text PRIMARY KEY, "
                                "name text NOT NULL, rate text, price text, "
                                "share text); INSERT INTO step (height, name, "
                                "rate) ",
                                kRows)));
  const auto steps = Steps::NewStub(server().channel());
  modelservice::CapturedLog captured;
  std::vector<Step> rows;
  ASSERT_THAT(ReadAll(*steps, &Steps::Stub::List, StepsRequest(), &rows),
              IsOk());
  std::string names;
  for (const Step& step : rows) names += step.name();
  EXPECT_EQ(names, "cde");
  EXPECT_THAT(captured.Take(), HasSubstr("column step.height, a part of the "
                                         "key, is NULL"));
  for (const char* rate : {"", "0.05"}) {
    SCOPED_TRACE(rate);
    StepsPageRequest request;
    request.set_page_size(1);
    if (*rate != '\0') request.set_rate(rate);
    names.clear();
    for (int pages = 0; pages < 9; ++pages) {
      StepsPage page;
      ASSERT_THAT(Call(*steps, &Steps::Stub::ListPages, request, &page),
                  IsOk());
      for (const Step& step : page.steps()) names += step.name();
      request.set_page_token(page.next_page_token());
      if (page.next_page_token().empty()) break;
    }
    EXPECT_EQ(names, "cde");
    EXPECT_EQ(request.page_token(), "");
  }
}

}  // namespace
}  // namespace integration
