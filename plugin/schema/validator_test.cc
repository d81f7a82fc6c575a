#include "plugin/schema/validator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "plugin/schema/type_families.h"
#include "plugin/schema/written_value.h"
#include "plugin/testing/proto_source.h"

namespace modelservice::plugin {
namespace {

using ::testing::EndsWith;

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
      format: EMAIL default_value: "" max_length: 3 pattern: ".*" in: "" }];
    string g = 8 [(modelservice.field) = { format: DECIMAL max: "9.99" }];
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
  for (const char* text : {"", "nan", "inf", "0x1p3", "1e999", "1 "}) {
    EXPECT_FALSE(IsValueOf(field, text, &fault)) << text;
  }
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
