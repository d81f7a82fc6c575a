#include "modelservice/service/arrivals.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "absl/time/clock.h"

namespace modelservice {
namespace {

constexpr absl::Duration kLong = absl::Hours(1);

class Call final : public Arrivals::Call {
 public:
  void RequestIsLate() override { ++late; }
  std::atomic<int> late{0};
};

bool Eventually(const std::function<bool()>& condition) {
  const SteadyTime end = After(absl::Seconds(30));
  while (!condition()) {
    if (SteadyNow() > end) return false;
    absl::SleepFor(absl::Milliseconds(2));
  }
  return true;
}

TEST(ArrivalsTest, WhatComesInTimeIsNotLate) {
  Call call;
  Arrivals arrivals(kLong);
  arrivals.Add(call);
  EXPECT_TRUE(arrivals.Remove(call));
  EXPECT_FALSE(arrivals.Remove(call));
  EXPECT_EQ(call.late, 0);
}

TEST(ArrivalsTest, WhoWaitsTooLongIsToldOnce) {
  std::vector<std::unique_ptr<Call>> calls;
  for (int i = 0; i < 100; ++i) calls.push_back(std::make_unique<Call>());
  Arrivals arrivals(absl::Milliseconds(20));
  for (auto& call : calls) arrivals.Add(*call);
  for (auto& call : calls) {
    EXPECT_TRUE(Eventually([&] { return call->late == 1; }));
    EXPECT_FALSE(arrivals.Remove(*call));
  }
}

TEST(ArrivalsTest, FromTheMiddleAndBothEnds) {
  Call first, second, third;
  Arrivals arrivals(absl::Milliseconds(200));
  for (Call* call : {&first, &second, &third}) arrivals.Add(*call);
  EXPECT_TRUE(arrivals.Remove(second));
  EXPECT_TRUE(arrivals.Remove(first));
  arrivals.Add(second);
  EXPECT_TRUE(arrivals.Remove(third));
  EXPECT_TRUE(Eventually([&] { return second.late == 1; }));
  EXPECT_EQ(first.late + third.late, 0);
}

TEST(ArrivalsTest, EachCallIsEitherTakenOrLate) {
  constexpr int kThreads = 4;
  constexpr int kCalls = 2000;
  std::atomic<int> taken{0};
  std::vector<std::unique_ptr<Call>> calls;
  for (int i = 0; i < kThreads * kCalls; ++i) {
    calls.push_back(std::make_unique<Call>());
  }
  {
    Arrivals arrivals(absl::Milliseconds(1));
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kCalls; ++i) {
          Call& call = *calls[static_cast<size_t>(t * kCalls + i)];
          arrivals.Add(call);
          if (i % 50 == 0) absl::SleepFor(absl::Milliseconds(1));
          if (arrivals.Remove(call)) ++taken;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  int late = 0;
  for (const auto& call : calls) late += call->late;
  EXPECT_EQ(late + taken, kThreads * kCalls);
}

}  // namespace
}  // namespace modelservice
