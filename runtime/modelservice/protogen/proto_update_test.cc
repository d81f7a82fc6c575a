// What --update does to a file, case by case. Whole files are held by
// tests/generateproto.
#include "modelservice/protogen/proto_update_test_support.h"

namespace modelservice::proto {
namespace {

using ::testing::EndsWith;
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
  // The database knows the time, and the labels are the type's.
  EXPECT_THAT(updated,
              HasSubstr("  optional string made = 2 [(modelservice.field) = {\n"
                        "    type: \"timestamp with time zone\"\n"
                        "    database_default: true\n  }];\n"));
  EXPECT_THAT(updated, HasSubstr("string mood = 3 [(modelservice.field) = {\n"
                                 "    type: \"mood\"\n    in: \"sad\"\n"
                                 "    in: \"happy\"\n  }];\n"));
  EXPECT_THAT(updated, Not(HasSubstr("role")));
  EXPECT_THAT(updated, Not(HasSubstr("storage")));
}

// Whatever their type is, the database gives them.
TEST(ProtoUpdate, DefaultsOfOtherTypesAreTheStringsToo) {
  catalog::Catalog catalog = Things({{"mood", "mood"},
                                     {"span", "interval"},
                                     {"raw", "bytea"},
                                     {"data", "jsonb"},
                                     {"list", "integer[]"},
                                     {"none", "interval"}});
  std::vector<catalog::Column>& columns = catalog.tables[0].columns;
  columns[1].type.kind = catalog::SqlType::Kind::kEnum;
  columns[1].type.name = "mood";
  columns[1].type.labels = {"sad", "happy"};
  columns[1].default_sql = "'happy'::mood";
  columns[2].default_sql = "'1 day'::interval";
  columns[3].default_sql = "'\\x00'::bytea";
  columns[4].default_sql = "'{}'::jsonb";
  columns[5].default_sql = "'{1,2}'::integer[]";
  columns[6].default_sql = "NULL::interval";
  for (catalog::Column& column : columns) column.nullable = false;
  const std::string updated =
      Update(catalog, Thing("  string mood = 2;\n  string span = 3;\n"
                            "  string raw = 4;\n  string data = 5;\n"
                            "  string list = 6;\n  string none = 7;\n"));
  EXPECT_THAT(updated, HasSubstr("  optional string mood = 2 "));
  EXPECT_THAT(updated, HasSubstr("default_value: \"happy\""));
  for (const char* field : {"span = 3", "raw = 4", "data = 5", "list = 6"}) {
    const size_t at = updated.find(absl::StrCat("  optional string ", field));
    ASSERT_NE(at, std::string::npos) << field << updated;
    EXPECT_THAT(updated.substr(at, updated.find("];", at) - at),
                HasSubstr("database_default: true"));
  }
  EXPECT_THAT(updated, HasSubstr("  string none = 7 [(modelservice.field) = {\n"
                                 "    type: \"interval\"\n"
                                 "    behavior: REQUIRED\n"));
  EXPECT_EQ(Update(catalog, updated), updated);
}

// Django's UUIDs on SQLite, but not digests that the file says are texts.
TEST(ProtoUpdate, Char32OfDjangosIsAUuid) {
  const catalog::Catalog catalog = SqliteThings(true, {{"uid", "char(32)"}});
  EXPECT_THAT(Update(catalog, Thing("  string uid = 2;\n")),
              HasSubstr("  optional string uid = 2 [(modelservice.field) = { "
                        "format: UUID }];\n"));
  for (const char* text : {"max_length: 32", "pattern: \"[0-9a-f]{32}\""}) {
    const std::string body = Thing(
        absl::StrCat("  optional string uid = 2 [(modelservice.field) = { ",
                     text, " }];\n"));
    EXPECT_THAT(Update(catalog, body), EndsWith(body));
  }
}

// A bigint of SQLite's may hold numbers or spans; only the file tells.
TEST(ProtoUpdate, SpansInBigintStay) {
  for (const char* field :
       {"  optional string dur = 2;\n", "  google.protobuf.Duration dur = 2;\n",
        "  optional string dur = 2 [(modelservice.field) = { type: \"bigint\" "
        "}];\n"}) {
    EXPECT_THAT(Update(SqliteThings(true, {{"dur", "bigint"}}), Thing(field)),
                EndsWith(Thing(field)));
  }
  catalog::Catalog catalog = SqliteThings(true, {{"dur", "bigint"}});
  catalog.tables[0].columns[1].nullable = false;
  EXPECT_THAT(Update(catalog, Thing("  string dur = 2;\n")),
              EndsWith(Thing("  string dur = 2 [(modelservice.field) = { "
                             "behavior: REQUIRED }];\n")));
  const auto plain = TryUpdate(
      catalog, "message Thing {\n  int32 id = 1;\n  string dur = 2;\n}\n",
      /*annotate=*/false);
  ASSERT_TRUE(plain.ok()) << plain.status();
  EXPECT_THAT(*plain, HasSubstr("string dur = 2;"));
  // Outside of Django's databases a string is none.
  const catalog::Catalog other = SqliteThings(false, {{"dur", "bigint"}});
  EXPECT_THAT(Update(other, Thing("  optional string dur = 2;\n")),
              HasSubstr("reserved 2;\n  optional int64 dur = 3;"));
  const std::string ours = Thing("  google.protobuf.Duration dur = 2;\n");
  EXPECT_EQ(Update(other, ours), ours);
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

}  // namespace
}  // namespace modelservice::proto
