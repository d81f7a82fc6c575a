// A growing buffer of protobuf wire format
// (https://protobuf.dev/programming-guides/encoding).
//
//   WireBuffer wire;
//   wire.Tag(1, WireBuffer::kVarint);
//   wire.Varint(42);
//   wire.LengthDelimited(2, "text");
//
// Not thread-safe.
#ifndef MODELSERVICE_ORM_WIRE_H_
#define MODELSERVICE_ORM_WIRE_H_

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "absl/strings/string_view.h"

namespace modelservice {

class WireBuffer {
 public:
  enum WireType : uint32_t {
    kVarint = 0,
    kFixed64 = 1,
    kLength = 2,
    kStartGroup = 3,
    kEndGroup = 4,
    kFixed32 = 5,
  };

  WireBuffer() = default;
  ~WireBuffer() { std::free(data_); }
  WireBuffer(WireBuffer&& other) noexcept { *this = std::move(other); }
  WireBuffer& operator=(WireBuffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }

  absl::string_view bytes() const { return absl::string_view(data_, size_); }
  size_t size() const { return size_; }
  void clear() { size_ = 0; }

  // Hands the bytes over, to be freed with std::free; null when there are none.
  // The buffer is empty afterwards.
  char* Release() {
    char* data = data_;
    data_ = nullptr;
    size_ = capacity_ = 0;
    return data;
  }

  void Tag(int field, WireType type) { Varint(TagOf(field, type)); }
  void Varint(uint64_t value) {
    char* const begin = Room(kMaxVarint);
    size_ += static_cast<size_t>(PutVarint(value, begin) - begin);
  }
  // Little-endian, as this project's machines are and the wire is.
  void Fixed32(uint32_t value) { Append(&value, sizeof value); }
  void Fixed64(uint64_t value) { Append(&value, sizeof value); }
  void Raw(absl::string_view bytes) { Append(bytes.data(), bytes.size()); }

  // Whole fields; space is made once for each.
  void VarintField(int field, uint64_t value) {
    char* const begin = Room(2 * kMaxVarint);
    char* out = PutVarint(TagOf(field, kVarint), begin);
    out = PutVarint(value, out);
    size_ += static_cast<size_t>(out - begin);
  }
  void Fixed64Field(int field, uint64_t value) {
    char* const begin = Room(kMaxVarint + sizeof value);
    char* out = PutVarint(TagOf(field, kFixed64), begin);
    std::memcpy(out, &value, sizeof value);
    size_ += static_cast<size_t>(out - begin) + sizeof value;
  }
  void LengthDelimited(int field, absl::string_view bytes) {
    char* const begin = Room(2 * kMaxVarint + bytes.size());
    char* out = PutVarint(TagOf(field, kLength), begin);
    out = PutVarint(bytes.size(), out);
    if (!bytes.empty()) std::memcpy(out, bytes.data(), bytes.size());
    size_ += static_cast<size_t>(out - begin) + bytes.size();
  }

  // Brackets a length-delimited part whose length is not known yet:
  //   const size_t start = wire.BeginLength();
  //   ... write the part ...
  //   wire.EndLength(start);
  size_t BeginLength() {
    *Room(1) = 0;
    return ++size_;
  }
  // The same behind the tag of a message.
  size_t BeginMessage(int field) {
    char* out = PutVarint(TagOf(field, kLength), Room(kMaxVarint + 1));
    *out++ = 0;
    EndAt(out);
    return size_;
  }
  void EndLength(size_t start) {
    const size_t length = size_ - start;
    if (length < 0x80) {
      data_[start - 1] = static_cast<char>(length);
    } else {
      EndLongLength(start);
    }
  }
  // Undoes everything since `size`.
  void Truncate(size_t size) { size_ = size; }

  // For who writes many fields and keeps the position in a register:
  //   char* out = wire.Reserve(n);
  //   ... write at most n bytes from `out` on ...
  //   wire.EndAt(out);
  char* Reserve(size_t n) { return Room(n); }
  // `n` more bytes from `out` on, up to which everything is written.
  char* Reserve(char* out, size_t n) {
    if (static_cast<size_t>(data_ + capacity_ - out) >= n) return out;
    EndAt(out);
    return Room(n);
  }
  void EndAt(const char* out) { size_ = static_cast<size_t>(out - data_); }

  // The most bytes of a varint.
  static constexpr size_t kMaxVarint = 10;
  static constexpr uint32_t TagOf(int field, WireType type) {
    return (static_cast<uint32_t>(field) << 3) | type;
  }
  // Returns the end of what it wrote.
  static char* PutVarint(uint64_t value, char* out) {
    while (value >= 0x80) {
      *out++ = static_cast<char>(value | 0x80);
      value >>= 7;
    }
    *out++ = static_cast<char>(value);
    return out;
  }

 private:
  void Append(const void* bytes, size_t n) {
    if (n == 0) return;
    std::memcpy(Room(n), bytes, n);
    size_ += n;
  }
  // The end of the bytes, with space for `n` more.
  char* Room(size_t n) {
    if (capacity_ - size_ < n) Grow(n);
    return data_ + size_;
  }
  void Grow(size_t n);
  void EndLongLength(size_t start);

  char* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_WIRE_H_
