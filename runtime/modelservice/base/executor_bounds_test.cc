// What is done when the system has no more of something: threads, room.
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <memory>
#include <vector>

#include "modelservice/base/base_test_support.h"
#include "modelservice/base/executor.h"
#include "modelservice/base/log_queue.h"
#include "modelservice/base/thread.h"

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
// How many more there are for them.
std::atomic<int> threads_left{1 << 30};

}  // namespace

#ifndef MODELSERVICE_SANITIZED
// In place of the C library's, for all of this program.
extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* options,
                              void* (*run)(void*), void* argument) noexcept {
  if (no_threads) return EAGAIN;
  if (threads_left.fetch_sub(1) <= 0) {
    ++threads_left;
    return EAGAIN;
  }
  using Create =
      int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  static const auto create =
      reinterpret_cast<Create>(dlsym(RTLD_NEXT, "pthread_create"));
  return create(thread, options, run, argument);
}
#endif

namespace modelservice {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class ExecutorBoundsTest : public testing::Test {
 protected:
  ~ExecutorBoundsTest() override {
    no_threads = false;
    threads_left = 1 << 30;
  }
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

TEST_F(ExecutorBoundsTest, WhatWaitsForThreadsThatWaitForClientsIsRefused) {
#ifdef MODELSERVICE_SANITIZED
  GTEST_SKIP() << "sanitizers make the threads";
#endif
  TestGate busy;
  TestGate client;
  Executor executor({4, 1000, 10});
  executor.Post("test", nullptr, [&](const absl::Status&) {
    busy.Pass();
    const Executor::Idle for_a_client;
    client.Pass();
  });
  busy.AwaitWaiting(1);
  no_threads = true;
  std::vector<absl::Status> answers;
  bool continued = false;
  const auto post = [&] {
    executor.Post("test", nullptr,
                  [&](const absl::Status& s) { answers.push_back(s); });
  };
  // The thread may come for it yet.
  post();
  executor.ContinueApart([&] { continued = true; });
  EXPECT_TRUE(answers.empty());
  EXPECT_FALSE(continued);
  busy.Open();
  client.AwaitWaiting(1);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_TRUE(continued);
  post();
  ASSERT_EQ(answers.size(), 2u);
  for (const absl::Status& answer : answers) {
    EXPECT_EQ(answer.code(), absl::StatusCode::kResourceExhausted) << answer;
  }
  client.Open();
  EXPECT_TRUE(executor.Drain(kNever));
}

TEST_F(ExecutorBoundsTest, SpareThreadsAreLeftToOthers) {
#ifdef MODELSERVICE_SANITIZED
  GTEST_SKIP() << "sanitizers make the threads";
#endif
  TestGate gate;
  Executor::Options options{32, 1000, 100};
  options.spare_threads = 10;
  Executor executor(options);
  // The first it has all the same. To look for the others takes those that
  // there are, and gives them back: here they are none any more.
  threads_left = 3;
  for (int i = 0; i < 10; ++i) {
    executor.Post("test", nullptr, [&](const absl::Status&) { gate.Pass(); });
  }
  gate.AwaitWaiting(1);
  EXPECT_EQ(gate.waiting(), 1);
  threads_left = 1 << 30;
  gate.Open();
  EXPECT_TRUE(executor.Drain(kNever));
  EXPECT_EQ(gate.waiting(), 10);
}

TEST_F(ExecutorBoundsTest, AThreadThatIsNotToBeHadIsAStatusInWords) {
#ifdef MODELSERVICE_SANITIZED
  GTEST_SKIP() << "sanitizers make the threads";
#endif
  no_threads = true;
  Thread thread("the writer", [] {});
  EXPECT_FALSE(thread.joinable());
  thread.Join();
  const absl::Status detached = Thread::Detach("the writer", [] {});
  for (const absl::Status& status : {thread.status(), detached}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_THAT(std::string(status.message()),
                AllOf(HasSubstr("the writer"), HasSubstr("ulimit -u")));
  }
  const absl::Status some = CheckThreads(7);
  EXPECT_EQ(some.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(some.message()),
              AllOf(HasSubstr("0 more threads"), HasSubstr("needs 7")));
}

TEST_F(ExecutorBoundsTest, TheLogIsWrittenByWhoWaitsForIt) {
#ifdef MODELSERVICE_SANITIZED
  GTEST_SKIP() << "sanitizers make the threads";
#endif
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  no_threads = true;
  {
    LogQueue log(ends[1]);
    log.Add(Severity::kError, "first");
    EXPECT_TRUE(log.Flush(absl::Seconds(30)));
    log.Add(Severity::kError, "second");
  }
  close(ends[1]);
  char text[1000] = "";
  size_t size = 0;
  while (const ssize_t got = read(ends[0], text + size, 999 - size)) {
    ASSERT_GT(got, 0);
    size += static_cast<size_t>(got);
  }
  close(ends[0]);
  EXPECT_THAT(text, AllOf(HasSubstr("first\n"), HasSubstr("second\n")));
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
