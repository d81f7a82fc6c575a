#include "modelservice/server/address.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace modelservice {
namespace {

// Connections that wait until they are taken; the system may allow fewer.
constexpr int kBacklog = 4096;

std::string Reason() { return std::strerror(errno); }

absl::Status CannotListen(absl::string_view address, absl::string_view why) {
  return absl::UnavailableError(
      absl::StrCat("cannot listen on ", address, ": ", why,
                   "; the port is taken or the address is not this machine's; "
                   "choose another "
                   "--address"));
}

// A socket that listens, or -1 with errno.
int Listen(const sockaddr* address, socklen_t size, bool both_families) {
  const int socket = ::socket(address->sa_family,
                              SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket < 0) return -1;
  const int yes = 1;
  bool ready = true;
  if (address->sa_family != AF_UNIX) {
    // A server that was just stopped may start again.
    ready =
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0;
  }
  if (address->sa_family == AF_INET6) {
    const int only_6 = both_families ? 0 : 1;
    ready = ready && setsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &only_6,
                                sizeof(only_6)) == 0;
  }
  if (ready && bind(socket, address, size) == 0 &&
      listen(socket, kBacklog) == 0) {
    return socket;
  }
  const int error = errno;
  close(socket);
  errno = error;
  return -1;
}

int PortOf(int socket) {
  sockaddr_storage address;
  socklen_t size = sizeof(address);
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    return 0;
  }
  return ntohs(address.ss_family == AF_INET6
                   ? reinterpret_cast<sockaddr_in6&>(address).sin6_port
                   : reinterpret_cast<sockaddr_in&>(address).sin_port);
}

void SetPort(sockaddr* address, int port) {
  const auto number = htons(static_cast<uint16_t>(port));
  if (address->sa_family == AF_INET6) {
    reinterpret_cast<sockaddr_in6*>(address)->sin6_port = number;
  } else {
    reinterpret_cast<sockaddr_in*>(address)->sin_port = number;
  }
}

int ListenEverywhere(int port) {
  sockaddr_in6 all = {};
  all.sin6_family = AF_INET6;
  all.sin6_port = htons(static_cast<uint16_t>(port));
  const int both = Listen(reinterpret_cast<sockaddr*>(&all), sizeof(all),
                          /*both_families=*/true);
  if (both >= 0 || errno == EADDRINUSE) return both;
  // A machine without IPv6.
  sockaddr_in all_4 = {};
  all_4.sin_family = AF_INET;
  all_4.sin_port = all.sin6_port;
  return Listen(reinterpret_cast<sockaddr*>(&all_4), sizeof(all_4), false);
}

}  // namespace

std::vector<absl::string_view> EachAddress(absl::string_view addresses) {
  std::vector<absl::string_view> each = absl::StrSplit(addresses, ',');
  for (absl::string_view& address : each) {
    address = absl::StripAsciiWhitespace(address);
  }
  return each;
}

absl::StatusOr<ListeningSockets> ListeningSockets::Open(
    absl::string_view addresses) {
  ListeningSockets made;
  for (const absl::string_view address : EachAddress(addresses)) {
    if (address.empty() && !addresses.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("cannot listen on \"", addresses,
                       "\": an address is empty; drop a comma"));
    }
    absl::string_view path = address;
    const auto shown = absl::ConsumePrefix(&path, "unix:")
                           ? made.OpenUnix(path)
                           : made.OpenInternet(address);
    if (!shown.ok()) return shown.status();
    absl::StrAppend(&made.address_, made.address_.empty() ? "" : ",", *shown);
  }
  return made;
}

ListeningSockets::ListeningSockets(ListeningSockets&& other) noexcept
    : sockets_(std::exchange(other.sockets_, {})),
      address_(std::move(other.address_)),
      files_(std::exchange(other.files_, {})) {}

void ListeningSockets::Close() {
  for (const int socket : sockets_) close(socket);
  // Not that of a server which has taken its place.
  for (const auto& [path, file] : files_) {
    struct stat found;
    if (lstat(path.c_str(), &found) == 0 && found.st_ino == file) {
      unlink(path.c_str());
    }
  }
  sockets_.clear();
  files_.clear();
}

absl::StatusOr<std::string> ListeningSockets::OpenUnix(absl::string_view path) {
  const std::string shown = absl::StrCat("unix:", path);
  // unix:///path is the same.
  if (absl::StartsWith(path, "///")) path.remove_prefix(2);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path)) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot listen on ", shown, ": a path has from 1 to ",
                     sizeof(address.sun_path) - 1, " bytes"));
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  const std::string name(path);
  // What a server that was killed left behind; never another file.
  struct stat found;
  if (lstat(name.c_str(), &found) == 0 && S_ISSOCK(found.st_mode)) {
    unlink(name.c_str());
  }
  const int socket = Listen(reinterpret_cast<sockaddr*>(&address),
                            sizeof(address), /*both_families=*/false);
  if (socket < 0) return CannotListen(shown, Reason());
  sockets_.push_back(socket);
  if (lstat(name.c_str(), &found) == 0) {
    files_.emplace_back(name, found.st_ino);
  }
  return shown;
}

absl::StatusOr<std::string> ListeningSockets::OpenInternet(
    absl::string_view address) {
  const size_t before = sockets_.size();
  const size_t colon = address.rfind(':');
  int port = 0;
  if (colon == absl::string_view::npos ||
      !absl::SimpleAtoi(address.substr(colon + 1), &port) || port < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot listen on ", address,
                     ": it has no port; it is host:port, as in "
                     "127.0.0.1:50051, or unix:path, or several of them with "
                     "commas between"));
  }
  if (port > 65535) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot listen on ", address, ": ports end at 65535"));
  }
  absl::string_view host = address.substr(0, colon);
  const std::string shown(host);
  if (absl::StrContains(host, ":") && !absl::StartsWith(host, "[")) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot listen on ", address,
                     ": an IPv6 address stands in brackets, before its port, "
                     "as in [::1]:50051"));
  }
  if (absl::ConsumePrefix(&host, "[")) absl::ConsumeSuffix(&host, "]");

  if (host == "0.0.0.0" || host == "::" || host.empty()) {
    const int socket = ListenEverywhere(port);
    if (socket < 0) return CannotListen(address, Reason());
    sockets_.push_back(socket);
  } else {
    addrinfo wanted = {};
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_PASSIVE;
    addrinfo* found = nullptr;
    const int error =
        getaddrinfo(std::string(host).c_str(), nullptr, &wanted, &found);
    if (error != 0) return CannotListen(address, gai_strerror(error));
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses(
        found, freeaddrinfo);
    for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
      // All of a name's addresses have the port that the first one got.
      SetPort(one->ai_addr, port);
      const int socket = Listen(one->ai_addr, one->ai_addrlen, false);
      if (socket < 0) continue;
      sockets_.push_back(socket);
      if (port == 0) port = PortOf(socket);
    }
    if (sockets_.size() == before) return CannotListen(address, Reason());
  }
  return absl::StrCat(shown, ":", PortOf(sockets_[before]));
}

}  // namespace modelservice
