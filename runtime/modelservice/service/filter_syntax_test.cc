#include "modelservice/service/filter_syntax.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "modelservice/service/filter_test_support.h"

namespace modelservice {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string Tree(absl::string_view text, const FilterBounds& bounds = {}) {
  FilterNode filter;
  TextFault fault;
  if (!ParseFilter(text, bounds, &filter, &fault)) return Describe(text, fault);
  return Shown(filter);
}

TEST(FilterSyntaxTest, NothingIsEveryRow) {
  EXPECT_EQ(Tree(""), "(AND)");
  EXPECT_EQ(Tree(" \t\n"), "(AND)");
}

// The examples of https://google.aip.dev/160.
TEST(FilterSyntaxTest, TheExamplesOfAip160) {
  EXPECT_EQ(Tree("42"), "42");
  EXPECT_EQ(Tree("Hugo"), "Hugo");
  EXPECT_EQ(Tree("Victor Hugo"), "(AND Victor Hugo)");
  EXPECT_EQ(Tree("Victor AND Hugo"), "(AND Victor Hugo)");
  EXPECT_EQ(Tree("a AND b"), "(AND a b)");
  EXPECT_EQ(Tree("a OR b OR c"), "(OR a b c)");
  EXPECT_EQ(Tree("a AND b OR c"), "(AND a (OR b c))");
  EXPECT_EQ(Tree("NOT a"), "(NOT a)");
  EXPECT_EQ(Tree("-a"), "(NOT a)");
  EXPECT_EQ(Tree("a = true"), "(= a true)");
  EXPECT_EQ(Tree("a != 42"), "(!= a 42)");
  EXPECT_EQ(Tree("a < 42"), "(< a 42)");
  EXPECT_EQ(Tree("a > \"foo\""), "(> a \"foo\")");
  EXPECT_EQ(Tree("a <= \"foo\""), "(<= a \"foo\")");
  EXPECT_EQ(Tree("a >= 42"), "(>= a 42)");
  EXPECT_EQ(Tree("a = 2.997e9"), "(= a 2.997e9)");
  EXPECT_EQ(Tree("a = 20s"), "(= a 20s)");
  EXPECT_EQ(Tree("a < 1.2s"), "(< a 1.2s)");
  EXPECT_EQ(Tree("a > 2012-04-21T11:30:00-04:00"),
            "(> a 2012-04-21T11:30:00-04:00)");
  EXPECT_EQ(Tree("a = \"*.foo\""), "(= a \"*.foo\")");
  EXPECT_EQ(Tree("a.b = true"), "(= a.b true)");
  EXPECT_EQ(Tree("a.b > 42"), "(> a.b 42)");
  EXPECT_EQ(Tree("a.b.c = \"foo\""), "(= a.b.c \"foo\")");
  EXPECT_EQ(Tree("r:42"), "(: r 42)");
  EXPECT_EQ(Tree("r.foo:42"), "(: r.foo 42)");
  EXPECT_EQ(Tree("m:foo"), "(: m foo)");
  EXPECT_EQ(Tree("m.foo:*"), "(: m.foo *)");
  EXPECT_EQ(Tree("m.foo:42"), "(: m.foo 42)");
}

// Those of its grammar.
TEST(FilterSyntaxTest, TheExamplesOfTheGrammar) {
  EXPECT_EQ(Tree("a b AND c AND d"), "(AND a b c d)");
  EXPECT_EQ(Tree("(a b) AND c AND d"), "(AND (AND a b) c d)");
  EXPECT_EQ(Tree("New York Giants OR Yankees"),
            "(AND New York (OR Giants Yankees))");
  EXPECT_EQ(Tree("New York (Giants OR Yankees)"),
            "(AND New York (OR Giants Yankees))");
  EXPECT_EQ(Tree("a < 10 OR a >= 100"), "(OR (< a 10) (>= a 100))");
  EXPECT_EQ(Tree("NOT (a OR b)"), "(NOT (OR a b))");
  EXPECT_EQ(Tree("-file:\".java\""), "(NOT (: file \".java\"))");
  EXPECT_EQ(Tree("-30"), "(NOT 30)");
  EXPECT_EQ(Tree("package=com.google"), "(= package com.google)");
  EXPECT_EQ(Tree("msg != 'hello'"), "(!= msg \"hello\")");
  EXPECT_EQ(Tree("1 > 0"), "(> 1 0)");
  EXPECT_EQ(Tree("2.5 >= 2.4"), "(>= 2.5 2.4)");
  EXPECT_EQ(Tree("yesterday < request.time"), "(< yesterday request.time)");
  EXPECT_EQ(Tree("map:key"), "(: map key)");
  EXPECT_EQ(Tree("prod"), "prod");
  EXPECT_EQ(Tree("expr.type_map.1.type"), "expr.type_map.1.type");
  EXPECT_EQ(Tree("experiment.rollout <= cohort(request.user)"),
            "Character 23: There are no functions in filters.\n"
            "experiment.rollout <= cohort(request.user)\n"
            "                      ^");
  EXPECT_THAT(Tree("regex(m.key, '^.*prod.*$')"),
              StartsWith("Character 1: There are no functions in filters."));
  EXPECT_THAT(Tree("(msg.endsWith('world') AND retries < 10)"),
              StartsWith("Character 2: There are no functions in filters."));
}

TEST(FilterSyntaxTest, Values) {
  EXPECT_EQ(Tree("a = -30"), "(= a -30)");
  EXPECT_EQ(Tree("a=-30"), "(= a -30)");
  EXPECT_EQ(Tree("a<-3 b"), "(AND (< a -3) b)");
  EXPECT_EQ(Tree("a = ''"), "(= a \"\")");
  EXPECT_EQ(Tree(R"(a = "\*\"\\\n*")"), "(= a \"\\*\"\\\n*\")");
  EXPECT_EQ(Tree("a = O'Brien"), "(= a O'Brien)");
  EXPECT_EQ(Tree("a:(b OR -c d)"), "(: a (AND (OR b (NOT c)) d))");
  // A sign in front of a number is the number's.
  EXPECT_EQ(Tree("a = (\"AND\" OR -30)"), "(= a (OR \"AND\" -30))");
  EXPECT_EQ(Tree("a > (-3)"), "(> a -3)");
  EXPECT_EQ(Tree("a = (-1.5s OR NOT -2)"), "(= a (OR -1.5s (NOT -2)))");
  EXPECT_EQ(Tree("a.\"b.c\".AND = 1"), "(= a.\"b.c\".AND 1)");
  EXPECT_EQ(Tree("ANDy ORacle NOTe"), "(AND ANDy ORacle NOTe)");
  EXPECT_EQ(Tree("a=1 AND(b=2)OR c"), "(AND (= a 1) (OR (= b 2) c))");
  EXPECT_EQ(Tree("title = \"Stra\xc3\x9f"
                 "e\""),
            "(= title \"Stra\xc3\x9f"
            "e\")");
}

struct BadText {
  const char* text;
  const char* fault;
};

class BadFilterTest : public testing::TestWithParam<BadText> {};

TEST_P(BadFilterTest, SaysWhereAndWhat) {
  EXPECT_THAT(Tree(GetParam().text), StartsWith(GetParam().fault));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadFilterTest,
    testing::Values(
        BadText{"a =",
                "Character 4: Expected a value behind \"=\".\n"
                "a =\n"
                "   ^"},
        BadText{"a = )",
                "Character 5: Expected a value behind \"=\", not "
                "\")\"."},
        BadText{"= 3", "Character 1: Expected a field or a word, not \"=\"."},
        BadText{"a AND", "Character 6: Expected a condition behind AND."},
        BadText{"a OR", "Character 5: Expected a field or a word."},
        BadText{"AND a",
                "Character 1: Expected a field or a word, not AND; "
                "put it in quotes if it is one."},
        BadText{"a AND AND b",
                "Character 7: Expected a field or a word, not "
                "AND"},
        BadText{"a = AND",
                "Character 5: Expected a value behind \"=\", not "
                "AND"},
        BadText{"NOT", "Character 4: Expected a field or a word."},
        BadText{"NOT -a",
                "Character 5: Expected a field or a word, not "
                "\"-a\"."},
        BadText{"--a", "Character 2: Expected a field or a word, not \"-a\"."},
        BadText{"- a",
                "Character 2: Expected what is negated right behind "
                "\"-\", not"},
        BadText{"(a", "Character 1: There is no \")\" for this \"(\"."},
        BadText{"a)", "Character 2: There is no \"(\" for this \")\"."},
        BadText{"()", "Character 2: Expected a field or a word, not \")\"."},
        BadText{"a = \"b",
                "Character 5: The text that begins here has no \" "
                "at its end."},
        BadText{"a = 'b\\'",
                "Character 5: The text that begins here has no ' "
                "at its end."},
        BadText{"a = \"\\x\"",
                "Character 6: Expected one of \", ', \\, *, n, "
                "r, t behind \"\\\"."},
        BadText{"a = \"b\"c",
                "Character 8: Expected a space, AND or OR, not "
                "\"c\"."},
        BadText{"(a)(b)",
                "Character 4: Expected a space, AND or OR, not "
                "\"(b)\"."},
        BadText{"a ! b", "Character 3: Expected \"!=\", not \"!\"."},
        BadText{"a == b",
                "Character 4: Expected a value behind \"=\", not "
                "\"=\"."},
        BadText{"a=b=c",
                "Character 4: Expected a space, AND or OR, not "
                "\"=c\"."},
        BadText{"a.", "Character 3: Expected a name behind \".\"."},
        BadText{"a, b",
                "Character 2: Expected a space, AND or OR, not "
                "\",\"."},
        BadText{"\xc3\xa4\xc3\xb6 = ",
                "Character 6: Expected a value behind "
                "\"=\"."},
        BadText{"a = \xff", "Byte 1: Expected UTF-8."}));

TEST(FilterSyntaxTest, ANulIsRefused) {
  EXPECT_THAT(Tree(absl::string_view("a = \"\0\"", 7)),
              StartsWith("Character 6: Null characters are not allowed."));
}

TEST(FilterSyntaxTest, ALongTextIsShownInPart) {
  const std::string text =
      std::string(200, 'a') + "\n= )" + std::string(100, 'b');
  EXPECT_EQ(Tree(text),
            "Character 204: Expected a value behind \"=\", not \")" +
                std::string(39, 'b') + "...\".\n..." + std::string(57, 'a') +
                " = )" + std::string(19, 'b') + "...\n" + std::string(63, ' ') +
                "^");
}

TEST(FilterSyntaxTest, BoundsAreRefusedByName) {
  FilterBounds bounds;
  bounds.bytes = 10;
  EXPECT_EQ(Tree("a = 123456", bounds), "(= a 123456)");
  EXPECT_THAT(Tree("a = 1234567", bounds),
              StartsWith("Character 11: The filter is longer than 10 bytes "
                         "(max_filter_bytes)."));
  bounds = {};
  bounds.depth = 3;
  EXPECT_EQ(Tree("(((a)))", bounds), "a");
  EXPECT_EQ(Tree("((a)) ((NOT b))", bounds), "(AND a (NOT b))");
  for (const char* text : {"((((a))))", "(((-a)))", "((a = ((b))))"}) {
    EXPECT_THAT(Tree(text, bounds), HasSubstr("(max_filter_depth)")) << text;
  }
  bounds = {};
  bounds.terms = 3;
  EXPECT_EQ(Tree("a b=1 -c", bounds), "(AND a (= b 1) (NOT c))");
  EXPECT_THAT(Tree("a b=1 -c d", bounds),
              StartsWith("Character 10: The filter has more than 3 terms "
                         "(max_filter_terms)."));
  EXPECT_THAT(Tree("a:(b OR c OR d)", bounds), HasSubstr("max_filter_terms"));
}

// As deep as settings allow, and no deeper, whatever is sent.
TEST(FilterSyntaxTest, NestingIsBounded) {
  EXPECT_THAT(Tree(std::string(4096, '(')), HasSubstr("max_filter_depth"));
  FilterBounds bounds;
  bounds.depth = 100;
  EXPECT_EQ(Tree(std::string(100, '(') + "a" + std::string(100, ')'), bounds),
            "a");
}

}  // namespace
}  // namespace modelservice
