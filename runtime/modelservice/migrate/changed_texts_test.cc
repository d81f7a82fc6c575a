// What texts become when their fields get a format, or another type.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/migrate/changed_values_test_support.h"

namespace modelservice {
namespace {

using ::testing::HasSubstr;

using ChangedTextsTest = ChangedValuesTest;

// As PostgreSQL does, in other words.
TEST_P(ChangedTextsTest, TextsThatAreNoneOfTheNewTypeAreRefused) {
  const std::string uuid = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
  const FieldSpec json = Field(FieldType::kMessage, Storage::kJson);
  struct Case {
    FieldSpec after;
    std::vector<std::string> right;
    std::vector<std::string> wrong;
    std::string told;
  };
  const std::vector<Case> cases = {
      {json, {"{}"}, {"{", "junk"}, "t.v holds what is no JSON: "},
      {Formatted(Format::kUuid),
       {uuid},
       {uuid + "0", "junk"},
       "t.v holds what is no UUID: "},
      {Formatted(Format::kDecimal),
       {"-1.50", "7"},
       {"1.5.0", "junk", "1,5"},
       "t.v holds what is no number: "},
      {Formatted(Format::kDate),
       {"2024-02-29"},
       {"2023-02-29", "junk"},
       "t.v holds what is no date: "},
      {Formatted(Format::kTime),
       {"13:14:15"},
       {"25:00:00", "junk"},
       "t.v holds what is no time of day: "},
      {Field(FieldType::kTimestamp),
       {},
       {"2023-02-29", "2024-01-01 10:00:00+9", "junk"},
       "t.v holds what is no timestamp: "},
      {Field(FieldType::kUint32),
       {"4294967295"},
       {"-1", "4294967296"},
       "t.v holds what is no uint32: "},
      {Field(FieldType::kUint64),
       {"5000000000"},
       {"-1"},
       "t.v holds what is no uint64: "}};
  for (const Case& one : cases) {
    SCOPED_TRACE(one.told);
    const Pair pair = {Field(FieldType::kString), one.after};
    for (const std::string& text : one.right) {
      EXPECT_EQ(ThereAndBack(pair, absl::StrCat("'", text, "'")),
                absl::StrCat(text, " ", text));
    }
    const absl::Status empty = Go(pair, "''");
    EXPECT_TRUE(empty.ok()) << empty;
    EXPECT_EQ(Text(), "NULL");
    for (const std::string& text : one.wrong) {
      // PostgreSQL knows zones in short.
      if (on_postgres() && absl::StrContains(text, "+9")) continue;
      const std::string fault = Fault(pair, absl::StrCat("'", text, "'"));
      EXPECT_NE(fault, "") << text;
      if (on_postgres()) continue;
      EXPECT_THAT(
          fault, HasSubstr(absl::StrCat(
                     one.told, text, " (in the row of id 1, of 1 such rows)")));
      EXPECT_EQ(Text(), text);
      ASSERT_EQ(dangers_.size(), 1u);
      EXPECT_EQ(dangers_[0].kind, "narrow");
    }
  }
}

TEST_P(ChangedTextsTest, AnEmptyTextIsNoneWhereNullIsNone) {
  const Schema before = SchemaOf(Field(FieldType::kString));
  Schema after = SchemaOf(Formatted(Format::kDate));
  after.tables[0].spec.columns[1].nullable = false;
  AddChange("0001_initial", Schema(), before);
  AddChange("0002_day", before, after);
  ASSERT_TRUE(Run("0001_initial").ok());
  ASSERT_TRUE(session_->Run("INSERT INTO t VALUES (7, '')").ok());
  EXPECT_THAT(
      std::string(Run().message()),
      HasSubstr(on_postgres()
                    ? "is violated by some row"
                    : "t.v holds what is no date:  (in the row of id 7, of 1"));
}

TEST_P(ChangedTextsTest, UuidsAreSpelledInMoreThanOneWay) {
  const std::string uuid = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
  const Pair pair = {Field(FieldType::kString), Formatted(Format::kUuid)};
  for (const char* const text : {"6ba7b8109dad11d180b400c04fd430c8",
                                 "{6BA7B810-9DAD-11D1-80B4-00C04FD430C8}"}) {
    const absl::Status status = Go(pair, absl::StrCat("'", text, "'"));
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_EQ(Text(), uuid);
  }
  if (on_postgres()) return;
  type_after_ = "char(32)";
  ASSERT_TRUE(Go(pair, "'" + uuid + "'").ok());
  EXPECT_EQ(Text(), "6ba7b8109dad11d180b400c04fd430c8");
}

// In a text, which would hold anything, too.
TEST_P(ChangedTextsTest, FormatsAreReadAndWrittenAsTheServerDoes) {
  type_after_ = "text";
  const auto go = [&](Format format, const std::string& text) {
    const absl::Status status =
        Go({Field(FieldType::kString), Formatted(format)}, "'" + text + "'");
    return status.ok() ? Text() : std::string(status.message());
  };
  EXPECT_EQ(go(Format::kTime, "13:14:15.5"), "13:14:15.500000");
  EXPECT_EQ(go(Format::kTime, "13:14"), "13:14:00");
  EXPECT_EQ(go(Format::kDecimal, "+.50"), "0.50");
  EXPECT_EQ(go(Format::kDecimal, "-007"), "-7");
  EXPECT_EQ(go(Format::kDecimal, "100"), "100");
  EXPECT_EQ(go(Format::kDecimal, "-0"), "0");
  EXPECT_EQ(go(Format::kUuid, "6BA7B8109DAD11D180B400C04FD430C8"),
            "6ba7b810-9dad-11d1-80b4-00c04fd430c8");
  for (const Format format :
       {Format::kTime, Format::kDecimal, Format::kUuid, Format::kDate}) {
    EXPECT_THAT(go(format, "junk"), HasSubstr("junk"));
    EXPECT_NE(Text(), "NULL");
    EXPECT_EQ(go(format, ""), "NULL");
  }
  EXPECT_THAT(go(Format::kDate, "today"),
              HasSubstr("t.v holds what is no date: today"));
  EXPECT_THAT(go(Format::kDecimal, "NaN"),
              HasSubstr("t.v holds what is no number: NaN"));
  const Pair json = {Field(FieldType::kString),
                     Field(FieldType::kMessage, Storage::kJson)};
  EXPECT_EQ(ThereAndBack(json, "'{\"b\": 1}'"), "{\"b\": 1} {\"b\": 1}");
  EXPECT_THAT(Fault(json, "'junk'"), HasSubstr("junk"));
  type_after_.clear();
  EXPECT_THAT(
      Fault({Field(FieldType::kString), Formatted(Format::kDate)}, "'today'"),
      HasSubstr("t.v holds what is no date: today"));
}

// On SQLite, which has no types for them.
TEST_P(ChangedTextsTest, TextsWithAFormatAreTexts) {
  if (on_postgres()) GTEST_SKIP() << "SQLite's";
  const std::string uuid = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
  const FieldSpec bytes = Field(FieldType::kBytes);
  const FieldSpec list = Field(FieldType::kString, Storage::kArray, true);
  EXPECT_EQ(ThereAndBack({Formatted(Format::kUuid), bytes}, "'" + uuid + "'"),
            uuid + " " + uuid);
  EXPECT_EQ(ThereAndBack({Formatted(Format::kTime), bytes}, "'10:00:00'"),
            "10:00:00 10:00:00");
  EXPECT_THAT(Fault({bytes, Formatted(Format::kUuid)}, "X'ff'"),
              HasSubstr("t.v holds what is no UUID: "));
  ASSERT_TRUE(Go({Formatted(Format::kDecimal), list}, "'1.50'").ok());
  EXPECT_EQ(Text(), "[\"1.50\"]");
  ASSERT_TRUE(Go({Formatted(Format::kUuid), list}, "'" + uuid + "'").ok());
  EXPECT_EQ(Text(), "[\"" + uuid + "\"]");
}

TEST_P(ChangedTextsTest, TimestampsOfAnyZoneAreInUtc) {
  const Pair pair = {Field(FieldType::kString), Field(FieldType::kTimestamp)};
  const char* const zone = on_postgres() ? "+00" : "";
  for (const auto& [text, wanted] :
       {std::pair("2020-01-01T00:00:00+02:00", "2019-12-31 22:00:00"),
        std::pair("2020-01-01 00:00:00.25-05:00",
                  on_postgres() ? "2020-01-01 05:00:00.25"
                                : "2020-01-01 05:00:00.250000"),
        std::pair("2020-01-01 10:00:00+00", "2020-01-01 10:00:00"),
        std::pair("2020-01-01 10:00+0230", "2020-01-01 07:30:00"),
        std::pair("2020-01-01T10:00:00z", "2020-01-01 10:00:00"),
        std::pair("2020-01-01 10:00", "2020-01-01 10:00:00"),
        std::pair("2020-01-01", "2020-01-01 00:00:00")}) {
    const absl::Status status = Go(pair, absl::StrCat("'", text, "'"));
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_EQ(Text(), absl::StrCat(wanted, zone));
  }
}

INSTANTIATE_TEST_SUITE_P(Databases, ChangedTextsTest, kEitherDatabase,
                         NameOfDatabase);

}  // namespace
}  // namespace modelservice
