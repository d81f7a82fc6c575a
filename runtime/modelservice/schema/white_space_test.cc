#include "modelservice/schema/white_space.h"

#include <gtest/gtest.h>

namespace modelservice {
namespace {

TEST(WhiteSpaceTest, IsTakenOffBothEndsAndNowhereElse) {
  EXPECT_EQ(Trimmed("  c  "), "c");
  EXPECT_EQ(Trimmed("a b"), "a b");
  EXPECT_EQ(Trimmed("\t\n\v\f\r\x1c\x1d\x1e\x1f a\n"), "a");
  EXPECT_EQ(Trimmed("   "), "");
  EXPECT_EQ(Trimmed(""), "");
}

TEST(WhiteSpaceTest, IsThatOfUnicode) {
  EXPECT_EQ(Trimmed("\u00a0\u2003\u3000x\u2028\u0085\u1680"), "x");
  EXPECT_EQ(Trimmed("\u2000\u200a"), "");
  // No width is no space, as a byte order mark is none.
  EXPECT_EQ(Trimmed("\u200b"), "\u200b");
  EXPECT_EQ(Trimmed("\ufeffx"), "\ufeffx");
}

TEST(WhiteSpaceTest, CutsNoCharacterInTwo) {
  // Ends in the byte that U+00A0 ends in.
  EXPECT_EQ(Trimmed("\u00e0"), "\u00e0");
  EXPECT_EQ(Trimmed("\xa0"), "\xa0");
}

}  // namespace
}  // namespace modelservice
