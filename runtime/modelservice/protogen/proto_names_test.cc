#include "modelservice/protogen/proto_names.h"

#include <gtest/gtest.h>

namespace modelservice::proto {
namespace {

std::string Name(const catalog::Catalog& catalog, const char* table) {
  catalog::Table named;
  named.name = table;
  return MessageName(catalog, named);
}

TEST(MessageName, OfTablesThatAreNotDjangos) {
  const catalog::Catalog catalog;
  EXPECT_EQ(Name(catalog, "order_lines"), "OrderLine");
  EXPECT_EQ(Name(catalog, "categories"), "Category");
  EXPECT_EQ(Name(catalog, "boxes"), "Box");
  EXPECT_EQ(Name(catalog, "houses"), "House");
  EXPECT_EQ(Name(catalog, "status"), "Status");
  EXPECT_EQ(Name(catalog, "address"), "Address");
  EXPECT_EQ(Name(catalog, "news_item"), "NewsItem");
  EXPECT_EQ(Name(catalog, "2020 sales"), "Field2020Sale");
}

TEST(MessageName, OfDjangosTables) {
  catalog::Catalog catalog;
  catalog.django = true;
  catalog.django_models = {{"shop", "orderline"}, {"shop", "product"}};
  EXPECT_EQ(Name(catalog, "auth_user"), "User");
  EXPECT_EQ(Name(catalog, "django_admin_log"), "LogEntry");
  EXPECT_EQ(Name(catalog, "shop_orderline"), "Orderline");
  EXPECT_EQ(Name(catalog, "shop_product_tags"), "ProductTags");
  EXPECT_EQ(Name(catalog, "other_things"), "OtherThing");
}

TEST(SnakeCase, SplitsWords) {
  EXPECT_EQ(SnakeCase("OrderLine"), "order_line");
  EXPECT_EQ(SnakeCase("fooBar"), "foo_bar");
  EXPECT_EQ(SnakeCase("HTTPServer"), "http_server");
  EXPECT_EQ(SnakeCase("ID"), "id");
  EXPECT_EQ(SnakeCase("already_snake"), "already_snake");
}

TEST(Identifier, IsAlwaysOne) {
  EXPECT_EQ(Identifier("name"), "name");
  EXPECT_EQ(Identifier("a-b c"), "a_b_c");
  EXPECT_EQ(Identifier("1st"), "field_1st");
  EXPECT_EQ(Identifier("$$$"), "field");
  EXPECT_EQ(Identifier("\xC3\xA9tat"), "tat");
  for (const char* name : {"", "-", "\xFF", "a\nb", "a;b", "_"}) {
    EXPECT_TRUE(IsIdentifier(Identifier(name))) << name;
  }
}

TEST(PackageName, KeepsItsParts) {
  EXPECT_EQ(PackageName("shop.v1"), "shop.v1");
  EXPECT_EQ(PackageName("my-shop"), "my_shop");
  EXPECT_EQ(PackageName("..a"), "a");
}

TEST(FieldNames, DoNotCollide) {
  FieldNames names;
  EXPECT_EQ(names.Add("foo_bar"), "foo_bar");
  EXPECT_EQ(names.Add("fooBar"), "fooBar_2");  // both are fooBar in JSON
  EXPECT_EQ(names.Add("name"), "name");
  EXPECT_EQ(names.Add("has_name"), "has_name_2");  // an accessor's
  EXPECT_EQ(names.Add("set_later"), "set_later");
  EXPECT_EQ(names.Add("later"), "later_2");
  EXPECT_EQ(names.Add("descriptor"), "descriptor_value");
  names.Take("gone");
  EXPECT_EQ(names.Add("gone"), "gone_2");
}

TEST(DidYouMean, NamesTheNearest) {
  const std::vector<std::string> tables = {"auth_group", "auth_user",
                                           "auth_user_groups", "session"};
  EXPECT_EQ(DidYouMean("auth_usr", tables), "; did you mean \"auth_user\"?");
  EXPECT_EQ(DidYouMean("user", tables),
            "; did you mean \"auth_user\" or \"auth_user_groups\"?");
  EXPECT_EQ(DidYouMean("zzz", tables), "");
  EXPECT_EQ(DidYouMean("x", {}), "");
}

}  // namespace
}  // namespace modelservice::proto
