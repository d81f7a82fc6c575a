// The Database over an SQLite file.
#ifndef MODELSERVICE_DB_SQLITE_DATABASE_H_
#define MODELSERVICE_DB_SQLITE_DATABASE_H_

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "modelservice/db/database.h"
#include "modelservice/db/sqlite/connection_pool.h"
#include "modelservice/db/sqlite/sqlite.h"
#include "modelservice/db/sqlite/writer.h"

namespace modelservice::sqlite {

class SqliteDatabase final : public Database {
 public:
  explicit SqliteDatabase(const SqliteOptions& options);
  ~SqliteDatabase() override { Close(); }

  // Opens the first connections, so that errors show now.
  absl::Status Start();

  const Dialect& dialect() const override { return SqliteDialect(); }
  void Execute(Execution& execution) override;
  void RunRead(Body body, const CallLimits* limits, Done done) override;
  void RunWrite(Body body, const CallLimits* limits, Done done) override;
  absl::StatusOr<std::unique_ptr<Cursor>> Open(
      Statement statement, const CallLimits* limits) override;
  absl::StatusOr<std::vector<std::string>> ColumnsOf(
      const Table& table) override;
  void Close() override;

 private:
  Connection::Result ReadOne(Execution& execution);
  absl::Status RunReadBody(Body& body, const CallLimits* limits,
                           Callbacks* callbacks);

  const bool in_memory_;
  // One and the same without a file. Shared with the cursors, which may outlive
  // this.
  const std::shared_ptr<ConnectionPool> writers_;
  const std::shared_ptr<ConnectionPool> readers_;
  Writer writer_;
  std::mutex closing_;
  bool closed_ = false;
};

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_DATABASE_H_
