// Which connections are cut, and whose next ones wait.
#include "modelservice/server/connections.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "modelservice/server/breaker.h"
#include "modelservice/server/peer_name.h"
#include "modelservice/server/slow_lane.h"
#include "modelservice/server/stream_counts.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A connection on the loopback interface, with both of its ends.
class Pair {
 public:
  Pair() {
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
  ~Pair() {
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

TEST(PeerNameTest, IsOneWhicheverWayItIsWritten) {
  EXPECT_EQ(PeerName("ipv4:127.0.0.1:5000"), "ipv4:127.0.0.1:5000");
  EXPECT_EQ(PeerName("ipv6:[::ffff:127.0.0.1]:5000"), "ipv4:127.0.0.1:5000");
  EXPECT_EQ(PeerName("ipv6:%5B::1%5D:5000"), PeerName("ipv6:[::1]:5000"));
  EXPECT_EQ(PeerName("ipv6:%5Bfe80::1%25eth0%5D:5000"),
            PeerName("ipv6:[fe80::1]:5000"));
  EXPECT_NE(PeerName("ipv6:[::1]:5000"), PeerName("ipv6:[::1]:5001"));
  EXPECT_NE(PeerName("ipv6:[2001:db8::1]:5000"),
            PeerName("ipv6:[2001:db8::2]:5000"));
  EXPECT_EQ(PeerName(""), "");
  EXPECT_EQ(PeerOfSocket("chttp2 ipv4:127.0.0.1:5000"), "ipv4:127.0.0.1:5000");

  sockaddr_storage address = {};
  auto& six = reinterpret_cast<sockaddr_in6&>(address);
  six.sin6_family = AF_INET6;
  six.sin6_port = htons(5000);
  six.sin6_addr = in6addr_loopback;
  EXPECT_EQ(PeerOf(address), "ipv6:[::1]:5000");
  address.ss_family = AF_UNIX;
  EXPECT_EQ(PeerOf(address), "");
}

TEST(PeerNameTest, OfUnixSocketsIsTheProcess) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  const std::string process = absl::StrCat("unix:", getpid());
  const std::string peer = absl::StrCat(process, ":", ends[0]);
  EXPECT_EQ(PeerOfUnix(ends[0]), peer);
  EXPECT_EQ(PeerName(peer), peer);
  EXPECT_TRUE(IsUnixPeer(peer));
  EXPECT_FALSE(IsUnixPeer("ipv4:127.0.0.1:5000"));
  EXPECT_EQ(ClientOf(peer), process);
  EXPECT_EQ(ClientOf("ipv4:127.0.0.1:5000"), "ipv4:127.0.0.1");
  EXPECT_EQ(ClientOf("ipv6:[2001:db8::1]:5"), ClientOf("ipv6:[2001:db8::2]:6"));

  // Cut, with what has come.
  Connections connections;
  connections.Add(ends[0], peer);
  ASSERT_EQ(send(ends[1], "abc", 3, 0), 3);
  uint64_t came = 0;
  connections.ForEach(
      [&](Connections::Connection&, uint64_t bytes) { came = bytes; });
  EXPECT_EQ(came, 3u);
  EXPECT_TRUE(connections.Cut(peer));
  char byte;
  EXPECT_EQ(recv(ends[0], &byte, 1, MSG_DONTWAIT), 0);
  EXPECT_EQ(recv(ends[1], &byte, 1, MSG_DONTWAIT), 0);
  close(ends[0]);
  EXPECT_FALSE(connections.Cut(peer));
  close(ends[1]);
}

TEST(ConnectionsTest, WhatIsStillSentIsNotClosed) {
  Connections connections;
  const Pair slow;
  const Pair idle;
  connections.Add(slow.server(), slow.peer());
  connections.Add(idle.server(), idle.peer());
  // More than both of its ends have room for.
  const std::string text(1 << 20, 'x');
  size_t sent = 0;
  while (true) {
    const ssize_t some =
        send(slow.server(), text.data(), text.size(), MSG_DONTWAIT);
    if (some < 0) break;
    sent += static_cast<size_t>(some);
  }
  const auto all = [](const Connections::Connection&) { return true; };
  connections.CloseIf(all);
  EXPECT_TRUE(idle.IsCut());
  EXPECT_EQ(slow.Receive(sent), sent);
  // Until the server's end has heard so.
  for (int unsent = 1; unsent > 0;) {
    ASSERT_EQ(ioctl(slow.server(), SIOCOUTQ, &unsent), 0);
  }
  connections.CloseIf(all);
  EXPECT_TRUE(slow.IsCut());
}

TEST(ConnectionsTest, CutsTheOneThatIsNamed) {
  Pair one, other;
  Connections connections;
  connections.Add(one.server(), one.peer());
  connections.Add(other.server(), other.peer());
  EXPECT_FALSE(connections.Cut("ipv4:127.0.0.1:1"));
  EXPECT_FALSE(connections.Cut(""));
  EXPECT_TRUE(connections.Cut(one.peer()));
  EXPECT_TRUE(one.IsCut());
  other.Send(1);
}

TEST(ConnectionsTest, NeverWhatHasItsDescriptorNow) {
  Connections connections;
  Pair old, next;
  // A number that nothing else gets.
  const int descriptor = fcntl(old.server(), F_DUPFD, 500);
  connections.Add(descriptor, old.peer());
  ASSERT_EQ(dup2(next.server(), descriptor), descriptor);
  EXPECT_FALSE(connections.Cut(old.peer()));
  next.Send(1);
  EXPECT_EQ(connections.size(), 1u);
  connections.Sweep();
  EXPECT_EQ(connections.size(), 0u);
  close(descriptor);
}

class BreakerTest : public testing::Test {
 protected:
  BreakerTest() { connections_.Add(pair_.server(), pair_.peer()); }

  // What gRPC counts from here on.
  void Count(int64_t begun, int64_t ended, int64_t messages) {
    counts_ = {begun, ended, messages};
  }
  std::vector<std::string> Look(absl::Duration later = absl::Milliseconds(50)) {
    now_ = After(later, now_);
    std::vector<std::string> found;
    for (const Flood& flood : FindFloods(
             2000, now_, all_, connections_, [&](const std::string& peer) {
               EXPECT_EQ(peer, pair_.peer());
               ++asked_;
               return std::optional<StreamCounts>(counts_);
             })) {
      EXPECT_EQ(flood.peer, pair_.peer());
      found.push_back(flood.what);
    }
    return found;
  }

  Pair pair_;
  Connections connections_;
  StreamCounts counts_;
  bool all_ = false;
  int asked_ = 0;
  SteadyTime now_ = SteadyNow();
};

TEST_F(BreakerTest, WhoBringsNothingIsNotAskedAbout) {
  Count(1000000, 0, 0);
  EXPECT_THAT(Look(), IsEmpty());
  pair_.Send(100);
  EXPECT_THAT(Look(), IsEmpty());
  EXPECT_EQ(asked_, 0);
}

TEST_F(BreakerTest, CallsThatAreNotClearedAway) {
  pair_.Send(10000);
  Count(1900, 0, 1900);
  EXPECT_THAT(Look(), IsEmpty());
  // Whoever has so many is looked at again though nothing came.
  Count(2001, 0, 2001);
  EXPECT_THAT(Look(), ElementsAre(HasSubstr("2001 calls that are open")));
}

TEST_F(BreakerTest, CallsWithoutARequest) {
  pair_.Send(10000);
  Count(100, 100, 0);
  EXPECT_THAT(Look(), IsEmpty());
  pair_.Send(10000);
  Count(2200, 2200, 0);
  EXPECT_THAT(Look(), ElementsAre(HasSubstr("before their requests came")));
}

TEST_F(BreakerTest, ThoseOfALongTimeAreForgiven) {
  for (int64_t i = 0; i < 50; ++i) {
    pair_.Send(10000);
    Count(1000 * i, 1000 * i, 0);
    EXPECT_THAT(Look(absl::Seconds(20)), IsEmpty()) << i;
  }
}

TEST_F(BreakerTest, NorHeldAgainstWhoIsLookedAtForTheFirstTime) {
  pair_.Send(10000);
  Count(1000000, 1000000, 0);
  EXPECT_THAT(Look(), IsEmpty());
  EXPECT_THAT(Look(), IsEmpty());
}

TEST_F(BreakerTest, WhoCallsMuchIsNoFlood) {
  int64_t calls = 0;
  for (int i = 0; i < 100; ++i) {
    pair_.Send(100000);
    calls += 5000;
    Count(calls, calls - 1000, calls - 100);
    EXPECT_THAT(Look(), IsEmpty()) << i;
  }
  // Nor who sends a million messages in one call.
  for (int i = 0; i < 100; ++i) {
    pair_.Send(100000);
    Count(calls, calls, calls + 10000 * i);
    EXPECT_THAT(Look(), IsEmpty()) << i;
  }
}

TEST_F(BreakerTest, MessagesOfOneCallDoNotMakeUpForOthers) {
  pair_.Send(10000);
  Count(1, 0, 1000000);
  EXPECT_THAT(Look(), IsEmpty());
  pair_.Send(10000);
  Count(2100, 2100, 1000000);
  EXPECT_THAT(Look(), ElementsAre(HasSubstr("before their requests came")));
}

TEST_F(BreakerTest, RequestsThatCameInPart) {
  all_ = true;
  const auto find = [this] {
    return FindHalfSent(now_ - std::chrono::seconds(30), connections_);
  };
  // Some that are over do not count.
  Count(10, 10, 4);
  EXPECT_THAT(Look(absl::Seconds(1)), IsEmpty());
  Count(17, 10, 11);
  for (int i = 0; i < 40; ++i) EXPECT_THAT(Look(absl::Seconds(1)), IsEmpty());
  EXPECT_FALSE(find().has_value());
  // Nor do those that come later.
  Count(22, 10, 11);
  for (int i = 0; i < 20; ++i) EXPECT_THAT(Look(absl::Seconds(1)), IsEmpty());
  EXPECT_FALSE(find().has_value());
  Count(22, 10, 16);
  EXPECT_THAT(Look(absl::Seconds(1)), IsEmpty());
  Count(27, 10, 16);
  for (int i = 0; i < 20; ++i) EXPECT_THAT(Look(absl::Seconds(1)), IsEmpty());
  EXPECT_FALSE(find().has_value());
  for (int i = 0; i < 20; ++i) EXPECT_THAT(Look(absl::Seconds(1)), IsEmpty());
  ASSERT_TRUE(find().has_value());
  EXPECT_THAT(find()->what, HasSubstr("5 requests that came in part"));
  // What was not looked at for long may have changed.
  EXPECT_THAT(Look(absl::Seconds(60)), IsEmpty());
  EXPECT_FALSE(find().has_value());
}

TEST_F(BreakerTest, LargeMessagesMayWaitInALargerBuffer) {
  const auto buffer = [this] {
    int bytes = 0;
    socklen_t size = sizeof(bytes);
    getsockopt(pair_.server(), SOL_SOCKET, SO_RCVBUF, &bytes, &size);
    return bytes;
  };
  Connections::SetReceiveBuffer(pair_.server(), 32 << 10);
  const int small = buffer();
  Count(10000, 10000, 10000);
  for (int i = 0; i < 40; ++i) pair_.Send(50000);
  EXPECT_THAT(Look(), IsEmpty());
  EXPECT_EQ(buffer(), small);
  Count(10000, 10000, 10000);
  for (int i = 0; i < 200; ++i) pair_.Send(50000);
  EXPECT_THAT(Look(), IsEmpty());
  EXPECT_GT(buffer(), small);
}

// Descriptors that may be closed.
int OpenOne() { return dup(STDERR_FILENO); }

TEST(SlowLaneTest, OneASecondForHalfAMinute) {
  using Way = SlowLane::Way;
  SlowLane lane;
  const SteadyTime start = SteadyNow();
  const auto at = [&](double seconds) {
    return After(absl::Seconds(seconds), start);
  };
  const auto take = [&](double seconds, const std::string& address) {
    return lane.Take(address, {-1, OpenOne(), address}, at(seconds));
  };
  EXPECT_EQ(take(0, "a"), Way::kGo);
  lane.Add("a", at(0));
  EXPECT_EQ(take(0.1, "b"), Way::kGo);
  EXPECT_EQ(take(0.1, "a"), Way::kWait);
  EXPECT_EQ(take(0.2, "a"), Way::kWait);
  EXPECT_FALSE(lane.empty());
  EXPECT_THAT(lane.Due(at(0.9)), IsEmpty());
  EXPECT_EQ(lane.Due(at(1)).size(), 1u);
  EXPECT_THAT(lane.Due(at(1.9)), IsEmpty());
  EXPECT_EQ(lane.Due(at(2.1)).size(), 1u);
  EXPECT_TRUE(lane.empty());
  EXPECT_EQ(take(2.2, "a"), Way::kWait);
  EXPECT_EQ(lane.Due(at(3.2)).size(), 1u);
  EXPECT_EQ(take(10, "a"), Way::kGo);
  EXPECT_EQ(take(10.5, "a"), Way::kWait);
  EXPECT_EQ(lane.Due(at(31)).size(), 1u);
  // All is forgiven.
  EXPECT_EQ(take(31.1, "a"), Way::kGo);
  EXPECT_EQ(take(31.2, "a"), Way::kGo);
}

TEST(SlowLaneTest, IsNoLongerThanItMayBe) {
  SlowLane lane;
  const SteadyTime now = SteadyNow();
  lane.Add("a", now);
  size_t waiting = 0;
  SlowLane::Way way;
  std::vector<int> opened;
  do {
    opened.push_back(OpenOne());
    way = lane.Take("a", {-1, opened.back(), "a"}, now);
    waiting += way == SlowLane::Way::kWait ? 1 : 0;
  } while (way == SlowLane::Way::kWait);
  EXPECT_EQ(way, SlowLane::Way::kFull);
  EXPECT_EQ(waiting, 100u);
  close(opened.back());
  // What still waits is closed.
  lane.Clear();
  for (size_t i = 0; i + 1 < opened.size(); ++i) {
    EXPECT_EQ(close(opened[i]), -1) << i;
  }
}

}  // namespace
}  // namespace modelservice
