// The part of a client's address that limits count by.
#ifndef MODELSERVICE_GUARD_PEER_KEY_H_
#define MODELSERVICE_GUARD_PEER_KEY_H_

#include <string>

#include "absl/strings/string_view.h"

namespace modelservice {

// Of `peer`, as gRPC writes it: the address without the port.
//
//   ipv4:10.0.0.1:5000                 ipv4:10.0.0.1
//   ipv6:[::ffff:10.0.0.1]:5000        ipv4:10.0.0.1
//   ipv6:[2001:db8::1]:5000            ipv6:2001:db8::/64
//   ipv6:%5Bfe80::1%25eth0%5D:5000     ipv6:fe80::/64%eth0
//   unix:/run/shop                     unix:/run/shop
//
// Of IPv6 the first `ipv6_prefix_length` bits, from 1 to 128, for a customer
// of a provider has 2^64 addresses or more and would have a count for each. A
// zone stays: the same link-local network on another interface is another one.
std::string PeerKey(absl::string_view peer, int ipv6_prefix_length);

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_PEER_KEY_H_
