#include "modelservice/base/executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "modelservice/base/base_test_support.h"

namespace modelservice {
namespace {

using ::testing::HasSubstr;

Executor::Task Always(absl::AnyInvocable<void()> work) {
  return [work = std::move(work)](const absl::Status& admitted) mutable {
    ASSERT_TRUE(admitted.ok()) << admitted;
    work();
  };
}

TEST(ExecutorTest, RunsEverythingBeforeItEnds) {
  std::atomic<int> done{0};
  Executor executor({3, 1000, 10});
  for (int i = 0; i < 1000; ++i) {
    executor.Post("test", nullptr, Always([&done] { ++done; }));
  }
  EXPECT_TRUE(executor.Drain(kNever));
  EXPECT_EQ(done, 1000);
}

TEST(ExecutorTest, ThatIsNeverUsedEnds) { Executor executor; }

TEST(ExecutorTest, AllThreadsBlockAtOnceAndNoMore) {
  TestGate gate;
  std::atomic<int> later{0};
  Executor executor({4, 1000, 10});
  for (int i = 0; i < 4; ++i) {
    executor.Post("test", nullptr, Always([&gate] { gate.Pass(); }));
  }
  // Comes back only when four threads run at the same time.
  gate.AwaitWaiting(4);
  for (int i = 0; i < 10; ++i) {
    executor.Post("test", nullptr, Always([&gate, &later] {
                    gate.Pass();
                    ++later;
                  }));
  }
  EXPECT_EQ(gate.waiting(), 4);
  EXPECT_EQ(later, 0);
  gate.Open();
  EXPECT_TRUE(executor.Drain(kNever));
  EXPECT_EQ(later, 10);
}

TEST(ExecutorTest, SleepingThreadsAllComeToWorkThatBlocks) {
  Executor executor({4, 1000, 10});
  for (int round = 0; round < 1000; ++round) {
    auto gate = std::make_shared<TestGate>();
    for (int i = 0; i < 4; ++i) {
      executor.Post("test", nullptr, Always([gate] { gate->Pass(); }));
    }
    // Hangs when one of them sleeps on.
    gate->AwaitWaiting(4);
    gate->Open();
  }
}

TEST(ExecutorTest, OneThreadKeepsTheOrder) {
  std::vector<int> order;
  Executor executor({1, 1000, 10});
  for (int i = 0; i < 100; ++i) {
    executor.Post("test", nullptr, Always([&order, i] { order.push_back(i); }));
  }
  EXPECT_TRUE(executor.Drain(kNever));
  ASSERT_EQ(order.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(order[static_cast<size_t>(i)], i);
}

TEST(ExecutorTest, WhatGoesOnComesBeforeWhatIsNew) {
  std::vector<int> order;
  TestGate gate;
  Executor executor({1, 1000, 10});
  executor.Post("test", nullptr, Always([&gate] { gate.Pass(); }));
  gate.AwaitWaiting(1);
  executor.Post("test", nullptr, Always([&order] { order.push_back(2); }));
  executor.Continue([&order] { order.push_back(1); });
  gate.Open();
  EXPECT_TRUE(executor.Drain(kNever));
  EXPECT_THAT(order, testing::ElementsAre(1, 2));
}

TEST(ExecutorTest, InATaskWhatGoesOnRunsAtOnce) {
  Executor executor({1, 1000, 10});
  bool went_on = false;
  TestGate done;
  executor.Post("test", nullptr, Always([&] {
                  EXPECT_TRUE(Executor::InTask());
                  executor.Continue([&went_on] { went_on = true; });
                  EXPECT_TRUE(went_on);
                  done.Open();
                }));
  done.Pass();
  EXPECT_FALSE(Executor::InTask());
}

TEST(ExecutorTest, InATaskWhatGoesOnApartRunsLater) {
  TestGate gate;
  std::atomic<bool> ran{false};
  Executor executor({2, 1000, 10});
  executor.Post(
      "test", nullptr, Always([&] {
        // Though another thread is free, it is not run in here.
        executor.ContinueApart([&, caller = std::this_thread::get_id()] {
          EXPECT_NE(std::this_thread::get_id(), caller);
          ran = true;
          gate.Open();
        });
        gate.Pass();
      }));
  EXPECT_TRUE(executor.Drain(kNever));
  EXPECT_TRUE(ran);
}

TEST(ExecutorTest, WorkIsDestroyedOnceItIsDone) {
  Executor executor({1, 1000, 10});
  auto held = std::make_shared<int>(0);
  std::weak_ptr<int> watched = held;
  executor.Post("test", nullptr,
                Always([held = std::move(held)] { (void)held; }));
  EXPECT_TRUE(executor.Drain(kNever));
  EXPECT_TRUE(watched.expired());
}

TEST(ExecutorTest, RefusesWhatTheQueueHasNoRoomFor) {
  TestGate gate;
  Executor executor({1, 2, 10});
  executor.Post("test", nullptr, Always([&gate] { gate.Pass(); }));
  gate.AwaitWaiting(1);
  for (int i = 0; i < 2; ++i) {
    executor.Post("test", nullptr, Always([] {}));
  }
  absl::Status refusal;
  executor.Post("method", nullptr,
                [&refusal](const absl::Status& status) { refusal = status; });
  EXPECT_EQ(refusal.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(refusal.message()), HasSubstr("max_queue"));
  EXPECT_THAT(std::string(refusal.message()), HasSubstr("method"));
  EXPECT_TRUE(refusal.GetPayload("type.googleapis.com/google.rpc.RetryInfo")
                  .has_value());
  // What has waited elsewhere has room, and what goes on has always.
  std::atomic<bool> waited{false};
  Executor::Task task = Always([&waited] { waited = true; });
  EXPECT_TRUE(executor.TryPostWaited(nullptr, task).ok());
  std::atomic<bool> went_on{false};
  executor.Continue([&went_on] { went_on = true; });
  gate.Open();
  EXPECT_TRUE(executor.Drain(kNever));
  EXPECT_TRUE(went_on);
  EXPECT_TRUE(waited);
}

TEST(ExecutorTest, LooksAtLimitsWhenATaskIsTaken) {
  TestGate gate;
  Executor executor({1, 1000, 10});
  executor.Post("test", nullptr, Always([&gate] { gate.Pass(); }));
  gate.AwaitWaiting(1);
  TestLimits too_late(After(absl::Milliseconds(1)));
  TestLimits gone;
  absl::Status late_status, gone_status;
  executor.Post("test", &too_late,
                [&](const absl::Status& status) { late_status = status; });
  executor.Post("test", &gone,
                [&](const absl::Status& status) { gone_status = status; });
  gone.Cancel();
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  gate.Open();
  EXPECT_TRUE(executor.Drain(kNever));
  EXPECT_EQ(late_status.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(gone_status.code(), absl::StatusCode::kCancelled);
}

TEST(ExecutorTest, IdleTasksDoNotKeepOthersFromRunning) {
  TestGate idle;
  Executor executor({2, 1000, 100});
  for (int i = 0; i < 16; ++i) {
    executor.Post("stream", nullptr, Always([&idle] {
                    const Executor::Idle scope;
                    idle.Pass();
                  }));
  }
  idle.AwaitWaiting(16);
  TestGate done;
  executor.Post("method", nullptr, Always([&done] { done.Open(); }));
  done.Pass();
  idle.Open();
}

TEST(ExecutorTest, NoMoreThreadsThanAllowed) {
  TestGate idle;
  Executor executor({2, 1000, 4});
  for (int i = 0; i < 10; ++i) {
    executor.Post("stream", nullptr, Always([&idle] {
                    const Executor::Idle scope;
                    idle.Pass();
                  }));
  }
  idle.AwaitWaiting(4);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(idle.waiting(), 4);
  idle.Open();
  EXPECT_TRUE(executor.Drain(kNever));
  EXPECT_EQ(idle.waiting(), 10);
}

TEST(ExecutorTest, ClosedItRefusesWhatWaitsAndWhatComes) {
  TestGate gate;
  Executor executor({1, 1000, 10});
  executor.Post("test", nullptr, Always([&gate] { gate.Pass(); }));
  gate.AwaitWaiting(1);
  absl::Status queued, late;
  executor.Post("test", nullptr,
                [&](const absl::Status& status) { queued = status; });
  executor.Close();
  EXPECT_EQ(queued.code(), absl::StatusCode::kUnavailable);
  executor.Post("test", nullptr,
                [&](const absl::Status& status) { late = status; });
  EXPECT_EQ(late.code(), absl::StatusCode::kUnavailable);
  Executor::Task waited = Always([] {});
  EXPECT_EQ(executor.TryPostWaited(nullptr, waited).code(),
            absl::StatusCode::kUnavailable);
  // What was begun is finished.
  std::atomic<bool> went_on{false};
  executor.Continue([&went_on] { went_on = true; });
  EXPECT_FALSE(executor.Drain(After(absl::Milliseconds(20))));
  gate.Open();
  EXPECT_TRUE(executor.Drain(kNever));
  EXPECT_TRUE(went_on);
}

TEST(ExecutorTest, ManyThreadsPostAndIdle) {
  std::atomic<int> done{0};
  {
    Executor executor({3, 100000, 64});
    std::vector<std::thread> posters;
    for (int t = 0; t < 4; ++t) {
      posters.emplace_back([&] {
        for (int i = 0; i < 2000; ++i) {
          executor.Post("test", nullptr, Always([&done, i] {
                          if (i % 7 == 0) {
                            const Executor::Idle scope;
                            std::this_thread::yield();
                          }
                          ++done;
                        }));
          if (i % 5 == 0) executor.Continue([&done] { ++done; });
        }
      });
    }
    for (std::thread& poster : posters) poster.join();
    EXPECT_TRUE(executor.Drain(kNever));
  }
  EXPECT_EQ(done, 4 * 2400);
}

}  // namespace
}  // namespace modelservice
