// What becomes of foreign keys of several columns, and of what names apps have.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <vector>

#include "modelservice/protogen/file_split.h"
#include "modelservice/protogen/proto_builder.h"
#include "modelservice/protogen/settings_merge.h"

namespace modelservice::proto {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

catalog::Table IntegerTable(const char* name,
                            std::initializer_list<const char*> columns) {
  catalog::Table table;
  table.name = name;
  for (const char* column : columns) {
    catalog::Column& added = table.columns.emplace_back();
    added.name = column;
    added.type = catalog::ParseSqlType("integer");
    added.nullable = false;
  }
  return table;
}

// Sales that refer to a shop twice, by a key of two columns.
catalog::Catalog Shops() {
  catalog::Catalog catalog;
  catalog.postgres = true;
  catalog::Table sale = IntegerTable(
      "sale", {"id", "regionCode", "shopCode", "fromRegion", "fromShop"});
  sale.primary_key = {"id"};
  for (const auto& columns :
       {std::vector<std::string>{"regionCode", "shopCode"},
        std::vector<std::string>{"fromRegion", "fromShop"}}) {
    catalog::ForeignKey& key = sale.foreign_keys.emplace_back();
    key.columns = columns;
    key.table = "shop";
    key.referenced = {"region", "code"};
  }
  catalog::Table shop = IntegerTable("shop", {"region", "code"});
  shop.primary_key = {"region", "code"};
  catalog.tables = {sale, shop};
  return catalog;
}

Message BuiltSale(const catalog::Catalog& catalog) {
  BuildOptions options;
  options.selection.tables = {"*"};
  const auto file = BuildFile(catalog, options);
  EXPECT_TRUE(file.ok()) << file.status();
  if (!file.ok()) return {};
  for (const Model& model : file->models) {
    if (model.message.name == "Sale") return model.message;
  }
  ADD_FAILURE() << "no Sale";
  return {};
}

TEST(ForeignKeys, AreCalledInSmallLetters) {
  const auto keys = BuiltSale(Shops()).settings.foreign_key();
  ASSERT_THAT(keys, SizeIs(2));
  EXPECT_EQ(keys[0].name(), "shop");
  EXPECT_EQ(keys[1].name(), "shop_by_fromregion_fromshop");
}

TEST(ForeignKeys, AreNotCalledAsAFieldWhateverItsCase) {
  catalog::Catalog catalog = Shops();
  catalog.tables[0].columns.push_back(catalog.tables[0].columns[0]);
  catalog.tables[0].columns.back().name = "Shop_ID";
  const auto keys = BuiltSale(catalog).settings.foreign_key();
  ASSERT_THAT(keys, SizeIs(2));
  EXPECT_EQ(keys[0].name(), "shop_by_regioncode_shopcode");
}

// SQLite takes one to a key of fewer columns when it is made.
TEST(ForeignKeys, OfMoreColumnsThanTheirKeyHaveNoOption) {
  catalog::Catalog catalog = Shops();
  catalog.tables[0].foreign_keys.pop_back();
  catalog.tables[0].foreign_keys[0].referenced = {"region"};
  catalog.tables[1].primary_key = {"region"};
  const Message sale = BuiltSale(catalog);
  EXPECT_THAT(sale.settings.foreign_key(), SizeIs(0));
  EXPECT_THAT(
      sale.comment,
      HasSubstr("the reference of (regionCode, shopCode) to shop(region)"));
}

ForeignKeySettings Key(const char* model, const char* name,
                       std::initializer_list<const char*> fields) {
  ForeignKeySettings key;
  key.set_model(model);
  key.set_name(name);
  for (const char* field : fields) key.add_field(field);
  return key;
}

std::vector<std::string> MergedNames(const ModelSettings& existing,
                                     const ModelSettings& built) {
  const ModelSettings merged = MergeModel(existing, built, {});
  std::vector<std::string> names;
  for (const ForeignKeySettings& key : merged.foreign_key()) {
    names.push_back(key.name());
  }
  return names;
}

TEST(ForeignKeys, KeepTheirNamesHoweverTheirModelIsSpelled) {
  ModelSettings built;
  *built.add_foreign_key() = Key("Shop", "shop", {"a", "b"});
  for (const char* model : {"Shop", "shop.Shop", ".shop.Shop"}) {
    ModelSettings existing;
    *existing.add_foreign_key() = Key(model, "at", {"a", "b"});
    EXPECT_THAT(MergedNames(existing, built), ElementsAre("at")) << model;
    EXPECT_EQ(MergeModel(existing, built, {}).foreign_key(0).model(), model);
  }
}

TEST(ForeignKeys, NewOnesHaveNoNameThatTheFileKeeps) {
  ModelSettings existing;
  *existing.add_foreign_key() = Key("Shop", "shop", {"c", "d"});
  ModelSettings built;
  *built.add_foreign_key() = Key("Shop", "shop", {"a", "b"});
  *built.add_foreign_key() = Key("Shop", "shop_by_c_d", {"c", "d"});
  EXPECT_THAT(MergedNames(existing, built), ElementsAre("shop_", "shop"));
}

TEST(SplitTables, ATableIsOfTheAppWithTheLongestName) {
  catalog::Catalog catalog;
  for (const char* name :
       {"audit_log", "shop_admin_log", "shop_admin_x_y", "shop_item"}) {
    catalog.tables.push_back(IntegerTable(name, {"id"}));
  }
  catalog.django_models = {{"shop", "item"}, {"shop_admin", "log"}};
  const auto parts = SplitTables(catalog, "prefix", "*.proto");
  ASSERT_TRUE(parts.ok()) << parts.status();
  EXPECT_EQ(parts->at("shop_admin_log"), "shop_admin.proto");
  EXPECT_EQ(parts->at("shop_admin_x_y"), "shop_admin.proto");
  EXPECT_EQ(parts->at("shop_item"), "shop.proto");
  EXPECT_EQ(parts->at("audit_log"), "audit.proto");
}

}  // namespace
}  // namespace modelservice::proto
