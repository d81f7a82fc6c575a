#include "modelservice/protogen/text_edit.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace modelservice::proto {
namespace {

TEST(TextEdit, AppliesInTheOrderOfPlaces) {
  TextEdit edit("one two three");
  edit.Replace({8, 13}, "3");
  edit.Insert(4, "and ");
  edit.Insert(4, "then ");
  edit.Replace({0, 3}, "1");
  edit.Insert(13, "!");
  EXPECT_EQ(edit.Apply(), "1 and then two 3!");
}

TEST(TextEdit, WithoutChangesKeepsTheText) {
  EXPECT_EQ(TextEdit("a\n\tb").Apply(), "a\n\tb");
}

TEST(Lines, AreFound) {
  const absl::string_view text = "a\n  b\nc";
  EXPECT_EQ(LineStart(text, 4), 2u);
  EXPECT_EQ(LineStart(text, 2), 2u);
  EXPECT_EQ(LineStart(text, 0), 0u);
  EXPECT_EQ(NextLine(text, 2), 6u);
  EXPECT_EQ(NextLine(text, 6), 7u);
  EXPECT_EQ(IndentAt(text, 4), "  ");
  EXPECT_EQ(IndentAt(text, 5), "");
}

TEST(UnifiedDiff, OfEqualTextsIsEmpty) {
  EXPECT_EQ(UnifiedDiff("a", "x\n", "b", "x\n"), "");
}

TEST(UnifiedDiff, ShowsHunksWithContext) {
  std::string old_text;
  std::string new_text;
  for (int i = 1; i <= 20; ++i) {
    absl::StrAppend(&old_text, i, "\n");
    absl::StrAppend(&new_text, i == 3 ? "three\n" : "",
                    i == 3 || i == 18 ? "" : absl::StrCat(i, "\n"));
  }
  EXPECT_EQ(UnifiedDiff("a.proto", old_text, "b.proto", new_text),
            "--- a.proto\n+++ b.proto\n"
            "@@ -1,6 +1,6 @@\n 1\n 2\n-3\n+three\n 4\n 5\n 6\n"
            "@@ -15,6 +15,5 @@\n 15\n 16\n 17\n-18\n 19\n 20\n");
}

TEST(UnifiedDiff, SaysWhenTheLastLineDoesNotEnd) {
  EXPECT_EQ(UnifiedDiff("a", "x", "b", "x\n"),
            "--- a\n+++ b\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n"
            "+x\n");
  EXPECT_EQ(UnifiedDiff("a", "", "b", "x\n"),
            "--- a\n+++ b\n@@ -0,0 +1 @@\n+x\n");
}

// Past the size for which the shortest difference is looked for.
TEST(UnifiedDiff, TakesLongTexts) {
  std::string old_text;
  std::string new_text;
  for (int i = 0; i < 10000; ++i) {
    absl::StrAppend(&old_text, "a", i, "\n");
    absl::StrAppend(&new_text, "b", i, "\n");
  }
  const std::string diff = UnifiedDiff("a", old_text, "b", new_text);
  EXPECT_EQ(diff.size(), old_text.size() + new_text.size() + 20000 +
                             strlen("--- a\n+++ b\n@@ -1,10000 +1,10000 @@\n"));
}

}  // namespace
}  // namespace modelservice::proto
