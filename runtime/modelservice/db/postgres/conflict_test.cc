// Transactions that lose against others, and their limits.
#include <thread>

#include "modelservice/db/postgres/test_support.h"

namespace modelservice::postgres {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ConflictTest : public PostgresTest {
 protected:
  void Ready() override {
    // Looks for deadlocks sooner than after a second.
    options_.connection += "&options=-cdeadlock_timeout%3D20";
    Open(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER);"
        "INSERT INTO t VALUES (1, 0), (2, 0);");
  }

  static absl::Status Run(Transaction& tx, absl::string_view sql) {
    Statement statement = Write(sql);
    Rows rows;
    return tx.Execute(statement, rows).status();
  }
};

// Two bodies that update two rows in opposite orders: the one that the server
// chooses as its victim runs again.
TEST_F(ConflictTest, ADeadlockIsRunAgain) {
  std::atomic<int> runs = 0;
  Gate first_has_lock, second_has_lock;
  const auto body = [&](const char* one, Gate& mine, Gate& theirs,
                        const char* two) {
    return db_->Transact([&](Transaction& tx) -> absl::Status {
      ++runs;
      tx.OnCommit([] {});
      absl::Status status = Run(tx, one);
      mine.Open();
      theirs.Wait();
      if (status.ok()) status = Run(tx, two);
      return status;
    });
  };
  constexpr char kFirst[] = "UPDATE t SET n = n + 1 WHERE id = 1";
  constexpr char kSecond[] = "UPDATE t SET n = n + 1 WHERE id = 2";
  absl::Status other;
  std::thread thread(
      [&] { other = body(kSecond, second_has_lock, first_has_lock, kFirst); });
  const absl::Status status =
      body(kFirst, first_has_lock, second_has_lock, kSecond);
  thread.join();
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_TRUE(other.ok()) << other;
  // The server may choose both.
  EXPECT_GE(runs, 3);
  EXPECT_THAT(Query(*db_, "SELECT n FROM t ORDER BY id"),
              ElementsAre("2", "2"));
}

// Whatever a body makes of a conflict, and in whatever savepoint it had it.
TEST_F(ConflictTest, ABodyThatHidesAConflictIsRunAgain) {
  int runs = 0;
  int committed = 0;
  const absl::Status status = db_->Transact([&](Transaction& tx) {
    tx.OnCommit([&] { ++committed; });
    EXPECT_TRUE(Run(tx, "UPDATE t SET n = n + 1 WHERE id = 1").ok());
    if (++runs < 3) {
      tx.Savepoint([](Transaction& tx) {
          return Run(tx,
                     "DO $$ BEGIN RAISE EXCEPTION 'lost'"
                     " USING ERRCODE = '40001'; END $$");
        }).IgnoreError();
    }
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(runs, 3);
  EXPECT_EQ(committed, 1);
  EXPECT_THAT(Query(*db_, "SELECT n FROM t WHERE id = 1"), ElementsAre("1"));
}

// The conflict comes with COMMIT.
// One that no statement met: a row that is newer than what the body sees.
TEST_F(ConflictTest, ABodyThatTellsOfAConflictIsRunAgain) {
  int runs = 0;
  const absl::Status status = db_->Transact([&](Transaction& tx) {
    EXPECT_TRUE(Run(tx, "UPDATE t SET n = n + 1 WHERE id = 1").ok());
    return ++runs < 3 ? MakeDatabaseError(DatabaseError::Kind::kSerialization,
                                          "somebody was faster")
                      : absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(runs, 3);
  EXPECT_THAT(Query(*db_, "SELECT n FROM t ORDER BY id"),
              ElementsAre("1", "0"));
}

TEST_F(ConflictTest, AConflictOfCommitIsRunAgain) {
  ASSERT_TRUE(
      db_->RunScript(
             "CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$"
             " BEGIN IF NEW.n < 3 THEN RAISE EXCEPTION 'lost'"
             " USING ERRCODE = '40001'; END IF; RETURN NULL; END $$;"
             "CREATE CONSTRAINT TRIGGER lose AFTER UPDATE ON t DEFERRABLE"
             " INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION lose();")
          .ok());
  int runs = 0;
  const absl::Status status = db_->Transact([&](Transaction& tx) {
    return Run(tx, absl::StrCat("UPDATE t SET n = ", ++runs, " WHERE id = 1"));
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(runs, 3);
}

TEST_F(ConflictTest, GivesUpInTheEnd) {
  int runs = 0;
  const auto lose = [&](Transaction& tx) {
    ++runs;
    return Run(tx,
               "DO $$ BEGIN RAISE EXCEPTION 'lost'"
               " USING ERRCODE = '40001'; END $$");
  };
  EXPECT_EQ(KindOfError(db_->Transact(lose)), Kind::kSerialization);
  EXPECT_EQ(runs, 30);
  const Limits limits(After(absl::Milliseconds(100)));
  const absl::Status status = db_->Transact(lose, &limits);
  EXPECT_FALSE(status.ok());
  EXPECT_GT(runs, 30);
}

// What a body reads and then writes nobody else has changed in between, however
// many would.
TEST_F(ConflictTest, NoUpdateIsLost) {
  constexpr int kThreads = 32;
  constexpr int kTimes = 10;
  std::atomic<int> runs = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < kTimes; ++j) {
        const absl::Status status =
            db_->Transact([&](Transaction& tx) -> absl::Status {
              ++runs;
              Statement read = Sql("SELECT n FROM t WHERE id = 1");
              Rows rows;
              absl::Status status = tx.Execute(read, rows).status();
              if (!status.ok()) return status;
              return Run(tx, absl::StrCat("UPDATE t SET n = ",
                                          std::stoi(rows.rows.at(0)) + 1,
                                          " WHERE id = 1"));
            });
        EXPECT_TRUE(status.ok()) << status;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(Query(*db_, "SELECT n FROM t WHERE id = 1"),
              ElementsAre(absl::StrCat(kThreads * kTimes)));
  EXPECT_GT(runs, kThreads * kTimes);
  RecordProperty("runs", runs);
}

// Also when the body makes something else of it.
TEST_F(ConflictTest, WhatMustNotRunAgainFails) {
  for (const bool hides : {false, true}) {
    int runs = 0;
    const absl::Status status =
        db_->Transact([&](Transaction& tx) -> absl::Status {
          ++runs;
          tx.DoNotRunAgain();
          EXPECT_TRUE(Run(tx, "UPDATE t SET n = n + 1 WHERE id = 1").ok());
          const absl::Status lost = Run(tx,
                                        "DO $$ BEGIN RAISE EXCEPTION 'lost'"
                                        " USING ERRCODE = '40001'; END $$");
          return hides ? absl::NotFoundError("hidden") : absl::OkStatus();
        });
    EXPECT_EQ(KindOfError(status), Kind::kSerialization);
    // The client is not to do it either.
    EXPECT_TRUE(IsNotAgain(status));
    EXPECT_EQ(runs, 1);
  }
  EXPECT_THAT(Query(*db_, "SELECT n FROM t WHERE id = 1"), ElementsAre("0"));
}

TEST_F(ConflictTest, OthersHaveThePlaceWhileABodyPauses) {
  options_.pool_max = 1;
  Open();
  Limits limits(After(absl::Seconds(60)));
  Gate lost;
  BodyCall loser;
  loser.Write(
      *db_,
      [&](Transaction& tx) {
        lost.Open();
        return Run(tx,
                   "DO $$ BEGIN RAISE EXCEPTION 'lost'"
                   " USING ERRCODE = '40001'; END $$");
      },
      &limits);
  lost.Wait();
  for (int i = 0; i < 10; ++i) {
    const absl::Status status = db_->Transact([](Transaction& tx) {
      return Run(tx, "UPDATE t SET n = n + 1 WHERE id = 2");
    });
    EXPECT_TRUE(status.ok()) << status;
  }
  EXPECT_FALSE(loser.answered());
  limits.Cancel();
  EXPECT_FALSE(loser.Wait().ok());
}

TEST_F(ConflictTest, TheIsolationIsAnOption) {
  for (const auto& [isolation, name] :
       std::vector<std::pair<Isolation, std::string>>{
           {Isolation::kReadCommitted, "read committed"},
           {Isolation::kRepeatableRead, "repeatable read"},
           {Isolation::kSerializable, "serializable"}}) {
    TransactionOptions options;
    options.isolation = isolation;
    EXPECT_TRUE(db_->Transact(
                       [&, name = name](Transaction&) {
                         EXPECT_THAT(Query(*db_, "SHOW transaction_isolation"),
                                     ElementsAre(name));
                         return absl::OkStatus();
                       },
                       nullptr, options)
                    .ok());
  }
  EXPECT_TRUE(db_->Transact([&](Transaction&) {
                   EXPECT_THAT(Query(*db_, "SHOW transaction_isolation"),
                               ElementsAre("repeatable read"));
                   return absl::OkStatus();
                 })
                  .ok());
}

TEST_F(ConflictTest, ReadsHaveOneSnapshot) {
  EXPECT_TRUE(
      db_->Read([&](Transaction& tx) {
           EXPECT_TRUE(tx.read_only());
           EXPECT_THAT(Query(*db_, "SELECT sum(n) FROM t"), ElementsAre("0"));
           // Elsewhere, and committed.
           Call write(Write("UPDATE t SET n = 7"));
           db_->Execute(write);
           EXPECT_TRUE(write.Wait().ok()) << write.Wait();
           EXPECT_THAT(Query(*db_, "SELECT sum(n) FROM t"), ElementsAre("0"));
           // A failed statement does not move it.
           Statement bad = Sql("SELECT 1 / 0");
           Rows rows;
           EXPECT_FALSE(tx.Execute(bad, rows).ok());
           EXPECT_THAT(Query(*db_, "SELECT sum(n) FROM t"), ElementsAre("0"));
           return absl::OkStatus();
         })
          .ok());
  EXPECT_THAT(Query(*db_, "SELECT sum(n) FROM t"), ElementsAre("14"));
}

TEST_F(ConflictTest, ReadsDoNotWrite) {
  EXPECT_TRUE(db_->Read([&](Transaction& tx) {
                   absl::Status status = Run(tx, "UPDATE t SET n = 7");
                   EXPECT_EQ(KindOfError(status), Kind::kOther);
                   EXPECT_THAT(std::string(status.message()),
                               HasSubstr("a write in a read-only transaction"));
                   Statement hidden =
                       Sql("WITH u AS (UPDATE t SET n = 7 RETURNING n)"
                           " SELECT n FROM u");
                   Rows rows;
                   EXPECT_FALSE(tx.Execute(hidden, rows).ok());
                   return absl::OkStatus();
                 })
                  .ok());
  EXPECT_THAT(Query(*db_, "SELECT sum(n) FROM t"), ElementsAre("0"));
}

TEST_F(ConflictTest, ADeadlineEndsAStatement) {
  const Limits limits(After(absl::Milliseconds(100)));
  const absl::Status status = db_->Transact(
      [](Transaction& tx) {
        EXPECT_TRUE(Run(tx, "UPDATE t SET n = 7").ok());
        EXPECT_EQ(KindOfError(Run(tx, "SELECT pg_sleep(60)")), Kind::kTimeout);
        // There is no time for anything else.
        EXPECT_EQ(KindOfError(Run(tx, "SELECT 1")), Kind::kTimeout);
        return absl::OkStatus();
      },
      &limits);
  EXPECT_EQ(KindOfError(status), Kind::kTimeout);
  EXPECT_THAT(Query(*db_, "SELECT sum(n) FROM t"), ElementsAre("0"));
}

TEST_F(ConflictTest, ACancelledCallEndsItsStatement) {
  Limits limits;
  BodyCall call;
  call.Write(
      *db_,
      [](Transaction& tx) {
        EXPECT_TRUE(Run(tx, "UPDATE t SET n = 7").ok());
        return Run(tx, "SELECT pg_sleep(60)");
      },
      &limits);
  while (Query(*db_,
               "SELECT count(*) FROM pg_stat_activity WHERE wait_event ="
               " 'PgSleep' AND datname = current_database()")[0] == "0") {
    absl::SleepFor(absl::Milliseconds(5));
  }
  limits.Cancel();
  EXPECT_EQ(KindOfError(call.Wait()), Kind::kCancelled);
  EXPECT_THAT(Query(*db_, "SELECT sum(n) FROM t"), ElementsAre("0"));
}

TEST_F(ConflictTest, ABodyDoesNotEndItsTransaction) {
  for (const char* end : {"COMMIT", "ROLLBACK"}) {
    const absl::Status status = db_->Transact([&](Transaction& tx) {
      absl::Status ended = Run(tx, "UPDATE t SET n = 7");
      return ended.ok() ? Run(tx, end) : ended;
    });
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("ended the transaction by itself"));
  }
}

// Statements prepared before a table was changed.
TEST_F(ConflictTest, AChangedTableIsSeen) {
  options_.pool_max = 1;
  Open();
  const auto read = [&](Transaction& tx) {
    Statement all = Sql("SELECT * FROM t ORDER BY id");
    Rows rows;
    absl::Status status = tx.Execute(all, rows).status();
    if (!status.ok()) return status;
    return absl::InternalError(absl::StrJoin(rows.rows, ";"));
  };
  EXPECT_EQ(db_->Transact(read).message(), "1,0;2,0");
  ASSERT_TRUE(db_->RunScript("ALTER TABLE t ADD COLUMN s TEXT").ok());
  EXPECT_EQ(db_->Transact(read).message(), "1,0,NULL;2,0,NULL");
  ASSERT_TRUE(db_->RunScript("ALTER TABLE t DROP COLUMN n").ok());
  EXPECT_EQ(db_->Read(read).message(), "1,NULL;2,NULL");
}

}  // namespace
}  // namespace modelservice::postgres
