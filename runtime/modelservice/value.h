// A value on its way to or from a column, in terms that every database shares.
//
//   Value v = Value::Text("a@b.c");
//   if (v.kind() == Value::Kind::kText) Log(Severity::kInfo, v.text());
//
// A Value is a view of 16 bytes: text and blobs belong to somebody else (a
// request message, a row, a TextArena) who must outlive it. Copying is free.
#ifndef MODELSERVICE_VALUE_H_
#define MODELSERVICE_VALUE_H_

#include <algorithm>
#include <cstdint>
#include <forward_list>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace modelservice {

class Value {
 public:
  enum class Kind : uint8_t {
    kNull,
    kInteger,  // booleans too, as 0 and 1
    kReal,
    kText,  // UTF-8, unless a row holds something else
    kBlob,
    kTimestamp,  // seconds and nanoseconds since the Unix epoch, UTC
    kInvalid,    // cannot be stored; text() says why, in words for the client
    kList,       // of values that are compared with a column; never stored
  };

  constexpr Value() = default;
  static constexpr Value Null() { return Value(); }
  static constexpr Value Integer(int64_t value) {
    Value v(Kind::kInteger);
    v.integer_ = value;
    return v;
  }
  static constexpr Value Real(double value) {
    Value v(Kind::kReal);
    v.real_ = value;
    return v;
  }
  static constexpr Value Text(
      absl::string_view text ABSL_ATTRIBUTE_LIFETIME_BOUND) {
    return Bytes(Kind::kText, text);
  }
  static constexpr Value Blob(
      absl::string_view bytes ABSL_ATTRIBUTE_LIFETIME_BOUND) {
    return Bytes(Kind::kBlob, bytes);
  }
  // `nanos` is from 0 to 999,999,999, also before the epoch.
  static constexpr Value Timestamp(int64_t seconds, int32_t nanos) {
    Value v(Kind::kTimestamp);
    v.integer_ = seconds;
    v.size_ = static_cast<uint32_t>(nanos);
    return v;
  }
  // `reason` is a sentence for the client, like "Enter a valid date.".
  static constexpr Value Invalid(
      absl::string_view reason ABSL_ATTRIBUTE_LIFETIME_BOUND) {
    return Bytes(Kind::kInvalid, reason);
  }

  // At most 2^32 - 1 values, which outlive it.
  static constexpr Value List(
      absl::Span<const Value> values ABSL_ATTRIBUTE_LIFETIME_BOUND);

  constexpr Kind kind() const { return kind_; }
  constexpr bool is_null() const { return kind_ == Kind::kNull; }
  constexpr int64_t integer() const { return integer_; }
  constexpr double real() const { return real_; }
  // The characters of kText and kInvalid, the bytes of kBlob.
  constexpr absl::string_view text() const {
    return absl::string_view(data_, size_);
  }
  // Whether text() is somebody's.
  constexpr bool has_text() const {
    return kind_ == Kind::kText || kind_ == Kind::kBlob ||
           kind_ == Kind::kInvalid;
  }
  // One of the same kind whose text() is `text`.
  constexpr Value WithText(
      absl::string_view text ABSL_ATTRIBUTE_LIFETIME_BOUND) const {
    return Bytes(kind_, text);
  }
  constexpr absl::Span<const Value> list() const;
  constexpr int64_t seconds() const { return integer_; }
  constexpr int32_t nanos() const { return static_cast<int32_t>(size_); }

 private:
  constexpr explicit Value(Kind kind) : kind_(kind) {}
  static constexpr Value Bytes(
      Kind kind, absl::string_view bytes ABSL_ATTRIBUTE_LIFETIME_BOUND) {
    Value v(kind);
    v.data_ = bytes.data();
    v.size_ = static_cast<uint32_t>(bytes.size());
    return v;
  }

  Kind kind_ = Kind::kNull;
  uint32_t size_ = 0;
  union {
    int64_t integer_ = 0;
    double real_;
    const char* data_;
    const Value* list_;
  };
};

constexpr Value Value::List(absl::Span<const Value> values) {
  Value v(Kind::kList);
  v.list_ = values.data();
  v.size_ = static_cast<uint32_t>(values.size());
  return v;
}

constexpr absl::Span<const Value> Value::list() const {
  return absl::MakeConstSpan(list_, size_);
}

// Whether the two are one value: of one kind, and equal. -0.0 is 0.0, and NaN
// is nothing.
inline bool SameValue(Value a, Value b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Value::Kind::kNull:
      return true;
    case Value::Kind::kInteger:
      return a.integer() == b.integer();
    case Value::Kind::kReal:
      return a.real() == b.real();
    case Value::Kind::kTimestamp:
      return a.seconds() == b.seconds() && a.nanos() == b.nanos();
    case Value::Kind::kText:
    case Value::Kind::kBlob:
    case Value::Kind::kInvalid:
      return a.text() == b.text();
    case Value::Kind::kList:
      return std::equal(a.list().begin(), a.list().end(), b.list().begin(),
                        b.list().end(), SameValue);
  }
  return false;
}

// The values of one row, in the order of the statement's result columns. Valid
// until the database moves on to the next row.
using Row = absl::Span<const Value>;

// Owns the texts that Values made on the way point to. Addresses are stable.
// Not thread-safe.
class TextArena {
 public:
  absl::string_view Own(std::string text) ABSL_ATTRIBUTE_LIFETIME_BOUND {
    texts_.push_front(std::move(text));
    return texts_.front();
  }
  absl::Span<const Value> Own(std::vector<Value> values)
      ABSL_ATTRIBUTE_LIFETIME_BOUND {
    lists_.push_front(std::move(values));
    return lists_.front();
  }
  // The value, with a text of it in the arena.
  Value OwnTextOf(Value value) ABSL_ATTRIBUTE_LIFETIME_BOUND {
    return value.has_text() ? value.WithText(Own(std::string(value.text())))
                            : value;
  }

 private:
  std::forward_list<std::string> texts_;
  std::forward_list<std::vector<Value>> lists_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_VALUE_H_
