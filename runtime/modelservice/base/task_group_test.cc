#include "modelservice/base/task_group.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "modelservice/base/base_test_support.h"

namespace modelservice {
namespace {

using ::testing::HasSubstr;

TEST(TaskGroupTest, OnlySomeRunAtATime) {
  Executor executor({8, 1000, 10});
  TaskGroup group(executor, "password", {2, 1000, "max_queue"});
  std::atomic<int> running{0}, most{0}, done{0};
  for (int i = 0; i < 200; ++i) {
    group.Post(nullptr, [&](const absl::Status& admitted) {
      ASSERT_TRUE(admitted.ok());
      const int now = ++running;
      int before = most;
      while (before < now && !most.compare_exchange_weak(before, now)) {
      }
      --running;
      ++done;
    });
  }
  group.Drain();
  EXPECT_EQ(done, 200);
  EXPECT_LE(most, 2);
}

TEST(TaskGroupTest, OthersGoOnWhileItIsFull) {
  Executor executor({4, 1000, 10});
  TaskGroup group(executor, "password", {2, 1000, "max_queue"});
  TestGate gate;
  for (int i = 0; i < 10; ++i) {
    group.Post(nullptr, [&](const absl::Status&) { gate.Pass(); });
  }
  gate.AwaitWaiting(2);
  TestGate other;
  executor.Post("method", nullptr, [&](const absl::Status&) { other.Open(); });
  other.Pass();
  EXPECT_EQ(gate.waiting(), 2);
  gate.Open();
  group.Drain();
  EXPECT_EQ(gate.waiting(), 10);
}

TEST(TaskGroupTest, RefusesWhatItHasNoRoomFor) {
  Executor executor({4, 1000, 10});
  TaskGroup group(executor, "passwords", {1, 1, "max_passwords"});
  TestGate gate;
  for (int i = 0; i < 2; ++i) {
    group.Post(nullptr, [&](const absl::Status&) { gate.Pass(); });
  }
  absl::Status refusal;
  group.Post(nullptr, [&](const absl::Status& status) { refusal = status; });
  EXPECT_EQ(refusal.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(refusal.message()), HasSubstr("max_passwords"));
  gate.Open();
}

TEST(TaskGroupTest, AllAreAnsweredWhenTheExecutorCloses) {
  std::atomic<int> ran{0}, refused{0};
  Executor executor({1, 10, 10});
  TaskGroup group(executor, "test", {1, 100000, "max_queue"});
  TestGate gate;
  for (int i = 0; i < 100000; ++i) {
    group.Post(nullptr, [&](const absl::Status& admitted) {
      if (!admitted.ok()) {
        ++refused;
      } else {
        gate.Pass();
        ++ran;
      }
    });
  }
  gate.AwaitWaiting(1);
  executor.Close();
  gate.Open();
  group.Drain();
  EXPECT_EQ(ran, 1);
  EXPECT_EQ(refused, 99999);
}

}  // namespace
}  // namespace modelservice
