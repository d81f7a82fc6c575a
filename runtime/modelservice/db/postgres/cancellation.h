// A request to the server to cancel what a connection is running.
#ifndef MODELSERVICE_DB_POSTGRES_CANCELLATION_H_
#define MODELSERVICE_DB_POSTGRES_CANCELLATION_H_

#include <libpq-fe.h>

#include <atomic>
#include <memory>

namespace modelservice::postgres {

// It goes over a connection of its own, which may take as long as the network
// likes: so it has a thread of its own too, that nobody has to wait for. But
// the connection must not run anything else until `sent`, for that would be
// cancelled instead.
class Cancellation {
 public:
  static std::shared_ptr<const Cancellation> Start(PGconn* connection);

  // Whether the server has taken note, or could not be asked.
  bool sent() const { return sent_.load(std::memory_order_acquire); }

 private:
  std::atomic<bool> sent_{false};
};

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_CANCELLATION_H_
