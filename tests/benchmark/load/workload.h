// What is asked of the server, and what a right answer holds.
#ifndef TESTS_BENCHMARK_LOAD_WORKLOAD_H_
#define TESTS_BENCHMARK_LOAD_WORKLOAD_H_

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace load {

enum class Operation {
  kRetrieve,
  kPage,    // one page after the other, each caller from the first one on
  kChunks,  // all rows, as a stream of chunks
  kRows,    // all rows, as a stream of rows
  kCreate,
  kUpdate,
  kPartialUpdate,
  kDestroy,
  kMixed,  // 90% kRetrieve, 10% kCreate
  // One and the same, with different things around it.
  kEcho,
  kEchoInChain,
  kEchoLimited,
};

absl::StatusOr<Operation> ParseOperation(absl::string_view name);
// "/perf.UserService/Retrieve"; not of kMixed.
absl::string_view PathOf(Operation operation);

// Before a gRPC message: whether it is compressed, and four bytes of length.
constexpr size_t kMessagePrefix = 5;

// One request, and the answer that it must get.
struct Request {
  // Without its prefix. An echo's answer is the same.
  absl::string_view message() const {
    return absl::string_view(body).substr(kMessagePrefix);
  }

  Operation operation = Operation::kRetrieve;
  std::string body;  // a gRPC message, with its prefix
  int64_t key = 0;   // of the row in the answer; 0: any. Or of its first row
  int64_t rows = 0;  // in the answer
  std::string username;     // in the answer; empty: any
  bool more_pages = false;  // whether the answer must have a next_page_token
};

// Where one caller stands in its walk over the pages.
struct PagePosition {
  int64_t rows_before = 0;
  std::string token;
};

struct WorkloadOptions {
  Operation operation = Operation::kRetrieve;
  // The table holds the keys 1 to `rows`, made by seed.py.
  int64_t rows = 100000;
  int page_size = 100;
  int chunk_size = 512;
};

// The same sequence of requests in every run.
class Workload {
 public:
  explicit Workload(const WorkloadOptions& options) : options_(options) {}

  // The next request, of the caller that stands at `position`; false when there
  // is nothing left to destroy.
  bool Next(const PagePosition& position, Request* request);

 private:
  Operation Choose();
  int64_t RandomKey();

  const WorkloadOptions options_;
  std::minstd_rand random_{20240229};
  int64_t created_ = 0;
  int64_t destroyed_ = 0;
  int64_t echoed_ = 0;
};

}  // namespace load

#endif  // TESTS_BENCHMARK_LOAD_WORKLOAD_H_
