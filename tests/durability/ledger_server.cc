#include "ledger_server.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "modelservice/testing/temporary_folder.h"
#include "modelservice/testing/test_channel.h"

namespace durability {
namespace {

using ::modelservice::ChildProcess;

constexpr absl::Duration kPatience = absl::Seconds(60);

// What follows "listening on " in a whole line; empty when it is not there.
std::string AddressIn(absl::string_view output) {
  constexpr absl::string_view kWords = "listening on ";
  for (const absl::string_view line : absl::StrSplit(output, '\n')) {
    if (!absl::StartsWith(line, kWords)) continue;
    const size_t end = static_cast<size_t>(line.data() - output.data()) +
                       line.size();  // the last line may not be whole yet
    return end == output.size() ? "" : std::string(line.substr(kWords.size()));
  }
  return "";
}

}  // namespace

LedgerServer::LedgerServer(std::string database_url, std::string folder)
    : database_url_(std::move(database_url)), folder_(std::move(folder)) {}

void LedgerServer::Migrate() {
  const auto output = RunLedger("migrate", database_url_);
  ASSERT_TRUE(output.ok()) << output.status();
}

void LedgerServer::Start(absl::string_view setting) {
  log_file_ = absl::StrCat(folder_, "/server-", ++starts_, ".log");
  ChildProcess::Options options;
  options.output_file = log_file_;
  auto process =
      ChildProcess::Start({DURABILITY_LEDGER, "serve",
                           absl::StrCat("--database=", database_url_, setting),
                           "--address=127.0.0.1:0"},
                          options);
  ASSERT_TRUE(process.ok()) << process.status();
  process_ = *std::move(process);
  const absl::Time until = absl::Now() + kPatience;
  while ((address_ = AddressIn(log())).empty()) {
    ASSERT_TRUE(process_->running()) << log();
    ASSERT_LT(absl::Now(), until) << log();
    absl::SleepFor(absl::Milliseconds(2));
  }
}

void LedgerServer::Kill() {
  ASSERT_NE(process_, nullptr);
  // Else it was not us who ended it.
  EXPECT_TRUE(process_->running()) << log();
  process_->Signal(SIGKILL);
  AwaitKilled();
}

void LedgerServer::AwaitKilled() {
  process_->Wait();
  EXPECT_EQ(process_->exit_code(), 128 + SIGKILL) << log();
}

std::shared_ptr<grpc::Channel> LedgerServer::NewChannel() const {
  return modelservice::NewTestChannel(address_);
}

std::string LedgerServer::log() const {
  return modelservice::ReadFile(log_file_);
}

std::vector<std::string> LedgerServer::Errors() const {
  std::vector<std::string> errors;
  for (const absl::string_view line : absl::StrSplit(log(), '\n')) {
    if (absl::StrContains(line, " ERROR ")) errors.emplace_back(line);
  }
  return errors;
}

absl::StatusOr<std::string> RunLedger(const std::string& command,
                                      const std::string& database_url) {
  const modelservice::TemporaryFolder folder;
  ChildProcess::Options options;
  options.output_file = absl::StrCat(folder.path(), "/output");
  const auto process = ChildProcess::Start(
      {DURABILITY_LEDGER, command, absl::StrCat("--database=", database_url),
       "--address=127.0.0.1:0"},
      options);
  if (!process.ok()) return process.status();
  const bool ended = (*process)->Wait(kPatience);
  std::string output = modelservice::ReadFile(options.output_file);
  if (!ended) {
    return absl::DeadlineExceededError(
        absl::StrCat(command, " does not end: ", output));
  }
  if ((*process)->exit_code() == 0) return output;
  return absl::UnknownError(output);
}

}  // namespace durability
