// Calls that go on after their method has returned, without a thread that waits
// for them: what a user of gRPC's callback API knows as reactors.
//
// Every method of the program's own has a second form, StartX beside X, which
// may be overridden in its place. It is given handles, keeps them for as long
// as it likes, and returns; what it does not finish at once goes on from any
// thread:
//
//   // rpc Watch(WatchRequest) returns (stream Event);
//   void StartWatch(const CallContext& call, const WatchRequest& request,
//                   AsyncWriter<Event> watcher) override {
//     const int64_t id = hub_.Add(request.topic(), watcher);
//     watcher.OnDone([this, id](const absl::Status&) { hub_.Remove(id); });
//   }
//
//   // Later, for each event and watcher:
//   absl::Status sent = watcher.Write(event);
//
//   shape           handles
//   unary           AsyncReply<Response>
//   server stream   AsyncWriter<Response>
//   client stream   AsyncReader<Request>, AsyncReply<Response>
//   both            AsyncStream<Request, Response>
//
// Everything that guards a method guards both forms, and calls of both count
// and end alike. StartX has no transaction: a method whose options give it one
// is refused when the server starts.
//
// Ownership: handles are small, and copies mean the same call. `call` and
// `request` live as long as one of them. A call whose last handle goes before
// Finish ends with INTERNAL. It is over with Finish, and before that when its
// client goes away or its time has passed; then handles may stay as long as
// they like, also longer than the server, and do nothing any more.
// Threads: handles are thread-safe, but for assigning to them. Callbacks run on
// the executor, those of one call one after the other, never inside of a
// function of a handle - but as Read and OnDone say -, and not before StartX
// has returned. So they may block; and a lock may be held around a handle's
// functions that a callback takes, too.
// Blocking: no function waits. StartX itself may, as it is on the executor.
// Errors: a callback that throws, and StartX if it does, end the call with
// INTERNAL and an id that is in the log.
#ifndef MODELSERVICE_ASYNC_STREAM_H_
#define MODELSERVICE_ASYNC_STREAM_H_

#include <google/protobuf/message.h>

#include <memory>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modelservice/call_context.h"
#include "modelservice/orm/wire.h"
#include "modelservice/reply.h"

namespace modelservice {

// What the handles below and the runtime have between them.
class AsyncMessages {
 public:
  using Ready = absl::AnyInvocable<void()>;
  using Ended = absl::AnyInvocable<void(const absl::Status&)>;
  using ReadEnd = absl::AnyInvocable<void(bool ok)>;

  virtual ~AsyncMessages() = default;
  virtual const CallContext& context() const = 0;
  virtual bool over() const = 0;
  virtual void WhenDone(Ended ended) = 0;
  virtual bool ready() const = 0;
  virtual void OnReady(Ready ready) = 0;
  virtual absl::Status Write(WireBuffer wire) = 0;
  // `message` lives until `end` is called or destroyed.
  virtual void Read(google::protobuf::Message* message, ReadEnd end) = 0;
  // With the only message of a call that has one.
  virtual void Finish(absl::Status status, WireBuffer last) = 0;
};

// What every handle can do.
class AsyncHandle {
 public:
  // The call, which lives as long as a handle of it. Ask it on one thread at a
  // time, but for what CallContext lets any thread ask.
  const CallContext& call() const { return messages_->context(); }

  // Whether the call is over, or about to be: what is written now is not sent.
  bool over() const { return messages_->over(); }

  // Calls `done` once, after all other callbacks, when nothing of the call is
  // on its way any more: with how it ended, which is CANCELLED when the client
  // went away. At once, on this thread, if that has been so already. May be
  // called several times.
  void OnDone(AsyncMessages::Ended done) const {
    messages_->WhenDone(std::move(done));
  }

 protected:
  explicit AsyncHandle(std::shared_ptr<AsyncMessages> messages)
      : messages_(std::move(messages)) {}

  AsyncMessages& messages() const { return *messages_; }

 private:
  std::shared_ptr<AsyncMessages> messages_;
};

// The one reply of a unary call or a client stream.
template <class Response>
class AsyncReply : public AsyncHandle {
 public:
  explicit AsyncReply(std::shared_ptr<AsyncMessages> messages)
      : AsyncHandle(std::move(messages)) {}

  // Ends the call, with a message or an error. Does nothing once it is over.
  void Finish(absl::StatusOr<Reply<Response>> reply) const {
    if (!reply.ok()) return messages().Finish(reply.status(), WireBuffer());
    messages().Finish(absl::OkStatus(), std::move(*reply).TakeWire());
  }
};

// The replies of a stream.
template <class Response>
class AsyncWriter : public AsyncHandle {
 public:
  explicit AsyncWriter(std::shared_ptr<AsyncMessages> messages)
      : AsyncHandle(std::move(messages)) {}

  // Sends a message behind those before. What the client does not take yet
  // waits in memory, up to the setting max_stream_bytes: beyond that it is
  // RESOURCE_EXHAUSTED, and this message is left out; whether the stream goes
  // on without it is the program's to decide. Once the call is over, how it
  // ended; FAILED_PRECONDITION after Finish.
  absl::Status Write(const Response& response) const {
    WireBuffer wire;
    wire.Raw(response.SerializePartialAsString());
    return messages().Write(std::move(wire));
  }

  // Flow control for who makes messages as fast as the client takes them: write
  // while ready(), which is while little waits to be sent, and go on when
  // `ready` is called, each time that becomes true again. Replaces what was set
  // before.
  bool ready() const { return messages().ready(); }
  void OnReady(AsyncMessages::Ready ready) const {
    messages().OnReady(std::move(ready));
  }

  // Ends the stream, behind the messages that were written. Does nothing once
  // the call is over.
  void Finish(const absl::Status& status) const {
    messages().Finish(status, WireBuffer());
  }
};

namespace internal {

template <class Request, class Done>
void AsyncRead(AsyncMessages& messages, Done done) {
  auto request = std::make_unique<Request>();
  google::protobuf::Message* const message = request.get();
  messages.Read(message,
                [request = std::move(request), done = std::move(done)](
                    bool ok) mutable { done(ok ? request.get() : nullptr); });
}

}  // namespace internal

// The requests of a stream.
template <class Request>
class AsyncReader : public AsyncHandle {
 public:
  explicit AsyncReader(std::shared_ptr<AsyncMessages> messages)
      : AsyncHandle(std::move(messages)) {}

  // Takes the client's next message and calls done(Request*) with it; null
  // after the last one, and when the call is over (over() tells which): then at
  // once, on this thread. The message is the callback's to change or to move
  // from, until it returns. One at a time: a Read while another one waits ends
  // the call with INTERNAL. Clients send no more than is read, but for what
  // gRPC has room for.
  template <class Done>
  void Read(Done done) const {
    internal::AsyncRead<Request>(messages(), std::move(done));
  }
};

// Both ways: as AsyncReader and AsyncWriter.
template <class Request, class Response>
class AsyncStream : public AsyncWriter<Response> {
 public:
  explicit AsyncStream(std::shared_ptr<AsyncMessages> messages)
      : AsyncWriter<Response>(std::move(messages)) {}

  template <class Done>
  void Read(Done done) const {
    internal::AsyncRead<Request>(this->messages(), std::move(done));
  }
};

}  // namespace modelservice

#endif  // MODELSERVICE_ASYNC_STREAM_H_
