// Checks one answer while it comes in.
#ifndef TESTS_BENCHMARK_LOAD_REPLY_H_
#define TESTS_BENCHMARK_LOAD_REPLY_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "load/message_reader.h"
#include "load/workload.h"

namespace load {

class Reply {
 public:
  // A new answer, to `request`, which outlives it.
  void Start(const Request* request);

  void OnHeader(absl::string_view name, absl::string_view value);
  void OnData(absl::string_view data);
  // The end of the answer. Empty when it was right, else what was wrong.
  std::string Finish(uint32_t http2_error);

  int64_t rows() const { return rows_; }
  // Of the last page.
  const std::string& next_page_token() const { return next_page_token_; }

 private:
  void OnMessage(absl::string_view message);
  void OnPage(absl::string_view message);
  void OnUser(absl::string_view message);
  void Fail(std::string error);

  const Request* request_ = nullptr;
  MessageReader messages_;
  std::string grpc_status_;
  std::string grpc_message_;
  std::string next_page_token_;
  std::string error_;
  int64_t rows_ = 0;
  int64_t message_count_ = 0;
};

}  // namespace load

#endif  // TESTS_BENCHMARK_LOAD_REPLY_H_
