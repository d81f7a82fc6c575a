// The streams of a call, as a handler sees them: ordinary blocking objects.
//
//   absl::Status Watch(CallContext& call, const WatchRequest& request,
//                      Writer<Event>& writer) override {
//     for (...) if (!writer.Write(event)) return absl::CancelledError("");
//     return absl::OkStatus();
//   }
//
// Used by the handler's thread, until it returns.
#ifndef MODELSERVICE_STREAM_H_
#define MODELSERVICE_STREAM_H_

#include <google/protobuf/message.h>

#include <utility>

#include "modelservice/orm/wire.h"

namespace modelservice {

// The messages of one call, in wire format or not; what the typed streams below
// and the runtime have between them.
class MessageStream {
 public:
  virtual ~MessageStream() = default;
  // Waits for the client's next message. False after the last one, or when the
  // client went away or sent what is no such message (status() of the call says
  // which).
  virtual bool Read(google::protobuf::Message* message) = 0;
  // Sends one message. Waits while the client is slow; false when it went away.
  virtual bool Write(WireBuffer wire) = 0;
};

template <class Request>
class Reader {
 public:
  explicit Reader(MessageStream& stream) : stream_(stream) {}
  bool Read(Request* request) { return stream_.Read(request); }

 private:
  MessageStream& stream_;
};

template <class Response>
class Writer {
 public:
  explicit Writer(MessageStream& stream) : stream_(stream) {}
  bool Write(const Response& response) {
    WireBuffer wire;
    wire.Raw(response.SerializePartialAsString());
    return stream_.Write(std::move(wire));
  }
  // For the runtime, which encodes rows without a message.
  MessageStream& stream() { return stream_; }

 private:
  MessageStream& stream_;
};

template <class Request, class Response>
class Stream : public Reader<Request>, public Writer<Response> {
 public:
  explicit Stream(MessageStream& stream)
      : Reader<Request>(stream), Writer<Response>(stream) {}
};

}  // namespace modelservice

#endif  // MODELSERVICE_STREAM_H_
