// What the executor does when there is no more of something.
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <memory>
#include <vector>

#include "modelservice/base/base_test_support.h"
#include "modelservice/base/executor.h"

// Sanitizers have a pthread_create of their own.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define MODELSERVICE_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define MODELSERVICE_SANITIZED 1
#endif
#endif

namespace {

std::atomic<bool> no_threads{false};

}  // namespace

#ifndef MODELSERVICE_SANITIZED
// In place of the C library's, for all of this program.
extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* options,
                              void* (*run)(void*), void* argument) noexcept {
  if (no_threads) return EAGAIN;
  using Create =
      int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  static const auto create =
      reinterpret_cast<Create>(dlsym(RTLD_NEXT, "pthread_create"));
  return create(thread, options, run, argument);
}
#endif

namespace modelservice {
namespace {

class ExecutorBoundsTest : public testing::Test {
 protected:
  ~ExecutorBoundsTest() override { no_threads = false; }
};

TEST_F(ExecutorBoundsTest, WithoutAThreadATaskIsRefused) {
#ifdef MODELSERVICE_SANITIZED
  GTEST_SKIP() << "sanitizers make the threads";
#endif
  Executor executor({4, 1000, 10});
  no_threads = true;
  std::vector<absl::Status> answers;
  for (int i = 0; i < 3; ++i) {
    executor.Post("test", nullptr,
                  [&](const absl::Status& s) { answers.push_back(s); });
  }
  ASSERT_EQ(answers.size(), 3u);
  for (const absl::Status& answer : answers) {
    EXPECT_EQ(answer.code(), absl::StatusCode::kResourceExhausted) << answer;
  }
  // What was begun goes on all the same.
  bool continued = false;
  executor.Continue([&] { continued = true; });
  EXPECT_TRUE(continued);
  // And all is well when there are threads again.
  no_threads = false;
  std::atomic<bool> ran{false};
  executor.Post("test", nullptr, [&](const absl::Status& s) { ran = s.ok(); });
  EXPECT_TRUE(executor.Drain(kNever));
  EXPECT_TRUE(ran);
}

TEST_F(ExecutorBoundsTest, TheThreadsThatThereAreDoTheWork) {
#ifdef MODELSERVICE_SANITIZED
  GTEST_SKIP() << "sanitizers make the threads";
#endif
  TestGate gate;
  std::atomic<int> done{0};
  Executor executor({4, 1000, 10});
  executor.Post("test", nullptr, [&](const absl::Status&) { gate.Pass(); });
  gate.AwaitWaiting(1);
  no_threads = true;
  for (int i = 0; i < 100; ++i) {
    executor.Post("test", nullptr, [&](const absl::Status& admitted) {
      if (admitted.ok()) ++done;
    });
  }
  EXPECT_EQ(done, 0);
  gate.Open();
  EXPECT_TRUE(executor.Drain(kNever));
  EXPECT_EQ(done, 100);
}

TEST_F(ExecutorBoundsTest, TasksWhoseCallsEndedTakeNobodysPlace) {
  TestGate gate;
  Executor executor({1, 10, 10});
  executor.Post("test", nullptr, [&](const absl::Status&) { gate.Pass(); });
  gate.AwaitWaiting(1);
  std::vector<std::unique_ptr<TestLimits>> calls;
  std::atomic<int> cancelled{0};
  for (int i = 0; i < 10; ++i) {
    calls.push_back(std::make_unique<TestLimits>());
    executor.Post("test", calls.back().get(), [&](const absl::Status& s) {
      if (s.code() == absl::StatusCode::kCancelled) ++cancelled;
    });
  }
  absl::Status refused;
  executor.Post("test", nullptr, [&](const absl::Status& s) { refused = s; });
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  for (const auto& call : calls) call->Cancel();
  // Soon, for it does not look all the time.
  const SteadyTime end = After(absl::Seconds(30));
  while (cancelled < 10 && SteadyNow() < end) executor.DropEnded();
  EXPECT_EQ(cancelled, 10);
  std::atomic<bool> ran{false};
  executor.Post("test", nullptr, [&](const absl::Status& s) { ran = s.ok(); });
  gate.Open();
  EXPECT_TRUE(executor.Drain(kNever));
  EXPECT_TRUE(ran);
}

}  // namespace
}  // namespace modelservice
