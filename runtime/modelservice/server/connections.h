// The connections that gRPC has: it alone knows when it closes one, and cannot
// be told to.
#ifndef MODELSERVICE_SERVER_CONNECTIONS_H_
#define MODELSERVICE_SERVER_CONNECTIONS_H_

#include <sys/socket.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "modelservice/base/clock.h"
#include "modelservice/server/stream_counts.h"

namespace modelservice {

// Not thread-safe.
class Connections {
 public:
  struct Connection {
    int descriptor = -1;
    ino_t socket = 0;  // its number: the descriptor may become something else
    std::string peer;  // as PeerName has it
    // Bytes that came, when they were last looked at. Nobody counts those of
    // unix sockets: these are the ones that were found waiting.
    uint64_t bytes = 0;
    // The breaker's: what gRPC counted, and when; and the calls without a
    // request that are held against it.
    std::optional<StreamCounts> counts;
    SteadyTime counted;
    double empty = 0;
    // Those it had when it had no open call; and the requests that came in
    // part.
    int64_t empty_before = 0;
    int64_t half_sent = 0;
    SteadyTime half_sent_since = kNever;
    // Whether it may have more bytes wait.
    bool large = false;
  };

  void Add(int descriptor, const std::string& peer);
  // Those that were added, of which some may be closed by now.
  size_t size() const { return open_.size(); }
  // Forgets those that are.
  void Sweep();
  // Cuts that of `peer`, which is as gRPC writes it. False when there is none.
  bool Cut(absl::string_view peer);
  // Closes those for which `is_idle` says so, of those whose clients have
  // received all that was sent to them.
  void CloseIf(absl::FunctionRef<bool(const Connection&)> is_idle);

  // Of bytes that wait to be read.
  static void SetReceiveBuffer(int descriptor, int bytes);

  // Calls `look` with each, and the bytes that came in all.
  void ForEach(absl::FunctionRef<void(Connection&, uint64_t bytes)> look);

 private:
  static bool IsOpen(int descriptor, const Connection& connection);

  std::map<int, Connection> open_;
  // The descriptors of those with names.
  std::map<std::string, int> named_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVER_CONNECTIONS_H_
