// Lines of the log in loggers of spdlog.
#include "modelservice/spdlog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/daily_file_sink.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class FullSink final : public spdlog::sinks::sink {
 public:
  void log(const spdlog::details::log_msg&) override {
    throw std::runtime_error("full");
  }
  void flush() override {}
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}
};

class SpdlogTest : public testing::Test {
 protected:
  ~SpdlogTest() override {
    SetLogSink(nullptr);
    SetLogFormat(LogFormat::kText);
  }

  std::shared_ptr<spdlog::logger> Logger() {
    return std::make_shared<spdlog::logger>(
        "shop", std::make_shared<spdlog::sinks::ostream_sink_st>(text_));
  }
  // Those that the logger's last sink was given.
  std::vector<std::string> Lines() {
    SetLogSink(nullptr);
    return absl::StrSplit(text_.str(), '\n', absl::SkipEmpty());
  }

  std::ostringstream text_;
};

TEST_F(SpdlogTest, WritesAFileADay) {
  const auto folder =
      std::filesystem::path(testing::TempDir()) / "a_file_a_day";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directory(folder);
  std::filesystem::current_path(folder);
  // In main:
  auto logger = spdlog::daily_logger_st("shop", "shop.log");
  modelservice::SetLogSink(modelservice::ToSpdlog(logger));

  logger->set_pattern("%v");
  Log(Severity::kInfo, "one");
  SetLogSink(nullptr);
  spdlog::drop("shop");
  const std::filesystem::directory_iterator files(folder);
  ASSERT_NE(files, std::filesystem::directory_iterator());
  std::ifstream file(files->path());
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "one\n");
}

TEST_F(SpdlogTest, ThePatternIsTheLoggers) {
  auto logger = Logger();
  logger->set_pattern("<%n %l> %v");
  SetLogSink(ToSpdlog(logger));
  Log(Severity::kInfo, "%v {}", LogFields().Number("rows", int64_t{3}));
  Log(Severity::kWarning, "two\nlines");
  Log(Severity::kError, "three");
  EXPECT_THAT(Lines(),
              ElementsAre("<shop info> %v {} rows=3",
                          "<shop warning> two lines", "<shop error> three"));
}

TEST_F(SpdlogTest, AsJsonItIsTheWholeLine) {
  SetLogFormat(LogFormat::kJson);
  auto logger = Logger();
  logger->set_pattern("%v");
  SetLogSink(ToSpdlog(logger));
  Log(Severity::kInfo, "one", LogFields().Number("rows", int64_t{3}));
  const auto lines = Lines();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_THAT(lines[0], StartsWith("{\"time\":\"2"));
  EXPECT_THAT(lines[0],
              HasSubstr("\"severity\":\"INFO\",\"text\":\"one\",\"rows\":3}"));
}

TEST_F(SpdlogTest, LevelsAreTheLoggersAndItsSinks) {
  auto logger = Logger();
  logger->set_pattern("%v");
  logger->set_level(spdlog::level::warn);
  SetLogSink(ToSpdlog(logger));
  Log(Severity::kInfo, "one");
  Log(Severity::kWarning, "two");
  FlushLog();
  logger->sinks()[0]->set_level(spdlog::level::err);
  Log(Severity::kWarning, "three");
  Log(Severity::kError, "four");
  EXPECT_THAT(Lines(), ElementsAre("two", "four"));
}

TEST_F(SpdlogTest, WhatOneSinkCannotTakeTheOthersAndStandardErrorHave) {
  auto logger = Logger();
  logger->set_pattern("%v");
  logger->sinks().insert(logger->sinks().begin(), std::make_shared<FullSink>());
  testing::internal::CaptureStderr();
  SetLogSink(ToSpdlog(logger));
  Log(Severity::kError, "one");
  EXPECT_THAT(Lines(), ElementsAre("one"));
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr(" ERROR one\n"));
}

}  // namespace
}  // namespace modelservice
