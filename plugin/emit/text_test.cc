#include "plugin/emit/text.h"

#include <gtest/gtest.h>

#include <string>

namespace modelservice::plugin {
namespace {

TEST(TextTest, StringLiteralsMeanTheirText) {
  EXPECT_EQ(StringLiteral("plain it's"), R"("plain it's")");
  EXPECT_EQ(StringLiteral("\"\\\n"), R"("\"\\\n")");
  EXPECT_EQ(StringLiteral("\\'"), R"("\\'")");
  EXPECT_EQ(StringLiteral("\xC3\xA9"), R"("\303\251")");
  // No trigraph is left.
  EXPECT_EQ(StringLiteral("?\?/"), R"("?\?/")");
  EXPECT_EQ(StringLiteral("?\?\?="), R"("?\?\?=")");
  EXPECT_EQ(StringLiteral(absl::string_view("a\0b", 3)),
            R"(::absl::string_view("a\000b", 3))");
}

TEST(TextTest, CommentLinesStayOneLine) {
  EXPECT_EQ(CommentLine("  kept */ $x$  "), "  kept */ $x$");
  EXPECT_EQ(CommentLine("two\nlines\r"), "two lines");
  EXPECT_EQ(CommentLine("ends in \\"), "ends in \\.");
  EXPECT_EQ(CommentLine("ends in \\ \t"), "ends in \\.");
  EXPECT_EQ(CommentLine("?\?/"), "?\?/.");
  EXPECT_EQ(CommentLine("left\xE2\x80\xAEright"), "leftright");
}

TEST(TextTest, DocCommentsKeepTheirShape) {
  EXPECT_EQ(DocComment(""), "");
  EXPECT_EQ(DocComment(" One.\n\n   Two.\n"), "/// One.\n///\n///   Two.");
  EXPECT_EQ(DocComment("close"), "/// close");
}

TEST(TextTest, LongLiteralsAreInPieces) {
  const std::string word(30, 'x');
  EXPECT_EQ(StringLiteral(word + " " + word),
            "\"" + word + " \" \"" + word + "\"");
  const std::string rest(8, 'y');
  EXPECT_EQ(StringLiteral(std::string(52, 'y') + rest),
            "\"" + std::string(51, 'y') + "\" \"y" + rest + "\"");
  // No escape is divided, and none takes in the next piece.
  EXPECT_EQ(StringLiteral(std::string(50, 'x') + "\n1"),
            "\"" + std::string(50, 'x') + "\" \"\\n1\"");
}

}  // namespace
}  // namespace modelservice::plugin
