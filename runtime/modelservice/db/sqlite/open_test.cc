// Opening files, good and bad, and closing them.
#include <sqlite3.h>
#include <unistd.h>

#include <fstream>

#include "modelservice/db/sqlite/test_support.h"

namespace modelservice::sqlite {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class OpenTest : public SqliteTest {
 protected:
  // The error of opening, which is one line and names the file.
  absl::Status FailToOpen() {
    absl::Status status = OpenSqlite(options_).status();
    EXPECT_FALSE(status.ok());
    const std::string message(status.message());
    EXPECT_THAT(message, HasSubstr("cannot open " + options_.path + ": "));
    EXPECT_THAT(message, Not(HasSubstr("\n")));
    return status;
  }

  void WriteFile(const std::string& content) {
    std::ofstream(options_.path, std::ios::binary) << content;
  }
};

TEST_F(OpenTest, MakesTheFile) {
  Open("CREATE TABLE t (v)");
  EXPECT_TRUE(std::filesystem::exists(options_.path));
  EXPECT_EQ(db_->dialect().name(), "sqlite");
}

TEST_F(OpenTest, SettingsAreInForce) {
  options_.synchronous = SqliteOptions::Synchronous::kNormal;
  Open();
  EXPECT_THAT(Query(*db_, "PRAGMA query_only"), ElementsAre("1"));
  Rows rows;
  ASSERT_TRUE(db_->Run(Write("PRAGMA journal_mode"), rows).ok());
  ASSERT_TRUE(db_->Run(Write("PRAGMA synchronous"), rows).ok());
  ASSERT_TRUE(db_->Run(Write("PRAGMA foreign_keys"), rows).ok());
  EXPECT_THAT(rows.rows, ElementsAre("wal", "1", "1"));
}

TEST_F(OpenTest, DurableUnlessToldOtherwise) {
  Open();
  Rows rows;
  ASSERT_TRUE(db_->Run(Write("PRAGMA synchronous"), rows).ok());
  EXPECT_THAT(rows.rows, ElementsAre("2"));  // FULL
}

TEST_F(OpenTest, OddNames) {
  for (const char* name : {"file:x?mode=memory", ":x", "a b%20.db"}) {
    options_.path = folder_.File(name);
    Open("CREATE TABLE t (v)");
    EXPECT_TRUE(std::filesystem::exists(options_.path)) << name;
  }
}

TEST_F(OpenTest, NoFileAndNoneToBeMade) {
  options_.create = false;
  EXPECT_THAT(std::string(FailToOpen().message()),
              HasSubstr("there is no such file; name the right one"));
  EXPECT_FALSE(std::filesystem::exists(options_.path));
}

std::string ContentOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

TEST_F(OpenTest, ReadOnlyLeavesTheFileAsItIs) {
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(options_.path.c_str(), &handle), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(handle, "CREATE TABLE t (v); INSERT INTO t VALUES (7)",
                         nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(handle);
  const std::string before = ContentOf(options_.path);
  options_.read_only = true;
  db_ = OpenAnother();
  ASSERT_NE(db_, nullptr);
  EXPECT_THAT(Query(*db_, "SELECT v FROM t"), ElementsAre("7"));
  Rows rows;
  const absl::Status status =
      db_->Run(Write("INSERT INTO t VALUES (8)"), rows).status();
  ASSERT_TRUE(GetDatabaseError(status).has_value()) << status;
  EXPECT_EQ(GetDatabaseError(status)->kind, DatabaseError::Kind::kReadOnly);
  db_->Close();
  EXPECT_EQ(ContentOf(options_.path), before);
  EXPECT_FALSE(std::filesystem::exists(options_.path + "-wal"));
}

TEST_F(OpenTest, ReadOnlyMakesNoFile) {
  options_.read_only = true;
  EXPECT_THAT(std::string(FailToOpen().message()),
              HasSubstr("there is no such file; name the right one"));
  EXPECT_FALSE(std::filesystem::exists(options_.path));
}

TEST_F(OpenTest, NoFolder) {
  options_.path = folder_.File("missing/test.db");
  const absl::Status status = FailToOpen();
  EXPECT_EQ(KindOfError(status), Kind::kConnection);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("there is no folder " + folder_.File("missing") +
                        "; create it"));
}

TEST_F(OpenTest, AFolderInPlaceOfTheFile) {
  std::filesystem::create_directory(options_.path);
  EXPECT_THAT(std::string(FailToOpen().message()),
              HasSubstr("it is a folder; name a file in it"));
}

TEST_F(OpenTest, AFileInPlaceOfTheFolder) {
  WriteFile("x");
  options_.path += "/test.db";
  EXPECT_THAT(std::string(FailToOpen().message()),
              HasSubstr("there is no folder"));
}

TEST_F(OpenTest, NotADatabase) {
  WriteFile(std::string(5000, 'x'));
  const absl::Status status = FailToOpen();
  EXPECT_EQ(KindOfError(status), Kind::kCorrupt);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("it is not an SQLite database"));
}

TEST_F(OpenTest, ADamagedSchema) {
  Open("CREATE TABLE t (v)");
  db_->Close();
  std::fstream file(options_.path,
                    std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(100);  // the first page after the header
  file << std::string(200, '\xFF');
  file.close();
  const absl::Status status = FailToOpen();
  EXPECT_EQ(KindOfError(status), Kind::kCorrupt);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("the database is damaged; restore it"));
}

TEST_F(OpenTest, ADamagedTableFailsItsReadersOnly) {
  Open(
      "CREATE TABLE good (v); INSERT INTO good VALUES (1);"
      "CREATE TABLE bad (v); INSERT INTO bad VALUES (zeroblob(100))");
  const std::vector<std::string> page =
      Query(*db_, "SELECT rootpage FROM sqlite_master WHERE name = 'bad'");
  ASSERT_THAT(page, ElementsAre("3"));
  db_->Close();
  std::fstream file(options_.path,
                    std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(2 * 4096);
  file << std::string(4096, '\xFF');
  file.close();
  Open();
  EXPECT_EQ(KindOfError(Exec(*db_, Sql("SELECT * FROM bad"))), Kind::kCorrupt);
  EXPECT_EQ(KindOfError(Exec(*db_, Write("DELETE FROM bad"))), Kind::kCorrupt);
  EXPECT_THAT(Query(*db_, "SELECT v FROM good"), ElementsAre("1"));
  EXPECT_TRUE(Exec(*db_, Write("INSERT INTO good VALUES (2)")).ok());
}

TEST_F(OpenTest, AFolderThatCannotBeWritten) {
  if (geteuid() == 0) GTEST_SKIP() << "root can write everywhere";
  const std::string folder = folder_.File("readonly");
  std::filesystem::create_directory(folder);
  std::filesystem::permissions(folder, std::filesystem::perms(0500));
  options_.path = folder + "/test.db";
  EXPECT_THAT(std::string(FailToOpen().message()),
              HasSubstr("the folder " + folder + " cannot be written"));
}

TEST_F(OpenTest, AFileThatCannotBeWritten) {
  if (geteuid() == 0) GTEST_SKIP() << "root can write everywhere";
  Open("CREATE TABLE t (v)");
  db_->Close();
  std::filesystem::permissions(options_.path, std::filesystem::perms(0400));
  EXPECT_THAT(std::string(FailToOpen().message()),
              HasSubstr("the file cannot be written; give this process"));
}

TEST_F(OpenTest, BadOptions) {
  options_.max_batch = 0;
  EXPECT_EQ(OpenSqlite(options_).status().code(),
            absl::StatusCode::kInvalidArgument);
  options_ = SqliteOptions();
  EXPECT_EQ(OpenSqlite(options_).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(OpenTest, CloseFinishesWhatIsQueued) {
  Open("CREATE TABLE t (v)");
  std::vector<std::unique_ptr<Call>> calls;
  {
    const HeldWriter held(*db_);
    for (int i = 0; i < 100; ++i) {
      calls.push_back(std::make_unique<Call>(
          Write("INSERT INTO t VALUES (?1)", {Value::Integer(i)})));
      db_->Execute(*calls.back());
    }
  }
  db_->Close();
  for (const auto& call : calls) EXPECT_TRUE(call->Wait().ok());
  // All is in the one file.
  EXPECT_FALSE(std::filesystem::exists(options_.path + "-wal"));
  Open();
  EXPECT_THAT(Query(*db_, "SELECT count(*), sum(v) FROM t"),
              ElementsAre("100,4950"));
}

TEST_F(OpenTest, CallsAfterCloseAreAnswered) {
  Open("CREATE TABLE t (v)");
  db_->Close();
  db_->Close();
  const auto nothing = [](Transaction&) { return absl::OkStatus(); };
  EXPECT_EQ(KindOfError(Exec(*db_, Sql("SELECT 1"))), Kind::kConnection);
  EXPECT_EQ(KindOfError(Exec(*db_, Write("DELETE FROM t"))), Kind::kConnection);
  EXPECT_EQ(KindOfError(db_->Read(nothing)), Kind::kConnection);
  EXPECT_EQ(KindOfError(db_->Transact(nothing)), Kind::kConnection);
  const auto cursor = db_->Open(Sql("SELECT 1"), nullptr);
  ASSERT_TRUE(cursor.ok()) << cursor.status();
  Rows rows;
  bool more;
  EXPECT_EQ(KindOfError(FetchInto(**cursor, 1, &rows, &more)),
            Kind::kConnection);
  BodyCall read, write;
  read.Read(*db_, nothing);
  write.Write(*db_, nothing);
  EXPECT_EQ(KindOfError(read.Wait()), Kind::kConnection);
  EXPECT_EQ(KindOfError(write.Wait()), Kind::kConnection);
  EXPECT_EQ(KindOfError(db_->ColumnsOf(Named("t")).status()),
            Kind::kConnection);
  EXPECT_EQ(KindOfError(db_->RunScript("SELECT 1")), Kind::kConnection);
}

TEST_F(OpenTest, ACursorMayOutliveItsDatabase) {
  Open("CREATE TABLE t (v); INSERT INTO t VALUES (1), (2)");
  const auto cursor = db_->Open(Sql("SELECT v FROM t"), nullptr);
  const auto unread = db_->Open(Sql("SELECT v FROM t"), nullptr);
  ASSERT_TRUE(cursor.ok() && unread.ok());
  Rows rows;
  bool more = false;
  EXPECT_TRUE(FetchInto(**cursor, 1, &rows, &more).ok());
  EXPECT_TRUE(more);
  db_.reset();
  EXPECT_TRUE(FetchInto(**cursor, 5, &rows, &more).ok());
  EXPECT_FALSE(more);
  EXPECT_THAT(rows.rows, ElementsAre("1", "2"));
  EXPECT_EQ(KindOfError(FetchInto(**unread, 5, &rows, &more)),
            Kind::kConnection);
}

TEST_F(OpenTest, ColumnsOf) {
  Open(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, \"a b\" TEXT,"
      "  c AS (id + 1) STORED);"
      "CREATE VIEW seen AS SELECT \"a b\" AS x, id FROM t;");
  EXPECT_THAT(*db_->ColumnsOf(Named("t")), ElementsAre("id", "a b", "c"));
  EXPECT_THAT(*db_->ColumnsOf(Named("seen")), ElementsAre("x", "id"));
  EXPECT_THAT(*db_->ColumnsOf(Named("missing")), IsEmpty());
}

// The names of those that the live table has so.
std::vector<std::string> LooselyEqualOf(Database& database, const char* table) {
  std::vector<std::string> names;
  const auto columns = database.LiveColumnsOf(Named(table));
  EXPECT_TRUE(columns.ok()) << columns.status();
  for (const LiveColumn& column : *columns) {
    if (column.loosely_equal) names.push_back(column.name);
  }
  return names;
}

TEST_F(OpenTest, ColumnsThatFoldWhatIsEqual) {
  Open(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT COLLATE NOCASE,"
      "  c TEXT COLLATE BINARY, d TEXT COLLATE RTRIM);"
      "CREATE VIEW seen AS SELECT b FROM t;");
  EXPECT_THAT(LooselyEqualOf(*db_, "t"), ElementsAre("b", "d"));
  EXPECT_THAT(LooselyEqualOf(*db_, "seen"), IsEmpty());
  EXPECT_THAT(LooselyEqualOf(*db_, "missing"), IsEmpty());
}

TEST_F(OpenTest, AScriptRunsAsAWhole) {
  Open();
  const absl::Status status = db_->RunScript(
      "CREATE TABLE t (v UNIQUE); -- a comment; with a semicolon\n"
      "INSERT INTO t VALUES ('a;b');\n"
      "INSERT INTO t VALUES ('a;b');\n"
      "CREATE TABLE u (v);");
  EXPECT_EQ(KindOfError(status), Kind::kUnique);
  EXPECT_EQ(status.message(),
            "UNIQUE constraint failed: t.v; in: INSERT INTO t VALUES "
            "('a;b');");
  EXPECT_THAT(*db_->ColumnsOf(Named("t")), IsEmpty());

  EXPECT_THAT(
      std::string(
          db_->RunScript("CREATE TABLE t (v); CREATE TABEL u (v)").message()),
      HasSubstr("in: CREATE TABEL u (v)"));
  EXPECT_THAT(*db_->ColumnsOf(Named("t")), IsEmpty());
  EXPECT_THAT(std::string(db_->RunScript("COMMIT").message()),
              HasSubstr("transactions begin and end by"));
  for (const absl::string_view script :
       {absl::string_view("\0", 1),
        absl::string_view("CREATE TABLE t (v);\0DROP TABLE t", 32)}) {
    EXPECT_THAT(std::string(db_->RunScript(script).message()),
                HasSubstr("a script cannot have a NUL character; in: "));
    EXPECT_THAT(*db_->ColumnsOf(Named("t")), IsEmpty());
  }

  EXPECT_TRUE(db_->RunScript("").ok());
  EXPECT_TRUE(db_->RunScript(" ; -- nothing\n").ok());
  EXPECT_TRUE(
      db_->RunScript("CREATE TABLE t (v);\nINSERT INTO t VALUES (1);\n").ok());
  EXPECT_THAT(Query(*db_, "SELECT v FROM t"), ElementsAre("1"));
}

}  // namespace
}  // namespace modelservice::sqlite
