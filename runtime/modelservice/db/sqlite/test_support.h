// What the tests of this folder share.
#ifndef MODELSERVICE_DB_SQLITE_TEST_SUPPORT_H_
#define MODELSERVICE_DB_SQLITE_TEST_SUPPORT_H_

#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/db/test_support.h"
#include "modelservice/sqlite.h"

namespace modelservice::sqlite {

inline constexpr char kInsert[] = "INSERT INTO t VALUES (?1)";

// Removed, with all in it, at the end.
class TempFolder {
 public:
  TempFolder() {
    std::string path =
        (std::filesystem::temp_directory_path() / "sqlite-XXXXXX").string();
    path_ = mkdtemp(path.data());
  }
  ~TempFolder() { std::filesystem::remove_all(path_); }
  std::string File(absl::string_view name) const {
    return absl::StrCat(path_, "/", name);
  }

 private:
  std::string path_;
};

// Keeps the writer busy, so that what is submitted while it lives becomes one
// batch.
class HeldWriter {
 public:
  explicit HeldWriter(Database& db) {
    TransactionOptions options;
    options.max_time = absl::InfiniteDuration();
    db.RunTransaction(
        options,
        [this](Transaction&) {
          started_.Open();
          release_.Wait();
          return absl::OkStatus();
        },
        nullptr, [this](const absl::Status&) { done_.Open(); });
    started_.Wait();
  }
  ~HeldWriter() {
    release_.Open();
    done_.Wait();
  }

 private:
  Gate started_, release_, done_;
};

// A database file of its own for each test. One batch takes what is queued,
// however slow the machine.
class SqliteTest : public BackendTest<SqliteOptions, &OpenSqlite> {
 protected:
  SqliteTest() {
    options_.path = folder_.File("test.db");
    options_.max_batch_time = absl::InfiniteDuration();
  }
  // Before its folder goes.
  ~SqliteTest() override { db_.reset(); }

  TempFolder folder_;
};

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_TEST_SUPPORT_H_
