// Many threads at once.
#include <deque>
#include <thread>

#include "modelservice/db/sqlite/test_support.h"

namespace modelservice::sqlite {
namespace {

using ::testing::ElementsAre;

constexpr int kThreads = 8;

class ThreadsTest : public SqliteTest,
                    public ::testing::WithParamInterface<bool> {
 protected:
  ThreadsTest() {
    if (GetParam()) options_.path = ":memory:";
    options_.synchronous = SqliteOptions::Synchronous::kOff;
    options_.max_batch_time = absl::Milliseconds(10);
    options_.busy_timeout = absl::InfiniteDuration();
    Open(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT UNIQUE);"
        "CREATE TABLE sums (a INTEGER, b INTEGER);"
        "INSERT INTO sums VALUES (0, 0);");
  }

  template <class Work>
  static void InThreads(Work work, int count = kThreads) {
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) threads.emplace_back(work, i);
    for (std::thread& thread : threads) thread.join();
  }
};

TEST_P(ThreadsTest, AHundredCreatesAndABadOneAmongThem) {
  ASSERT_TRUE(Exec(*db_, Write("INSERT INTO t (v) VALUES ('taken')")).ok());
  std::vector<std::unique_ptr<Call>> calls(101);
  std::vector<std::string> names;
  for (int i = 0; i < 101; ++i) names.push_back(absl::StrCat("name", i));
  names[50] = "taken";
  InThreads([&](int thread) {
    for (size_t i = static_cast<size_t>(thread); i < calls.size();
         i += kThreads) {
      calls[i] = std::make_unique<Call>(
          Write("INSERT INTO t (v) VALUES (?1) RETURNING v",
                {Value::Text(names[i])}));
      db_->Execute(*calls[i]);
    }
  });
  for (size_t i = 0; i < calls.size(); ++i) {
    if (i == 50) {
      EXPECT_EQ(KindOfError(calls[i]->Wait()), Kind::kUnique);
    } else {
      EXPECT_TRUE(calls[i]->Wait().ok()) << calls[i]->Wait();
      EXPECT_THAT(calls[i]->rows.rows, ElementsAre(names[i]));
    }
  }
  EXPECT_THAT(Query(*db_, "SELECT count(*), count(DISTINCT id) FROM t"),
              ElementsAre("101,101"));
}

// Every snapshot has the two sums alike, and no update is lost.
TEST_P(ThreadsTest, ReadersWritersBodiesAndCursors) {
  constexpr int kRounds = 40;
  std::atomic<int> added{0};
  InThreads([&](int thread) {
    for (int round = 0; round < kRounds; ++round) {
      switch ((thread + round) % 4) {
        case 0: {
          EXPECT_TRUE(
              Exec(*db_, Write("UPDATE sums SET a = a + 1, b = b + 1")).ok());
          ++added;
          break;
        }
        case 1: {
          const bool keep = round % 3 != 0;
          const absl::Status status = db_->Transact([&](Transaction&) {
            EXPECT_TRUE(Exec(*db_, Write("UPDATE sums SET a = a + 1")).ok());
            EXPECT_TRUE(Exec(*db_, Write("UPDATE sums SET b = b + 1")).ok());
            return keep ? absl::OkStatus() : absl::NotFoundError("no");
          });
          EXPECT_EQ(status.ok(), keep);
          if (keep) ++added;
          break;
        }
        case 2: {
          EXPECT_TRUE(db_->Read([&](Transaction&) {
                           const auto a = Query(*db_, "SELECT a FROM sums");
                           const auto b = Query(*db_, "SELECT b FROM sums");
                           EXPECT_EQ(a, b);
                           return absl::OkStatus();
                         })
                          .ok());
          break;
        }
        default: {
          absl::StatusOr<std::unique_ptr<Cursor>> cursor = db_->Open(
              Sql("SELECT a FROM sums UNION ALL SELECT b FROM sums"), nullptr);
          ASSERT_TRUE(cursor.ok()) << cursor.status();
          Rows rows;
          // Its second half on another thread.
          (*cursor)->Fetch(1, rows, [](absl::StatusOr<bool>) {});
          std::thread([&] {
            (*cursor)->Fetch(5, rows, [](absl::StatusOr<bool>) {});
          }).join();
          ASSERT_EQ(rows.rows.size(), 2u);
          EXPECT_EQ(rows.rows[0], rows.rows[1]);
        }
      }
    }
  });
  EXPECT_THAT(Query(*db_, "SELECT a, b FROM sums"),
              ElementsAre(absl::StrCat(added.load(), ",", added.load())));
}

// What each thread writes in all ways, one after the other, is there exactly
// when that was acknowledged, once, and in the thread's order.
TEST_P(ThreadsTest, ManyThreadsWriteInAllWays) {
  constexpr int kMany = 64;
  constexpr int kRounds = 8;
  ASSERT_TRUE(db_->RunScript("CREATE TABLE log (id INTEGER PRIMARY KEY "
                             "AUTOINCREMENT, thread INTEGER, n INTEGER,"
                             "  UNIQUE (thread, n))")
                  .ok());
  constexpr char kLog[] = "INSERT INTO log (thread, n) VALUES (?1, ?2)";
  std::vector<std::vector<std::string>> acknowledged(kMany);
  InThreads(
      [&](int thread) {
        int n = 0;
        const auto next = [&] {
          return Write(kLog, {Value::Integer(thread), Value::Integer(++n)});
        };
        std::vector<std::string>& log =
            acknowledged[static_cast<size_t>(thread)];
        const auto note = [&](const absl::Status& status, int number) {
          if (status.ok()) log.push_back(absl::StrCat(number));
        };
        for (int round = 0; round < kRounds; ++round) {
          // Several on their way at once, one of which fails.
          std::deque<Call> calls;
          for (int i = 0; i < 3; ++i) calls.emplace_back(next());
          calls.emplace_back(
              Write(kLog, {Value::Integer(thread), Value::Integer(n)}));
          calls.emplace_back(next());
          for (Call& call : calls) db_->Execute(call);
          for (size_t i = 0; i < calls.size(); ++i) {
            EXPECT_EQ(calls[i].Wait().ok(), i != 3) << calls[i].Wait();
          }
          for (int i = 3; i >= 0; --i) note(absl::OkStatus(), n - i);
          const bool keep = (thread + round) % 3 != 0;
          absl::Status status = db_->Transact([&](Transaction&) {
            EXPECT_TRUE(Exec(*db_, next()).ok());
            return keep ? absl::OkStatus() : absl::NotFoundError("no");
          });
          EXPECT_EQ(status.ok(), keep);
          note(status, n);
          BodyCall body;
          body.Write(*db_, [&](Transaction&) { return Exec(*db_, next()); });
          EXPECT_TRUE(body.Wait().ok()) << body.Wait();
          note(body.Wait(), n);
          status = Exec(*db_, next());
          EXPECT_TRUE(status.ok()) << status;
          note(status, n);
        }
      },
      kMany);
  for (int thread = 0; thread < kMany; ++thread) {
    EXPECT_EQ(Query(*db_, absl::StrCat("SELECT n FROM log WHERE thread = ",
                                       thread, " ORDER BY id")),
              acknowledged[static_cast<size_t>(thread)]);
  }
}

// Calls race with Close: each is run, or answered as too late.
TEST_P(ThreadsTest, ClosingUnderLoad) {
  std::deque<Call> calls;
  std::deque<BodyCall> bodies(100);
  std::vector<absl::Status> transacted(100);
  for (int i = 0; i < 400; ++i) {
    calls.emplace_back(
        Write("INSERT INTO t (v) VALUES (?1)", {Value::Integer(i)}));
  }
  InThreads([&](int thread) {
    for (size_t i = static_cast<size_t>(thread); i < calls.size();
         i += kThreads) {
      if (i == 200) db_->Close();
      db_->Execute(calls[i]);
      const auto body = [&, i](Transaction&) {
        return Exec(*db_,
                    Write("INSERT INTO t (v) VALUES (?1)",
                          {Value::Integer(static_cast<int64_t>(i) + 1000)}));
      };
      if (i % 4 == 0) bodies[i / 4].Write(*db_, body);
      if (i % 4 == 1) transacted[i / 4] = db_->Transact(body);
    }
  });
  int stored = 0;
  for (size_t i = 0; i < 100; ++i) {
    for (const absl::Status& status : {bodies[i].Wait(), transacted[i]}) {
      if (status.ok()) {
        ++stored;
      } else {
        EXPECT_EQ(KindOfError(status), Kind::kConnection) << status;
      }
    }
  }
  for (Call& call : calls) {
    if (call.Wait().ok()) {
      ++stored;
    } else {
      EXPECT_EQ(KindOfError(call.Wait()), Kind::kConnection);
    }
  }
  EXPECT_LT(stored, 600);
  if (GetParam()) return;  // gone with its connection
  Open();
  EXPECT_THAT(Query(*db_, "SELECT count(*) FROM t"),
              ElementsAre(absl::StrCat(stored)));
}

INSTANTIATE_TEST_SUITE_P(All, ThreadsTest, ::testing::Values(false, true),
                         [](const auto& info) {
                           return info.param ? "Memory" : "File";
                         });

}  // namespace
}  // namespace modelservice::sqlite
