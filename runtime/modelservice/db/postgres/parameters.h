// Values on their way to the server, each in the form that its type reads
// fastest: binary where we know it, else text that the server parses.
#ifndef MODELSERVICE_DB_POSTGRES_PARAMETERS_H_
#define MODELSERVICE_DB_POSTGRES_PARAMETERS_H_

#include <libpq-fe.h>

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "modelservice/value.h"

namespace modelservice::postgres {

// The parameters of one statement at a time; its buffers are used again. What
// the accessors give is valid until the next Encode, as long as the values' own
// texts are.
class Parameters {
 public:
  // `types` are those that the server has inferred. A value that its type
  // cannot hold is kValue, naming the parameter's place, and its column by
  // `sql`, the statement.
  absl::Status Encode(absl::Span<const Value> values,
                      absl::Span<const Oid> types, absl::string_view sql = "");

  int count() const { return static_cast<int>(count_); }
  const char* const* data() const { return data_.data(); }
  const int* sizes() const { return sizes_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  // Where a parameter's bytes are when they are not the value's own.
  struct Space {
    char number[16];
    std::string text;
  };

  // False when the value does not fit.
  bool EncodeOne(size_t i, Value value, Oid type);
  bool EncodeInteger(size_t i, int64_t integer, Oid type);
  bool EncodeReal(size_t i, double real, Oid type);
  bool EncodeText(size_t i, absl::string_view text, Oid type);
  bool EncodeTimestamp(size_t i, const Value& value, Oid type);

  template <class Int>
  bool SetNumber(size_t i, Int number);
  bool SetBytes(size_t i, absl::string_view bytes);
  bool SetOwnText(size_t i, std::string text);

  size_t count_ = 0;
  std::vector<const char*> data_;
  std::vector<int> sizes_;
  std::vector<int> formats_;  // 0 text, 1 binary
  std::vector<Space> spaces_;
};

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_PARAMETERS_H_
