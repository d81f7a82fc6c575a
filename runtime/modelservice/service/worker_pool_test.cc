#include "modelservice/service/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

namespace modelservice {
namespace {

// Holds threads until it opens, and counts who came.
class Gate {
 public:
  void Pass() {
    std::unique_lock<std::mutex> lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void AwaitWaiting(int count) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ >= count; });
  }
  void Open() {
    std::lock_guard<std::mutex> lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  int waiting() {
    std::lock_guard<std::mutex> lock(mutex_);
    return waiting_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

TEST(WorkerPoolTest, RunsEverythingBeforeItEnds) {
  std::atomic<int> done{0};
  {
    WorkerPool pool(3);
    for (int i = 0; i < 1000; ++i) {
      pool.Post([&done] { ++done; });
    }
  }
  EXPECT_EQ(done, 1000);
}

TEST(WorkerPoolTest, ThatIsNeverUsedEnds) { WorkerPool pool(16); }

TEST(WorkerPoolTest, AllThreadsBlockAtOnceAndNoMore) {
  Gate gate;
  std::atomic<int> later{0};
  {
    WorkerPool pool(4);
    for (int i = 0; i < 4; ++i) {
      pool.Post([&gate] { gate.Pass(); });
    }
    // Comes back only when four threads run at the same time.
    gate.AwaitWaiting(4);
    for (int i = 0; i < 10; ++i) {
      pool.Post([&gate, &later] {
        gate.Pass();
        ++later;
      });
    }
    EXPECT_EQ(gate.waiting(), 4);
    EXPECT_EQ(later, 0);
    gate.Open();
  }
  EXPECT_EQ(later, 10);
}

TEST(WorkerPoolTest, IdleThreadsAllComeToWorkThatBlocks) {
  WorkerPool pool(4);
  for (int round = 0; round < 1000; ++round) {
    auto gate = std::make_shared<Gate>();
    for (int i = 0; i < 4; ++i) {
      pool.Post([gate] { gate->Pass(); });
    }
    // Hangs when one of them sleeps on.
    gate->AwaitWaiting(4);
    gate->Open();
  }
}

TEST(WorkerPoolTest, OneThreadKeepsTheOrder) {
  std::vector<int> order;
  {
    WorkerPool pool(1);
    for (int i = 0; i < 100; ++i) {
      pool.Post([&order, i] { order.push_back(i); });
    }
  }
  ASSERT_EQ(order.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(order[static_cast<size_t>(i)], i);
}

TEST(WorkerPoolTest, WorkMayPostWork) {
  std::atomic<int> done{0};
  Gate gate;
  WorkerPool pool(1);
  pool.Post([&] {
    pool.Post([&] {
      ++done;
      gate.Pass();
    });
    ++done;
  });
  gate.AwaitWaiting(1);
  EXPECT_EQ(done, 2);
  gate.Open();
}

TEST(WorkerPoolTest, WorkIsDestroyedOnceItIsDone) {
  WorkerPool pool(1);
  auto held = std::make_shared<int>(0);
  std::weak_ptr<int> watched = held;
  Gate gate;
  pool.Post([held = std::move(held)] { (void)held; });
  // The same thread runs it after the first.
  pool.Post([&gate] { gate.Pass(); });
  gate.AwaitWaiting(1);
  EXPECT_TRUE(watched.expired());
  gate.Open();
}

}  // namespace
}  // namespace modelservice
