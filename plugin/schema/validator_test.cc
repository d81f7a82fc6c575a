#include "plugin/schema/validator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "plugin/schema/loader.h"
#include "plugin/schema/type_families.h"
#include "plugin/schema/written_value.h"
#include "plugin/testing/proto_source.h"

namespace modelservice::plugin {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;

constexpr char kKey[] =
    "int64 id = 1 [(modelservice.field).primary_key = true];";

std::string FaultsOfFields(absl::string_view fields) {
  return FaultsOf(absl::StrCat(
      "message Thing { option (modelservice.model) = {};", kKey, fields, "}"));
}

// Texts are the golden cases'; here it is what is right that passes, and the
// borders.
TEST(ValidatorTest, TakesWhatIsRight) {
  EXPECT_EQ(FaultsOfFields(R"(
    string a = 2 [(modelservice.field) = { min_length: 1 max_length: 1 }];
    int32 b = 3 [(modelservice.field) = { min: "-2147483648"
                                          max: "2147483647" }];
    uint64 c = 4 [(modelservice.field).max = "9223372036854775807"];
    double d = 5 [(modelservice.field) = { min: "-1e3" max: "1.5" }];
    bytes e = 6 [(modelservice.field) = { max_length: 8 }];
    google.protobuf.StringValue f = 7 [(modelservice.field) = {
      default_value: "" max_length: 3 pattern: ".*" in: "" }];
    string g = 8 [(modelservice.field) = { format: DECIMAL max: "9.99" }];
    // A text that nobody sets is asked nothing.
    string h = 9 [(modelservice.field) = { format: UUID min_length: 36
                                           max_length: 36 in: "" }];
    optional float i = 10 [(modelservice.field) = {
      min: "0.1" max: "0.1" in: "0.1" default_value: "0.1" }];
    optional double j = 11 [(modelservice.field) = {
      in: [ "1", "1e-300" ] default_value: "1.0" }];
    optional int32 k = 12 [(modelservice.field) = {
      in: [ "01", "-0" ] default_value: "0" min: "0" max: "1" }];
    oneof one { string l = 13 [(modelservice.field).behavior = REQUIRED]; }
    string m = 14 [(modelservice.field) = { format: EMAIL max_length: 6
                                            in: "a@b.cc" }];
  )"),
            "");
}

TEST(ValidatorTest, BordersOfNumbers) {
  EXPECT_NE(FaultsOfFields(
                R"(int32 x = 2 [(modelservice.field).min = "-2147483649"];)"),
            "");
  EXPECT_NE(FaultsOfFields(
                R"(uint32 x = 2 [(modelservice.field).max = "4294967296"];)"),
            "");
  EXPECT_EQ(FaultsOfFields(
                R"(uint32 x = 2 [(modelservice.field).max = "4294967295"];)"),
            "");
  EXPECT_EQ(FaultsOfFields(R"(int32 x = 2 [(modelservice.field) = {
                                min: "5" max: "5" }];)"),
            "");
}

TEST(ValidatorTest, DefaultsAndChoicesAreText) {
  EXPECT_THAT(FaultsOfFields(R"(
    optional string a = 2 [(modelservice.field).default_value = "\377"];
    string b = 3 [(modelservice.field).in = "\377"];
    string c = 4 [(modelservice.field).in = "\000"];
  )"),
              AllOf(HasSubstr(R"(default_value: "\xff" is not UTF-8)"),
                    HasSubstr(R"(in: "\xff" is not UTF-8)"),
                    HasSubstr(R"(in: "\x00" has a NUL)")));
  EXPECT_THAT(FaultsOf(R"(message Thing {
    option (modelservice.model) = { table: "\377" };
    int64 id = 1 [(modelservice.field).primary_key = true];
  })"),
              HasSubstr("its table is not UTF-8"));
}

// One more than PostgreSQL takes.
TEST(ValidatorTest, NumbersOfColumns) {
  const auto fields = [](int from, int to, absl::string_view before) {
    std::string text;
    for (int i = from; i <= to; ++i) {
      absl::StrAppend(&text, before, "f", i, before.empty() ? "" : " = ",
                      before.empty() ? absl::StrCat(i == to ? "" : "\", \"")
                                     : absl::StrCat(i, ";\n"));
    }
    return text;
  };
  EXPECT_EQ(FaultsOfFields(fields(2, 1600, "bool ")), "");
  EXPECT_THAT(FaultsOfFields(fields(2, 1601, "bool ")),
              HasSubstr("it has 1601 columns, and a table has 1600 at most"));
  // So many numbers are a page.
  EXPECT_EQ(FaultsOfFields(fields(2, 1017, "int64 ")), "");
  EXPECT_THAT(FaultsOfFields(fields(2, 1018, "int64 ")),
              HasSubstr("its smallest row takes 8168 bytes"));
  EXPECT_EQ(FaultsOfFields(fields(2, 1018, "optional int64 ")), "");
  const auto keyed = [&](int most) {
    return FaultsOf(absl::StrCat(
        "message Thing { option (modelservice.model) = { primary_key: [\"",
        fields(1, most, ""), "\"] index { field: [\"", fields(1, most, ""),
        "\"] } };", fields(1, most, "bool "), "}"));
  };
  EXPECT_EQ(keyed(32), "");
  EXPECT_THAT(
      keyed(33),
      AllOf(HasSubstr("primary_key: it has 33 fields, and a key has 32"),
            HasSubstr("index: it has 33 fields, and an index has 32")));
}

// What only one database takes for two is two for it.
TEST(ValidatorTest, NamesOfOneDatabase) {
  ProtoSource source;
  source.Add("shop.proto", Proto3(R"(
message A {
  option (modelservice.model) = { table: "t" schema: "a" };
  int64 id = 1 [(modelservice.field).primary_key = true];
}
message B {
  option (modelservice.model) = { table: "T" schema: "b"
    index { field: "id" name: "t_pkey" } };
  int64 id = 1 [(modelservice.field).primary_key = true];
})"));
  const google::protobuf::FileDescriptor* file = source.Import("shop.proto");
  ASSERT_NE(file, nullptr);
  for (const Target target :
       {Target::kBoth, Target::kSqlite, Target::kPostgres}) {
    Diagnostics diagnostics;
    Validate(Load({file}, diagnostics), target, diagnostics);
    EXPECT_EQ(diagnostics.empty(), target == Target::kPostgres)
        << diagnostics.Text();
  }
}

TEST(ValidatorTest, NamesInSchemasOfPostgres) {
  const auto faults = [](absl::string_view first, absl::string_view second) {
    ProtoSource source;
    source.Add("shop.proto",
               Proto3(absl::StrCat(
                   "message A { option (modelservice.model) = {", first, "};",
                   kKey, "}\n", "message B { option (modelservice.model) = {",
                   second, "};", kKey, "}")));
    const google::protobuf::FileDescriptor* file = source.Import("shop.proto");
    if (file == nullptr) return std::string("no descriptor");
    Diagnostics diagnostics;
    Validate(Load({file}, diagnostics), Target::kPostgres, diagnostics);
    return diagnostics.empty() ? "" : diagnostics.Text();
  };
  EXPECT_EQ(faults("table: 't'", "table: 'T'"), "");
  EXPECT_EQ(faults("table: 't'", "table: 't' schema: 's'"), "");
  EXPECT_EQ(faults("table: 'c' schema: 'a.b'", "table: 'b.c' schema: 'a'"), "");
  EXPECT_NE(faults("table: 't'", "table: 't' schema: 'public'"), "");
  EXPECT_NE(faults("table: 't'", "table: 't_pkey' schema: 'public'"), "");
}

TEST(ValidatorTest, NamesOfSqliteAlone) {
  ProtoSource source;
  source.Add("shop.proto", Proto3(R"(
message A {
  option (modelservice.model) = {
    table: "a_name_of_a_table_that_is_longer_than_sixty_three_bytes_which_pg_takes"
  };
  int64 ctid = 1 [(modelservice.field).primary_key = true];
}
message B {
  option (modelservice.model) = { table: "pg_b"
    index { field: "id" name: "pg_b_pkey" } };
  int64 id = 1 [(modelservice.field).primary_key = true];
})"));
  const google::protobuf::FileDescriptor* file = source.Import("shop.proto");
  ASSERT_NE(file, nullptr);
  for (const Target target :
       {Target::kBoth, Target::kSqlite, Target::kPostgres}) {
    Diagnostics diagnostics;
    Validate(Load({file}, diagnostics), target, diagnostics);
    EXPECT_EQ(diagnostics.empty(), target == Target::kSqlite)
        << diagnostics.Text();
  }
}

TEST(ValidatorTest, WhatRefersToEachOther) {
  const auto refer = [](absl::string_view target, absl::string_view from) {
    return FaultsOf(absl::StrCat(R"(
message A {
  option (modelservice.model) = { index { field: "-i" unique: true } };
  int64 id = 1 [(modelservice.field).primary_key = true];
  int64 i = 2;
  )",
                                 target, "}\nmessage B {",
                                 "option (modelservice.model) = {};", kKey,
                                 from, "}"));
  };
  const auto field = [](absl::string_view type, absl::string_view settings) {
    return absl::StrCat(type, " x = 9 [(modelservice.field) = { ", settings,
                        " }];");
  };
  constexpr char kReference[] = "references { model: \"A\" field: \"x\" }";
  const auto same = [&](absl::string_view type, absl::string_view target,
                        absl::string_view from) {
    return refer(field(type, absl::StrCat(target, " unique: true")),
                 field(type, absl::StrCat(from, " ", kReference)));
  };
  EXPECT_EQ(
      refer("", field("int64", R"(references { model: "A" field: "i" })")), "");
  EXPECT_EQ(same("string", "format: UUID", ""), "");
  EXPECT_EQ(same("string", "format: UUID", "type: \"UUID\""), "");
  EXPECT_EQ(same("string", "max_length: 3", "format: EMAIL"), "");
  EXPECT_EQ(same("string", "type: \"char(3)\"", ""), "");
  EXPECT_EQ(same("int64", "type: \"Integer\"", ""), "");
  EXPECT_EQ(same("int64", "type: \"numeric (9,0)\"", ""), "");
  EXPECT_EQ(same("string", "type: \"shop.code\"", ""), "");
  EXPECT_EQ(same("double", "type: \"float8\"", "type: \"real\""), "");
  EXPECT_EQ(same("string", "format: DECIMAL decimal_places: 2", ""), "");
  EXPECT_EQ(same("string", "format: DECIMAL decimal_places: 2",
                 "format: DECIMAL decimal_places: 2"),
            "");
  EXPECT_NE(same("int64", "", "type: \"numeric(9,0)\""), "");
  EXPECT_THAT(same("string", "format: DECIMAL decimal_places: 2",
                   "format: DECIMAL decimal_places: 3"),
              HasSubstr("it has decimal_places: 3, but A.x has 2"));
  EXPECT_THAT(
      same("string", "format: DECIMAL", "format: DECIMAL decimal_places: 3"),
      HasSubstr("it has decimal_places: 3, but A.x has none"));
  EXPECT_NE(same("string", "type: \"public.CITEXT\"", ""), "");
  EXPECT_NE(same("string", "", "type: \"inet\""), "");
}

// A message of one row, by a key of two fields.
TEST(ValidatorTest, WhatMakesAKeyOfSeveralFieldsOneRows) {
  const auto one = [](absl::string_view option, absl::string_view settings) {
    return FaultsOf(absl::StrCat(
        R"(
message Shop {
  option (modelservice.model) = { primary_key: "region" primary_key: "number" };
  string region = 1;
  int64 number = 2;
  Plan plan = 3 [(modelservice.field) = { relation {} }];
}
message Plan {
  option (modelservice.model) = {
    foreign_key { field: "region" field: "number" model: "Shop" } )",
        option, "};", absl::StrContains(option, "primary_key") ? "" : kKey, R"(
  optional string region = 2;
  int64 number = 3 [(modelservice.field) = { )",
        settings, R"( }];
  google.protobuf.Timestamp gone = 4 [(modelservice.field) = {
    role: DELETE_TIME
  }];
})"));
  };
  EXPECT_THAT(one("", ""), HasSubstr("many rows of Plan may refer to one"));
  EXPECT_EQ(one("", "unique: true"), "");
  EXPECT_EQ(one("primary_key: \"number\"", ""), "");
  // Of the rows that are not deleted.
  EXPECT_EQ(one("index { field: \"number\" unique: true }", ""), "");
  EXPECT_EQ(
      one("index { field: \"number\" field: \"region\" unique: true }", ""),
      "");
  EXPECT_NE(one("index { field: \"number\" unique: true "
                "where: \"number > 3\" }",
                ""),
            "");
  EXPECT_NE(one("index { field: \"number\" field: \"id\" unique: true }", ""),
            "");
}

TEST(ValidatorTest, ReportsEveryFaultAtOnce) {
  const std::string faults = FaultsOf(R"(
message A { option (modelservice.model) = { table: "t" }; int64 id = 1; }
message B {
  option (modelservice.model) = { table: "T" };
  int64 id = 1 [(modelservice.field) = { primary_key: true max_length: 0 }];
})");
  EXPECT_EQ(std::count(faults.begin(), faults.end(), '\n'), 2) << faults;
  EXPECT_THAT(faults, EndsWith("max_length is for strings and bytes; drop it"));
}

// What goes into SQL is digits and nothing else.
TEST(WrittenValueTest, NumbersArePlain) {
  Field field;
  field.type = FieldType::kInt32;
  std::string fault;
  for (const char* text : {"", " 1", "1 ", "+1", "0x1", "1;", "1e1", "--1"}) {
    EXPECT_FALSE(IsValueOf(field, text, &fault)) << text;
  }
  EXPECT_TRUE(IsValueOf(field, "-1", &fault));
  field.type = FieldType::kDouble;
  for (const char* text :
       {"", "nan", "inf", "0x1p3", "1e999", "1 ", "1e-400"}) {
    EXPECT_FALSE(IsValueOf(field, text, &fault)) << text;
  }
  EXPECT_TRUE(IsValueOf(field, "0e-400", &fault));
  EXPECT_TRUE(IsValueOf(field, "-1.5e-3", &fault));
}

TEST(TypeFamiliesTest, WrappersAndSpellings) {
  MessageField sint;
  sint.type = FieldType::kSint64;
  sint.type_name = "sint64";
  MessageField wrapper;
  wrapper.type = FieldType::kInt64;
  wrapper.type_name = "google.protobuf.Int64Value";
  wrapper.wrapper = true;
  MessageField small;
  small.type = FieldType::kInt32;
  small.type_name = "int32";
  EXPECT_TRUE(SameType(sint, wrapper));
  EXPECT_FALSE(SameType(sint, small));
  EXPECT_FALSE(SameType(small, wrapper));
  EXPECT_TRUE(SameFamily(sint, small));
  MessageField many = small;
  many.repeated = true;
  EXPECT_FALSE(SameFamily(many, small));
  EXPECT_FALSE(SameType(many, small));
  EXPECT_TRUE(SameType(many, many));
}

}  // namespace
}  // namespace modelservice::plugin
