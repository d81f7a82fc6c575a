// A file that others use too: another process, or another Database of this one.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <deque>
#include <thread>

#include "absl/strings/numbers.h"
#include "modelservice/db/sqlite/test_support.h"

extern char** environ;

namespace modelservice::sqlite {
namespace {

using ::testing::ElementsAre;

constexpr char kInsert[] = "INSERT INTO t VALUES (?1, ?2)";

// OTHER_PROCESS is the path of the program.
class OtherProcess {
 public:
  OtherProcess(const char* command, const std::string& file,
               const std::string& argument) {
    int to[2], from[2];
    EXPECT_EQ(pipe2(to, O_CLOEXEC), 0);
    EXPECT_EQ(pipe2(from, O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, to[0], 0);
    posix_spawn_file_actions_adddup2(&actions, from[1], 1);
    std::string program = OTHER_PROCESS, verb = command, path = file,
                last = argument;
    char* const arguments[] = {program.data(), verb.data(), path.data(),
                               last.data(), nullptr};
    EXPECT_EQ(posix_spawn(&pid_, OTHER_PROCESS, &actions, nullptr, arguments,
                          environ),
              0);
    posix_spawn_file_actions_destroy(&actions);
    close(to[0]);
    close(from[1]);
    to_ = to[1];
    from_ = fdopen(from[0], "r");
  }
  ~OtherProcess() {
    if (pid_ != 0) Kill();
    close(to_);
    fclose(from_);
  }
  OtherProcess(const OtherProcess&) = delete;
  OtherProcess& operator=(const OtherProcess&) = delete;

  std::string Line() {
    char line[100] = "";
    if (fgets(line, sizeof line, from_) == nullptr) return "";
    return std::string(line, strcspn(line, "\n"));
  }
  // Lets one that holds go on.
  void Release() { EXPECT_EQ(write(to_, "\n", 1), 1); }
  void Kill() {
    kill(pid_, SIGKILL);
    Wait();
  }
  // Its exit status.
  int Wait() {
    int status = 0;
    EXPECT_EQ(waitpid(std::exchange(pid_, 0), &status, 0) > 0, true);
    return status;
  }

 private:
  pid_t pid_ = 0;
  int to_ = -1;
  FILE* from_ = nullptr;
};

class ProcessesTest : public SqliteTest {
 protected:
  ProcessesTest() {
    options_.synchronous = SqliteOptions::Synchronous::kOff;
    options_.busy_timeout = absl::InfiniteDuration();
    // What waits for another process does not keep others of this one waiting.
    options_.max_write_time = absl::Seconds(60);
    Open(
        "CREATE TABLE t (who TEXT, i INTEGER, UNIQUE (who, i));"
        "CREATE TABLE counter (n INTEGER); INSERT INTO counter VALUES (0);");
  }

  static Statement Insert(absl::string_view who, int i) {
    return Write(kInsert, {Value::Text(who), Value::Integer(i)});
  }
  // Reads, and then writes what it has read and one more.
  static absl::Status Count(Database& db) {
    int64_t n = 0;
    if (!absl::SimpleAtoi(Query(db, "SELECT n FROM counter")[0], &n)) {
      return absl::InternalError("no number");
    }
    return Exec(db,
                Write("UPDATE counter SET n = ?1", {Value::Integer(n + 1)}));
  }
  std::string CountOf(absl::string_view who) {
    return Query(*db_, absl::StrCat("SELECT count(*) FROM t WHERE who = '", who,
                                    "'"))[0];
  }
};

TEST_F(ProcessesTest, WritesWaitForALock) {
  OtherProcess other("hold", options_.path, "BEGIN IMMEDIATE");
  ASSERT_EQ(other.Line(), "ready");
  std::deque<Call> calls;
  for (int i = 0; i < 3; ++i) calls.emplace_back(Insert("call", i));
  BodyCall one, two;
  one.Write(*db_, [&](Transaction&) { return Exec(*db_, Insert("body", 1)); });
  for (Call& call : calls) db_->Execute(call);
  two.Write(*db_, [&](Transaction&) { return Exec(*db_, Insert("body", 2)); });
  absl::SleepFor(absl::Milliseconds(50));
  EXPECT_FALSE(one.answered() || two.answered());
  for (Call& call : calls) EXPECT_FALSE(call.answered());
  // Who reads does not mind.
  EXPECT_EQ(CountOf("body"), "0");
  other.Release();
  for (Call& call : calls) EXPECT_TRUE(call.Wait().ok()) << call.Wait();
  EXPECT_TRUE(one.Wait().ok()) << one.Wait();
  EXPECT_TRUE(two.Wait().ok()) << two.Wait();
  EXPECT_EQ(other.Wait(), 0);
  EXPECT_EQ(CountOf("call"), "3");
  EXPECT_EQ(CountOf("body"), "2");
}

TEST_F(ProcessesTest, AProcessThatDiesLeavesTheLock) {
  OtherProcess other("hold", options_.path,
                     "BEGIN IMMEDIATE; INSERT INTO t VALUES ('other', 1)");
  ASSERT_EQ(other.Line(), "ready");
  BodyCall body;
  body.Write(*db_, [&](Transaction&) { return Exec(*db_, Insert("body", 1)); });
  absl::SleepFor(absl::Milliseconds(20));
  EXPECT_FALSE(body.answered());
  other.Kill();
  EXPECT_TRUE(body.Wait().ok()) << body.Wait();
  EXPECT_THAT(Query(*db_, "SELECT who FROM t"), ElementsAre("body"));
}

// The lock is waited for once by all that are there, not by one after the
// other: bodies and statements alike.
TEST_F(ProcessesTest, ALockThatIsKeptIsBusyForAllThatWait) {
  constexpr int kMany = 20;
  options_.busy_timeout = absl::Milliseconds(300);
  Open();
  OtherProcess other("hold", options_.path, "BEGIN IMMEDIATE");
  ASSERT_EQ(other.Line(), "ready");
  const SteadyTime start = SteadyNow();
  std::vector<std::thread> threads;
  for (int i = 0; i < kMany; ++i) {
    threads.emplace_back([&, i] {
      const absl::Status status = i % 2 == 0 ? db_->Transact([&](Transaction&) {
        return Exec(*db_, Insert("busy", i));
      })
                                             : Exec(*db_, Insert("busy", i));
      EXPECT_EQ(KindOfError(status), Kind::kBusy) << status;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LT(Since(start), absl::Seconds(2));
  other.Release();
  EXPECT_EQ(other.Wait(), 0);
  EXPECT_TRUE(Exec(*db_, Insert("after", 1)).ok());
  EXPECT_THAT(Query(*db_, "SELECT who FROM t"), ElementsAre("after"));
}

// Nothing is lost, nothing is there twice, and what was read stays true until
// it is written.
TEST_F(ProcessesTest, BothWriteAtOnce) {
  constexpr int kThreads = 4;
  constexpr int kEach = 50;
  OtherProcess other("write", options_.path, "200");
  // And a second one that shares this process's locks.
  const std::unique_ptr<Database> second = OpenAnother();
  std::atomic<int> counted{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      Database& db = t % 2 == 0 ? *db_ : *second;
      const std::string who = absl::StrCat("thread", t);
      for (int i = 0; i < kEach; ++i) {
        absl::Status status = Exec(db, Insert(who, 2 * i));
        EXPECT_TRUE(status.ok()) << status;
        const bool keep = i % 5 != 0;
        status = db.Transact([&](Transaction&) {
          absl::Status done = Count(db);
          if (done.ok()) done = Exec(db, Insert(who, 2 * i + 1));
          return keep || !done.ok() ? done : absl::NotFoundError("no");
        });
        EXPECT_EQ(status.ok(), keep) << status;
        if (status.ok()) ++counted;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(other.Line(), "200");
  EXPECT_EQ(other.Wait(), 0);
  EXPECT_EQ(CountOf("other"), "200");
  for (int t = 0; t < kThreads; ++t) {
    EXPECT_EQ(CountOf(absl::StrCat("thread", t)),
              absl::StrCat(kEach + kEach * 4 / 5));
  }
  EXPECT_EQ(counted, kThreads * kEach * 4 / 5);
  EXPECT_THAT(Query(*db_, "SELECT n FROM counter"),
              ElementsAre(absl::StrCat(200 + counted.load())));
}

// Who is refused because of a lock has written nothing.
TEST_F(ProcessesTest, WhatIsBusyIsNotWritten) {
  constexpr int kThreads = 4;
  constexpr int kEach = 100;
  options_.busy_timeout = absl::Milliseconds(1);
  Open();
  OtherProcess other("write", options_.path, "200");
  const std::unique_ptr<Database> second = OpenAnother();
  std::vector<int> written(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      Database& db = t % 2 == 0 ? *db_ : *second;
      const std::string who = absl::StrCat("thread", t);
      for (int i = 0; i < kEach; ++i) {
        const absl::Status status = i % 2 == 0 ? db.Transact([&](Transaction&) {
          absl::Status inserted = Exec(db, Insert(who, i));
          return inserted.ok() ? Count(db) : inserted;
        })
                                               : Exec(db, Insert(who, i));
        if (status.ok()) {
          written[static_cast<size_t>(t)] += 1;
        } else {
          EXPECT_EQ(KindOfError(status), Kind::kBusy) << status;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(other.Line(), "200");
  EXPECT_EQ(other.Wait(), 0);
  EXPECT_EQ(CountOf("other"), "200");
  for (int t = 0; t < kThreads; ++t) {
    EXPECT_EQ(CountOf(absl::StrCat("thread", t)),
              absl::StrCat(written[static_cast<size_t>(t)]));
  }
}

}  // namespace
}  // namespace modelservice::sqlite
