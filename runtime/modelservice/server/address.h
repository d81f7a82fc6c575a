// The sockets of an address that a server listens on.
#ifndef MODELSERVICE_SERVER_ADDRESS_H_
#define MODELSERVICE_SERVER_ADDRESS_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace modelservice {

// Sockets that listen; closed with the object.
class ListeningSockets {
 public:
  // host:port, with port 0 for a free one; [host]:port for IPv6; unix:path. A
  // name is all addresses that it has, and 0.0.0.0 and :: are all of the
  // machine. Messages for people.
  static absl::StatusOr<ListeningSockets> Open(absl::string_view address);

  ListeningSockets(ListeningSockets&& other) noexcept;
  ListeningSockets& operator=(ListeningSockets&&) = delete;
  ~ListeningSockets() { Close(); }

  const std::vector<int>& sockets() const { return sockets_; }
  // With the port that a port 0 became.
  const std::string& address() const { return address_; }
  bool is_unix() const { return !path_.empty(); }

  void Close();

 private:
  ListeningSockets() = default;
  absl::Status OpenUnix(absl::string_view path);
  absl::Status OpenInternet(absl::string_view address);

  std::vector<int> sockets_;
  std::string address_;
  std::string path_;  // of the file of a unix socket, and its number
  ino_t file_ = 0;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVER_ADDRESS_H_
