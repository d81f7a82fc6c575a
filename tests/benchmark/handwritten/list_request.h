// What a List asks for.
#ifndef TESTS_BENCHMARK_HANDWRITTEN_LIST_REQUEST_H_
#define TESTS_BENCHMARK_HANDWRITTEN_LIST_REQUEST_H_

#include <grpcpp/support/byte_buffer.h>

#include <cstdint>

#include "absl/status/statusor.h"

namespace handwritten {

struct ListRequest {
  // A page token is the decimal id of the last row of the page before.
  static absl::StatusOr<ListRequest> Parse(const grpc::ByteBuffer& bytes);
  static absl::StatusOr<ListRequest> ParseForRows(
      const grpc::ByteBuffer& bytes);

  // With the default and the limit.
  int RowsOnPage() const;
  int RowsInChunk() const;
  // Of a row stream; -1: all.
  int64_t MaxRows() const { return page_size == 0 ? -1 : page_size; }

  int page_size = 0;  // 0: not given
  int64_t after_id = 0;
};

}  // namespace handwritten

#endif  // TESTS_BENCHMARK_HANDWRITTEN_LIST_REQUEST_H_
