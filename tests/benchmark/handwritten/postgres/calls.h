// The unary methods: each one statement on a lane.
#ifndef TESTS_BENCHMARK_HANDWRITTEN_POSTGRES_CALLS_H_
#define TESTS_BENCHMARK_HANDWRITTEN_POSTGRES_CALLS_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include "handwritten/postgres/lane.h"

namespace handwritten::postgres {

// Each finishes `reactor` once it is answered or refused. `reply` lives until
// then.
void Retrieve(Lane& lane, const grpc::ByteBuffer& request,
              grpc::ByteBuffer* reply, grpc::ServerUnaryReactor* reactor);
void List(Lane& lane, const grpc::ByteBuffer& request, grpc::ByteBuffer* reply,
          grpc::ServerUnaryReactor* reactor);
void Create(Lane& lane, const grpc::ByteBuffer& request,
            grpc::ByteBuffer* reply, grpc::ServerUnaryReactor* reactor);
void Update(Lane& lane, const grpc::ByteBuffer& request,
            grpc::ByteBuffer* reply, grpc::ServerUnaryReactor* reactor);
void PartialUpdate(Lane& lane, const grpc::ByteBuffer& request,
                   grpc::ByteBuffer* reply, grpc::ServerUnaryReactor* reactor);
void Destroy(Lane& lane, const grpc::ByteBuffer& request,
             grpc::ByteBuffer* reply, grpc::ServerUnaryReactor* reactor);

}  // namespace handwritten::postgres

#endif  // TESTS_BENCHMARK_HANDWRITTEN_POSTGRES_CALLS_H_
