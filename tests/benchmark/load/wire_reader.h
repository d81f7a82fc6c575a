// Walks over the fields of one protobuf message without building it: checking
// an answer must not cost more than making it.
#ifndef TESTS_BENCHMARK_LOAD_WIRE_READER_H_
#define TESTS_BENCHMARK_LOAD_WIRE_READER_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace load {

class WireReader {
 public:
  explicit WireReader(absl::string_view message) : rest_(message) {}

  // Moves to the next field; false at the end and on malformed bytes, which
  // `ok` tells apart.
  bool Next() {
    if (rest_.empty()) return false;
    uint64_t tag;
    if (!Varint(&tag)) return Fail();
    field_ = static_cast<int>(tag >> 3);
    bytes_ = {};
    switch (tag & 7) {
      case 0:
        return Varint(&number_) || Fail();
      case 1:
        return Take(8) || Fail();
      case 2:
        return (Varint(&number_) && Take(number_)) || Fail();
      case 5:
        return Take(4) || Fail();
      default:
        return Fail();
    }
  }

  bool ok() const { return ok_; }
  int field() const { return field_; }
  uint64_t number() const { return number_; }         // of a varint
  absl::string_view bytes() const { return bytes_; }  // of the other types

 private:
  bool Fail() {
    ok_ = false;
    return false;
  }

  bool Varint(uint64_t* value) {
    *value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      *value |= uint64_t{byte & 0x7Fu} << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }

  bool Take(uint64_t size) {
    if (size > rest_.size()) return false;
    bytes_ = rest_.substr(0, static_cast<size_t>(size));
    rest_.remove_prefix(static_cast<size_t>(size));
    return true;
  }

  absl::string_view rest_;
  absl::string_view bytes_;
  uint64_t number_ = 0;
  int field_ = 0;
  bool ok_ = true;
};

}  // namespace load

#endif  // TESTS_BENCHMARK_LOAD_WIRE_READER_H_
