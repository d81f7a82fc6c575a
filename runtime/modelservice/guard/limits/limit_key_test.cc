#include "modelservice/guard/limits/limit_key.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <set>

#include "absl/strings/str_cat.h"

namespace modelservice {
namespace {

std::string Text(absl::string_view prefix,
                 std::initializer_list<absl::string_view> parts) {
  LimitKey key(prefix);
  for (const absl::string_view part : parts) key.Add(part);
  return std::string(key.text());
}

TEST(LimitKey, IsOneTextForOneListOfParts) {
  const std::string long_text(500, 'x');
  const std::string zero("\0", 1);
  std::set<std::string> texts;
  int lists = 0;
  for (const std::initializer_list<absl::string_view>& parts :
       std::initializer_list<std::initializer_list<absl::string_view>>{
           {},
           {""},
           {"", ""},
           {"ab", "c"},
           {"a", "bc"},
           {"abc"},
           {"1:a"},
           {"a1:b"},
           {"a", "b"},
           {zero},
           {"#"},
           {long_text},
           {long_text, ""},
           {"", long_text}}) {
    texts.insert(Text("p", parts));
    texts.insert(Text("q", parts));
    lists += 2;
  }
  EXPECT_EQ(texts.size(), static_cast<size_t>(lists));
  EXPECT_EQ(Text("p", {"ab", "c"}), Text("p", {"ab", "c"}));
}

TEST(LimitKey, IsShortWhateverTheClientSends) {
  const std::string prefix = "some.prefix=";
  std::set<std::string> texts;
  for (const char c : {'x', 'y'}) {
    for (const size_t size : {10000, 10001, 1000000}) {
      texts.insert(Text(prefix, {std::string(size, c)}));
    }
  }
  EXPECT_EQ(texts.size(), 6u);
  for (const std::string& text : texts) {
    EXPECT_LE(text.size(), prefix.size() + LimitKey::kLongestParts);
  }
}

TEST(LimitKeyPrefix, DiffersWithAllThatALimitCountsBy) {
  static constexpr absl::string_view kPeer[] = {"peer"};
  static constexpr absl::string_view kTwo[] = {"peer", "principal"};
  static constexpr absl::string_view kOther[] = {"claim:a"};
  constexpr RateLimit kLimit("g", 10, absl::Seconds(60));
  std::set<std::string> prefixes;
  int limits = 0;
  for (const RateLimit& limit :
       {kLimit, kLimit.Keys(kPeer), kLimit.Keys(kTwo), kLimit.Keys(kOther),
        kLimit.By(LimitAlgorithm::kSlidingWindow),
        kLimit.By(LimitAlgorithm::kTokenBucket),
        kLimit.By(LimitAlgorithm::kTokenBucket).Burst(11),
        RateLimit("h", 10, absl::Seconds(60)),
        RateLimit("g", 11, absl::Seconds(60)),
        RateLimit("g", 10, absl::Seconds(61)),
        RateLimit("g4:peer", 10, absl::Seconds(60))}) {
    prefixes.insert(LimitKeyPrefix(limit));
    ++limits;
  }
  EXPECT_EQ(prefixes.size(), static_cast<size_t>(limits));
}

TEST(LimitKeyPrefix, IsSharedByTheSameLimitsOfAGroup) {
  constexpr RateLimit kLimit("g", 10, absl::Seconds(60));
  EXPECT_EQ(LimitKeyPrefix(kLimit.Name("a")), LimitKeyPrefix(kLimit.Name("b")));
  EXPECT_EQ(LimitKeyPrefix(kLimit), LimitKeyPrefix(kLimit.Shadow()));
  EXPECT_EQ(LimitKeyPrefix(kLimit), LimitKeyPrefix(kLimit.Cost("count")));
  EXPECT_EQ(LimitKeyPrefix(kLimit),
            LimitKeyPrefix(kLimit.WhenStoreFails(OnStoreFailure::kDeny)));
}

}  // namespace
}  // namespace modelservice
