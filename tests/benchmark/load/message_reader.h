// Cuts the body of a gRPC answer into its messages.
#ifndef TESTS_BENCHMARK_LOAD_MESSAGE_READER_H_
#define TESTS_BENCHMARK_LOAD_MESSAGE_READER_H_

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

namespace load {

// Each message is five bytes - a flag and the length - and its contents.
class MessageReader {
 public:
  void Clear() { partial_.clear(); }

  // Calls `on_message` for each message that `data` completes; one that lies
  // within `data` is not copied. False when a message is compressed, which was
  // not offered.
  bool Read(absl::string_view data,
            absl::FunctionRef<void(absl::string_view)> on_message);

  // Whether the body may end here.
  bool at_boundary() const { return partial_.empty(); }

 private:
  std::string partial_;
};

}  // namespace load

#endif  // TESTS_BENCHMARK_LOAD_MESSAGE_READER_H_
