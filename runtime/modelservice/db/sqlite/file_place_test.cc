// A file that goes away, or is replaced, while a database is open.
#include "modelservice/db/sqlite/file_place.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "modelservice/db/sqlite/test_support.h"

namespace modelservice::sqlite {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class FilePlaceTest : public SqliteTest {
 protected:
  void SetUp() override {
    Open("CREATE TABLE t (v); INSERT INTO t VALUES (1)");
    away_ = options_.path + ".away";
  }

  // Of every way to the database.
  void ExpectLost(absl::string_view words) {
    for (const absl::Status& status :
         {db_->CheckPlace(), Insert(), db_->Transact([&](Transaction& tx) {
            Statement insert = Write("INSERT INTO t VALUES (3)");
            NoRows sink;
            return tx.Execute(insert, sink).status();
          }),
          Select()}) {
      EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
      EXPECT_THAT(std::string(status.message()), HasSubstr(words));
      EXPECT_THAT(std::string(status.message()), HasSubstr(options_.path));
      const auto error = GetDatabaseError(status);
      ASSERT_TRUE(error.has_value());
      EXPECT_EQ(error->kind, DatabaseError::Kind::kConnection);
    }
  }

  absl::Status Insert() {
    NoRows sink;
    return db_->Run(Write("INSERT INTO t VALUES (2)"), sink).status();
  }
  absl::Status Select() {
    Rows rows;
    return db_->Run(Sql("SELECT v FROM t"), rows).status();
  }

  std::string away_;
};

TEST_F(FilePlaceTest, ADeletedFileTakesNoWrites) {
  EXPECT_TRUE(db_->CheckPlace().ok());
  std::filesystem::rename(options_.path, away_);
  ExpectLost("was deleted or renamed");
  // Nothing was made in its place.
  EXPECT_FALSE(std::filesystem::exists(options_.path));
  // It may come back.
  std::filesystem::rename(away_, options_.path);
  EXPECT_TRUE(db_->CheckPlace().ok());
  EXPECT_TRUE(Insert().ok());
  EXPECT_THAT(Query(*db_, "SELECT v FROM t"), ElementsAre("1", "2"));
}

TEST_F(FilePlaceTest, AWriteNoticesByItself) {
  std::filesystem::remove(options_.path);
  EXPECT_EQ(Insert().code(), absl::StatusCode::kUnavailable);
  // And so do reads after it.
  EXPECT_EQ(Select().code(), absl::StatusCode::kUnavailable);
}

TEST_F(FilePlaceTest, AnotherFileIsLeftAlone) {
  std::filesystem::rename(options_.path, away_);
  std::ofstream(options_.path) << "somebody else's";
  ExpectLost("another file has taken the place");
  db_->Close();
  std::string content;
  std::getline(std::ifstream(options_.path) >> std::ws, content);
  EXPECT_EQ(content, "somebody else's");
  // What was written before is in the first one and its log, which stays.
  std::filesystem::rename(options_.path + "-wal", away_ + "-wal");
  options_.path = away_;
  db_ = OpenAnother();
  EXPECT_THAT(Query(*db_, "SELECT v FROM t"), ElementsAre("1"));
}

TEST_F(FilePlaceTest, AFolderThatIsGone) {
  options_.path = folder_.File("deep/test.db");
  std::filesystem::create_directory(folder_.File("deep"));
  Open("CREATE TABLE t (v)");
  std::filesystem::remove_all(folder_.File("deep"));
  ExpectLost("was deleted or renamed");
}

TEST_F(FilePlaceTest, ADatabaseWithoutAFileHasNoPlace) {
  options_.path = ":memory:";
  Open("CREATE TABLE t (v)");
  EXPECT_TRUE(db_->CheckPlace().ok());
  EXPECT_TRUE(Insert().ok());
}

// What SQLite would wait for, or read without an end.
TEST_F(FilePlaceTest, WhatIsNoFileIsNotOpened) {
  const std::string fifo = folder_.File("fifo");
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  for (const bool read_only : {false, true}) {
    options_.read_only = read_only;
    for (const std::string& path : {fifo, std::string("/dev/zero")}) {
      options_.path = path;
      const absl::Status status = OpenSqlite(options_).status();
      EXPECT_THAT(std::string(status.message()),
                  testing::ContainsRegex("cannot open .*: it is a "
                                         "(FIFO|device); name a file"));
    }
  }
}

}  // namespace
}  // namespace modelservice::sqlite
