// A cluster starts, stops, and leaves nothing behind.
#include "modelservice/testing/postgres_cluster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/testing/postgres_session.h"

namespace modelservice {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class PostgresClusterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    absl::StatusOr<std::unique_ptr<PostgresCluster>> started =
        PostgresCluster::Start();
    if (PostgresCluster::MaySkip(started.status())) {
      GTEST_SKIP() << started.status().message();
    }
    ASSERT_TRUE(started.ok()) << started.status();
    cluster_ = *std::move(started);
  }

  // Whether the server takes connections.
  bool Answers() { return cluster_->NewDatabase().ok(); }

  std::unique_ptr<PostgresCluster> cluster_;
};

TEST_F(PostgresClusterTest, ComesAndGoes) {
  const absl::StatusOr<std::string> url = cluster_->NewDatabase();
  ASSERT_TRUE(url.ok()) << url.status();
  EXPECT_EQ(*url, absl::StrCat("postgresql://postgres@/test_1?host=",
                               cluster_->folder(), "&port=5432"));
  EXPECT_TRUE(cluster_->CreateDatabase("my \"own\"").ok());
  EXPECT_THAT(std::string(cluster_->CreateDatabase("test_1").message()),
              HasSubstr("already exists"));
  const std::string folder = cluster_->folder();
  EXPECT_TRUE(std::filesystem::exists(folder));
  cluster_.reset();
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST_F(PostgresClusterTest, ComesBack) {
  for (const auto shutdown :
       {PostgresCluster::Shutdown::kFast, PostgresCluster::Shutdown::kImmediate,
        PostgresCluster::Shutdown::kKill}) {
    const absl::Status status = cluster_->Restart(shutdown);
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_TRUE(Answers());
  }
  cluster_->Stop(PostgresCluster::Shutdown::kFast);
  EXPECT_FALSE(Answers());
  ASSERT_TRUE(cluster_->Resume().ok());
  EXPECT_TRUE(Answers());
}

TEST_F(PostgresClusterTest, MakesDatabasesAfterASessionWasEnded) {
  EXPECT_TRUE(Answers());
  auto session = PostgresSession::Open(
      absl::StrCat(cluster_->folder(), "/.s.PGSQL.", cluster_->port()));
  ASSERT_TRUE(session.ok()) << session.status();
  const absl::Status ended = (*session)->Run(
      "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
      " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
  EXPECT_TRUE(ended.ok()) << ended;
  EXPECT_TRUE(Answers());
  EXPECT_THAT(std::string((*session)->Run("nonsense").message()),
              HasSubstr("syntax error"));
}

TEST_F(PostgresClusterTest, BeginsWithWhatAnotherMade) {
  const TemporaryFolder folder;
  const std::string data = absl::StrCat(folder.path(), "/data");
  const char* const before = getenv("TEST_POSTGRES_DATA");
  const std::string kept = before == nullptr ? "" : before;
  setenv("TEST_POSTGRES_DATA", data.c_str(), /*overwrite=*/1);
  const auto first = PostgresCluster::Start();
  std::ofstream(data + "/of_the_first") << "a mark";
  const auto second = PostgresCluster::Start();
  if (before == nullptr) {
    unsetenv("TEST_POSTGRES_DATA");
  } else {
    setenv("TEST_POSTGRES_DATA", kept.c_str(), /*overwrite=*/1);
  }
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_TRUE((*first)->NewDatabase().ok());
  EXPECT_TRUE((*second)->NewDatabase().ok());
  const auto marked = [](const PostgresCluster& cluster) {
    return std::filesystem::exists(
        absl::StrCat(cluster.folder(), "/data/of_the_first"));
  };
  EXPECT_FALSE(marked(**first));
  EXPECT_TRUE(marked(**second));
}

TEST_F(PostgresClusterTest, SaysWhyItDoesNotStart) {
  PostgresCluster::Options options;
  options.settings.emplace_back("shared_buffers", "plenty");
  const absl::Status status = PostgresCluster::Start(options).status();
  EXPECT_THAT(std::string(status.message()),
              StartsWith("PostgreSQL does not start: "));
  EXPECT_THAT(std::string(status.message()), HasSubstr("shared_buffers"));
}

TEST_F(PostgresClusterTest, GoesWithAKilledProgram) {
  const TemporaryFolder folder;
  const std::string note = absl::StrCat(folder.path(), "/cluster");
  const pid_t program = fork();
  ASSERT_GE(program, 0);
  if (program == 0) {
    const auto started = PostgresCluster::Start();
    const std::string text =
        started.ok() ? (*started)->folder() : started.status().ToString();
    const auto written = RunCommand({"sh", "-c",
                                     "printf %s \"$0\" > \"$1.new\" && "
                                     "mv \"$1.new\" \"$1\"",
                                     text, note});
    if (!written.ok()) _exit(1);
    pause();
    _exit(0);
  }
  while (!std::filesystem::exists(note)) absl::SleepFor(absl::Milliseconds(10));
  const std::string gone = ReadFile(note);
  EXPECT_TRUE(std::filesystem::exists(gone)) << gone;
  kill(program, SIGKILL);
  // Waits for the watcher, without a limit of its own: ctest has one.
  while (std::filesystem::exists(gone)) absl::SleepFor(absl::Milliseconds(10));
  EXPECT_TRUE(Answers());
}

}  // namespace
}  // namespace modelservice
