#include "modelservice/log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/base/log_queue.h"
#include "modelservice/base/log_repeats.h"
#include "modelservice/base/log_test_support.h"

namespace modelservice {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::SizeIs;

TEST(LogQueueTest, LinesInOrder) {
  Pipe pipe;
  {
    LogQueue queue(pipe.writer());
    queue.Add(Severity::kInfo, "one\nand\rmore");
    queue.Add(Severity::kWarning, "two");
    queue.Add(Severity::kError, "");
    EXPECT_TRUE(queue.Flush(kPatience));
    EXPECT_TRUE(queue.empty());
  }
  pipe.CloseWriter();
  const std::vector<std::string> lines = pipe.ReadLines();
  ASSERT_THAT(lines, SizeIs(3));
  EXPECT_THAT(lines[0], MatchesRegex("....-..-..T..:..:..\\.......Z INFO one "
                                     "and more"));
  EXPECT_THAT(lines[1], ContainsRegex("Z WARNING two$"));
  EXPECT_THAT(lines[2], ContainsRegex("Z ERROR $"));
}

// Whoever logs goes on, whatever the reader does.
TEST(LogQueueTest, APipeThatNobodyReadsStopsNobody) {
  Pipe pipe;
  std::vector<std::string> lines;
  Measures numbers;
  constexpr int kLines = 5000;
  {
    LogQueue queue(pipe.writer(), /*max_bytes=*/16 << 10);
    for (int i = 0; i < kLines; ++i) {
      queue.Add(Severity::kInfo, absl::StrCat("line ", i, " of many"));
    }
    EXPECT_FALSE(queue.Flush(absl::Milliseconds(20)));
    EXPECT_FALSE(queue.empty());
    std::thread reader([&] { lines = pipe.ReadLines(); });
    EXPECT_TRUE(queue.Flush(kPatience));
    queue.Report(numbers);
    pipe.CloseWriter();
    reader.join();
  }
  // What was not dropped, in order, and how many were.
  int64_t dropped = 0;
  int written = 0;
  for (const std::string& line : lines) {
    const size_t text = line.find("WARNING ");
    if (text == std::string::npos) {
      EXPECT_THAT(line, HasSubstr("line "));
      ++written;
      continue;
    }
    EXPECT_THAT(line, HasSubstr(" lines of the log were dropped"));
    dropped += std::atoll(line.c_str() + text + 8);
  }
  EXPECT_GT(dropped, 0);
  EXPECT_EQ(written + dropped, kLines);
  EXPECT_EQ(
      numbers.ValueOf("modelservice_queue_refused_total", {{"queue", "log"}}),
      static_cast<double>(dropped));
  EXPECT_THAT(lines[0], HasSubstr("line 0 of many"));
}

TEST(LogQueueTest, AReaderThatIsGoneEndsNothing) {
  Pipe pipe;
  pipe.CloseReader();
  LogQueue queue(pipe.writer());
  queue.Add(Severity::kError, "for nobody");
  EXPECT_TRUE(queue.Flush(kPatience));
}

// The pipe belongs to others, too, who may have made it one that never waits.
TEST(LogQueueTest, APipeThatDoesNotWait) {
  Pipe pipe;
  EXPECT_EQ(fcntl(pipe.writer(), F_SETFL, O_NONBLOCK), 0);
  std::vector<std::string> lines;
  LogQueue queue(pipe.writer());
  for (int i = 0; i < 1000; ++i) queue.Add(Severity::kInfo, "text");
  std::thread reader([&] { lines = pipe.ReadLines(); });
  EXPECT_TRUE(queue.Flush(kPatience));
  pipe.CloseWriter();
  reader.join();
  EXPECT_THAT(lines, SizeIs(1000));
}

TEST(LogQueueTest, ManyThreads) {
  Pipe pipe;
  std::vector<std::string> lines;
  std::thread reader([&] { lines = pipe.ReadLines(); });
  {
    LogQueue queue(pipe.writer());
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int j = 0; j < 500; ++j) queue.Add(Severity::kInfo, "text");
        queue.Flush(kPatience);
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  pipe.CloseWriter();
  reader.join();
  EXPECT_THAT(lines, SizeIs(2000));
}

TEST(LogQueueTest, AHugeLineIsCut) {
  Pipe pipe;
  std::vector<std::string> lines;
  std::thread reader([&] { lines = pipe.ReadLines(); });
  {
    LogQueue queue(pipe.writer());
    queue.Add(Severity::kInfo, std::string(1 << 20, 'x'));
  }
  pipe.CloseWriter();
  reader.join();
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_LT(lines[0].size(), 20000u);
  EXPECT_THAT(lines[0], testing::EndsWith("x..."));
}

TEST(LogQueueTest, RepeatsAreCounted) {
  Pipe pipe;
  std::vector<std::string> lines;
  std::thread reader([&] { lines = pipe.ReadLines(); });
  {
    LogQueue queue(pipe.writer());
    for (int i = 0; i < 1000; ++i) {
      queue.Add(Severity::kError,
                absl::StrCat("/shop/Get failed, error id a", i, "f: text ", i));
    }
    queue.Add(Severity::kError, "something else");
  }
  pipe.CloseWriter();
  reader.join();
  ASSERT_THAT(lines, SizeIs(102));
  EXPECT_THAT(lines[99], HasSubstr("error id a99f: text 99"));
  EXPECT_THAT(lines[100], HasSubstr("something else"));
  EXPECT_THAT(lines[101], AllOf(HasSubstr("ERROR 900 more lines like this were "
                                          "left out: /shop/Get failed"),
                                HasSubstr("a999f: text 999")));
}

TEST(LogRepeatsTest, AKindHasAHundredInTenSeconds) {
  LogRepeats repeats;
  SteadyTime now = SteadyNow();
  const auto admitted = [&](Severity severity, int lines) {
    int count = 0;
    for (int i = 0; i < lines; ++i) {
      count += repeats.Admit(severity, "a: b", now);
    }
    return count;
  };
  EXPECT_EQ(repeats.next_due(), kNever);
  EXPECT_EQ(admitted(Severity::kError, 150), 100);
  EXPECT_EQ(admitted(Severity::kWarning, 150), 100);
  EXPECT_EQ(admitted(Severity::kInfo, 150), 150);
  const SteadyTime due = repeats.next_due();
  EXPECT_EQ(due, After(absl::Seconds(10), now));
  EXPECT_THAT(repeats.Take(now), IsEmpty());
  const std::vector<LogRepeats::Summary> summaries = repeats.Take(due);
  ASSERT_THAT(summaries, SizeIs(2));
  EXPECT_EQ(summaries[0].severity, Severity::kWarning);
  EXPECT_EQ(summaries[0].lines, 50);
  EXPECT_EQ(summaries[0].last, "a: b");
  EXPECT_EQ(repeats.next_due(), kNever);
  EXPECT_THAT(repeats.TakeAll(), IsEmpty());
  now = due;
  EXPECT_EQ(admitted(Severity::kError, 150), 100);
}

TEST(LogRepeatsTest, ItRemembersABoundedNumberOfKinds) {
  LogRepeats repeats;
  const SteadyTime now = SteadyNow();
  // Words without digits, so that none is like another.
  for (int i = 0; i < 100000; ++i) {
    std::string word;
    for (int rest = i + 1; rest > 0; rest /= 26) {
      word.push_back(static_cast<char>('a' + rest % 26));
    }
    repeats.Admit(Severity::kError, word, now);
  }
  int64_t left_out = 0;
  for (const LogRepeats::Summary& summary : repeats.TakeAll()) {
    left_out += summary.lines;
  }
  EXPECT_GT(left_out, 99000);
  // The time of the others is over.
  EXPECT_TRUE(repeats.Admit(Severity::kError, "new", After(kPatience, now)));
}

// The process that ends writes what it has.
TEST(LogDeathTest, TheEndWritesWhatIsQueued) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(
      {
        Log(Severity::kError, "the last words");
        std::exit(3);
      },
      testing::ExitedWithCode(3), "the last words");
  EXPECT_EXIT(
      {
        FlushLogBeforeCrash();
        Log(Severity::kError, "the last words");
        std::abort();
      },
      testing::KilledBySignal(SIGABRT), "the last words");
}

}  // namespace
}  // namespace modelservice
