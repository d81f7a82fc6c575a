#include "modelservice/server/connections.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/stat.h>

#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace modelservice {
namespace {

// Whether `text`, as gRPC writes it, is this address.
bool IsAddress(absl::string_view text, const sockaddr_storage& address) {
  char host[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET) {
    const auto& four = reinterpret_cast<const sockaddr_in&>(address);
    inet_ntop(AF_INET, &four.sin_addr, host, sizeof(host));
    return text == absl::StrCat("ipv4:", host, ":", ntohs(four.sin_port));
  }
  if (address.ss_family != AF_INET6) return false;
  const auto& six = reinterpret_cast<const sockaddr_in6&>(address);
  const std::string port = absl::StrCat(":", ntohs(six.sin6_port));
  if (!absl::ConsumeSuffix(&text, port)) return false;
  inet_ntop(AF_INET6, &six.sin6_addr, host, sizeof(host));
  absl::string_view plain = host;
  if (absl::ConsumePrefix(&plain, "::ffff:")) {
    return text == absl::StrCat("ipv4:", plain);
  }
  // With its brackets escaped, or not; behind it there may be a scope.
  return absl::ConsumePrefix(&text, "ipv6:") &&
         (absl::ConsumePrefix(&text, "%5B") ||
          absl::ConsumePrefix(&text, "[")) &&
         absl::ConsumePrefix(&text, plain) &&
         (text == "]" || text == "%5D" || absl::StartsWith(text, "%25"));
}

}  // namespace

void Connections::Add(int descriptor, const sockaddr_storage& peer) {
  struct stat socket;
  if (fstat(descriptor, &socket) != 0) return;
  open_[descriptor] = {socket.st_ino, peer};
}

bool Connections::IsOpen(int descriptor, const Connection& connection) {
  struct stat now;
  return fstat(descriptor, &now) == 0 && S_ISSOCK(now.st_mode) &&
         now.st_ino == connection.socket;
}

void Connections::Sweep() {
  for (auto connection = open_.begin(); connection != open_.end();) {
    connection = IsOpen(connection->first, connection->second)
                     ? std::next(connection)
                     : open_.erase(connection);
  }
}

bool Connections::Cut(absl::string_view peer) {
  for (const auto& [descriptor, connection] : open_) {
    if (!IsAddress(peer, connection.peer) || !IsOpen(descriptor, connection)) {
      continue;
    }
    // Disconnects it and forgets what was received: what shutdown() leaves to
    // read may be thousands of calls. gRPC sees the end of it, and closes it.
    sockaddr nobody = {};
    nobody.sa_family = AF_UNSPEC;
    return connect(descriptor, &nobody, sizeof(nobody)) == 0;
  }
  return false;
}

}  // namespace modelservice
