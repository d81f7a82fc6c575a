// The streams of a call, as a handler sees them: ordinary blocking objects.
//
//   absl::Status Watch(const CallContext& call, const WatchRequest& request,
//                      Writer<Event>& writer) override {
//     for (const Event& event : events_) {
//       if (!writer.Write(event)) return absl::CancelledError("");
//     }
//     return absl::OkStatus();
//   }
//
// Ownership: the runtime's; they live until the method has returned. Threads:
// the method's own, and no other. Blocking: Read and Write wait for the client;
// a thread of the executor that waits so does not count as one that works, but
// it is there (async_stream.h needs none). Errors: false, and then the method
// returns, with what it likes: how the call ended is known to the runtime.
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
  // Waits for the client's next message. False after the last one, and when the
  // client went away or sent what is no such message.
  virtual bool Read(google::protobuf::Message* message) = 0;
  // Sends one message. Waits while the client is slow; false when it went away.
  virtual bool Write(WireBuffer wire) = 0;
};

// The requests of a client that streams.
template <class Request>
class Reader {
 public:
  explicit Reader(MessageStream& stream) : stream_(stream) {}

  // Waits for the next message and puts it in place of `request`'s. False after
  // the last one, when the call is over - call.cancelled() tells which, or its
  // deadline -, and for a message that cannot be read or that an interceptor
  // refuses, which the call then ends with.
  bool Read(Request* request) { return stream_.Read(request); }

  // For the runtime.
  MessageStream& stream() { return stream_; }

 private:
  MessageStream& stream_;
};

// The replies of a server that streams.
template <class Response>
class Writer {
 public:
  explicit Writer(MessageStream& stream) : stream_(stream) {}

  // Sends a message; waits until the one before it is on its way. In a
  // transaction that writes it is kept until the commit. False when the client
  // went away or takes nothing for too long, when the call is over, and for a
  // message that an interceptor refuses, which the call then ends with.
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

// Both ways, in any order.
template <class Request, class Response>
class Stream : public Reader<Request>, public Writer<Response> {
 public:
  explicit Stream(MessageStream& stream)
      : Reader<Request>(stream), Writer<Response>(stream) {}
};

}  // namespace modelservice

#endif  // MODELSERVICE_STREAM_H_
