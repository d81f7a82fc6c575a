// perf.UserService as an expert would write it for speed: gRPC's callback API
// on raw bytes.
#ifndef TESTS_BENCHMARK_HANDWRITTEN_SERVICE_H_
#define TESTS_BENCHMARK_HANDWRITTEN_SERVICE_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include "perf.grpc.pb.h"
#include "reader.h"
#include "writer.h"

namespace handwritten {

using RawReads = perf::UserService::WithRawCallbackMethod_Retrieve<
    perf::UserService::WithRawCallbackMethod_List<
        perf::UserService::WithRawCallbackMethod_ListChunks<
            perf::UserService::WithRawCallbackMethod_ListRows<
                perf::UserService::Service>>>>;
using RawService = perf::UserService::WithRawCallbackMethod_Create<
    perf::UserService::WithRawCallbackMethod_Update<
        perf::UserService::WithRawCallbackMethod_PartialUpdate<
            perf::UserService::WithRawCallbackMethod_Destroy<RawReads>>>>;

// `readers` and `writer` outlive the service.
class UserService final : public RawService {
 public:
  UserService(ReaderPool& readers, Writer& writer)
      : readers_(readers), writer_(writer) {}

  grpc::ServerUnaryReactor* Retrieve(grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* reply) override;
  grpc::ServerUnaryReactor* List(grpc::CallbackServerContext* context,
                                 const grpc::ByteBuffer* request,
                                 grpc::ByteBuffer* reply) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* ListChunks(
      grpc::CallbackServerContext* context,
      const grpc::ByteBuffer* request) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* ListRows(
      grpc::CallbackServerContext* context,
      const grpc::ByteBuffer* request) override;
  grpc::ServerUnaryReactor* Create(grpc::CallbackServerContext* context,
                                   const grpc::ByteBuffer* request,
                                   grpc::ByteBuffer* reply) override;
  grpc::ServerUnaryReactor* Update(grpc::CallbackServerContext* context,
                                   const grpc::ByteBuffer* request,
                                   grpc::ByteBuffer* reply) override;
  grpc::ServerUnaryReactor* PartialUpdate(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* reply) override;
  grpc::ServerUnaryReactor* Destroy(grpc::CallbackServerContext* context,
                                    const grpc::ByteBuffer* request,
                                    grpc::ByteBuffer* reply) override;

 private:
  ReaderPool& readers_;
  Writer& writer_;
};

}  // namespace handwritten

#endif  // TESTS_BENCHMARK_HANDWRITTEN_SERVICE_H_
