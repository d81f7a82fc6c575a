#include "modelservice/server/breaker.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace modelservice {
namespace {

// Of which a hundred calls can be made; asking gRPC what it counts is not for
// nothing.
constexpr uint64_t kFewBytes = 4096;

// gRPC reads at once what waits of a connection, and sees the end of it behind
// that: of small calls it should not be many. A client that sends large ones,
// of so many bytes each, may have more wait, so that it need not wait for
// answers from the other end of the world.
constexpr uint64_t kManyBytes = 1 << 20;
constexpr uint64_t kLargeCall = 1 << 10;
constexpr int kLargeBuffer = 256 << 10;

// In which calls without a request are forgotten.
constexpr absl::Duration kPeriod = absl::Seconds(30);

// The calls without a request, after those that `counts` has.
double Empty(const Connections::Connection& connection,
             const StreamCounts& counts, double most, SteadyTime now) {
  const auto of = [](const StreamCounts& c) {
    return static_cast<double>(c.begun - c.messages);
  };
  // What there was before anybody looked may be of a long time.
  if (!connection.counts.has_value()) {
    return std::clamp(of(counts), 0.0, most / 2);
  }
  // Streams of requests have more than one: that is not held in their favour.
  const double come =
      std::max(0.0, connection.empty + of(counts) - of(*connection.counts));
  const absl::Duration passed = absl::FromChrono(now - connection.counted);
  return std::max(0.0, come - most * absl::FDivDuration(passed, kPeriod));
}

}  // namespace

std::vector<Flood> FindFloods(
    int64_t most, SteadyTime now, Connections& connections,
    absl::FunctionRef<std::optional<StreamCounts>(const std::string& peer)>
        counts_of) {
  std::vector<Flood> floods;
  const auto bound = static_cast<double>(most);
  connections.ForEach([&](Connections::Connection& connection, uint64_t bytes) {
    const uint64_t came = bytes - connection.bytes;
    connection.bytes = bytes;
    const bool suspect =
        connection.empty > bound / 2 ||
        (connection.counts.has_value() && connection.counts->open() > most / 2);
    if (came < kFewBytes && !suspect) return;
    const std::optional<StreamCounts> counts = counts_of(connection.peer);
    if (!counts.has_value()) return;
    connection.empty = Empty(connection, *counts, bound, now);
    connection.counts = counts;
    connection.counted = now;
    if (!connection.large && bytes > kManyBytes &&
        bytes / kLargeCall > static_cast<uint64_t>(counts->begun)) {
      connection.large = true;
      Connections::SetReceiveBuffer(connection.descriptor, kLargeBuffer);
    }
    if (counts->open() > most) {
      floods.push_back(
          {connection.peer,
           absl::StrCat(counts->open(),
                        " calls that are open, or were cancelled faster than "
                        "they can be cleared away")});
    } else if (connection.empty > bound) {
      floods.push_back(
          {connection.peer, absl::StrCat("cancelled ", most,
                                         " calls before their requests came")});
    }
  });
  return floods;
}

}  // namespace modelservice
