// What a table lacks of its model is told, with a statement that mends it, on
// each database.
#include "modelservice/migrate/drift.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/migrate/drift_test_support.h"
#include "modelservice/schema/owned_table.h"
#include "modelservice/sql/ddl.h"

namespace modelservice {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Weight = Difference::Weight;

TEST_P(DriftTest, TablesThatMigrateMadeDoNotDiffer) {
  Run(CreateTablesSql({&order_.table(), &customer_.table()},
                      database().dialect()));
  EXPECT_EQ(TextOf(Drift()), "");
}

TEST_P(DriftTest, MissingTablesAreToldAtOnce) {
  const auto drift = Drift();
  ASSERT_THAT(drift, SizeIs(2));
  EXPECT_EQ(drift[0].weight, Weight::kBroken);
  EXPECT_EQ(TextOf(drift),
            "table \"customer\", which stores Customer, does not exist -> run "
            "the command migrate first\n"
            "table \"order\", which stores Order, does not exist -> run the "
            "command migrate first");
}

constexpr char kIndex[] =
    "CREATE INDEX order_by_total ON \"order\" (total DESC, id);";
constexpr char kRest[] =
    "total $int NOT NULL DEFAULT 0 CONSTRAINT order_total CHECK (total >= 0), "
    "note text, state text NOT NULL DEFAULT 'new'";
constexpr char kCustomer[] =
    "customer $int NOT NULL REFERENCES customer (id) ON DELETE CASCADE";

// One thing is not as it should be: which, and whether a statement mends it on
// both databases.
struct Case {
  const char* columns;
  const char* index;
  Weight weight;
  const char* text;
  bool mended_on_sqlite;
};

TEST_P(DriftTest, OneThingIsToldAndMended) {
  const std::vector<Case> cases = {
      {"$id, code text NOT NULL DEFAULT '', $customer, $rest", kIndex,
       Weight::kRule,
       "may have several rows of one (code): no unique index is there", true},
      {"$id, code text NOT NULL DEFAULT '' UNIQUE, $customer, $rest", "",
       Weight::kDetail, "has no index \"order_by_total\" over (total DESC, id)",
       true},
      {"$id, code text NOT NULL DEFAULT '' UNIQUE, $customer, $rest",
       "CREATE INDEX order_by_total ON \"order\" (total, id);", Weight::kDetail,
       "has no index \"order_by_total\" over (total DESC, id)", true},
      {"$id, code text NOT NULL DEFAULT '' UNIQUE, customer $int NOT NULL, "
       "$rest",
       kIndex, Weight::kRule,
       "has no foreign key (customer) to \"customer\" (id)", false},
      {"$id, code text NOT NULL DEFAULT '' UNIQUE, customer $int NOT NULL "
       "REFERENCES "
       "customer (id), $rest",
       kIndex, Weight::kRule,
       "has a foreign key (customer) to \"customer\" (id) that is ON DELETE NO "
       "ACTION ON UPDATE NO ACTION, not ON DELETE CASCADE ON UPDATE NO ACTION",
       false},
      {"$id, code text NOT NULL DEFAULT '' UNIQUE, $customer, total $int NOT "
       "NULL DEFAULT "
       "0, note text, state text NOT NULL DEFAULT 'new'",
       kIndex, Weight::kRule, "does not check \"order_total\": total >= 0",
       false},
      {"$id, code text UNIQUE, $customer, $rest", kIndex, Weight::kNewer,
       "has a column \"code\", of Order.code, that takes NULL, which the field "
       "cannot be",
       false},
      {"$id, code text NOT NULL DEFAULT '' UNIQUE, $customer, total $int NOT "
       "NULL DEFAULT "
       "0 CONSTRAINT order_total CHECK (total >= 0), note text NOT NULL, state "
       "text NOT NULL DEFAULT 'new'",
       kIndex, Weight::kRule,
       "has a column \"note\", of Order.note, that takes no NULL, which the "
       "field may be",
       false},
      {"$id, code text NOT NULL DEFAULT '' UNIQUE, $customer, total $int NOT "
       "NULL DEFAULT "
       "0 CONSTRAINT order_total CHECK (total >= 0), note text, state text NOT "
       "NULL DEFAULT 'old'",
       kIndex, Weight::kDetail,
       "has a column \"state\", of Order.state, whose DEFAULT is", false},
      {"$id, code text NOT NULL DEFAULT '' UNIQUE, $customer, total $int NOT "
       "NULL DEFAULT "
       "0 CONSTRAINT order_total CHECK (total >= 0), state text NOT NULL "
       "DEFAULT 'new'",
       kIndex, Weight::kBroken,
       "has no column \"note\", of Order.note; add it, or name the right one "
       "with (modelservice.field)",
       true},
      {"$id, code text NOT NULL DEFAULT '' UNIQUE, $customer, note text, state "
       "text NOT "
       "NULL DEFAULT 'new', id2 $int",
       "", Weight::kBroken, "has no column \"total\", of Order.total", false},
      {"$id, code text NOT NULL DEFAULT '' UNIQUE, $customer, $rest, old $int "
       "NOT NULL",
       kIndex, Weight::kRule,
       "has a column \"old\" that no field stores and that takes no NULL: "
       "every "
       "Create is refused",
       true},
      {"$id, code text NOT NULL DEFAULT '' UNIQUE, $customer, $rest, old $int, "
       "UNIQUE "
       "(old)",
       kIndex, Weight::kDetail, "", true},
      {"id $int NOT NULL, code text NOT NULL DEFAULT '' UNIQUE, $customer, "
       "$rest",
       kIndex, Weight::kRule,
       "has a column \"id\", of Order.id, to which the database gives no value "
       "of its own",
       false},
      {"$id, code text NOT NULL DEFAULT '' UNIQUE, $customer, total $int NOT "
       "NULL DEFAULT "
       "0 CONSTRAINT order_total CHECK (total >= 0), note bytea, state text "
       "NOT "
       "NULL DEFAULT 'new'",
       kIndex, Weight::kRule,
       "has a column \"note\", of Order.note, that is bytea, whose values are "
       "not those of the field; migrate would make it TEXT",
       false},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.columns);
    const std::string columns = absl::StrReplaceAll(
        one.columns, {{"$customer", kCustomer}, {"$rest", kRest}});
    MakeTables(
        absl::StrCat("CREATE TABLE \"order\" (", columns, ");", one.index));
    const auto drift = Drift();
    if (*one.text == '\0') {
      EXPECT_EQ(TextOf(drift), "");
    } else {
      ASSERT_THAT(drift, testing::Not(IsEmpty()));
      EXPECT_EQ(drift[0].weight, one.weight) << drift[0].text;
      EXPECT_THAT(drift[0].text,
                  HasSubstr(absl::StrCat(
                      "table \"order\", which stores Order, ", one.text)));
      Mend(drift, one.mended_on_sqlite);
    }
    Run("DROP TABLE \"order\"; DROP TABLE customer;");
  }
}

// Nobody has lost there what nobody made.
TEST_P(DriftTest, TablesOfOthersHaveNoZeros) {
  MakeTables(absl::StrCat(
      "CREATE TABLE \"order\" ($id, code text NOT NULL UNIQUE, ", kCustomer,
      ", total $int NOT NULL CONSTRAINT order_total CHECK (total >= 0), note "
      "text, state text NOT NULL DEFAULT 'new');",
      kIndex));
  EXPECT_EQ(TextOf(Drift()), "");
}

// One that is there may be so by chance: most have to be.
TEST_P(DriftTest, AZeroIsLostWhereMostAreThere) {
  TableSpec spec = Customer();
  spec.columns.push_back(Column("active", FieldType::kBool, 2));
  spec.columns.push_back(Column("name", FieldType::kString, 3));
  const auto drift_of = [&](const char* columns) {
    const OwnedTable table(spec);
    const Model model = {&table.table(), nullptr, nullptr};
    Run(absl::StrCat(
        "DROP TABLE IF EXISTS customer; CREATE TABLE customer (id bigint NOT "
        "NULL PRIMARY KEY, active boolean NOT NULL DEFAULT false, ",
        columns, ");"));
    const auto drift = FindDrift(database(), {&model});
    EXPECT_TRUE(drift.ok()) << drift.status();
    if (!drift.ok() || drift->empty()) return std::string();
    EXPECT_EQ(drift->front().weight, Weight::kDetail);
    if (on_postgres()) Run(drift->front().mend);
    const auto mended = FindDrift(database(), {&model});
    EXPECT_EQ(mended.ok() && mended->empty(), on_postgres());
    return TextOf(*drift);
  };
  EXPECT_EQ(drift_of("name text NOT NULL"), "");
  spec.columns.push_back(Column("size", FieldType::kInt64, 4));
  EXPECT_EQ(drift_of("name text NOT NULL, size bigint NOT NULL"), "");
  EXPECT_THAT(drift_of("name text NOT NULL, size bigint NOT NULL DEFAULT 0"),
              HasSubstr("has a column \"name\", of Customer.name, that has "
                        "lost its DEFAULT '': rows of whoever does not know "
                        "the column"));
}

// Such a table takes rows without a key.
TEST_P(DriftTest, AKeyThatSqliteDoesNotGiveIsBroken) {
  if (on_postgres()) return;
  const auto order = [&](const char* key) {
    MakeTables(absl::StrCat("CREATE TABLE \"order\" (", key,
                            ", code text NOT NULL DEFAULT '' UNIQUE, ",
                            kCustomer, ", ", kRest, ");", kIndex));
    const auto drift = Drift();
    Run("DROP TABLE \"order\"; DROP TABLE customer;");
    return drift;
  };
  for (const char* key :
       {"id integer PRIMARY KEY DESC", "id bigint PRIMARY KEY",
        "id int PRIMARY KEY", "id bigint NOT NULL PRIMARY KEY"}) {
    SCOPED_TRACE(key);
    const auto drift = order(key);
    ASSERT_THAT(drift, testing::Not(IsEmpty()));
    EXPECT_EQ(drift[0].weight, Weight::kBroken);
    EXPECT_THAT(TextOf(drift),
                HasSubstr("of Order.id, to which the database gives no value "
                          "of its own: rows would have no key -> drop "
                          "auto_increment, or make it INTEGER PRIMARY KEY"));
  }
  for (const char* key :
       {"id integer PRIMARY KEY", "id INTEGER PRIMARY KEY ASC",
        "id integer NOT NULL PRIMARY KEY AUTOINCREMENT"}) {
    EXPECT_EQ(TextOf(order(key)), "") << key;
  }
}

TEST_P(DriftTest, WhatForbidsMoreIsNoFault) {
  const std::string code =
      on_postgres() ? "code text NOT NULL DEFAULT '' UNIQUE DEFERRABLE"
                    : "code text NOT NULL DEFAULT '' COLLATE NOCASE UNIQUE";
  MakeTables(absl::StrCat("CREATE TABLE \"order\" ($id, ", code, ", ",
                          kCustomer, ", ", kRest, ");", kIndex));
  EXPECT_EQ(TextOf(Drift()), "");
}

// To set NULL in what is NOT NULL is to refuse, which no model need say.
TEST_P(DriftTest, WhatNoReferenceCanDoIsNoFault) {
  for (const char* update : {"SET NULL", "SET DEFAULT", "NO ACTION"}) {
    MakeTables(absl::StrCat(
        "CREATE TABLE \"order\" ($id, code text NOT NULL DEFAULT '' UNIQUE, ",
        kCustomer, " ON UPDATE ", update, ", ", kRest, ");", kIndex));
    EXPECT_EQ(TextOf(Drift()), "") << update;
    Run("DROP TABLE \"order\"; DROP TABLE customer;");
  }
}

TEST_P(DriftTest, ReferencesThatSqliteRefusesWritesForAreTold) {
  if (on_postgres()) return;
  MakeTables(absl::StrCat(
      "CREATE TABLE note (id integer, word text);"
      "CREATE TABLE \"order\" ($id, code text NOT NULL DEFAULT '' UNIQUE, ",
      kCustomer, ", ", kRest,
      ", gone int REFERENCES gone (id), other int REFERENCES note (id), fine "
      "int REFERENCES Customer (ID));",
      kIndex));
  EXPECT_EQ(
      TextOf(Drift()),
      "table \"order\", which stores Order, has a foreign key (gone) to "
      "\"gone\" (id), which does not exist: SQLite refuses each write to the "
      "table -> make that table, or this one without the key\n"
      "table \"order\", which stores Order, has a foreign key (other) to "
      "\"note\" (id), which is neither a key nor UNIQUE: SQLite refuses each "
      "write to the table -> make a unique index of it, or the table without "
      "the key");
}

TEST_P(DriftTest, WhatTheServerFillsMayBeNotNull) {
  TableSpec spec = Customer();
  spec.columns.push_back(Column("made", FieldType::kTimestamp, 2));
  spec.columns[1].nullable = true;
  spec.columns[1].field->presence = true;
  spec.columns[1].field->role = Role::kCreateTime;
  const OwnedTable table(spec);
  const Model model = {&table.table(), nullptr, nullptr};
  std::string sql = CreateTableSql(table.table(), database().dialect());
  Run(absl::StrReplaceAll(sql,
                          {{"TIMESTAMP WITH TIME ZONE", "timestamptz NOT NULL"},
                           {"TIMESTAMPTZ", "timestamptz NOT NULL"},
                           {"\"made\" TEXT", "\"made\" TEXT NOT NULL"}}));
  const auto drift = FindDrift(database(), {&model});
  ASSERT_TRUE(drift.ok()) << drift.status();
  EXPECT_EQ(TextOf(*drift), "");
}

// As generateproto writes them of tables that are there.
TEST_P(DriftTest, DefaultsMayBeNotNullAndListsMayBeNull) {
  TableSpec spec = Customer();
  spec.columns.push_back(Column("size", FieldType::kInt32, 2));
  spec.columns.push_back(Column("tags", FieldType::kString, 3));
  spec.columns[1].nullable = true;
  spec.columns[1].field->presence = true;
  spec.columns[1].field->default_value = "3";
  spec.columns[2].field->repeated = true;
  spec.columns[2].field->storage = Storage::kArray;
  const OwnedTable table(spec);
  const Model model = {&table.table(), nullptr, nullptr};
  Run(
      absl::StrCat("CREATE TABLE customer (id bigint NOT NULL PRIMARY KEY, "
                   "size integer NOT NULL DEFAULT 3, tags ",
                   on_postgres() ? "text[])" : "text)"));
  const auto drift = FindDrift(database(), {&model});
  ASSERT_TRUE(drift.ok()) << drift.status();
  EXPECT_EQ(TextOf(*drift), "");
}

TEST_P(DriftTest, AColumnWithoutAFormIsTold) {
  MakeTables(absl::StrCat(
      "CREATE TABLE \"order\" ($id, code text NOT NULL DEFAULT '' UNIQUE, ",
      kCustomer, ", total ", on_postgres() ? "bytea" : "blob",
      " NOT NULL CONSTRAINT order_total CHECK (total IS NOT NULL), note text, "
      "state text NOT NULL DEFAULT 'new');",
      kIndex));
  const auto drift = Drift();
  ASSERT_THAT(drift, testing::Not(IsEmpty()));
  EXPECT_EQ(drift[0].weight, Weight::kBroken);
  EXPECT_THAT(drift[0].text, HasSubstr("Order.total has no form in column"));
}

TEST_P(DriftTest, WhatTheDatabaseComputesIsTold) {
  MakeTables(absl::StrCat(
      "CREATE TABLE \"order\" ($id, code text NOT NULL DEFAULT '' UNIQUE, ",
      kCustomer,
      ", total $int NOT NULL DEFAULT 0 CONSTRAINT order_total CHECK (total >= "
      "0), note text GENERATED ALWAYS AS (code) STORED, state text NOT NULL "
      "DEFAULT 'new');",
      kIndex));
  const auto drift = Drift();
  ASSERT_THAT(drift, testing::Not(IsEmpty()));
  EXPECT_EQ(drift[0].weight, Weight::kRule);
  EXPECT_THAT(drift[0].text, HasSubstr("that the database computes"));
}

TEST_P(DriftTest, AWeakerCheckIsAnother) {
  MakeTables(absl::StrCat(
      "CREATE TABLE \"order\" ($id, code text NOT NULL DEFAULT '' UNIQUE, ",
      kCustomer,
      ", total $int NOT NULL DEFAULT 0 CONSTRAINT order_total CHECK (total >= "
      "-5), note text, state text NOT NULL DEFAULT 'new');",
      kIndex));
  const auto drift = Drift();
  ASSERT_THAT(drift, SizeIs(1)) << TextOf(drift);
  EXPECT_THAT(drift[0].text, HasSubstr("does not check \"order_total\""));
  Mend(drift, false);
}

TEST_P(DriftTest, KeysOfSeveralColumnsReferEachToItsOwn) {
  TableSpec spec = Customer();
  spec.columns.push_back(Column("a", FieldType::kInt64, 2));
  spec.columns.push_back(Column("b", FieldType::kInt64, 3));
  ReferenceSpec key;
  key.columns = {"a", "b"};
  key.table = "zone";
  key.referenced = {"x", "y"};
  spec.foreign_keys = {key};
  const OwnedTable table(spec);
  const Model model = {&table.table(), nullptr, nullptr};
  const auto drift_of = [&](const char* reference) {
    Run(absl::StrCat(
        "DROP TABLE IF EXISTS customer; DROP TABLE IF EXISTS zone; CREATE "
        "TABLE zone (x bigint, y bigint, PRIMARY KEY (x, y), UNIQUE (y, x)); "
        "CREATE TABLE customer (id bigint NOT NULL PRIMARY KEY, a bigint NOT "
        "NULL, b bigint NOT NULL, FOREIGN KEY ",
        reference, ");"));
    const auto drift = FindDrift(database(), {&model});
    EXPECT_TRUE(drift.ok()) << drift.status();
    return drift.ok() ? TextOf(*drift) : "";
  };
  EXPECT_EQ(drift_of("(a, b) REFERENCES zone (x, y)"), "");
  EXPECT_EQ(drift_of("(b, a) REFERENCES zone (y, x)"), "");
  EXPECT_EQ(drift_of("(a, b) REFERENCES zone"), "");
  EXPECT_THAT(drift_of("(a, b) REFERENCES zone (y, x)"),
              HasSubstr("has no foreign key (a, b) to \"zone\" (x, y)"));
}

TEST_P(DriftTest, AViewHasOnlyColumns) {
  MakeTables(absl::StrCat(
      "CREATE TABLE base ($id, code text, customer $int, total $int, note "
      "text); CREATE VIEW \"order\" AS SELECT * FROM base;"));
  const auto drift = Drift();
  ASSERT_THAT(drift, SizeIs(1)) << TextOf(drift);
  EXPECT_EQ(drift[0].weight, Weight::kBroken);
  EXPECT_THAT(drift[0].text, HasSubstr("has no column \"state\""));
}

INSTANTIATE_TEST_SUITE_P(Databases, DriftTest, kEitherDatabase, NameOfDatabase);

}  // namespace
}  // namespace modelservice
