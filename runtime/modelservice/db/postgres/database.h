// The Database over a PostgreSQL server.
#ifndef MODELSERVICE_DB_POSTGRES_DATABASE_H_
#define MODELSERVICE_DB_POSTGRES_DATABASE_H_

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "modelservice/db/database.h"
#include "modelservice/db/postgres/connection.h"
#include "modelservice/db/postgres/connection_pool.h"
#include "modelservice/db/postgres/lanes.h"
#include "modelservice/db/postgres/postgres.h"

namespace modelservice::postgres {

class PostgresDatabase final : public Database {
 public:
  // `first` is a connection to begin with.
  PostgresDatabase(const PostgresOptions& options,
                   std::unique_ptr<Connection> first);
  ~PostgresDatabase() override { Close(); }

  // Opens what is to be open from the start, so that errors show now.
  absl::Status Start() { return pool_->Fill(); }

  const Dialect& dialect() const override { return PostgresDialect(); }
  void Execute(Execution& execution) override;
  void RunRead(Body body, const CallLimits* limits, Done done) override;
  void RunWrite(Body body, const CallLimits* limits, Done done) override;
  absl::StatusOr<std::unique_ptr<Cursor>> Open(
      Statement statement, const CallLimits* limits) override;
  absl::StatusOr<std::vector<std::string>> ColumnsOf(
      const Table& table) override;
  void Close() override;

 private:
  void RunBody(Body body, const CallLimits* limits, bool read_only, Done done);

  // Shared with the cursors, which may outlive this.
  const std::shared_ptr<ConnectionPool> pool_;
  Lanes lanes_;
  std::mutex closing_;
  bool closed_ = false;
};

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_DATABASE_H_
