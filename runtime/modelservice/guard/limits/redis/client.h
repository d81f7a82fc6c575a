// Runs one script on a Redis, many calls at a time, without a thread that waits
// for any of them.
//
//   RedisClient client(options);
//   client.Run(keys_and_arguments, 2, [](absl::StatusOr<RedisReply> reply) {
//     ...
//   });
//
// A thread of its own holds the connection: it sends what has come since the
// last time as one pipeline, and calls each `done` as replies come. While there
// is no connection, calls fail at once, and it tries again and again, waiting a
// little longer each time. A call that was sent is never sent twice; only one
// that Redis did not run, because it had lost the script, is.
//
// Thread-safe. Outlives every `done`.
#ifndef MODELSERVICE_GUARD_LIMITS_REDIS_CLIENT_H_
#define MODELSERVICE_GUARD_LIMITS_REDIS_CLIENT_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "modelservice/base/mutex.h"
#include "modelservice/base/thread.h"
#include "modelservice/guard/limits/redis/connection.h"
#include "modelservice/log.h"

namespace modelservice {

class RedisClient {
 public:
  // Runs on the client's thread, or before Run returns. UNAVAILABLE: no
  // connection, no answer in time, or an error that Redis answered with.
  using Done = absl::AnyInvocable<void(absl::StatusOr<RedisReply>)>;

  struct Options {
    RedisConnection::Options connection;
    absl::Duration timeout;
  };

  explicit RedisClient(Options options);
  // Calls what was not answered with an error.
  ~RedisClient();
  RedisClient(const RedisClient&) = delete;
  RedisClient& operator=(const RedisClient&) = delete;

  // `words` are the script's keys, of which there are `keys`, and its
  // arguments.
  void Run(const std::vector<std::string>& words, size_t keys, Done done);

  // Waits for the first attempt to connect, and says how it ended;
  // RESOURCE_EXHAUSTED when there is no thread to be had, and never a
  // connection.
  absl::Status FirstAttempt();
  // Waits until there is a connection, `timeout` at most.
  bool WaitForConnection(absl::Duration timeout);

  // Connections that were made after another had been lost.
  int64_t reconnects() const {
    return reconnects_.load(std::memory_order_relaxed);
  }

 private:
  struct Call {
    std::string words;  // as they are sent, behind the script
    size_t count;       // of words
    absl::Time deadline;
    Done done;  // null once it has been called
    bool with_script = false;
  };

  void Loop();
  // Until the connection is lost; says why.
  absl::Status Serve(RedisConnection& connection);
  void Send(RedisConnection& connection, Call call);
  // The oldest call's reply. An error: the connection is of no use.
  absl::Status Answer(RedisConnection& connection, RedisReply reply);
  void EndLate(absl::Time now);
  void EndAll(const absl::Status& status);
  void SetConnected(bool connected, const absl::Status& status);
  bool stopping();
  // Waits before the next attempt.
  void Rest(absl::Duration time);
  void Wake();
  void ClearWake();

  const Options options_;
  const std::string script_digest_;

  Mutex mutex_;
  CondVar changed_;
  std::vector<Call> queue_ ABSL_GUARDED_BY(mutex_);  // not sent yet
  bool connected_ ABSL_GUARDED_BY(mutex_) = false;
  bool attempted_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  // Why there is no connection.
  absl::Status status_ ABSL_GUARDED_BY(mutex_);

  // The loop's own.
  std::deque<Call> sent_;
  size_t late_ = 0;   // the first of `sent_` whose `done` was called
  absl::Time heard_;  // the last reply, or the first call after it
  SeldomLog log_;
  std::atomic<size_t> pending_{0};
  std::atomic<int64_t> reconnects_{0};
  int wake_ = -1;
  Thread thread_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_LIMITS_REDIS_CLIENT_H_
