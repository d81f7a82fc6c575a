// The disk of the database is full for a while.
#include <stdlib.h>
#include <sys/stat.h>

#include <cstdio>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "database.h"
#include "ledger_server.h"
#include "load.h"
#include "small_disk.h"

namespace durability {
namespace {

using ::integration::OnPostgres;
using ::integration::OtherProgram;
using ::integration::Refusal;
using ::modelservice::TemporaryFolder;

class FullDiskTest : public testing::Test {
 protected:
  FullDiskTest() : server_(Url(), database_.folder()) {
    server_.Migrate();
    if (OnPostgres()) MoveTables();
  }

  std::string Url() const {
    return OnPostgres()
               ? database_.url()
               : absl::StrCat("sqlite:", folder_.path(), "/ledger.sqlite3");
  }

  // The disk of the tables alone: without that of its log, PostgreSQL ends.
  void MoveTables() {
    const std::string place = folder_.path() + "/tables";
    ASSERT_EQ(mkdir(place.c_str(), 0700), 0);
    const absl::Status given =
        modelservice::GiveTo(modelservice::UnprivilegedUser(), folder_.path());
    ASSERT_TRUE(given.ok()) << given;
    OtherProgram database(Url());
    database.Run(
        absl::StrCat("CREATE TABLESPACE small LOCATION '", place, "'"));
    for (const char* table : {"account", "transfer", "line"}) {
      database.Run(
          absl::StrCat("ALTER TABLE ", table, " SET TABLESPACE small"));
    }
  }

  const TemporaryFolder folder_;
  SmallDisk disk_{folder_.path()};
  TestDatabase database_;
  LedgerServer server_;
};

// A row that is there is read.
void ExpectReadable(const LedgerServer& server, Client& client) {
  std::vector<Client::Row> rows;
  ASSERT_TRUE(client.ReadAll(&rows).ok()) << server.log();
  ASSERT_FALSE(rows.empty());
  Client::Row row;
  EXPECT_TRUE(client.Retrieve(rows.front().id, &row).ok()) << server.log();
  EXPECT_EQ(row.name, rows.front().name);
}

TEST_F(FullDiskTest, WritesAreRefusedUntilThereIsRoom) {
  ASSERT_NO_FATAL_FAILURE(server_.Start());
  Load::Options options;
  options.memo_bytes = 1500;
  Load load(options);
  for (int round = 0; round < 2; ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    load.Start(server_);
    load.AwaitAcknowledged(100);
    disk_.Fill();
    load.AwaitRefused(100);
    load.Stop();

    const std::vector<grpc::Status> refusals = load.answers().TakeRefusals();
    for (const grpc::Status& status : refusals) {
      const Refusal refusal(status);
      EXPECT_THAT(refusal.code,
                  testing::AnyOf(grpc::StatusCode::UNAVAILABLE,
                                 grpc::StatusCode::RESOURCE_EXHAUSTED))
          << refusal.message;
      EXPECT_GT(refusal.retry.retry_delay().seconds(), 0) << refusal.message;
    }
    // Reads go on, and show no write that was refused.
    AccountsClient accounts(server_.NewChannel());
    ExpectReadable(server_, accounts);
    TransfersClient transfers(server_.NewChannel());
    ExpectReadable(server_, transfers);
    load.Check(server_);
    // The log says so, but not for every call.
    const std::vector<std::string> errors = server_.Errors();
    EXPECT_THAT(errors, testing::Contains(testing::AnyOf(
                            testing::HasSubstr("disk is full"),
                            testing::HasSubstr("No space left on device"))));
    EXPECT_LT(errors.size(), refusals.size() / 4) << errors.front() << "\n"
                                                  << errors.back();

    disk_.MakeRoom();
    load.Start(server_);
    load.AwaitAcknowledged(200);
    load.Stop();
    EXPECT_THAT(load.answers().TakeRefusals(), testing::IsEmpty());
    load.Check(server_);
    ExpectWhole(server_.database_url());
  }
  // What is on the disk is enough to start from.
  server_.Kill();
  ASSERT_NO_FATAL_FAILURE(server_.Start());
  load.Check(server_);
}

}  // namespace
}  // namespace durability

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const absl::Status allowed = durability::AllowMounts();
  if (!allowed.ok()) {
    std::fprintf(stderr, "SKIPPED: %s\n",
                 std::string(allowed.message()).c_str());
    return durability::kSkipped;
  }
  const int code = durability::ExitCodeWithoutDatabase();
  return code != 0 ? code : RUN_ALL_TESTS();
}
