// The pool by itself: what its connections keep of the file.
#include "modelservice/db/sqlite/connection_pool.h"

#include <sqlite3.h>

#include <memory>
#include <vector>

#include "modelservice/db/sqlite/file_place.h"
#include "modelservice/db/sqlite/test_support.h"

namespace modelservice::sqlite {
namespace {

using ::testing::HasSubstr;

constexpr int kMiB = 1 << 20;

class ConnectionPoolTest : public SqliteTest {
 protected:
  static void Run(Connection& connection, const char* sql) {
    EXPECT_EQ(sqlite3_exec(connection.handle(), sql, nullptr, nullptr, nullptr),
              SQLITE_OK)
        << sqlite3_errmsg(connection.handle());
  }
  static int64_t CacheOf(Connection& connection) {
    int used = 0, high_water = 0;
    EXPECT_EQ(sqlite3_db_status(connection.handle(), SQLITE_DBSTATUS_CACHE_USED,
                                &used, &high_water, 0),
              SQLITE_OK);
    return used;
  }
  // Reads all of the table, and nothing of it in place.
  static void Scan(Connection& connection) {
    Run(connection, "PRAGMA mmap_size=0; SELECT sum(length(v)) FROM t");
  }
};

TEST_F(ConnectionPoolTest, AllConnectionsTogetherKeepWhatTheyMay) {
  constexpr int kConnections = 64;
  constexpr int kBytes = 4 * kMiB;
  options_.synchronous = SqliteOptions::Synchronous::kOff;
  Open(
      "CREATE TABLE t (v);"
      // A row on each page, for a multiple of what all may keep.
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
      "  LIMIT 3000) INSERT INTO t SELECT zeroblob(3900) FROM n");
  ConnectionPool pool(options_, std::make_shared<FilePlace>(options_.path),
                      Connection::Mode::kRead, kConnections, kBytes);
  {
    // The first has all to itself.
    const auto first = pool.Take(nullptr);
    ASSERT_TRUE(first.ok()) << first.status();
    Scan(**first);
    EXPECT_GT(CacheOf(**first), kBytes / 2);
    EXPECT_LT(CacheOf(**first), kBytes * 5 / 4);
  }
  std::vector<ConnectionPool::Lease> all;
  const auto take_all = [&] {
    for (int i = 0; i < kConnections; ++i) {
      auto connection = pool.Take(nullptr);
      ASSERT_TRUE(connection.ok()) << connection.status();
      all.push_back(*std::move(connection));
    }
  };
  take_all();
  for (ConnectionPool::Lease& connection : all) Scan(*connection);
  // When they have all come back, and when they have all read again.
  for (const bool scan : {false, true}) {
    all.clear();
    take_all();
    int64_t sum = 0;
    for (ConnectionPool::Lease& connection : all) {
      if (scan) Scan(*connection);
      sum += CacheOf(*connection);
    }
    EXPECT_LT(sum, kBytes * 5 / 4);
    EXPECT_GT(sum, kBytes / 2);
  }
}

TEST_F(ConnectionPoolTest, TheLastOneUsedIsTheNext) {
  Open();
  ConnectionPool pool(options_, std::make_shared<FilePlace>(options_.path),
                      Connection::Mode::kRead, 2, kMiB);
  EXPECT_FALSE(pool.TakeIdle().has_value());
  Connection* last = nullptr;
  {
    const auto one = pool.Take(nullptr), two = pool.Take(nullptr);
    EXPECT_FALSE(pool.TakeIdle().has_value());
    last = &**one;  // `two` comes back first
  }
  const auto next = pool.TakeIdle();
  ASSERT_TRUE(next.has_value());
  EXPECT_EQ(&**next, last);
}

TEST_F(ConnectionPoolTest, TellsWhichSettingIsExhausted) {
  options_.busy_timeout = absl::Milliseconds(20);
  Open();
  ConnectionPool readers(options_, std::make_shared<FilePlace>(options_.path),
                         Connection::Mode::kRead, 1, kMiB);
  const auto reader = readers.Take(nullptr);
  absl::Status status = readers.Take(nullptr).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(status.message()), HasSubstr("max_readers"));
  options_.path = ":memory:";
  ConnectionPool memory(options_, std::make_shared<FilePlace>(options_.path),
                        Connection::Mode::kWrite, 1, kMiB);
  const auto one = memory.Take(nullptr);
  status = memory.Take(nullptr).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(status.message()), HasSubstr("20ms (busy_timeout)"));
}

TEST_F(ConnectionPoolTest, WaitsNoLongerThanTheCall) {
  options_.busy_timeout = absl::InfiniteDuration();
  Open();
  ConnectionPool pool(options_, std::make_shared<FilePlace>(options_.path),
                      Connection::Mode::kRead, 1, kMiB);
  const auto one = pool.Take(nullptr);
  const Limits late(After(absl::Milliseconds(20)));
  EXPECT_EQ(KindOfError(pool.Take(&late).status()), Kind::kTimeout);
}

TEST_F(ConnectionPoolTest, WhatCannotBeOpenedTakesNoPlace) {
  options_.path = folder_.File("missing/test.db");
  options_.busy_timeout = absl::ZeroDuration();
  ConnectionPool pool(options_, std::make_shared<FilePlace>(options_.path),
                      Connection::Mode::kWrite, 1, kMiB);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(KindOfError(pool.Take(nullptr).status()), Kind::kConnection);
  }
}

TEST_F(ConnectionPoolTest, ClosedItGivesNone) {
  Open();
  ConnectionPool pool(options_, std::make_shared<FilePlace>(options_.path),
                      Connection::Mode::kRead, 2, kMiB);
  {
    const auto one = pool.Take(nullptr);
    pool.Close();
    EXPECT_EQ(KindOfError(pool.Take(nullptr).status()), Kind::kConnection);
  }
  EXPECT_FALSE(pool.TakeIdle().has_value());
}

}  // namespace
}  // namespace modelservice::sqlite
