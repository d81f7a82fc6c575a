// A Redis Cluster of two nodes: the keys' node is found, and followed.
#include "absl/strings/match.h"
#include "modelservice/guard/limits/redis/test_support.h"

namespace modelservice {
namespace {

using ::testing::HasSubstr;

constexpr RateLimit kOuter("outer", 5, absl::Hours(24 * 365));
constexpr RateLimit kInner("inner", 3, absl::Hours(24 * 365));

class ClusterTest : public testing::Test {
 protected:
  void SetUp() override {
    for (auto& node : nodes_) {
      RedisServer::Options options;
      options.cluster = true;
      auto server = RedisServer::Start(options);
      if (RedisServer::MaySkip(server.status())) {
        GTEST_SKIP() << server.status().message();
      }
      ASSERT_TRUE(server.ok()) << server.status();
      node = *std::move(server);
    }
    // The slot of every key of the prefix.
    slot_ = Run(0, {"CLUSTER", "KEYSLOT", "{modelservice}"});
    ASSERT_EQ(Run(1, {"CLUSTER", "ADDSLOTSRANGE", "0", "16383"}), "OK");
    ASSERT_EQ(
        Run(0, {"CLUSTER", "MEET", "127.0.0.1", absl::StrCat(nodes_[1]->port()),
                absl::StrCat(nodes_[1]->cluster_port())}),
        "OK");
    for (int i = 0; i < 2; ++i) {
      while (
          !absl::StrContains(Run(i, {"CLUSTER", "INFO"}), "cluster_state:ok") ||
          !absl::StrContains(Run(i, {"CLUSTER", "INFO"}),
                             "cluster_known_nodes:2")) {
      }
    }
  }

  std::string Run(int node, const std::vector<std::string>& words) {
    return nodes_[node]->Command(words).value_or("no answer");
  }
  absl::StatusOr<LimitDecision> CallBoth(LimitStore& store) {
    const std::string outer = KeyOf(kOuter, "x");
    const std::string inner = KeyOf(kInner, "y");
    return DecideAndWait(store, {{&kOuter, outer, 1}, {&kInner, inner, 1}});
  }

  std::unique_ptr<RedisServer> nodes_[2];
  std::string slot_;
};

TEST_F(ClusterTest, FindsTheNodeOfItsKeysAndFollowsThem) {
  RedisLimitStoreOptions options;
  options.timeout = kPatientTimeout;
  // Node 0 has no slot at all.
  options.url = absl::StrCat("redis://127.0.0.1:", nodes_[0]->port());
  const auto store = OpenRedisLimitStore(options);
  ASSERT_TRUE(store.ok()) << store.status();
  // Two keys of one decision.
  for (int i = 0; i < 3; ++i) {
    const auto decision = CallBoth(**store);
    ASSERT_TRUE(decision.ok()) << decision.status();
    EXPECT_TRUE(decision->admitted());
  }
  EXPECT_EQ(CallBoth(**store)->refused_by, 1);
  EXPECT_NE(Run(1, {"CLUSTER", "COUNTKEYSINSLOT", slot_}), "0");

  // The slot moves to node 0, as an operator moves it, but without its keys.
  ASSERT_EQ(Run(1, {"FLUSHALL"}), "OK");
  const std::string id = Run(0, {"CLUSTER", "MYID"});
  ASSERT_EQ(Run(0, {"CLUSTER", "SETSLOT", slot_, "NODE", id}), "OK");
  ASSERT_EQ(Run(1, {"CLUSTER", "SETSLOT", slot_, "NODE", id}), "OK");
  EXPECT_THAT(std::string(CallBoth(**store).status().message()),
              HasSubstr("MOVED"));
  absl::StatusOr<LimitDecision> decision = CallBoth(**store);
  while (!decision.ok()) decision = CallBoth(**store);
  EXPECT_TRUE(decision->admitted());
  EXPECT_EQ(Run(0, {"CLUSTER", "COUNTKEYSINSLOT", slot_}), "2");
}

}  // namespace
}  // namespace modelservice
