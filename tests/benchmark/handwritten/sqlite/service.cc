#include "handwritten/sqlite/service.h"

#include "handwritten/request.h"
#include "handwritten/sqlite/reads.h"
#include "handwritten/sqlite/streams.h"
#include "handwritten/sqlite/writes.h"

namespace handwritten::sqlite {

using ::grpc::ByteBuffer;
using ::grpc::CallbackServerContext;
using ::grpc::ServerUnaryReactor;
using ::grpc::ServerWriteReactor;

absl::StatusOr<std::unique_ptr<UserService>> UserService::Open(
    const std::string& path) {
  auto writer = Writer::Start(path);
  if (!writer.ok()) return writer.status();
  return std::unique_ptr<UserService>(
      new UserService(path, *std::move(writer)));
}

ServerUnaryReactor* UserService::Retrieve(CallbackServerContext* context,
                                          const ByteBuffer* request,
                                          ByteBuffer* reply) {
  ServerUnaryReactor* const reactor = context->DefaultReactor();
  reactor->Finish(ToGrpc(RetrieveUser(readers_, *request, reply)));
  return reactor;
}

ServerUnaryReactor* UserService::List(CallbackServerContext* context,
                                      const ByteBuffer* request,
                                      ByteBuffer* reply) {
  ServerUnaryReactor* const reactor = context->DefaultReactor();
  reactor->Finish(ToGrpc(ListUsers(readers_, *request, reply)));
  return reactor;
}

ServerWriteReactor<ByteBuffer>* UserService::ListChunks(
    CallbackServerContext*, const ByteBuffer* request) {
  return StreamChunks(readers_, *request);
}

ServerWriteReactor<ByteBuffer>* UserService::ListRows(
    CallbackServerContext*, const ByteBuffer* request) {
  return StreamRows(readers_, *request);
}

ServerUnaryReactor* UserService::Create(CallbackServerContext* context,
                                        const ByteBuffer* request,
                                        ByteBuffer* reply) {
  ServerUnaryReactor* const reactor = context->DefaultReactor();
  CreateUser(*writer_, *request, reply, reactor);
  return reactor;
}

ServerUnaryReactor* UserService::Update(CallbackServerContext* context,
                                        const ByteBuffer* request,
                                        ByteBuffer* reply) {
  ServerUnaryReactor* const reactor = context->DefaultReactor();
  UpdateUser(*writer_, *request, reply, reactor);
  return reactor;
}

ServerUnaryReactor* UserService::PartialUpdate(CallbackServerContext* context,
                                               const ByteBuffer* request,
                                               ByteBuffer* reply) {
  ServerUnaryReactor* const reactor = context->DefaultReactor();
  PartialUpdateUser(*writer_, *request, reply, reactor);
  return reactor;
}

ServerUnaryReactor* UserService::Destroy(CallbackServerContext* context,
                                         const ByteBuffer* request,
                                         ByteBuffer* reply) {
  ServerUnaryReactor* const reactor = context->DefaultReactor();
  DestroyUser(*writer_, *request, reply, reactor);
  return reactor;
}

}  // namespace handwritten::sqlite
