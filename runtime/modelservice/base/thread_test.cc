// What becomes of a thread that the system does not give is tested in
// executor_bounds_test.cc, which can make it so, and in tests/adversary.
#include "modelservice/base/thread.h"

#include <gtest/gtest.h>

#include <future>

#include "modelservice/base/base_test_support.h"

namespace modelservice {
namespace {

TEST(ThreadTest, RunsItsBody) {
  bool ran = false;
  Thread thread("a test", [&] { ran = true; });
  ASSERT_TRUE(thread.status().ok());
  EXPECT_TRUE(thread.joinable());
  thread.Join();
  EXPECT_TRUE(ran);
  EXPECT_FALSE(thread.joinable());
  thread.Join();
}

TEST(ThreadTest, MovesAndMayBeNone) {
  std::promise<void> go;
  Thread thread;
  EXPECT_TRUE(thread.status().ok());
  EXPECT_FALSE(thread.joinable());
  thread.Join();
  thread = Thread("a test", [end = go.get_future()] { end.wait(); });
  Thread moved = std::move(thread);
  go.set_value();
  moved.Join();
}

TEST(ThreadTest, Detached) {
  std::promise<void> ran;
  EXPECT_TRUE(Thread::Detach("a test", [&] { ran.set_value(); }).ok());
  ran.get_future().wait();
}

TEST(ThreadTest, SomeCanBeHad) {
  EXPECT_TRUE(CheckThreads(0).ok());
  EXPECT_TRUE(CheckThreads(20).ok());
}

}  // namespace
}  // namespace modelservice
