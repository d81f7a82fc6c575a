#include "handwritten/user_row.h"

#include <google/protobuf/io/coded_stream.h>
#include <grpc/slice.h>
#include <grpcpp/support/slice.h>

#include <algorithm>
#include <cstring>

#include "handwritten/utf8.h"
#include "perf.pb.h"

namespace handwritten {
namespace {

using ::google::protobuf::io::CodedOutputStream;

enum WireType : uint32_t { kVarint = 0, kFixed64 = 1, kBytes = 2 };

constexpr uint32_t Tag(int field, WireType type) {
  return static_cast<uint32_t>(field) << 3 | type;
}

size_t VarintSize(uint64_t value) {
  return CodedOutputStream::VarintSize64(value);
}

uint8_t* PutVarint(uint64_t value, uint8_t* out) {
  return CodedOutputStream::WriteVarint64ToArray(value, out);
}

uint8_t* PutBytes(int field, absl::string_view value, uint8_t* out) {
  out = PutVarint(Tag(field, kBytes), out);
  out = PutVarint(value.size(), out);
  std::memcpy(out, value.data(), value.size());
  return out + value.size();
}

// By its bits, so that -0.0 is not taken for the default.
uint64_t Bits(double value) {
  uint64_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

size_t BytesFieldSize(absl::string_view value) {
  return value.empty() ? 0 : 1 + VarintSize(value.size()) + value.size();
}

size_t IntFieldSize(int64_t value) {
  return value == 0 ? 0 : 1 + VarintSize(static_cast<uint64_t>(value));
}

size_t UserSize(const UserRow& row) {
  return IntFieldSize(row.id) + BytesFieldSize(row.username) +
         BytesFieldSize(row.email) + IntFieldSize(row.created_at) +
         (row.is_active ? 2u : 0u) + (Bits(row.score) == 0 ? 0u : 9u);
}

uint8_t* PutInt(int field, int64_t value, uint8_t* out) {
  if (value == 0) return out;
  out = PutVarint(Tag(field, kVarint), out);
  return PutVarint(static_cast<uint64_t>(value), out);
}

uint8_t* PutText(int field, absl::string_view value, uint8_t* out) {
  return value.empty() ? out : PutBytes(field, value, out);
}

uint8_t* PutUser(const UserRow& row, uint8_t* out) {
  using perf::User;
  out = PutInt(User::kIdFieldNumber, row.id, out);
  out = PutText(User::kUsernameFieldNumber, row.username, out);
  out = PutText(User::kEmailFieldNumber, row.email, out);
  out = PutInt(User::kCreatedAtFieldNumber, row.created_at, out);
  out = PutInt(User::kIsActiveFieldNumber, row.is_active ? 1 : 0, out);
  if (const uint64_t score = Bits(row.score); score != 0) {
    out = PutVarint(Tag(User::kScoreFieldNumber, kFixed64), out);
    out = CodedOutputStream::WriteLittleEndian64ToArray(score, out);
  }
  return out;
}

}  // namespace

bool HasValidText(const UserRow& row) {
  return IsUtf8(row.username) && IsUtf8(row.email);
}

grpc::ByteBuffer EncodeUser(const UserRow& row) {
  grpc_slice memory = grpc_slice_malloc(UserSize(row));
  PutUser(row, GRPC_SLICE_START_PTR(memory));
  const grpc::Slice slice(memory, grpc::Slice::STEAL_REF);
  return grpc::ByteBuffer(&slice, 1);
}

void PageEncoder::Add(const UserRow& row) {
  const size_t row_size = UserSize(row);
  uint8_t* const begin = Reserve(1 + VarintSize(row_size) + row_size);
  uint8_t* out = PutVarint(
      Tag(perf::ListUsersResponse::kResultsFieldNumber, kBytes), begin);
  out = PutVarint(row_size, out);
  out = PutUser(row, out);
  size_ += static_cast<size_t>(out - begin);
}

void PageEncoder::SetNextPageToken(absl::string_view token) {
  if (token.empty()) return;
  uint8_t* const begin = Reserve(1 + VarintSize(token.size()) + token.size());
  uint8_t* const end = PutBytes(
      perf::ListUsersResponse::kNextPageTokenFieldNumber, token, begin);
  size_ += static_cast<size_t>(end - begin);
}

grpc::ByteBuffer PageEncoder::Take() {
  const grpc::Slice slice(bytes_.data(), size_);
  size_ = 0;
  return grpc::ByteBuffer(&slice, 1);
}

uint8_t* PageEncoder::Reserve(size_t bytes) {
  if (bytes_.size() < size_ + bytes) {
    bytes_.resize(std::max(2 * bytes_.size(), size_ + bytes + 4096));
  }
  return bytes_.data() + size_;
}

}  // namespace handwritten
