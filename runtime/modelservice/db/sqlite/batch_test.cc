// Calls that are committed together get the results that they would have got
// alone.
#include <sqlite3.h>

#include <atomic>
#include <deque>

#include "absl/strings/numbers.h"
#include "modelservice/db/sqlite/test_support.h"

namespace modelservice::sqlite {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kTables[] =
    "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT UNIQUE);"
    "CREATE TABLE owner (id INTEGER PRIMARY KEY);"
    "CREATE TABLE pet (id INTEGER PRIMARY KEY, owner_id INTEGER NOT NULL"
    "  REFERENCES owner (id) DEFERRABLE INITIALLY DEFERRED);"
    "CREATE TABLE guarded (v INTEGER);"
    "CREATE TRIGGER guard BEFORE INSERT ON guarded WHEN NEW.v < 0 BEGIN"
    "  SELECT RAISE(ROLLBACK, 'negative'); END;";

constexpr char kInsertV[] = "INSERT INTO t (v) VALUES (?1)";
constexpr char kInsertReturning[] =
    "INSERT INTO t (v) VALUES (?1) RETURNING id, v";

class BatchTest : public SqliteTest {
 protected:
  BatchTest() { Open(kTables); }

  // Runs `calls` in one batch and waits for their answers.
  void RunTogether(std::deque<Call>& calls) {
    {
      const HeldWriter held(*db_);
      for (Call& call : calls) db_->Execute(call);
    }
    for (Call& call : calls) call.Wait();
  }

  std::vector<std::string> Values() {
    return Query(*db_, "SELECT v FROM t ORDER BY id");
  }
};

TEST_F(BatchTest, AFailedCallLeavesItsNeighboursAlone) {
  std::deque<Call> calls;
  for (const char* v : {"a", "b", "a", "c"}) {
    calls.emplace_back(Write(kInsertV, {Value::Text(v)}));
  }
  RunTogether(calls);
  EXPECT_TRUE(calls[0].Wait().ok());
  EXPECT_TRUE(calls[1].Wait().ok());
  EXPECT_EQ(KindOfError(calls[2].Wait()), Kind::kUnique);
  EXPECT_TRUE(calls[3].Wait().ok());
  EXPECT_EQ(calls[3].outcome().inserted_key, 3);
  EXPECT_EQ(calls[3].outcome().changes, 1);
  EXPECT_THAT(Values(), ElementsAre("a", "b", "c"));
  // SQLite undid the statement; nothing was run again.
  EXPECT_EQ(calls[0].rows.restarts, 0);
}

// The row is refused after the statement has written it.
TEST_F(BatchTest, ARefusedRowIsUndone) {
  std::deque<Call> calls;
  for (const char* v : {"a", "b", "c"}) {
    calls.emplace_back(Write(kInsertReturning, {Value::Text(v)}));
  }
  calls[1].rows.refuse = 0;
  RunTogether(calls);
  EXPECT_EQ(calls[1].Wait().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(calls[1].Wait().message(), "no more");
  EXPECT_THAT(Values(), ElementsAre("a", "c"));
  // The first was run again, and shows its rows once.
  EXPECT_TRUE(calls[0].Wait().ok());
  EXPECT_THAT(calls[0].rows.rows, ElementsAre("1,a"));
  EXPECT_EQ(calls[0].rows.restarts, 1);
  EXPECT_TRUE(calls[2].Wait().ok());
  EXPECT_THAT(calls[2].rows.rows, ElementsAre("2,c"));
}

TEST_F(BatchTest, ARefusedRowIsUndoneWhenAlone) {
  Call call(Write(kInsertReturning, {Value::Text("a")}));
  call.rows.refuse = 0;
  db_->Execute(call);
  EXPECT_EQ(call.Wait().message(), "no more");
  EXPECT_EQ(call.outcome().changes, 0);
  EXPECT_THAT(Values(), IsEmpty());
}

TEST_F(BatchTest, ATriggerThatRollsBackTakesOnlyItsOwnCall) {
  std::deque<Call> calls;
  calls.emplace_back(Write(kInsertV, {Value::Text("before")}));
  calls.emplace_back(
      Write("INSERT INTO guarded VALUES (?1)", {Value::Integer(-1)}));
  calls.emplace_back(Write(kInsertV, {Value::Text("after")}));
  RunTogether(calls);
  EXPECT_TRUE(calls[0].Wait().ok());
  EXPECT_EQ(calls[0].rows.restarts, 1);
  EXPECT_EQ(KindOfError(calls[1].Wait()), Kind::kCheck);
  EXPECT_EQ(calls[1].Wait().message(), "negative");
  EXPECT_TRUE(calls[2].Wait().ok());
  EXPECT_THAT(Values(), ElementsAre("before", "after"));
  EXPECT_THAT(Query(*db_, "SELECT v FROM guarded"), IsEmpty());
}

TEST_F(BatchTest, OnConflictRollbackTakesOnlyItsOwnCall) {
  std::deque<Call> calls;
  calls.emplace_back(Write(kInsertV, {Value::Text("a")}));
  calls.emplace_back(
      Write("INSERT OR ROLLBACK INTO t (v) VALUES (?1)", {Value::Text("a")}));
  calls.emplace_back(Write(kInsertV, {Value::Text("b")}));
  RunTogether(calls);
  EXPECT_TRUE(calls[0].Wait().ok());
  EXPECT_EQ(KindOfError(calls[1].Wait()), Kind::kUnique);
  EXPECT_TRUE(calls[2].Wait().ok());
  EXPECT_THAT(Values(), ElementsAre("a", "b"));
}

// Django's foreign keys are checked at COMMIT.
TEST_F(BatchTest, ADeferredForeignKeyFailsOnlyItsOwnCall) {
  constexpr char kPet[] = "INSERT INTO pet (owner_id) VALUES (?1)";
  std::deque<Call> calls;
  calls.emplace_back(
      Write("INSERT INTO owner VALUES (?1)", {Value::Integer(1)}));
  calls.emplace_back(Write(kPet, {Value::Integer(1)}));
  calls.emplace_back(Write(kPet, {Value::Integer(99)}));
  calls.emplace_back(Write(kPet, {Value::Integer(1)}));
  calls.emplace_back(Write("DELETE FROM owner WHERE id = 1"));
  RunTogether(calls);
  EXPECT_TRUE(calls[0].Wait().ok());
  EXPECT_TRUE(calls[1].Wait().ok());
  EXPECT_EQ(KindOfError(calls[2].Wait()), Kind::kForeignKey);
  EXPECT_TRUE(calls[3].Wait().ok());
  EXPECT_EQ(KindOfError(calls[4].Wait()), Kind::kForeignKey);
  EXPECT_THAT(Query(*db_, "SELECT owner_id FROM pet"), ElementsAre("1", "1"));
}

// Each alone would have failed, so a later call must not mend an earlier one.
TEST_F(BatchTest, ANeighbourDoesNotSatisfyAForeignKey) {
  std::deque<Call> calls;
  calls.emplace_back(Write("INSERT INTO pet (owner_id) VALUES (5)"));
  calls.emplace_back(Write("INSERT INTO owner VALUES (5)"));
  RunTogether(calls);
  EXPECT_EQ(KindOfError(calls[0].Wait()), Kind::kForeignKey);
  EXPECT_TRUE(calls[1].Wait().ok());
}

TEST_F(BatchTest, ManyTroublesInOneBatch) {
  std::deque<Call> calls;
  for (int i = 0; i < 40; ++i) {
    calls.emplace_back(Write(kInsertReturning, {Value::Integer(i)}));
    calls.emplace_back(Write(kInsertReturning, {Value::Integer(1000 + i)}));
    calls.back().rows.refuse = 0;
    calls.emplace_back(
        Write("INSERT INTO guarded VALUES (?1)", {Value::Integer(-1)}));
    calls.emplace_back(Write("INSERT INTO pet (owner_id) VALUES (77)"));
    calls.emplace_back(Write(kInsertV, {Value::Integer(i)}));
  }
  RunTogether(calls);
  for (size_t i = 0; i < calls.size(); i += 5) {
    EXPECT_TRUE(calls[i].Wait().ok());
    EXPECT_THAT(calls[i].rows.rows.size(), 1);
    EXPECT_EQ(calls[i + 1].Wait().message(), "no more");
    EXPECT_EQ(calls[i + 2].Wait().message(), "negative");
    EXPECT_EQ(KindOfError(calls[i + 3].Wait()), Kind::kForeignKey);
    EXPECT_EQ(KindOfError(calls[i + 4].Wait()), Kind::kUnique);
  }
  EXPECT_THAT(Query(*db_, "SELECT count(*) FROM t"), ElementsAre("40"));
}

// A body has a transaction of its own between two batches, so whatever becomes
// of it, it runs once, and no statement runs again.
TEST_F(BatchTest, BodiesAndStatementsLeaveEachOtherAlone) {
  std::deque<Call> calls;
  for (const char* v : {"a", "b", "c", "d", "e"}) {
    calls.emplace_back(Write(kInsertV, {Value::Text(v)}));
  }
  BodyCall good, bad, lost, deferred;
  std::atomic<int> runs{0};
  {
    const HeldWriter held(*db_);
    db_->Execute(calls[0]);
    good.Write(*db_, [&](Transaction& tx) {
      ++runs;
      return Exec(tx.database(), Write(kInsertV, {Value::Text("body")}));
    });
    db_->Execute(calls[1]);
    bad.Write(*db_, [&](Transaction& tx) {
      ++runs;
      EXPECT_TRUE(
          Exec(tx.database(), Write(kInsertV, {Value::Text("undone")})).ok());
      return absl::NotFoundError("changed my mind");
    });
    db_->Execute(calls[2]);
    lost.Write(*db_, [&](Transaction& tx) {
      ++runs;
      EXPECT_FALSE(
          Exec(tx.database(), Write("INSERT INTO guarded VALUES (-1)")).ok());
      return absl::OkStatus();  // as if nothing had happened
    });
    db_->Execute(calls[3]);
    deferred.Write(*db_, [&](Transaction& tx) {
      ++runs;
      return Exec(tx.database(),
                  Write("INSERT INTO pet (owner_id) VALUES (99)"));
    });
    db_->Execute(calls[4]);
  }
  EXPECT_TRUE(good.Wait().ok()) << good.Wait();
  EXPECT_EQ(bad.Wait().message(), "changed my mind");
  EXPECT_EQ(lost.Wait().message(), "negative");
  EXPECT_EQ(KindOfError(deferred.Wait()), Kind::kForeignKey);
  for (Call& call : calls) {
    EXPECT_TRUE(call.Wait().ok()) << call.Wait();
    EXPECT_EQ(call.rows.restarts, 0);
  }
  EXPECT_EQ(runs, 4);
  EXPECT_THAT(Values(),
              ::testing::UnorderedElementsAre("a", "b", "c", "d", "e", "body"));
  EXPECT_THAT(Query(*db_, "SELECT v FROM t WHERE v <> 'body' ORDER BY id"),
              ElementsAre("a", "b", "c", "d", "e"));
}

// How many rows another connection sees when each of five calls is answered.
class DurabilityTest : public BatchTest {
 protected:
  ~DurabilityTest() override { sqlite3_close(other_); }

  std::vector<int> SeenAtAnswers() {
    Open(kTables);
    EXPECT_EQ(sqlite3_open(options_.path.c_str(), &other_), SQLITE_OK);
    std::vector<int> seen;
    std::deque<Call> calls;
    for (int i = 0; i < 5; ++i) {
      calls.emplace_back(Write(kInsertV, {Value::Integer(i)}));
      calls.back().before_done = [&] { seen.push_back(Count()); };
    }
    RunTogether(calls);
    return seen;
  }

  int Count() {
    int count = -1;
    sqlite3_exec(
        other_, "SELECT count(*) FROM t",
        [](void* out, int, char** values, char**) {
          return absl::SimpleAtoi(values[0], static_cast<int*>(out)) ? 0 : 1;
        },
        &count, nullptr);
    return count;
  }

  sqlite3* other_ = nullptr;
};

TEST_F(DurabilityTest, AnswersComeAfterTheCommit) {
  options_.path = folder_.File("durable.db");
  EXPECT_THAT(SeenAtAnswers(), ElementsAre(5, 5, 5, 5, 5));
  Call alone(Write(kInsertV, {Value::Null()}));
  int seen = 0;
  alone.before_done = [&] { seen = Count(); };
  db_->Execute(alone);
  EXPECT_TRUE(alone.Wait().ok());
  EXPECT_EQ(seen, 6);
}

TEST_F(DurabilityTest, ABatchIsBoundedInNumber) {
  options_.path = folder_.File("number.db");
  options_.max_batch = 2;
  EXPECT_THAT(SeenAtAnswers(), ElementsAre(2, 2, 4, 4, 5));
}

TEST_F(DurabilityTest, ABatchIsBoundedInTime) {
  options_.path = folder_.File("time.db");
  options_.max_batch_time = absl::ZeroDuration();
  EXPECT_THAT(SeenAtAnswers(), ElementsAre(1, 2, 3, 4, 5));
}

TEST_F(DurabilityTest, ABatchIsBoundedInBytes) {
  options_.path = folder_.File("bytes.db");
  options_.max_batch_bytes = 2000;
  Open(kTables);
  ASSERT_EQ(sqlite3_open(options_.path.c_str(), &other_), SQLITE_OK);
  std::vector<int> seen;
  std::deque<Call> calls;
  std::deque<std::string> texts;
  // One that is larger than a batch may be has one of its own.
  for (const size_t size : {900, 900, 900, 5000, 10, 10}) {
    texts.emplace_back(size, static_cast<char>('a' + texts.size()));
    calls.emplace_back(Write(kInsertV, {Value::Text(texts.back())}));
    calls.back().before_done = [&] { seen.push_back(Count()); };
  }
  RunTogether(calls);
  for (Call& call : calls) EXPECT_TRUE(call.Wait().ok());
  EXPECT_THAT(seen, ElementsAre(3, 3, 3, 4, 6, 6));
}

TEST_F(BatchTest, StatementsCannotEndTheTransaction) {
  std::deque<Call> calls;
  calls.emplace_back(Write(kInsertV, {Value::Text("a")}));
  calls.emplace_back(Write("COMMIT"));
  calls.emplace_back(Write("ROLLBACK"));
  calls.emplace_back(Write("RELEASE s"));
  calls.emplace_back(Write(kInsertV, {Value::Text("a")}));
  RunTogether(calls);
  EXPECT_TRUE(calls[0].Wait().ok());
  for (int i : {1, 2, 3}) {
    EXPECT_EQ(KindOfError(calls[static_cast<size_t>(i)].Wait()), Kind::kOther);
  }
  EXPECT_EQ(KindOfError(calls[4].Wait()), Kind::kUnique);
  EXPECT_THAT(Values(), ElementsAre("a"));
}

TEST_F(BatchTest, AnExceptionOfASinkIsAnError) {
  class Throws final : public RowSink {
    absl::Status OnRow(Row) override { throw std::runtime_error("oops"); }
    void OnRestart() override {}
  };
  Throws sink;
  const absl::Status status =
      db_->Run(Write(kInsertReturning, {Value::Text("a")}), sink).status();
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("oops"));
  EXPECT_THAT(Values(), IsEmpty());
  EXPECT_TRUE(Exec(*db_, Write(kInsertV, {Value::Text("b")})).ok());
}

}  // namespace
}  // namespace modelservice::sqlite
