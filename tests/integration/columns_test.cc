// Strings over columns that another program made: one form for each type,
// there and back, and words for what has none.
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "columns_fixture.h"
#include "modelservice/objects.h"
#include "modelservice/testing/captured_log.h"

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
constexpr char kNoNumber[] = "A valid number is required.";
constexpr char kNoInteger[] = "A valid integer is required.";
constexpr char kUuid[] = "01234567-89ab-cdef-0123-456789abcdef";

constexpr size_t kCells = 34;  // of a Cell

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
    {"numeric(3,-2)", "12300", "12300", "abc", kNoNumber},
    {"numeric(2,4)", "0.0099", "0.0099", "abc", kNoNumber},
    {"numeric", "'NaN'", "NaN", "abc", kNoNumber},
    {"bigint", "9007199254740993", "9007199254740993", "1.5", kNoInteger},
    {"smallint", "-5", "-5", "32768",
     "Ensure this value is less than or equal to 32767."},
    {"boolean", "true", "true", "maybe", "Must be a valid boolean."},
    {"double precision", "0.1", "0.1", "x", kNoNumber},
    {"real", "0.1", "0.1", "1e39",
     "Ensure this value is less than or equal to 3.40282347e+38."},
    {"interval year to month", "'1-2'", "1 year 2 mons 00:00:00", "x", kNoSpan},
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
    {"json", "5", "5", "12345678901234567890",
     "The column would store the number 1.23456789012346e+19 for this text."},
    {"STRING", "'a'", "a", "007",
     "The column would store the number 7 for this text."},
    {"STRING", "7", "7", "1e2",
     "The column would store the number 100 for this text."},
    {"MONEY", "2.5", "2.5", "x", kNoNumber},
    {"text", "' x '", " x ", nullptr, nullptr},
};

class CellsTest : public ColumnsTest {
 protected:
  absl::Span<const Pair> pairs() const {
    return OnPostgres() ? absl::MakeConstSpan(kPostgres)
                        : absl::MakeConstSpan(kSqlite);
  }

  static std::string NameOf(size_t i) { return absl::StrCat("c", i); }
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
    for (size_t i = 0; i < kCells; ++i) {
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

  std::unique_ptr<Cells::Stub> cells_;
};

TEST_F(CellsTest, EachPairHasOneForm) {
  StartCells();
  const Cell cell = Retrieve();
  for (size_t i = 0; i < pairs().size(); ++i) {
    EXPECT_EQ(TextOf(cell, i), pairs()[i].shown) << pairs()[i].type;
  }
}

TEST_F(CellsTest, AReplyWrittenBackChangesNothing) {
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

TEST_F(CellsTest, GarbageIsRefusedInWords) {
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

TEST_F(CellsTest, ObjectsHaveTheSameForms) {
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

TEST_F(CellsTest, AFilterIsReadInTheSameForm) {
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

// Numbers with more digits than are shown, and what is none of its type.
TEST_F(CellsTest, WhatSqliteHoldsOtherwiseStaysAsItIs) {
  if (OnPostgres()) return;
  struct Odd {
    const char* type;
    const char* stored;  // in SQL
    const char* garbage;
    const char* words;
  };
  constexpr Odd kOdds[] = {
      {"decimal(20, 4)", "12345678901234.5678", "x", kNoNumber},
      {"decimal(20, 4)", "12345678901234567", "x", kNoNumber},
      {"decimal", "0.12345678901234567", "x", kNoNumber},
      {"decimal", "'abc'", "abd", kNoNumber},
      {"decimal(8, 2)", "1e300", "x", kNoNumber},
      {"CURRENCY", "'x'", "y", kNoNumber},
      {"date", "'0000-00-00'", "0000-00-01", kNoDate},
      {"time", "'25:00'", "26:00", kNoClock},
      {"datetime", "'yesterday'", "today", kNoTime},
      {"datetime", "1704067200", "today", kNoTime},
      {"char(32)", "'zz'", "zy", kNoUuid},
      {"integer", "'many'", "few", kNoInteger},
      {"boolean", "'maybe'", "perhaps", "Must be a valid boolean."},
      {"json", "'{'", "}", kNoJson},
      {"BLOB", "1234", "?", kNoBase64},
  };
  std::string columns;
  std::string values;
  for (size_t i = 0; i < kCells; ++i) {
    const bool used = i < std::size(kOdds);
    absl::StrAppend(&columns, ", ", NameOf(i), " ",
                    used ? kOdds[i].type : "text");
    absl::StrAppend(&values, ", ", used ? kOdds[i].stored : "NULL");
  }
  Start(RegisterColumns,
        Made(absl::StrCat("CREATE TABLE cell (id bigint NOT NULL PRIMARY KEY, "
                          "name text NOT NULL",
                          columns, "); INSERT INTO cell VALUES (1, 'a'", values,
                          ")")));
  cells_ = Cells::NewStub(server().channel());
  std::vector<std::string> before;
  for (size_t i = 0; i < std::size(kOdds); ++i) {
    before.push_back(Raw("cell", NameOf(i), 1));
  }
  Cell cell = Retrieve();
  cell.set_name("b");
  Cell updated;
  ASSERT_THAT(Call(*cells_, &Cells::Stub::Update, cell, &updated), IsOk());
  EXPECT_THAT(updated, EqualsMessage(cell));
  // A program's own code is as careful.
  const modelservice::Objects<Cell> cells(server().database());
  Cell own = cell;
  EXPECT_EQ(cells.Update(&own), absl::OkStatus());
  EXPECT_EQ(cells.Upsert(&own, CellModel::id), absl::OkStatus());
  const auto many = cells.BulkUpdate({own}, CellModel::name, CellModel::c0,
                                     CellModel::c3, CellModel::c9);
  EXPECT_TRUE(many.ok()) << many.status();
  for (size_t i = 0; i < std::size(kOdds); ++i) {
    EXPECT_EQ(Raw("cell", NameOf(i), 1), before[i]) << kOdds[i].type;
    Cell changed = cell;
    SetText(&changed, i, kOdds[i].garbage);
    EXPECT_THAT(Refusal(Call(*cells_, &Cells::Stub::Update, changed, &updated))
                    .violations,
                ElementsAre(absl::StrCat(NameOf(i), ": ", kOdds[i].words)));
  }
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
