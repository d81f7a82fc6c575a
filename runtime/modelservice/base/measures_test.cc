#include "modelservice/base/measures.h"

#include <gtest/gtest.h>

#include <cmath>
#include <thread>
#include <vector>

namespace modelservice {
namespace {

TEST(MeasuresTest, AHistogramIsCumulative) {
  Histogram times(Histogram::kSeconds);
  times.Add(absl::Microseconds(100));  // on a bound: below it
  times.Add(absl::Microseconds(101));
  times.Add(absl::Seconds(60));
  times.Add(-absl::Seconds(1));
  EXPECT_EQ(times.count(), 4);
  Measures measures;
  measures.AddHistogram("t_seconds", "Times.", {{"a", "b"}}, times);
  const auto& sample = measures.families().at("t_seconds").samples[0];
  ASSERT_EQ(sample.buckets.size(), Histogram::kMaxBounds + 1);
  EXPECT_DOUBLE_EQ(sample.buckets[0].most, 0.0001);
  EXPECT_EQ(sample.buckets[0].count, 2);
  EXPECT_EQ(sample.buckets[1].count, 3);
  EXPECT_EQ(sample.buckets[Histogram::kMaxBounds - 1].count, 3);
  EXPECT_TRUE(std::isinf(sample.buckets.back().most));
  EXPECT_EQ(sample.buckets.back().count, 4);
  EXPECT_NEAR(sample.value, 59.000201, 1e-9);
}

TEST(MeasuresTest, NothingIsLostBetweenThreads) {
  Counter counter;
  Histogram counts(Histogram::kCounts);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 10000; ++n) {
        counter.Add();
        counts.Add(n % 20);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(counter.value(), 40000);
  EXPECT_EQ(counts.count(), 40000);
}

TEST(MeasuresTest, FamiliesHaveSamplesByLabels) {
  Measures measures;
  measures.AddCounter("c_total", "Counts.", {{"code", "OK"}}, 2);
  measures.AddCounter("c_total", "Counts.", {{"code", "ABORTED"}}, 3);
  measures.AddQueue("executor", 1, 10, 4);
  measures.AddQueue("pool", 1, 0, 0);
  measures.AddPool("readers", 5, 2, 8);
  EXPECT_EQ(measures.ValueOf("c_total", {{"code", "ABORTED"}}), 3);
  EXPECT_EQ(measures.ValueOf("c_total", {{"code", "NOT_FOUND"}}), 0);
  EXPECT_EQ(
      measures.ValueOf("modelservice_queue_limit", {{"queue", "executor"}}),
      10);
  // Without a limit it has none.
  EXPECT_EQ(measures.families().at("modelservice_queue_limit").samples.size(),
            1u);
  EXPECT_EQ(measures.ValueOf("modelservice_connections",
                             {{"pool", "readers"}, {"state", "used"}}),
            3);
}

// Several of one kind, as the statements of readers and writers, are one.
TEST(MeasuresTest, CachesOfOneNameAreOne) {
  CacheCounts counts;
  counts.Note(true);
  counts.Note(true);
  counts.Note(false);
  Measures measures;
  measures.AddCache("statements", counts);
  measures.AddCache("statements", 10, 20);
  measures.AddCache("tokens", counts);
  EXPECT_EQ(measures.ValueOf("modelservice_cache_hits_total",
                             {{"cache", "statements"}}),
            12);
  EXPECT_EQ(measures.ValueOf("modelservice_cache_misses_total",
                             {{"cache", "statements"}}),
            21);
  EXPECT_EQ(
      measures.families().at("modelservice_cache_hits_total").samples.size(),
      2u);
}

}  // namespace
}  // namespace modelservice
