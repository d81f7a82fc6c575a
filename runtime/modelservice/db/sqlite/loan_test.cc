// The loan by itself, with a statement that SQLite's own looks at the limits do
// not reach in time.
#include "modelservice/db/sqlite/loan.h"

#include <sqlite3.h>

#include <memory>
#include <thread>

#include "modelservice/db/sqlite/file_place.h"
#include "modelservice/db/sqlite/test_support.h"

namespace modelservice::sqlite {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class LoanTest : public SqliteTest {
 protected:
  LoanTest()
      : pool_(options_, std::make_shared<FilePlace>(options_.path),
              Connection::Mode::kWrite, 1, options_.cache_size) {
    Connection& connection = **pool_.Take(nullptr);
    EXPECT_EQ(sqlite3_exec(connection.handle(), "CREATE TABLE t (v)", nullptr,
                           nullptr, nullptr),
              SQLITE_OK);
    EXPECT_EQ(
        sqlite3_create_function(connection.handle(), "nap", 0, SQLITE_UTF8,
                                nullptr, Nap, nullptr, nullptr),
        SQLITE_OK);
  }

  static void Nap(sqlite3_context* context, int, sqlite3_value**) noexcept {
    absl::SleepFor(absl::Milliseconds(10));
    sqlite3_result_int(context, 1);
  }
  // As the writer does.
  void Lend(Loan& loan) {
    absl::StatusOr<ConnectionPool::Lease> connection = pool_.Take(nullptr);
    ASSERT_TRUE(connection.ok()) << connection.status();
    ASSERT_TRUE((*connection)->Run(Connection::Control::kBeginImmediate).ok());
    loan.Lend(*std::move(connection));
  }
  static absl::Status Run(Connection& connection, const Statement& statement) {
    Rows rows;
    const auto prepared = connection.Prepare(statement.text);
    if (!prepared.ok()) return prepared.status();
    return connection.Run(**prepared, statement, rows).status;
  }
  std::vector<std::string> Values() {
    Rows rows;
    Connection& connection = **pool_.Take(nullptr);
    const Statement statement = Sql("SELECT v FROM t");
    const auto prepared = connection.Prepare(statement.text);
    EXPECT_TRUE(connection.Run(**prepared, statement, rows).status.ok());
    return rows.rows;
  }

  ConnectionPool pool_;
};

TEST_F(LoanTest, IsGivenBackWhenItEnds) {
  auto* const loan = new Loan(nullptr, absl::InfiniteDuration());
  EXPECT_TRUE(loan->Wanted());
  std::thread writer([&] { Lend(*loan); });
  const absl::StatusOr<Connection*> connection = loan->Wait();
  ASSERT_TRUE(connection.ok()) << connection.status();
  EXPECT_FALSE(pool_.TakeIdle().has_value());
  {
    const Loan::Use use(*loan);
    ASSERT_TRUE(use.status().ok());
    EXPECT_TRUE(Run(**connection, Sql("INSERT INTO t VALUES (1)")).ok());
    EXPECT_TRUE((*connection)->Run(Connection::Control::kCommit).ok());
  }
  loan->End();
  // At once, whatever the writer does.
  EXPECT_TRUE(pool_.TakeIdle().has_value());
  writer.join();
  EXPECT_THAT(Values(), ElementsAre("1"));
}

TEST_F(LoanTest, ThatNobodyWaitsForIsNotLent) {
  auto* const loan = new Loan(nullptr, absl::InfiniteDuration());
  std::thread([&] { loan->End(); }).join();
  EXPECT_FALSE(loan->Wanted());
  Lend(*loan);
  const auto connection = pool_.TakeIdle();
  ASSERT_TRUE(connection.has_value());
  EXPECT_FALSE((*connection)->in_transaction());
}

// SQLite looks at the limits after some thousand of its steps, of which each
// may take long.
TEST_F(LoanTest, InterruptsWhatRuns) {
  auto* const loan = new Loan(nullptr, absl::Milliseconds(50));
  std::thread writer([&] { Lend(*loan); });
  const absl::StatusOr<Connection*> connection = loan->Wait();
  ASSERT_TRUE(connection.ok()) << connection.status();
  const SteadyTime start = SteadyNow();
  {
    const Loan::Use use(*loan);
    const absl::Status status = Run(
        **connection,
        Sql("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
            "  LIMIT 300) INSERT INTO t SELECT nap() FROM n"));
    EXPECT_FALSE(status.ok());
    EXPECT_EQ(KindOfError(loan->Overdue()), Kind::kTooLong);
  }
  EXPECT_LT(Since(start), absl::Seconds(2));
  writer.join();
  {
    const Loan::Use use(*loan);
    EXPECT_EQ(KindOfError(use.status()), Kind::kTooLong);
  }
  EXPECT_THAT(Values(), IsEmpty());
  loan->End();
}

}  // namespace
}  // namespace modelservice::sqlite
