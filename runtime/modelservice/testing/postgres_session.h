// One connection to a test's own PostgreSQL server, for statements without
// rows. It speaks the protocol itself, for what links this needs no libpq; a
// program of PostgreSQL's for each statement takes more time than most tests.
#ifndef MODELSERVICE_TESTING_POSTGRES_SESSION_H_
#define MODELSERVICE_TESTING_POSTGRES_SESSION_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace modelservice {

// Not thread-safe.
class PostgresSession {
 public:
  // As the superuser `postgres`, whom the server trusts, in the database of
  // that name. `socket` is a unix socket's path.
  static absl::StatusOr<std::unique_ptr<PostgresSession>> Open(
      const std::string& socket);
  ~PostgresSession();

  PostgresSession(const PostgresSession&) = delete;
  PostgresSession& operator=(const PostgresSession&) = delete;

  // Unavailable when the server is gone, and else what it says.
  absl::Status Run(absl::string_view sql);

 private:
  explicit PostgresSession(int socket) : socket_(socket) {}
  absl::Status Send(absl::string_view bytes);
  absl::Status Receive(size_t size, std::string* bytes);
  // Reads until the server waits for a statement.
  absl::Status AwaitReady();

  const int socket_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_TESTING_POSTGRES_SESSION_H_
