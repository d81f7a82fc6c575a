#include "modelservice/schema/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace modelservice {
namespace {

using Kind = AccessExpression::Kind;

// With every parenthesis, or the fault as "column: fault; mend".
std::string Shape(const AccessExpression& access) {
  std::string text;
  switch (access.kind()) {
    case Kind::kNot:
      return absl::StrCat("~", Shape(access.parts()[0]));
    case Kind::kAnd:
    case Kind::kOr:
      for (const AccessExpression& part : access.parts()) {
        absl::StrAppend(&text, text.empty() ? "(" : " ", Shape(part));
      }
      return absl::StrCat(access.kind() == Kind::kAnd ? "&" : "|", text, ")");
    default:
      return access.ToString();
  }
}

std::string Parsed(absl::string_view text) {
  AccessFault fault;
  const auto access = AccessExpression::Parse(text, &fault);
  if (access.has_value()) return Shape(*access);
  return absl::StrCat(fault.column, ": ", fault.fault, "; ", fault.mend);
}

Kind KindOf(absl::string_view text) {
  return AccessExpression::Parse(text).value().kind();
}

TEST(AccessExpressionTest, NotBindsBeforeAndAndAndBeforeOr) {
  EXPECT_EQ(Parsed("a | b & c"), "|(a &(b c))");
  EXPECT_EQ(Parsed("a & b | c"), "|(&(a b) c)");
  EXPECT_EQ(Parsed("~a & b"), "&(~a b)");
  EXPECT_EQ(Parsed("~(a & b) | ~~c"), "|(~&(a b) ~~c)");
  EXPECT_EQ(Parsed("(a | b) & (c | d)"), "&(|(a b) |(c d))");
}

TEST(AccessExpressionTest, AChainIsOneLevel) {
  EXPECT_EQ(Parsed("a & b & c & d"), "&(a b c d)");
  EXPECT_EQ(Parsed("a|b|c"), "|(a b c)");
  EXPECT_EQ(Parsed("a & (b & c)"), "&(a &(b c))");
}

TEST(AccessExpressionTest, NamesMeanWhatTheyAreCalled) {
  EXPECT_EQ(KindOf("any"), Kind::kAny);
  EXPECT_EQ(KindOf("authenticated"), Kind::kAuthenticated);
  EXPECT_EQ(KindOf("authenticated_or_readonly"),
            Kind::kAuthenticatedOrReadOnly);
  EXPECT_EQ(KindOf("owner"), Kind::kOwner);
  EXPECT_EQ(KindOf(" model\n"), Kind::kModel);
  EXPECT_EQ(KindOf("owners"), Kind::kNamed);
  EXPECT_EQ(KindOf("_shop.is_staff2"), Kind::kNamed);
  // Without a colon these are names like any other.
  EXPECT_EQ(KindOf("role"), Kind::kNamed);
  EXPECT_EQ(KindOf("claim"), Kind::kNamed);
}

TEST(AccessExpressionTest, ARoleEndsAtADelimiterOrIsQuoted) {
  EXPECT_EQ(AccessExpression::Parse("role:Night-Shift/2")->name(),
            "Night-Shift/2");
  EXPECT_EQ(Parsed("role:a&role:b"), "&(role:a role:b)");
  EXPECT_EQ(Parsed("(role:a)"), "role:a");
  EXPECT_EQ(AccessExpression::Parse("role:\"a & b\"")->name(), "a & b");
  EXPECT_EQ(AccessExpression::Parse(R"(role:"say \"\\\"")")->name(),
            "say \"\\\"");
  EXPECT_EQ(AccessExpression::Parse("role:\"\"")->name(), "");
}

TEST(AccessExpressionTest, AClaimHasAPathAndAValue) {
  const auto claim = AccessExpression::Parse("claim:realm.tenant=acme=x");
  ASSERT_TRUE(claim.ok());
  EXPECT_EQ(claim->kind(), Kind::kClaim);
  EXPECT_EQ(claim->name(), "realm.tenant");
  EXPECT_EQ(claim->value(), "acme=x");
  const auto quoted =
      AccessExpression::Parse(R"(claim:"https://a.b/c=d"="two words" | any)");
  ASSERT_TRUE(quoted.ok());
  EXPECT_EQ(quoted->parts()[0].name(), "https://a.b/c=d");
  EXPECT_EQ(quoted->parts()[0].value(), "two words");
}

TEST(AccessExpressionTest, HasLooksEverywhere) {
  const auto access = AccessExpression::Parse("a & ~(b | owner)");
  ASSERT_TRUE(access.ok());
  EXPECT_TRUE(access->Has(Kind::kOwner));
  EXPECT_TRUE(access->Has(Kind::kNot));
  EXPECT_FALSE(access->Has(Kind::kModel));
}

TEST(AccessExpressionTest, WhatIsWrittenOutReadsTheSame) {
  for (const absl::string_view text :
       {"a | b & ~c", "(a | b) & c", "~(a & b)", "a & (b & c)", "~~a",
        R"(role:"a b" & claim:"x=y"="\"")", "role:\"\"",
        "claim:a.b=c=d | owner", "a | (b | c) & any"}) {
    const auto access = AccessExpression::Parse(text);
    ASSERT_TRUE(access.ok()) << access.status();
    EXPECT_EQ(access->ToString(), text);
  }
}

TEST(AccessExpressionTest, FaultsHaveAPlaceAndAMend) {
  EXPECT_EQ(Parsed(""), "1: there is no name; name a permission, like \"any\"");
  EXPECT_EQ(Parsed("a &"),
            "4: there is no name after \"&\"; write a name, \"~\" or \"(\"");
  EXPECT_EQ(Parsed("a & | b"),
            "5: expected a name after \"&\", not \"|\"; write a name, \"~\" or "
            "\"(\"");
  EXPECT_EQ(Parsed(")"),
            "1: expected a name, not \")\"; write a name, \"~\" or \"(\"");
  EXPECT_EQ(Parsed("a && b"), "3: \"&&\" is no operator; write \"&\"");
  EXPECT_EQ(Parsed("a || b"), "3: \"||\" is no operator; write \"|\"");
  EXPECT_EQ(Parsed("!a"), "1: \"!\" is no operator; write \"~\" for not");
  EXPECT_EQ(Parsed("a and b"),
            "3: expected \"&\" or \"|\", not \"a\"; write \"&\" for and");
  EXPECT_EQ(Parsed("a or b"),
            "3: expected \"&\" or \"|\", not \"o\"; write \"|\" for or");
  EXPECT_EQ(
      Parsed("a b"),
      "3: expected \"&\" or \"|\", not \"b\"; put one of them between the "
      "names");
  EXPECT_EQ(Parsed("a & (b | c"), "5: this \"(\" has no \")\"; close it");
  EXPECT_EQ(Parsed("(a))"), "4: there is no \"(\" for this \")\"; drop it");
  EXPECT_EQ(Parsed("Owner"), "1: names are in lower case; write it so");
  EXPECT_EQ(Parsed("group:x"),
            "1: \"group:\" is not known; write role:<name> or "
            "claim:<path>=<value>");
  EXPECT_EQ(Parsed("role: x"),
            "6: role: names no role; write it behind, without a space, or in "
            "\"quotes\"");
  EXPECT_EQ(Parsed("claim:=x"),
            "7: claim: names no claim; write it behind, without a space, or in "
            "\"quotes\"");
  EXPECT_EQ(Parsed("claim:x"),
            "8: claim:x has no value; write claim:x=<value>");
  EXPECT_EQ(Parsed("claim:x="),
            "9: claim:x= has no value; write it behind, without a space, or in "
            "\"quotes\"");
  EXPECT_EQ(Parsed("role:\"x"), "6: this quote has no end; close it with \"");
}

TEST(AccessExpressionTest, ColumnsCountCharacters) {
  EXPECT_EQ(Parsed("role:\xC3\xA9 \xC3\xA9"),
            "8: expected \"&\" or \"|\", not \"\xC3\xA9\"; put one of them "
            "between the names");
}

TEST(AccessExpressionTest, ANulByteIsNoEnd) {
  AccessFault fault;
  EXPECT_FALSE(
      AccessExpression::Parse(absl::string_view("a\0", 2), &fault).has_value());
  EXPECT_EQ(fault.column, 2);
}

TEST(AccessExpressionTest, DepthIsLimited) {
  const auto nested = [](int depth) {
    return absl::StrCat(std::string(static_cast<size_t>(depth), '('), "a",
                        std::string(static_cast<size_t>(depth), ')'));
  };
  EXPECT_TRUE(AccessExpression::Parse(nested(64)).ok());
  EXPECT_EQ(Parsed(nested(65)),
            "65: more than 64 levels; register a permission that decides it in "
            "code");
  EXPECT_FALSE(AccessExpression::Parse(std::string(1000000, '~') + "a").ok());
  EXPECT_FALSE(AccessExpression::Parse(std::string(1000000, '(')).ok());
  // Width is not depth.
  std::string wide = "a";
  for (int i = 0; i < 1000; ++i) wide += " & (a | ~a)";
  EXPECT_TRUE(AccessExpression::Parse(wide).ok());
}

TEST(AccessExpressionTest, AStatusHasTheTextToo) {
  const absl::Status status = AccessExpression::Parse("a &").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "\"a &\", column 4: there is no name after \"&\"; write a name, "
            "\"~\" or \"(\"");
}

TEST(IsPermissionNameTest, HasAFormAndNoOtherMeaning) {
  EXPECT_TRUE(IsPermissionName("is_staff"));
  EXPECT_TRUE(IsPermissionName("_shop.clerk2"));
  EXPECT_FALSE(IsPermissionName(""));
  EXPECT_FALSE(IsPermissionName("2fa"));
  EXPECT_FALSE(IsPermissionName("IsStaff"));
  EXPECT_FALSE(IsPermissionName("is-staff"));
  EXPECT_FALSE(IsPermissionName("owner"));
  EXPECT_FALSE(IsPermissionName("any"));
}

}  // namespace
}  // namespace modelservice
