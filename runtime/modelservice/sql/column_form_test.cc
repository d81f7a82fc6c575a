#include "modelservice/sql/column_form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace modelservice {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr Column kColumns[] = {Column("it", 1, FieldType::kString)};
constexpr int kKey[] = {0};
constexpr Ordering kOrder[] = {{0}};
constexpr Table kTable("thing", "Thing", kColumns, kKey, kOrder);

absl::StatusOr<ColumnForm> Of(const Column& field, const char* type,
                              const Dialect& dialect) {
  return ColumnForm::Of(kTable, field, ParseLiveType("it", type), dialect);
}

std::string TextOf(Value value) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      return "NULL";
    case Value::Kind::kInteger:
      return absl::StrCat(value.integer());
    case Value::Kind::kReal:
      return absl::StrCat(value.real(), "e0");
    case Value::Kind::kTimestamp:
      return absl::StrCat("@", value.seconds(), ".", value.nanos());
    case Value::Kind::kInvalid:
      return absl::StrCat("! ", value.text());
    default:
      return std::string(value.text());
  }
}

// What a string over a column of `type` stores for a text.
std::string Stored(const char* type, const char* text, const Dialect& dialect,
                   Column field = kColumns[0]) {
  const auto form = Of(field, type, dialect);
  EXPECT_TRUE(form.ok()) << form.status();
  TextArena arena;
  return TextOf(form->Stored(Value::Text(text), arena));
}

TEST(ColumnForm, WhatAStringStores) {
  const Dialect& sqlite = SqliteDialect();
  const Dialect& postgres = PostgresDialect();
  EXPECT_EQ(Stored("text", " x ", sqlite), " x ");
  EXPECT_EQ(Stored("datetime", "2024-02-29T13:14:15+01:00", sqlite),
            "@1709208855.0");
  EXPECT_EQ(Stored("timestamptz", "2024-02-29 13:14", postgres),
            "@1709212440.0");
  EXPECT_EQ(Stored("interval", "1 2:3:4", postgres), "1 02:03:04");
  EXPECT_EQ(Stored("interval(3)", "P1D", postgres), "1 00:00:00");
  EXPECT_EQ(Stored("bigint", "1 00:00:00", sqlite), "86400000000");
  EXPECT_EQ(Stored("bigint", "86400000000", postgres), "86400000000");
  EXPECT_EQ(Stored("bigint", "7", sqlite, kColumns[0].SqlType("BIGINT")), "7");
  EXPECT_EQ(Stored("bytea", "YQ==", postgres), "a");
  EXPECT_EQ(
      Stored("char(32)", "{01234567-89AB-CDEF-0123-456789ABCDEF}", sqlite),
      "0123456789abcdef0123456789abcdef");
  EXPECT_EQ(
      Stored("varchar(32)", "01234567-89ab-cdef-0123-456789abcdef", sqlite),
      "01234567-89ab-cdef-0123-456789abcdef");
  // A digest of MD5, of whom no UUID would fit.
  EXPECT_EQ(Stored("char(32)", "0123456789ABCDEF0123456789abcdef", sqlite,
                   kColumns[0].MaxLength(32)),
            "0123456789ABCDEF0123456789abcdef");
  EXPECT_EQ(Stored("numeric(6,2)", "1e2", postgres), "100.00");
  EXPECT_EQ(
      Stored("decimal", "2.5", sqlite, kColumns[0].SqlType("decimal(6,2)")),
      "2.50");
  EXPECT_EQ(
      Stored("text", "007.50", sqlite, kColumns[0].OfFormat(Format::kDecimal)),
      "7.50");
  EXPECT_EQ(Stored("text", "007.50", sqlite,
                   kColumns[0].OfFormat(Format::kDecimal).Unique()),
            "7.5");
  EXPECT_EQ(Stored("boolean", "off", postgres), "0");
  EXPECT_EQ(Stored("real", "0.5", sqlite), "0.5e0");
}

// A text has no order for times that only a column of times could hold.
TEST(ColumnForm, FarTimesAreOfColumnsOfTimes) {
  const Dialect& postgres = PostgresDialect();
  const Column date = kColumns[0].OfFormat(Format::kDate);
  const Column time = kColumns[0].OfFormat(Format::kTime);
  EXPECT_EQ(Stored("date", "10000-01-01", postgres, date), "10000-01-01");
  EXPECT_EQ(Stored("time", "24:00", postgres, time), "24:00:00");
  for (const Dialect* dialect : {&postgres, &SqliteDialect()}) {
    for (const char* type : {"text", "varchar(20)"}) {
      EXPECT_EQ(Stored(type, "9999-12-31", *dialect, date), "9999-12-31");
      EXPECT_EQ(Stored(type, "23:59", *dialect, time), "23:59:00");
      for (const char* far : {"10000-01-01", "infinity", "0044-03-15 BC"}) {
        EXPECT_THAT(Stored(type, far, *dialect, date),
                    HasSubstr("! Date has wrong format."));
      }
      EXPECT_THAT(Stored(type, "24:00", *dialect, time),
                  HasSubstr("! Time has wrong format."));
    }
  }
}

// What a row is given may be less than what is looked for.
TEST(ColumnForm, WhatIsWrittenHasTheColumnsLimits) {
  const auto form = Of(kColumns[0], "varchar(3)", PostgresDialect());
  ASSERT_TRUE(form.ok());
  EXPECT_TRUE(form->is_plain());
  EXPECT_FALSE(form->takes_all());
  TextArena arena;
  EXPECT_EQ(TextOf(form->Stored(Value::Text("abcd"), arena)), "abcd");
  EXPECT_EQ(TextOf(form->Written(Value::Text("abcd"), arena)),
            "! Ensure this field has no more than 3 characters.");
  EXPECT_EQ(Stored("real", "0.123456789", PostgresDialect()),
            "! Ensure that there are no more than 6 digits in total.");
  EXPECT_EQ(Stored("real", "0.1234567890123456789", SqliteDialect()),
            "! Ensure that there are no more than 15 digits in total.");
  EXPECT_EQ(Stored("integer", "4294967296", SqliteDialect()), "4294967296");
}

// Blanks behind a text of char(n) are PostgreSQL's.
TEST(ColumnForm, PaddedTextsAreShownBare) {
  const auto form = Of(kColumns[0], "character(5)", PostgresDialect());
  ASSERT_TRUE(form.ok());
  EXPECT_FALSE(form->shows_as_is());
  std::string shown;
  EXPECT_TRUE(form->Show(Value::Text(" ab  "), &shown));
  EXPECT_EQ(shown, " ab");
  EXPECT_TRUE(form->Show(Value::Text("     "), &shown));
  EXPECT_EQ(shown, "");
  const auto decimal = Of(kColumns[0].OfFormat(Format::kDecimal),
                          "character(5)", PostgresDialect());
  ASSERT_TRUE(decimal.ok());
  EXPECT_TRUE(decimal->Show(Value::Text("1.50 "), &shown));
  EXPECT_EQ(shown, "1.50");
  EXPECT_TRUE(Of(kColumns[0], "character(5)", SqliteDialect())->is_plain());
}

// SQLite makes a number of what looks like one in a column whose declared name
// says nothing else.
TEST(ColumnForm, TextsThatSqliteWouldStoreAsNumbersAreRefused) {
  const Dialect& sqlite = SqliteDialect();
  constexpr char kWords[] =
      "! The column would store the number %s for this text.";
  for (const auto& [text, number] :
       {std::pair("007", "7"), std::pair(" 7", "7"), std::pair("1e2", "100"),
        std::pair("+5", "5"), std::pair("2.50", "2.5"), std::pair(".5", "0.5"),
        std::pair("12345678901234567890", "1.23456789012346e+19")}) {
    EXPECT_EQ(Stored("STRING", text, sqlite),
              absl::StrReplaceAll(kWords, {{"%s", number}}));
  }
  for (const char* text : {"", "7", "-7", "2.5", "7a", "0x10", "inf", "nan"}) {
    EXPECT_EQ(Stored("STRING", text, sqlite), text);
    EXPECT_EQ(Stored("STRING", text, sqlite, kColumns[0].Nullable()), text);
    EXPECT_EQ(Stored("STRING", text, PostgresDialect()), text);
  }
  EXPECT_EQ(Stored("LONGVARCHAR", "007", sqlite), "007");
  EXPECT_EQ(Stored("MONEY", "2.50", sqlite), "2.5");
  EXPECT_EQ(Stored("json", "2.50", sqlite), "2.50");
  EXPECT_EQ(Stored("json", "12345678901234567890", PostgresDialect()),
            "12345678901234567890");
  EXPECT_THAT(Stored("json", "12345678901234567890", sqlite),
              HasSubstr("would store the number"));
}

// What is compared as texts, in the keys of several columns too.
TEST(ColumnForm, EqualDecimalsOfKeysAreEqualTexts) {
  const Column pair[] = {
      Column("a", 1, FieldType::kString).OfFormat(Format::kDecimal),
      Column("b", 2, FieldType::kString).OfFormat(Format::kDecimal)};
  const int first[] = {0};
  const IndexColumn parts[] = {{1}};
  const Index unique[] = {{"it", parts, true, ""}};
  const absl::string_view referred[] = {"x"};
  const ForeignKey keys[] = {{first, referred, {"other", "x"}}};
  const Table plain("pair", "Pair", pair, kKey, kOrder);
  const Table with_keys = plain.Indexes(unique).ForeignKeys(keys);
  const auto stored = [](const Table& table, const Column& column) {
    const auto form = ColumnForm::Of(
        table, column, ParseLiveType(column.name, "text"), SqliteDialect());
    EXPECT_TRUE(form.ok()) << form.status();
    TextArena arena;
    return TextOf(form->Stored(Value::Text("1.50"), arena));
  };
  for (const Column& column : pair) {
    EXPECT_EQ(stored(plain, column), "1.50") << column.name;
    EXPECT_EQ(stored(with_keys, column), "1.5") << column.name;
  }
}

TEST(ColumnForm, NothingIsNullWhereThatIsAllowed) {
  const Column nullable = kColumns[0].Nullable();
  for (const char* type :
       {"timestamptz", "date", "time", "interval", "uuid", "numeric", "integer",
        "double precision", "boolean", "jsonb"}) {
    EXPECT_EQ(Stored(type, "", PostgresDialect(), nullable), "NULL") << type;
    EXPECT_THAT(Stored(type, "", PostgresDialect()), HasSubstr("! ")) << type;
  }
  EXPECT_EQ(Stored("bytea", "", PostgresDialect(), nullable), "");
  EXPECT_EQ(Stored("character(5)", "", PostgresDialect(), nullable), "");
}

TEST(ColumnForm, DigitsAreCountedAsDjangoDoes) {
  const auto refused = [](const char* text) {
    return Stored("numeric(5,2)", text, PostgresDialect());
  };
  EXPECT_EQ(refused("123456"),
            "! Ensure that there are no more than 5 digits in total.");
  EXPECT_EQ(refused("1.005"),
            "! Ensure that there are no more than 2 decimal places.");
  EXPECT_EQ(refused("1234.5"),
            "! Ensure that there are no more than 3 digits before the decimal "
            "point.");
  EXPECT_EQ(refused("NaN"), "! A valid number is required.");
  EXPECT_EQ(refused("0.01"), "0.01");
  EXPECT_EQ(Stored("numeric", "NaN", PostgresDialect()), "NaN");
}

TEST(ColumnForm, TheDigitsOfAFieldAreItsColumnsToo) {
  const Column price =
      kColumns[0].OfFormat(Format::kDecimal).MaxDigits(5).DecimalPlaces(2);
  for (const char* type : {"text", "decimal"}) {
    EXPECT_EQ(Stored(type, "1.5", SqliteDialect(), price), "1.50") << type;
    EXPECT_EQ(Stored(type, "1234.5", SqliteDialect(), price),
              "! Ensure that there are no more than 3 digits before the "
              "decimal point.")
        << type;
  }
  EXPECT_EQ(Stored("text", "1.5", SqliteDialect(), price.Unique()), "1.50");
  EXPECT_EQ(Stored("numeric", "1.5", PostgresDialect(), price), "1.50");
  // The narrower of the two.
  EXPECT_EQ(Stored("numeric(8,4)", "1.005", PostgresDialect(), price),
            "! Ensure that there are no more than 2 decimal places.");
  EXPECT_EQ(Stored("numeric(3,1)", "1.05", PostgresDialect(), price),
            "! Ensure that there are no more than 1 decimal places.");
  // A row that was written before is shown with the digits that it should have.
  const auto form = Of(price, "numeric", PostgresDialect());
  ASSERT_TRUE(form.ok());
  EXPECT_FALSE(form->shows_as_is());
  std::string shown;
  EXPECT_TRUE(form->Show(Value::Text("7.5"), &shown));
  EXPECT_EQ(shown, "7.50");
}

TEST(ColumnForm, TimestampsOverDatesAndNumbers) {
  const Column at("at", 1, FieldType::kTimestamp);
  TextArena arena;
  const auto day = Of(at, "date", PostgresDialect());
  ASSERT_TRUE(day.ok());
  EXPECT_EQ(TextOf(day->Stored(Value::Timestamp(86400, 0), arena)), "@86400.0");
  EXPECT_EQ(TextOf(day->Stored(Value::Timestamp(1, 0), arena)),
            "! Expected a date but got a datetime.");
  const auto number = Of(at, "integer", SqliteDialect());
  ASSERT_TRUE(number.ok());
  EXPECT_EQ(TextOf(number->Stored(Value::Timestamp(5, 0), arena)), "5");
}

TEST(ColumnForm, WhatHasNoneNamesTheMend) {
  const auto status = Of(Column("count", 1, FieldType::kInt64), "timestamptz",
                         PostgresDialect())
                          .status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("Thing.count has no form in column \"it\" of "
                              "table \"thing\", which is of type timestamptz"),
                    HasSubstr("make it google.protobuf.Timestamp or string")));
  EXPECT_FALSE(
      Of(kColumns[0].OfFormat(Format::kUuid), "bytea", PostgresDialect()).ok());
  EXPECT_FALSE(
      Of(Column("raw", 1, FieldType::kBytes), "interval", PostgresDialect())
          .ok());
  // What nobody else knows is the database's to judge.
  EXPECT_TRUE(Of(kColumns[0], "tsvector", PostgresDialect()).ok());
  EXPECT_TRUE(Of(kColumns[0], "whatever", SqliteDialect()).ok());
}

}  // namespace
}  // namespace modelservice
