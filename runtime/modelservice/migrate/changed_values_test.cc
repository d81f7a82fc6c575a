// What a column's values become when its field has another type, there and
// back, the same on either database.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/migrate/migrator_test_support.h"
#include "modelservice/migrate/random_schema_test_support.h"
#include "modelservice/migrate/reasons.h"
#include "modelservice/migrate/schema_change.h"
#include "modelservice/migrate/script_parts.h"

namespace modelservice {
namespace {

using ::testing::HasSubstr;

// A field at two times.
struct Pair {
  FieldSpec before;
  FieldSpec after;
};

FieldSpec Field(FieldType type, Storage storage = Storage::kNative,
                bool repeated = false) {
  FieldSpec field;
  field.type = type;
  field.storage = storage;
  field.repeated = repeated;
  return field;
}

FieldSpec Formatted(Format format) {
  FieldSpec field = Field(FieldType::kString);
  field.format = format;
  return field;
}

// Of "v".
void SetType(const std::string& type, Schema* schema) {
  schema->tables[0].spec.columns[1].type = WrittenType(type);
}

class ChangedValuesTest : public MigratorTest {
 protected:
  // Makes a table "t" with "v", which has the one value, and goes there.
  absl::Status Go(const Pair& pair, const std::string& value) {
    EXPECT_TRUE(session_->Run("DROP TABLE IF EXISTS t").ok());
    EXPECT_TRUE(
        session_->Run("DROP TABLE IF EXISTS modelservice_migration").ok());
    migrations_.clear();
    const Schema nothing;
    const Schema written = SchemaOf(pair.before);
    // By way of the file beside migrations.
    const auto before = ReadSchema(WriteSchema(written), "schema.textproto");
    EXPECT_TRUE(before.ok()) << before.status();
    const Schema after = SchemaOf(pair.after);
    AddChange("0001_initial", nothing, *before);
    AddChange("0002_types", *before, after);
    const auto match = MatchOf(*before, after);
    dangers_ = DangersOf(ChangeOf(match), dialect());
    possible_ = CheckValues(ChangeOf(match), dialect());
    if (auto status = Run("0001_initial"); !status.ok()) return status;
    const auto status =
        session_->Run(absl::StrCat("INSERT INTO t VALUES (1, ", value, ")"));
    return status.ok() ? Run() : status;
  }
  std::string Text() {
    return Texts(on_postgres() ? "SELECT v::text FROM t"
                               : "SELECT CAST(v AS TEXT) FROM t");
  }
  std::string Fault(const Pair& pair, const std::string& value) {
    return std::string(Go(pair, value).message());
  }
  // The value there, and back again.
  std::string ThereAndBack(const Pair& pair, const std::string& value) {
    const absl::Status status = Go(pair, value);
    if (!status.ok()) return std::string(status.message());
    const std::string there = Text();
    const absl::Status back = Run("0001_initial");
    return absl::StrCat(there, " ",
                        back.ok() ? Text() : std::string(back.message()));
  }

  Schema SchemaOf(const FieldSpec& field) const {
    TableSpec table;
    table.message = "test.T";
    table.name = "t";
    table.primary_key = {"id"};
    for (const char* const name : {"id", "v"}) {
      ColumnSpec& column = table.columns.emplace_back();
      column.name = name;
      column.nullable = *name == 'v' && !field.repeated;
      column.field = *name == 'v' ? field : Field(FieldType::kInt64);
      column.field->name = name;
      column.field->presence = column.nullable;
      column.field->number = static_cast<int>(table.columns.size());
    }
    Schema schema = modelservice::SchemaOf(Tables{table}, dialect());
    if (field.type == FieldType::kEnum) {
      schema.tables[0].forms["v"].names = {{0, "ZERO"}, {1, "ONE"}};
    }
    return schema;
  }

  std::vector<Danger> dangers_;
  absl::Status possible_;
};

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

// As PostgreSQL does, in other words.
TEST_P(ChangedValuesTest, TextsThatAreNoneOfTheNewTypeAreRefused) {
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
       {"13:14:15", "13:14:15.5"},
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

TEST_P(ChangedValuesTest, DatesOfTimestamps) {
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

TEST_P(ChangedValuesTest, TimestampsOfAnyZoneAreInUtc) {
  const Pair pair = {Field(FieldType::kString), Field(FieldType::kTimestamp)};
  const char* const zone = on_postgres() ? "+00" : "";
  for (const auto& [text, wanted] :
       {std::make_pair("2020-01-01T00:00:00+02:00", "2019-12-31 22:00:00"),
        std::make_pair("2020-01-01 00:00:00.25-05:00",
                       on_postgres() ? "2020-01-01 05:00:00.25"
                                     : "2020-01-01 05:00:00.250000"),
        std::make_pair("2020-01-01", "2020-01-01 00:00:00")}) {
    const absl::Status status = Go(pair, absl::StrCat("'", text, "'"));
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_EQ(Text(), absl::StrCat(wanted, zone));
  }
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
