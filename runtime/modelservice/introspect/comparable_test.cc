// What a database says of a freshly made table is what its description makes of
// it, for tables of random columns on each database.
#include "modelservice/introspect/comparable.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/introspect/catalog.h"
#include "modelservice/migrate/drift.h"
#include "modelservice/schema/owned_table.h"
#include "modelservice/schema/table_spec_text.h"
#include "modelservice/sql/ddl.h"
#include "modelservice/sql/made_table.h"
#include "modelservice/testing/database_test_support.h"

namespace modelservice::catalog {
namespace {

// A kind of column, and a value that it holds.
struct Kind {
  FieldType type;
  Format format;
  Storage storage;
  bool repeated;
  const char* value;  // null: it has no DEFAULT
};

constexpr Kind kKinds[] = {
    {FieldType::kBool, Format::kNone, Storage::kNative, false, "true"},
    {FieldType::kInt32, Format::kNone, Storage::kNative, false, "-7"},
    {FieldType::kInt64, Format::kNone, Storage::kNative, false, "7000000000"},
    {FieldType::kUint32, Format::kNone, Storage::kNative, false, "7"},
    {FieldType::kFloat, Format::kNone, Storage::kNative, false, "1.5"},
    {FieldType::kDouble, Format::kNone, Storage::kNative, false, "-2.5"},
    {FieldType::kString, Format::kNone, Storage::kNative, false, "it's"},
    {FieldType::kString, Format::kUuid, Storage::kNative, false, nullptr},
    {FieldType::kString, Format::kDecimal, Storage::kNative, false, "1.50"},
    {FieldType::kBytes, Format::kNone, Storage::kNative, false, "a'b"},
    {FieldType::kEnum, Format::kNone, Storage::kNative, false, "3"},
    {FieldType::kEnum, Format::kNone, Storage::kName, false, "RED"},
    {FieldType::kTimestamp, Format::kNone, Storage::kNative, false, nullptr},
    {FieldType::kDuration, Format::kNone, Storage::kNative, false, nullptr},
    {FieldType::kMessage, Format::kNone, Storage::kJson, false, nullptr},
    {FieldType::kMessage, Format::kNone, Storage::kBytes, false, nullptr},
    {FieldType::kInt32, Format::kNone, Storage::kArray, true, nullptr},
    {FieldType::kString, Format::kNone, Storage::kArray, true, nullptr},
    {FieldType::kUint64, Format::kNone, Storage::kJson, true, nullptr},
};
constexpr size_t kComparableKinds = 14;

class RandomTables {
 public:
  explicit RandomTables(unsigned seed) : dice_(seed) {}

  // Refers to tables that it has made before, or to itself.
  TableSpec Make() {
    TableSpec spec;
    spec.name = absl::StrCat("t", names_.size());
    spec.message = spec.name;
    AddKey(&spec);
    const size_t columns = 1 + Below(8);
    for (size_t i = 0; i < columns; ++i) AddColumn(&spec);
    names_.push_back(spec.name);
    if (Chance()) AddReference(&spec);
    const size_t indexes = Below(3);
    for (size_t i = 0; i < indexes; ++i) AddIndex(&spec);
    if (Chance()) {
      spec.checks.push_back({absl::StrCat(spec.name, "_check"), "id > 0"});
    }
    return spec;
  }

 private:
  size_t Below(size_t bound) { return dice_() % bound; }
  bool Chance() { return Below(2) == 0; }

  static ColumnSpec Column(TableSpec* spec, const Kind& kind) {
    ColumnSpec column;
    column.name = spec->columns.empty()
                      ? "id"
                      : absl::StrCat("Column ", spec->columns.size());
    FieldSpec& field = column.field.emplace();
    field.name = column.name;
    field.number = static_cast<int>(spec->columns.size()) + 1;
    field.type = kind.type;
    field.format = kind.format;
    field.storage = kind.storage;
    field.repeated = kind.repeated;
    return column;
  }

  void AddKey(TableSpec* spec) {
    ColumnSpec key = Column(spec, kKinds[2]);
    key.nullable = false;
    if (Chance()) key.generated = ColumnSpec::Generated::kKey;
    spec->primary_key = {key.name};
    spec->columns.push_back(std::move(key));
  }

  void AddColumn(TableSpec* spec) {
    const size_t kind = Below(std::size(kKinds));
    ColumnSpec column = Column(spec, kKinds[kind]);
    column.nullable = Chance();
    column.field->presence = column.nullable || Chance();
    if (kKinds[kind].value != nullptr && column.field->presence && Chance()) {
      column.field->default_value = kKinds[kind].value;
    }
    if (column.field->type == FieldType::kString && !column.field->repeated &&
        Chance()) {
      column.field->max_length = 40;
    }
    if (kind < kComparableKinds && Below(4) == 0) {
      spec->indexes.push_back(UniqueConstraint(column.name));
    }
    spec->columns.push_back(std::move(column));
  }

  void AddReference(TableSpec* spec) {
    ColumnSpec column = Column(spec, kKinds[2]);
    column.field->presence = true;
    ReferenceSpec key;
    key.columns = {column.name};
    key.table = names_[Below(names_.size())];
    key.referenced = {"id"};
    key.on_delete = static_cast<ReferentialAction>(Below(4));
    key.on_update = static_cast<ReferentialAction>(Below(4));
    spec->foreign_keys.push_back(std::move(key));
    spec->columns.push_back(std::move(column));
  }

  void AddIndex(TableSpec* spec) {
    IndexSpec index;
    index.name = absl::StrCat(spec->name, "_index_", spec->indexes.size());
    for (const ColumnSpec& column : spec->columns) {
      const Storage storage = column.field->storage;
      if (storage != Storage::kNative && storage != Storage::kName) continue;
      if (index.parts.empty() || Below(3) == 0) {
        index.parts.push_back({column.name, Chance()});
      }
    }
    index.unique = Chance();
    if (Chance()) index.where = "id > 3";
    spec->indexes.push_back(std::move(index));
  }

  std::mt19937 dice_;
  std::vector<std::string> names_;
};

class ComparableTest : public OnEitherDatabase {
 protected:
  TableSpec Live(const std::string& name) {
    const auto catalog = ReadCatalog(database());
    EXPECT_TRUE(catalog.ok()) << catalog.status();
    if (!catalog.ok()) return {};
    const Table* table = catalog->Find(name);
    EXPECT_NE(table, nullptr) << name;
    return table == nullptr ? TableSpec() : Comparable(*table, on_postgres());
  }
  TableSpec Made(const TableSpec& spec) {
    const OwnedTable owned(spec);
    return Comparable(MadeTable(owned.table(), database().dialect()),
                      on_postgres());
  }
  void Run(const std::string& sql) {
    const absl::Status status = database().RunScript(sql);
    ASSERT_TRUE(status.ok()) << status << "\n" << sql;
  }
};

TEST_P(ComparableTest, AMadeTableIsWhatItsDescriptionMakes) {
  constexpr unsigned kSeed = 20;
  RandomTables tables(kSeed);
  std::vector<OwnedTable> owned;
  std::vector<const modelservice::Table*> views;
  for (int i = 0; i < 60; ++i) {
    owned.emplace_back(tables.Make());
    views.push_back(&owned.back().table());
  }
  Run(CreateTablesSql(views, database().dialect()));
  const auto catalog = ReadCatalog(database());
  ASSERT_TRUE(catalog.ok()) << catalog.status();
  for (const OwnedTable& one : owned) {
    const Table* const live = catalog->Find(one.spec().name);
    ASSERT_NE(live, nullptr) << one.spec().name;
    const TableSpec expected = Made(one.spec());
    const TableSpec found = Comparable(*live, on_postgres());
    EXPECT_EQ(TextOf(found), TextOf(expected));
    EXPECT_TRUE(found == expected) << TextOf(found);
    EXPECT_EQ(TextOf(CompareTable(one.table(), *live, database().dialect())),
              "");
  }
}

// What a table of two columns, "id" and "note", looks like after `change`.
TEST_P(ComparableTest, AnyOtherTableIsAnother) {
  const auto text = [](const char* name) {
    ColumnSpec column;
    column.name = name;
    column.field.emplace().name = name;
    column.field->type = FieldType::kString;
    return column;
  };
  TableSpec spec;
  spec.name = "t";
  spec.columns = {text("id"), text("note")};
  spec.columns[0].nullable = false;
  spec.columns[1].field->presence = true;
  spec.primary_key = {"id"};
  IndexSpec index;
  index.name = "by_note";
  index.parts = {{"note", true}};
  spec.indexes = {index};
  const TableSpec made = Made(spec);
  const std::string create =
      CreateTableSql(OwnedTable(spec).table(), database().dialect());
  Run(create);
  EXPECT_EQ(TextOf(Live("t")), TextOf(made));
  EXPECT_TRUE(Live("t") == made);

  std::vector<std::string> others = {
      "CREATE TABLE t (id text NOT NULL PRIMARY KEY, other text);"
      "CREATE INDEX by_note ON t (other DESC);",
      "CREATE TABLE t (id text NOT NULL PRIMARY KEY, note text NOT NULL);"
      "CREATE INDEX by_note ON t (note DESC);",
      "CREATE TABLE t (id text NOT NULL PRIMARY KEY, note integer);"
      "CREATE INDEX by_note ON t (note DESC);",
      "CREATE TABLE t (id text NOT NULL PRIMARY KEY, note varchar(9));"
      "CREATE INDEX by_note ON t (note DESC);",
      "CREATE TABLE t (id text NOT NULL PRIMARY KEY, note text DEFAULT 'a');"
      "CREATE INDEX by_note ON t (note DESC);",
      "CREATE TABLE t (id text NOT NULL, note text NOT NULL, PRIMARY KEY (id, "
      "note)); CREATE INDEX by_note ON t (note DESC);",
      "CREATE TABLE t (id text NOT NULL PRIMARY KEY, note text, more text);"
      "CREATE INDEX by_note ON t (note DESC);",
      "CREATE TABLE t (id text NOT NULL PRIMARY KEY, note text UNIQUE);"
      "CREATE INDEX by_note ON t (note DESC);",
      "CREATE TABLE t (id text NOT NULL PRIMARY KEY, note text REFERENCES t "
      "(id)); CREATE INDEX by_note ON t (note DESC);",
      "CREATE TABLE t (id text NOT NULL PRIMARY KEY, note text, CONSTRAINT c "
      "CHECK (note <> id)); CREATE INDEX by_note ON t (note DESC);",
      "CREATE TABLE t (id text NOT NULL PRIMARY KEY, note text);"
      "CREATE INDEX by_note ON t (note);",
      "CREATE TABLE t (id text NOT NULL PRIMARY KEY, note text);"
      "CREATE UNIQUE INDEX by_note ON t (note DESC);",
      "CREATE TABLE t (id text NOT NULL PRIMARY KEY, note text);"
      "CREATE INDEX by_note ON t (note DESC) WHERE note > 'a';",
      "CREATE TABLE t (id text NOT NULL PRIMARY KEY, note text);"
      "CREATE INDEX by_note ON t (lower(note) DESC);",
      "CREATE TABLE t (id text NOT NULL PRIMARY KEY, note text);",
  };
  for (const std::string& other : others) {
    Run(absl::StrCat("DROP TABLE t;", other));
    EXPECT_FALSE(Live("t") == made) << other;
  }
  // Another order of the columns is no other table.
  Run("DROP TABLE t; CREATE TABLE t (note text, id text NOT NULL PRIMARY KEY);"
      "CREATE INDEX by_note ON t (note DESC);");
  EXPECT_TRUE(Live("t") == made) << TextOf(Live("t"));
}

INSTANTIATE_TEST_SUITE_P(Databases, ComparableTest, kEitherDatabase,
                         NameOfDatabase);

}  // namespace
}  // namespace modelservice::catalog
