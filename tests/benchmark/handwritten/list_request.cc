#include "handwritten/list_request.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "handwritten/request.h"
#include "perf.pb.h"

namespace handwritten {
namespace {

constexpr int kDefaultPageSize = 100;
constexpr int kMaxPageSize = 1000;
constexpr int kDefaultChunk = 512;

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

int ListRequest::RowsOnPage() const {
  return page_size == 0 ? kDefaultPageSize : std::min(page_size, kMaxPageSize);
}

int ListRequest::RowsInChunk() const {
  return page_size == 0 ? kDefaultChunk : page_size;
}

}  // namespace handwritten
