// Where a Redis is, as its URL says:
//
//   redis://[[user]:password@]host[:port][/database]
//   rediss://...                                    the same with TLS
//   unix:/run/redis.sock[?database=1&user=u&password=p]
//
// User and password may hold %-escapes; an IPv6 address stands in brackets.
#ifndef MODELSERVICE_GUARD_LIMITS_REDIS_ADDRESS_H_
#define MODELSERVICE_GUARD_LIMITS_REDIS_ADDRESS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace modelservice {

struct RedisAddress {
  std::string socket;  // a path; else host and port count
  std::string host;
  int port = 6379;
  bool tls = false;
  std::string user;
  std::string password;
  int database = 0;

  // For logs: "redis://host:port", without secrets.
  std::string ToString() const;
};

// INVALID_ARGUMENT, without secrets, for what is no such URL.
absl::StatusOr<RedisAddress> ParseRedisUrl(absl::string_view url);

// Of a reply "MOVED 3999 10.0.0.2:6381": the same Redis Cluster at that node.
// An empty host is the host that answered.
absl::StatusOr<RedisAddress> MovedTo(const RedisAddress& from,
                                     absl::string_view reply);

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_LIMITS_REDIS_ADDRESS_H_
