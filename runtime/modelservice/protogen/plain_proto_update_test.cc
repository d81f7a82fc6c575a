// The same of files without options, whose fields and messages are known by
// their names alone.
#include "modelservice/protogen/proto_update_test_support.h"
#include "modelservice/protogen/proto_writer.h"

namespace modelservice::proto {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string PlainThing(const std::string& name, const std::string& fields) {
  return absl::StrCat("message ", name, " {\n  int64 id = 1;\n", fields, "}\n");
}

// Without options a field is known by its name alone.
TEST(ProtoUpdate, APlainFieldIsFoundByTheNameThatItGot) {
  const std::string body = PlainThing("Thing",
                                      "  string a_b = 2;\n  int32 fooBar = 3;\n"
                                      "  int32 foo_bar_2 = 4;\n");
  const auto updated = TryUpdate(
      Things({{"a-b", "text"}, {"fooBar", "integer"}, {"foo_bar", "integer"}}),
      body, /*annotate=*/false);
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(*updated, kHead + body);
}

// AIP's names are in lower case, so that one column may have the name that
// another one's field got.
TEST(ProtoUpdate, APlainFieldMayHaveTheNameOfAnotherColumn) {
  const catalog::Catalog catalog =
      Things({{"fooBar", "text"}, {"foo_bar", "text"}});
  for (const char* const fields :
       {"  string foo_bar = 2;\n  string foo_bar_2 = 3;\n",
        "  string foo_bar = 2;\n"}) {
    auto update = ProtoUpdate::Read(
        "thing.proto", "syntax = \"proto3\";\n" + PlainThing("Thing", fields));
    BuildOptions options;
    options.selection.tables = {"thing"};
    options.annotate = false;
    options.style = Style::kAip;
    ASSERT_TRUE(update.ok() && update->Prepare(catalog, &options).ok());
    const auto updated = update->Apply(*BuildFile(catalog, options));
    ASSERT_TRUE(updated.ok()) << updated.status();
    EXPECT_THAT(*updated, HasSubstr("string foo_bar = 2;"));
    EXPECT_THAT(*updated, Not(HasSubstr("reserved")));
    EXPECT_THAT(*updated, HasSubstr("string foo_bar_2 = 3;"));
    EXPECT_THAT(*updated, Not(HasSubstr("foo_bar_3")));
  }
}

TEST(ProtoUpdate, APlainMessageIsOfOneTable) {
  catalog::Catalog catalog = Things({{"a", "text"}});
  catalog.tables.push_back(catalog.tables[0]);
  catalog.tables[1].name = "things";
  catalog.tables[1].columns[1].name = "b";
  const std::string thing = PlainThing("Thing", "  string a = 2;\n");
  const std::string things = PlainThing("Thing2", "  string b = 2;\n");
  for (const std::vector<std::string>& tables :
       {std::vector<std::string>{"thing", "things"}, {"*"}}) {
    const auto updated = TryUpdate(catalog, thing + things,
                                   /*annotate=*/false, tables);
    ASSERT_TRUE(updated.ok()) << updated.status();
    EXPECT_EQ(*updated, kHead + thing + things);
  }
  // The one that is named has the name.
  const auto updated =
      TryUpdate(catalog, PlainThing("Thing", "  string b = 2;\n"),
                /*annotate=*/false, {"things"});
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(*updated, kHead + PlainThing("Thing", "  string b = 2;\n"));
}

// Another table's message has the name of one of its requests.
TEST(ProtoUpdate, APlainMessageHasTheNumberThatItsRequestsNeeded) {
  catalog::Catalog catalog = Things({});
  catalog.tables.push_back(catalog.tables[0]);
  catalog.tables[0].name = "get_thing_request";
  BuildOptions options;
  options.selection.tables = {"*"};
  options.package = "shop";
  options.annotate = false;
  options.style = Style::kAip;
  const std::string text = WriteFile(*BuildFile(catalog, options));
  ASSERT_THAT(text, HasSubstr("message Thing2 {"));
  auto update = ProtoUpdate::Read("thing.proto", text);
  ASSERT_TRUE(update.ok()) << update.status();
  ASSERT_TRUE(update->Prepare(catalog, &options).ok());
  const auto updated = update->Apply(*BuildFile(catalog, options));
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(*updated, text);
}

TEST(ProtoUpdate, ARequestIsNoTables) {
  const std::string body =
      absl::StrCat(PlainThing("Thing", ""),
                   "service Others { rpc Do(Thing) returns (Thing2); }\n",
                   PlainThing("Thing2", "  string a = 2;\n"));
  const auto updated =
      TryUpdate(Things({{"a", "text"}}), body, /*annotate=*/false);
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(*updated, kHead + body);
}

// Whose options come where its first field was.
TEST(ProtoUpdate, TheFirstFieldMayGo) {
  const auto updated = TryUpdate(
      Things({}), "message Thing {\n  int32 gone = 1;\n  int64 id = 2;\n}\n");
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_THAT(*updated, HasSubstr("message Thing {\n"
                                  "  option (modelservice.model) = { table: "
                                  "\"thing\" };\n\n"
                                  "  reserved 1;\n  reserved \"gone\";\n"
                                  "  int64 id = 2 ["));
}

// As django-grpc-framework writes a field with db_column.
TEST(ProtoUpdate, AFieldWithoutItsColumnsNameIsFoundByItsPlace) {
  const catalog::Catalog catalog =
      Things({{"headline", "text"}, {"size", "integer"}});
  const auto updated = TryUpdate(catalog, PlainThing("Thing",
                                                     "  string title = 2;\n"
                                                     "  int32 size = 3;\n"));
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_THAT(*updated, HasSubstr("optional string title = 2 "
                                  "[(modelservice.field) = { column: "
                                  "\"headline\" }];\n"));
  EXPECT_THAT(*updated, Not(HasSubstr("reserved")));
}

// Was it renamed, or dropped beside a new one? Only who did it can say.
TEST(ProtoUpdate, ARenameIsNotGuessed) {
  const catalog::Catalog catalog =
      Things({{"size", "integer"}, {"headline", "text"}});
  for (const bool annotate : {false, true}) {
    const auto updated = TryUpdate(
        catalog,
        PlainThing("Thing", "  string title = 2;\n  int32 size = 3;\n"),
        annotate);
    EXPECT_EQ(updated.status().message(),
              "thing.proto:5:3: Thing.title may be of a column with another "
              "name (\"headline\"); say so with [(modelservice.field) = { "
              "column: ... }], or write reserved 2; in its place if its column "
              "is gone");
  }
}

TEST(ProtoUpdate, NamesMayDifferInCase) {
  catalog::Catalog catalog = Things({{"a", "text"}});
  catalog.tables[0].name = "orderline";
  const auto updated =
      TryUpdate(catalog,
                absl::StrCat(PlainThing("OrderLine", "  string a = 2;\n"),
                             "service OrderLINEController {\n"
                             "  rpc Retrieve(Id) returns (OrderLine);\n}\n"
                             "message Id {\n  int64 id = 1;\n}\n"),
                /*annotate=*/true, {"orderline"});
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_THAT(*updated, Not(HasSubstr("Orderline")));
  EXPECT_THAT(*updated, HasSubstr("service OrderLINEController {\n"
                                  "    option (modelservice.service) = {"));
}

}  // namespace
}  // namespace modelservice::proto
