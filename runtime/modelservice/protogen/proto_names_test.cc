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

TEST(PackageName, IsNoWordOfCpp) {
  EXPECT_EQ(FreePackage("shop.v1"), "shop.v1");
  EXPECT_EQ(FreePackage("std"), "std_db");
  EXPECT_EQ(FreePackage("time"), "time_db");  // in the global namespace
  EXPECT_EQ(FreePackage("shop.time"), "shop.time");
  EXPECT_EQ(FreePackage("shop.class.linux"), "shop.class_db.linux_db");
  EXPECT_EQ(FreePackage("google.shop"), "google_db.shop");
  EXPECT_EQ(FaultOfPackage("shop.v1"), "");
  EXPECT_EQ(FaultOfPackage("shop.errno"),
            "the part errno is a word that C++ or a library has taken");
}

TEST(MessageNames, AreNoWordsOfCpp) {
  for (const char* name : {"EOF", "NULL", "BUFSIZ", "TRUE", "DOMAIN", "class",
                           "string", "message", "Clear", "New"}) {
    EXPECT_TRUE(IsTakenMessage(name)) << name;
  }
  for (const char* name : {"Eof", "Major", "FILE", "Errno"}) {
    EXPECT_FALSE(IsTakenMessage(name)) << name;
  }
  // Inside of a message, its own members are taken, too.
  EXPECT_TRUE(IsTakenMember("Clear"));
  EXPECT_TRUE(IsTakenMember("OVERFLOW"));
  EXPECT_FALSE(IsTakenMember("ERROR"));
  EXPECT_FALSE(IsTakenMember("minor"));
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
  EXPECT_EQ(names.Add("Unknown_Fields"), "Unknown_Fields_value");
  EXPECT_EQ(names.Add("errno"), "errno_value");
  EXPECT_EQ(names.Add("ASSERT"), "ASSERT_value");  // the accessor is assert()
  EXPECT_EQ(names.Add("EOF"), "EOF");              // and this one's eof()
  EXPECT_EQ(names.Add("class"), "class");          // protoc escapes keywords
  EXPECT_EQ(names.Add("id"), "id");
  EXPECT_EQ(names.Add("_internal_id"), "internal_id");  // protoc's own
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
