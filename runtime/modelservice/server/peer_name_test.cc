#include "modelservice/server/peer_name.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "modelservice/server/connections.h"

namespace modelservice {
namespace {

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

}  // namespace
}  // namespace modelservice
