// max_write_time: how long a transaction may keep others from writing, and what
// becomes of one that takes longer.
#include <atomic>
#include <deque>
#include <thread>

#include "modelservice/db/sqlite/test_support.h"

namespace modelservice::sqlite {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kEndless[] =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
    "SELECT count(*) FROM n";
constexpr char kEndlessWrite[] =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
    "INSERT INTO t SELECT i FROM n WHERE i < 0";
// Much more than a few milliseconds of work.
constexpr char kLongScript[] =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
    "  LIMIT 300000) INSERT INTO t SELECT i FROM n;";

void ExpectTooLong(const absl::Status& status) {
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted) << status;
  EXPECT_EQ(KindOfError(status), Kind::kTooLong) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("max_write_time"));
}

// On a file and in memory.
class WriteTimeTest : public SqliteTest,
                      public ::testing::WithParamInterface<bool> {
 protected:
  WriteTimeTest() {
    if (GetParam()) options_.path = ":memory:";
    options_.busy_timeout = absl::InfiniteDuration();
    options_.max_write_time = absl::Milliseconds(100);
    Open("CREATE TABLE t (v)");
  }

  absl::Status Insert(absl::string_view v) {
    return Exec(*db_, Write(kInsert, {Value::Text(v)}));
  }
  std::vector<std::string> Values() {
    return Query(*db_, "SELECT v FROM t ORDER BY v");
  }
};

// It does not end before a write that was queued behind it is done.
TEST_P(WriteTimeTest, ABodyThatWaitsForTooLongIsUndoneAndOthersWrite) {
  for (const bool use_afterwards : {false, true}) {
    ASSERT_TRUE(Exec(*db_, Write("DELETE FROM t")).ok());
    Call other(Write(kInsert, {Value::Text("other")}));
    bool committed = false;
    ExpectTooLong(db_->Transact([&](Transaction& tx) -> absl::Status {
      tx.OnCommit([&] { committed = true; });
      EXPECT_TRUE(Insert("a").ok());
      db_->Execute(other);
      EXPECT_TRUE(other.Wait().ok()) << other.Wait();
      if (use_afterwards) {
        ExpectTooLong(Insert("b"));
        ExpectTooLong(Exec(*db_, Sql("SELECT v FROM t")));
        ExpectTooLong(tx.RunScript("DELETE FROM t"));
        bool ran = false;
        ExpectTooLong(tx.Savepoint([&](Transaction&) {
          ran = true;
          return absl::OkStatus();
        }));
        EXPECT_FALSE(ran);
      }
      return absl::OkStatus();  // as if nothing had happened
    }));
    EXPECT_FALSE(committed);
    EXPECT_THAT(Values(), ElementsAre("other"));
  }
}

TEST_P(WriteTimeTest, ABodyOfRunWriteToo) {
  Call other(Write(kInsert, {Value::Text("other")}));
  BodyCall body, next;
  body.Write(*db_, [&](Transaction&) {
    EXPECT_TRUE(Insert("a").ok());
    db_->Execute(other);
    EXPECT_TRUE(other.Wait().ok()) << other.Wait();
    return absl::OkStatus();
  });
  next.Write(*db_, [&](Transaction&) { return Insert("next"); });
  ExpectTooLong(body.Wait());
  EXPECT_TRUE(next.Wait().ok()) << next.Wait();
  EXPECT_THAT(Values(), ElementsAre("next", "other"));
}

TEST_P(WriteTimeTest, InASavepoint) {
  Call other(Write(kInsert, {Value::Text("other")}));
  ExpectTooLong(db_->Transact([&](Transaction& tx) {
    EXPECT_TRUE(Insert("a").ok());
    ExpectTooLong(tx.Savepoint([&](Transaction&) {
      EXPECT_TRUE(Insert("b").ok());
      db_->Execute(other);
      EXPECT_TRUE(other.Wait().ok()) << other.Wait();
      return absl::OkStatus();
    }));
    return absl::OkStatus();
  }));
  EXPECT_THAT(Values(), ElementsAre("other"));
}

TEST_P(WriteTimeTest, ABodysOwnErrorStays) {
  Call other(Write(kInsert, {Value::Text("other")}));
  EXPECT_EQ(db_->Transact([&](Transaction&) {
    db_->Execute(other);
    other.Wait();
    return absl::NotFoundError("mine");
  }),
            absl::NotFoundError("mine"));
}

TEST_P(WriteTimeTest, AStatementThatTakesTooLongIsStopped) {
  for (const char* sql : {kEndless, kEndlessWrite}) {
    // The statement says so, and the transaction, whatever the body says.
    ExpectTooLong(db_->Transact([&](Transaction&) {
      EXPECT_TRUE(Insert("a").ok());
      ExpectTooLong(Exec(*db_, Write(sql)));
      return absl::OkStatus();
    }));
    ExpectTooLong(db_->Transact([&](Transaction& tx) {
      EXPECT_TRUE(Insert("a").ok());
      return tx.RunScript(sql);
    }));
  }
  EXPECT_TRUE(Insert("b").ok());
  EXPECT_THAT(Values(), ElementsAre("b"));
}

TEST_P(WriteTimeTest, ATransactionMayHaveATimeOfItsOwn) {
  TransactionOptions longer;
  longer.max_time = absl::InfiniteDuration();
  EXPECT_TRUE(db_->Transact(
                     [&](Transaction&) {
                       absl::SleepFor(absl::Milliseconds(250));
                       return Insert("long");
                     },
                     nullptr, longer)
                  .ok());
  options_.max_write_time = absl::InfiniteDuration();
  Open(GetParam() ? "CREATE TABLE t (v)" : "DELETE FROM t");
  TransactionOptions shorter;
  shorter.max_time = absl::Milliseconds(20);
  Call other(Write(kInsert, {Value::Text("other")}));
  const absl::Status status = db_->Transact(
      [&](Transaction&) {
        EXPECT_TRUE(Insert("short").ok());
        db_->Execute(other);
        EXPECT_TRUE(other.Wait().ok());
        return absl::OkStatus();
      },
      nullptr, shorter);
  ExpectTooLong(status);
  EXPECT_THAT(std::string(status.message()), HasSubstr("longer than 20ms"));
  EXPECT_THAT(Values(), ElementsAre("other"));
}

TEST_P(WriteTimeTest, AScriptMayTakeAnyTime) {
  options_.max_write_time = absl::Milliseconds(1);
  Open("CREATE TABLE IF NOT EXISTS t (v)");
  ExpectTooLong(
      db_->Transact([](Transaction& tx) { return tx.RunScript(kLongScript); }));
  EXPECT_TRUE(db_->RunScript(kLongScript).ok());
  EXPECT_THAT(Query(*db_, "SELECT count(*) FROM t"), ElementsAre("300000"));
}

TEST_P(WriteTimeTest, ReadsMayTakeAnyTime) {
  options_.max_write_time = absl::Milliseconds(1);
  Open("CREATE TABLE IF NOT EXISTS t (v)");
  EXPECT_TRUE(db_->Read([&](Transaction&) {
                   absl::SleepFor(absl::Milliseconds(50));
                   EXPECT_THAT(Values(), IsEmpty());
                   return absl::OkStatus();
                 })
                  .ok());
}

// The rest with all the time that there is: it is the call that ends.
class EndedCallTest : public WriteTimeTest {
 protected:
  EndedCallTest() {
    options_.max_write_time = absl::InfiniteDuration();
    Open("CREATE TABLE IF NOT EXISTS t (v)");
  }
};

TEST_P(EndedCallTest, WhoseClientLeavesIsUndoneAtOnce) {
  Limits limits;
  Call other(Write(kInsert, {Value::Text("other")}));
  EXPECT_EQ(KindOfError(db_->Transact(
                [&](Transaction&) {
                  EXPECT_TRUE(Insert("a").ok());
                  db_->Execute(other);
                  limits.Cancel();
                  EXPECT_TRUE(other.Wait().ok());
                  EXPECT_EQ(KindOfError(Insert("b")), Kind::kCancelled);
                  return absl::OkStatus();
                },
                &limits)),
            Kind::kCancelled);
  EXPECT_THAT(Values(), ElementsAre("other"));
}

TEST_P(EndedCallTest, WhoseDeadlinePassesIsUndoneAtOnce) {
  const Limits limits(After(absl::Milliseconds(100)));
  Call other(Write(kInsert, {Value::Text("other")}));
  EXPECT_EQ(KindOfError(db_->Transact(
                [&](Transaction&) {
                  EXPECT_TRUE(Insert("a").ok());
                  db_->Execute(other);
                  EXPECT_TRUE(other.Wait().ok());
                  EXPECT_EQ(KindOfError(Insert("b")), Kind::kTimeout);
                  return absl::OkStatus();
                },
                &limits)),
            Kind::kTimeout);
  EXPECT_THAT(Values(), ElementsAre("other"));
}

TEST_P(EndedCallTest, WhileAStatementRuns) {
  Limits limits;
  Gate started;
  std::thread canceller([&] {
    started.Wait();
    limits.Cancel();
  });
  EXPECT_EQ(KindOfError(db_->Transact(
                [&](Transaction&) {
                  EXPECT_TRUE(Insert("a").ok());
                  started.Open();
                  return Exec(*db_, Write(kEndlessWrite));
                },
                &limits)),
            Kind::kCancelled);
  canceller.join();
  EXPECT_THAT(Values(), IsEmpty());
}

// The writer finds its loan without a borrower.
TEST_P(EndedCallTest, MayLeaveTheQueue) {
  Limits cancelled;
  const Limits late(After(absl::Milliseconds(20)));
  std::vector<BodyCall> bodies(4);
  Call before(Write(kInsert, {Value::Text("before")}));
  Call after(Write(kInsert, {Value::Text("after")}));
  const auto body = [](Transaction&) {
    ADD_FAILURE() << "run";
    return absl::OkStatus();
  };
  {
    const HeldWriter held(*db_);
    db_->Execute(before);
    std::thread first([&] {
      EXPECT_EQ(KindOfError(db_->Transact(body, &late)), Kind::kTimeout);
    });
    std::thread second([&] {
      EXPECT_EQ(KindOfError(db_->Transact(body, &cancelled)), Kind::kCancelled);
    });
    first.join();
    cancelled.Cancel();
    second.join();
    db_->Execute(after);
    EXPECT_FALSE(before.answered());
  }
  EXPECT_TRUE(before.Wait().ok());
  EXPECT_TRUE(after.Wait().ok());
  EXPECT_TRUE(db_->Transact([&](Transaction&) { return Insert("next"); }).ok());
  EXPECT_THAT(Values(), ElementsAre("after", "before", "next"));
}

// Loans that race with their deadlines are lent, or left in the queue: each
// says what has become of it.
TEST_P(EndedCallTest, SaysWhatHasBecomeOfIt) {
  constexpr int kThreads = 8;
  std::atomic<int> committed{0}, late{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      for (int j = 0; j < 100; ++j) {
        const Limits limits(After(absl::Microseconds(20 * ((i + j) % 40))));
        const absl::Status status = db_->Transact(
            [&](Transaction&) {
              absl::Status inserted = Insert("x");
              if (j % 3 == 0) absl::SleepFor(absl::Microseconds(100));
              return inserted;
            },
            &limits);
        if (status.ok()) {
          ++committed;
        } else {
          EXPECT_EQ(KindOfError(status), Kind::kTimeout) << status;
          ++late;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(committed + late, 100 * kThreads);
  EXPECT_THAT(Query(*db_, "SELECT count(*) FROM t"),
              ElementsAre(absl::StrCat(committed.load())));
}

// Its connection cannot be taken back while a sink has it.
TEST_P(EndedCallTest, MakesNoSinkWait) {
  options_.path = folder_.File("other.db");
  const std::unique_ptr<Database> other = OpenAnother();
  class Waits final : public RowSink {
   public:
    explicit Waits(Database& db) : db_(db) {}
    absl::Status OnRow(Row) override {
      return db_.Transact([](Transaction&) { return absl::OkStatus(); });
    }
    void OnRestart() override {}

   private:
    Database& db_;
  };
  Waits sink(*other);
  const absl::Status status = db_->Transact(
      [&](Transaction&) { return db_->Run(Sql("SELECT 1"), sink).status(); });
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("Transact waits"));
  // Joining does not wait, and reads keep nobody from writing.
  Waits joins(*db_);
  EXPECT_TRUE(db_->Transact([&](Transaction&) {
                   return db_->Run(Sql("SELECT 1"), joins).status();
                 })
                  .ok());
  EXPECT_TRUE(db_->Read([&](Transaction&) {
                   return db_->Run(Sql("SELECT 1"), sink).status();
                 })
                  .ok());
}

TEST_P(WriteTimeTest, ClosingWaitsNoLongerForABody) {
  Gate started, closed;
  std::thread borrower([&] {
    ExpectTooLong(db_->Transact([&](Transaction&) {
      EXPECT_TRUE(Insert("a").ok());
      started.Open();
      closed.Wait();
      return Insert("b");
    }));
  });
  started.Wait();
  Call queued(Write(kInsert, {Value::Text("queued")}));
  db_->Execute(queued);
  std::thread waiting([&] {
    const absl::Status status =
        db_->Transact([&](Transaction&) { return Insert("waited"); });
    // Whichever was first.
    if (!status.ok()) {
      EXPECT_EQ(KindOfError(status), Kind::kConnection);
    }
  });
  db_->Close();
  closed.Open();
  borrower.join();
  waiting.join();
  EXPECT_TRUE(queued.Wait().ok()) << queued.Wait();
}

TEST_P(WriteTimeTest, ClosingRunsTheBodiesThatAreQueued) {
  std::deque<BodyCall> bodies(20);
  std::atomic<int> ran{0};
  for (BodyCall& body : bodies) {
    body.Write(*db_, [&](Transaction&) {
      ++ran;
      return Insert("x");
    });
  }
  db_->Close();
  for (BodyCall& body : bodies) EXPECT_TRUE(body.Wait().ok()) << body.Wait();
  EXPECT_EQ(ran, 20);
}

std::string Name(const ::testing::TestParamInfo<bool>& info) {
  return info.param ? "Memory" : "File";
}
INSTANTIATE_TEST_SUITE_P(All, WriteTimeTest, ::testing::Bool(), Name);
INSTANTIATE_TEST_SUITE_P(All, EndedCallTest, ::testing::Bool(), Name);

}  // namespace
}  // namespace modelservice::sqlite
