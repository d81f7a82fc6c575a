// Calls a handler's typed method from a table: one Invoke for each of the four
// streaming shapes, chosen by the method's type; and one StartFunction for
// each.
//
//   &InvokeMethod<&CustomerServiceBase::Retrieve>
//   &StartMethod<&GreeterBase::StartSayHello>
#ifndef MODELSERVICE_SERVICE_INVOKE_H_
#define MODELSERVICE_SERVICE_INVOKE_H_

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modelservice/async_stream.h"
#include "modelservice/handler.h"

namespace modelservice {
namespace internal {

template <class Message>
absl::Status WriteReply(absl::StatusOr<Reply<Message>> reply,
                        MessageStream& stream) {
  if (!reply.ok()) return reply.status();
  if (!stream.Write(std::move(*reply).TakeWire())) {
    return absl::CancelledError("The client went away.");
  }
  return absl::OkStatus();
}

template <class H, class Request, class Response>
absl::Status Call(absl::StatusOr<Reply<Response>> (H::*method)(
                      const CallContext&, const Request&),
                  H& handler, const CallContext& call,
                  const google::protobuf::Message* request,
                  MessageStream& stream) {
  return WriteReply(
      (handler.*method)(call, static_cast<const Request&>(*request)), stream);
}

template <class H, class Request, class Response>
absl::Status Call(absl::Status (H::*method)(const CallContext&, const Request&,
                                            Writer<Response>&),
                  H& handler, const CallContext& call,
                  const google::protobuf::Message* request,
                  MessageStream& stream) {
  Writer<Response> writer(stream);
  return (handler.*method)(call, static_cast<const Request&>(*request), writer);
}

template <class H, class Request, class Response>
absl::Status Call(absl::StatusOr<Reply<Response>> (H::*method)(
                      const CallContext&, Reader<Request>&),
                  H& handler, const CallContext& call,
                  const google::protobuf::Message*, MessageStream& stream) {
  Reader<Request> reader(stream);
  return WriteReply((handler.*method)(call, reader), stream);
}

template <class H, class Request, class Response>
absl::Status Call(absl::Status (H::*method)(const CallContext&,
                                            Stream<Request, Response>&),
                  H& handler, const CallContext& call,
                  const google::protobuf::Message*, MessageStream& stream) {
  Stream<Request, Response> both(stream);
  return (handler.*method)(call, both);
}

template <class H, class Request, class Response>
void Start(void (H::*method)(const CallContext&, const Request&,
                             AsyncReply<Response>),
           H& handler, const CallContext& call,
           const google::protobuf::Message* request,
           std::shared_ptr<AsyncMessages> messages) {
  (handler.*method)(call, static_cast<const Request&>(*request),
                    AsyncReply<Response>(std::move(messages)));
}

template <class H, class Request, class Response>
void Start(void (H::*method)(const CallContext&, const Request&,
                             AsyncWriter<Response>),
           H& handler, const CallContext& call,
           const google::protobuf::Message* request,
           std::shared_ptr<AsyncMessages> messages) {
  (handler.*method)(call, static_cast<const Request&>(*request),
                    AsyncWriter<Response>(std::move(messages)));
}

template <class H, class Request, class Response>
void Start(void (H::*method)(const CallContext&, AsyncReader<Request>,
                             AsyncReply<Response>),
           H& handler, const CallContext& call,
           const google::protobuf::Message*,
           std::shared_ptr<AsyncMessages> messages) {
  (handler.*method)(call, AsyncReader<Request>(messages),
                    AsyncReply<Response>(messages));
}

template <class H, class Request, class Response>
void Start(void (H::*method)(const CallContext&,
                             AsyncStream<Request, Response>),
           H& handler, const CallContext& call,
           const google::protobuf::Message*,
           std::shared_ptr<AsyncMessages> messages) {
  (handler.*method)(call, AsyncStream<Request, Response>(std::move(messages)));
}

template <class Method>
struct HandlerOf;
template <class R, class H, class... Arguments>
struct HandlerOf<R (H::*)(Arguments...)> {
  using type = H;
};

}  // namespace internal

template <auto method>
absl::Status InvokeMethod(Handler& handler, const CallContext& call,
                          const google::protobuf::Message* request,
                          MessageStream& stream) {
  using H = typename internal::HandlerOf<decltype(method)>::type;
  return internal::Call(method, static_cast<H&>(handler), call, request,
                        stream);
}

template <auto method>
void StartMethod(Handler& handler, const CallContext& call,
                 const google::protobuf::Message* request,
                 std::shared_ptr<AsyncMessages> messages) {
  using H = typename internal::HandlerOf<decltype(method)>::type;
  internal::Start(method, static_cast<H&>(handler), call, request,
                  std::move(messages));
}

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_INVOKE_H_
