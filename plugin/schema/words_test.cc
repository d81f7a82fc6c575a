#include "plugin/schema/words.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace modelservice::plugin
