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

// A name for a client of a unix socket, at the server's end of the connection:
// "unix:1234:7", of process 1234, at descriptor 7. gRPC does not know it.
std::string PeerOfUnix(int descriptor);
bool IsUnixPeer(absl::string_view peer);

// What connections of one client have in common: its network, or its process.
std::string ClientOf(absl::string_view peer);

// The same, whichever way gRPC writes it: brackets may be escaped, an IPv4
// address be one of IPv6, a zone be named. Equal for one connection.
std::string PeerName(absl::string_view peer);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVER_PEER_NAME_H_
