#include "modelservice/protogen/existing_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "modelservice/protogen/existing_model.h"

namespace modelservice::proto {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

ExistingFile Parse(const std::string& body) {
  auto file = ExistingFile::Parse("a.proto", "syntax = \"proto3\";\n" + body);
  EXPECT_TRUE(file.ok()) << file.status();
  return *std::move(file);
}

TEST(ExistingFile, ErrorsNameTheLine) {
  const auto file = ExistingFile::Parse(
      "dir/a.proto", "syntax = \"proto3\";\nmessage A {\n  int32 = 1;\n}");
  EXPECT_THAT(std::string(file.status().message()),
              StartsWith("dir/a.proto:3:"));
  const auto without_syntax = ExistingFile::Parse("a.proto", "message A {}");
  EXPECT_THAT(std::string(without_syntax.status().message()),
              HasSubstr("syntax"));
}

TEST(ExistingFile, FindsTextBehindTabsAndOtherScripts) {
  const ExistingFile file =
      Parse("// \xC3\xA9\n\tmessage A {\t/* \xC3\xA9 */\tint32 id = 1; }\n");
  EXPECT_EQ(file.TextOf({4, 0, 2, 0}), "int32 id = 1;");
  EXPECT_EQ(file.PlaceOf({4, 0}), "a.proto:3:9");
}

TEST(ExistingFile, TakesCommentsAlong) {
  const ExistingFile file = Parse(
      "message A {\n"
      "  int32 a = 1;  // of a\n"
      "\n"
      "  // detached\n"
      "\n"
      "  /* of b,\n"
      "     too */\n"
      "  // and this\n"
      "  int32 b = 2;\n"
      "  // below b\n"
      "\n"
      "  int32 c = 3; int32 d = 4;\n"
      "}\n");
  const auto whole = [&](int field) {
    const Span span = file.WholeOf({4, 0, 2, field});
    return file.text().substr(span.begin, span.end - span.begin);
  };
  EXPECT_EQ(whole(0), "  int32 a = 1;  // of a\n");
  EXPECT_EQ(whole(1),
            "  /* of b,\n     too */\n  // and this\n  int32 b = 2;\n"
            "  // below b\n");
  EXPECT_EQ(whole(3), "int32 d = 4;\n");
}

FieldSettings SettingsOf(const std::string& options) {
  const ExistingFile file =
      Parse("message A { int32 a = 1 [" + options + "]; }");
  FieldSettings settings;
  ExtensionTexts extensions;
  const absl::Status status = ReadSettings(
      file, {4, 0, 2, 0, 8},
      file.file().message_type(0).field(0).options().uninterpreted_option(),
      "modelservice.field", &settings, &extensions);
  EXPECT_TRUE(status.ok()) << status;
  return settings;
}

TEST(ReadSettings, ReadsEverySpelling) {
  EXPECT_EQ(SettingsOf("(modelservice.field) = { max_length: 3 unique: true }")
                .max_length(),
            3);
  EXPECT_EQ(SettingsOf("(modelservice.field).max_length = 3, "
                       "(modelservice.field).unique = true")
                .unique(),
            true);
  EXPECT_EQ(SettingsOf("(.modelservice.field).references.model = \"B\\\"\\n\"")
                .references()
                .model(),
            "B\"\n");
  EXPECT_EQ(SettingsOf("(modelservice.field).references = { model: 'B' }")
                .references()
                .model(),
            "B");
  EXPECT_EQ(SettingsOf("(modelservice.field).format = EMAIL").format(),
            FieldSettings::EMAIL);
  EXPECT_EQ(SettingsOf("(other.field) = { max_length: 3 }").ByteSizeLong(), 0u);
}

int NextNumber(const std::string& body, int last = 0) {
  const ExistingFile file = Parse("message A {\n" + body + "\n}");
  const auto model = ReadModel(file, 0);
  EXPECT_TRUE(model.ok()) << model.status();
  return model->NextNumber(last);
}

TEST(NextNumber, IsPastAllThatWereUsed) {
  EXPECT_EQ(NextNumber(""), 1);
  EXPECT_EQ(NextNumber("int32 a = 5; int32 b = 2;"), 6);
  EXPECT_EQ(NextNumber("int32 a = 5; reserved 9, 20 to 22;"), 23);
  EXPECT_EQ(NextNumber("int32 a = 5; reserved 1000 to max;"), 6);
  EXPECT_EQ(NextNumber("int32 a = 18999;"), 20000);
  EXPECT_EQ(NextNumber("int32 a = 5; reserved 1000 to max;", 6), 7);
}

}  // namespace
}  // namespace modelservice::proto
