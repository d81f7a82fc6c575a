#include "modelservice/base/span_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/base/mutex.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;

// What a sink was given, and when it may go on.
class SpanScript {
 public:
  void Add(const Span& span) {
    const MutexLock lock(mutex_);
    names_.push_back(span.name);
    changed_.NotifyAll();
    while (held_) changed_.Wait(mutex_);
  }
  std::vector<std::string> names() {
    const MutexLock lock(mutex_);
    return names_;
  }
  // It has been given so many.
  void Await(size_t count) {
    const MutexLock lock(mutex_);
    while (names_.size() < count) changed_.Wait(mutex_);
  }
  void Hold(bool held) {
    const MutexLock lock(mutex_);
    held_ = held;
    changed_.NotifyAll();
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  bool held_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::string> names_ ABSL_GUARDED_BY(mutex_);
};

class ScriptedSink final : public SpanSink {
 public:
  explicit ScriptedSink(std::shared_ptr<SpanScript> script)
      : script_(std::move(script)) {}
  // As one that exports what is left.
  ~ScriptedSink() override {
    Span last;
    last.name = "the end";
    script_->Add(last);
  }
  bool Begins(absl::string_view method) override {
    if (method == "throws") throw std::runtime_error("on purpose");
    return method == "/a/B";
  }
  void Add(const Span& span) override {
    script_->Add(span);
    if (span.name == "throws") throw std::runtime_error("on purpose");
  }

 private:
  const std::shared_ptr<SpanScript> script_;
};

class SpanQueueTest : public ::testing::Test {
 protected:
  std::unique_ptr<SpanQueue> Make(size_t most = SpanQueue::kMost) {
    return std::make_unique<SpanQueue>(std::make_unique<ScriptedSink>(script_),
                                       most);
  }
  static Span Named(const std::string& name) {
    Span span;
    span.name = name;
    return span;
  }
  static double ValueOf(const SpanQueue& queue, const char* name) {
    Measures measures;
    queue.Report(measures);
    return measures.ValueOf(absl::StrCat("modelservice_queue_", name),
                            {{"queue", "spans"}});
  }

  const std::shared_ptr<SpanScript> script_ = std::make_shared<SpanScript>();
};

TEST_F(SpanQueueTest, GivesThemInTheirOrder) {
  const auto queue = Make();
  EXPECT_TRUE(queue->Begins("/a/B"));
  EXPECT_FALSE(queue->Begins("/a/C"));
  EXPECT_FALSE(queue->Begins("throws"));
  std::vector<std::string> names;
  for (int i = 0; i < 2000; ++i) {
    names.push_back(absl::StrCat(i));
    queue->Add(Named(names.back()));
  }
  EXPECT_TRUE(queue->Flush(After(absl::Seconds(30))));
  EXPECT_EQ(script_->names(), names);
  EXPECT_EQ(ValueOf(*queue, "length"), 0);
  EXPECT_EQ(ValueOf(*queue, "refused_total"), 0);
}

// Without a Flush they come, too.
TEST_F(SpanQueueTest, GivesThemSoon) {
  const auto queue = Make();
  queue->Add(Named("one"));
  script_->Await(1);
  queue->Add(Named("two"));
  script_->Await(2);
}

TEST_F(SpanQueueTest, ASlowSinkKeepsNobody) {
  const auto queue = Make(/*most=*/3);
  script_->Hold(true);
  queue->Add(Named("0"));
  script_->Await(1);
  const absl::Time start = absl::Now();
  for (int i = 1; i < 10; ++i) queue->Add(Named(absl::StrCat(i)));
  EXPECT_LT(absl::Now() - start, absl::Seconds(5));
  EXPECT_EQ(ValueOf(*queue, "length"), 3);
  EXPECT_EQ(ValueOf(*queue, "limit"), 3);
  EXPECT_EQ(ValueOf(*queue, "refused_total"), 7);
  EXPECT_FALSE(queue->Flush(After(absl::Milliseconds(20))));
  script_->Hold(false);
  EXPECT_TRUE(queue->Stop(After(absl::Seconds(30))));
  EXPECT_THAT(script_->names(), ElementsAre("0", "1", "2", "the end"));
  EXPECT_FALSE(queue->Begins("/a/B"));
  // Who comes later is dropped, and keeps nobody either.
  queue->Add(Named("late"));
  EXPECT_EQ(ValueOf(*queue, "refused_total"), 8);
  EXPECT_TRUE(queue->Stop(After(absl::ZeroDuration())));
}

TEST_F(SpanQueueTest, ASinkThatThrowsGetsTheNext) {
  const auto queue = Make();
  queue->Add(Named("throws"));
  queue->Add(Named("one"));
  EXPECT_TRUE(queue->Stop(After(absl::Seconds(30))));
  EXPECT_THAT(script_->names(), ElementsAre("throws", "one", "the end"));
}

TEST_F(SpanQueueTest, ASinkThatHangsIsLeftBehind) {
  auto queue = Make();
  script_->Hold(true);
  queue->Add(Named("0"));
  queue->Add(Named("1"));
  script_->Await(1);
  const absl::Time start = absl::Now();
  EXPECT_FALSE(queue->Stop(After(absl::Milliseconds(50))));
  queue = nullptr;
  EXPECT_LT(absl::Now() - start, absl::Seconds(20));
  // It has what it uses.
  script_->Hold(false);
}

// An exporter may wait for its collector, for longer than a server may.
TEST_F(SpanQueueTest, ASinkThatEndsSlowlyIsLeftBehind) {
  auto queue = Make();
  queue->Add(Named("0"));
  EXPECT_TRUE(queue->Flush(After(absl::Seconds(30))));
  script_->Hold(true);
  const absl::Time start = absl::Now();
  EXPECT_FALSE(queue->Stop(After(absl::Milliseconds(50))));
  queue = nullptr;
  EXPECT_LT(absl::Now() - start, absl::Seconds(20));
  EXPECT_THAT(script_->names(), ElementsAre("0", "the end"));
  script_->Hold(false);
}

TEST_F(SpanQueueTest, ManyThreadsAdd) {
  const auto queue = Make();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) queue->Add(Named("x"));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(queue->Stop(After(absl::Seconds(30))));
  EXPECT_EQ(script_->names().size() +
                static_cast<size_t>(ValueOf(*queue, "refused_total")),
            2000u + 1);
}

}  // namespace
}  // namespace modelservice
