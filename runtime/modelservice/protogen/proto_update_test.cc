// What --update does to a file, case by case. Whole files are held by
// tests/generateproto.
#include "modelservice/protogen/proto_update_test_support.h"

namespace modelservice::proto {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(ProtoUpdate, LeavesAFileThatIsUpToDateAlone) {
  const std::string body = Thing("  optional string name = 7; // seven\n");
  EXPECT_EQ(Update(Things({{"name", "text"}}), body), body);
}

TEST(ProtoUpdate, ReservesWhatIsGone) {
  EXPECT_EQ(Update(Things({}), Thing("  // Gone.\n"
                                     "  optional string name = 7;\n")),
            Thing("  reserved 7;\n  reserved \"name\";\n"));
}

// What others wrote into our options is none of the database's.
TEST(ProtoUpdate, KeepsExtensionsInOptionsThatItRewrites) {
  const std::string body =
      "message Thing {\n"
      "  option (modelservice.model) = { table: \"thing\" [acme.entity] "
      "{ label: \"T\" } };\n"
      "  int64 id = 1 [(modelservice.field) = "
      "{ primary_key: true auto_increment: true }];\n"
      "  string name = 2 [(modelservice.field) = { [acme.label]: \"N\" }];\n"
      "}\n";
  const catalog::Catalog catalog = Things({{"name", "character varying(9)"}});
  EXPECT_EQ(Update(catalog, body),
            "message Thing {\n"
            "  option (modelservice.model) = { table: \"thing\" [acme.entity] "
            "{ label: \"T\" } };\n"
            "  int64 id = 1 [(modelservice.field) = "
            "{ primary_key: true auto_increment: true }];\n"
            "  optional string name = 2 [(modelservice.field) = {\n"
            "    max_length: 9\n"
            "    [acme.label]: \"N\"\n"
            "  }];\n"
            "}\n");
}

TEST(ProtoUpdate, SaysWhereAnExtensionWouldBeLost) {
  const std::string body = Thing(
      "  string name = 2 [(modelservice.field) = "
      "{ references { model: \"Thing\" [acme.kind]: TREE } }];\n");
  EXPECT_THAT(
      std::string(
          TryUpdate(Things({{"name", "text"}}), body).status().message()),
      StartsWith("thing.proto:6:3: its options hold an extension inside of a "
                 "setting"));
}

TEST(ProtoUpdate, AddsPastEveryNumber) {
  EXPECT_EQ(Update(Things({{"name", "text"}, {"size", "integer"}}),
                   Thing("  optional string name = 3;\n  reserved 9 to 11;\n")),
            Thing("  optional string name = 3;\n  optional int32 size = 12;\n"
                  "  reserved 9 to 11;\n"));
}

TEST(ProtoUpdate, AReservedNameIsNotUsedAgain) {
  EXPECT_THAT(Update(Things({{"name", "text"}}),
                     Thing("  reserved 2;\n  reserved \"name\";\n")),
              HasSubstr("  optional string name_2 = 3 "
                        "[(modelservice.field) = { column: \"name\" }];\n"));
}

TEST(ProtoUpdate, WidensInPlaceAndReplacesWhatIsAnotherTypeOnTheWire) {
  EXPECT_EQ(Update(Things({{"size", "bigint"}}),
                   Thing("  optional int32 size = 2;\n")),
            Thing("  optional int64 size = 2;\n"));
  EXPECT_EQ(
      Update(Things({{"size", "text"}}), Thing("  optional int32 size = 2;\n")),
      Thing("  reserved 2;\n  optional string size = 3;\n"));
}

TEST(ProtoUpdate, KeepsTypesThatSomebodyChose) {
  for (const char* field :
       {"  optional int64 size = 2;\n", "  optional Size size = 2;\n",
        "  google.protobuf.Int32Value size = 2;\n"}) {
    EXPECT_EQ(Update(Things({{"size", "integer"}}), Thing(field)),
              Thing(field));
  }
}

TEST(ProtoUpdate, MergesSettings) {
  EXPECT_EQ(Update(Things({{"mail", "character varying(80)"}}),
                   Thing("  optional string mail = 2 [(modelservice.field) = "
                         "{ format: EMAIL unique: true max_length: 40 }];\n")),
            Thing("  optional string mail = 2 [(modelservice.field) = "
                  "{\n    max_length: 80\n    format: EMAIL\n  }];\n"));
}

TEST(ProtoUpdate, ATransientFieldStays) {
  const std::string body = Thing(
      "  string cached = 2 [(modelservice.field) = { transient: true }];\n");
  EXPECT_EQ(Update(Things({}), body), body);
}

TEST(ProtoUpdate, ARenamedFieldIsFoundByItsColumn) {
  const std::string body = Thing(
      "  optional string title = 2 [(modelservice.field) = "
      "{ column: \"name\" }];\n");
  EXPECT_EQ(Update(Things({{"name", "text"}}), body), body);
}

TEST(ProtoUpdate, OneofsKeepWhatIsLeft) {
  EXPECT_EQ(Update(Things({{"a", "text"}}),
                   Thing("  oneof either {\n    string a = 2;\n"
                         "    string b = 3;\n  }\n")),
            Thing("  oneof either {\n    string a = 2;\n  }\n"
                  "  reserved 3;\n  reserved \"b\";\n"));
  const auto emptied = TryUpdate(
      Things({}), Thing("  oneof either {\n    string b = 3;\n  }\n"));
  EXPECT_THAT(std::string(emptied.status().message()),
              HasSubstr("thing.proto:7:5: the column of b, the last one of its "
                        "oneof, is gone"));
}

TEST(ProtoUpdate, AMessageOnOneLine) {
  EXPECT_EQ(
      Update(Things({{"name", "text"}}),
             "message Thing { option (modelservice.model).table = \"thing\"; "
             "int64 id = 1 [(modelservice.field) = { primary_key: true "
             "auto_increment: true }]; }"),
      "message Thing { option (modelservice.model).table = \"thing\"; "
      "int64 id = 1 [(modelservice.field) = { primary_key: true "
      "auto_increment: true }]; \n    optional string name = 2;\n}");
}

TEST(ProtoUpdate, ANewTableGetsNamesThatAreFree) {
  const std::string updated = Update(
      Things({}),
      "message Thing {\n  option (modelservice.model) = { table: \"other\" };\n"
      "  int32 id = 1;\n}\n");
  EXPECT_THAT(updated, HasSubstr("message Thing2 {\n"));
  EXPECT_THAT(updated, HasSubstr("service Thing2Controller {\n"));
  EXPECT_THAT(updated, Not(HasSubstr("reserved")));
}

// A string that somebody chose for a time or an enum stays one.
TEST(ProtoUpdate, AnotherTypeGetsWhatFitsIt) {
  catalog::Catalog catalog =
      Things({{"made", "timestamp with time zone"}, {"mood", "mood"}});
  catalog.tables[0].columns[1].nullable = false;
  catalog.tables[0].columns[1].default_sql = "now()";
  catalog::SqlType& mood = catalog.tables[0].columns[2].type;
  mood.kind = catalog::SqlType::Kind::kEnum;
  mood.name = "mood";
  mood.labels = {"sad", "happy"};
  const std::string updated =
      Update(catalog, Thing("  string made = 2;\n  string mood = 3;\n"));
  EXPECT_THAT(updated, HasSubstr("  string made = 2 [(modelservice.field) = { "
                                 "type: \"timestamp with time zone\" }];\n"));
  EXPECT_THAT(updated, HasSubstr("string mood = 3 [(modelservice.field) = { "
                                 "type: \"mood\" }];\n"));
  EXPECT_THAT(updated, Not(HasSubstr("role")));
  EXPECT_THAT(updated, Not(HasSubstr("storage")));
}

TEST(ProtoUpdate, TwoIndexesOverTheSameColumnsAreTwo) {
  catalog::Catalog catalog = Things({{"a", "text"}, {"b", "text"}});
  for (const char* name : {"first", "second"}) {
    catalog::Index index;
    index.name = name;
    index.parts = {{"a"}, {"b"}};
    catalog.tables[0].indexes.push_back(index);
  }
  const std::string updated = Update(
      catalog,
      "message Thing {\n"
      "  option (modelservice.model) = { table: \"thing\" index { field: "
      "\"a\" field: \"b\" name: \"first\" } };\n"
      "  int64 id = 1 [(modelservice.field) = "
      "{ primary_key: true auto_increment: true }];\n"
      "  optional string a = 2;\n  optional string b = 3;\n}\n");
  EXPECT_THAT(updated, HasSubstr("name: \"first\""));
  EXPECT_THAT(updated, HasSubstr("name: \"second\""));
}

TEST(ProtoUpdate, RequestsFollowTheKey) {
  catalog::Catalog catalog = Things({{"at", "integer"}});
  catalog.tables[0].primary_key = {"id", "at"};
  catalog.tables[0].columns[0].generated = catalog::Column::Generated::kNo;
  const std::string before = Thing("  optional int32 at = 2;\n");
  const std::string updated =
      Update(catalog, before +
                          "message ThingRetrieveRequest {\n"
                          "  int64 id = 1;\n  string trace = 2;\n}\n");
  EXPECT_THAT(updated, HasSubstr("message ThingRetrieveRequest {\n"
                                 "  int64 id = 1;\n  string trace = 2;\n"
                                 "  int32 at = 3;\n}\n"));
  // A key that became shorter.
  catalog.tables[0].primary_key = {"at"};
  EXPECT_THAT(Update(catalog, before + "message ThingRetrieveRequest {\n"
                                       "  int64 id = 1;\n  int32 at = 2;\n}\n"),
              HasSubstr("message ThingRetrieveRequest {\n  reserved 1;\n"
                        "  reserved \"id\";\n  int32 at = 2;\n}\n"));
}

TEST(ProtoUpdate, SaysWhoseSqlItHolds) {
  const std::string head =
      "syntax = \"proto3\";\nimport "
      "\"modelservice/annotations.proto\";\n";
  for (const auto& [before, after] :
       {std::pair<const char*, const char*>{
            "", "\noption (modelservice.file) = { dialect: POSTGRES };\n"},
        {"option (modelservice.file) = { table_prefix: \"x\" };\n",
         "option (modelservice.file) = { table_prefix: \"x\" };\n"
         "option (modelservice.file).dialect = POSTGRES;\n"}}) {
    auto update = ProtoUpdate::Read("thing.proto", head + before + Thing(""));
    ASSERT_TRUE(update.ok()) << update.status();
    BuildOptions options;
    options.selection.tables = {"thing"};
    const catalog::Catalog catalog = Things({});
    ASSERT_TRUE(update->Prepare(catalog, &options).ok());
    const auto updated = update->Apply(*BuildFile(catalog, options));
    ASSERT_TRUE(updated.ok()) << updated.status();
    EXPECT_EQ(*updated, head + after + Thing(""));
  }
}

TEST(ProtoUpdate, SaysWhatIsGone) {
  auto update = ProtoUpdate::Read(
      "thing.proto", kHead + Thing("") +
                         "message Other {\n  option (modelservice.model) = "
                         "{ table: \"others\" };\n}\n");
  ASSERT_TRUE(update.ok());
  BuildOptions options;
  options.selection.tables = {"thing"};
  const catalog::Catalog catalog = Things({});
  ASSERT_TRUE(update->Prepare(catalog, &options).ok());
  EXPECT_THAT(update->Notes(catalog),
              ::testing::ElementsAre(
                  "thing.proto:7:1: Other is of table \"others\", which is "
                  "not there; name another one, or remove the message and its "
                  "service"));
}

TEST(ProtoUpdate, WhatHasNoNameIsRefused) {
  const auto column = TryUpdate(Things({{"", "text"}}), Thing(""));
  EXPECT_EQ(column.status().message(),
            "table \"thing\" has a column without a name; name the others "
            "with --fields");
  catalog::Catalog catalog = Things({});
  catalog.tables[0].name = "";
  const auto table = TryUpdate(catalog, "", /*annotate=*/true, {"*"});
  EXPECT_EQ(table.status().message(),
            "no table of --table makes a message: there is a table without a "
            "name");
}

TEST(ProtoUpdate, RefusesWhatItCannotRead) {
  const auto settings =
      TryUpdate(Things({}),
                Thing("  string a = 2 [(modelservice.field) = { no: 1 }];\n"));
  EXPECT_THAT(std::string(settings.status().message()),
              StartsWith("thing.proto:6:17: (modelservice.field): "));
  const auto plain = TryUpdate(Things({}), Thing(""), /*annotate=*/false);
  EXPECT_THAT(std::string(plain.status().message()),
              StartsWith("thing.proto:3:1: Thing has options"));
  const auto old = ProtoUpdate::Read("old.proto", "syntax = \"proto2\";");
  EXPECT_THAT(std::string(old.status().message()),
              HasSubstr("old.proto: --update is for files with syntax"));
}

}  // namespace
}  // namespace modelservice::proto
