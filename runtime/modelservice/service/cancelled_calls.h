// Connections whose calls are cancelled before they begin: somebody opens calls
// and resets them faster than they can be dropped ("rapid reset"), and
// everybody else waits while they are read.
//
// Thread-safe.
#ifndef MODELSERVICE_SERVICE_CANCELLED_CALLS_H_
#define MODELSERVICE_SERVICE_CANCELLED_CALLS_H_

#include <functional>
#include <map>
#include <string>

#include "modelservice/base/clock.h"
#include "modelservice/base/mutex.h"
#include "modelservice/log.h"

namespace modelservice {

class CancelledCalls {
 public:
  // Takes the connection of a peer, as gRPC writes it ("ipv4:127.0.0.1:5000"),
  // away. On any thread; must not block.
  using Drop = std::function<void(const std::string& peer)>;

  // A connection may have `most` such calls at once, and as many again in each
  // half minute.
  CancelledCalls(int most, Drop drop) : most_(most), drop_(std::move(drop)) {}

  // One more, of this peer.
  void Count(const std::string& peer) { Count(peer, SteadyNow()); }
  // The same at a time of the caller's, for tests.
  void Count(const std::string& peer, SteadyTime now);

 private:
  struct Peer {
    double left;
    SteadyTime at;
  };
  // What the peer may still have, by now.
  double LeftOf(const Peer& peer, SteadyTime now) const;
  // Forgets those that may have all again.
  void Sweep(SteadyTime now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const double most_;
  const Drop drop_;
  Mutex mutex_;
  std::map<std::string, Peer> peers_ ABSL_GUARDED_BY(mutex_);
  size_t sweep_at_ ABSL_GUARDED_BY(mutex_) = 1000;
  SeldomLog log_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_CANCELLED_CALLS_H_
