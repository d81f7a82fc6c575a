#include "modelservice/guard/auth/digest_cache.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

namespace modelservice {
namespace {

Digest DigestOf(uint32_t number) {
  Digest digest{};
  digest[0] = static_cast<uint8_t>(number);
  std::memcpy(&digest[4], &number, sizeof number);
  return digest;
}

TEST(DigestCache, FindsWhatWasPut) {
  DigestCache<int> cache(1 << 20);
  EXPECT_EQ(cache.Find(DigestOf(1)), std::nullopt);
  cache.Put(DigestOf(1), 10, 100);
  EXPECT_EQ(cache.Find(DigestOf(1)), 10);
  EXPECT_EQ(cache.Find(DigestOf(2)), std::nullopt);
  cache.Put(DigestOf(1), 11, 100);
  EXPECT_EQ(cache.Find(DigestOf(1)), 11);
}

// Values that are counted while they live.
std::atomic<int> living{0};
struct Counted {
  Counted() { ++living; }
  Counted(const Counted&) { ++living; }
  Counted& operator=(const Counted&) = default;
  ~Counted() { --living; }
};

TEST(DigestCache, IsBounded) {
  living = 0;
  {
    DigestCache<Counted> cache(100 * 1000);
    for (uint32_t i = 0; i < 100000; ++i) {
      cache.Put(DigestOf(i), Counted(), 1000);
      ASSERT_LE(living, 100);
    }
    EXPECT_GT(living, 40);
  }
  EXPECT_EQ(living, 0);
}

TEST(DigestCache, KeepsWhatIsAskedFor) {
  DigestCache<int> cache(100 * 1000);
  cache.Put(DigestOf(0), 7, 1000);
  for (uint32_t i = 1; i < 10000; ++i) {
    cache.Put(DigestOf(i), 0, 1000);
    ASSERT_EQ(cache.Find(DigestOf(0)), 7) << i;
  }
}

TEST(DigestCache, DoesNotTakeWhatCanNeverFit) {
  DigestCache<int> cache(16 * 2 * 100);
  cache.Put(DigestOf(0), 1, 60);
  cache.Put(DigestOf(16), 2, 101);
  EXPECT_EQ(cache.Find(DigestOf(16)), std::nullopt);
  EXPECT_EQ(cache.Find(DigestOf(0)), 1);
}

TEST(DigestCache, ManyThreads) {
  DigestCache<uint32_t> cache(100 * 1000);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&cache] {
      for (uint32_t i = 0; i < 20000; ++i) {
        cache.Put(DigestOf(i % 300), i % 300, 1000);
        const auto found = cache.Find(DigestOf(i % 7));
        if (found.has_value()) {
          EXPECT_EQ(*found, i % 7);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace modelservice
