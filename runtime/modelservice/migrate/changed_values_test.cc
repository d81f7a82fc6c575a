// What a column's values become when its field has another type, there and
// back, the same on either database.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/migrate/changed_values_test_support.h"

namespace modelservice {
namespace {

using ::testing::HasSubstr;

TEST_P(ChangedValuesTest, TextsAreTheirBytes) {
  const Pair pair = {Field(FieldType::kString), Field(FieldType::kBytes)};
  EXPECT_EQ(ThereAndBack(pair, "'a\\x41\u00e9'"),
            on_postgres() ? "\\x615c783431c3a9 a\\x41\u00e9"
                          : "a\\x41\u00e9 a\\x41\u00e9");
  ASSERT_TRUE(Go(pair, "'abc'").ok());
  EXPECT_EQ(
      Texts(on_postgres() ? "SELECT 'yes' FROM t WHERE v = '\\x616263'"
                          : "SELECT typeof(v) FROM t WHERE v = X'616263'"),
      on_postgres() ? "yes" : "blob");
  const Pair back = {pair.after, pair.before};
  ASSERT_TRUE(Go(back, dialect().BytesLiteral("abc")).ok());
  EXPECT_EQ(Texts("SELECT v FROM t WHERE v = 'abc'"), "abc");
  EXPECT_THAT(Fault(back, dialect().BytesLiteral("a\xff")),
              HasSubstr(on_postgres() ? "invalid byte sequence"
                                      : "t.v holds what is no UTF-8"));
}

TEST_P(ChangedValuesTest, EnumsByNumberAndByName) {
  const FieldSpec number = Field(FieldType::kEnum);
  const FieldSpec name = Field(FieldType::kEnum, Storage::kName);
  EXPECT_EQ(ThereAndBack({number, name}, "1"), "ONE 1");
  EXPECT_EQ(ThereAndBack({name, number}, "'ONE'"), "1 ONE");
  EXPECT_THAT(Fault({number, name}, "7"),
              HasSubstr("t.v holds what is no number of its enum: 7"));
  EXPECT_THAT(Fault({name, number}, "'SIX'"),
              HasSubstr("t.v holds what is no name of its enum: SIX"));
  const Pair text = {Field(FieldType::kString), name};
  EXPECT_EQ(ThereAndBack(text, "'ONE'"), "ONE ONE");
  EXPECT_THAT(Fault(text, "'junk'"),
              HasSubstr("t.v holds what is no name of its enum: junk"));
  ASSERT_EQ(dangers_.size(), 1u);
  EXPECT_EQ(dangers_[0].kind, "narrow");
}

TEST_P(ChangedValuesTest, NumbersWithoutASign) {
  for (const FieldType type : {FieldType::kInt32, FieldType::kInt64}) {
    const Pair pair = {Field(type), Field(FieldType::kUint32)};
    EXPECT_EQ(ThereAndBack(pair, "5"), "5 5");
    EXPECT_THAT(Fault(pair, "-1"),
                HasSubstr("t.v holds what is no uint32: -1"));
    ASSERT_EQ(dangers_.size(), 1u);
    EXPECT_EQ(dangers_[0].kind, "narrow");
    EXPECT_THAT(Fault({pair.before, Field(FieldType::kUint64)}, "-1"),
                HasSubstr("t.v holds what is no uint64: -1"));
  }
  EXPECT_THAT(Fault({Field(FieldType::kInt64), Field(FieldType::kUint32)},
                    "5000000000"),
              HasSubstr("t.v holds what is no uint32: 5000000000"));
}

TEST_P(ChangedValuesTest, DatesOfTimestamps) {
  if (!on_postgres()) {
    EXPECT_THAT(Fault({Formatted(Format::kDate), Field(FieldType::kTimestamp)},
                      "'junk'"),
                HasSubstr("t.v holds what is no timestamp: junk"));
  }

  const FieldSpec date = Formatted(Format::kDate);
  EXPECT_EQ(ThereAndBack({Field(FieldType::kTimestamp), date},
                         "'2024-01-02 03:04:05'"),
            absl::StrCat("2024-01-02 2024-01-02 00:00:00",
                         on_postgres() ? "+00" : ""));
}

TEST_P(ChangedValuesTest, RealsWithoutASign) {
  const Pair pair = {Field(FieldType::kDouble), Field(FieldType::kUint32)};
  EXPECT_EQ(ThereAndBack(pair, "6.7"), on_postgres() ? "7 7" : "7 7.0");
  EXPECT_THAT(Fault(pair, "-1.5"),
              HasSubstr("t.v holds what is no uint32: -1.5"));
  EXPECT_THAT(Fault({pair.before, Field(FieldType::kUint64)}, "-1.5"),
              HasSubstr("t.v holds what is no uint64: -1.5"));
}

TEST_P(ChangedValuesTest, Lists) {
  const auto list = [](FieldType type, Storage storage = Storage::kArray) {
    return Field(type, storage, true);
  };
  const std::string some = on_postgres() ? "'{1,2}'" : "'[1,2]'";
  EXPECT_EQ(
      ThereAndBack({list(FieldType::kInt32), list(FieldType::kString)}, some),
      on_postgres() ? "{1,2} {1,2}" : "[\"1\",\"2\"] [1,2]");
  EXPECT_EQ(ThereAndBack({list(FieldType::kInt32),
                          list(FieldType::kInt32, Storage::kJson)},
                         some),
            on_postgres() ? "[1, 2] {1,2}" : "[1,2] [1,2]");
  ASSERT_TRUE(
      Go({list(FieldType::kString), list(FieldType::kString, Storage::kJson)},
         on_postgres() ? "ARRAY['a\"']" : "'[\"a\\\"\"]'")
          .ok());
  EXPECT_EQ(Text(), "[\"a\\\"\"]");
  ASSERT_TRUE(
      Go({Field(FieldType::kInt32), list(FieldType::kInt32)}, "5").ok());
  EXPECT_EQ(Text(), on_postgres() ? "{5}" : "[5]");
}

TEST_P(ChangedValuesTest, NumbersThatListsOfOneCannotHold) {
  const auto list = [](FieldType type) {
    return Field(type, Storage::kArray, true);
  };
  const FieldSpec real = Field(FieldType::kDouble);
  ASSERT_TRUE(Go({real, list(FieldType::kInt32)}, "1.6").ok());
  EXPECT_EQ(Text(), on_postgres() ? "{2}" : "[2]");
  ASSERT_TRUE(Go({real, list(FieldType::kUint32)}, "NULL").ok());
  EXPECT_EQ(Text(), on_postgres() ? "{}" : "[]");
  for (const FieldType type : {FieldType::kUint32, FieldType::kUint64}) {
    for (const FieldSpec& one : {real, Field(FieldType::kInt32)}) {
      EXPECT_THAT(Fault({one, list(type)}, "-1"),
                  HasSubstr(on_postgres() && type == FieldType::kUint64
                                ? "t.v holds what no SQL makes NUMERIC[]"
                                : "t.v holds what is no uint"));
    }
  }
  EXPECT_NE(
      Fault({Field(FieldType::kInt64), list(FieldType::kInt32)}, "3000000000"),
      "");
}

TEST_P(ChangedValuesTest, Times) {
  const Pair span = {Field(FieldType::kDuration), Field(FieldType::kInt64)};
  EXPECT_EQ(ThereAndBack(span, on_postgres() ? "'90.5 seconds'" : "90500000"),
            on_postgres() ? "90500000 00:01:30.5" : "90500000 90500000");
  EXPECT_EQ(
      ThereAndBack({Field(FieldType::kTimestamp), Field(FieldType::kString)},
                   "'2024-01-02 03:04:05.123450'"),
      absl::StrCat("2024-01-02 03:04:05.123450 2024-01-02 03:04:05.12345",
                   on_postgres() ? "+00" : "0"));
  const Pair read = {Field(FieldType::kString), Field(FieldType::kTimestamp)};
  ASSERT_TRUE(Go(read, "'2024-01-02T03:04:05Z'").ok());
  EXPECT_EQ(Text(),
            absl::StrCat("2024-01-02 03:04:05", on_postgres() ? "+00" : ""));
  EXPECT_THAT(Fault(read, "'junk'"), HasSubstr("junk"));
}

// Made anew for the sake of another column, where an earlier program's file
// says less of this one, or nothing.
TEST_P(ChangedValuesTest, WhatAnOldFileDoesNotTellStaysAsItIs) {
  const FieldSpec text = Field(FieldType::kString);
  const FieldSpec uuid = Formatted(Format::kUuid);
  const std::string of_digits = "6BA7B8109DAD11D180B400C04FD430C8";
  const FieldSpec list = Field(FieldType::kString, Storage::kArray, true);
  const std::string some = on_postgres() ? "{a}" : "[\"a\"]";
  struct Case {
    FieldSpec before;
    FieldSpec after;
    std::string form;
    std::string value;
  };
  for (const Case& one :
       {Case{text, uuid, "string", of_digits}, Case{list, list, "", some},
        Case{Field(FieldType::kMessage, Storage::kBytes),
             Field(FieldType::kMessage, Storage::kBytes), "", "x"}}) {
    Schema before = SchemaOf(one.before);
    ValueForm& form = before.tables[0].forms["v"];
    form.text = one.form;
    form.without_format = true;
    before.tables[0].spec.columns[0].default_sql = "7";  // the other one
    Schema after = SchemaOf(one.after);
    if (one.before.type == FieldType::kString && !one.before.repeated) {
      SetType("char(32)", &before);
      SetType("char(32)", &after);
    }
    migrations_.clear();
    AddChange("0001_initial", Schema(), before);
    AddChange("0002_other", before, after);
    ASSERT_TRUE(Run("0001_initial").ok());
    ASSERT_TRUE(
        session_
            ->Run(absl::StrCat("INSERT INTO t VALUES (1, '", one.value, "')"))
            .ok());
    const std::string value = Texts("SELECT CAST(v AS TEXT) FROM t");
    for (const char* const target : {"0002_other", "0001_initial"}) {
      const absl::Status status = Run(target);
      ASSERT_TRUE(status.ok()) << status;
      EXPECT_EQ(Texts("SELECT CAST(v AS TEXT) FROM t"), value);
    }
    ASSERT_TRUE(Run("").ok());
  }
}

TEST_P(ChangedValuesTest, WhatNoSqlMakesIsRefused) {
  const FieldSpec wire = Field(FieldType::kMessage, Storage::kBytes);
  const FieldSpec json = Field(FieldType::kMessage, Storage::kJson);
  EXPECT_THAT(Fault({json, wire}, "'{}'"),
              HasSubstr("t.v holds what no SQL makes B"));
  EXPECT_THAT(possible_.message(), HasSubstr("column v of t: "));
  EXPECT_THAT(Fault({Field(FieldType::kDuration), Field(FieldType::kBool)},
                    on_postgres() ? "'1 second'" : "1"),
              HasSubstr("t.v holds what no SQL makes BOOLEAN"));
  EXPECT_FALSE(possible_.ok());
}

INSTANTIATE_TEST_SUITE_P(Databases, ChangedValuesTest, kEitherDatabase,
                         NameOfDatabase);

}  // namespace
}  // namespace modelservice
