// Columns of every type become those of every other one, and come back: on
// either database the tables are what they are when they are made at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/migrate/migrator_test_support.h"
#include "modelservice/migrate/random_schema_test_support.h"
#include "modelservice/migrate/reasons.h"
#include "modelservice/migrate/schema_change.h"
#include "modelservice/migrate/script_parts.h"

namespace modelservice {
namespace {

using ::testing::HasSubstr;

using Describe = std::function<void(FieldSpec*)>;

std::vector<FieldSpec> EveryType() {
  std::vector<FieldSpec> types;
  const auto add = [&](FieldType type, const Describe& describe = nullptr) {
    types.emplace_back().type = type;
    if (describe != nullptr) describe(&types.back());
  };
  for (const FieldType type :
       {FieldType::kBool, FieldType::kInt32, FieldType::kInt64,
        FieldType::kUint32, FieldType::kUint64, FieldType::kFloat,
        FieldType::kDouble, FieldType::kString, FieldType::kBytes,
        FieldType::kEnum, FieldType::kTimestamp, FieldType::kDuration}) {
    add(type);
    add(type, [](FieldSpec* field) { field->presence = true; });
  }
  for (const Format format :
       {Format::kUuid, Format::kDecimal, Format::kDate, Format::kTime}) {
    add(FieldType::kString, [&](FieldSpec* field) { field->format = format; });
  }
  add(FieldType::kString, [](FieldSpec* field) { field->max_length = 20; });
  add(FieldType::kString, [](FieldSpec* field) {
    field->format = Format::kDecimal;
    field->max_digits = 9;
    field->decimal_places = 2;
  });
  add(FieldType::kEnum,
      [](FieldSpec* field) { field->storage = Storage::kName; });
  add(FieldType::kMessage,
      [](FieldSpec* field) { field->storage = Storage::kJson; });
  add(FieldType::kMessage,
      [](FieldSpec* field) { field->storage = Storage::kBytes; });
  for (const Storage storage :
       {Storage::kArray, Storage::kJson, Storage::kBytes}) {
    for (const FieldType type : {FieldType::kInt32, FieldType::kString}) {
      add(type, [&](FieldSpec* field) {
        field->repeated = true;
        field->storage = storage;
      });
    }
  }
  return types;
}

// A table for each type, with a column for each; all of a table are of its type
// before, and of their own after.
Tables TablesOf(const std::vector<FieldSpec>& types, bool after) {
  Tables tables;
  for (size_t i = 0; i < types.size(); ++i) {
    TableSpec& table = tables.emplace_back();
    table.name = absl::StrCat("t", i);
    table.message = absl::StrCat("test.T", i);
    table.primary_key = {"id"};
    ColumnSpec& key = table.columns.emplace_back();
    key.name = "id";
    key.nullable = false;
    key.field.emplace().name = "id";
    key.field->number = 1;
    key.field->type = FieldType::kInt64;
    for (size_t j = 0; j < types.size(); ++j) {
      ColumnSpec& column = table.columns.emplace_back();
      column.name = absl::StrCat("c", j);
      column.field = types[after ? j : i];
      column.field->name = column.name;
      column.field->number = static_cast<int>(j) + 2;
      const FieldType type = column.field->type;
      column.nullable =
          !column.field->repeated &&
          (column.field->presence || type == FieldType::kTimestamp ||
           type == FieldType::kDuration || type == FieldType::kMessage ||
           (column.field->format != Format::kNone));
    }
  }
  return tables;
}

TEST_P(MigratorTest, EveryTypeBecomesEveryOther) {
  const std::vector<FieldSpec> types = EveryType();
  const Schema before = SchemaOf(TablesOf(types, false), dialect());
  const Schema after = SchemaOf(TablesOf(types, true), dialect());
  // What is made at once.
  AddChange("0001_after", Schema(), after);
  ASSERT_TRUE(Run().ok());
  const auto wanted_after = Catalog();
  ASSERT_TRUE(Run("").ok());
  migrations_.clear();

  AddChange("0001_before", Schema(), before);
  AddChange("0002_after", before, after);
  ASSERT_TRUE(Run("0001_before").ok());
  const auto wanted_before = Catalog();
  absl::Status status = Run();
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_TRUE(Catalog() == wanted_after);
  status = Run("0001_before");
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_TRUE(Catalog() == wanted_before);
}

// As on PostgreSQL: SQLite itself would keep a text in a column of numbers,
// where no server could read it.
TEST_P(MigratorTest, SqliteRefusesValuesThatAreNoneOfTheNewType) {
  if (on_postgres()) GTEST_SKIP() << "SQLite's";
  const auto typed = [](FieldType a, FieldType b, FieldType c) {
    TableSpec table;
    table.message = "test.T";
    table.name = "t";
    table.primary_key = {"id"};
    int number = 0;
    for (const auto& [name, type] :
         {std::make_pair("id", FieldType::kInt64), std::make_pair("a", a),
          std::make_pair("b", b), std::make_pair("c", c)}) {
      ColumnSpec& column = table.columns.emplace_back();
      column.name = name;
      column.nullable = false;
      column.field.emplace().number = ++number;
      column.field->name = name;
      column.field->type = type;
    }
    return Tables{table};
  };
  const Tables before =
      typed(FieldType::kString, FieldType::kBool, FieldType::kInt64);
  AddChange("0001_initial", {}, before);
  AddChange("0002_types", before,
            typed(FieldType::kInt32, FieldType::kString, FieldType::kInt32));
  ASSERT_TRUE(Run("0001_initial").ok());
  ASSERT_TRUE(session_
                  ->Run("INSERT INTO t VALUES (1, '', 1, 5), (2, '7', 0, "
                        "3000000000), (3, 'x', 0, 5), (4, 'y', 0, 5)")
                  .ok());
  EXPECT_THAT(Run().message(), HasSubstr("2 rows of t would have in a what is "
                                         "no INTEGER, like 'x'"));
  ASSERT_TRUE(session_->Run("DELETE FROM t WHERE id > 2").ok());
  EXPECT_THAT(Run().message(), HasSubstr("1 row of t would have in c what is "
                                         "no INTEGER, like 3000000000"));
  ASSERT_TRUE(session_->Run("UPDATE t SET c = 5").ok());
  const absl::Status status = Run();
  ASSERT_TRUE(status.ok()) << status;
  const std::string rows = "SELECT quote(a) || quote(b) || quote(c) FROM t";
  EXPECT_EQ(Texts(rows), "0'true'5 7'false'5");
  ASSERT_TRUE(Run("0001_initial").ok());
  EXPECT_EQ(Texts(rows), "'0'15 '7'05");
}

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
