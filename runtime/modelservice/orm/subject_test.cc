#include "modelservice/orm/subject.h"

#include <gtest/gtest.h>

#include <string>

namespace modelservice {
namespace {

std::string Held(const Column& column, absl::string_view subject) {
  const std::optional<Value> value = SubjectValue(column, subject);
  if (!value.has_value()) return "none";
  return value->kind() == Value::Kind::kInteger
             ? std::to_string(value->integer())
             : std::string(value->text());
}

TEST(SubjectValueTest, AStringHoldsAnySubject) {
  const Column owner("owner", 1, FieldType::kString);
  EXPECT_EQ(Held(owner, "ann@x.y"), "ann@x.y");
  EXPECT_EQ(Held(owner, "007"), "007");
  EXPECT_EQ(Held(owner, ""), "none");
  EXPECT_EQ(Held(owner, "\xFF"), "none");
  EXPECT_EQ(Held(owner, absl::string_view("a\0b", 3)), "none");
}

TEST(SubjectValueTest, AStringHoldsWhatItsSettingsAllow) {
  const Column key =
      Column("owner", 1, FieldType::kString).OfFormat(Format::kUuid);
  EXPECT_EQ(Held(key, "ann"), "none");
  EXPECT_EQ(Held(key, "123e4567-e89b-12d3-a456-426614174000"),
            "123e4567-e89b-12d3-a456-426614174000");
  const Column brief = Column("owner", 1, FieldType::kString).MaxLength(2);
  EXPECT_EQ(Held(brief, "\xC3\xA9\xC3\xA9"), "\xC3\xA9\xC3\xA9");
  EXPECT_EQ(Held(brief, "ann"), "none");
}

TEST(SubjectValueTest, AnIntegerHoldsItsOneSpelling) {
  const Column owner("owner", 1, FieldType::kInt64);
  EXPECT_EQ(Held(owner, "7"), "7");
  EXPECT_EQ(Held(owner, "0"), "0");
  EXPECT_EQ(Held(owner, "-7"), "-7");
  EXPECT_EQ(Held(owner, "9223372036854775807"), "9223372036854775807");
  for (const absl::string_view subject : {"9223372036854775808", "007", "+7",
                                          " 7", "7 ", "-0", "7.0", "ann", ""}) {
    EXPECT_EQ(Held(owner, subject), "none") << subject;
  }
}

TEST(SubjectValueTest, AnIntegerHoldsItsRange) {
  const Column small("owner", 1, FieldType::kInt32);
  EXPECT_EQ(Held(small, "2147483647"), "2147483647");
  EXPECT_EQ(Held(small, "2147483648"), "none");
  const Column natural("owner", 1, FieldType::kUint32);
  EXPECT_EQ(Held(natural, "4294967295"), "4294967295");
  EXPECT_EQ(Held(natural, "4294967296"), "none");
  EXPECT_EQ(Held(natural, "-1"), "none");
  const Column large("owner", 1, FieldType::kUint64);
  EXPECT_EQ(Held(large, "9223372036854775807"), "9223372036854775807");
  EXPECT_EQ(Held(large, "-1"), "none");
}

}  // namespace
}  // namespace modelservice
