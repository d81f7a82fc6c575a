#include "modelservice/manage/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "modelservice/log.h"

namespace modelservice {
namespace {

void Warn(absl::string_view path, absl::string_view why) {
  Log(Severity::kWarning,
      absl::StrCat("the service manager cannot be told (NOTIFY_SOCKET=", path,
                   "): ", why));
}

}  // namespace

void TellServiceManager(absl::string_view state) {
  const char* const path = std::getenv("NOTIFY_SOCKET");
  if (path == nullptr || *path == '\0') return;
  sockaddr_un address = {};
  const size_t size = std::strlen(path);
  if ((path[0] != '/' && path[0] != '@') || size >= sizeof(address.sun_path)) {
    return Warn(path, "it is no path of a unix socket");
  }
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path, size);
  // An abstract socket has a zero byte in front.
  if (path[0] == '@') address.sun_path[0] = '\0';
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return Warn(path, std::strerror(errno));
  const auto length =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + size);
  if (sendto(socket, state.data(), state.size(), MSG_NOSIGNAL,
             reinterpret_cast<const sockaddr*>(&address), length) < 0) {
    Warn(path, std::strerror(errno));
  }
  close(socket);
}

}  // namespace modelservice
