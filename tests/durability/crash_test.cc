// A process is killed while clients write: the server, and PostgreSQL.
#include <stdlib.h>

#include <chrono>
#include <random>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client.h"
#include "database.h"
#include "ledger_server.h"
#include "load.h"

namespace durability {
namespace {

using ::integration::OnPostgres;
using ::integration::OtherProgram;
using ::integration::Refusal;
using ::modelservice::PostgresCluster;

// How often each test kills. More of them: CRASH_ROUNDS=50.
int Rounds() {
  int rounds = 5;
  if (const char* const text = getenv("CRASH_ROUNDS")) {
    EXPECT_TRUE(absl::SimpleAtoi(text, &rounds) && rounds > 0)
        << "CRASH_ROUNDS=" << text << " is no number of rounds";
  }
  return rounds;
}

class CrashTest : public testing::Test {
 protected:
  CrashTest() : server_(database_.url(), database_.folder()) {
    server_.Migrate();
  }

  // Until somewhere in the middle of something.
  void WaitAWhile() {
    load_.AwaitAcknowledged(10);
    absl::SleepFor(absl::Milliseconds(
        std::uniform_int_distribution<int>(20, 300)(random_)));
  }

  TestDatabase database_;
  LedgerServer server_;
  Load load_{Load::Options()};
  std::mt19937 random_{std::random_device()()};
};

// The settings of a server's connections by which one finds them: what a killed
// server sent is done before they are gone.
std::string NameOf(int round) { return absl::StrCat("ledger-", round); }
std::string SettingFor(int round) {
  return OnPostgres() ? absl::StrCat("&application_name=", NameOf(round)) : "";
}

void AwaitNoConnections(const std::string& url, int round) {
  if (!OnPostgres()) return;
  OtherProgram database(url);
  const std::string count = absl::StrCat(
      "SELECT count(*) FROM pg_stat_activity WHERE application_name = '",
      NameOf(round), "'");
  const absl::Time until = absl::Now() + absl::Seconds(30);
  while (database.Query(count) != "0") {
    ASSERT_LT(absl::Now(), until) << "connections of a killed server stay";
    absl::SleepFor(absl::Milliseconds(5));
  }
}

TEST_F(CrashTest, TheServerIsKilled) {
  const int rounds = Rounds();
  ASSERT_NO_FATAL_FAILURE(server_.Start(SettingFor(0)));
  for (int round = 0; round < rounds && !HasFailure(); ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    load_.Start(server_);
    WaitAWhile();
    server_.Kill();
    load_.Stop();
    // Nobody looks at the database first.
    ASSERT_NO_FATAL_FAILURE(server_.Start(SettingFor(round + 1)));
    AwaitNoConnections(server_.database_url(), round);
    load_.Check(server_);
    ExpectWhole(server_.database_url());
    EXPECT_THAT(server_.Errors(), testing::IsEmpty());
  }
  RecordProperty("acknowledged", load_.answers().acknowledged());
  const auto migrated = RunLedger("migrate", server_.database_url());
  ASSERT_TRUE(migrated.ok()) << migrated.status();
  EXPECT_EQ(*migrated, "no table is missing\n");
}

// Between the commit and the reply, each time.
TEST_F(CrashTest, ARepeatedRequestIsDoneOnce) {
  const int rounds = 40 * Rounds();
  OrderRequest request;
  const auto create = [&](Account* reply) {
    const auto orders = Orders::NewStub(server_.NewChannel());
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::seconds(60));
    return orders->Create(&context, request, reply);
  };
  ASSERT_NO_FATAL_FAILURE(server_.Start());
  for (int round = 0; round < rounds && !HasFailure(); ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    request.mutable_account()->set_name(absl::StrCat("order ", round));
    request.set_request_id(absl::StrCat("id ", round));
    Account reply;
    EXPECT_EQ(create(&reply).error_code(), grpc::StatusCode::UNAVAILABLE);
    server_.AwaitKilled();
    ASSERT_NO_FATAL_FAILURE(server_.Start());
    for (int again = 0; again < 2; ++again) {
      const grpc::Status status = create(&reply);
      ASSERT_TRUE(status.ok()) << status.error_message();
      EXPECT_EQ(reply.id(), round + 1);
      EXPECT_EQ(reply.name(), request.account().name());
    }
  }
  std::vector<Client::Row> rows;
  ASSERT_TRUE(AccountsClient(server_.NewChannel()).ReadAll(&rows).ok());
  EXPECT_EQ(rows.size(), static_cast<size_t>(rounds));
  // Another request is not that one.
  request.mutable_account()->set_amount(1);
  Account reply;
  EXPECT_EQ(create(&reply).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

// The server lives on, and finds PostgreSQL again by itself.
TEST_F(CrashTest, PostgresIsKilled) {
  if (!OnPostgres()) GTEST_SKIP() << "SQLite has no server to kill";
  const int rounds = Rounds();
  ASSERT_NO_FATAL_FAILURE(server_.Start());
  load_.Start(server_);
  for (int round = 0; round < rounds && !HasFailure(); ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    WaitAWhile();
    const absl::Status restarted =
        (*Cluster())->Restart(PostgresCluster::Shutdown::kKill);
    ASSERT_TRUE(restarted.ok()) << restarted;
    load_.AwaitAcknowledged(load_.acknowledged() + 500);
    load_.Stop();
    for (const grpc::Status& status : load_.answers().TakeRefusals()) {
      const Refusal refusal(status);
      EXPECT_EQ(refusal.code, grpc::StatusCode::UNAVAILABLE) << refusal.message;
      EXPECT_EQ(refusal.info.reason(), "DATABASE_UNAVAILABLE");
      EXPECT_GT(refusal.retry.retry_delay().seconds(), 0);
    }
    load_.Check(server_);
    ExpectWhole(server_.database_url());
    load_.Start(server_);
  }
  load_.Stop();
  RecordProperty("acknowledged", load_.answers().acknowledged());
  RecordProperty("refused", load_.answers().refused());
}

}  // namespace
}  // namespace durability
