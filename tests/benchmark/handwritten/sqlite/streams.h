// The two streaming forms of List.
#ifndef TESTS_BENCHMARK_HANDWRITTEN_SQLITE_STREAMS_H_
#define TESTS_BENCHMARK_HANDWRITTEN_SQLITE_STREAMS_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include "handwritten/sqlite/reader.h"

namespace handwritten::sqlite {

// The reactors delete themselves.
grpc::ServerWriteReactor<grpc::ByteBuffer>* StreamRows(
    ReaderPool& readers, const grpc::ByteBuffer& request);
grpc::ServerWriteReactor<grpc::ByteBuffer>* StreamChunks(
    ReaderPool& readers, const grpc::ByteBuffer& request);

}  // namespace handwritten::sqlite

#endif  // TESTS_BENCHMARK_HANDWRITTEN_SQLITE_STREAMS_H_
