// What the tests of every backend share.
#ifndef MODELSERVICE_DB_TEST_SUPPORT_H_
#define MODELSERVICE_DB_TEST_SUPPORT_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "modelservice/base/clock.h"
#include "modelservice/database.h"
#include "modelservice/db/error.h"

namespace modelservice {

using Kind = DatabaseError::Kind;

// A table of which only the name matters.
inline Table Named(absl::string_view name) {
  return Table(name, name, {}, {}, {});
}

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
    case Value::Kind::kTimestamp:
      return absl::StrCat(value.seconds(), ".", value.nanos());
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
  bool WaitFor(absl::Duration time) {
    std::unique_lock<std::mutex> lock(mutex_);
    return opened_.wait_for(lock, absl::ToChronoNanoseconds(time),
                            [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable opened_;
  bool open_ = false;
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
  bool answered() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return answers_ > 0;
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

// A RunRead or RunWrite, and the wait for its answer.
class BodyCall {
 public:
  void Read(Database& db, Database::Body body, const CallLimits* limits = {}) {
    db.RunRead(std::move(body), limits, Done());
  }
  void Write(Database& db, Database::Body body, const CallLimits* limits = {}) {
    db.RunWrite(std::move(body), limits, Done());
  }
  const absl::Status& Wait() {
    answered_.Wait();
    return status_;
  }
  bool answered() { return answered_.WaitFor(absl::ZeroDuration()); }

 private:
  Database::Done Done() {
    return [this](const absl::Status& status) {
      status_ = status;
      answered_.Open();
    };
  }
  absl::Status status_;
  Gate answered_;
};

class Limits final : public CallLimits {
 public:
  explicit Limits(SteadyTime ends_at = kNever) : ends_at_(ends_at) {}
  SteadyTime ends_at() const override { return ends_at_; }
  bool cancelled() const override { return cancelled_.load(); }
  void Cancel() { cancelled_.store(true); }

 private:
  const SteadyTime ends_at_;
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

// A cursor's next rows; `*more` is whether there may be more.
inline absl::Status FetchInto(Cursor& cursor, size_t most, Rows* rows,
                              bool* more) {
  Gate fetched;
  absl::Status status;
  cursor.Fetch(most, *rows, [&](absl::StatusOr<bool> result) {
    status = result.status();
    *more = result.ok() && *result;
    fetched.Open();
  });
  fetched.Wait();
  return status;
}

// What a test does with a database of its own. `kOpen` is the backend's
// function that opens one.
template <class Options, auto kOpen>
class BackendTest : public ::testing::Test {
 protected:
  // Opens with options_ and runs `script`.
  void Open(absl::string_view script = "") {
    db_ = OpenAnother();
    ASSERT_NE(db_, nullptr);
    const absl::Status status = db_->RunScript(script);
    ASSERT_TRUE(status.ok()) << status;
  }
  std::unique_ptr<Database> OpenAnother() {
    absl::StatusOr<std::unique_ptr<Database>> db = kOpen(options_);
    EXPECT_TRUE(db.ok()) << db.status();
    return db.ok() ? *std::move(db) : nullptr;
  }

  Options options_;
  std::unique_ptr<Database> db_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_DB_TEST_SUPPORT_H_
