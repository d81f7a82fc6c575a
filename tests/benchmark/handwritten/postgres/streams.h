// The two streaming forms of List.
#ifndef TESTS_BENCHMARK_HANDWRITTEN_POSTGRES_STREAMS_H_
#define TESTS_BENCHMARK_HANDWRITTEN_POSTGRES_STREAMS_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include "handwritten/postgres/stream_worker.h"

namespace handwritten::postgres {

// The reactors delete themselves.
grpc::ServerWriteReactor<grpc::ByteBuffer>* StreamRows(
    StreamWorkers& workers, const grpc::ByteBuffer& request);
grpc::ServerWriteReactor<grpc::ByteBuffer>* StreamChunks(
    StreamWorkers& workers, const grpc::ByteBuffer& request);

}  // namespace handwritten::postgres

#endif  // TESTS_BENCHMARK_HANDWRITTEN_POSTGRES_STREAMS_H_
