// Millions of keys: too many for the thread sanitizer, and so a program of its
// own.
#include <gtest/gtest.h>
#include <malloc.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "modelservice/guard/limits/memory_store.h"
#include "modelservice/guard/limits/test_support.h"

namespace modelservice {
namespace {

constexpr RateLimit kFixed("fixed", 10, absl::Seconds(60));

TEST(MemoryStoreFlood, TenMillionKeysStayBounded) {
  FakeClock clock;
  constexpr int64_t kMaximum = 100000;
  const auto store = NewMemoryLimitStore({kMaximum, clock.clock()});
  for (int i = 0; i < 10; ++i) CallOnce(*store, kFixed, "attacker");
  ASSERT_FALSE(CallOnce(*store, kFixed, "attacker").allowed);

  const std::string prefix = LimitKeyPrefix(kFixed);
  LimitDecision decision;
  const auto flood = [&](int from, int to) {
    for (int i = from; i < to; ++i) {
      LimitKey key(prefix);
      key.Add(absl::StrCat("flood-", i));
      store->DecideNow({{&kFixed, key.text(), 1}}, &decision);
    }
  };
  flood(0, 1000000);
  EXPECT_LE(store->counts().keys, kMaximum);
  const size_t before = mallinfo2().uordblks;
  flood(1000000, 10000000);
  const LimitCounts counts = store->counts();
  EXPECT_LE(counts.keys, kMaximum);
  EXPECT_GE(counts.keys, kMaximum * 9 / 10);
  EXPECT_EQ(counts.keys + counts.forgotten, 10000001);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LE(mallinfo2().uordblks, before + kMaximum * 20);
#else
  static_cast<void>(before);
#endif
  // All that for nothing: his own count is still there.
  EXPECT_FALSE(CallOnce(*store, kFixed, "attacker").allowed);

  // When the window is over, so is the memory's load: each new key takes the
  // place of one that no longer matters.
  clock.Set(61);
  flood(0, 1000);
  EXPECT_EQ(store->counts().forgotten, counts.forgotten);
  EXPECT_TRUE(CallOnce(*store, kFixed, "attacker").allowed);
}

}  // namespace
}  // namespace modelservice
