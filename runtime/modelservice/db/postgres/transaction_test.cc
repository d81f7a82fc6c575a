// RunWrite and Transact: savepoints, joining, OnCommit.
#include "modelservice/db/postgres/test_support.h"

namespace modelservice::postgres {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

absl::Status Insert(Transaction& tx, absl::string_view v) {
  Statement statement =
      Write("INSERT INTO t (v) VALUES ($1)", {Value::Text(v)});
  Rows rows;
  return tx.Execute(statement, rows).status();
}

class TransactionTest : public PostgresTest {
 protected:
  void Ready() override {
    Open(
        "CREATE TABLE t (id BIGINT GENERATED ALWAYS AS IDENTITY,"
        "  v TEXT UNIQUE);");
  }
  std::vector<std::string> Values() {
    return Query(*db_, "SELECT v FROM t ORDER BY id");
  }
};

TEST_F(TransactionTest, CommitsOnOk) {
  EXPECT_TRUE(db_->Transact([](Transaction& tx) {
                   EXPECT_FALSE(tx.read_only());
                   EXPECT_TRUE(Insert(tx, "a").ok());
                   return Insert(tx, "b");
                 })
                  .ok());
  EXPECT_THAT(Values(), ElementsAre("a", "b"));
}

TEST_F(TransactionTest, RollsBackOnAnError) {
  const absl::Status status = db_->Transact([](Transaction& tx) {
    EXPECT_TRUE(Insert(tx, "a").ok());
    return absl::NotFoundError("no");
  });
  EXPECT_EQ(status, absl::NotFoundError("no"));
  EXPECT_THAT(Values(), IsEmpty());
}

TEST_F(TransactionTest, GoesOnAfterAFailedStatement) {
  EXPECT_TRUE(db_->Transact([](Transaction& tx) {
                   EXPECT_TRUE(Insert(tx, "a").ok());
                   EXPECT_EQ(KindOfError(Insert(tx, "a")), Kind::kUnique);
                   Statement two =
                       Write("INSERT INTO t (v) VALUES ('x'), ('a')");
                   Rows rows;
                   EXPECT_FALSE(tx.Execute(two, rows).ok());
                   return Insert(tx, "b");
                 })
                  .ok());
  EXPECT_THAT(Values(), ElementsAre("a", "b"));
}

// Also when there is nothing before it to go back to, and in savepoints.
TEST_F(TransactionTest, GoesOnAfterItsFirstStatementFailed) {
  ASSERT_TRUE(Exec(*db_, Write("INSERT INTO t (v) VALUES ('a')")).ok());
  for (const char* v : {"b", "c", "d"}) {
    EXPECT_TRUE(db_->Transact([&](Transaction& tx) {
                     EXPECT_EQ(KindOfError(Insert(tx, "a")), Kind::kUnique);
                     EXPECT_EQ(KindOfError(Insert(tx, "a")), Kind::kUnique);
                     EXPECT_EQ(KindOfError(tx.Savepoint([&](Transaction& tx) {
                                 EXPECT_EQ(KindOfError(Insert(tx, "a")),
                                           Kind::kUnique);
                                 EXPECT_TRUE(Insert(tx, "undone").ok());
                                 return Insert(tx, "a");
                               })),
                               Kind::kUnique);
                     EXPECT_TRUE(tx.Savepoint([&](Transaction& tx) {
                                     EXPECT_EQ(KindOfError(Insert(tx, "a")),
                                               Kind::kUnique);
                                     return Insert(tx, v);
                                   }).ok());
                     EXPECT_EQ(KindOfError(Insert(tx, "a")), Kind::kUnique);
                     return absl::OkStatus();
                   })
                    .ok());
  }
  EXPECT_THAT(Values(), ElementsAre("a", "b", "c", "d"));
}

TEST_F(TransactionTest, SavepointsOfNothing) {
  EXPECT_TRUE(db_->Transact([&](Transaction& tx) {
                   const auto nothing = [](Transaction& tx) {
                     return tx.Savepoint(
                         [](Transaction&) { return absl::OkStatus(); });
                   };
                   const auto refused = [](Transaction&) {
                     return absl::NotFoundError("no");
                   };
                   EXPECT_TRUE(tx.Savepoint(nothing).ok());
                   EXPECT_FALSE(tx.Savepoint(refused).ok());
                   EXPECT_TRUE(Insert(tx, "a").ok());
                   EXPECT_TRUE(tx.Savepoint(nothing).ok());
                   EXPECT_FALSE(tx.Savepoint(refused).ok());
                   EXPECT_FALSE(Insert(tx, "a").ok());
                   return Insert(tx, "b");
                 })
                  .ok());
  EXPECT_TRUE(
      db_->Transact([](Transaction&) { return absl::OkStatus(); }).ok());
  EXPECT_THAT(Values(), ElementsAre("a", "b"));
}

TEST_F(TransactionTest, ARefusedRowLeavesNoTrace) {
  EXPECT_TRUE(
      db_->Transact([](Transaction& tx) {
           EXPECT_TRUE(Insert(tx, "a").ok());
           Statement two =
               Write("INSERT INTO t (v) VALUES ('x'), ('y') RETURNING v");
           Rows rows;
           rows.refuse = 1;
           EXPECT_EQ(tx.Execute(two, rows).status().message(), "no more");
           return Insert(tx, "b");
         })
          .ok());
  EXPECT_THAT(Values(), ElementsAre("a", "b"));
}

TEST_F(TransactionTest, SavepointsNest) {
  EXPECT_TRUE(db_->Transact([](Transaction& tx) {
                   EXPECT_TRUE(Insert(tx, "a").ok());
                   const absl::Status outer = tx.Savepoint([](Transaction& tx) {
                     EXPECT_TRUE(Insert(tx, "b").ok());
                     const absl::Status inner =
                         tx.Savepoint([](Transaction& tx) {
                           EXPECT_TRUE(Insert(tx, "c").ok());
                           return absl::NotFoundError("inner");
                         });
                     EXPECT_EQ(inner.message(), "inner");
                     EXPECT_TRUE(tx.Savepoint([](Transaction& tx) {
                                     return Insert(tx, "d");
                                   }).ok());
                     return absl::OkStatus();
                   });
                   EXPECT_TRUE(outer.ok());
                   const absl::Status undone =
                       tx.Savepoint([](Transaction& tx) {
                         EXPECT_TRUE(tx.Savepoint([](Transaction& tx) {
                                         return Insert(tx, "e");
                                       }).ok());
                         return absl::NotFoundError("outer");
                       });
                   EXPECT_EQ(undone.message(), "outer");
                   return Insert(tx, "f");
                 })
                  .ok());
  EXPECT_THAT(Values(), ElementsAre("a", "b", "d", "f"));
}

TEST_F(TransactionTest, OnCommitRunsInOrderOnceDurable) {
  std::vector<std::string> log;
  const std::unique_ptr<Database> other = OpenAnother();
  const auto note = [&](const char* what) {
    return [&, what] {
      EXPECT_EQ(Transaction::Current(*db_), nullptr);
      log.push_back(absl::StrCat(what, " sees ",
                                 Query(*other, "SELECT count(*) FROM t")[0]));
    };
  };
  EXPECT_TRUE(db_->Transact([&](Transaction& tx) {
                   tx.OnCommit(note("first"));
                   EXPECT_TRUE(Insert(tx, "a").ok());
                   tx.Savepoint([&](Transaction& tx) {
                       tx.OnCommit(note("undone"));
                       return absl::NotFoundError("no");
                     }).IgnoreError();
                   EXPECT_TRUE(tx.Savepoint([&](Transaction& tx) {
                                   tx.OnCommit(note("second"));
                                   return absl::OkStatus();
                                 }).ok());
                   tx.OnCommit(note("third"));
                   EXPECT_THAT(log, IsEmpty());
                   return absl::OkStatus();
                 })
                  .ok());
  EXPECT_THAT(log,
              ElementsAre("first sees 1", "second sees 1", "third sees 1"));
}

TEST_F(TransactionTest, OnCommitDoesNotRunAfterARollback) {
  bool ran = false;
  EXPECT_FALSE(db_->Transact([&](Transaction& tx) {
                    tx.OnCommit([&] { ran = true; });
                    return absl::NotFoundError("no");
                  })
                   .ok());
  // COMMIT itself fails.
  ASSERT_TRUE(db_->RunScript("CREATE TABLE p (id INTEGER PRIMARY KEY);"
                             "CREATE TABLE c (p INTEGER REFERENCES p (id)"
                             "  DEFERRABLE INITIALLY DEFERRED);")
                  .ok());
  EXPECT_EQ(KindOfError(db_->Transact([&](Transaction& tx) {
              tx.OnCommit([&] { ran = true; });
              EXPECT_TRUE(Insert(tx, "a").ok());
              return Exec(*db_, Write("INSERT INTO c VALUES (9)"));
            })),
            Kind::kForeignKey);
  EXPECT_FALSE(ran);
  EXPECT_THAT(Values(), IsEmpty());
}

TEST_F(TransactionTest, ADeferredForeignKeyThatFailsIsNamed) {
  ASSERT_TRUE(
      db_->RunScript("CREATE TABLE p (a INTEGER, b TEXT, PRIMARY KEY (a, b));"
                     "CREATE TABLE c (id INTEGER PRIMARY KEY, x INTEGER,"
                     "  \"y z\" TEXT,"
                     "  FOREIGN KEY (x, \"y z\") REFERENCES p (a, b)"
                     "  DEFERRABLE INITIALLY DEFERRED);")
          .ok());
  // With others, and by a statement alone.
  for (const absl::Status& status :
       {db_->Transact([&](Transaction& tx) {
          EXPECT_TRUE(Insert(tx, "a").ok());
          return Exec(*db_, Write("INSERT INTO c VALUES (7, 1, 'b')"));
        }),
        Exec(*db_, Write("INSERT INTO c VALUES (7, 1, 'b')"))}) {
    const auto error = GetDatabaseError(status);
    ASSERT_TRUE(error.has_value()) << status;
    EXPECT_EQ(error->kind, Kind::kForeignKey);
    EXPECT_EQ(error->table, "c");
    EXPECT_THAT(error->columns, ElementsAre("x", "y z"));
    EXPECT_THAT(std::string(status.message()), HasSubstr("table \"p\""));
  }
}

TEST_F(TransactionTest, ADeferredForeignKeyMayBeMetLater) {
  ASSERT_TRUE(db_->RunScript("CREATE TABLE p (id INTEGER PRIMARY KEY);"
                             "CREATE TABLE c (p INTEGER REFERENCES p (id)"
                             "  DEFERRABLE INITIALLY DEFERRED);")
                  .ok());
  EXPECT_TRUE(db_->Transact([&](Transaction&) {
                   EXPECT_TRUE(
                       Exec(*db_, Write("INSERT INTO c VALUES (9)")).ok());
                   return Exec(*db_, Write("INSERT INTO p VALUES (9)"));
                 })
                  .ok());
}

TEST_F(TransactionTest, BlockingMethodsJoin) {
  EXPECT_FALSE(
      db_->Transact([&](Transaction& tx) {
           EXPECT_EQ(Transaction::Current(*db_), &tx);
           EXPECT_TRUE(
               Exec(*db_, Write("INSERT INTO t (v) VALUES ('joined')")).ok());
           EXPECT_THAT(Values(), ElementsAre("joined"));
           EXPECT_TRUE(db_->Read([&](Transaction& read) {
                            EXPECT_EQ(&read, &tx);
                            return absl::OkStatus();
                          })
                           .ok());
           // An inner Transact is a savepoint.
           EXPECT_FALSE(db_->Transact([&](Transaction& tx) {
                             EXPECT_TRUE(Insert(tx, "inner").ok());
                             return absl::NotFoundError("inner");
                           })
                            .ok());
           EXPECT_TRUE(
               db_->RunScript("INSERT INTO t (v) VALUES ('script')").ok());
           EXPECT_THAT(Values(), ElementsAre("joined", "script"));
           EXPECT_THAT(*db_->ColumnsOf(Named("t")), ElementsAre("id", "v"));
           return absl::NotFoundError("undo it all");
         })
          .ok());
  EXPECT_THAT(Values(), IsEmpty());
  EXPECT_EQ(Transaction::Current(*db_), nullptr);
}

// Inline calls of the same thread see the transaction's writes, too.
TEST_F(TransactionTest, ReadsOfExecuteAndOpenJoin) {
  std::unique_ptr<Cursor> cursor;
  EXPECT_FALSE(db_->Transact([&](Transaction& tx) {
                    EXPECT_TRUE(Insert(tx, "a").ok());
                    Call call(Sql("SELECT v FROM t"));
                    db_->Execute(call);
                    EXPECT_TRUE(call.Wait().ok());
                    EXPECT_THAT(call.rows.rows, ElementsAre("a"));
                    auto opened = db_->Open(Sql("SELECT v FROM t"), nullptr);
                    EXPECT_TRUE(opened.ok());
                    cursor = *std::move(opened);
                    return absl::NotFoundError("undo");
                  })
                   .ok());
  Rows rows;
  cursor->Fetch(9, rows,
                [](absl::StatusOr<bool> more) { EXPECT_FALSE(*more); });
  EXPECT_THAT(rows.rows, ElementsAre("a"));
}

TEST_F(TransactionTest, AnotherDatabaseIsNotJoined) {
  const std::unique_ptr<Database> other = OpenAnother();
  EXPECT_FALSE(db_->Transact([&](Transaction& tx) {
                    EXPECT_EQ(Transaction::Current(*other), nullptr);
                    EXPECT_TRUE(other
                                    ->Transact([&](Transaction& inner) {
                                      EXPECT_NE(&inner, &tx);
                                      return Insert(inner, "kept");
                                    })
                                    .ok());
                    EXPECT_TRUE(Insert(tx, "undone").ok());
                    return absl::NotFoundError("no");
                  })
                   .ok());
  EXPECT_THAT(Values(), ElementsAre("kept"));
}

TEST_F(TransactionTest, NothingRunsInATransactionThatIsLost) {
  bool ran = false;
  const std::unique_ptr<Database> other = OpenAnother();
  const absl::Status status = db_->Transact([&](Transaction& tx) {
    tx.OnCommit([&] { ran = true; });
    EXPECT_TRUE(Insert(tx, "a").ok());
    EXPECT_TRUE(Terminate(*other, "state = 'idle in transaction'").ok());
    EXPECT_EQ(KindOfError(tx.Savepoint([&](Transaction&) {
                return Exec(*db_, Write("INSERT INTO t (v) VALUES ('x')"));
              })),
              Kind::kConnection);
    EXPECT_EQ(KindOfError(Insert(tx, "b")), Kind::kConnection);
    EXPECT_EQ(KindOfError(
                  tx.Savepoint([](Transaction&) { return absl::OkStatus(); })),
              Kind::kConnection);
    return absl::OkStatus();
  });
  EXPECT_EQ(KindOfError(status), Kind::kConnection);
  EXPECT_FALSE(ran);
  EXPECT_THAT(Values(), IsEmpty());
  EXPECT_TRUE(
      db_->Transact([](Transaction& tx) { return Insert(tx, "c"); }).ok());
  EXPECT_THAT(Values(), ElementsAre("c"));
}

TEST_F(TransactionTest, AnExceptionRollsBack) {
  const absl::Status status = db_->Transact([](Transaction& tx) {
    EXPECT_TRUE(Insert(tx, "a").ok());
    throw std::runtime_error("oops");
    return absl::OkStatus();
  });
  EXPECT_EQ(KindOfError(status), Kind::kOther);
  EXPECT_THAT(std::string(status.message()), HasSubstr("oops"));
  EXPECT_FALSE(db_->Transact([](Transaction& tx) {
                    EXPECT_FALSE(tx.Savepoint([](Transaction& tx) {
                                     EXPECT_TRUE(Insert(tx, "b").ok());
                                     throw 1;
                                     return absl::OkStatus();
                                   }).ok());
                    throw 2;
                    return absl::OkStatus();
                  })
                   .ok());
  EXPECT_THAT(Values(), IsEmpty());
  EXPECT_TRUE(
      db_->Transact([](Transaction& tx) { return Insert(tx, "c"); }).ok());
}

// A statement run for each row of another of the same text.
TEST_F(TransactionTest, StatementsMayRunInsideOfOthers) {
  ASSERT_TRUE(Exec(*db_, Write("INSERT INTO t (v) VALUES ('a'), ('b')")).ok());
  class Inner final : public RowSink {
   public:
    explicit Inner(Database& db) : db_(db) {}
    absl::Status OnRow(Row row) override {
      Rows rows;
      const absl::Status status =
          db_.Run(Sql("SELECT v FROM t ORDER BY v"), rows).status();
      for (const std::string& v : rows.rows) {
        pairs.push_back(absl::StrCat(row[0].text(), v));
      }
      return status;
    }
    void OnRestart() override { pairs.clear(); }
    std::vector<std::string> pairs;

   private:
    Database& db_;
  };
  for (const bool write : {false, true}) {
    Inner inner(*db_);
    const auto body = [&](Transaction&) {
      return db_->Run(Sql("SELECT v FROM t ORDER BY v"), inner).status();
    };
    EXPECT_TRUE((write ? db_->Transact(body) : db_->Read(body)).ok());
    EXPECT_THAT(inner.pairs, ElementsAre("aa", "ab", "ba", "bb"));
  }
}

}  // namespace
}  // namespace modelservice::postgres
