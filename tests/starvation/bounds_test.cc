// Slow reads, large pages, and a stop that a method holds up.
#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "fixture.h"

namespace starvation {
namespace {

using BoundsTest = StarvationTest;

TEST_F(BoundsTest, SlowReadsDoNotDelayQuickOnes) {
  ASSERT_NO_FATAL_FAILURE(StartServer());
  std::vector<Account> rows(50000);
  for (size_t i = 0; i < rows.size(); ++i) {
    rows[i].set_note(absl::StrCat("row ", i));
  }
  // A transaction for each, well below max_write_time.
  for (int i = 0; i < Many("STARVATION_ROWS", 300000); i += 50000) {
    const auto created = Objects<Account>(server().database()).BulkCreate(rows);
    ASSERT_TRUE(created.ok()) << created.status();
  }
  const int64_t id = NewAccount(7).id();

  std::atomic<bool> over{false};
  std::atomic<int> scans{0};
  std::vector<std::thread> slow;
  for (int t = 0; t < 4; ++t) {
    slow.emplace_back([&] {
      ListAccountsRequest request;
      request.set_note("nowhere");
      while (!over) {
        ListAccountsResponse reply;
        EXPECT_THAT(Call(*accounts_, &Accounts::Stub::List, request, &reply),
                    IsOk());
        EXPECT_EQ(reply.accounts_size(), 0);
        ++scans;
      }
    });
  }
  SleepMs(50);
  for (int i = 0; i < 50; ++i) {
    const SteadyTime start = SteadyNow();
    Account reply;
    EXPECT_THAT(Call(*accounts_, &Accounts::Stub::Retrieve, KeyOf(id), &reply),
                IsOk());
    EXPECT_EQ(reply.balance(), 7);
    EXPECT_LT(Since(start), absl::Seconds(3));
    ExpectHealthy();
  }
  over = true;
  for (std::thread& thread : slow) thread.join();
  EXPECT_GT(scans.load(), 0);
}

TEST_F(BoundsTest, APageOfLargeRowsEndsEarly) {
  constexpr int kRows = 30;
  constexpr int kMost = 300000;
  Options options;
  options.settings.set_max_reply_bytes(kMost);
  ASSERT_NO_FATAL_FAILURE(StartServer(std::move(options)));
  for (int i = 0; i < kRows; ++i) NewAccount(i, std::string(70000, 'x'));

  ListAccountsRequest request;
  request.set_page_size(kRows);
  std::map<int64_t, int> seen;
  int pages = 0;
  do {
    ListAccountsResponse page;
    ASSERT_THAT(Call(*accounts_, &Accounts::Stub::List, request, &page),
                IsOk());
    ASSERT_GT(page.accounts_size(), 0);
    EXPECT_LE(page.ByteSizeLong(), static_cast<size_t>(kMost));
    for (const Account& account : page.accounts()) ++seen[account.id()];
    request.set_page_token(page.next_page_token());
    ASSERT_LE(++pages, kRows);
  } while (!request.page_token().empty());
  EXPECT_GT(pages, kRows / 5);
  EXPECT_EQ(seen.size(), static_cast<size_t>(kRows));
  for (const auto& [id, times] : seen) EXPECT_EQ(times, 1) << id;
  ExpectHealthy();
}

TEST_F(BoundsTest, AMethodThatDoesNotEndDoesNotHoldUpTheStop) {
  ASSERT_NO_FATAL_FAILURE(StartServer());
  std::thread caller([this] {
    Word reply;
    EXPECT_FALSE(Call(*work_, &Work::Stub::Hold, Word(), &reply).ok());
  });
  EXPECT_TRUE(gate_->AwaitWaiting());
  ExpectHealthy();
  const SteadyTime start = SteadyNow();
  EXPECT_FALSE(server().Stop(absl::Milliseconds(300)));
  EXPECT_LT(Since(start), absl::Milliseconds(3300));
  EXPECT_TRUE(gate_->Open());
  caller.join();
}

}  // namespace
}  // namespace starvation
