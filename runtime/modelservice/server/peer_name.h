// Clients' addresses, each in one form.
#ifndef MODELSERVICE_SERVER_PEER_NAME_H_
#define MODELSERVICE_SERVER_PEER_NAME_H_

#include <sys/socket.h>

#include <string>

#include "absl/strings/string_view.h"

namespace modelservice {

// The address and port of a connection, as gRPC writes them:
// "ipv4:127.0.0.1:5000", "ipv6:[::1]:5000". Empty for other families: clients
// of unix sockets have no names.
std::string PeerOf(const sockaddr_storage& address);

// The same, whichever way gRPC writes it: brackets may be escaped, an IPv4
// address be one of IPv6, a zone be named. Equal for one connection.
std::string PeerName(absl::string_view peer);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVER_PEER_NAME_H_
