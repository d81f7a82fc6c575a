// What is bounded, and who may wait.
#include "absl/strings/str_replace.h"
#include "modelservice/db/postgres/lane_test_support.h"

namespace modelservice::postgres {
namespace {

using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::Le;
using ::testing::SizeIs;

class BoundsTest : public LanesTest {
 protected:
  void Ready() override {
    options_.read_lanes = 1;
    options_.write_lanes = 1;
  }

  // While it lives, the lane of reads, or that of writes, does nothing.
  class Held {
   public:
    Held(Database& db, bool writes) : first_(Sql("SELECT 1")) {
      first_.statement.writes = writes;
      first_.before_done = [this] {
        held_.Open();
        release_.Wait();
      };
      db.Execute(first_);
      held_.Wait();
    }
    ~Held() {
      release_.Open();
      EXPECT_EQ(first_.Wait(), absl::OkStatus());
    }

   private:
    Gate held_, release_;
    Call first_;
  };

  // How many rows of `t` were written in each transaction, in their order.
  std::vector<std::string> Batches() {
    return DirectRows("SELECT count(*) FROM t GROUP BY xact ORDER BY min(id)");
  }
};

TEST_F(BoundsTest, StatementsThatWait) {
  options_.max_queue = 5;
  Start();
  for (const bool writes : {false, true}) {
    Calls calls;
    {
      const Held held(*db_, writes);
      for (int i = 0; i < 6; ++i) {
        calls.Add(writes ? Write("SELECT 1") : Sql("SELECT 1"));
      }
      calls.Execute(*db_);
      EXPECT_TRUE(calls[5].answered());
      // Those of the other kind have room.
      EXPECT_EQ(Run(writes ? Sql("SELECT 1") : Write("SELECT 1")),
                absl::OkStatus());
    }
    const absl::Status& status = calls[5].Wait();
    EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("max_queue"));
    for (size_t i = 0; i < 5; ++i) {
      EXPECT_EQ(calls[i].Wait(), absl::OkStatus());
    }
  }
}

TEST_F(BoundsTest, TheBytesOfABatch) {
  options_.max_batch_bytes = 10000;
  Start("CREATE TABLE t (id int, text text, xact text)");
  const std::string small(2400, 'x');
  const std::string large(20000, 'x');
  Calls calls;
  {
    const Held held(*db_, /*writes=*/true);
    for (int i = 0; i < 10; ++i) {
      calls.Add(
          Write("INSERT INTO t VALUES ($1, $2, pg_current_xact_id())",
                {Value::Integer(i), Value::Text(i == 8 ? large : small)}));
    }
    calls.Execute(*db_);
  }
  for (size_t i = 0; i < calls.size(); ++i) {
    EXPECT_EQ(calls[i].Wait(), absl::OkStatus());
  }
  EXPECT_THAT(Batches(), ElementsAre("4", "4", "1", "1"));
}

// One that libpq cannot describe would end the connection, and with it what
// others have on it.
TEST_F(BoundsTest, TheParametersOfAStatement) {
  Start("CREATE TABLE t (id int)");
  const std::vector<std::string> sessions =
      Query(*db_, "SELECT pg_backend_pid()");
  for (const int count : {7498, 7499}) {
    SCOPED_TRACE(count);
    std::string text = "INSERT INTO t SELECT 1 WHERE 1 IN (";
    for (int i = 1; i <= count; ++i) {
      absl::StrAppend(&text, i == 1 ? "" : ",", "$", i, "::int");
    }
    absl::StrAppend(&text, ")");
    const std::string read =
        absl::StrReplaceAll(text, {{"INSERT INTO t ", ""}});
    const std::vector<Value> values(static_cast<size_t>(count),
                                    Value::Integer(1));
    const auto expect = [&](const absl::Status& status) {
      if (count == 7498) {
        EXPECT_EQ(status, absl::OkStatus());
      } else {
        EXPECT_THAT(std::string(status.message()),
                    HasSubstr("more than 7498 parameters"));
      }
    };
    Calls neighbours;
    {
      const Held held(*db_, /*writes=*/false);
      neighbours.Add(Sql("SELECT pg_backend_pid()"));
      neighbours.Add(Sql(read, values));
      neighbours.Add(Sql("SELECT pg_backend_pid()"));
      neighbours.Execute(*db_);
    }
    EXPECT_EQ(neighbours[0].Wait(), absl::OkStatus());
    expect(neighbours[1].Wait());
    EXPECT_EQ(neighbours[2].Wait(), absl::OkStatus());
    EXPECT_EQ(neighbours[2].rows.rows, sessions);
    expect(Run(Write(text, values)));
    expect(db_->Transact([&](Transaction& tx) {
      Statement insert = Write(text, values);
      Rows rows;
      return tx.Execute(insert, rows).status();
    }));
    const auto cursor = db_->Open(Sql(read, values), nullptr);
    ASSERT_TRUE(cursor.ok()) << cursor.status();
    Rows rows;
    bool more = false;
    expect(FetchInto(**cursor, 10, &rows, &more));
  }
  EXPECT_THAT(DirectRows("SELECT count(*) FROM t"), ElementsAre("2"));
}

// Calls of a batch wait for each other.
TEST_F(BoundsTest, TheTimeOfABatch) {
  options_.max_batch = 32;
  Start("CREATE TABLE t (id int, xact text)");
  Calls calls;
  {
    const Held held(*db_, /*writes=*/true);
    for (int i = 0; i < 60; ++i) {
      calls.Add(
          Write("INSERT INTO t SELECT $1, pg_current_xact_id() FROM"
                " pg_sleep(0.02)",
                {Value::Integer(i)}));
    }
    calls.Execute(*db_);
  }
  for (size_t i = 0; i < calls.size(); ++i) {
    EXPECT_EQ(calls[i].Wait(), absl::OkStatus());
  }
  const std::vector<std::string> batches = Batches();
  ASSERT_THAT(batches, SizeIs(Ge(3)));
  EXPECT_EQ(batches[0], "32");
  EXPECT_THAT(std::stoi(batches[1]), Le(16));
}

TEST_F(BoundsTest, OpenCursors) {
  options_.pool_max = 5;
  Start();
  const auto open = [this] {
    return db_->Open(Sql("SELECT generate_series(1, 1000)"), nullptr);
  };
  std::vector<std::unique_ptr<Cursor>> cursors;
  Rows rows;
  bool more = false;
  for (int i = 0; i < 2; ++i) {
    auto cursor = open();
    ASSERT_TRUE(cursor.ok()) << cursor.status();
    cursors.push_back(*std::move(cursor));
  }
  // The other one is not read yet.
  ASSERT_TRUE(FetchInto(*cursors[1], 5, &rows, &more).ok());
  const absl::Status status = open().status();
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("max_cursors"));
  // Others go on.
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(
        db_->Transact([](Transaction&) { return absl::OkStatus(); }).ok());
    EXPECT_EQ(Run(Sql("SELECT 1")), absl::OkStatus());
  }
  // One that goes, or has ended, makes room.
  cursors.erase(cursors.begin());
  cursors.push_back(*open());
  EXPECT_FALSE(open().ok());
  while (more) {
    ASSERT_TRUE(FetchInto(*cursors[0], 500, &rows, &more).ok());
  }
  cursors.push_back(*open());
  EXPECT_FALSE(open().ok());
}

TEST_F(BoundsTest, ManyStreamsThatNobodyReads) {
  const std::string connection = options_.connection;
  options_ = PostgresOptions();
  options_.connection = connection;
  Start();
  std::vector<std::unique_ptr<Cursor>> cursors;
  Rows rows;
  bool more = false;
  for (int i = 0; i < 500; ++i) {
    auto cursor = db_->Open(Sql("SELECT generate_series(1, 1000)"), nullptr);
    if (!cursor.ok()) continue;
    cursors.push_back(*std::move(cursor));
    ASSERT_TRUE(FetchInto(*cursors.back(), 5, &rows, &more).ok());
  }
  EXPECT_THAT(cursors, SizeIs(10));
  std::vector<std::unique_ptr<BodyCall>> calls;
  for (int i = 0; i < 100; ++i) {
    calls.push_back(std::make_unique<BodyCall>());
    calls.back()->Write(*db_, [](Transaction& tx) {
      Statement one = Sql("SELECT 1");
      Rows rows;
      return tx.Execute(one, rows).status();
    });
  }
  for (const auto& call : calls) EXPECT_EQ(call->Wait(), absl::OkStatus());
}

// The threads of lanes work for everybody.
TEST_F(BoundsTest, CallbacksMustNotWait) {
  Start();
  absl::Status transact, run;
  Call call(Sql("SELECT 1"));
  call.before_done = [&] {
    transact = db_->Transact([](Transaction&) { return absl::OkStatus(); });
    run = Exec(*db_, Sql("SELECT 1"));
  };
  Execute(call);
  EXPECT_EQ(call.Wait(), absl::OkStatus());
  EXPECT_TRUE(absl::IsFailedPrecondition(transact)) << transact;
  EXPECT_TRUE(absl::IsFailedPrecondition(run)) << run;
}

// What runs after a commit may wait, and write, in the only place that there
// is.
TEST_F(BoundsTest, OnCommitMayWait) {
  options_.pool_max = 1;
  Start("CREATE TABLE t (id int, xact text)");
  absl::Status nested, single;
  const auto body = [&](Transaction& tx) {
    tx.OnCommit([&] {
      single = Exec(*db_, Write("INSERT INTO t VALUES (2)"));
      nested = db_->Transact([](Transaction& tx) {
        Statement insert = Write("INSERT INTO t VALUES (3)");
        Rows rows;
        return tx.Execute(insert, rows).status();
      });
    });
    Statement insert = Write("INSERT INTO t VALUES (1)");
    Rows rows;
    return tx.Execute(insert, rows).status();
  };
  EXPECT_EQ(db_->Transact(body), absl::OkStatus());
  EXPECT_EQ(single, absl::OkStatus());
  EXPECT_EQ(nested, absl::OkStatus());
  BodyCall call;
  call.Write(*db_, body);
  EXPECT_EQ(call.Wait(), absl::OkStatus());
  EXPECT_THAT(DirectRows("SELECT id FROM t ORDER BY id"),
              ElementsAre("1", "1", "2", "2", "3", "3"));
}

}  // namespace
}  // namespace modelservice::postgres
