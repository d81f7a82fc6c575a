// COMMIT that fails for want of space, here by the limit on a process's files:
// a program of its own, for the limit holds for all that it writes.
#include <signal.h>
#include <sys/resource.h>

#include <deque>

#include "modelservice/db/sqlite/test_support.h"

namespace modelservice::sqlite {
namespace {

using ::testing::ElementsAre;

class FileSizeLimit {
 public:
  explicit FileSizeLimit(uintmax_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = static_cast<rlim_t>(bytes);
    EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  }
  ~FileSizeLimit() { EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &before_), 0); }

 private:
  rlimit before_;
};

class FullDiskTest : public SqliteTest {
 protected:
  FullDiskTest() {
    signal(SIGXFSZ, SIG_IGN);  // the write fails instead
    Open("CREATE TABLE t (id INTEGER PRIMARY KEY, v)");
  }
  uintmax_t LogSize() const {
    return std::filesystem::file_size(options_.path + "-wal");
  }
};

TEST_F(FullDiskTest, WhatFitsIsStoredAndTheRestIsToldSo) {
  const std::string large(3000, 'x');
  std::deque<Call> calls;
  for (int i = 0; i < 8; ++i) {
    calls.emplace_back(Write("INSERT INTO t VALUES (?1, ?2) RETURNING id",
                             {Value::Integer(i), Value::Text(large)}));
  }
  {
    // Room for the pages of the first calls, each by itself.
    const FileSizeLimit limit(LogSize() + 8 * 4120);
    {
      const HeldWriter held(*db_);
      for (Call& call : calls) db_->Execute(call);
    }
    for (Call& call : calls) call.Wait();
  }

  std::vector<std::string> stored;
  for (size_t i = 0; i < calls.size(); ++i) {
    const absl::Status& status = calls[i].Wait();
    EXPECT_GE(calls[i].rows.restarts, 1);
    if (status.ok()) {
      stored.push_back(absl::StrCat(i));
      EXPECT_THAT(calls[i].rows.rows, ElementsAre(stored.back()));
    } else {
      const Kind kind = KindOfError(status);
      EXPECT_TRUE(kind == Kind::kFull || kind == Kind::kConnection) << status;
    }
  }
  EXPECT_GE(stored.size(), 1u);
  EXPECT_LT(stored.size(), calls.size());
  EXPECT_EQ(Query(*db_, "SELECT id FROM t ORDER BY id"), stored);

  // With room again, all is as before.
  EXPECT_TRUE(Exec(*db_, Write("INSERT INTO t VALUES (100, 1)")).ok());
  EXPECT_EQ(Query(*db_, "SELECT id FROM t").size(), stored.size() + 1);
}

TEST_F(FullDiskTest, ABodyThatCannotBeCommittedIsToldSo) {
  bool committed = false;
  absl::Status status;
  {
    const FileSizeLimit limit(LogSize());
    status = db_->Transact([&](Transaction& tx) {
      tx.OnCommit([&] { committed = true; });
      return Exec(*db_, Write("INSERT INTO t VALUES (1, 1)"));
    });
  }
  EXPECT_FALSE(status.ok());
  EXPECT_FALSE(committed);
  EXPECT_THAT(Query(*db_, "SELECT count(*) FROM t"), ElementsAre("0"));
  EXPECT_TRUE(Exec(*db_, Write("INSERT INTO t VALUES (1, 1)")).ok());
}

}  // namespace
}  // namespace modelservice::sqlite
