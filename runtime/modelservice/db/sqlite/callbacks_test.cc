// On which threads a program's own code runs, and what it may do there: nothing
// of it on the writer's, and a write from anywhere is done or refused in words.
#include <atomic>
#include <deque>
#include <set>
#include <thread>

#include "absl/synchronization/notification.h"
#include "modelservice/base/waiting.h"
#include "modelservice/db/sqlite/test_support.h"

namespace modelservice::sqlite {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class CallbacksTest : public SqliteTest,
                      public ::testing::WithParamInterface<bool> {
 protected:
  CallbacksTest() {
    if (GetParam()) options_.path = ":memory:";
    options_.busy_timeout = absl::InfiniteDuration();
    // So that what hangs hangs, and is not mended by time.
    options_.max_write_time = absl::InfiniteDuration();
    Open("CREATE TABLE t (v)");
  }

  absl::Status Insert(absl::string_view v) {
    return Exec(*db_, Write(kInsert, {Value::Text(v)}));
  }
  std::vector<std::string> Values() {
    return Query(*db_, "SELECT v FROM t ORDER BY v");
  }
  std::thread::id WritersThread() {
    std::thread::id id;
    Call call(Write("DELETE FROM t WHERE v IS NULL"));
    call.before_done = [&] { id = std::this_thread::get_id(); };
    db_->Execute(call);
    EXPECT_TRUE(call.Wait().ok());
    return id;
  }

  // Every way to write, each with its own value; those that wait say how it
  // went, the others are in `calls` and `bodies`.
  void WriteInAllWays(const std::string& who) {
    EXPECT_TRUE(Insert(who + " runs").ok());
    EXPECT_TRUE(
        db_->Transact([&](Transaction&) { return Insert(who + " transacts"); })
            .ok());
    Call call(Write(kInsert, {Value::Text(who)}));
    db_->Execute(call);
    EXPECT_TRUE(call.Wait().ok()) << call.Wait();
    BodyCall body;
    body.Write(*db_, [&](Transaction&) { return Insert(who + " has it run"); });
    EXPECT_TRUE(body.Wait().ok()) << body.Wait();
    BodyCall read;
    read.Read(*db_, [&](Transaction&) {
      EXPECT_THAT(Values(), Contains(who + " has it run"));
      return absl::OkStatus();
    });
    EXPECT_TRUE(read.Wait().ok()) << read.Wait();
  }
  void ExpectWrittenInAllWays(const std::string& who) {
    EXPECT_THAT(Query(*db_, absl::StrCat("SELECT v FROM t WHERE v LIKE '", who,
                                         "%' ORDER BY v")),
                ElementsAre(who, who + " has it run", who + " runs",
                            who + " transacts"));
  }
};

TEST_P(CallbacksTest, NoneRunsOnTheWritersThread) {
  const std::thread::id writer = WritersThread();
  const std::thread::id caller = std::this_thread::get_id();
  EXPECT_NE(writer, caller);
  EXPECT_TRUE(db_->Transact([&](Transaction& tx) {
                   EXPECT_EQ(std::this_thread::get_id(), caller);
                   EXPECT_FALSE(NoWaiting::Here());
                   tx.OnCommit([&] {
                     EXPECT_EQ(std::this_thread::get_id(), caller);
                     EXPECT_FALSE(NoWaiting::Here());
                   });
                   return Insert("a");
                 })
                  .ok());
  std::set<std::thread::id> seen;
  std::atomic<int> calls{0};
  const auto note = [&] {
    EXPECT_TRUE(Executor::InTask());
    EXPECT_FALSE(NoWaiting::Here());
    seen.insert(std::this_thread::get_id());
    ++calls;
  };
  Gate done;
  db_->RunWrite(
      [&](Transaction& tx) {
        note();
        tx.OnCommit(note);
        return Insert("b");
      },
      nullptr,
      [&](const absl::Status& status) {
        EXPECT_TRUE(status.ok()) << status;
        note();
        done.Open();
      });
  done.Wait();
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(seen.size(), 1u);
  EXPECT_THAT(seen, Not(Contains(writer)));
  EXPECT_THAT(seen, Not(Contains(caller)));
}

TEST_P(CallbacksTest, AllMayWriteAfterACommit) {
  EXPECT_TRUE(db_->Transact([&](Transaction& tx) {
                   tx.OnCommit([&] { WriteInAllWays("transact"); });
                   tx.OnCommit([&] { WriteInAllWays("second"); });
                   return absl::OkStatus();
                 })
                  .ok());
  ExpectWrittenInAllWays("transact");
  ExpectWrittenInAllWays("second");
  Gate done;
  db_->RunWrite(
      [&](Transaction& tx) {
        tx.OnCommit([&] { WriteInAllWays("callback"); });
        return Insert("body");
      },
      nullptr,
      [&](const absl::Status& status) {
        EXPECT_TRUE(status.ok()) << status;
        WriteInAllWays("done");
        done.Open();
      });
  done.Wait();
  ExpectWrittenInAllWays("callback");
  ExpectWrittenInAllWays("done");
  BodyCall read;
  read.Read(*db_, [&](Transaction& tx) {
    tx.OnCommit([&] { WriteInAllWays("read"); });
    return absl::OkStatus();
  });
  EXPECT_TRUE(read.Wait().ok()) << read.Wait();
  ExpectWrittenInAllWays("read");
}

// As many as run at a time, and then some, each waiting for another body.
TEST_P(CallbacksTest, ManyMayWaitForOtherBodiesAtOnce) {
  constexpr int kMany = 12;
  std::atomic<int> waited{0};
  const auto write_another = [&] {
    BodyCall other;
    other.Write(*db_, [&](Transaction&) { return Insert("other"); });
    EXPECT_TRUE(other.Wait().ok()) << other.Wait();
    ++waited;
  };
  for (const bool when_done : {false, true}) {
    std::deque<Gate> done(kMany);
    for (Gate& gate : done) {
      db_->RunWrite(
          [&](Transaction& tx) {
            tx.OnCommit(write_another);
            // Not committed, it has no callback but `done`.
            return when_done ? absl::NotFoundError("no") : Insert("body");
          },
          nullptr,
          [&](const absl::Status& status) {
            EXPECT_EQ(status.ok(), !when_done) << status;
            if (when_done) write_another();
            gate.Open();
          });
    }
    for (Gate& gate : done) gate.Wait();
  }
  EXPECT_EQ(waited, 2 * kMany);
  EXPECT_EQ(Values().size(), 3u * kMany);
}

TEST_P(CallbacksTest, ACallbackOfACallbackMayWrite) {
  int depth = 0;
  std::function<absl::Status()> go_down = [&] {
    return db_->Transact([&](Transaction& tx) {
      tx.OnCommit([&] {
        if (++depth < 20) {
          EXPECT_TRUE(go_down().ok());
        }
      });
      return Insert("x");
    });
  };
  EXPECT_TRUE(go_down().ok());
  EXPECT_EQ(depth, 20);
  EXPECT_EQ(Values().size(), 20u);
}

TEST_P(CallbacksTest, ACallbackThatThrowsStopsNoOther) {
  bool ran = false;
  EXPECT_TRUE(db_->Transact([&](Transaction& tx) {
                   tx.OnCommit([] { throw std::runtime_error("oops"); });
                   tx.OnCommit([&] { ran = true; });
                   return Insert("x");
                 })
                  .ok());
  EXPECT_TRUE(ran);
  BodyCall body;
  body.Write(*db_, [&](Transaction& tx) {
    tx.OnCommit([] { throw 1; });
    return Insert("y");
  });
  EXPECT_TRUE(body.Wait().ok());
  EXPECT_THAT(Values(), ElementsAre("x", "y"));
}

// OnDone of a write is the writer's, who waits for nobody.
TEST_P(CallbacksTest, OnDoneIsRefusedWhatWaitsAndDoneWhatDoesNot) {
  Call first(Write(kInsert, {Value::Text("first")}));
  Call written(Write(kInsert, {Value::Text("second")}));
  Call read(Sql("SELECT count(*) FROM t"));
  BodyCall body, reading;
  std::vector<absl::Status> refusals;
  first.before_done = [&] {
    refusals = {Insert("refused"),
                Exec(*db_, Sql("SELECT 1")),
                db_->Transact([](Transaction&) { return absl::OkStatus(); }),
                db_->Read([](Transaction&) { return absl::OkStatus(); }),
                db_->RunScript("DELETE FROM t"),
                db_->ColumnsOf(Named("t")).status()};
    db_->Execute(written);
    db_->Execute(read);
    body.Write(*db_, [&](Transaction&) { return Insert("third"); });
    reading.Read(*db_, [&](Transaction&) {
      EXPECT_GE(Values().size(), 1u);
      return absl::OkStatus();
    });
  };
  db_->Execute(first);
  EXPECT_TRUE(first.Wait().ok());
  for (const absl::Status& refusal : refusals) {
    EXPECT_EQ(refusal.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(refusal.message()), HasSubstr(" waits, and "));
  }
  EXPECT_EQ(refusals.size(), 6u);
  EXPECT_TRUE(written.Wait().ok()) << written.Wait();
  EXPECT_TRUE(read.Wait().ok()) << read.Wait();
  EXPECT_TRUE(body.Wait().ok()) << body.Wait();
  EXPECT_TRUE(reading.Wait().ok()) << reading.Wait();
  EXPECT_THAT(Values(), ElementsAre("first", "second", "third"));
}

// A body of one database inside of one of another, both ways round at once:
// whoever holds the other's up gives way in time.
TEST_P(CallbacksTest, BodiesInsideOfEachOtherDoNotHangForEver) {
  options_.max_write_time = absl::Milliseconds(100);
  Open("CREATE TABLE IF NOT EXISTS t (v)");
  if (!GetParam()) options_.path = folder_.File("other.db");
  const std::unique_ptr<Database> other = OpenAnother();
  ASSERT_TRUE(other->RunScript("CREATE TABLE t (v)").ok());
  Gate one, two;
  const auto nested = [&](Database& outer, Database& inner, Gate& mine,
                          Gate& theirs) {
    return outer.Transact([&](Transaction&) {
      EXPECT_TRUE(Exec(outer, Write("INSERT INTO t VALUES ('outer')")).ok());
      mine.Open();
      theirs.Wait();
      return inner.Transact([&](Transaction&) {
        return Exec(inner, Write("INSERT INTO t VALUES ('inner')"));
      });
    });
  };
  absl::Status here, there;
  std::thread thread([&] { there = nested(*other, *db_, two, one); });
  here = nested(*db_, *other, one, two);
  thread.join();
  // An outer one is undone alone, as it is when its own error comes later.
  const auto count = [](Database& db, absl::string_view v) {
    return Query(db,
                 absl::StrCat("SELECT count(*) FROM t WHERE v = '", v, "'"))[0];
  };
  for (const absl::Status& status : {here, there}) {
    if (!status.ok()) {
      EXPECT_EQ(KindOfError(status), Kind::kTooLong);
    }
  }
  EXPECT_FALSE(here.ok() && there.ok());
  EXPECT_EQ(count(*db_, "outer"), here.ok() ? "1" : "0");
  EXPECT_EQ(count(*other, "outer"), there.ok() ? "1" : "0");
}

// Who commits more than may wait runs it; a server's executor is closed before
// its database is.
TEST_P(CallbacksTest, WhatFollowsCommitsIsNeverLeftOut) {
  Executor::Options options;
  options.threads = 4;  // one of them for this
  const auto executor = std::make_shared<Executor>(options);
  db_->set_executor(executor);
  absl::Notification begun;
  absl::Notification go_on;
  db_->RunAfterCommit([&] {
    begun.Notify();
    go_on.WaitForNotification();
  });
  begun.WaitForNotification();
  const std::thread::id here = std::this_thread::get_id();
  std::atomic<int> elsewhere = 0;
  int ran_here = 0;
  for (int i = 0; i < 1001; ++i) {
    db_->RunAfterCommit([&] {
      if (std::this_thread::get_id() == here) {
        ++ran_here;
      } else {
        ++elsewhere;
      }
    });
  }
  EXPECT_EQ(ran_here, 1);
  EXPECT_EQ(elsewhere, 0);
  go_on.Notify();
  executor->Close();
  // Who closes the executor runs what was on its way to a thread of it.
  db_->RunAfterCommit([&] { ++ran_here; });
  db_ = nullptr;
  EXPECT_EQ(elsewhere + ran_here, 1002);
}

INSTANTIATE_TEST_SUITE_P(All, CallbacksTest, ::testing::Bool(),
                         [](const auto& info) {
                           return info.param ? "Memory" : "File";
                         });

}  // namespace
}  // namespace modelservice::sqlite
