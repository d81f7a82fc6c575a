#include "modelservice/service/list_messages.h"

#include <algorithm>
#include <utility>

namespace modelservice {
namespace {

// Rows in a chunk when the request names no page_size.
constexpr int64_t kDefaultChunk = 512;
// A chunk is sent before it has its rows once it has this many bytes, to stay
// far below a client's limit for one message (4 MiB by default).
constexpr size_t kChunkBytes = 1 << 20;
// Rows read in one go: at first, and at most. In between as many as come to
// this many bytes.
constexpr size_t kFirstFetch = 64;
constexpr size_t kLargestFetch = 512;
constexpr size_t kFetchBytes = 256 << 10;

// The others are of use without a row that cannot be read.
absl::Status WithoutUnreadable(const absl::Status& fault) {
  if (!absl::IsDataLoss(fault)) return fault;
  LogLeftOut(fault);
  return absl::OkStatus();
}

}  // namespace

ListMessages::ListMessages(const ServicePlan& service, const MethodPlan& plan,
                           const CallContext& call)
    : service_(service), plan_(plan), call_(call), listing_(service, plan) {}

absl::Status ListMessages::Read(const google::protobuf::Message& request) {
  if (auto status = listing_.Read(request, call_); !status.ok()) {
    return status;
  }
  // page_size is the rows of a chunk; a stream of rows has one chunk of them.
  const int64_t size = listing_.requested_size();
  if (listing_.is_page() || (!chunked() && size > 0)) most_rows_ = size;
  chunk_rows_ = std::min<int64_t>(size == 0 ? kDefaultChunk : size,
                                  service_.model->table->max_page_size);
  return absl::OkStatus();
}

Statement ListMessages::SelectRest(std::optional<int64_t> most) const {
  std::optional<int64_t> rows = most;
  if (most_rows_.has_value()) {
    const int64_t left = *most_rows_ - rows_;
    rows = rows.has_value() ? std::min(*rows, left) : left;
  }
  return listing_.SelectAfter(rows_ == 0 ? absl::Span<const Literal>() : last_,
                              rows);
}

void ListMessages::BeginFetch(size_t most) {
  fetch_ = most;
  rows_in_fetch_ = 0;
  mark_ = {chunk_.size(), rows_in_chunk_, ready_, bytes_, rows_};
}

size_t ListMessages::next_fetch() const {
  if (rows_ == 0) return kFirstFetch;
  const size_t row_bytes = bytes_ / static_cast<size_t>(rows_) + 1;
  return std::clamp(kFetchBytes / row_bytes, size_t{1}, kLargestFetch);
}

absl::Status ListMessages::OnRow(Row row) {
  ++rows_;
  knows_place_ = ++rows_in_fetch_ == fetch_;
  if (knows_place_) last_ = listing_.PlaceOf(row);
  if (!chunked()) {
    auto status = listing_.Encode(0, row, chunk_);
    if (!status.ok()) return WithoutUnreadable(status);
    EndChunk();
    return absl::OkStatus();
  }
  auto status = listing_.Encode(plan_.method->rows_field, row, chunk_);
  if (!status.ok()) status = WithoutUnreadable(status);
  if (!status.ok()) return status;
  if (++rows_in_chunk_ == chunk_rows_ || chunk_.size() >= kChunkBytes) {
    if (const int field = plan_.method->next_page_token_field; field != 0) {
      chunk_.LengthDelimited(field, listing_.TokenAfter(row));
    }
    EndChunk();
  }
  return absl::OkStatus();
}

void ListMessages::OnRestart() {
  // What was there of a chunk went with the first one that was ended since.
  if (ready_ > mark_.ready) std::swap(chunk_, buffers_[mark_.ready]);
  chunk_.Truncate(mark_.chunk_size);
  rows_in_chunk_ = mark_.rows_in_chunk;
  ready_ = mark_.ready;
  bytes_ = mark_.bytes;
  rows_ = mark_.rows;
  rows_in_fetch_ = 0;
}

absl::Status ListMessages::End() {
  if (rows_in_chunk_ > 0) EndChunk();
  return listing_.CheckPage(rows_);
}

void ListMessages::EndChunk() {
  bytes_ += chunk_.size();
  if (ready_ == buffers_.size()) buffers_.emplace_back();
  std::swap(chunk_, buffers_[ready_++]);
  chunk_.clear();
  rows_in_chunk_ = 0;
}

}  // namespace modelservice
