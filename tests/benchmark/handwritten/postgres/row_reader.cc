#include "handwritten/postgres/row_reader.h"

#include "absl/strings/str_cat.h"

namespace handwritten::postgres {

absl::StatusOr<RowReader> RowReader::Open(const std::string& url) {
  auto connection = Connection::Open(url);
  if (!connection.ok()) return connection.status();
  return RowReader(*std::move(connection));
}

absl::Status RowReader::Start(const RowRange& range) {
  // DECLARE takes no parameters; these are numbers.
  std::string declare = absl::StrCat(
      "DECLARE rows NO SCROLL CURSOR FOR SELECT id, username, email,"
      " created_at, is_active, score FROM perf_user WHERE id > ",
      range.after_id, " ORDER BY id");
  if (range.max_rows >= 0) absl::StrAppend(&declare, " LIMIT ", range.max_rows);
  fetch_ = absl::StrCat("FETCH ", range.rows_per_batch, " FROM rows");
  rows_per_batch_ = range.rows_per_batch;
  if (!connection_.SendText("BEGIN READ ONLY") ||
      !connection_.SendText(declare.c_str()) || !SendFetch() || !SendFetch()) {
    return LostConnection();
  }
  for (int i = 0; i < 2; ++i) {
    auto result = connection_.Receive();
    if (!result.ok()) return result.status();
    if (!result->ok()) return result->Error();
  }
  return absl::OkStatus();
}

absl::StatusOr<Result> RowReader::Next() {
  if (fetching_ == 0) return Result();
  auto rows = connection_.Receive();
  if (!rows.ok()) return rows.status();
  if (!rows->ok()) return rows->Error();
  absl::Status committed;
  absl::Status status = connection_.ReceiveUntilSync(&committed);
  if (!status.ok()) return status;
  --fetching_;
  if (rows->rows() < rows_per_batch_) {
    // The last ones: what is still on its way is empty.
    if (absl::Status stopped = Stop(); !stopped.ok()) return stopped;
  } else if (!SendFetch()) {
    return LostConnection();
  }
  return rows;
}

absl::Status RowReader::Stop() {
  if (fetching_ == 0) return absl::OkStatus();
  if (!connection_.SendText("COMMIT") || !connection_.SendSync()) {
    return LostConnection();
  }
  absl::Status ended;
  for (++fetching_; fetching_ > 0; --fetching_) {
    absl::Status status = connection_.ReceiveUntilSync(&ended);
    if (!status.ok()) return status;
  }
  return ended;
}

bool RowReader::SendFetch() {
  ++fetching_;
  return connection_.SendText(fetch_.c_str()) && connection_.SendSync();
}

}  // namespace handwritten::postgres
