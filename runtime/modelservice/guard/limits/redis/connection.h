// One connection to a Redis that is logged in and knows a script: commands go
// out in a pipeline, replies come back in their order.
//
// Not thread-safe.
#ifndef MODELSERVICE_GUARD_LIMITS_REDIS_CONNECTION_H_
#define MODELSERVICE_GUARD_LIMITS_REDIS_CONNECTION_H_

#include <hiredis/hiredis.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "modelservice/guard/limits/redis/address.h"
#include "modelservice/guard/limits/redis/transport.h"

namespace modelservice {

struct RedisReplyDeleter {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using RedisReply = std::unique_ptr<redisReply, RedisReplyDeleter>;

// The text of a string, a status or an error.
inline absl::string_view ReplyText(const redisReply& reply) {
  return reply.str == nullptr ? absl::string_view()
                              : absl::string_view(reply.str, reply.len);
}

// Adds a word to a command, as Redis reads it.
void AppendWord(absl::string_view word, std::string* bytes);
// A whole command.
std::string RedisCommand(absl::Span<const absl::string_view> words);

class RedisConnection {
 public:
  struct Options {
    RedisAddress address;
    std::shared_ptr<SSL_CTX> ssl_context;  // for TLS
    std::string script;                    // to be loaded
    std::string key;  // of a Redis Cluster, the node that has this key is found
  };

  // Waits until `until` (MonotonicNow) at most, or until `wake` is readable.
  // UNAVAILABLE when there is no Redis that answers; PERMISSION_DENIED when it
  // does not take user and password; INVALID_ARGUMENT for another setting that
  // it does not take.
  static absl::StatusOr<std::unique_ptr<RedisConnection>> Open(
      const Options& options, absl::Time until, int wake);

  ~RedisConnection();
  RedisConnection(const RedisConnection&) = delete;
  RedisConnection& operator=(const RedisConnection&) = delete;

  void Send(absl::string_view bytes) { absl::StrAppend(&output_, bytes); }
  // Writes what can be written now.
  absl::Status Flush();
  // The next reply; null when there is none yet.
  absl::StatusOr<RedisReply> Receive();
  // Until there is something to read, or to write where that was not all;
  // `until` or `wake` end it sooner.
  void Wait(absl::Time until, int wake) const;

 private:
  explicit RedisConnection(std::unique_ptr<RedisTransport> transport);
  // Waits for the next reply; an error that Redis answers with is one.
  absl::Status Call(absl::Span<const absl::string_view> words, absl::Time until,
                    int wake);
  absl::Status LogIn(const Options& options, absl::Time until, int wake);

  std::unique_ptr<RedisTransport> transport_;
  redisReader* reader_;
  std::string output_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_LIMITS_REDIS_CONNECTION_H_
