// Finds the connections that bring more calls than can be cleared away.
//
// A client that opens calls and resets them at once ("rapid reset") is within
// its bound of calls at a time, for a call that is reset does not count. But
// each takes gRPC some time and up to twenty kilobytes until it is cleared
// away, on threads that all connections share: of gRPC 1.51 seventy thousand,
// three megabytes, take a gigabyte, and the others wait for half a minute. The
// same goes for a client that never says that it knows its bound, which gRPC
// then does not hold it to. Other frames are cheap.
//
//   const auto counts_of = [&](const auto& peer) { return ...; };
//   for (const Flood& flood :
//        FindFloods(2000, SteadyNow(), false, connections, counts_of)) { ... }
#ifndef MODELSERVICE_SERVER_BREAKER_H_
#define MODELSERVICE_SERVER_BREAKER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "modelservice/base/clock.h"
#include "modelservice/server/connections.h"
#include "modelservice/server/stream_counts.h"

namespace modelservice {

struct Flood {
  std::string peer;
  std::string what;  // it has, in words
};

using CountsOf =
    absl::FunctionRef<std::optional<StreamCounts>(const std::string& peer)>;

// A connection may have `most` calls that are not cleared away, those that are
// open among them, and in half a minute `most` whose request did not come.
// These are the ones that have more, of the connections that bring something,
// and of those that were half as bad at the last look; or of all, where `all`
// says so.
std::vector<Flood> FindFloods(int64_t most, SteadyTime now, bool all,
                              Connections& connections, CountsOf counts_of);

// For when memory runs short: the connection with the most requests that came
// in part, of those that have had some all the time since `since`. Behind a
// FindFloods that looked at all.
std::optional<Flood> FindHalfSent(SteadyTime since, Connections& connections);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVER_BREAKER_H_
