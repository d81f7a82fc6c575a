// Retrieve and List: run inline, in gRPC's thread.
#ifndef TESTS_BENCHMARK_HANDWRITTEN_SQLITE_READS_H_
#define TESTS_BENCHMARK_HANDWRITTEN_SQLITE_READS_H_

#include <grpcpp/support/byte_buffer.h>

#include "absl/status/status.h"
#include "handwritten/sqlite/reader.h"

namespace handwritten::sqlite {

absl::Status RetrieveUser(ReaderPool& readers, const grpc::ByteBuffer& request,
                          grpc::ByteBuffer* reply);
absl::Status ListUsers(ReaderPool& readers, const grpc::ByteBuffer& request,
                       grpc::ByteBuffer* reply);

}  // namespace handwritten::sqlite

#endif  // TESTS_BENCHMARK_HANDWRITTEN_SQLITE_READS_H_
