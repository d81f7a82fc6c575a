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
#include <ctime>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "modelservice/base/clock.h"
#include "modelservice/server/peer_name.h"

namespace modelservice {
namespace {

// How long to wait when the system has no room for a connection.
constexpr std::chrono::milliseconds kPause(100);

// Between looks at the memory.
constexpr absl::Duration kMemoryPause = absl::Seconds(1);

// Between looks at the connections, and when looking is much work, so much more
// than that. While the process has little to do, less of a processor than this,
// only now and then.
constexpr absl::Duration kLookPause = absl::Milliseconds(50);
constexpr int kLookShare = 20;
constexpr double kBusy = 0.1;
constexpr absl::Duration kIdlePause = absl::Seconds(1);

// Bytes of a connection that wait until gRPC reads them, before they are known
// to be of large messages (breaker.h).
constexpr int kReceiveBuffer = 32 << 10;

int OpenSpare() { return open("/dev/null", O_RDONLY | O_CLOEXEC); }

// What this thread, or all of the process, have worked.
absl::Duration Worked(clockid_t whose) {
  timespec worked = {};
  clock_gettime(whose, &worked);
  return absl::DurationFromTimespec(worked);
}

}  // namespace

Listener::Listener(ListeningSockets sockets, const Most& most)
    : sockets_(std::move(sockets)),
      most_(most),
      wake_(eventfd(0, EFD_CLOEXEC)),
      spare_(OpenSpare()) {}

absl::Status Listener::Start(std::unique_ptr<Acceptor> acceptor) {
  acceptor_ = std::move(acceptor);
  thread_ = Thread("connections", [this] { Listen(); });
  return thread_.status();
}

void Listener::Stop() {
  if (thread_.joinable()) {
    const uint64_t one = 1;
    if (write(wake_, &one, sizeof(one)) < 0) return;  // never: the count is 0
    thread_.Join();
  }
  sockets_.Close();
  acceptor_.reset();
  {
    const MutexLock lock(mutex_);
    slow_lane_.Clear();
  }
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
  SteadyTime next_memory = SteadyNow();
  while (true) {
    const absl::Duration pause = HasConnections() ? kLookPause : kMemoryPause;
    const int ready = poll(waiting.data(), waiting.size(),
                           static_cast<int>(absl::ToInt64Milliseconds(pause)));
    if (ready < 0 && errno != EINTR) std::this_thread::sleep_for(kPause);
    if (SteadyNow() >= next_memory) {
      memory_.Look();
      next_memory = After(kMemoryPause);
    }
    CutFloods();
    HandDue();
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
      Take({socket, connection,
            peer.ss_family == AF_UNIX ? PeerOfUnix(connection) : PeerOf(peer)});
    } else if (!CannotAccept(socket)) {
      return;
    }
  }
}

void Listener::Take(const SlowLane::Connection& connection) {
  if (!Add(connection)) {
    close(connection.descriptor);
    full_.Log(Severity::kWarning,
              absl::StrCat("there are ", most_.connections,
                           " connections, as many as there may be "
                           "(max_connections, or the limit of open files): "
                           "another one was closed"));
    return;
  }
  switch (WayOf(connection)) {
    case SlowLane::Way::kGo:
      return Hand(connection);
    case SlowLane::Way::kWait:
      return;
    case SlowLane::Way::kFull:
      close(connection.descriptor);
  }
}

void Listener::Hand(const SlowLane::Connection& connection) {
  const bool is_unix = IsUnixPeer(connection.peer);
  if (is_unix) {
    const MutexLock lock(mutex_);
    channelz_.BeforeUnix();
  } else {
    const int yes = 1;
    setsockopt(connection.descriptor, IPPROTO_TCP, TCP_NODELAY, &yes,
               sizeof(yes));
    Connections::SetReceiveBuffer(connection.descriptor, kReceiveBuffer);
  }
  Acceptor::NewConnectionParameters parameters;
  parameters.listener_fd = connection.listener;
  parameters.fd = connection.descriptor;
  acceptor_->HandleNewConnection(&parameters);
  if (!is_unix) return;
  const MutexLock lock(mutex_);
  channelz_.AfterUnix(connection.peer);
}

void Listener::Report(Measures& to) {
  size_t open;
  {
    const MutexLock lock(mutex_);
    connections_.Sweep();
    open = connections_.size();
  }
  to.AddQueue("connections", open, static_cast<size_t>(most_.connections),
              refused_.value());
  to.AddCounter("modelservice_connections_taken_total",
                "Clients' connections that were taken.", {}, taken_.value());
  to.AddCounter("modelservice_connections_cut_total",
                "Clients' connections that were closed because they flooded "
                "the server.",
                {}, cut_connections_.value());
}

bool Listener::Add(const SlowLane::Connection& connection) {
  const MutexLock lock(mutex_);
  const auto most = static_cast<size_t>(most_.connections);
  if (connections_.size() >= most) connections_.Sweep();
  if (connections_.size() >= most) {
    refused_.Add();
    return false;
  }
  taken_.Add();
  connections_.Add(connection.descriptor, connection.peer);
  channelz_.Forget(PeerName(connection.peer));
  return true;
}

SlowLane::Way Listener::WayOf(const SlowLane::Connection& connection) {
  const MutexLock lock(mutex_);
  return slow_lane_.Take(ClientOf(connection.peer), connection, SteadyNow());
}

bool Listener::HasConnections() {
  const MutexLock lock(mutex_);
  return connections_.size() > 0;
}

void Listener::HandDue() {
  std::vector<SlowLane::Connection> due;
  {
    const MutexLock lock(mutex_);
    due = slow_lane_.Due(SteadyNow());
  }
  for (const SlowLane::Connection& connection : due) Hand(connection);
}

void Listener::CutFloods() {
  const SteadyTime now = SteadyNow();
  if (now < next_look_) return;
  const absl::Duration worked = Worked(CLOCK_PROCESS_CPUTIME_ID);
  const bool short_of_memory = memory_.grown() > most_.bytes;
  const bool idle =
      !short_of_memory &&
      worked - worked_ < kBusy * absl::FromChrono(now - looked_) &&
      now < next_idle_look_;
  worked_ = worked;
  looked_ = now;
  next_look_ = After(kLookPause, now);
  if (idle) return;
  const absl::Duration before = Worked(CLOCK_THREAD_CPUTIME_ID);
  std::vector<Flood> floods;
  {
    const MutexLock lock(mutex_);
    connections_.Sweep();
    Channelz& channelz = channelz_;
    channelz.BeginRound();
    // Called under the lock, which is held here.
    const auto counts =
        [&](const std::string& peer)
            ABSL_NO_THREAD_SAFETY_ANALYSIS { return channelz.CountsOf(peer); };
    floods =
        FindFloods(most_.streams, now, short_of_memory, connections_, counts);
    if (short_of_memory && now >= next_half_sent_) {
      const auto half_sent = FindHalfSent(
          now - absl::ToChronoNanoseconds(most_.request), connections_);
      if (half_sent.has_value()) floods.push_back(*half_sent);
      // With one gone, the memory may suffice.
      next_half_sent_ = After(kMemoryPause, now);
    }
    for (const Flood& flood : floods) Cut(flood.peer);
  }
  for (const Flood& flood : floods) {
    cut_.Log(Severity::kWarning,
             absl::StrCat("the connection of ", flood.peer,
                          " is closed: it has ", flood.what));
  }
  const absl::Duration look = Worked(CLOCK_THREAD_CPUTIME_ID) - before;
  next_look_ = After(std::max(kLookPause, kLookShare * look));
  next_idle_look_ = After(kIdlePause, now);
}

void Listener::Cut(const std::string& peer) {
  if (!connections_.Cut(peer)) return;
  cut_connections_.Add();
  slow_lane_.Add(ClientOf(peer), SteadyNow());
}

void Listener::Drop(const std::string& peer) {
  const MutexLock lock(mutex_);
  Cut(peer);
}

void Listener::CloseIdle(bool unknown) {
  const MutexLock lock(mutex_);
  connections_.Sweep();
  Channelz& channelz = channelz_;
  channelz.BeginRound();
  // Called under the lock, which is held here.
  const auto is_idle = [&](const Connections::Connection& connection)
                           ABSL_NO_THREAD_SAFETY_ANALYSIS {
                             const auto counts =
                                 channelz.CountsOf(connection.peer);
                             if (counts.has_value()) return counts->open() == 0;
                             return unknown && IsUnixPeer(connection.peer);
                           };
  connections_.CloseIf(is_idle);
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
