#include "plugin/emit/layout.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "plugin/emit/code_tokens.h"

namespace modelservice::plugin {
namespace {

std::string Statement(absl::string_view line, size_t indentation = 0) {
  return LayOut(line, indentation, LineContext::kStatement);
}

// Each of these is what clang-format makes of it;
// tests/golden/format_test.py asks it about whole files.
TEST(LayoutTest, ALineThatFitsStaysAsItIs) {
  const std::string line(80, 'x');
  EXPECT_EQ(Statement(line), line);
  EXPECT_EQ(Statement("int x;", 2), "int x;");
}

TEST(LayoutTest, BreaksSignaturesWhereTheyCostLeast) {
  EXPECT_EQ(
      Statement("virtual ::absl::StatusOr<::modelservice::Reply<::shop::Page>> "
                "List(const ::modelservice::CallContext& call, const "
                "::shop::ListRequest& request);",
                2),
      "virtual ::absl::StatusOr<::modelservice::Reply<::shop::Page>> List(\n"
      "    const ::modelservice::CallContext& call,\n"
      "    const ::shop::ListRequest& request);");
  EXPECT_EQ(Statement("virtual ::absl::StatusOr<::modelservice::Reply<"
                      "::shop::ListCustomersResponse>> List(const "
                      "::modelservice::CallContext& call, const "
                      "::shop::ListCustomersRequest& request);",
                      2),
            "virtual ::absl::StatusOr<::modelservice::Reply<"
            "::shop::ListCustomersResponse>>\n"
            "List(const ::modelservice::CallContext& call,\n"
            "     const ::shop::ListCustomersRequest& request);");
}

TEST(LayoutTest, ChainsHaveACallALineOnceTheyAreBroken) {
  EXPECT_EQ(LayOut("::modelservice::Column(\"email\", 2, "
                   "::modelservice::FieldType::kString).Unique().MaxLength(9),",
                   4, LineContext::kItem),
            "::modelservice::Column(\"email\", 2, "
            "::modelservice::FieldType::kString)\n"
            "    .Unique()\n"
            "    .MaxLength(9),");
}

TEST(LayoutTest, PiecesOfALiteralStandBelowEachOther) {
  EXPECT_EQ(Statement("constexpr ::absl::string_view kText = \"a b \" \"c\";"),
            "constexpr ::absl::string_view kText =\n"
            "    \"a b \"\n"
            "    \"c\";");
  // One blank is no end of a piece.
  EXPECT_EQ(Statement("f(\" \");"), "f(\" \");");
}

TEST(LayoutTest, ANameThatIsTooLongIsBrokenBehindItsNamespaces) {
  const std::string name(70, 'x');
  EXPECT_EQ(Statement(absl::StrCat("using Message = ::shop::v1::", name, ";")),
            absl::StrCat("using Message = ::shop::v1::\n    ", name, ";"));
  const std::string longer(90, 'x');
  EXPECT_EQ(Statement(absl::StrCat("k", longer, ",")),
            absl::StrCat("k", longer, ","));
}

TEST(LayoutTest, AConditionKeepsItsStatementWhileBothFit) {
  EXPECT_EQ(Statement("if (!m.has_x()) break;", 6), "if (!m.has_x()) break;");
  const std::string name(60, 'x');
  EXPECT_EQ(Statement(absl::StrCat("if (!m.has_", name, "()) break;"), 6),
            absl::StrCat("if (!m.has_", name, "())\n  break;"));
}

// Breaks are found once for lines of one shape.
TEST(LayoutTest, LinesOfOneShapeAreBrokenAlike) {
  EXPECT_EQ(ShapeOf("virtual int F(const A::B& c, \"a_b: \");"),
            "virtual xxx x(const x::x& x, \"xxx: \");");
  const auto lines = [](absl::string_view before, char name) {
    return Statement(absl::StrCat(before, " ", std::string(76, name), "(a);"));
  };
  EXPECT_EQ(lines("Widget", 'n'),
            absl::StrCat("Widget\n", std::string(76, 'n'), "(a);"));
  EXPECT_EQ(lines("Gadget", 'm'),
            absl::StrCat("Gadget\n", std::string(76, 'm'), "(a);"));
  // Behind these no name stands that could be broken off.
  EXPECT_EQ(lines("static", 'n'),
            absl::StrCat("static ", std::string(76, 'n'), "(\n    a);"));
}

TEST(LayoutTest, ListsHaveAnItemALineOrAreTables) {
  EXPECT_EQ(LayOutList("constexpr int kKey[]", {"A::kId", "A::kName"}, 0),
            "constexpr int kKey[] = {\n"
            "    A::kId,\n"
            "    A::kName,\n"
            "};");
  EXPECT_EQ(LayOutList("constexpr ::absl::string_view kAll[]",
                       {"\"a\"", "\"bb\"", "\"c\"", "\"dd\"", "\"e\""}, 0),
            "constexpr ::absl::string_view kAll[] = {\n"
            "    \"a\", \"bb\", \"c\", \"dd\", \"e\",\n"
            "};");
}

// Which of two layouts has the longer lines is asked of each line, and an item
// may be broken in the midst of brackets.
TEST(LayoutTest, ListsOfLongItemsHaveAnEnd) {
  const std::string head = absl::StrCat("constexpr ::modelservice::Index k",
                                        std::string(60, 'k'), "[]");
  const std::string name(90, 'n');
  const std::string item = absl::StrCat("{{\"", name, "\", A::kOne}, A::kTwo}");
  const std::string text = LayOutList(head, {item, item}, 0);
  EXPECT_NE(text.find(name), std::string::npos);
}

TEST(LayoutTest, FunctionsAreInOneLineWhenTheyFit) {
  EXPECT_EQ(LayOutFunction("int F()", {"return 1;"}, 0),
            "int F() { return 1; }");
  EXPECT_EQ(LayOutFunction("void F()", {"g();", "h();"}, 0),
            "void F() {\n  g();\n  h();\n}");
  const std::string name(70, 'x');
  EXPECT_EQ(LayOutFunction(absl::StrCat("int ", name, "()"), {"return 1;"}, 0),
            absl::StrCat("int ", name, "() {\n  return 1;\n}"));
}

TEST(LayoutTest, CommentsAreBrokenBetweenWords) {
  const std::string word(40, 'x');
  EXPECT_EQ(LayOutComment(absl::StrCat("/// ", word, " ", word, " y"), 0),
            absl::StrCat("/// ", word, "\n/// ", word, " y"));
  // A word that is longer than a line has one of its own.
  const std::string longest(90, 'x');
  EXPECT_EQ(LayOutComment(absl::StrCat("/// a ", longest, " b"), 2),
            absl::StrCat("/// a\n/// ", longest, "\n/// b"));
  EXPECT_EQ(LayOutComment("///", 2), "///");
}

}  // namespace
}  // namespace modelservice::plugin
