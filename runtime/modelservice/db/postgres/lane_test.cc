// Lanes: each call of a batch gets what it would have got alone.
#include <thread>

#include "modelservice/db/postgres/lane_test_support.h"

namespace modelservice::postgres {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr absl::string_view kInsert =
    "INSERT INTO t VALUES ($1, $2) RETURNING id";
constexpr absl::string_view kPlainInsert = "INSERT INTO t VALUES ($1, $2)";

class LaneTest : public LanesTest {
 protected:
  void Ready() override {
    options_.read_lanes = 1;
    options_.write_lanes = 1;
    LetLanesWait();
    Start(
        "CREATE TABLE t (id int PRIMARY KEY, name text NOT NULL);"
        "CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES t"
        "  DEFERRABLE INITIALLY DEFERRED)");
  }

  // While it lives, the write lane waits, and what comes makes one batch.
  class Held {
   public:
    explicit Held(LaneTest& test)
        : test_(test), first_(Write("INSERT INTO t VALUES (-1, 'held')")) {
      test_.Direct("BEGIN; LOCK TABLE t IN EXCLUSIVE MODE");
      test_.Execute(first_);
      test_.AwaitRunning("%held%");
    }
    ~Held() {
      test_.Direct("COMMIT");
      EXPECT_EQ(first_.Wait(), absl::OkStatus());
    }

   private:
    LaneTest& test_;
    Call first_;
  };
  std::vector<std::string> Ids() {
    return DirectRows("SELECT id FROM t WHERE id >= 0 ORDER BY id");
  }
};

TEST_F(LaneTest, ReadsAndWrites) {
  Call insert(Write(kInsert, {Value::Integer(1), Value::Text("a")}));
  Execute(insert);
  EXPECT_EQ(insert.Wait(), absl::OkStatus());
  EXPECT_EQ(insert.outcome().changes, 1);
  EXPECT_THAT(insert.rows.rows, ElementsAre("1"));

  Call select(Sql("SELECT id, name FROM t WHERE id = $1", {Value::Integer(1)}));
  Execute(select);
  EXPECT_EQ(select.Wait(), absl::OkStatus());
  EXPECT_EQ(select.outcome().changes, 0);
  EXPECT_THAT(select.rows.rows, ElementsAre("1,a"));
}

TEST_F(LaneTest, ManyMakeOneTransaction) {
  Calls calls;
  for (int i = 0; i < 50; ++i) {
    calls.Add(Write(
        "INSERT INTO t VALUES ($1, pg_current_xact_id()::text) RETURNING name",
        {Value::Integer(i)}));
  }
  {
    const Held held(*this);
    calls.Execute(*db_);
  }
  for (size_t i = 0; i < calls.size(); ++i) {
    EXPECT_EQ(calls[i].Wait(), absl::OkStatus());
    EXPECT_EQ(calls[i].rows.rows, calls[0].rows.rows);
  }
}

TEST_F(LaneTest, OneBadAmongManyGood) {
  for (const absl::string_view sql : {kInsert, kPlainInsert}) {
    Direct("DELETE FROM t");
    Calls calls;
    for (int i = 0; i < 101; ++i) {
      // Number 50 is number 3 again.
      calls.Add(Write(sql, {Value::Integer(i == 50 ? 3 : i), Value::Text("")}));
    }
    {
      const Held held(*this);
      calls.Execute(*db_);
    }
    for (size_t i = 0; i < calls.size(); ++i) {
      const absl::Status& status = calls[i].Wait();
      if (i == 50) {
        EXPECT_EQ(KindOfError(status), Kind::kUnique);
        EXPECT_THAT(calls[i].rows.rows, IsEmpty());
      } else {
        EXPECT_EQ(status, absl::OkStatus()) << i;
        EXPECT_EQ(calls[i].outcome().changes, 1);
        if (sql == kInsert) {
          EXPECT_THAT(calls[i].rows.rows, ElementsAre(absl::StrCat(i)));
        }
      }
    }
    EXPECT_THAT(Ids(), SizeIs(100));
  }
}

TEST_F(LaneTest, ManyBadAmongManyGood) {
  Calls calls;
  for (int i = 0; i < 100; ++i) {
    calls.Add(Write(kInsert, {Value::Integer(i),
                              i % 3 == 0 ? Value::Null() : Value::Text("")}));
  }
  {
    const Held held(*this);
    calls.Execute(*db_);
  }
  for (size_t i = 0; i < calls.size(); ++i) {
    if (i % 3 == 0) {
      EXPECT_EQ(KindOfError(calls[i].Wait()), Kind::kNotNull);
    } else {
      EXPECT_EQ(calls[i].Wait(), absl::OkStatus()) << i;
    }
  }
  EXPECT_THAT(Ids(), SizeIs(66));
}

TEST_F(LaneTest, WhatCannotBeSentFailsAlone) {
  Calls calls;
  calls.Add(Write(kInsert, {Value::Integer(1), Value::Text("a")}));
  calls.Add(Write(kInsert, {Value::Integer(1LL << 40), Value::Text("a")}));
  calls.Add(Write("INSERT INTO nothing VALUES (1)"));
  calls.Add(Write("INSERT INTO t SELECT"));
  calls.Add(Write(kInsert, {Value::Integer(2)}));
  calls.Add(Write(kInsert, {Value::Integer(3), Value::Text("a")}));
  {
    const Held held(*this);
    calls.Execute(*db_);
  }
  EXPECT_EQ(calls[0].Wait(), absl::OkStatus());
  EXPECT_EQ(KindOfError(calls[1].Wait()), Kind::kValue);
  EXPECT_EQ(KindOfError(calls[2].Wait()), Kind::kSchema);
  EXPECT_EQ(KindOfError(calls[3].Wait()), Kind::kNotNull);
  EXPECT_EQ(KindOfError(calls[4].Wait()), Kind::kOther);
  EXPECT_EQ(calls[5].Wait(), absl::OkStatus());
  EXPECT_THAT(Ids(), ElementsAre("1", "3"));
}

TEST_F(LaneTest, ASinkThatRefusesUndoesItsWrite) {
  Calls calls;
  for (int i = 0; i < 10; ++i) {
    calls.Add(Write(kInsert, {Value::Integer(i), Value::Text("")}));
  }
  calls[4].rows.refuse = 0;
  {
    const Held held(*this);
    calls.Execute(*db_);
  }
  for (size_t i = 0; i < calls.size(); ++i) {
    if (i == 4) {
      EXPECT_EQ(calls[i].Wait(), absl::FailedPreconditionError("no more"));
    } else {
      EXPECT_EQ(calls[i].Wait(), absl::OkStatus()) << i;
      EXPECT_THAT(calls[i].rows.rows, SizeIs(1));
      EXPECT_EQ(calls[i].rows.restarts, 1);
    }
  }
  EXPECT_THAT(Ids(), SizeIs(9));
}

TEST_F(LaneTest, AWriteWhoseSinkKeepsRowsIsCommittedBeforeTheyAreGiven) {
  Calls calls;
  for (int i = 0; i < 10; ++i) {
    Statement insert = Write(kInsert, {Value::Integer(i), Value::Text("")});
    insert.keeps_rows = true;
    calls.Add(std::move(insert));
  }
  // A sink that breaks its word is told so, but the row stays.
  calls[4].rows.refuse = 0;
  {
    const Held held(*this);
    calls.Execute(*db_);
  }
  for (size_t i = 0; i < calls.size(); ++i) {
    if (i == 4) {
      EXPECT_EQ(calls[i].Wait(), absl::FailedPreconditionError("no more"));
    } else {
      EXPECT_EQ(calls[i].Wait(), absl::OkStatus()) << i;
      EXPECT_THAT(calls[i].rows.rows, ElementsAre(absl::StrCat(i)));
      EXPECT_EQ(calls[i].rows.restarts, 0);
    }
  }
  EXPECT_THAT(Ids(), SizeIs(10));
}

TEST_F(LaneTest, ACommitThatFailsFailsForItsCauseOnly) {
  Calls calls;
  for (int i = 0; i < 10; ++i) {
    calls.Add(Write(kPlainInsert, {Value::Integer(i), Value::Text("")}));
    calls.Add(Write("INSERT INTO child VALUES ($1, $2)",
                    {Value::Integer(i), Value::Integer(i == 5 ? 77 : -1)}));
  }
  {
    const Held held(*this);
    calls.Execute(*db_);
  }
  for (size_t i = 0; i < calls.size(); ++i) {
    if (i == 11) {
      EXPECT_EQ(KindOfError(calls[i].Wait()), Kind::kForeignKey);
    } else {
      EXPECT_EQ(calls[i].Wait(), absl::OkStatus()) << i;
    }
  }
  EXPECT_THAT(DirectRows("SELECT id FROM child"), SizeIs(9));
}

TEST_F(LaneTest, ABadReadAmongGoodOnes) {
  Direct("INSERT INTO t SELECT g, 'a' FROM generate_series(1, 100) g");
  Calls calls;
  calls.Add(Sql("SELECT pg_sleep(0.05)"));
  for (int i = 1; i <= 100; ++i) {
    calls.Add(Sql("SELECT 100 / ($1 - 50), id FROM t WHERE id = $1",
                  {Value::Integer(i)}));
  }
  calls[20].rows.refuse = 0;
  calls.Execute(*db_);
  for (size_t i = 1; i < calls.size(); ++i) {
    if (i == 50) {
      EXPECT_EQ(KindOfError(calls[i].Wait()), Kind::kValue);
    } else if (i == 20) {
      EXPECT_EQ(calls[i].Wait(), absl::FailedPreconditionError("no more"));
    } else {
      EXPECT_EQ(calls[i].Wait(), absl::OkStatus());
      EXPECT_THAT(
          calls[i].rows.rows,
          ElementsAre(absl::StrCat(100 / (static_cast<int>(i) - 50), ",", i)));
    }
  }
  calls[0].Wait();
}

TEST_F(LaneTest, DoneMeansDurable) {
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(Run(Write(kInsert, {Value::Integer(i), Value::Text("")})),
              absl::OkStatus());
    EXPECT_THAT(Ids(), SizeIs(static_cast<size_t>(i) + 1));
  }
}

TEST_F(LaneTest, ACallbackMayExecute) {
  Call second(Sql("SELECT 2"));
  Call first(Sql("SELECT 1"));
  first.before_done = [&] { Execute(second); };
  Execute(first);
  EXPECT_EQ(first.Wait(), absl::OkStatus());
  EXPECT_EQ(second.Wait(), absl::OkStatus());
  EXPECT_THAT(second.rows.rows, ElementsAre("2"));
}

TEST_F(LaneTest, FromManyThreads) {
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([this, thread] {
      for (int i = 0; i < 100; ++i) {
        const int id = thread * 100 + i;
        EXPECT_EQ(Run(Write(kInsert, {Value::Integer(id), Value::Text("x")})),
                  absl::OkStatus());
        Call select(
            Sql("SELECT name FROM t WHERE id = $1", {Value::Integer(id)}));
        Execute(select);
        EXPECT_EQ(select.Wait(), absl::OkStatus());
        EXPECT_THAT(select.rows.rows, ElementsAre("x"));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(Ids(), SizeIs(400));
}

TEST_F(LaneTest, LargeValuesInBothDirections) {
  const std::string large(1 << 20, 'x');
  Calls calls;
  for (int i = 0; i < 16; ++i) {
    calls.Add(Write("INSERT INTO t VALUES ($1, $2) RETURNING name",
                    {Value::Integer(i), Value::Text(large)}));
  }
  calls.Execute(*db_);
  for (size_t i = 0; i < calls.size(); ++i) {
    EXPECT_EQ(calls[i].Wait(), absl::OkStatus());
    EXPECT_THAT(calls[i].rows.rows, ElementsAre(large));
  }
}

TEST_F(LaneTest, CloseFinishesWhatIsQueued) {
  Calls calls;
  {
    const Held held(*this);
    for (int i = 0; i < 10; ++i) {
      calls.Add(Write(kInsert, {Value::Integer(i), Value::Text("")}));
    }
    calls.Execute(*db_);
  }
  db_->Close();
  for (size_t i = 0; i < calls.size(); ++i) {
    EXPECT_EQ(calls[i].Wait(), absl::OkStatus());
  }
  EXPECT_EQ(KindOfError(Run(Sql("SELECT 1"))), Kind::kConnection);
  db_->Close();
}

TEST_F(LaneTest, AChangedTableIsNoError) {
  Direct("INSERT INTO t VALUES (1, 'a')");
  const auto all = [this] {
    Call call(Sql("SELECT * FROM t WHERE id = $1", {Value::Integer(1)}));
    Execute(call);
    EXPECT_EQ(call.Wait(), absl::OkStatus());
    return call.rows.rows;
  };
  const auto rename = [this](absl::string_view name) {
    return Run(
        Write("UPDATE t SET name = $1 RETURNING *", {Value::Text(name)}));
  };
  EXPECT_THAT(all(), ElementsAre("1,a"));
  EXPECT_EQ(rename("b"), absl::OkStatus());
  Direct("ALTER TABLE t ADD COLUMN more int DEFAULT 7");
  EXPECT_THAT(all(), ElementsAre("1,b,7"));
  EXPECT_EQ(rename("c"), absl::OkStatus());
  Direct(
      "ALTER TABLE t ALTER COLUMN id TYPE bigint,"
      " ALTER COLUMN name TYPE int USING 5");
  EXPECT_THAT(all(), ElementsAre("1,5,7"));
  EXPECT_EQ(rename("6"), absl::OkStatus());
  EXPECT_THAT(all(), ElementsAre("1,6,7"));
}

TEST_F(LaneTest, StatementsThatAreGoneArePreparedAnew) {
  EXPECT_EQ(Run(Sql("SELECT 5")), absl::OkStatus());
  EXPECT_EQ(Run(Sql("DEALLOCATE ALL")), absl::OkStatus());
  Calls calls;
  for (int i = 0; i < 5; ++i) calls.Add(Sql("SELECT 5"));
  calls.Execute(*db_);
  for (size_t i = 0; i < calls.size(); ++i) {
    EXPECT_EQ(calls[i].Wait(), absl::OkStatus());
    EXPECT_THAT(calls[i].rows.rows, ElementsAre("5"));
  }
}

}  // namespace
}  // namespace modelservice::postgres
