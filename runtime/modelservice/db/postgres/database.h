// The Database over a PostgreSQL server.
#ifndef MODELSERVICE_DB_POSTGRES_DATABASE_H_
#define MODELSERVICE_DB_POSTGRES_DATABASE_H_

#include <memory>
#include <string>
#include <vector>

#include "modelservice/base/mutex.h"
#include "modelservice/database.h"
#include "modelservice/db/cursor_count.h"
#include "modelservice/db/postgres/connection.h"
#include "modelservice/db/postgres/connection_pool.h"
#include "modelservice/db/postgres/detour.h"
#include "modelservice/db/postgres/lanes.h"
#include "modelservice/db/postgres/use_count.h"
#include "modelservice/postgres.h"

namespace modelservice::postgres {

class PostgresDatabase final : public Database {
 public:
  // `first` is a connection to begin with.
  PostgresDatabase(const PostgresOptions& options,
                   std::unique_ptr<Connection> first);
  ~PostgresDatabase() override;

  // Opens what is to be open from the start, so that errors show now.
  absl::Status Start() {
    absl::Status status = lanes_.started();
    return status.ok() ? pool_->Fill() : status;
  }

  const Dialect& dialect() const override { return PostgresDialect(); }
  void Execute(Execution& execution) override;
  absl::StatusOr<std::unique_ptr<Cursor>> Open(
      Statement statement, const CallLimits* limits) override;
  absl::StatusOr<std::vector<std::string>> ColumnsOf(
      const Table& table) override;
  absl::StatusOr<std::vector<LiveColumn>> LiveColumnsOf(
      const Table& table) override;
  void Report(Measures& to) override;
  void Close() override;

 protected:
  void ExecuteHere(Execution& execution) override;
  absl::Status RunHere(const TransactionOptions& options, Body& body,
                       const CallLimits* limits) override;
  int most_reading_bodies() const override { return pool_->options().pool_max; }
  int most_writing_bodies() const override { return pool_->options().pool_max; }

 private:
  // The rows of `sql`, whose parameter is the table.
  absl::Status Ask(absl::string_view sql, const Table& table, RowSink& rows);

  // Shared with the cursors, which may outlive this.
  const std::shared_ptr<ConnectionPool> pool_;
  const std::shared_ptr<UseCount> open_ = std::make_shared<UseCount>();
  CursorCount cursors_;
  Detour detour_;
  Lanes lanes_;
  Mutex closing_;
  bool closed_ ABSL_GUARDED_BY(closing_) = false;
};

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_DATABASE_H_
