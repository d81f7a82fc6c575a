// A write whose row is read back by a statement of its own, and reads of a
// single row.
#include <deque>

#include "modelservice/db/sqlite/test_support.h"

namespace modelservice::sqlite {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Statement Update(int64_t id, absl::string_view v) {
  Statement statement = Write("UPDATE t SET v = ?1 WHERE id = ?2",
                              {Value::Text(v), Value::Integer(id)});
  statement.read_back = "SELECT id, v, n FROM t WHERE id = ?1";
  return statement;
}

class ReadBackTest : public SqliteTest {
 protected:
  ReadBackTest() {
    Open(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT UNIQUE,"
        "  n INTEGER NOT NULL DEFAULT 7);"
        "INSERT INTO t (id, v) VALUES (1, 'a'), (2, 'b'), (3, 'c');");
  }
  std::vector<std::string> Values() {
    return Query(*db_, "SELECT v FROM t ORDER BY id");
  }
};

TEST_F(ReadBackTest, GivesTheRowAsItWasWritten) {
  Call call(Update(2, "x"));
  db_->Execute(call);
  EXPECT_TRUE(call.Wait().ok()) << call.Wait();
  EXPECT_THAT(call.rows.rows, ElementsAre("2,x,7"));
  EXPECT_EQ(call.outcome().changes, 1);
  EXPECT_THAT(Values(), ElementsAre("a", "x", "c"));
}

TEST_F(ReadBackTest, ReadsNothingWhereNothingWasWritten) {
  Call missing(Update(9, "x"));
  db_->Execute(missing);
  EXPECT_TRUE(missing.Wait().ok()) << missing.Wait();
  EXPECT_EQ(missing.outcome().changes, 0);
  EXPECT_THAT(missing.rows.rows, IsEmpty());

  Call taken(Update(2, "a"));
  db_->Execute(taken);
  EXPECT_EQ(KindOfError(taken.Wait()), Kind::kUnique);
  EXPECT_THAT(taken.rows.rows, IsEmpty());
}

TEST_F(ReadBackTest, ARefusedRowIsNotWritten) {
  Call call(Update(2, "x"));
  call.rows.refuse = 0;
  db_->Execute(call);
  EXPECT_EQ(call.Wait().message(), "no more");
  EXPECT_THAT(Values(), ElementsAre("a", "b", "c"));
}

TEST_F(ReadBackTest, ARefusedRowOfABatchIsUndoneByItself) {
  std::deque<Call> calls;
  calls.emplace_back(Update(1, "x"));
  calls.emplace_back(Update(2, "y"));
  calls.emplace_back(Update(3, "z"));
  calls[1].rows.refuse = 0;
  {
    const HeldWriter held(*db_);
    for (Call& call : calls) db_->Execute(call);
  }
  EXPECT_TRUE(calls[0].Wait().ok());
  EXPECT_EQ(calls[1].Wait().message(), "no more");
  EXPECT_TRUE(calls[2].Wait().ok());
  EXPECT_THAT(calls[0].rows.rows, ElementsAre("1,x,7"));
  EXPECT_THAT(calls[2].rows.rows, ElementsAre("3,z,7"));
  EXPECT_THAT(Values(), ElementsAre("x", "b", "z"));
}

TEST_F(ReadBackTest, ARefusedRowOfATransactionLeavesNoTrace) {
  const absl::Status status = db_->Transact([](Transaction& tx) {
    Statement first = Update(1, "x");
    Rows rows;
    EXPECT_TRUE(tx.Execute(first, rows).ok());
    EXPECT_THAT(rows.rows, ElementsAre("1,x,7"));
    Statement second = Update(2, "y");
    rows.refuse = 1;
    EXPECT_EQ(tx.Execute(second, rows).status().message(), "no more");
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(Values(), ElementsAre("x", "b", "c"));
}

TEST_F(ReadBackTest, AReadOfASingleRowEndsWithIt) {
  Statement first = Sql("SELECT v FROM t ORDER BY id");
  first.single_row = true;
  Call call(std::move(first));
  db_->Execute(call);
  EXPECT_TRUE(call.Wait().ok());
  EXPECT_THAT(call.rows.rows, ElementsAre("a"));
  // The connection holds no snapshot any more.
  Call update(Update(1, "x"));
  db_->Execute(update);
  EXPECT_TRUE(update.Wait().ok());
  EXPECT_THAT(Values(), ElementsAre("x", "b", "c"));
}

// A write is not over with its first row.
TEST_F(ReadBackTest, AWriteOfASingleRowRunsToItsEnd) {
  Statement all = Write("UPDATE t SET n = n + 1 RETURNING n");
  all.single_row = true;
  Call call(std::move(all));
  db_->Execute(call);
  EXPECT_TRUE(call.Wait().ok());
  EXPECT_THAT(Query(*db_, "SELECT n FROM t ORDER BY id"),
              ElementsAre("8", "8", "8"));
}

}  // namespace
}  // namespace modelservice::sqlite
