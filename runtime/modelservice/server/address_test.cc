#include "modelservice/server/address.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace modelservice {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

int PortIn(absl::string_view address) {
  return std::atoi(std::string(address.substr(address.rfind(':') + 1)).c_str());
}

// Whether somebody listens there.
bool Connects(const sockaddr* address, socklen_t size) {
  const int socket = ::socket(address->sa_family, SOCK_STREAM, 0);
  const bool connected = connect(socket, address, size) == 0;
  close(socket);
  return connected;
}
bool ConnectsTo4(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return Connects(reinterpret_cast<sockaddr*>(&address), sizeof(address));
}
bool ConnectsTo6(int port) {
  sockaddr_in6 address = {};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(static_cast<uint16_t>(port));
  address.sin6_addr = in6addr_loopback;
  return Connects(reinterpret_cast<sockaddr*>(&address), sizeof(address));
}
bool HasIpv6() { return ListeningSockets::Open("[::1]:0").ok(); }

std::string Fault(absl::string_view address, absl::StatusCode code) {
  const auto sockets = ListeningSockets::Open(address);
  EXPECT_EQ(sockets.status().code(), code) << address;
  EXPECT_THAT(std::string(sockets.status().message()),
              HasSubstr(std::string(address)));
  return std::string(sockets.status().message());
}

TEST(ListeningSocketsTest, AFreePort) {
  int port = 0;
  {
    auto sockets = ListeningSockets::Open("127.0.0.1:0");
    ASSERT_TRUE(sockets.ok()) << sockets.status();
    EXPECT_THAT(sockets->address(), StartsWith("127.0.0.1:"));
    EXPECT_THAT(sockets->address(), Not(EndsWith(":0")));
    EXPECT_EQ(sockets->sockets().size(), 1u);
    port = PortIn(sockets->address());
    EXPECT_TRUE(ConnectsTo4(port));
    // A second one is refused, and does not share the clients.
    Fault(sockets->address(), absl::StatusCode::kUnavailable);
    const ListeningSockets moved = *std::move(sockets);
    EXPECT_TRUE(ConnectsTo4(port));
  }
  EXPECT_FALSE(ConnectsTo4(port));
}

TEST(ListeningSocketsTest, EverywhereIsBothFamilies) {
  for (const char* address : {"0.0.0.0:0", "[::]:0", ":0"}) {
    const auto sockets = ListeningSockets::Open(address);
    ASSERT_TRUE(sockets.ok()) << sockets.status();
    EXPECT_TRUE(ConnectsTo4(PortIn(sockets->address()))) << address;
    if (HasIpv6()) {
      EXPECT_TRUE(ConnectsTo6(PortIn(sockets->address()))) << address;
    }
  }
}

TEST(ListeningSocketsTest, AnAddressIsThatOneAlone) {
  const auto four = ListeningSockets::Open("127.0.0.1:0");
  ASSERT_TRUE(four.ok()) << four.status();
  EXPECT_FALSE(ConnectsTo6(PortIn(four->address())));
  if (!HasIpv6()) GTEST_SKIP() << "no IPv6";
  const auto six = ListeningSockets::Open("[::1]:0");
  ASSERT_TRUE(six.ok()) << six.status();
  EXPECT_THAT(six->address(), StartsWith("[::1]:"));
  EXPECT_TRUE(ConnectsTo6(PortIn(six->address())));
  EXPECT_FALSE(ConnectsTo4(PortIn(six->address())));
}

TEST(ListeningSocketsTest, ANameIsAllItsAddressesOnOnePort) {
  const auto sockets = ListeningSockets::Open("localhost:0");
  ASSERT_TRUE(sockets.ok()) << sockets.status();
  EXPECT_THAT(sockets->address(), StartsWith("localhost:"));
  EXPECT_TRUE(ConnectsTo4(PortIn(sockets->address())));
}

TEST(ListeningSocketsTest, SeveralAddresses) {
  const std::string path = testing::TempDir() + "addresses_test.socket";
  {
    const auto sockets = ListeningSockets::Open(
        absl::StrCat("127.0.0.1:0, unix:", path, ",127.0.0.2:0"));
    ASSERT_TRUE(sockets.ok()) << sockets.status();
    EXPECT_EQ(sockets->sockets().size(), 3u);
    const std::vector<absl::string_view> each = EachAddress(sockets->address());
    ASSERT_EQ(each.size(), 3u) << sockets->address();
    EXPECT_TRUE(ConnectsTo4(PortIn(each[0])));
    EXPECT_EQ(each[1], "unix:" + path);
    EXPECT_THAT(std::string(each[2]), StartsWith("127.0.0.2:"));
    EXPECT_THAT(std::string(each[2]), Not(EndsWith(":0")));
    EXPECT_EQ(access(path.c_str(), F_OK), 0);
    // One that cannot be had is named, and the others are given back.
    const std::string other = testing::TempDir() + "addresses_other.socket";
    const std::string taken(each[0]);
    EXPECT_THAT(Fault(taken, absl::StatusCode::kUnavailable),
                HasSubstr(absl::StrCat("cannot listen on ", taken)));
    EXPECT_EQ(ListeningSockets::Open(absl::StrCat("unix:", other, ",", taken))
                  .status()
                  .code(),
              absl::StatusCode::kUnavailable);
    EXPECT_NE(access(other.c_str(), F_OK), 0) << "left behind";
  }
  EXPECT_NE(access(path.c_str(), F_OK), 0) << "left behind";
}

TEST(ListeningSocketsTest, WhatIsNoAddress) {
  for (const char* address :
       {"", "nonsense", "127.0.0.1", "127.0.0.1:", "127.0.0.1:http",
        "127.0.0.1:-1", "127.0.0.1:65536", "127.0.0.1:99999999999",
        "unix:", "127.0.0.1:0,", ",127.0.0.1:0"}) {
    Fault(address, absl::StatusCode::kInvalidArgument);
  }
  EXPECT_THAT(Fault("127.0.0.1:99999", absl::StatusCode::kInvalidArgument),
              HasSubstr("65535"));
  Fault("192.0.2.1:1", absl::StatusCode::kUnavailable);
  Fault("no-such-host.invalid:1", absl::StatusCode::kUnavailable);
  Fault("unix:/nowhere/socket", absl::StatusCode::kUnavailable);
  Fault(absl::StrCat("unix:/", std::string(200, 'x')),
        absl::StatusCode::kInvalidArgument);
}

TEST(ListeningSocketsTest, AUnixSocketReplacesADeadOneAndNothingElse) {
  const std::string path = testing::TempDir() + "address_test.socket";
  const std::string address = "unix:" + path;
  unlink(path.c_str());
  {
    const auto sockets = ListeningSockets::Open(address);
    ASSERT_TRUE(sockets.ok()) << sockets.status();
    EXPECT_EQ(sockets->address(), address);
  }
  EXPECT_NE(access(path.c_str(), F_OK), 0) << "left behind";
  {
    // A server that takes the place of one that still ends.
    auto before = ListeningSockets::Open(address);
    const auto after = ListeningSockets::Open(address);
    ASSERT_TRUE(before.ok() && after.ok());
    before->Close();
    EXPECT_EQ(access(path.c_str(), F_OK), 0) << "the other one's is gone";
  }
  // What a killed server leaves.
  sockaddr_un dead = {};
  dead.sun_family = AF_UNIX;
  path.copy(dead.sun_path, sizeof(dead.sun_path) - 1);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(bind(socket, reinterpret_cast<sockaddr*>(&dead), sizeof(dead)), 0);
  close(socket);
  EXPECT_TRUE(ListeningSockets::Open(address).ok());
  // Somebody's file.
  std::ofstream(path) << "mine";
  Fault(address, absl::StatusCode::kUnavailable);
  struct stat file;
  ASSERT_EQ(stat(path.c_str(), &file), 0);
  EXPECT_EQ(file.st_size, 4);
  unlink(path.c_str());
}

}  // namespace
}  // namespace modelservice
