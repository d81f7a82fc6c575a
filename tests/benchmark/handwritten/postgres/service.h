// perf.UserService over PostgreSQL, as an expert would write it for speed:
// lanes that batch single statements, cursors for streams.
#ifndef TESTS_BENCHMARK_HANDWRITTEN_POSTGRES_SERVICE_H_
#define TESTS_BENCHMARK_HANDWRITTEN_POSTGRES_SERVICE_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "handwritten/postgres/lane.h"
#include "handwritten/postgres/stream_worker.h"
#include "handwritten/raw_service.h"

namespace handwritten::postgres {

// Lanes of one kind, in turns.
class Lanes {
 public:
  absl::Status Start(const std::string& url, Lane::Kind kind, int count);
  Lane& Next();

 private:
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::atomic<size_t> next_{0};
};

struct Options {
  std::string url;
  int read_lanes = 1;
  int write_lanes = 1;
};

class UserService final : public RawService {
 public:
  static absl::StatusOr<std::unique_ptr<UserService>> Open(
      const Options& options);

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
  explicit UserService(const std::string& url) : streams_(url) {}

  Lanes readers_;
  Lanes writers_;
  StreamWorkers streams_;
};

}  // namespace handwritten::postgres

#endif  // TESTS_BENCHMARK_HANDWRITTEN_POSTGRES_SERVICE_H_
