// Stands between a client and a server, and loses answers.
#ifndef MODELSERVICE_TESTS_CLIENT_LOSSY_PROXY_H_
#define MODELSERVICE_TESTS_CLIENT_LOSSY_PROXY_H_

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace notes {

class LossyProxy {
 public:
  // `server` is "127.0.0.1:port".
  explicit LossyProxy(const std::string& server) {
    int port = 0;
    if (!absl::SimpleAtoi(server.substr(server.rfind(':') + 1), &port)) {
      std::abort();
    }
    server_ = At(port);
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in mine = At(0);
    socklen_t size = sizeof(mine);
    if (bind(listener_, reinterpret_cast<sockaddr*>(&mine), size) != 0 ||
        listen(listener_, 10) != 0 ||
        getsockname(listener_, reinterpret_cast<sockaddr*>(&mine), &size) !=
            0) {
      std::abort();
    }
    address_ = absl::StrCat("127.0.0.1:", ntohs(mine.sin_port));
    accepts_ = std::thread([this] { Accept(); });
  }
  ~LossyProxy() {
    over_ = true;
    accepts_.join();
    for (std::thread& connection : connections_) connection.join();
    close(listener_);
  }

  const std::string& address() const { return address_; }
  // The next answer does not come: the server has given it, and the connection
  // breaks.
  void LoseNext() { loses_ = true; }
  int lost() const { return lost_; }
  // From now on nothing goes through, and no connection ends.
  void Stall() { stalls_ = true; }

 private:
  static sockaddr_in At(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(port));
    return address;
  }

  // Whether there is something to read, or the end, before the proxy ends.
  bool Waits(int client, int server, std::array<pollfd, 2>* both) {
    *both = {{{client, POLLIN, 0}, {server, POLLIN, 0}}};
    while (!over_) {
      if (poll(both->data(), both->size(), 20) > 0 && !stalls_) return true;
    }
    return false;
  }

  void Accept() {
    while (!over_) {
      pollfd waits{listener_, POLLIN, 0};
      if (poll(&waits, 1, 20) <= 0) continue;
      const int client = accept(listener_, nullptr, nullptr);
      connections_.emplace_back([this, client] { Serve(client); });
    }
  }

  void Serve(int client) {
    const int server = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to = server_;
    std::array<pollfd, 2> both;
    if (connect(server, reinterpret_cast<sockaddr*>(&to), sizeof(to)) == 0) {
      while (Waits(client, server, &both) && Move(both[0], server, false) &&
             Move(both[1], client, loses_)) {
      }
    }
    close(client);
    close(server);
  }

  // Whether an answer begins in what a server sent: all else is between the
  // two connections (RFC 9113, 4.1).
  static bool HasHeaders(const char* bytes, ssize_t size) {
    const auto at = [bytes](ssize_t i) {
      return static_cast<ssize_t>(static_cast<unsigned char>(bytes[i]));
    };
    constexpr ssize_t kFrameHeader = 9;
    for (ssize_t i = 0; i + kFrameHeader <= size;
         i += kFrameHeader + (at(i) << 16 | at(i + 1) << 8 | at(i + 2))) {
      if (at(i + 3) == 1) return true;
    }
    return false;
  }

  // False at the end of a connection, and when what came is lost.
  bool Move(const pollfd& from, int to, bool loses) {
    if (from.revents == 0) return true;
    std::array<char, 16384> bytes;
    const ssize_t size = recv(from.fd, bytes.data(), bytes.size(), 0);
    if (size <= 0) return false;
    if (loses && HasHeaders(bytes.data(), size)) {
      loses_ = false;
      ++lost_;
      return false;
    }
    return send(to, bytes.data(), static_cast<size_t>(size), MSG_NOSIGNAL) ==
           size;
  }

  sockaddr_in server_{};
  std::string address_;
  int listener_ = -1;
  std::atomic<bool> over_{false};
  std::atomic<bool> loses_{false};
  std::atomic<bool> stalls_{false};
  std::atomic<int> lost_{0};
  std::thread accepts_;
  std::vector<std::thread> connections_;
};

}  // namespace notes

#endif  // MODELSERVICE_TESTS_CLIENT_LOSSY_PROXY_H_
