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
         {std::pair("id", FieldType::kInt64), std::pair("a", a),
          std::pair("b", b), std::pair("c", c)}) {
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
  EXPECT_THAT(Run().message(),
              HasSubstr("2 rows of t would have in a what is no INTEGER, like "
                        "'x' in the row of \"id\" 3; "));
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

}  // namespace
}  // namespace modelservice
