// The catalogs of real databases. What becomes of them in a .proto file is held
// by tests/generateproto.
#include "modelservice/introspect/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/db/copied_rows.h"
#include "modelservice/testing/database_test_support.h"

namespace modelservice::catalog {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// What both databases have alike.
constexpr char kScript[] =
    "CREATE TABLE shelf (id integer PRIMARY KEY, name varchar(20) NOT NULL "
    "UNIQUE);"
    "CREATE TABLE book (shelf_id integer NOT NULL REFERENCES shelf (id) ON "
    "DELETE CASCADE ON UPDATE RESTRICT, position integer NOT NULL, title text "
    "DEFAULT 'none', price numeric(8,2) CHECK (price >= 0), PRIMARY KEY "
    "(shelf_id, position));"
    "CREATE UNIQUE INDEX by_title ON book (title DESC, price);"
    "CREATE INDEX cheap ON book (price) WHERE price < 5;"
    "CREATE INDEX lowered ON book (lower(title));"
    "CREATE VIEW titles AS SELECT title FROM book;";

class CatalogTest : public OnEitherDatabase {
 protected:
  void SetUp() override {
    OnEitherDatabase::SetUp();
    if (!has_database()) return;
    const absl::Status status = database().RunScript(kScript);
    ASSERT_TRUE(status.ok()) << status;
    auto catalog = ReadCatalog(database());
    ASSERT_TRUE(catalog.ok()) << catalog.status();
    catalog_ = *std::move(catalog);
  }

  Catalog catalog_;
};

TEST_P(CatalogTest, TablesAndViews) {
  std::vector<std::string> names;
  for (const Table& table : catalog_.tables) names.push_back(table.FullName());
  EXPECT_THAT(names, ElementsAre("book", "shelf", "titles"));
  EXPECT_EQ(catalog_.Find("titles")->kind, Table::Kind::kView);
  EXPECT_EQ(catalog_.Find("book")->kind, Table::Kind::kTable);
  EXPECT_EQ(catalog_.Find("bok"), nullptr);
  // SQLite's names are equal whatever their case.
  EXPECT_EQ(catalog_.Find("BOOK") == nullptr, on_postgres());
  EXPECT_FALSE(catalog_.django);
}

TEST_P(CatalogTest, Columns) {
  const Table& book = *catalog_.Find("book");
  ASSERT_EQ(book.columns.size(), 4u);
  const Column& title = *book.FindColumn("title");
  EXPECT_TRUE(title.nullable);
  EXPECT_THAT(title.default_sql.value_or(""), HasSubstr("'none'"));
  EXPECT_FALSE(book.FindColumn("shelf_id")->nullable);
  const SqlType& name = catalog_.Find("shelf")->FindColumn("name")->type;
  EXPECT_EQ(name.kind, SqlType::Kind::kText);
  EXPECT_EQ(name.length, 20);
  // PostgreSQL gives no key to a plain integer.
  EXPECT_EQ(catalog_.Find("shelf")->columns[0].generated,
            on_postgres() ? Column::Generated::kNo : Column::Generated::kKey);
}

TEST_P(CatalogTest, Keys) {
  const Table& book = *catalog_.Find("book");
  EXPECT_THAT(book.primary_key, ElementsAre("shelf_id", "position"));
  EXPECT_TRUE(book.IsKey("position"));
  EXPECT_FALSE(book.IsUnique("position"));
  EXPECT_TRUE(catalog_.Find("shelf")->IsUnique("id"));
  EXPECT_TRUE(catalog_.Find("shelf")->IsUnique("name"));
  const ForeignKey* key = book.ReferenceOf("shelf_id");
  ASSERT_NE(key, nullptr);
  EXPECT_EQ(catalog_.FindReferenced(*key), catalog_.Find("shelf"));
  EXPECT_THAT(key->referenced, ElementsAre("id"));
  EXPECT_EQ(key->on_delete, ReferentialAction::kCascade);
  EXPECT_EQ(key->on_update, ReferentialAction::kRestrict);
}

// PostgreSQL 15's SET NULL (a): what is not set may be NOT NULL.
TEST_P(CatalogTest, SomeColumnsOfAKeyThatAreSet) {
  if (!on_postgres()) return;
  ASSERT_TRUE(database()
                  .RunScript("CREATE TABLE note (id integer PRIMARY KEY, shelf "
                             "integer NOT NULL, place integer, CONSTRAINT "
                             "of_book FOREIGN KEY (shelf, place) REFERENCES "
                             "book ON DELETE SET NULL (place))")
                  .ok());
  const auto catalog = ReadCatalog(database());
  ASSERT_TRUE(catalog.ok()) << catalog.status();
  const Table& note = *catalog->Find("note");
  ASSERT_EQ(note.foreign_keys.size(), 1u);
  const ForeignKey& key = note.foreign_keys[0];
  EXPECT_EQ(key.on_delete, ReferentialAction::kSetNull);
  EXPECT_TRUE(note.SetsSome(key));
  EXPECT_THAT(note.SetOnDelete(key), ElementsAre("place"));
  EXPECT_THAT(key.columns, ElementsAre("shelf", "place"));
  EXPECT_FALSE(
      catalog->Find("book")->SetsSome(catalog->Find("book")->foreign_keys[0]));
}

TEST_P(CatalogTest, IndexesAndChecks) {
  const Table& book = *catalog_.Find("book");
  const auto find = [&](absl::string_view name) -> const Index& {
    for (const Index& index : book.indexes) {
      if (index.name == name) return index;
    }
    ADD_FAILURE() << "no index " << name;
    return book.indexes[0];
  };
  ASSERT_EQ(book.indexes.size(), 3u);
  const Index& by_title = find("by_title");
  EXPECT_TRUE(by_title.unique);
  ASSERT_EQ(by_title.parts.size(), 2u);
  EXPECT_EQ(by_title.parts[0].column, "title");
  EXPECT_TRUE(by_title.parts[0].descending);
  EXPECT_FALSE(by_title.parts[1].descending);
  EXPECT_EQ(by_title.beyond, "");
  EXPECT_THAT(find("cheap").where, HasSubstr("price < 5"));
  EXPECT_EQ(find("lowered").beyond, "an expression");
  ASSERT_EQ(book.checks.size(), 1u);
  EXPECT_THAT(book.checks[0].sql, HasSubstr("price >= "));
}

TEST_P(CatalogTest, CountsRows) {
  ASSERT_TRUE(database()
                  .RunScript("INSERT INTO shelf (id, name) VALUES (1, 'a')")
                  .ok());
  const auto rows = CountRows(database(), *catalog_.Find("shelf"));
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ(*rows, 1);
  Table gone;
  gone.name = "gone";
  EXPECT_THAT(std::string(CountRows(database(), gone).status().message()),
              HasSubstr("cannot count the rows of gone: "));
}

// Which may hold any bytes, in its rows as in what it says of them.
TEST_P(CatalogTest, OfAPostgresWithoutAnEncoding) {
  if (!on_postgres()) return;
  CopiedRows rows;
  Statement create;
  create.text =
      "CREATE DATABASE without_encoding TEMPLATE template0 ENCODING "
      "'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'";
  const absl::Status created = database().Run(std::move(create), rows).status();
  ASSERT_TRUE(created.ok()) << created;
  const auto opened =
      OpenDatabase((*PostgresCluster::Shared())->url("without_encoding"));
  ASSERT_TRUE(opened.ok()) << opened.status();
  Database& without = **opened;
  const absl::Status made = without.RunScript(
      "CREATE TABLE good (id int PRIMARY KEY, note text); COMMENT ON TABLE "
      "good IS E'\\xff'; INSERT INTO good VALUES (1, E'\\xff'); CREATE TABLE "
      "odd (id int PRIMARY KEY, note text DEFAULT E'\\xfe')");
  ASSERT_TRUE(made.ok()) << made;
  const auto catalog = ReadCatalog(without);
  ASSERT_TRUE(catalog.ok()) << catalog.status();
  EXPECT_EQ(catalog->Find("good")->fault, "");
  EXPECT_EQ(catalog->Find("good")->comment, "");
  EXPECT_EQ(catalog->Find("odd")->fault, "its definition is not UTF-8");
  Statement select;
  select.text = "SELECT note FROM good";
  const absl::Status read = without.Run(std::move(select), rows).status();
  ASSERT_TRUE(read.ok()) << read;
  EXPECT_THAT(rows.FirstTexts(), ElementsAre("\xff"));
}

INSTANTIATE_TEST_SUITE_P(Databases, CatalogTest, kEitherDatabase,
                         NameOfDatabase);

}  // namespace
}  // namespace modelservice::catalog
