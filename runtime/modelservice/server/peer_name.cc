#include "modelservice/server/peer_name.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "modelservice/guard/peer_key.h"

namespace modelservice {

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

std::string PeerName(absl::string_view peer) {
  const size_t colon = peer.rfind(':');
  if (colon == absl::string_view::npos) return std::string(peer);
  std::string name = PeerKey(peer, /*ipv6_prefix_length=*/128);
  name.resize(std::min(name.find('%'), name.size()));
  return absl::StrCat(name, peer.substr(colon));
}

}  // namespace modelservice
