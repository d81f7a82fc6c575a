#include "modelservice/service/page_token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <string>
#include <thread>

namespace modelservice {
namespace {

std::vector<Literal> SomeValues() {
  return {Literal(),
          Literal(Value::Integer(std::numeric_limits<int64_t>::min())),
          Literal(Value::Real(-0.5)),
          Literal(Value::Text("")),
          Literal(Value::Text(absl::string_view("a\0\xff", 3))),
          Literal(Value::Blob("\x01")),
          Literal(Value::Timestamp(-62135596800, 999999999))};
}

TEST(PageTokensTest, ValuesComeBackAsTheyWere) {
  const PageTokens tokens("a secret of some length");
  const auto opened = tokens.Open("list", tokens.Seal("list", SomeValues()));
  ASSERT_TRUE(opened.ok()) << opened.status();
  ASSERT_EQ(opened->size(), 7u);
  EXPECT_TRUE((*opened)[0].value().is_null());
  EXPECT_EQ((*opened)[1].value().integer(),
            std::numeric_limits<int64_t>::min());
  EXPECT_EQ((*opened)[2].value().real(), -0.5);
  EXPECT_EQ((*opened)[3].value().kind(), Value::Kind::kText);
  EXPECT_EQ((*opened)[3].value().text(), "");
  EXPECT_EQ((*opened)[4].value().text(), absl::string_view("a\0\xff", 3));
  EXPECT_EQ((*opened)[5].value().kind(), Value::Kind::kBlob);
  EXPECT_EQ((*opened)[5].value().text(), "\x01");
  EXPECT_EQ((*opened)[6].value().seconds(), -62135596800);
  EXPECT_EQ((*opened)[6].value().nanos(), 999999999);
}

TEST(PageTokensTest, NoValuesAndNoBinding) {
  const PageTokens tokens("a secret of some length");
  const auto opened = tokens.Open("", tokens.Seal("", {}));
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_TRUE(opened->empty());
}

TEST(PageTokensTest, EveryChangeOfATokenIsRefused) {
  const PageTokens tokens("a secret of some length");
  const std::string token = tokens.Seal("list", SomeValues());
  ASSERT_TRUE(tokens.Open("list", token).ok());
  for (size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    // The lowest bits of the last character may be padding: change a high one.
    changed[i] = changed[i] == 'A' ? 'g' : 'A';
    if (changed == token) continue;
    const auto opened = tokens.Open("list", changed);
    EXPECT_EQ(opened.status().code(), absl::StatusCode::kInvalidArgument) << i;
    // The thread's cipher is none the worse.
    EXPECT_TRUE(tokens.Open("list", token).ok()) << i;
  }
  for (size_t length = 0; length < token.size(); ++length) {
    EXPECT_FALSE(tokens.Open("list", token.substr(0, length)).ok()) << length;
  }
  EXPECT_FALSE(tokens.Open("list", token + "AAAA").ok());
}

TEST(PageTokensTest, GarbageIsRefused) {
  const PageTokens tokens("a secret of some length");
  for (const std::string& garbage :
       {std::string(), std::string("x"), std::string("not base64!"),
        std::string(100, 'A'), std::string("\0\xff", 2),
        std::string(100000, '_')}) {
    const auto opened = tokens.Open("list", garbage);
    EXPECT_EQ(opened.status().code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST(PageTokensTest, ATokenIsOfItsRequestAlone) {
  const PageTokens tokens("a secret of some length");
  const std::string token = tokens.Seal("list|1:2", SomeValues());
  EXPECT_FALSE(tokens.Open("list|1:3", token).ok());
  EXPECT_FALSE(tokens.Open("list", token).ok());
  EXPECT_FALSE(tokens.Open("", token).ok());
}

TEST(PageTokensTest, ServersThatShareASecretTakeEachOthersTokens) {
  const PageTokens one("a secret of some length");
  const PageTokens same("a secret of some length");
  const PageTokens other("another secret of a length");
  const std::string token = one.Seal("list", SomeValues());
  EXPECT_TRUE(same.Open("list", token).ok());
  EXPECT_FALSE(other.Open("list", token).ok());
}

TEST(PageTokensTest, OneThreadTakesSecretsInTurns) {
  const PageTokens one("a secret of some length");
  const PageTokens other("another secret of some length");
  for (int i = 0; i < 3; ++i) {
    const std::string ones = one.Seal("list", SomeValues());
    const std::string others = other.Seal("list", SomeValues());
    EXPECT_TRUE(other.Open("list", others).ok());
    EXPECT_TRUE(one.Open("list", ones).ok());
    EXPECT_FALSE(one.Open("list", others).ok());
    EXPECT_FALSE(other.Open("list", ones).ok());
  }
}

TEST(PageTokensTest, AFormerSecretsTokensAreTakenAndNoneIsMade) {
  const PageTokens before("a secret of some length");
  const PageTokens after("another secret of some length",
                         {"one of long ago", "a secret of some length"});
  const std::string old_token = before.Seal("list", SomeValues());
  const std::string new_token = after.Seal("list", SomeValues());
  EXPECT_TRUE(after.Open("list", old_token).ok());
  EXPECT_FALSE(after.Open("other", old_token).ok());
  EXPECT_TRUE(after.Open("list", new_token).ok());
  EXPECT_FALSE(before.Open("list", new_token).ok());
  EXPECT_FALSE(
      PageTokens("another secret of some length").Open("list", old_token).ok());
  // By the id of the key, which is the same for all of its tokens.
  EXPECT_EQ(old_token.substr(0, 5), before.Seal("other", {}).substr(0, 5));
  EXPECT_NE(old_token.substr(0, 5), new_token.substr(0, 5));
}

TEST(PageTokensTest, WithoutASecretTokensEndWithTheObject) {
  const PageTokens one("");
  const PageTokens two("");
  const std::string token = one.Seal("list", SomeValues());
  EXPECT_TRUE(one.Open("list", token).ok());
  EXPECT_FALSE(two.Open("list", token).ok());
}

TEST(PageTokensTest, TwoSealsDifferAndShowNothing) {
  const PageTokens tokens("a secret of some length");
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string token =
        tokens.Seal("list", {Literal(Value::Text("visible"))});
    EXPECT_TRUE(seen.insert(token).second);
    EXPECT_THAT(token, testing::MatchesRegex("[A-Za-z0-9_-]+=*"));
  }
}

TEST(PageTokensTest, ThreadsShareOne) {
  const PageTokens tokens("a secret of some length");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&tokens, t] {
      for (int i = 0; i < 200; ++i) {
        const std::string binding = std::to_string(t);
        const auto opened = tokens.Open(
            binding, tokens.Seal(binding, {Literal(Value::Integer(i))}));
        ASSERT_TRUE(opened.ok());
        EXPECT_EQ((*opened)[0].value().integer(), i);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace modelservice
