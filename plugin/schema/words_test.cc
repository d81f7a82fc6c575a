#include "plugin/schema/words.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace modelservice::plugin {
namespace {

TEST(WordsTest, SnakeCase) {
  EXPECT_EQ(SnakeCase("OrderLine"), "order_line");
  EXPECT_EQ(SnakeCase("HTTPServer"), "http_server");
  EXPECT_EQ(SnakeCase("already_snake"), "already_snake");
  EXPECT_EQ(SnakeCase("Order_Line"), "order_line");
  EXPECT_EQ(SnakeCase("V2Order"), "v2_order");
  EXPECT_EQ(SnakeCase(""), "");
}

TEST(WordsTest, CamelCase) {
  EXPECT_EQ(CamelCase("shop-item_v1"), "ShopItemV1");
  EXPECT_EQ(CamelCase("shopItem"), "ShopItem");
  EXPECT_EQ(CamelCase("1st.draft"), "1stDraft");
}

TEST(WordsTest, Plural) {
  EXPECT_EQ(Plural("order_line"), "order_lines");
  EXPECT_EQ(Plural("box"), "boxes");
  EXPECT_EQ(Plural("church"), "churches");
  EXPECT_EQ(Plural("city"), "cities");
  EXPECT_EQ(Plural("day"), "days");
}

TEST(WordsTest, IsPluralOf) {
  for (const auto& [singular, plural] :
       std::vector<std::pair<const char*, const char*>>{
           {"Customer", "Customers"},
           {"OrderLine", "OrderLines"},
           {"Box", "Boxes"},
           {"City", "Cities"},
           {"Person", "People"},
           {"SalesPerson", "SalesPeople"},
           {"Person", "Persons"},
           {"Shelf", "Shelves"},
           {"BookShelf", "BookShelves"},
           {"Knife", "Knives"},
           {"Index", "Indices"},
           {"Index", "Indexes"},
           {"Vertex", "Vertices"},
           {"Matrix", "Matrices"},
           {"Analysis", "Analyses"},
           {"Child", "Children"},
           {"Woman", "Women"},
           {"Mouse", "Mice"},
           {"Radius", "Radii"},
           {"Medium", "Media"},
           {"Datum", "Data"},
           {"Criterion", "Criteria"},
           {"Formula", "Formulae"},
           {"Schema", "Schemata"},
           {"Quiz", "Quizzes"},
           {"Bus", "Buses"},
           {"Hero", "Heroes"},
           {"Bureau", "Bureaux"},
           {"person", "people"},
           {"Box", "Boxs"}}) {
    EXPECT_TRUE(IsPluralOf(plural, singular)) << plural;
  }
  for (const auto& [singular, plural] :
       std::vector<std::pair<const char*, const char*>>{
           {"Person", "Personal"},
           {"Person", "Peoples"},
           {"Order", "OrderLines"},
           {"OrderLine", "Lines"},
           {"SalesPerson", "People"},
           {"Shelf", "Shelvings"},
           {"Index", "Index"},
           {"Customer", "Users"}}) {
    EXPECT_FALSE(IsPluralOf(plural, singular)) << plural;
  }
}

TEST(WordsTest, Closest) {
  const std::vector<std::string> names = {"id", "email", "create_time",
                                          "Customer", "phone_number"};
  EXPECT_EQ(Closest("emial", names), "email");
  EXPECT_EQ(Closest("emails", names), "email");
  EXPECT_EQ(Closest("createtime", names), "create_time");
  EXPECT_EQ(Closest("CreateTime", names), "create_time");
  EXPECT_EQ(Closest("Custmer", names), "Customer");
  EXPECT_EQ(Closest("customer", names), "Customer");
  EXPECT_EQ(Closest("Id", names), "id");
  EXPECT_EQ(Closest("ids", names), "id");
  // In short words, everything is near to everything.
  EXPECT_EQ(Closest("x", names), "");
  EXPECT_EQ(Closest("ab", names), "");
  EXPECT_EQ(Closest("phone", names), "");
  EXPECT_EQ(Closest("address", names), "");
  EXPECT_EQ(Closest("", names), "");
  EXPECT_EQ(Closest("email", {}), "");
}

}  // namespace
}  // namespace modelservice::plugin
