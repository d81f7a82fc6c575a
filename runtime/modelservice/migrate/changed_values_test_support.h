// Tables whose one column becomes another one, with a value in it.
#ifndef MODELSERVICE_MIGRATE_CHANGED_VALUES_TEST_SUPPORT_H_
#define MODELSERVICE_MIGRATE_CHANGED_VALUES_TEST_SUPPORT_H_

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/migrate/migrator_test_support.h"
#include "modelservice/migrate/random_schema_test_support.h"
#include "modelservice/migrate/reasons.h"
#include "modelservice/migrate/schema_change.h"

namespace modelservice {

// A field at two times.
struct Pair {
  FieldSpec before;
  FieldSpec after;
};

inline FieldSpec Field(FieldType type, Storage storage = Storage::kNative,
                       bool repeated = false) {
  FieldSpec field;
  field.type = type;
  field.storage = storage;
  field.repeated = repeated;
  return field;
}

inline FieldSpec Formatted(Format format) {
  FieldSpec field = Field(FieldType::kString);
  field.format = format;
  return field;
}

// Of "v".
inline void SetType(const std::string& type, Schema* schema) {
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
    Schema after = SchemaOf(pair.after);
    if (!type_after_.empty()) SetType(type_after_, &after);
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

  // Instead of the field's own.
  std::string type_after_;
  std::vector<Danger> dangers_;
  absl::Status possible_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_CHANGED_VALUES_TEST_SUPPORT_H_
