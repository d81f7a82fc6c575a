#include "modelservice/server/connections.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "modelservice/server/connections_test_support.h"

namespace modelservice {
namespace {

TEST(ConnectionsTest, WhatIsStillSentIsNotClosed) {
  Connections connections;
  const LoopbackPair slow;
  const LoopbackPair idle;
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
  LoopbackPair one, other;
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
  LoopbackPair old, next;
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

}  // namespace
}  // namespace modelservice
