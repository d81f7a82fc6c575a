// The sockets of the addresses that a server listens on.
#ifndef MODELSERVICE_SERVER_ADDRESS_H_
#define MODELSERVICE_SERVER_ADDRESS_H_

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace modelservice {

// Sockets that listen; closed with the object.
class ListeningSockets {
 public:
  // host:port, with port 0 for a free one; [host]:port for IPv6; unix:path; or
  // several of them with commas between. A name is all addresses that it has,
  // and 0.0.0.0 and :: are all of the machine. Messages for people.
  static absl::StatusOr<ListeningSockets> Open(absl::string_view addresses);

  ListeningSockets(ListeningSockets&& other) noexcept;
  ListeningSockets& operator=(ListeningSockets&&) = delete;
  ~ListeningSockets() { Close(); }

  const std::vector<int>& sockets() const { return sockets_; }
  // Those given, with the port that a port 0 became.
  const std::string& address() const { return address_; }

  void Close();

 private:
  ListeningSockets() = default;
  // How the address is shown.
  absl::StatusOr<std::string> OpenUnix(absl::string_view path);
  absl::StatusOr<std::string> OpenInternet(absl::string_view address);

  std::vector<int> sockets_;
  std::string address_;
  // Of unix sockets: the path, and the number that the file has there.
  std::vector<std::pair<std::string, ino_t>> files_;
};

// Those that `addresses` has, each without blanks around it.
std::vector<absl::string_view> EachAddress(absl::string_view addresses);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVER_ADDRESS_H_
