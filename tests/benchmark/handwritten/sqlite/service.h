// perf.UserService over a SQLite file, as an expert would write it for speed:
// reads inline in gRPC's thread, writes committed together by one thread.
#ifndef TESTS_BENCHMARK_HANDWRITTEN_SQLITE_SERVICE_H_
#define TESTS_BENCHMARK_HANDWRITTEN_SQLITE_SERVICE_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "handwritten/raw_service.h"
#include "handwritten/sqlite/reader.h"
#include "handwritten/sqlite/writer.h"

namespace handwritten::sqlite {

class UserService final : public RawService {
 public:
  static absl::StatusOr<std::unique_ptr<UserService>> Open(
      const std::string& path);

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
  UserService(const std::string& path, std::unique_ptr<Writer> writer)
      : readers_(path), writer_(std::move(writer)) {}

  ReaderPool readers_;
  const std::unique_ptr<Writer> writer_;
};

}  // namespace handwritten::sqlite

#endif  // TESTS_BENCHMARK_HANDWRITTEN_SQLITE_SERVICE_H_
