#include "modelservice/base/task_group.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

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
  group.Drain();
}

// The executor may be full of other tasks when their turn comes.
TEST(TaskGroupTest, WhatWaitsIsNotRefusedForWantOfRoom) {
  Executor executor({1, 1, 10});
  TaskGroup group(executor, "read", {1, 1000, "max_queue"});
  TestGate gate;
  std::atomic<int> ran{0};
  for (int i = 0; i < 5; ++i) {
    group.Post(nullptr, [&](const absl::Status& admitted) {
      EXPECT_TRUE(admitted.ok()) << admitted;
      gate.Pass();
      ++ran;
    });
  }
  gate.AwaitWaiting(1);
  executor.Post("method", nullptr, [](const absl::Status&) {});
  absl::Status refusal;
  executor.Post("method", nullptr,
                [&](const absl::Status& status) { refusal = status; });
  EXPECT_EQ(refusal.code(), absl::StatusCode::kResourceExhausted);
  gate.Open();
  group.Drain();
  EXPECT_EQ(ran, 5);
}

TEST(TaskGroupTest, OneThatLeftMayWaitForAnother) {
  Executor executor({4, 1000, 10});
  TaskGroup group(executor, "write", {1, 1000, "max_queue"});
  TestGate ended;
  std::atomic<int> running{0}, most{0};
  const auto enter = [&] {
    const int now = ++running;
    if (most < now) most = now;
  };
  group.Post(nullptr, [&](const absl::Status&) {
    enter();
    group.Post(nullptr, [&](const absl::Status&) {
      enter();
      --running;
      ended.Open();
    });
    group.Leave();
    group.Leave();  // one place is left once
    ended.Pass();
    --running;
  });
  ended.Pass();
  group.Drain();
  EXPECT_EQ(most, 2);
  // And the group is as it was.
  most = 0;
  for (int i = 0; i < 100; ++i) {
    group.Post(nullptr, [&](const absl::Status&) {
      enter();
      --running;
    });
  }
  group.Drain();
  EXPECT_EQ(most, 1);
}

TEST(TaskGroupTest, OnlyATaskOfTheGroupLeavesIt) {
  Executor executor({4, 1000, 10});
  TaskGroup group(executor, "write", {1, 1000, "max_queue"});
  TaskGroup other(executor, "read", {1, 1000, "max_queue"});
  TestGate gate;
  for (int i = 0; i < 2; ++i) {
    group.Post(nullptr, [&](const absl::Status&) {
      other.Leave();
      gate.Pass();
    });
  }
  gate.AwaitWaiting(1);
  group.Leave();
  TestGate left;
  other.Post(nullptr, [&](const absl::Status&) {
    group.Leave();
    left.Open();
  });
  left.Pass();
  executor.Post("method", nullptr, [&](const absl::Status&) { group.Leave(); });
  other.Drain();
  EXPECT_EQ(gate.waiting(), 1);
  gate.Open();
  group.Drain();
  EXPECT_EQ(gate.waiting(), 2);
}

TEST(TaskGroupTest, DrainWaitsForThoseThatLeft) {
  Executor executor({4, 1000, 10});
  std::atomic<bool> ended{false};
  TestGate gate;
  std::thread opener;
  {
    TaskGroup group(executor, "write", {1, 1000, "max_queue"});
    group.Post(nullptr, [&](const absl::Status&) {
      group.Leave();
      gate.Pass();
      ended = true;
    });
    gate.AwaitWaiting(1);
    opener = std::thread([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      gate.Open();
    });
  }
  EXPECT_TRUE(ended);
  opener.join();
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
