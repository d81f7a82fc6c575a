// What the tests of this folder share.
#ifndef MODELSERVICE_DB_SQLITE_TEST_SUPPORT_H_
#define MODELSERVICE_DB_SQLITE_TEST_SUPPORT_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/db/database.h"
#include "modelservice/db/error.h"
#include "modelservice/db/sqlite/sqlite.h"

namespace modelservice::sqlite {

// A table of which only the name matters.
inline Table Named(absl::string_view name) {
  return Table(name, name, {}, {}, {});
}

using Kind = DatabaseError::Kind;

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

inline Statement Sql(absl::string_view text, std::vector<Value> values = {}) {
  Statement statement;
  statement.text = text;
  statement.parameters.assign(values.begin(), values.end());
  return statement;
}

inline Statement Write(absl::string_view text, std::vector<Value> values = {}) {
  Statement statement = Sql(text, std::move(values));
  statement.writes = true;
  return statement;
}

inline std::string ToText(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      return "NULL";
    case Value::Kind::kInteger:
      return absl::StrCat(value.integer());
    case Value::Kind::kReal:
      return absl::StrCat(value.real());
    default:
      return std::string(value.text());
  }
}

// Keeps the rows as texts like "1,a". Refuses the row number `refuse`.
class Rows : public RowSink {
 public:
  absl::Status OnRow(Row row) override {
    if (static_cast<int>(rows.size()) == refuse) {
      return absl::FailedPreconditionError("no more");
    }
    rows.push_back(
        absl::StrJoin(row, ",", [](std::string* out, const Value& value) {
          absl::StrAppend(out, ToText(value));
        }));
    return absl::OkStatus();
  }
  void OnRestart() override {
    rows.clear();
    ++restarts;
  }

  std::vector<std::string> rows;
  int restarts = 0;
  int refuse = -1;
};

// One call, and the wait for its answer.
class Call final : public Execution {
 public:
  explicit Call(Statement s, const CallLimits* call_limits = nullptr) {
    statement = std::move(s);
    limits = call_limits;
  }
  absl::Status OnRow(Row row) override { return rows.OnRow(row); }
  void OnRestart() override { rows.OnRestart(); }
  void OnDone(const absl::Status& status, const Outcome& outcome) override {
    if (before_done) before_done();
    const std::lock_guard<std::mutex> lock(mutex_);
    status_ = status;
    outcome_ = outcome;
    ++answers_;
    answered_.notify_all();
  }

  const absl::Status& Wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    answered_.wait(lock, [this] { return answers_ > 0; });
    EXPECT_EQ(answers_, 1);
    return status_;
  }
  Outcome outcome() {
    Wait();
    return outcome_;
  }

  Rows rows;
  std::function<void()> before_done;

 private:
  std::mutex mutex_;
  std::condition_variable answered_;
  int answers_ = 0;
  absl::Status status_;
  Outcome outcome_;
};

// A gate that is opened once.
class Gate {
 public:
  void Open() {
    const std::lock_guard<std::mutex> lock(mutex_);
    open_ = true;
    opened_.notify_all();
  }
  void Wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    opened_.wait(lock, [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable opened_;
  bool open_ = false;
};

// Keeps the writer busy, so that what is submitted while it lives becomes one
// batch.
class HeldWriter {
 public:
  explicit HeldWriter(Database& db) {
    db.RunWrite(
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

class Limits final : public CallLimits {
 public:
  explicit Limits(absl::Time deadline = absl::InfiniteFuture())
      : deadline_(deadline) {}
  absl::Time deadline() const override { return deadline_; }
  bool cancelled() const override { return cancelled_.load(); }
  void Cancel() { cancelled_.store(true); }

 private:
  const absl::Time deadline_;
  std::atomic<bool> cancelled_{false};
};

inline Kind KindOfError(const absl::Status& status) {
  const auto error = GetDatabaseError(status);
  EXPECT_TRUE(error.has_value()) << status;
  return error.has_value() ? error->kind : Kind::kOther;
}

inline absl::Status Exec(Database& db, Statement statement) {
  Rows rows;
  return db.Run(std::move(statement), rows).status();
}

inline std::vector<std::string> Query(Database& db, absl::string_view sql) {
  Rows rows;
  const absl::Status status = db.Run(Sql(sql), rows).status();
  EXPECT_TRUE(status.ok()) << status;
  return rows.rows;
}

// A database file of its own for each test. One batch takes what is queued,
// however slow the machine.
class SqliteTest : public ::testing::Test {
 protected:
  SqliteTest() {
    options_.path = folder_.File("test.db");
    options_.max_batch_time = absl::InfiniteDuration();
  }

  // Opens with options_ and runs `script`.
  void Open(absl::string_view script = "") {
    db_ = OpenAnother();
    ASSERT_NE(db_, nullptr);
    const absl::Status status = db_->RunScript(script);
    ASSERT_TRUE(status.ok()) << status;
  }
  std::unique_ptr<Database> OpenAnother() {
    absl::StatusOr<std::unique_ptr<Database>> db = OpenSqlite(options_);
    EXPECT_TRUE(db.ok()) << db.status();
    return db.ok() ? *std::move(db) : nullptr;
  }

  TempFolder folder_;
  SqliteOptions options_;
  std::unique_ptr<Database> db_;
};

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_TEST_SUPPORT_H_
