// Clients whose address has just had a connection cut: they come back at once,
// and would go on where they were cut off. So their next connections are taken
// one a second for half a minute, and wait here.
//
//   lane.Add(address, now);  // one was cut
//   switch (lane.Take(address, waiting, now)) { ... }
//   for (const auto& waiting : lane.Due(now)) { ... }
//
// Not thread-safe.
#ifndef MODELSERVICE_SERVER_SLOW_LANE_H_
#define MODELSERVICE_SERVER_SLOW_LANE_H_

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "modelservice/base/clock.h"

namespace modelservice {

class SlowLane {
 public:
  // Descriptors: of a connection, and of where it came in.
  struct Connection {
    int listener;
    int descriptor;
    std::string peer;
  };
  enum class Way { kGo, kWait, kFull };

  SlowLane() = default;
  // Closes what waits.
  ~SlowLane() { Clear(); }
  SlowLane(const SlowLane&) = delete;
  SlowLane& operator=(const SlowLane&) = delete;

  // From here on connections from `address` wait.
  void Add(const std::string& address, SteadyTime now);
  // A new one: goes on, waits here, or has no room to wait.
  Way Take(const std::string& address, const Connection& connection,
           SteadyTime now);
  // Those whose turn has come, which are the caller's again.
  std::vector<Connection> Due(SteadyTime now);

  bool empty() const { return waiting_ == 0; }
  void Clear();

 private:
  struct Address {
    SteadyTime until;  // when all is forgiven
    SteadyTime next;   // when one may go on
    std::deque<Connection> waiting;
  };
  void ForgetOld(SteadyTime now);

  std::map<std::string, Address> addresses_;
  size_t waiting_ = 0;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVER_SLOW_LANE_H_
