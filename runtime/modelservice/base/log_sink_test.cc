#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <future>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/base/log_queue.h"
#include "modelservice/base/log_test_support.h"
#include "modelservice/log.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;

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

}  // namespace
}  // namespace modelservice
