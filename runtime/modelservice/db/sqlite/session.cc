#include "modelservice/db/sqlite/session.h"

#include <sqlite3.h>

#include <string>
#include <utility>

#include "modelservice/db/rows_sink.h"
#include "modelservice/db/sqlite/connection.h"
#include "modelservice/db/sqlite/foreign_key_fault.h"
#include "modelservice/db/sqlite/script.h"
#include "modelservice/sql/raw_text.h"

namespace modelservice {
namespace sqlite {
namespace {

class SqliteSession final : public DatabaseSession {
 public:
  explicit SqliteSession(std::unique_ptr<Connection> connection)
      : connection_(std::move(connection)) {}
  ~SqliteSession() override {
    if (connection_->in_transaction()) Rollback().IgnoreError();
  }

  const Dialect& dialect() const override { return SqliteDialect(); }

  absl::Status Begin() override {
    return connection_->Run(Connection::Control::kBeginImmediate);
  }
  absl::Status Commit() override { return sqlite::Commit(*connection_); }
  absl::Status Rollback() override {
    return connection_->Run(Connection::Control::kRollback);
  }

  absl::Status Run(absl::string_view sql) override {
    rows_ = 0;
    return RunStatements(*connection_, sql);
  }

  absl::StatusOr<std::vector<std::vector<Literal>>> Rows(
      absl::string_view sql, absl::Span<const Literal> values) override {
    const auto text = WithPlaceholders(sql, values.size(), dialect());
    if (!text.ok()) return text.status();
    const auto prepared = connection_->Prepare(*text);
    if (!prepared.ok()) return prepared.status();
    Statement statement;
    statement.text = *text;
    for (const Literal& value : values) {
      statement.parameters.push_back(value.value());
    }
    RowsSink sink;
    const auto result = connection_->Run(**prepared, statement, sink);
    if (!result.status.ok()) return result.status;
    return sink.Take();
  }

  void set_progress(std::function<void(int64_t rows)> progress) override {
    progress_ = std::move(progress);
    rows_ = 0;
    sqlite3_update_hook(connection_->handle(),
                        progress_ == nullptr ? nullptr : &OnWrite, this);
  }

 private:
  static void OnWrite(void* session, int, const char*, const char*,
                      sqlite3_int64) {
    // Asking for the time would cost more than a row does.
    constexpr int64_t kStride = 10000;
    auto* self = static_cast<SqliteSession*>(session);
    if (++self->rows_ % kStride == 0) self->progress_(self->rows_);
  }

  const std::unique_ptr<Connection> connection_;
  std::function<void(int64_t rows)> progress_;
  int64_t rows_ = 0;
};

}  // namespace
}  // namespace sqlite

absl::StatusOr<std::unique_ptr<DatabaseSession>> OpenSqliteSession(
    const SqliteOptions& options) {
  auto connection =
      sqlite::Connection::Open(options, sqlite::Connection::Mode::kWrite);
  if (!connection.ok()) return connection.status();
  return std::make_unique<sqlite::SqliteSession>(*std::move(connection));
}

}  // namespace modelservice
