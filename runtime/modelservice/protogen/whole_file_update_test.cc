// The same of what concerns the whole file: its options, which message is of
// which table, and what it is refused for.
#include "modelservice/protogen/proto_update_test_support.h"
#include "modelservice/protogen/proto_writer.h"

namespace modelservice::proto {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// Only PostgreSQL's tables may differ in that alone.
TEST(ProtoUpdate, MessagesThatDifferInCaseAreTwo) {
  catalog::Catalog catalog = Things({});
  catalog.tables.push_back(catalog.tables[0]);
  catalog.tables[1].name = "THING";
  catalog.tables[1].columns[0].name = "key";
  catalog.tables[1].primary_key = {"key"};
  BuildOptions options;
  options.selection.tables = {"*"};
  const auto file = BuildFile(catalog, options);
  ASSERT_TRUE(file.ok()) << file.status();
  for (const bool annotate : {true, false}) {
    options.annotate = annotate;
    std::string text = WriteFile(*BuildFile(catalog, options));
    options.annotate = true;
    for (int i = 0; i < 2; ++i) {
      auto update = ProtoUpdate::Read("thing.proto", text);
      ASSERT_TRUE(update.ok()) << update.status();
      BuildOptions found = options;
      ASSERT_TRUE(update->Prepare(catalog, &found).ok());
      const auto updated = update->Apply(*BuildFile(catalog, found));
      ASSERT_TRUE(updated.ok()) << updated.status();
      // Once it has its options, it stays as it is.
      if (annotate || i > 0) {
        EXPECT_EQ(*updated, text);
      }
      text = *updated;
    }
    EXPECT_THAT(text, HasSubstr("message ThingRetrieveRequest {\n"
                                "    int64 id = 1;\n}"));
    EXPECT_THAT(text, HasSubstr("message THINGRetrieveRequest {\n"
                                "    int64 key = 1;\n}"));
    EXPECT_THAT(text, HasSubstr("model: \"Thing\""));
    EXPECT_THAT(text, HasSubstr("model: \"THING\""));
  }
}

// The file has a model of it, from another run.
TEST(ProtoUpdate, KeepsReferencesToTablesThatAreNotAskedFor) {
  catalog::Catalog catalog = Things({{"owner_id", "bigint"}});
  catalog.tables.push_back(Things({}).tables[0]);
  catalog.tables[1].name = "owner";
  catalog::ForeignKey key;
  key.columns = {"owner_id"};
  key.table = "owner";
  key.referenced = {"id"};
  catalog.tables[0].foreign_keys.push_back(key);
  BuildOptions options;
  options.selection.tables = {"*"};
  const auto file = BuildFile(catalog, options);
  ASSERT_TRUE(file.ok()) << file.status();
  const std::string text = WriteFile(*file);
  ASSERT_THAT(text, HasSubstr("references: { model: \"Owner\" }"));
  auto update = ProtoUpdate::Read("thing.proto", text);
  ASSERT_TRUE(update.ok()) << update.status();
  options.selection.tables = {"thing"};
  ASSERT_TRUE(update->Prepare(catalog, &options).ok());
  const auto updated = update->Apply(*BuildFile(catalog, options));
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(*updated, text);
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

// As a new file of Django's tables does; one that says none has none.
TEST(ProtoUpdate, SaysWhoseClientsItIsFor) {
  catalog::Catalog catalog = Things({});
  catalog.django = true;
  EXPECT_THAT(*TryUpdate(catalog, Thing("")),
              HasSubstr("option (modelservice.file).dialect = POSTGRES;\n"
                        "option (modelservice.file).style = DJANGO;"));
  const std::string none = absl::StrCat(
      "option (modelservice.file).style = STYLE_UNSPECIFIED;\n", Thing(""));
  EXPECT_EQ(Update(catalog, none), none);
  catalog.postgres = false;
  auto update =
      ProtoUpdate::Read("thing.proto", "syntax = \"proto3\";\n" + Thing(""));
  BuildOptions options;
  options.selection.tables = {"thing"};
  ASSERT_TRUE(update.ok() && update->Prepare(catalog, &options).ok());
  EXPECT_THAT(*update->Apply(*BuildFile(catalog, options)),
              HasSubstr("\noption (modelservice.file) = { style: DJANGO };\n"));
}

// Its message would grow stale without a word.
TEST(ProtoUpdate, SaysWhatCanNoLongerBeHad) {
  catalog::Catalog catalog = Things({{"b", "integer"}});
  catalog.tables.push_back(catalog.tables[0]);
  catalog.tables[1].name = "other";
  catalog.tables[0].primary_key = {"id", "b"};
  for (const bool annotate : {true, false}) {
    auto update = ProtoUpdate::Read(
        "thing.proto",
        annotate ? kHead + Thing("")
                 : std::string("syntax = \"proto3\";\n\nmessage Thing {\n  "
                               "int64 id = 1;\n}\nservice ThingController "
                               "{}\n"));
    ASSERT_TRUE(update.ok());
    BuildOptions options;
    options.selection.tables = {"*"};
    options.annotate = annotate;
    options.style = annotate ? Style::kDjango : Style::kAip;
    ASSERT_TRUE(update->Prepare(catalog, &options).ok());
    const auto built = BuildFile(catalog, options);
    ASSERT_TRUE(built.ok()) << built.status();
    const absl::Status status = update->CheckLeftOut(*built);
    EXPECT_THAT(
        std::string(status.message()),
        StartsWith("thing.proto:3:1: Thing cannot be brought up to date: "
                   "column \"id\" of table \"thing\" is numbered by the "
                   "database, but is only a part of the key"));
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("leave them as they are with --exclude=thing"));
    options.selection.exclude = {"thing"};
    EXPECT_TRUE(update->CheckLeftOut(*BuildFile(catalog, options)).ok());
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
