// The connections that gRPC has: it alone knows when it closes one, and cannot
// be told to.
#ifndef MODELSERVICE_SERVER_CONNECTIONS_H_
#define MODELSERVICE_SERVER_CONNECTIONS_H_

#include <sys/socket.h>
#include <sys/types.h>

#include <cstddef>
#include <map>

#include "absl/strings/string_view.h"

namespace modelservice {

// Not thread-safe.
class Connections {
 public:
  void Add(int descriptor, const sockaddr_storage& peer);
  // Those that were added, of which some may be closed by now.
  size_t size() const { return open_.size(); }
  // Forgets those that are.
  void Sweep();
  // Cuts that of `peer`, which is as gRPC writes it: "ipv4:127.0.0.1:5000",
  // "ipv6:%5B::1%5D:5000". False when there is none.
  bool Cut(absl::string_view peer);

 private:
  struct Connection {
    ino_t socket;  // its number: the descriptor may become something else
    sockaddr_storage peer;
  };
  static bool IsOpen(int descriptor, const Connection& connection);

  std::map<int, Connection> open_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVER_CONNECTIONS_H_
