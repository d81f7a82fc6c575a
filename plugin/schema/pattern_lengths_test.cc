#include "plugin/schema/pattern_lengths.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "modelservice/schema/utf8.h"

namespace modelservice::plugin {
namespace {

std::string Lengths(absl::string_view pattern) {
  const PatternLengths lengths = LengthsOfPattern(pattern);
  return lengths.most ? absl::StrCat(lengths.least, " to ", *lengths.most)
                      : absl::StrCat(lengths.least, " on");
}

TEST(PatternLengths, OfWhatIsMatchedAsAWhole) {
  EXPECT_EQ(Lengths(""), "0 to 0");
  EXPECT_EQ(Lengths("abc"), "3 to 3");
  EXPECT_EQ(Lengths("a|bcd|"), "0 to 3");
  EXPECT_EQ(Lengths("[a-z]{3}"), "3 to 3");
  EXPECT_EQ(Lengths("[a-z]{3,}"), "3 on");
  EXPECT_EQ(Lengths("[a-z]{3,5}?"), "3 to 5");
  EXPECT_EQ(Lengths("a*b+c?"), "1 on");
  EXPECT_EQ(Lengths("(ab){2}(?:c|de)"), "5 to 6");
  EXPECT_EQ(Lengths("(?i)(?P<name>ab)(?s:.)"), "3 to 3");
  EXPECT_EQ(Lengths("^a$"), "1 to 1");
  EXPECT_EQ(Lengths(R"(\Aa\b\z)"), "1 to 1");
  EXPECT_EQ(Lengths("(()*)*"), "0 to 0");
  EXPECT_EQ(Lengths("(a{0,1000}){0,1000}"), "0 to 1000000");
}

TEST(PatternLengths, OfCharacters) {
  EXPECT_EQ(Lengths("\xc3\xa9."), "2 to 2");
  EXPECT_EQ(Lengths(R"(\d\w\pN\p{Greek}\PN)"), "5 to 5");
  EXPECT_EQ(Lengths(R"(\x41\x{10FFFF}\101\012\n\.)"), "6 to 6");
  EXPECT_EQ(Lengths(R"([]a][^]][[:alpha:]][\]][\pN])"), "5 to 5");
  EXPECT_EQ(Lengths(R"(\Qa.b*\E{2})"), "5 to 5");
  EXPECT_EQ(Lengths(R"(\\Qa)"), "3 to 3");
  EXPECT_EQ(Lengths(R"(\Qa)"), "1 to 1");
  EXPECT_EQ(Lengths("a{,2}"), "5 to 5");  // is text
  EXPECT_EQ(Lengths("a{x}"), "4 to 4");
  // A byte may be a part of a character.
  EXPECT_EQ(Lengths(R"(\C{4})"), "0 to 4");
}

TEST(PatternLengths, SaysNothingOfWhatIsTooDeep) {
  const std::string deep(600, '(');
  EXPECT_EQ(Lengths(absl::StrCat(deep, "a", std::string(600, ')'))), "0 on");
}

// Texts that RE2 matches have none but these lengths.
TEST(PatternLengths, AgreeWithRe2) {
  const char* const kPieces[] = {
      "a",         "\xc3\xa9", "[ab]",   "[^a]",       ".",     "(",
      ")",         "|",        "*",      "+",          "?",     "{2}",
      "{1,}",      "{0,2}",    "(?:",    "(?i)",       R"(\d)", R"(\x61)",
      R"(\Qab\E)", "^",        "$",      R"(\b)",      "{,2}",  "[]b]",
      R"(\141)",   R"(\pL)",   "(?P<n>", "[[:alpha:]]"};
  const char* const kTexts[] = {"a", "b", "A", "\xc3\xa9", "1", "{", ",", "2"};
  std::mt19937 dice(1);
  const auto roll = [&](size_t sides) { return dice() % sides; };
  int tried = 0;
  int matched = 0;
  while (tried < 2000) {
    std::string pattern;
    for (size_t i = 0; i <= roll(6); ++i) {
      pattern += kPieces[roll(std::size(kPieces))];
    }
    const RE2 compiled(pattern, RE2::Quiet);
    if (!compiled.ok()) continue;
    ++tried;
    const PatternLengths lengths = LengthsOfPattern(pattern);
    for (int i = 0; i < 50; ++i) {
      std::string text;
      for (size_t j = roll(6); j > 0; --j) {
        text += kTexts[roll(std::size(kTexts))];
      }
      if (!RE2::FullMatch(text, compiled)) continue;
      ++matched;
      EXPECT_GE(Utf8Length(text), lengths.least) << pattern << " " << text;
      if (!lengths.most) continue;
      EXPECT_LE(Utf8Length(text), *lengths.most) << pattern << " " << text;
    }
  }
  EXPECT_GT(matched, 2000);
}

}  // namespace
}  // namespace modelservice::plugin
