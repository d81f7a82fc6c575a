// Calls in which the caller sends a stream.
#ifndef MODELSERVICE_CLIENT_STREAMS_H_
#define MODELSERVICE_CLIENT_STREAMS_H_

#include <google/protobuf/message_lite.h>

#include <functional>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace modelservice {
namespace client {

class StartedStream;
class StreamCall;

// The part that knows no types.
class OpenStream {
 public:
  explicit OpenStream(std::shared_ptr<StreamCall> call)
      : call_(std::move(call)) {}
  OpenStream(OpenStream&& other) noexcept = default;
  OpenStream& operator=(OpenStream&& other) = delete;
  ~OpenStream();

  bool Write(const google::protobuf::MessageLite& message);
  void WritesDone();
  bool Read(google::protobuf::MessageLite* message);
  absl::Status Finish();

 private:
  std::shared_ptr<StreamCall> call_;  // null once moved from
};

// What is sent in a call that was started; the part that knows no types.
class StartedWriter {
 public:
  // Null is a call that was over at once.
  explicit StartedWriter(std::shared_ptr<StartedStream> call);

  absl::Status Write(const google::protobuf::MessageLite& message) const;
  void WritesDone() const;
  bool ready() const;
  void OnReady(std::function<void()> ready) const;
  void Cancel() const;

 private:
  struct Handle;
  // Copies have it in common.
  std::shared_ptr<const Handle> handle_;
};

}  // namespace client

// A stream of requests with one answer:
//
//   auto upload = client.Upload();
//   for (const Part& part : parts) {
//     if (!upload.Write(part)) break;  // over: Finish says why
//   }
//   absl::StatusOr<Summary> summary = upload.Finish();
//
// Given up when it goes before Finish. Not for several threads.
template <class Request, class Reply>
class ClientWriter {
 public:
  explicit ClientWriter(client::OpenStream stream)
      : stream_(std::move(stream)) {}

  // Waits until the message before is on its way. False when the call is over.
  bool Write(const Request& request) { return stream_.Write(request); }

  // Says that there is no more, and waits for the answer. Once.
  absl::StatusOr<Reply> Finish() {
    stream_.WritesDone();
    Reply reply;
    const bool answered = stream_.Read(&reply);
    absl::Status status = stream_.Finish();
    if (!status.ok()) return status;
    if (!answered) return absl::InternalError("The server sent no answer.");
    return reply;
  }

 private:
  client::OpenStream stream_;
};

// Streams both ways:
//
//   auto talk = client.Talk();
//   talk.Write(hello);
//   talk.WritesDone();
//   Answer answer;
//   while (talk.Read(&answer)) { ... }
//   absl::Status status = talk.Finish();
//
// Given up when it goes before Finish. One thread may write while another one
// reads; Finish is the last one's.
template <class Request, class Reply>
class ClientStream {
 public:
  explicit ClientStream(client::OpenStream stream)
      : stream_(std::move(stream)) {}

  // Waits until the message before is on its way. False when the call is over.
  bool Write(const Request& request) { return stream_.Write(request); }
  // There is nothing more to write.
  void WritesDone() { stream_.WritesDone(); }
  // Waits for the next message; false at the end.
  bool Read(Reply* reply) { return stream_.Read(reply); }
  // Says that there is no more, leaves what was not read, and waits for the
  // end.
  absl::Status Finish() { return stream_.Finish(); }

 private:
  client::OpenStream stream_;
};

// What a call that was started sends, from any thread; nothing here waits:
//
//   auto upload = client.StartUpload([](absl::StatusOr<Summary> summary) {
//     // Once, on a thread that must not wait.
//   });
//   for (const Part& part : parts) {
//     if (!upload.Write(part).ok()) break;
//   }
//   upload.WritesDone();
//
// Copies mean the same call. When the last one goes before WritesDone, the call
// is cancelled; after that it goes on without. Thread-safe, but for assigning.
template <class Request>
class CallWriter {
 public:
  explicit CallWriter(client::StartedWriter writer)
      : writer_(std::move(writer)) {}

  // Sends a message behind those before. What the server does not take yet
  // waits in memory, up to ClientOptions::max_queued_bytes: beyond that it is
  // RESOURCE_EXHAUSTED, and this message is left out. CANCELLED once the call
  // is over, and FAILED_PRECONDITION after WritesDone.
  absl::Status Write(const Request& request) const {
    return writer_.Write(request);
  }
  // There is nothing more to write.
  void WritesDone() const { writer_.WritesDone(); }

  // For who makes messages as fast as the server takes them: write while
  // ready(), which is while none waits, and go on when `ready` is called, by
  // one thread at a time, which must not wait. Replaces what was set before.
  bool ready() const { return writer_.ready(); }
  void OnReady(std::function<void()> ready) const {
    writer_.OnReady(std::move(ready));
  }

  // Ends it with CANCELLED, unless it is over.
  void Cancel() const { writer_.Cancel(); }

 private:
  client::StartedWriter writer_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_CLIENT_STREAMS_H_
