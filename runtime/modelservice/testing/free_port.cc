#include "modelservice/testing/free_port.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <random>

namespace modelservice {

namespace {

// Whether nobody listens on it, and nobody has it for a connection.
bool IsFree(int port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  const bool is_free = bind(descriptor, reinterpret_cast<sockaddr*>(&address),
                            sizeof(address)) == 0;
  close(descriptor);
  return is_free;
}

}  // namespace

int FreePort() {
  // Below those that Linux gives to connections, of which one could take it
  // before a server does, or while that is not running.
  std::uniform_int_distribution<int> ports(20000, 32767);
  std::random_device random;
  for (int i = 0; i < 1000; ++i) {
    const int port = ports(random);
    if (IsFree(port)) return port;
  }
  return 0;
}

}  // namespace modelservice
