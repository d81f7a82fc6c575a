// One HTTP/2 connection, with a fixed number of calls in flight on it.
#ifndef TESTS_BENCHMARK_LOAD_CONNECTION_H_
#define TESTS_BENCHMARK_LOAD_CONNECTION_H_

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "load/recorder.h"
#include "load/reply.h"
#include "load/workload.h"

namespace load {

// What the connections share. Outlives them.
struct Run {
  Workload* workload;
  Recorder* recorder;
  bool stopping = false;  // start no more calls
  int calls_in_flight = 0;
};

// Not thread-safe. Each call starts the next one when it is answered.
class Connection {
 public:
  static absl::StatusOr<std::unique_ptr<Connection>> Open(uint16_t port,
                                                          int callers,
                                                          Run* run);
  ~Connection();

  int socket() const { return socket_; }
  // Whether the socket was full: Send must be called when it is writable.
  bool blocked() const { return sent_ < output_.size(); }

  // Takes what has arrived, and answers it.
  absl::Status Receive();
  absl::Status Send();

 private:
  // One of the calls in flight, over and over.
  struct Caller {
    Request request;
    Reply reply;
    PagePosition position;
    size_t body_sent = 0;
    uint64_t started = 0;
  };
  struct Callbacks;  // nghttp2's

  Connection(int socket, int callers, Run* run);
  absl::Status Handshake();
  void Call(Caller* caller);
  void OnAnswered(Caller* caller, uint32_t http2_error);

  const int socket_;
  Run* const run_;
  nghttp2_session* session_ = nullptr;
  std::vector<Caller> callers_;
  std::string output_;
  size_t sent_ = 0;
  std::vector<uint8_t> input_;
};

}  // namespace load

#endif  // TESTS_BENCHMARK_LOAD_CONNECTION_H_
