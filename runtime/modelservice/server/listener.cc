#include "modelservice/server/listener.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "modelservice/base/clock.h"

namespace modelservice {
namespace {

// How long to wait when the system has no room for a connection.
constexpr std::chrono::milliseconds kPause(100);

// Milliseconds between looks at the memory.
constexpr int kBetweenLooks = 1000;

int OpenSpare() { return open("/dev/null", O_RDONLY | O_CLOEXEC); }

}  // namespace

Listener::Listener(ListeningSockets sockets, int most)
    : sockets_(std::move(sockets)),
      most_(most),
      wake_(eventfd(0, EFD_CLOEXEC)),
      spare_(OpenSpare()) {}

void Listener::Start(std::unique_ptr<Acceptor> acceptor) {
  acceptor_ = std::move(acceptor);
  thread_ = std::thread([this] { Listen(); });
}

void Listener::Stop() {
  if (thread_.joinable()) {
    const uint64_t one = 1;
    if (write(wake_, &one, sizeof(one)) < 0) return;  // never: the count is 0
    thread_.join();
  }
  sockets_.Close();
  acceptor_.reset();
  for (int* descriptor : {&wake_, &spare_}) {
    if (*descriptor >= 0) close(*descriptor);
    *descriptor = -1;
  }
}

void Listener::Listen() {
  std::vector<pollfd> waiting;
  for (const int socket : sockets_.sockets()) {
    waiting.push_back({socket, POLLIN, 0});
  }
  waiting.push_back({wake_, POLLIN, 0});
  SteadyTime next_look = SteadyNow();
  while (true) {
    const int ready = poll(waiting.data(), waiting.size(), kBetweenLooks);
    if (ready < 0 && errno != EINTR) std::this_thread::sleep_for(kPause);
    if (SteadyNow() >= next_look) {
      memory_.Look();
      next_look = After(absl::Milliseconds(kBetweenLooks));
    }
    if (ready <= 0) continue;
    if (waiting.back().revents != 0) return;
    for (const pollfd& socket : waiting) {
      if (socket.revents != 0) AcceptFrom(socket.fd);
    }
  }
}

void Listener::AcceptFrom(int socket) {
  // Now and then the others, and the end, are looked at.
  for (int i = 0; i < 100; ++i) {
    sockaddr_storage peer = {};
    socklen_t size = sizeof(peer);
    const int connection = accept4(socket, reinterpret_cast<sockaddr*>(&peer),
                                   &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (connection >= 0) {
      Hand(socket, connection, peer);
    } else if (!CannotAccept(socket)) {
      return;
    }
  }
}

void Listener::Hand(int listener, int connection,
                    const sockaddr_storage& peer) {
  if (!Add(connection, peer)) {
    close(connection);
    full_.Log(Severity::kWarning,
              absl::StrCat("there are ", most_,
                           " connections, as many as there may be "
                           "(max_connections, or the limit of open files): "
                           "another one was closed"));
    return;
  }
  if (!sockets_.is_unix()) {
    const int yes = 1;
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
  }
  Acceptor::NewConnectionParameters parameters;
  parameters.listener_fd = listener;
  parameters.fd = connection;
  acceptor_->HandleNewConnection(&parameters);
}

bool Listener::Add(int connection, const sockaddr_storage& peer) {
  const MutexLock lock(mutex_);
  const auto most = static_cast<size_t>(most_);
  if (connections_.size() >= most) connections_.Sweep();
  if (connections_.size() >= most) return false;
  connections_.Add(connection, peer);
  return true;
}

void Listener::Drop(const std::string& peer) {
  const MutexLock lock(mutex_);
  connections_.Cut(peer);
}

bool Listener::CannotAccept(int socket) {
  if (errno == EAGAIN || errno == EWOULDBLOCK) return false;
  // The client has gone already, or the network says so.
  if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS &&
      errno != ENOMEM) {
    return true;
  }
  failed_.Log(
      Severity::kError,
      absl::StrCat("a connection could not be taken: ", std::strerror(errno),
                   "; clients are turned away until others go (raise the "
                   "limit of open files, or lower max_connections)"));
  close(spare_);
  const int turned_away = accept4(socket, nullptr, nullptr, SOCK_CLOEXEC);
  if (turned_away >= 0) close(turned_away);
  spare_ = OpenSpare();
  std::this_thread::sleep_for(kPause);
  return false;
}

}  // namespace modelservice
