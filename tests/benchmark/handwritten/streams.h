// The two streaming forms of List.
#ifndef TESTS_BENCHMARK_HANDWRITTEN_STREAMS_H_
#define TESTS_BENCHMARK_HANDWRITTEN_STREAMS_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include "reader.h"

namespace handwritten {

// The reactors delete themselves.
grpc::ServerWriteReactor<grpc::ByteBuffer>* StreamRows(
    ReaderPool& readers, const grpc::ByteBuffer& request);
grpc::ServerWriteReactor<grpc::ByteBuffer>* StreamChunks(
    ReaderPool& readers, const grpc::ByteBuffer& request);

}  // namespace handwritten

#endif  // TESTS_BENCHMARK_HANDWRITTEN_STREAMS_H_
