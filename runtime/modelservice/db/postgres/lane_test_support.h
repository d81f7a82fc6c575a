// What the tests of the lanes share.
#ifndef MODELSERVICE_DB_POSTGRES_LANE_TEST_SUPPORT_H_
#define MODELSERVICE_DB_POSTGRES_LANE_TEST_SUPPORT_H_

#include <memory>
#include <string>
#include <vector>

#include "modelservice/db/postgres/connection.h"
#include "modelservice/db/postgres/database.h"
#include "modelservice/db/postgres/test_support.h"

namespace modelservice::postgres {

// A database of the test's own, and connections beside it.
class LanesTest : public PostgresTest {
 protected:
  // Holds a lane by a lock, or a slow statement, for as long as a test takes.
  void LetLanesWait() { options_.slow_statement = absl::Hours(1); }

  // Waits until there is a lane of each kind: what follows is not mixed up with
  // their beginning.
  void Start(absl::string_view script = "") {
    if (!script.empty()) Direct(script);
    // Not OpenPostgres, which wants a server at once.
    db_ = std::make_unique<PostgresDatabase>(options_, nullptr);
    EXPECT_EQ(Run(Sql("SELECT 1")), absl::OkStatus());
    EXPECT_EQ(Run(Write("SELECT 1")), absl::OkStatus());
  }

  // Over a connection beside the lanes.
  void Direct(absl::string_view sql) {
    const absl::Status status = Beside(direct_).Command(sql, nullptr);
    ASSERT_TRUE(status.ok()) << sql << ": " << status;
  }
  std::vector<std::string> DirectRows(absl::string_view sql) {
    return RowsOf(Beside(direct_), sql);
  }
  // Returns once `sql` gives a row. Over another connection still: a
  // transaction sees the same sessions to its end.
  void Await(absl::string_view sql) {
    while (RowsOf(Beside(watcher_), sql).empty() && !HasFailure()) {
      absl::SleepFor(absl::Milliseconds(2));
    }
  }
  // Until a session runs a statement that is like `text`.
  void AwaitRunning(absl::string_view text) {
    Await(absl::StrCat("SELECT 1 FROM pg_stat_activity WHERE ", Others(),
                       " AND state = 'active' AND query LIKE '", text, "'"));
  }
  // Ends the sessions whose last statement is like `text`.
  void Kill(absl::string_view text) {
    EXPECT_FALSE(RowsOf(Beside(watcher_),
                        absl::StrCat("SELECT pg_terminate_backend(pid) FROM"
                                     " pg_stat_activity WHERE ",
                                     Others(), " AND query LIKE '", text, "'"))
                     .empty());
  }

  void Execute(Call& call) { db_->Execute(call); }
  absl::Status Run(Statement statement) {
    Call call(std::move(statement));
    Execute(call);
    return call.Wait();
  }

 private:
  static std::string Others() {
    return "datname = current_database() AND pid <> pg_backend_pid()";
  }
  Connection& Beside(std::unique_ptr<Connection>& connection) {
    if (connection == nullptr) {
      absl::StatusOr<std::unique_ptr<Connection>> opened =
          Connection::Open(options_, nullptr);
      EXPECT_TRUE(opened.ok()) << opened.status();
      connection = *std::move(opened);
    }
    return *connection;
  }
  static std::vector<std::string> RowsOf(Connection& connection,
                                         absl::string_view sql) {
    Rows rows;
    const auto outcome = connection.Run(Sql(sql), rows, nullptr);
    EXPECT_TRUE(outcome.ok()) << sql << ": " << outcome.status();
    return rows.rows;
  }

  std::unique_ptr<Connection> direct_;
  std::unique_ptr<Connection> watcher_;
};

// Calls that are made and waited for together.
class Calls {
 public:
  Call& Add(Statement statement, const CallLimits* limits = nullptr) {
    calls_.push_back(std::make_unique<Call>(std::move(statement), limits));
    return *calls_.back();
  }
  void Execute(Database& db) {
    for (const auto& call : calls_) db.Execute(*call);
  }
  Call& operator[](size_t i) { return *calls_[i]; }
  size_t size() const { return calls_.size(); }

 private:
  std::vector<std::unique_ptr<Call>> calls_;
};

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_LANE_TEST_SUPPORT_H_
