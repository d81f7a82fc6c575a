#include "modelservice/protogen/row_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace modelservice::proto {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

catalog::Column Column(const char* name, bool nullable) {
  catalog::Column column;
  column.name = name;
  column.type = catalog::ParseSqlType("text");
  column.nullable = nullable;
  return column;
}

catalog::Index Unique(std::initializer_list<const char*> columns) {
  catalog::Index index;
  index.unique = true;
  for (const char* column : columns) index.parts.push_back({column});
  return index;
}

catalog::Catalog OneTable(catalog::Table::Kind kind) {
  catalog::Catalog catalog;
  catalog::Table table;
  table.name = "seats";
  table.kind = kind;
  table.columns = {Column("row", false), Column("number", false),
                   Column("code", true)};
  catalog.tables.push_back(table);
  return catalog;
}

TEST(RowKeys, AUniqueOverNotNullColumnsIsOne) {
  catalog::Catalog catalog = OneTable(catalog::Table::Kind::kTable);
  catalog.tables[0].indexes = {Unique({"code"}), Unique({"row", "number"})};
  catalog.tables[0].indexes[0].where = "";
  const auto notes = GiveKeys({}, &catalog);
  ASSERT_TRUE(notes.ok());
  EXPECT_THAT(catalog.tables[0].primary_key, ElementsAre("row", "number"));
  EXPECT_EQ(catalog.tables[0].indexes.size(), 1u);
  EXPECT_THAT(notes->at("seats"), HasSubstr("(row, number) is UNIQUE"));
}

TEST(RowKeys, NothingElseIs) {
  catalog::Catalog catalog = OneTable(catalog::Table::Kind::kTable);
  catalog.tables[0].indexes = {Unique({"code"}), Unique({"row"}),
                               Unique({"number"}), Unique({"row"})};
  catalog.tables[0].indexes[1].where = "number > 1";
  catalog.tables[0].indexes[2].beyond = "collation NOCASE";
  catalog.tables[0].indexes[3].unique = false;
  ASSERT_TRUE(GiveKeys({}, &catalog).ok());
  EXPECT_THAT(catalog.tables[0].primary_key, ElementsAre());
}

TEST(RowKeys, AViewHasWhatItIsGiven) {
  catalog::Catalog catalog = OneTable(catalog::Table::Kind::kView);
  const auto keys = ParseRowKeys("seats=code,row");
  ASSERT_TRUE(keys.ok());
  ASSERT_TRUE(GiveKeys(*keys, &catalog).ok());
  EXPECT_THAT(catalog.tables[0].primary_key, ElementsAre("code", "row"));
  EXPECT_FALSE(catalog.tables[0].FindColumn("code")->nullable);
}

std::string FaultOf(const char* flag, bool has_key = false) {
  catalog::Catalog catalog = OneTable(catalog::Table::Kind::kTable);
  if (has_key) catalog.tables[0].primary_key = {"row"};
  const auto keys = ParseRowKeys(flag);
  if (!keys.ok()) return std::string(keys.status().message());
  return std::string(GiveKeys(*keys, &catalog).status().message());
}

TEST(RowKeys, SaysWhatIsWrong) {
  EXPECT_THAT(FaultOf("seats"), HasSubstr("--key: \"seats\" is no key"));
  EXPECT_THAT(FaultOf("=a"), HasSubstr("--key: \"=a\" is no key"));
  EXPECT_THAT(FaultOf("seat=row"), HasSubstr("there is no table \"seat\""));
  EXPECT_THAT(FaultOf("seats=rows"),
              HasSubstr("has no column \"rows\"; did you mean \"row\"?"));
  EXPECT_THAT(FaultOf("seats=code", /*has_key=*/true),
              HasSubstr("has a primary key (row)"));
}

}  // namespace
}  // namespace modelservice::proto
