// The Database over an SQLite file.
#ifndef MODELSERVICE_DB_SQLITE_DATABASE_H_
#define MODELSERVICE_DB_SQLITE_DATABASE_H_

#include <memory>
#include <string>
#include <vector>

#include "modelservice/base/mutex.h"
#include "modelservice/database.h"
#include "modelservice/db/callbacks.h"
#include "modelservice/db/sqlite/connection_pool.h"
#include "modelservice/db/sqlite/cursor.h"
#include "modelservice/db/sqlite/file_place.h"
#include "modelservice/db/sqlite/writer.h"
#include "modelservice/sqlite.h"

namespace modelservice::sqlite {

class SqliteDatabase final : public Database {
 public:
  explicit SqliteDatabase(const SqliteOptions& options);
  ~SqliteDatabase() override { Close(); }

  // Opens the first connections, so that errors show now.
  absl::Status Start();

  const Dialect& dialect() const override { return SqliteDialect(); }
  void Execute(Execution& execution) override;
  absl::StatusOr<std::unique_ptr<Cursor>> Open(
      Statement statement, const CallLimits* limits) override;
  absl::StatusOr<std::vector<std::string>> ColumnsOf(
      const Table& table) override;
  absl::StatusOr<std::vector<LiveColumn>> LiveColumnsOf(
      const Table& table) override;
  absl::Status CheckPlace() override { return place_->Check(); }
  void Report(Measures& to) override;
  void Close() override;

  // Where reads go that may wait.
  TaskGroup& slow_reads() { return groups().reads; }

 protected:
  absl::Status RunHere(const TransactionOptions& options, Body& body,
                       const CallLimits* limits) override;
  // One that writes, and one that comes next.
  int most_writing_bodies() const override { return 2; }

 private:
  // Rows of a name and a declared type for each column.
  absl::Status AskColumns(const Table& table, RowSink& rows);
  // For a thread that may wait.
  void ReadHere(Execution& execution);
  // For one that must not. False, with nothing done, when there is no idle
  // connection, or when it is not known that there is little to do.
  bool ReadInAHurry(Execution& execution);
  Connection::Result ReadOne(Execution& execution);
  // On a connection that was leased for it.
  Connection::Result ReadOn(
      Connection& connection,
      const absl::StatusOr<StatementCache::Lease>& prepared,
      Execution& execution);
  absl::Status ReadBody(Body& body, const CallLimits* limits,
                        Callbacks* callbacks);
  absl::Status WriteBody(Body& body, const CallLimits* limits,
                         absl::Duration max_time, Callbacks* callbacks);

  const bool in_memory_;
  const std::shared_ptr<FilePlace> place_;
  // One and the same without a file. Shared with the cursors, which may outlive
  // this.
  const std::shared_ptr<ConnectionPool> writers_;
  const std::shared_ptr<ConnectionPool> readers_;
  const std::shared_ptr<Cursors> cursors_;
  const int max_readers_;
  const absl::Duration max_write_time_;
  Writer writer_;
  Mutex closing_;
  bool closed_ ABSL_GUARDED_BY(closing_) = false;
};

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_DATABASE_H_
