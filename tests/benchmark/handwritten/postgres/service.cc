#include "handwritten/postgres/service.h"

#include <utility>

#include "handwritten/postgres/calls.h"
#include "handwritten/postgres/streams.h"

namespace handwritten::postgres {

using ::grpc::ByteBuffer;
using ::grpc::CallbackServerContext;
using ::grpc::ServerUnaryReactor;
using ::grpc::ServerWriteReactor;

absl::Status Lanes::Start(const std::string& url, Lane::Kind kind, int count) {
  for (int i = 0; i < count; ++i) {
    auto lane = Lane::Start(url, kind);
    if (!lane.ok()) return lane.status();
    lanes_.push_back(*std::move(lane));
  }
  return absl::OkStatus();
}

Lane& Lanes::Next() {
  return *lanes_[next_.fetch_add(1, std::memory_order_relaxed) % lanes_.size()];
}

absl::StatusOr<std::unique_ptr<UserService>> UserService::Open(
    const Options& options) {
  std::unique_ptr<UserService> service(new UserService(options.url));
  absl::Status status = service->readers_.Start(options.url, Lane::Kind::kRead,
                                                options.read_lanes);
  if (!status.ok()) return status;
  status = service->writers_.Start(options.url, Lane::Kind::kWrite,
                                   options.write_lanes);
  if (!status.ok()) return status;
  return service;
}

ServerUnaryReactor* UserService::Retrieve(CallbackServerContext* context,
                                          const ByteBuffer* request,
                                          ByteBuffer* reply) {
  ServerUnaryReactor* const reactor = context->DefaultReactor();
  postgres::Retrieve(readers_.Next(), *request, reply, reactor);
  return reactor;
}

ServerUnaryReactor* UserService::List(CallbackServerContext* context,
                                      const ByteBuffer* request,
                                      ByteBuffer* reply) {
  ServerUnaryReactor* const reactor = context->DefaultReactor();
  postgres::List(readers_.Next(), *request, reply, reactor);
  return reactor;
}

ServerWriteReactor<ByteBuffer>* UserService::ListChunks(
    CallbackServerContext*, const ByteBuffer* request) {
  return StreamChunks(streams_, *request);
}

ServerWriteReactor<ByteBuffer>* UserService::ListRows(
    CallbackServerContext*, const ByteBuffer* request) {
  return StreamRows(streams_, *request);
}

ServerUnaryReactor* UserService::Create(CallbackServerContext* context,
                                        const ByteBuffer* request,
                                        ByteBuffer* reply) {
  ServerUnaryReactor* const reactor = context->DefaultReactor();
  postgres::Create(writers_.Next(), *request, reply, reactor);
  return reactor;
}

ServerUnaryReactor* UserService::Update(CallbackServerContext* context,
                                        const ByteBuffer* request,
                                        ByteBuffer* reply) {
  ServerUnaryReactor* const reactor = context->DefaultReactor();
  postgres::Update(writers_.Next(), *request, reply, reactor);
  return reactor;
}

ServerUnaryReactor* UserService::PartialUpdate(CallbackServerContext* context,
                                               const ByteBuffer* request,
                                               ByteBuffer* reply) {
  ServerUnaryReactor* const reactor = context->DefaultReactor();
  postgres::PartialUpdate(writers_.Next(), *request, reply, reactor);
  return reactor;
}

ServerUnaryReactor* UserService::Destroy(CallbackServerContext* context,
                                         const ByteBuffer* request,
                                         ByteBuffer* reply) {
  ServerUnaryReactor* const reactor = context->DefaultReactor();
  postgres::Destroy(writers_.Next(), *request, reply, reactor);
  return reactor;
}

}  // namespace handwritten::postgres
