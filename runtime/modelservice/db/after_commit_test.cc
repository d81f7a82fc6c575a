#include "modelservice/db/after_commit.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "absl/synchronization/notification.h"

namespace modelservice {
namespace {

// Nothing is left out: who brings more than may wait runs it.
TEST(AfterCommit, RunsHereWhatHasNoRoom) {
  Executor executor;
  AfterCommit after(executor, {/*most_running=*/1, /*most_waiting=*/1});
  const std::thread::id here = std::this_thread::get_id();
  absl::Notification begun;
  absl::Notification go_on;
  std::atomic<int> elsewhere = 0;
  const auto count = [&] {
    if (std::this_thread::get_id() != here) ++elsewhere;
  };
  after.Run([&] {
    begun.Notify();
    go_on.WaitForNotification();
    count();
  });
  begun.WaitForNotification();
  after.Run(count);
  bool ran = false;
  after.Run([&] { ran = std::this_thread::get_id() == here; });
  EXPECT_TRUE(ran);
  EXPECT_EQ(elsewhere, 0);
  go_on.Notify();
  after.Drain();
  EXPECT_EQ(elsewhere, 2);
}

// A server's executor is closed before its database is.
TEST(AfterCommit, RunsWhenTheExecutorIsClosed) {
  Executor executor;
  AfterCommit after(executor, {/*most_running=*/2, /*most_waiting=*/1});
  executor.Close();
  bool ran = false;
  after.Run([&] { ran = true; });
  after.Drain();
  EXPECT_TRUE(ran);
}

}  // namespace
}  // namespace modelservice
