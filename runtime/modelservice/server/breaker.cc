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

// What is known of a connection that was not looked at for so long is old.
constexpr absl::Duration kOld = absl::Seconds(3);

// Notes the requests that came in part.
void NoteHalfSent(Connections::Connection& connection,
                  const StreamCounts& counts, SteadyTime now) {
  const int64_t empty = counts.begun - counts.messages;
  // Without a call, these are over.
  if (counts.open() == 0) connection.empty_before = empty;
  connection.half_sent =
      std::min(counts.open(), empty - connection.empty_before);
  if (connection.half_sent <= 0) {
    connection.half_sent_since = kNever;
  } else if (connection.half_sent_since == kNever ||
             absl::FromChrono(now - connection.counted) > kOld) {
    connection.half_sent_since = now;
  }
}

bool IsSuspect(const Connections::Connection& connection, int64_t most) {
  return connection.empty > static_cast<double>(most) / 2 ||
         (connection.counts.has_value() &&
          connection.counts->open() > most / 2);
}

}  // namespace

std::vector<Flood> FindFloods(int64_t most, SteadyTime now, bool all,
                              Connections& connections, CountsOf counts_of) {
  std::vector<Flood> floods;
  const auto bound = static_cast<double>(most);
  connections.ForEach([&](Connections::Connection& connection, uint64_t bytes) {
    const uint64_t came = bytes - connection.bytes;
    connection.bytes = bytes;
    if (!all && came < kFewBytes && !IsSuspect(connection, most)) return;
    const std::optional<StreamCounts> counts = counts_of(connection.peer);
    if (!counts.has_value()) return;
    connection.empty = Empty(connection, *counts, bound, now);
    NoteHalfSent(connection, *counts, now);
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
                        "they can be cleared away (max_connection_calls, "
                        "max_connection_resets)")});
    } else if (connection.empty > bound) {
      floods.push_back(
          {connection.peer, absl::StrCat("cancelled ", most,
                                         " calls before their requests came "
                                         "(max_connection_resets)")});
    }
  });
  return floods;
}

std::optional<Flood> FindHalfSent(SteadyTime since, Connections& connections) {
  const Connections::Connection* worst = nullptr;
  connections.ForEach([&](Connections::Connection& connection, uint64_t) {
    if (connection.half_sent_since > since) return;
    if (worst == nullptr || connection.half_sent > worst->half_sent) {
      worst = &connection;
    }
  });
  if (worst == nullptr) return std::nullopt;
  return Flood{worst->peer,
               absl::StrCat(worst->half_sent,
                            " requests that came in part, and the "
                            "memory is needed (max_transport_bytes, "
                            "request_timeout)")};
}

}  // namespace modelservice
