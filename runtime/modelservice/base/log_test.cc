#include "modelservice/log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "modelservice/base/log_queue.h"
#include "modelservice/base/log_repeats.h"

namespace modelservice {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::SizeIs;

constexpr absl::Duration kPatience = absl::Seconds(30);

// A pipe of the smallest size.
class Pipe {
 public:
  Pipe() {
    EXPECT_EQ(pipe2(ends_, O_CLOEXEC), 0);
    EXPECT_GT(fcntl(ends_[1], F_SETPIPE_SZ, 4096), 0);
  }
  ~Pipe() {
    CloseReader();
    CloseWriter();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int writer() const { return ends_[1]; }
  void CloseReader() { Close(&ends_[0]); }
  void CloseWriter() { Close(&ends_[1]); }

  // Until all writers are closed.
  std::vector<std::string> ReadLines() {
    std::string text;
    char bytes[4096];
    for (ssize_t size; (size = read(ends_[0], bytes, sizeof(bytes))) > 0;) {
      text.append(bytes, static_cast<size_t>(size));
    }
    std::vector<std::string> lines = absl::StrSplit(text, '\n');
    EXPECT_EQ(lines.back(), "");
    lines.pop_back();
    return lines;
  }

 private:
  static void Close(int* end) {
    if (*end >= 0) close(*end);
    *end = -1;
  }

  int ends_[2];
};

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

// What a sink was given, as "INFO text".
std::vector<std::string> NewTexts(std::vector<std::string>& texts) {
  return std::exchange(texts, {});
}

TEST(LogSinkTest, HasTheLinesThatComeWhileItIsSet) {
  Pipe pipe;
  std::vector<std::string> texts;
  {
    LogQueue queue(pipe.writer());
    queue.Add(Severity::kInfo, "before");
    queue.SetSink([&](const LogLine& line) {
      EXPECT_THAT(line.ToString(),
                  MatchesRegex("....-..-..T..:..:..\\.......Z [A-Z]+ .*"));
      EXPECT_LT(absl::Now() - line.time, absl::Minutes(1));
      texts.push_back(absl::StrCat(NameOf(line.severity), " ", line.text));
    });
    queue.Add(Severity::kInfo, "one\nand more");
    queue.Add(Severity::kError, "two");
    EXPECT_TRUE(queue.Flush(kPatience));
    EXPECT_THAT(NewTexts(texts), ElementsAre("INFO one and more", "ERROR two"));
    queue.Add(Severity::kWarning, "three");
    // It waits: no line is lost, and `texts` is nobody else's from here on.
    queue.SetSink(nullptr);
    EXPECT_THAT(NewTexts(texts), ElementsAre("WARNING three"));
    queue.Add(Severity::kInfo, "after");
  }
  pipe.CloseWriter();
  EXPECT_THAT(texts, IsEmpty());
  EXPECT_THAT(pipe.ReadLines(),
              ElementsAre(HasSubstr("INFO before"), HasSubstr("INFO after")));
}

TEST(LogSinkTest, TheNextOneHasTheNextLines) {
  Pipe pipe;
  std::vector<std::string> first, second;
  LogQueue queue(pipe.writer());
  queue.SetSink([&](const LogLine& l) { first.emplace_back(l.text); });
  queue.Add(Severity::kInfo, "1");
  queue.SetSink([&](const LogLine& l) { second.emplace_back(l.text); });
  queue.Add(Severity::kInfo, "2");
  queue.SetSink(nullptr);
  EXPECT_THAT(first, ElementsAre("1"));
  EXPECT_THAT(second, ElementsAre("2"));
}

// Whoever logs goes on, whatever the sink does; what is too much is counted.
TEST(LogSinkTest, OneThatHangsStopsNobody) {
  Pipe pipe;
  std::promise<void> go_on;
  std::shared_future<void> may_go_on(go_on.get_future());
  std::vector<std::string> texts;
  constexpr int kLines = 5000;
  LogQueue queue(pipe.writer(), /*max_bytes=*/16 << 10);
  queue.SetSink([&](const LogLine& line) {
    may_go_on.wait();
    texts.emplace_back(line.text);
  });
  for (int i = 0; i < kLines; ++i) queue.Add(Severity::kInfo, "text");
  EXPECT_FALSE(queue.Flush(absl::Milliseconds(20)));
  go_on.set_value();
  EXPECT_TRUE(queue.Flush(kPatience));
  queue.SetSink(nullptr);
  int64_t dropped = 0;
  int given = 0;
  for (const std::string& text : texts) {
    if (text == "text") {
      ++given;
    } else {
      EXPECT_THAT(text, HasSubstr(" lines of the log were dropped: its sink "
                                  "took them too slowly"));
      dropped += std::atoll(text.c_str());
    }
  }
  EXPECT_GT(dropped, 0);
  EXPECT_EQ(given + dropped, kLines);
}

TEST(LogSinkTest, OneThatThrowsLosesNothing) {
  Pipe pipe;
  {
    LogQueue queue(pipe.writer());
    queue.SetSink([](const LogLine&) { throw std::runtime_error("full"); });
    queue.Add(Severity::kError, "text");
    queue.SetSink([](const LogLine&) { throw 1; });
    queue.Add(Severity::kError, "more");
  }
  pipe.CloseWriter();
  EXPECT_THAT(pipe.ReadLines(),
              ElementsAre(HasSubstr("ERROR text"), HasSubstr("ERROR more")));
}

// It would come back to the sink, and so for ever.
TEST(LogSinkTest, WhatASinkLogsGoesToStandardError) {
  Pipe pipe;
  int lines = 0;
  {
    LogQueue queue(pipe.writer());
    queue.SetSink([&](const LogLine& line) {
      ++lines;
      queue.Add(Severity::kError, absl::StrCat("cannot send ", line.text));
      if (line.text == "last") queue.SetSink(nullptr);
    });
    queue.Add(Severity::kInfo, "first");
    queue.Add(Severity::kInfo, "last");
    EXPECT_TRUE(queue.Flush(kPatience));
    queue.Add(Severity::kInfo, "after");
  }
  pipe.CloseWriter();
  EXPECT_EQ(lines, 2);
  EXPECT_THAT(pipe.ReadLines(),
              ElementsAre(HasSubstr("ERROR cannot send first"),
                          HasSubstr("ERROR cannot send last"),
                          HasSubstr("INFO after")));
}

TEST(LogLevelTest, OnlyWhatIsAtLeastAsBad) {
  std::vector<std::string> texts;
  SetLogSink([&](const LogLine& line) { texts.emplace_back(line.text); });
  SeldomLog seldom;
  for (const Severity level :
       {Severity::kWarning, Severity::kError, Severity::kInfo}) {
    SetLogLevel(level);
    EXPECT_EQ(IsLogged(Severity::kInfo), level == Severity::kInfo);
    EXPECT_TRUE(IsLogged(Severity::kError));
    Log(Severity::kInfo, "info");
    Log(Severity::kWarning, "warning");
    Log(Severity::kError, "error");
    // What is not shown does not take the turn of what is.
    seldom.Log(Severity::kInfo, "seldom info");
    if (level == Severity::kError) seldom.Log(level, "seldom error");
  }
  SetLogSink(nullptr);
  EXPECT_THAT(texts, ElementsAre("warning", "error", "error", "seldom error",
                                 "info", "warning", "error"));
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
