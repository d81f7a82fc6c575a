#include "modelservice/guard/peer_key.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "modelservice/base/url.h"

namespace modelservice {
namespace {

// The first twelve bytes of an IPv4 address in IPv6 (RFC 4291, 2.5.5.2).
constexpr unsigned char kMapped[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

// Newer releases of gRPC write URIs, whose brackets and percent signs are
// escaped. Older ones write "%eth0", which is no escape and stays.
std::string Unescape(absl::string_view text) {
  std::string plain;
  return DecodePercent(text, &plain) ? plain : std::string(text);
}

// "10.0.0.1:5000", "[::1]:5000", "[::1]" and "::1" without port and brackets.
absl::string_view HostOf(absl::string_view text) {
  if (absl::ConsumePrefix(&text, "[")) return text.substr(0, text.find(']'));
  const size_t colon = text.find(':');
  // More than one colon is an IPv6 address.
  return colon == text.rfind(':') ? text.substr(0, colon) : text;
}

template <class Address>
std::string TextOf(int family, const Address& address) {
  char text[INET6_ADDRSTRLEN] = "";
  return inet_ntop(family, &address, text, sizeof(text)) == nullptr ? "" : text;
}

void KeepBits(in6_addr& address, int bits) {
  for (unsigned char& byte : address.s6_addr) {
    const int kept = std::clamp(bits, 0, 8);
    byte &= static_cast<unsigned char>(0xff00 >> kept);
    bits -= 8;
  }
}

}  // namespace

std::string PeerKey(absl::string_view peer, int ipv6_prefix_length) {
  absl::string_view rest = peer;
  if (!absl::ConsumePrefix(&rest, "ipv4:") &&
      !absl::ConsumePrefix(&rest, "ipv6:")) {
    return std::string(peer);
  }
  const std::string plain = Unescape(rest);
  const absl::string_view host = HostOf(plain);
  const size_t percent = std::min(host.find('%'), host.size());
  const std::string address(host.substr(0, percent));
  const absl::string_view zone = host.substr(percent);
  in_addr ipv4;
  in6_addr ipv6;
  if (inet_pton(AF_INET, address.c_str(), &ipv4) == 1) {
    return absl::StrCat("ipv4:", TextOf(AF_INET, ipv4));
  }
  if (inet_pton(AF_INET6, address.c_str(), &ipv6) != 1) {
    return absl::StrCat(peer.substr(0, 5), host);
  }
  if (std::memcmp(ipv6.s6_addr, kMapped, sizeof(kMapped)) == 0) {
    std::memcpy(&ipv4, ipv6.s6_addr + sizeof(kMapped), sizeof(ipv4));
    return absl::StrCat("ipv4:", TextOf(AF_INET, ipv4));
  }
  KeepBits(ipv6, ipv6_prefix_length);
  return absl::StrCat("ipv6:", TextOf(AF_INET6, ipv6), "/", ipv6_prefix_length,
                      zone);
}

}  // namespace modelservice
