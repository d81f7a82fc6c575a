// How long a transaction may take that writes.
#include "modelservice/base/clock.h"
#include "modelservice/db/postgres/connection.h"
#include "modelservice/db/postgres/test_support.h"

namespace modelservice::postgres {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr absl::Duration kMost = absl::Milliseconds(400);

absl::Status Execute(Transaction& tx, absl::string_view sql) {
  Statement statement = Write(sql);
  Rows rows;
  return tx.Execute(statement, rows).status();
}

absl::Status Change(Transaction& tx) {
  return Execute(tx, "UPDATE t SET v = v + 1 WHERE id = 1");
}

class WriteTimeTest : public PostgresTest {
 protected:
  void Ready() override {
    // One that is not the server's own, and ours counts instead.
    options_.connection +=
        "&options=-cidle_in_transaction_session_timeout%3D300";
    options_.max_write_time = kMost;
    Open(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER);"
        "INSERT INTO t VALUES (1, 0);");
  }

  // Waits until another transaction can change the row, and says how long.
  absl::Duration AwaitLock() {
    const SteadyTime start = SteadyNow();
    const auto connection = Connection::Open(options_, nullptr);
    EXPECT_TRUE(connection.ok()) << connection.status();
    const absl::Status status =
        (*connection)
            ->Command("UPDATE t SET v = v + 100 WHERE id = 1", nullptr);
    EXPECT_TRUE(status.ok()) << status;
    return Since(start);
  }
  std::string V() { return Query(*db_, "SELECT v FROM t")[0]; }

  static void ExpectTooLong(const absl::Status& status) {
    EXPECT_EQ(KindOfError(status), Kind::kTooLong);
    EXPECT_TRUE(absl::IsAborted(status));
    EXPECT_THAT(std::string(status.message()),
                AllOf(HasSubstr("400ms"), HasSubstr("max_write_time")));
  }
};

TEST_F(WriteTimeTest, EndsAStatement) {
  const SteadyTime start = SteadyNow();
  ExpectTooLong(db_->Transact([](Transaction& tx) {
    EXPECT_TRUE(Change(tx).ok());
    return Execute(tx, "SELECT pg_sleep(60)");
  }));
  EXPECT_LT(Since(start), absl::Seconds(30));
  EXPECT_EQ(V(), "0");
}

// Others get the row although the body knows nothing of the end.
TEST_F(WriteTimeTest, FreesWhatABodyHoldsThatDoesSomethingElse) {
  Gate changed, others;
  BodyCall call;
  call.Write(*db_, [&](Transaction& tx) -> absl::Status {
    EXPECT_TRUE(Change(tx).ok());
    changed.Open();
    others.Wait();
    ExpectTooLong(Change(tx));
    ExpectTooLong(Change(tx));
    return absl::OkStatus();
  });
  changed.Wait();
  EXPECT_LT(AwaitLock(), absl::Seconds(30));
  EXPECT_FALSE(call.answered());
  others.Open();
  ExpectTooLong(call.Wait());
  EXPECT_EQ(V(), "100");
}

TEST_F(WriteTimeTest, NothingIsCommittedAfterwards) {
  bool committed = false;
  ExpectTooLong(db_->Transact([&](Transaction& tx) {
    tx.OnCommit([&] { committed = true; });
    absl::Status status = Change(tx);
    absl::SleepFor(2 * kMost);
    return status;
  }));
  EXPECT_FALSE(committed);
  EXPECT_EQ(V(), "0");
}

// The server learns that there is less time left than at first, and again when
// that was undone with a savepoint.
TEST_F(WriteTimeTest, LittleTimeIsLeftAfterManyStatements) {
  db_.reset();
  options_.max_write_time = absl::Seconds(4);
  Open();
  for (const bool fails_at_once : {false, true}) {
    Gate changed, others;
    BodyCall call;
    call.Write(*db_, [&](Transaction& tx) -> absl::Status {
      for (const SteadyTime until = After(absl::Seconds(3.5));
           SteadyNow() < until; absl::SleepFor(absl::Milliseconds(20))) {
        const absl::Status status =
            tx.Savepoint([&](Transaction& tx) -> absl::Status {
              if (!fails_at_once) {
                EXPECT_TRUE(Change(tx).ok());
                return absl::NotFoundError("undone");
              }
              EXPECT_FALSE(Execute(tx, "SELECT 1 / 0").ok());
              return absl::OkStatus();
            });
        EXPECT_EQ(status.ok(), fails_at_once);
        EXPECT_TRUE(Change(tx).ok());
      }
      changed.Open();
      others.Wait();
      return absl::OkStatus();
    });
    changed.Wait();
    EXPECT_LT(AwaitLock(), absl::Seconds(2));
    others.Open();
    EXPECT_EQ(KindOfError(call.Wait()), Kind::kTooLong);
  }
  EXPECT_EQ(V(), "200");
}

TEST_F(WriteTimeTest, AnOptionSaysOtherwise) {
  TransactionOptions options;
  options.max_time = absl::InfiniteDuration();
  absl::Status status = db_->Transact(
      [](Transaction& tx) {
        absl::SleepFor(2 * kMost);
        EXPECT_TRUE(Change(tx).ok());
        // Longer than the server lets others.
        absl::SleepFor(2 * kMost);
        return Execute(tx, absl::StrCat("SELECT pg_sleep(",
                                        absl::ToDoubleSeconds(2 * kMost), ")"));
      },
      nullptr, options);
  EXPECT_TRUE(status.ok()) << status;
  options.max_time = absl::Milliseconds(50);
  status = db_->Transact(
      [](Transaction& tx) { return Execute(tx, "SELECT pg_sleep(60)"); },
      nullptr, options);
  EXPECT_EQ(KindOfError(status), Kind::kTooLong);
  EXPECT_THAT(std::string(status.message()), HasSubstr("50ms"));
  EXPECT_EQ(V(), "1");
}

TEST_F(WriteTimeTest, ACallThatEndsFirstSaysSo) {
  const Limits soon(After(kMost / 4));
  EXPECT_EQ(
      KindOfError(db_->Transact(
          [](Transaction& tx) { return Execute(tx, "SELECT pg_sleep(60)"); },
          &soon)),
      Kind::kTimeout);
  Limits cancelled;
  EXPECT_EQ(KindOfError(db_->Transact(
                [&](Transaction& tx) {
                  EXPECT_TRUE(Change(tx).ok());
                  cancelled.Cancel();
                  absl::SleepFor(2 * kMost);
                  return absl::OkStatus();
                },
                &cancelled)),
            Kind::kCancelled);
}

TEST_F(WriteTimeTest, DoesNotCountForScriptsAndReads) {
  EXPECT_TRUE(db_->RunScript("SELECT pg_sleep(1); SELECT 1").ok());
  EXPECT_TRUE(db_->Read([&](Transaction&) {
                   Query(*db_, "SELECT pg_sleep(1)");
                   return absl::OkStatus();
                 })
                  .ok());
}

// A client may take its time between two pieces.
TEST_F(WriteTimeTest, DoesNotCountForCursors) {
  auto cursor = db_->Open(Sql("SELECT generate_series(1, 1000)"), nullptr);
  ASSERT_TRUE(cursor.ok());
  Rows rows;
  bool more = true;
  ASSERT_TRUE(FetchInto(**cursor, 10, &rows, &more).ok());
  absl::SleepFor(absl::Seconds(1));
  while (more) ASSERT_TRUE(FetchInto(**cursor, 10, &rows, &more).ok());
  EXPECT_THAT(rows.rows, SizeIs(1000));
}

}  // namespace
}  // namespace modelservice::postgres
