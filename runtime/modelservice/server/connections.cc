#include "modelservice/server/connections.h"

// For all of tcp_info; the C library's header has the beginning of it.
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <iterator>
#include <optional>

#include "modelservice/server/peer_name.h"

namespace modelservice {
namespace {

// None for what is no such connection any more.
std::optional<uint64_t> BytesReceived(
    const Connections::Connection& connection) {
  const int descriptor = connection.descriptor;
  if (IsUnixPeer(connection.peer)) {
    // Who brings more than can be read always has something wait.
    int waiting = 0;
    if (ioctl(descriptor, FIONREAD, &waiting) != 0) return std::nullopt;
    return connection.bytes + static_cast<uint64_t>(waiting);
  }
  tcp_info info = {};
  socklen_t size = sizeof(info);
  if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) {
    return std::nullopt;
  }
  return info.tcpi_bytes_received;
}

// Whether the client's machine has all that was sent to it. gRPC keeps nothing
// back while there is room.
bool HasSentAll(const Connections::Connection& connection) {
  if (!IsUnixPeer(connection.peer)) {
    int unsent = 0;
    return ioctl(connection.descriptor, SIOCOUTQ, &unsent) == 0 && unsent == 0;
  }
  // Of a unix socket what was sent is the client's, read or not.
  pollfd room = {connection.descriptor, POLLOUT, 0};
  return poll(&room, 1, 0) == 1 && (room.revents & POLLOUT) != 0;
}

}  // namespace

void Connections::Add(int descriptor, const std::string& peer) {
  struct stat socket;
  if (fstat(descriptor, &socket) != 0) return;
  const std::string name = PeerName(peer);
  // What had the descriptor before is closed.
  if (const auto old = open_.find(descriptor); old != open_.end()) {
    const auto named = named_.find(old->second.peer);
    if (named != named_.end() && named->second == descriptor) {
      named_.erase(named);
    }
  }
  Connection& connection = open_[descriptor];
  connection = Connection();
  connection.descriptor = descriptor;
  connection.socket = socket.st_ino;
  connection.peer = name;
  if (!name.empty()) named_[name] = descriptor;
}

bool Connections::IsOpen(int descriptor, const Connection& connection) {
  struct stat now;
  return fstat(descriptor, &now) == 0 && S_ISSOCK(now.st_mode) &&
         now.st_ino == connection.socket;
}

void Connections::Sweep() {
  for (auto entry = open_.begin(); entry != open_.end();) {
    const auto& [descriptor, connection] = *entry;
    if (IsOpen(descriptor, connection)) {
      ++entry;
      continue;
    }
    const auto named = named_.find(connection.peer);
    if (named != named_.end() && named->second == descriptor) {
      named_.erase(named);
    }
    entry = open_.erase(entry);
  }
}

bool Connections::Cut(absl::string_view peer) {
  const auto named = named_.find(PeerName(peer));
  if (named == named_.end()) return false;
  const int descriptor = named->second;
  const auto found = open_.find(descriptor);
  if (found == open_.end() || !IsOpen(descriptor, found->second)) return false;
  if (IsUnixPeer(peer)) {
    // Nothing more comes; and what has come is not for gRPC.
    if (shutdown(descriptor, SHUT_RDWR) != 0) return false;
    char unread[4096];
    while (recv(descriptor, unread, sizeof(unread), MSG_DONTWAIT) > 0) {
    }
    return true;
  }
  // Disconnects it and forgets what was received: what shutdown() leaves to
  // read may be thousands of calls. gRPC sees the end of it, and closes it.
  sockaddr nobody = {};
  nobody.sa_family = AF_UNSPEC;
  return connect(descriptor, &nobody, sizeof(nobody)) == 0;
}

void Connections::CloseIf(absl::FunctionRef<bool(const Connection&)> is_idle) {
  for (const auto& [descriptor, connection] : open_) {
    if (IsOpen(descriptor, connection) && is_idle(connection) &&
        HasSentAll(connection)) {
      shutdown(descriptor, SHUT_RDWR);
    }
  }
}

void Connections::SetReceiveBuffer(int descriptor, int bytes) {
  setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
}

void Connections::ForEach(
    absl::FunctionRef<void(Connection&, uint64_t bytes)> look) {
  for (auto& [descriptor, connection] : open_) {
    const std::optional<uint64_t> bytes = BytesReceived(connection);
    if (!bytes.has_value()) continue;
    // Else it may be something else's by now.
    if (*bytes == connection.bytes || IsOpen(descriptor, connection)) {
      look(connection, *bytes);
    }
  }
}

}  // namespace modelservice
