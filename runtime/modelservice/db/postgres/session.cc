#include "modelservice/db/postgres/session.h"

#include <string>
#include <utility>

#include "modelservice/db/postgres/connection.h"
#include "modelservice/db/rows_sink.h"
#include "modelservice/sql/raw_text.h"

namespace modelservice {
namespace postgres {
namespace {

class PostgresSession final : public DatabaseSession {
 public:
  explicit PostgresSession(std::unique_ptr<Connection> connection)
      : connection_(std::move(connection)) {}

  const Dialect& dialect() const override { return PostgresDialect(); }

  absl::Status Begin() override { return Run("BEGIN"); }
  absl::Status Commit() override { return Run("COMMIT"); }
  absl::Status Rollback() override { return Run("ROLLBACK"); }

  absl::Status Run(absl::string_view sql) override {
    return connection_->Command(sql, nullptr);
  }

  absl::StatusOr<std::vector<std::vector<Literal>>> Rows(
      absl::string_view sql, absl::Span<const Literal> values) override {
    const auto text = WithPlaceholders(sql, values.size(), dialect());
    if (!text.ok()) return text.status();
    Statement statement;
    statement.text = *text;
    for (const Literal& value : values) {
      statement.parameters.push_back(value.value());
    }
    RowsSink sink;
    const auto outcome = connection_->Run(statement, sink, nullptr);
    if (!outcome.ok()) return outcome.status();
    return sink.Take();
  }

  void set_progress(std::function<void(int64_t rows)>) override {}

 private:
  // Closed, the server takes back what was not committed.
  const std::unique_ptr<Connection> connection_;
};

}  // namespace
}  // namespace postgres

absl::StatusOr<std::unique_ptr<DatabaseSession>> OpenPostgresSession(
    const PostgresOptions& options) {
  auto connection = postgres::Connection::Open(options, nullptr);
  if (!connection.ok()) return connection.status();
  return std::make_unique<postgres::PostgresSession>(*std::move(connection));
}

}  // namespace modelservice
