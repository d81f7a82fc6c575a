// A connection for tests of what is done to those of a server.
#ifndef MODELSERVICE_SERVER_CONNECTIONS_TEST_SUPPORT_H_
#define MODELSERVICE_SERVER_CONNECTIONS_TEST_SUPPORT_H_

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "modelservice/server/peer_name.h"

namespace modelservice {

// A connection on the loopback interface, with both of its ends.
class LoopbackPair {
 public:
  LoopbackPair() {
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(listener, any, size), 0);
    EXPECT_EQ(listen(listener, 1), 0);
    EXPECT_EQ(getsockname(listener, any, &size), 0);
    client_ = socket(AF_INET, SOCK_STREAM, 0);
    EXPECT_EQ(connect(client_, any, size), 0);
    sockaddr_storage peer = {};
    size = sizeof(peer);
    server_ = accept(listener, reinterpret_cast<sockaddr*>(&peer), &size);
    peer_ = PeerOf(peer);
    close(listener);
  }
  ~LoopbackPair() {
    CloseServer();
    close(client_);
  }

  int server() const { return server_; }
  const std::string& peer() const { return peer_; }
  void CloseServer() {
    if (server_ >= 0) close(server_);
    server_ = -1;
  }
  // Sends, and waits until it has come.
  void Send(size_t bytes) {
    const std::string text(bytes, 'x');
    ASSERT_EQ(send(client_, text.data(), bytes, 0),
              static_cast<ssize_t>(bytes));
    std::string got(bytes, ' ');
    ASSERT_EQ(recv(server_, got.data(), bytes, MSG_WAITALL),
              static_cast<ssize_t>(bytes));
  }
  // How many of so many bytes come to the client.
  size_t Receive(size_t bytes) const {
    std::string got(bytes, ' ');
    return static_cast<size_t>(recv(client_, got.data(), bytes, MSG_WAITALL));
  }
  // Whether the client sees the end.
  bool IsCut() const {
    pollfd end = {client_, POLLIN, 0};
    char byte;
    return poll(&end, 1, 30000) == 1 && recv(client_, &byte, 1, 0) <= 0;
  }

 private:
  int client_ = -1;
  int server_ = -1;
  std::string peer_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVER_CONNECTIONS_TEST_SUPPORT_H_
