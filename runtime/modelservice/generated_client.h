// What the generated clients stand on (emit=client). client.h is what programs
// want to know of them.
#ifndef MODELSERVICE_GENERATED_CLIENT_H_
#define MODELSERVICE_GENERATED_CLIENT_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modelservice/client.h"
#include "modelservice/client/reader.h"
#include "modelservice/client/repeats.h"
#include "modelservice/client/rows.h"
#include "modelservice/client/streams.h"
#include "modelservice/client/wire.h"

namespace grpc {
class Channel;
}

namespace modelservice {

namespace client {

// One method of each shape, as constants of the generated class. `path` is
// "/shop.CustomerService/Retrieve"; what only reads is tried again.
template <class Request, class Reply>
struct Unary {
  const char* path;
  bool reads = false;
  // Of a List: fields of the reply, and of the request; 0 is none.
  int rows = 0;
  int next_page_token = 0;
  int page_token = 0;
  // Of a write that the server does once, however often it comes: the field of
  // the request that says which it is.
  int request_id = 0;
  // Of a write that the server does only to a row in the state that one of
  // these fields says: the second of two that are alike is refused.
  FieldPath states[3] = {};

  // How often a call with this request may come.
  Repeats RepeatsOf(const google::protobuf::Message& request) const {
    if (reads || request_id != 0) return Repeats::kAlike;
    return SaysState(request, states) ? Repeats::kRefused : Repeats::kNever;
  }
};
template <class Request, class Reply>
struct ServerStream {
  const char* path;
  bool reads = false;
  int rows = 0;  // of a List that sends chunks
};
template <class Request, class Reply>
struct ClientStreaming {
  const char* path;
};
template <class Request, class Reply>
struct Bidi {
  const char* path;
};

struct Access;

}  // namespace client

// The base of the generated classes, which see to it that nothing but their
// constructors and the service's methods has a name in them.
class ServiceClient {
 protected:
  ServiceClient() = default;
  ~ServiceClient() = default;
  ServiceClient(const ServiceClient&) = default;
  ServiceClient& operator=(const ServiceClient&) = default;

 private:
  friend struct client::Access;
  std::shared_ptr<const client::Core> core_;
};

namespace client {

// `service` is "shop.CustomerService".
void Init(ServiceClient* client, absl::string_view service,
          ClientOptions options);
// Over a channel of the program's own: address, tls, keepalive and
// max_message_bytes are that channel's.
void Init(ServiceClient* client, std::shared_ptr<grpc::Channel> channel,
          ClientOptions options);

struct Access {
  static void SetCore(ServiceClient* of, std::shared_ptr<const Core> core) {
    of->core_ = std::move(core);
  }
  static const std::shared_ptr<const Core>& CoreOf(const ServiceClient& of) {
    return of.core_;
  }
};

absl::Status CallAndWait(const std::shared_ptr<const Core>& core,
                         const char* path, Repeats repeats,
                         const CallOptions& options,
                         const google::protobuf::MessageLite& request,
                         google::protobuf::MessageLite* reply);
CallHandle StartCall(
    const std::shared_ptr<const Core>& core, const char* path, Repeats repeats,
    const CallOptions& options, const google::protobuf::MessageLite& request,
    std::function<void(const absl::Status&, grpc::ByteBuffer*)> done);
OpenStream Open(const std::shared_ptr<const Core>& core, const char* path,
                const CallOptions& options);
// As StartReading, for a caller who streams, too.
StartedWriter StartSending(const std::shared_ptr<const Core>& core,
                           const char* path, const CallOptions& options,
                           google::protobuf::MessageLite* message,
                           std::function<bool()> take,
                           std::function<void(const absl::Status&)> done);

// Fields by number.
std::string TextOf(const google::protobuf::Message& message, int field);
void SetText(google::protobuf::Message* message, int field,
             const std::string& text);

// Names a request that has no name yet, so that it may come twice.
void SetRequestId(google::protobuf::Message* request, int field);

// The rows in a message, one after the other.
template <class Row>
class RowsOf {
 public:
  void Begin(google::protobuf::Message* message, int field) {
    message_ = message;
    field_ = message->GetDescriptor()->FindFieldByNumber(field);
    size_ = message->GetReflection()->FieldSize(*message, field_);
    next_ = 0;
  }
  // Null at the end, and before Begin.
  Row* Next() {
    if (next_ == size_) return nullptr;
    return static_cast<Row*>(message_->GetReflection()->MutableRepeatedMessage(
        message_, field_, next_++));
  }

 private:
  google::protobuf::Message* message_ = nullptr;
  const google::protobuf::FieldDescriptor* field_ = nullptr;
  int size_ = 0;
  int next_ = 0;
};

template <class Request, class Reply>
absl::StatusOr<Reply> Call(const ServiceClient& client,
                           const Unary<Request, Reply>& method,
                           const Request& request, const CallOptions& options) {
  absl::StatusOr<Reply> reply{Reply()};
  const auto call = [&](const Request& sent) {
    return CallAndWait(Access::CoreOf(client), method.path,
                       method.RepeatsOf(sent), options, sent, &*reply);
  };
  absl::Status status;
  if (method.request_id == 0) {
    status = call(request);
  } else {
    Request named = request;
    SetRequestId(&named, method.request_id);
    status = call(named);
  }
  if (!status.ok()) return status;
  return reply;
}

template <class Request, class Reply>
CallHandle Start(const ServiceClient& client,
                 const Unary<Request, Reply>& method, const Request& request,
                 std::function<void(absl::StatusOr<Reply>)> done,
                 const CallOptions& options) {
  const auto answer = [done = std::move(done)](const absl::Status& status,
                                               grpc::ByteBuffer* bytes) {
    if (!status.ok()) return done(status);
    Reply reply;
    const absl::Status fault = FromBytes(bytes, &reply);
    fault.ok() ? done(std::move(reply)) : done(fault);
  };
  if (method.request_id == 0) {
    return StartCall(Access::CoreOf(client), method.path,
                     method.RepeatsOf(request), options, request, answer);
  }
  Request named = request;
  SetRequestId(&named, method.request_id);
  return StartCall(Access::CoreOf(client), method.path, method.RepeatsOf(named),
                   options, named, answer);
}

// The rows of all pages, each of which is a call.
template <class Request, class Reply, class Row>
class PageSource final : public Source<Row> {
 public:
  PageSource(std::shared_ptr<const Core> core,
             const Unary<Request, Reply>& method, const Request& request,
             const CallOptions& options)
      : core_(std::move(core)),
        method_(method),
        request_(request),
        options_(options) {}

  Row* Next() override {
    while (true) {
      Row* const row = rows_.Next();
      if (row != nullptr || !Turn()) return row;
    }
  }
  const absl::Status& status() const override { return status_; }

 private:
  // Whether there is another page.
  bool Turn() {
    if (over_) return false;
    status_ = CallAndWait(core_, method_.path, method_.RepeatsOf(request_),
                          options_, request_, &reply_);
    over_ = !status_.ok();
    if (over_) return false;
    rows_.Begin(&reply_, method_.rows);
    over_ = method_.page_token == 0 || method_.next_page_token == 0;
    if (over_) return true;
    const std::string token = TextOf(reply_, method_.next_page_token);
    over_ = token.empty();
    if (!over_ && token == TextOf(request_, method_.page_token)) {
      over_ = true;
      status_ = absl::InternalError(
          "The server gave the token of a page for that page's next one.");
    }
    SetText(&request_, method_.page_token, token);
    return true;
  }

  const std::shared_ptr<const Core> core_;
  const Unary<Request, Reply> method_;
  Request request_;
  const CallOptions options_;
  Reply reply_;
  RowsOf<Row> rows_;
  bool over_ = false;
  absl::Status status_;
};

template <class Row, class Request, class Reply>
Rows<Row> Pages(const ServiceClient& client,
                const Unary<Request, Reply>& method, const Request& request,
                const CallOptions& options) {
  return Rows<Row>(std::make_unique<PageSource<Request, Reply, Row>>(
      Access::CoreOf(client), method, request, options));
}

// The messages of a stream.
template <class Reply>
class MessageSource final : public Source<Reply> {
 public:
  template <class Request>
  MessageSource(const ServiceClient& client,
                const ServerStream<Request, Reply>& method,
                const Request& request, const CallOptions& options)
      : reader_(Access::CoreOf(client), method.path, method.reads, options,
                request) {}

  Reply* Next() override { return reader_.Next(&reply_) ? &reply_ : nullptr; }
  const absl::Status& status() const override { return reader_.status(); }

 private:
  MessageReader reader_;
  Reply reply_;
};

template <class Request, class Reply>
Rows<Reply> Messages(const ServiceClient& client,
                     const ServerStream<Request, Reply>& method,
                     const Request& request, const CallOptions& options) {
  return Rows<Reply>(
      std::make_unique<MessageSource<Reply>>(client, method, request, options));
}

// The rows in the messages of a stream.
template <class Reply, class Row>
class ChunkSource final : public Source<Row> {
 public:
  template <class Request>
  ChunkSource(const ServiceClient& client,
              const ServerStream<Request, Reply>& method,
              const Request& request, const CallOptions& options)
      : chunks_(client, method, request, options), field_(method.rows) {}

  Row* Next() override {
    while (true) {
      Row* const row = rows_.Next();
      if (row != nullptr) return row;
      Reply* const chunk = chunks_.Next();
      if (chunk == nullptr) return nullptr;
      rows_.Begin(chunk, field_);
    }
  }
  const absl::Status& status() const override { return chunks_.status(); }

 private:
  MessageSource<Reply> chunks_;
  const int field_;
  RowsOf<Row> rows_;
};

template <class Row, class Request, class Reply>
Rows<Row> Chunks(const ServiceClient& client,
                 const ServerStream<Request, Reply>& method,
                 const Request& request, const CallOptions& options) {
  return Rows<Row>(std::make_unique<ChunkSource<Reply, Row>>(client, method,
                                                             request, options));
}

template <class Request, class Reply>
CallHandle Start(const ServiceClient& client,
                 const ServerStream<Request, Reply>& method,
                 const Request& request, std::function<bool(Reply&)> take,
                 std::function<void(absl::Status)> done,
                 const CallOptions& options) {
  const auto reply = std::make_shared<Reply>();
  return StartReading(
      Access::CoreOf(client), method.path, options, request, reply.get(),
      [reply, take = std::move(take)] { return take(*reply); },
      [done = std::move(done)](const absl::Status& status) { done(status); });
}

template <class Request, class Reply>
ClientWriter<Request, Reply> Open(const ServiceClient& client,
                                  const ClientStreaming<Request, Reply>& method,
                                  const CallOptions& options) {
  return ClientWriter<Request, Reply>(
      Open(Access::CoreOf(client), method.path, options));
}

template <class Request, class Reply>
ClientStream<Request, Reply> Open(const ServiceClient& client,
                                  const Bidi<Request, Reply>& method,
                                  const CallOptions& options) {
  return ClientStream<Request, Reply>(
      Open(Access::CoreOf(client), method.path, options));
}

template <class Request, class Reply>
CallWriter<Request> Start(const ServiceClient& client,
                          const ClientStreaming<Request, Reply>& method,
                          std::function<void(absl::StatusOr<Reply>)> done,
                          const CallOptions& options) {
  struct Answer {
    Reply reply;
    bool came = false;
  };
  const auto answer = std::make_shared<Answer>();
  return CallWriter<Request>(StartSending(
      Access::CoreOf(client), method.path, options, &answer->reply,
      [answer] { return answer->came = true; },
      [answer, done = std::move(done)](const absl::Status& status) {
        if (!status.ok()) return done(status);
        if (!answer->came) {
          return done(absl::InternalError("The server sent no answer."));
        }
        done(std::move(answer->reply));
      }));
}

template <class Request, class Reply>
CallWriter<Request> Start(const ServiceClient& client,
                          const Bidi<Request, Reply>& method,
                          std::function<bool(Reply&)> take,
                          std::function<void(absl::Status)> done,
                          const CallOptions& options) {
  const auto reply = std::make_shared<Reply>();
  return CallWriter<Request>(StartSending(
      Access::CoreOf(client), method.path, options, reply.get(),
      [reply, take = std::move(take)] { return take(*reply); },
      [done = std::move(done)](const absl::Status& status) { done(status); }));
}

}  // namespace client
}  // namespace modelservice

#endif  // MODELSERVICE_GENERATED_CLIENT_H_
