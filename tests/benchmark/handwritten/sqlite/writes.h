// Create, Update, PartialUpdate and Destroy: queued to the writer.
#ifndef TESTS_BENCHMARK_HANDWRITTEN_SQLITE_WRITES_H_
#define TESTS_BENCHMARK_HANDWRITTEN_SQLITE_WRITES_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include "handwritten/sqlite/writer.h"

namespace handwritten::sqlite {

// Each finishes `reactor` once the write is durable or refused. `reply` lives
// until then.
void CreateUser(Writer& writer, const grpc::ByteBuffer& request,
                grpc::ByteBuffer* reply, grpc::ServerUnaryReactor* reactor);
void UpdateUser(Writer& writer, const grpc::ByteBuffer& request,
                grpc::ByteBuffer* reply, grpc::ServerUnaryReactor* reactor);
void PartialUpdateUser(Writer& writer, const grpc::ByteBuffer& request,
                       grpc::ByteBuffer* reply,
                       grpc::ServerUnaryReactor* reactor);
void DestroyUser(Writer& writer, const grpc::ByteBuffer& request,
                 grpc::ByteBuffer* reply, grpc::ServerUnaryReactor* reactor);

}  // namespace handwritten::sqlite

#endif  // TESTS_BENCHMARK_HANDWRITTEN_SQLITE_WRITES_H_
