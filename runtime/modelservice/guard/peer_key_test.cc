#include "modelservice/guard/peer_key.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace modelservice {
namespace {

std::string Key(absl::string_view peer) { return PeerKey(peer, 64); }

TEST(PeerKey, OfIpv4IsTheAddress) {
  EXPECT_EQ(Key("ipv4:127.0.0.1:5000"), "ipv4:127.0.0.1");
  EXPECT_EQ(Key("ipv4:127.0.0.1"), "ipv4:127.0.0.1");
  EXPECT_NE(Key("ipv4:127.0.0.1:5000"), Key("ipv4:127.0.0.2:5000"));
}

TEST(PeerKey, OfIpv6IsTheNetwork) {
  EXPECT_EQ(Key("ipv6:[2001:db8:1:2::1]:5000"), "ipv6:2001:db8:1:2::/64");
  EXPECT_EQ(Key("ipv6:%5B2001:db8:1:2::1%5D:5000"), "ipv6:2001:db8:1:2::/64");
  EXPECT_EQ(Key("ipv6:%5b2001:db8:1:2::1%5d:5000"), "ipv6:2001:db8:1:2::/64");
  EXPECT_EQ(Key("ipv6:[2001:db8:1:2::1]"), "ipv6:2001:db8:1:2::/64");
  EXPECT_EQ(Key("ipv6:2001:db8:1:2::1"), "ipv6:2001:db8:1:2::/64");
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(
        Key(absl::StrCat("ipv6:[2001:db8:1:2:", absl::Hex(i), "::7]:", i)),
        "ipv6:2001:db8:1:2::/64");
    // The same address in another spelling.
    EXPECT_EQ(Key("ipv6:[2001:0DB8:1:2:0:0:0:1]:5000"),
              "ipv6:2001:db8:1:2::/64");
  }
  EXPECT_NE(Key("ipv6:[2001:db8:1:2::1]:1"), Key("ipv6:[2001:db8:1:3::1]:1"));
}

TEST(PeerKey, HasAsManyBitsAsTheSettingSays) {
  const auto key = [](int bits) {
    return PeerKey("ipv6:[2001:db8:ffff:ffff:ffff:ffff:ffff:ffff]:1", bits);
  };
  EXPECT_EQ(key(1), "ipv6:::/1");
  EXPECT_EQ(key(32), "ipv6:2001:db8::/32");
  EXPECT_EQ(key(48), "ipv6:2001:db8:ffff::/48");
  EXPECT_EQ(key(52), "ipv6:2001:db8:ffff:f000::/52");
  EXPECT_EQ(key(61), "ipv6:2001:db8:ffff:fff8::/61");
  EXPECT_EQ(key(128), "ipv6:2001:db8:ffff:ffff:ffff:ffff:ffff:ffff/128");
}

TEST(PeerKey, OfAMappedAddressIsTheIpv4One) {
  for (const char* peer :
       {"ipv6:[::ffff:1.2.3.4]:5000", "ipv6:%5B::ffff:1.2.3.4%5D:5000",
        "ipv6:[::FFFF:102:304]:5000", "ipv6:[0:0:0:0:0:ffff:102:304]:5000"}) {
    EXPECT_EQ(Key(peer), "ipv4:1.2.3.4") << peer;
    EXPECT_EQ(PeerKey(peer, 1), "ipv4:1.2.3.4") << peer;
  }
  // Not those that only look like one.
  EXPECT_EQ(Key("ipv6:[1::ffff:1.2.3.4]:5000"), "ipv6:1::/64");
  EXPECT_EQ(Key("ipv6:[::ffff:0:1.2.3.4]:5000"), "ipv6:::/64");
}

TEST(PeerKey, KeepsTheZone) {
  // As older releases of gRPC write it, as URIs do, as newer ones do.
  for (const char* peer :
       {"ipv6:[fe80::1%eth0]:5000", "ipv6:[fe80::2%25eth0]:5000",
        "ipv6:%5Bfe80::3%25eth0%5D:5000"}) {
    EXPECT_EQ(Key(peer), "ipv6:fe80::/64%eth0") << peer;
  }
  EXPECT_EQ(Key("ipv6:%5Bfe80::1%252%5D:5000"), "ipv6:fe80::/64%2");
  EXPECT_EQ(Key("ipv6:[::ffff:1.2.3.4%eth0]:5000"), "ipv4:1.2.3.4");
}

TEST(PeerKey, OfAnythingElseIsAsItIs) {
  for (const char* peer :
       {"unix:/run/a:5000", "unix:/run/a%25b", "unix:", "unix-abstract:a:1",
        "vsock:2:5000", "inproc", "", "[::1]:5000"}) {
    EXPECT_EQ(Key(peer), peer);
  }
  // No address: still not one count for each port.
  EXPECT_EQ(Key("ipv4:nowhere:5000"), "ipv4:nowhere");
  EXPECT_EQ(Key("ipv6:[nowhere]:5000"), "ipv6:nowhere");
  EXPECT_EQ(Key("ipv6:[::1"), "ipv6:::/64");
  EXPECT_EQ(Key("ipv4:"), "ipv4:");
  EXPECT_EQ(Key("ipv6:%"), "ipv6:%");
  EXPECT_EQ(Key("ipv6:%5"), "ipv6:%5");
}

}  // namespace
}  // namespace modelservice
