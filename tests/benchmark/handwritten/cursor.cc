#include "cursor.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "perf.pb.h"
#include "request.h"

namespace handwritten {
namespace {

absl::Status NegativePageSize() {
  return absl::InvalidArgumentError("page_size must not be negative.");
}

}  // namespace

absl::StatusOr<ListRequest> ListRequest::Parse(const grpc::ByteBuffer& bytes) {
  perf::ListUsersRequest message;
  if (!ParseRequest(bytes, &message)) return MalformedRequest();
  if (message.page_size() < 0) return NegativePageSize();
  ListRequest request;
  request.page_size = message.page_size();
  if (!message.page_token().empty() &&
      !absl::SimpleAtoi(message.page_token(), &request.after_id)) {
    return absl::InvalidArgumentError("page_token is not ours.");
  }
  return request;
}

absl::StatusOr<ListRequest> ListRequest::ParseForRows(
    const grpc::ByteBuffer& bytes) {
  perf::ListUserRowsRequest message;
  if (!ParseRequest(bytes, &message)) return MalformedRequest();
  if (message.page_size() < 0) return NegativePageSize();
  ListRequest request;
  request.page_size = message.page_size();
  return request;
}

absl::StatusOr<Cursor> Cursor::Open(ReaderPool& readers, int64_t after_id,
                                    int64_t max_rows) {
  auto reader = readers.Take();
  if (!reader.ok()) return reader.status();
  Statement& list = (*reader)->list;
  list.Bind(1, after_id);
  list.Bind(2, max_rows);
  return Cursor(*std::move(reader));
}

const UserRow* Cursor::Next() {
  if (reader_ == nullptr) return nullptr;
  const int code = reader_->list.Step();
  if (code == SQLITE_ROW) {
    row_ = reader_->list.Row();
    if (HasValidText(row_)) return &row_;
    status_ = absl::DataLossError("A row holds text that is not UTF-8.");
  } else if (code != SQLITE_DONE) {
    status_ = absl::UnavailableError(reader_->connection.ErrorText());
  }
  Close();
  return nullptr;
}

void Cursor::Close() {
  if (reader_ == nullptr) return;
  reader_->list.Reset();
  reader_.reset();
}

}  // namespace handwritten
