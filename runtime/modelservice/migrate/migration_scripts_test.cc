// What the statements of migrations leave as it was: what others hung on a
// table that SQLite makes anew; on PostgreSQL, what refers to others meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/migrate/migrator_test_support.h"
#include "modelservice/migrate/random_schema_test_support.h"
#include "modelservice/migrate/script_parts.h"

namespace modelservice {
namespace {

using ::testing::HasSubstr;

// A table that is made anew keeps what others hung on it.
TEST_P(MigratorTest, RebuildsKeepWhatIsNotTheModels) {
  if (on_postgres()) GTEST_SKIP() << "SQLite's";
  RandomSchema random(1);
  TableSpec parent;
  parent.message = "test.Parent";
  parent.name = "parent";
  ColumnSpec key;
  key.name = "id";
  key.nullable = false;
  key.generated = ColumnSpec::Generated::kKey;
  key.field.emplace().number = 1;
  key.field->name = "id";
  key.field->type = FieldType::kInt64;
  parent.columns = {key};
  parent.primary_key = {"id"};
  TableSpec child = parent;
  child.message = "test.Child";
  child.name = "child";
  ColumnSpec of = key;
  of.name = "parent";
  of.generated = ColumnSpec::Generated::kNo;
  of.nullable = true;
  of.field->number = 2;
  of.field->name = "parent";
  of.field->presence = true;
  child.columns.push_back(of);
  ReferenceSpec reference;
  reference.columns = {"parent"};
  reference.table = "parent";
  reference.referenced = {"id"};
  reference.on_delete = ReferentialAction::kCascade;
  child.foreign_keys = {reference};
  TableSpec checked = parent;
  checked.checks = {{"positive", "id > 0"}};
  const Tables before = {parent, child};
  AddChange("0001_initial", {}, before);
  AddChange("0002_check", before, Tables{checked, child});
  ASSERT_TRUE(Run("0001_initial").ok());
  const absl::Status made = session_->Run(
      "CREATE TABLE log (id); CREATE INDEX others ON parent (id DESC); CREATE "
      "TRIGGER logs AFTER INSERT ON parent BEGIN INSERT INTO log VALUES "
      "(new.id); END; CREATE VIEW seen AS SELECT id FROM parent; INSERT INTO "
      "parent VALUES (1), (9); DELETE FROM parent WHERE id = 9; INSERT INTO "
      "child VALUES (1, 1);");
  ASSERT_TRUE(made.ok()) << made;
  const absl::Status status = Run();
  ASSERT_TRUE(status.ok()) << status;
  // The child's row is there, as are trigger, index and view; key 9 is not
  // given again.
  ASSERT_TRUE(session_->Run("INSERT INTO parent DEFAULT VALUES").ok());
  EXPECT_EQ(Texts("SELECT cast(id AS text) FROM seen ORDER BY id"), "1 10");
  EXPECT_EQ(Texts("SELECT cast(parent AS text) FROM child"), "1");
  EXPECT_EQ(Texts("SELECT cast(id AS text) FROM log"), "1 9 10");
  EXPECT_EQ(Texts("SELECT name FROM sqlite_master WHERE name = 'others'"),
            "others");
  EXPECT_FALSE(session_->Run("INSERT INTO parent VALUES (-1)").ok());
}

// SQLite's table is made anew without a column that somebody else added: that
// is refused, until the file says that it is to go.
TEST_P(MigratorTest, RebuildsLoseNoColumnUnasked) {
  if (on_postgres()) GTEST_SKIP() << "SQLite's";
  const std::string copy =
      "INSERT INTO \"modelservice_new_a\" (\"id\")\nSELECT "
      "\"id\"\nFROM \"a\";";
  const std::string rename =
      "ALTER TABLE \"modelservice_new_a\" RENAME TO \"a\";";
  Add("0001_initial", {"CREATE TABLE \"z\" (\n  \"id\" TEXT,\n  \"b\" TEXT);"},
      {"DROP TABLE \"z\";"});
  Add("0002_drop",
      {"ALTER TABLE \"z\" RENAME TO \"a\";",
       "CREATE TABLE \"modelservice_new_a\" (\n  \"id\" TEXT);", copy,
       "DROP TABLE \"a\";", rename},
      {"ALTER TABLE \"a\" RENAME TO \"z\";",
       "ALTER TABLE \"z\" ADD COLUMN \"b\" TEXT;"});
  ASSERT_TRUE(Run("0001_initial").ok());
  const absl::Status made = session_->Run(
      "ALTER TABLE z ADD COLUMN Birthday; INSERT INTO z VALUES ('1', '2', "
      "'3')");
  ASSERT_TRUE(made.ok()) << made;
  const absl::Status refused = Run();
  EXPECT_THAT(refused.message(),
              HasSubstr("the table a has what this migration does not know and "
                        "would drop, with what it holds: column Birthday; "));
  EXPECT_THAT(refused.message(),
              HasSubstr("-- ! drop: column Birthday of a goes"));
  EXPECT_EQ(Texts("SELECT Birthday FROM z"), "3");
  migrations_.back().file->dangers = {{"drop", "column birthday of a goes"}};
  const absl::Status status = Run();
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(Texts("SELECT name FROM pragma_table_info('a')"), "id");
  EXPECT_TRUE(Run("0001_initial").ok());
}

// parent (id, a, b) and child (id, x, y, code), which refers to it.
Tables ParentAndChild(ReferentialAction on_delete, int code_length) {
  const auto column = [](const char* name, int number, FieldType type) {
    ColumnSpec made;
    made.name = name;
    made.nullable = true;
    made.field.emplace().number = number;
    made.field->name = name;
    made.field->type = type;
    made.field->presence = true;
    return made;
  };
  TableSpec parent;
  parent.message = "test.Parent";
  parent.name = "parent";
  parent.columns = {column("id", 1, FieldType::kInt64),
                    column("a", 2, FieldType::kInt64),
                    column("b", 3, FieldType::kInt64)};
  parent.columns[0].nullable = false;
  parent.columns[0].field->presence = false;
  parent.primary_key = {"id"};
  TableSpec child = parent;
  child.message = "test.Child";
  child.name = "child";
  child.columns[1] = column("x", 2, FieldType::kInt64);
  child.columns[2] = column("y", 3, FieldType::kInt64);
  child.columns.push_back(column("code", 4, FieldType::kString));
  child.columns[3].field->max_length = code_length;
  ReferenceSpec reference;
  reference.columns = {"x"};
  reference.table = "parent";
  reference.referenced = {"id"};
  reference.on_delete = on_delete;
  child.foreign_keys = {reference};
  return {parent, child};
}

class PostgresMigratorTest : public MigratorTest {};

// A reference that is changed is at no time away while indexes are made.
TEST_P(PostgresMigratorTest, ReferencesComeBackInTheTransactionThatDropsThem) {
  const Tables before = ParentAndChild(ReferentialAction::kCascade, 20);
  Tables after = ParentAndChild(ReferentialAction::kSetNull, 20);
  IndexSpec index;
  index.name = "child_code_idx";
  index.parts = {{"code", false}};
  after[1].indexes = {index};
  AddChange("0001_initial", {}, before);
  AddChange("0002_change", before, after);
  const Script& up = migrations_.back().file->up;
  ASSERT_EQ(up.size(), 3u);
  EXPECT_THAT(absl::StrJoin(up[0].statements, "\n"),
              HasSubstr("ON DELETE SET NULL NOT VALID;"));
  EXPECT_TRUE(up[1].alone);
  EXPECT_THAT(up[2].statements[0], HasSubstr("VALIDATE CONSTRAINT"));
  const absl::Status status = Run();
  ASSERT_TRUE(status.ok()) << status;
  ASSERT_TRUE(session_
                  ->Run("INSERT INTO parent (id) VALUES (1); INSERT INTO child "
                        "(id, x) VALUES (1, 1); DELETE FROM parent")
                  .ok());
  EXPECT_EQ(Texts("SELECT x::text FROM child"), "NULL");
}

// The unique index has the columns in another order than the reference.
TEST_P(PostgresMigratorTest, ReferencesComeBehindTheIndexesTheyNeed) {
  Tables after = ParentAndChild(ReferentialAction::kCascade, 20);
  const Tables before = {after[0]};
  IndexSpec index;
  index.name = "parent_b_a_uniq";
  index.unique = true;
  index.parts = {{"b", false}, {"a", false}};
  after[0].indexes = {index};
  after[1].foreign_keys[0].columns = {"x", "y"};
  after[1].foreign_keys[0].referenced = {"a", "b"};
  AddChange("0001_initial", {}, before);
  AddChange("0002_change", before, after);
  const absl::Status status = Run();
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_TRUE(Run("0001_initial").ok());
}

TEST_P(PostgresMigratorTest, TextsThatAreTooLongAreRefusedNotCut) {
  const Tables before = ParentAndChild(ReferentialAction::kCascade, 20);
  AddChange("0001_initial", {}, before);
  AddChange("0002_change", before,
            ParentAndChild(ReferentialAction::kCascade, 3));
  ASSERT_TRUE(Run("0001_initial").ok());
  ASSERT_TRUE(
      session_->Run("INSERT INTO child (id, code) VALUES (1, 'abcd')").ok());
  EXPECT_THAT(Run().message(), HasSubstr("too long"));
  EXPECT_EQ(Texts("SELECT code FROM child"), "abcd");
  ASSERT_TRUE(session_->Run("UPDATE child SET code = 'abc'").ok());
  const absl::Status status = Run();
  EXPECT_TRUE(status.ok()) << status;
}

// Of two unique indexes over the same columns one goes, and the other stays.
TEST_P(PostgresMigratorTest, ATwinOfAnIndexStays) {
  const auto index = [](const char* name) {
    IndexSpec made;
    made.name = name;
    made.unique = true;
    made.parts = {{"a", false}, {"b", false}};
    return made;
  };
  Tables before = ParentAndChild(ReferentialAction::kCascade, 60);
  Tables after = before;
  before[0].indexes = {index("one"), index("two"), UniqueConstraint("a")};
  IndexSpec alone = index("alone");
  alone.parts.pop_back();
  before[0].indexes.push_back(alone);
  after[0].indexes = {index("two"), alone};
  AddChange("0001_initial", {}, before);
  AddChange("0002_change", before, after);
  const absl::Status status = Run();
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(Texts("SELECT indexname::text FROM pg_indexes WHERE tablename = "
                  "'parent' ORDER BY 1"),
            "alone parent_pkey two");
}

// A truth is 0 or 1, any other number is true, and a text without anything in
// it is none of what has no such form.
TEST_P(PostgresMigratorTest, ValuesBecomeWhatTheyAreInTheNewType) {
  Tables before = ParentAndChild(ReferentialAction::kCascade, 60);
  before.resize(1);
  const auto set = [](Tables* tables, size_t i, FieldType type, Format format,
                      bool nullable) {
    ColumnSpec& column = (*tables)[0].columns[i];
    column.field->type = type;
    column.field->format = format;
    column.field->presence = nullable;
    column.nullable = nullable;
  };
  Tables after = before;
  set(&before, 1, FieldType::kBool, Format::kNone, false);
  set(&after, 1, FieldType::kInt64, Format::kNone, false);
  set(&before, 2, FieldType::kString, Format::kNone, false);
  set(&after, 2, FieldType::kString, Format::kUuid, true);
  before[0].columns.push_back(before[0].columns[2]);
  before[0].columns[3].name = "c";
  before[0].columns[3].field->name = "c";
  before[0].columns[3].field->number = 5;
  after[0].columns.push_back(before[0].columns[3]);
  set(&after, 3, FieldType::kInt32, Format::kNone, false);
  AddChange("0001_initial", {}, before);
  AddChange("0002_change", before, after);
  ASSERT_TRUE(Run("0001_initial").ok());
  const std::string uuid = "00000000-0000-0000-0000-000000000001";
  ASSERT_TRUE(
      session_
          ->Run(absl::StrCat("INSERT INTO parent (id, a, b, c) VALUES (1, "
                             "true, '', ''), (2, false, '",
                             uuid, "', '8')"))
          .ok());
  absl::Status status = Run();
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(Texts("SELECT a::text FROM parent ORDER BY id"), "1 0");
  EXPECT_EQ(Texts("SELECT b::text FROM parent ORDER BY id"), "NULL " + uuid);
  EXPECT_EQ(Texts("SELECT c::text FROM parent ORDER BY id"), "0 8");
  ASSERT_TRUE(session_->Run("UPDATE parent SET a = -7 WHERE id = 1").ok());
  status = Run("0001_initial");
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(Texts("SELECT a::text FROM parent ORDER BY id"), "true false");
  EXPECT_EQ(Texts("SELECT b FROM parent ORDER BY id"), " " + uuid);
}

// Two tables change names, and their indexes, which are called after them.
TEST_P(PostgresMigratorTest, IndexesOfTablesThatChangeNamesChangeTheirs) {
  const auto called = [](const char* first, const char* second) {
    Tables tables = ParentAndChild(ReferentialAction::kCascade, 60);
    tables[1].foreign_keys.clear();
    const char* const names[] = {first, second};
    for (size_t i = 0; i < 2; ++i) {
      tables[i].name = names[i];
      IndexSpec& index = tables[i].indexes.emplace_back();
      index.name = absl::StrCat(names[i], "_idx");
      index.parts = {{tables[i].columns[1].name, false}};
    }
    return tables;
  };
  AddChange("0001_initial", {}, called("parent", "child"));
  AddChange("0002_change", called("parent", "child"),
            called("child", "parent"));
  const absl::Status status = Run();
  ASSERT_TRUE(status.ok()) << status;
  const std::string indexes =
      "SELECT tablename || ' ' || indexdef FROM pg_indexes WHERE indexname "
      "LIKE '%idx' ORDER BY 1";
  EXPECT_EQ(Texts(indexes),
            "child CREATE INDEX child_idx ON public.child USING btree (a) "
            "parent CREATE INDEX parent_idx ON public.parent USING btree (x)");
  EXPECT_TRUE(Run("0001_initial").ok());
  EXPECT_THAT(Texts(indexes), HasSubstr("parent_idx ON public.parent USING "
                                        "btree (a)"));
}

// As Django's before its version 4.1: else keys end with the old type's.
TEST_P(PostgresMigratorTest, ASerialOfAKeyThatBecomesWiderGoesOn) {
  const auto keyed = [](FieldType type) {
    Tables tables = ParentAndChild(ReferentialAction::kCascade, 60);
    tables.pop_back();
    tables[0].columns[0].field->type = type;
    tables[0].columns[0].generated = ColumnSpec::Generated::kKey;
    return tables;
  };
  AddChange("0001_initial", {}, keyed(FieldType::kInt32));
  AddChange("0002_change", keyed(FieldType::kInt32), keyed(FieldType::kInt64));
  for (const char* const table :
       {"CREATE TABLE parent (id serial PRIMARY KEY, a bigint, b bigint)",
        "CREATE TABLE parent (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY "
        "KEY, a bigint, b bigint)"}) {
    ASSERT_TRUE(session_->Run(table).ok());
    ASSERT_TRUE(MigratorOf(*session_)->Fake("0001_initial").ok());
    const absl::Status status = Run();
    ASSERT_TRUE(status.ok()) << status;
    const std::string next =
        "INSERT INTO parent DEFAULT VALUES RETURNING id::text";
    ASSERT_TRUE(
        session_->Run("SELECT setval('parent_id_seq', 2147483647)").ok());
    EXPECT_EQ(Texts(next), "2147483648");
    ASSERT_TRUE(
        session_->Run("DELETE FROM parent; SELECT setval('parent_id_seq', 7)")
            .ok());
    ASSERT_TRUE(Run("0001_initial").ok());
    EXPECT_EQ(Texts(next), "8");
    ASSERT_TRUE(Run("").ok());
  }
}

// Names are Django's, which a database that was adopted keeps.
TEST_P(PostgresMigratorTest, WhatIsDroppedGoesWhateverItIsCalled) {
  const auto with_rules = [](bool rules) {
    Tables tables = ParentAndChild(ReferentialAction::kCascade, 60);
    tables.pop_back();
    if (!rules) return tables;
    IndexSpec& index = tables[0].indexes.emplace_back();
    index.name = "parent_a_b_idx";
    index.parts = {{"a", false}, {"b", true}};
    tables[0].checks = {{"parent_check1", "a > 0 AND b IN (1,2)"}};
    return tables;
  };
  AddChange("0001_initial", {}, with_rules(true));
  AddChange("0002_change", with_rules(true), with_rules(false));
  ASSERT_TRUE(
      session_
          ->Run("CREATE TABLE parent (id bigint PRIMARY KEY, a bigint, b "
                "bigint, CONSTRAINT range CHECK ((b IN (1, 2)) AND a > 0), "
                "CONSTRAINT positive CHECK (a > 0 AND (b IN (1, 2)))); CREATE "
                "INDEX of_django ON parent (a, b DESC); CREATE INDEX parts ON "
                "parent (a, b DESC) WHERE b > 0; CREATE INDEX turned ON parent "
                "(b DESC, a)")
          .ok());
  ASSERT_TRUE(MigratorOf(*session_)->Fake("0001_initial").ok());
  const absl::Status status = Run();
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(Texts("SELECT indexname::text FROM pg_indexes WHERE tablename = "
                  "'parent' ORDER BY 1"),
            "parent_pkey parts turned");
  EXPECT_EQ(Texts("SELECT conname::text FROM pg_constraint WHERE contype = "
                  "'c' AND conrelid = 'parent'::regclass"),
            "range");
}

INSTANTIATE_TEST_SUITE_P(Databases, PostgresMigratorTest,
                         testing::Values("postgres"), NameOfDatabase);

}  // namespace
}  // namespace modelservice
