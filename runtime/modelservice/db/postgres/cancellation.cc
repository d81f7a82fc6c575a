#include "modelservice/db/postgres/cancellation.h"

#include <utility>

#include "modelservice/base/thread.h"
#include "modelservice/db/postgres/libpq.h"

namespace modelservice::postgres {

std::shared_ptr<const Cancellation> Cancellation::Start(PGconn* connection) {
  auto cancellation = std::make_shared<Cancellation>();
  Libpq<PGcancel> request(PQgetCancel(connection));
  if (request == nullptr) {
    cancellation->sent_.store(true, std::memory_order_release);
    return cancellation;
  }
  const absl::Status started = Thread::Detach(
      "a cancellation", [cancellation, request = std::move(request)] {
        char error[256];
        PQcancel(request.get(), error, sizeof(error));
        cancellation->sent_.store(true, std::memory_order_release);
      });
  if (!started.ok()) cancellation->sent_ = true;
  return cancellation;
}

}  // namespace modelservice::postgres
