#include "modelservice/server/peer_name.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/guard/peer_key.h"

namespace modelservice {
namespace {

constexpr absl::string_view kUnix = "unix:";

// Addresses of IPv6 of one client share it.
constexpr int kAddressBits = 64;

}  // namespace

std::string PeerOf(const sockaddr_storage& address) {
  char host[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET) {
    const auto& four = reinterpret_cast<const sockaddr_in&>(address);
    inet_ntop(AF_INET, &four.sin_addr, host, sizeof(host));
    return absl::StrCat("ipv4:", host, ":", ntohs(four.sin_port));
  }
  if (address.ss_family != AF_INET6) return "";
  const auto& six = reinterpret_cast<const sockaddr_in6&>(address);
  inet_ntop(AF_INET6, &six.sin6_addr, host, sizeof(host));
  return absl::StrCat("ipv6:[", host, "]:", ntohs(six.sin6_port));
}

std::string PeerOfUnix(int descriptor) {
  ucred client = {};
  socklen_t size = sizeof(client);
  getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &client, &size);
  return absl::StrCat(kUnix, client.pid, ":", descriptor);
}

bool IsUnixPeer(absl::string_view peer) {
  return absl::StartsWith(peer, kUnix);
}

std::string ClientOf(absl::string_view peer) {
  if (IsUnixPeer(peer)) return std::string(peer.substr(0, peer.rfind(':')));
  return PeerKey(peer, kAddressBits);
}

std::string PeerName(absl::string_view peer) {
  const size_t colon = peer.rfind(':');
  if (colon == absl::string_view::npos || IsUnixPeer(peer)) {
    return std::string(peer);
  }
  std::string name = PeerKey(peer, /*ipv6_prefix_length=*/128);
  name.resize(std::min(name.find('%'), name.size()));
  return absl::StrCat(name, peer.substr(colon));
}

}  // namespace modelservice
