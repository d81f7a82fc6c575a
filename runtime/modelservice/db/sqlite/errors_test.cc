// SQLite's own words for what goes wrong, and what is made of them.
#include "modelservice/db/sqlite/errors.h"

#include <sqlite3.h>

#include "modelservice/db/sqlite/test_support.h"

namespace modelservice::sqlite {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ErrorsTest : public SqliteTest {
 protected:
  // What `sql` fails with.
  DatabaseError Fail(absl::string_view sql) {
    const absl::Status status = Exec(*db_, Write(sql));
    const auto error = GetDatabaseError(status);
    EXPECT_TRUE(error.has_value()) << sql << ": " << status;
    return error.value_or(DatabaseError());
  }
};

TEST_F(ErrorsTest, Constraints) {
  Open(
      "CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT NOT NULL,"
      "  name TEXT, age INTEGER CONSTRAINT adult CHECK (age >= 18),"
      "  UNIQUE (email, name));"
      "CREATE UNIQUE INDEX by_lower ON customer (lower(email));"
      "CREATE TABLE pair (a, b, PRIMARY KEY (a, b)) WITHOUT ROWID;"
      "CREATE TABLE \"odd.table\" (\"a b\" UNIQUE);"
      "CREATE TABLE pet (owner REFERENCES customer (id));"
      "CREATE TABLE toy (owner REFERENCES customer (id) ON DELETE RESTRICT);"
      "CREATE TRIGGER no_zero BEFORE INSERT ON pair WHEN NEW.a = 0 BEGIN"
      "  SELECT RAISE(ABORT, 'a must not be 0'); END;"
      "INSERT INTO customer VALUES (1, 'a', 'b', 20);"
      "INSERT INTO toy VALUES (1);"
      "INSERT INTO pair VALUES (1, 2);"
      "INSERT INTO \"odd.table\" VALUES (1);");

  DatabaseError error = Fail("INSERT INTO customer VALUES (1, 'c', 'd', 20)");
  EXPECT_EQ(error.kind, Kind::kUnique);
  EXPECT_EQ(error.table, "customer");
  EXPECT_THAT(error.columns, ElementsAre("id"));

  error = Fail("INSERT INTO pair VALUES (1, 2)");
  EXPECT_EQ(error.kind, Kind::kUnique);
  EXPECT_THAT(error.columns, ElementsAre("a", "b"));

  error = Fail("INSERT INTO customer VALUES (2, 'a', 'b', 20)");
  EXPECT_EQ(error.kind, Kind::kUnique);

  error = Fail("INSERT INTO customer VALUES (2, 'A', 'b', 20)");
  EXPECT_EQ(error.kind, Kind::kUnique);
  EXPECT_EQ(error.constraint, "by_lower");
  EXPECT_THAT(error.columns, IsEmpty());

  error = Fail("INSERT INTO \"odd.table\" VALUES (1)");
  EXPECT_EQ(error.table, "odd.table");
  EXPECT_THAT(error.columns, ElementsAre("a b"));

  error = Fail("UPDATE customer SET email = NULL");
  EXPECT_EQ(error.kind, Kind::kNotNull);
  EXPECT_EQ(error.table, "customer");
  EXPECT_THAT(error.columns, ElementsAre("email"));

  error = Fail("UPDATE customer SET age = 3");
  EXPECT_EQ(error.kind, Kind::kCheck);
  EXPECT_EQ(error.constraint, "adult");

  EXPECT_EQ(Fail("INSERT INTO pet VALUES (99)").kind, Kind::kForeignKey);
  EXPECT_EQ(Fail("DELETE FROM customer").kind, Kind::kForeignKey);
  EXPECT_EQ(Fail("INSERT INTO pair VALUES (0, 0)").kind, Kind::kCheck);
  EXPECT_EQ(Fail("UPDATE customer SET id = 'text'").kind, Kind::kCheck);
}

TEST_F(ErrorsTest, Schema) {
  Open("CREATE TABLE t (v)");
  DatabaseError error = Fail("INSERT INTO missing VALUES (1)");
  EXPECT_EQ(error.kind, Kind::kSchema);
  EXPECT_EQ(error.table, "missing");

  error = Fail("INSERT INTO t (w) VALUES (1)");
  EXPECT_EQ(error.kind, Kind::kSchema);
  EXPECT_EQ(error.table, "t");
  EXPECT_THAT(error.columns, ElementsAre("w"));

  error = Fail("UPDATE t SET v = w");
  EXPECT_EQ(error.kind, Kind::kSchema);
  EXPECT_THAT(error.columns, ElementsAre("w"));

  // A text in SQLite's eyes, unless told otherwise.
  EXPECT_EQ(Fail("UPDATE t SET v = \"w\"").kind, Kind::kSchema);
  error = Fail("UPDATE t SET v = 'é' v");
  EXPECT_EQ(error.kind, Kind::kSyntax);
#if SQLITE_VERSION_NUMBER >= 3038000
  EXPECT_EQ(error.offset, 22u);
#endif
  EXPECT_EQ(Fail("UPDAET t").kind, Kind::kSyntax);
}

TEST_F(ErrorsTest, ATextThatIsTooLongToLookFor) {
  Open();
  const std::string text(60000, 'x');
  for (const char* sql : {"SELECT 'x' LIKE ?1", "SELECT 'x' GLOB ?1"}) {
    Statement statement = Sql(sql);
    statement.parameters.push_back(Value::Text(text));
    Rows rows;
    EXPECT_EQ(KindOfError(db_->Run(std::move(statement), rows).status()),
              Kind::kValue);
  }
}

TEST_F(ErrorsTest, OneStatementAtATime) {
  Open("CREATE TABLE t (v)");
  for (const char* sql : {"", " -- nothing", "DELETE FROM t; DELETE FROM t"}) {
    EXPECT_THAT(std::string(Exec(*db_, Write(sql)).message()),
                HasSubstr("not one statement"));
  }
  EXPECT_TRUE(Exec(*db_, Write("DELETE FROM t; \n")).ok());
}

TEST_F(ErrorsTest, AFullDisk) {
  Open("CREATE TABLE t (v); PRAGMA max_page_count = 20");
  const absl::Status status =
      Exec(*db_, Write("INSERT INTO t VALUES (zeroblob(1000000))"));
  EXPECT_EQ(KindOfError(status), Kind::kFull);
  EXPECT_TRUE(Exec(*db_, Write("INSERT INTO t VALUES (1)")).ok());
}

TEST(ErrorOfTest, EveryCodeHasItsKind) {
  const struct {
    int code;
    Kind kind;
  } cases[] = {
      {SQLITE_BUSY, Kind::kBusy},
      {SQLITE_BUSY_RECOVERY, Kind::kBusy},
      {SQLITE_BUSY_SNAPSHOT, Kind::kSerialization},
      {SQLITE_LOCKED_SHAREDCACHE, Kind::kBusy},
      {SQLITE_PROTOCOL, Kind::kBusy},
      {SQLITE_READONLY, Kind::kReadOnly},
      {SQLITE_READONLY_DIRECTORY, Kind::kReadOnly},
      {SQLITE_READONLY_DBMOVED, Kind::kConnection},
      {SQLITE_FULL, Kind::kFull},
      {SQLITE_NOMEM, Kind::kFull},
      {SQLITE_IOERR_NOMEM, Kind::kFull},
      {SQLITE_IOERR_FSYNC, Kind::kConnection},
      {SQLITE_IOERR_CORRUPTFS, Kind::kCorrupt},
      {SQLITE_CANTOPEN_ISDIR, Kind::kConnection},
      {SQLITE_CORRUPT_INDEX, Kind::kCorrupt},
      {SQLITE_NOTADB, Kind::kCorrupt},
      {SQLITE_INTERRUPT, Kind::kCancelled},
      {SQLITE_TOOBIG, Kind::kCheck},
      {SQLITE_SCHEMA, Kind::kSchema},
      {SQLITE_MISUSE, Kind::kOther},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(KindOfError(ErrorOf(c.code, "text")), c.kind) << c.code;
  }
}

// The wordings of tables that this SQLite may be too old for.
TEST(ErrorOfTest, AStrictTableNamesItsColumn) {
  const auto error = GetDatabaseError(
      ErrorOf(SQLITE_CONSTRAINT | (12 << 8),
              "cannot store TEXT value in INTEGER column customer.age"));
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->table, "customer");
  EXPECT_THAT(error->columns, ElementsAre("age"));
}

}  // namespace
}  // namespace modelservice::sqlite
