// What happens when Redis goes away, hangs, and comes back.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "absl/strings/match.h"
#include "modelservice/guard/limits/redis/test_support.h"
#include "modelservice/rate_limiter.h"
#include "modelservice/testing/captured_log.h"
#include "modelservice/testing/free_port.h"

namespace modelservice {
namespace {

using ::testing::HasSubstr;

constexpr RateLimit kLimit("loss", 1000, absl::Hours(24 * 365));

// A server of its own, which is killed.
class LossTest : public testing::Test {
 protected:
  void SetUp() override {
    RedisServer::Options options;
    options.durable = true;
    auto server = RedisServer::Start(options);
    if (RedisServer::MaySkip(server.status())) {
      GTEST_SKIP() << server.status().message();
    }
    ASSERT_TRUE(server.ok()) << server.status();
    redis_ = *std::move(server);
    options_.url = redis_->url();
    options_.timeout = kPatientTimeout;
  }
  std::unique_ptr<LimitStore> Open() {
    auto store = OpenRedisLimitStore(options_);
    EXPECT_TRUE(store.ok()) << store.status();
    return *std::move(store);
  }

  std::unique_ptr<RedisServer> redis_;
  RedisLimitStoreOptions options_;
};

TEST_F(LossTest, AKilledRedisFailsCallsUntilItIsBack) {
  const auto store = Open();
  EXPECT_TRUE(Admits(*store, kLimit));
  redis_->Kill();
  const auto decision = DecideOn(*store, kLimit);
  EXPECT_EQ(decision.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_GE(store->counts().failed, 1);

  const auto allow = RateLimiter::Create(store.get(), {kLimit});
  EXPECT_TRUE(allow->Check({"a"}).ok());
  const auto deny = RateLimiter::Create(
      store.get(), {kLimit.WhenStoreFails(OnStoreFailure::kDeny)});
  EXPECT_EQ(deny->Check({"a"}).code(), absl::StatusCode::kUnavailable);

  ASSERT_TRUE(redis_->Resume().ok());
  const auto again = DecideOnceItAnswers(*store, kLimit);
  // It kept its counts.
  EXPECT_EQ(again->results[0].remaining, 998);
  EXPECT_EQ(store->counts().reconnects, 1);
}

TEST_F(LossTest, KilledAndRestartedMidwayItAdmitsNoMoreThanTheLimit) {
  const auto first = Open();
  const auto second = Open();
  std::atomic<int> admitted{0};
  std::atomic<int> failed{0};
  std::atomic<bool> refused{false};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      LimitStore& store = t % 2 == 0 ? *first : *second;
      // Until all is spent.
      while (!refused) {
        const auto decision = DecideOn(store, kLimit);
        if (!decision.ok()) {
          ++failed;
        } else if (decision->admitted()) {
          ++admitted;
        } else {
          refused = true;
        }
      }
    });
  }
  while (admitted < 200) std::this_thread::yield();
  redis_->Kill();
  ASSERT_TRUE(redis_->Resume().ok());
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(failed, 0);
  EXPECT_LE(admitted, 1000);
  // What was under way when it died may be spent without an answer: a call of
  // each thread.
  EXPECT_GE(admitted, 1000 - 4);
}

TEST_F(LossTest, ARedisThatHangsIsGivenUpInTime) {
  options_.timeout = absl::Milliseconds(20);
  const auto store = Open();
  DecideOnceItAnswers(*store, kLimit).IgnoreError();
  redis_->Pause();
  const auto late = DecideOn(*store, kLimit);
  EXPECT_EQ(late.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(late.status().message()),
              HasSubstr("did not answer in time"));
  // The connection is taken for dead in the end; then calls fail at once.
  while (!absl::StrContains(DecideOn(*store, kLimit).status().message(),
                            "does not answer")) {
  }
  redis_->Continue();
  EXPECT_TRUE(DecideOnceItAnswers(*store, kLimit).ok());
  EXPECT_EQ(store->counts().reconnects, 1);
}

TEST_F(LossTest, ALateAnswerIsNotTheNextCalls) {
  options_.timeout = absl::Milliseconds(20);
  const auto store = Open();
  const RateLimit one("one", 1, absl::Hours(24 * 365));
  EXPECT_TRUE(DecideOnceItAnswers(*store, kLimit).ok());
  redis_->Pause();
  EXPECT_FALSE(DecideOn(*store, one).ok());  // spent, without an answer
  redis_->Continue();
  const auto next = DecideOnceItAnswers(*store, kLimit);
  EXPECT_TRUE(next->admitted());
  EXPECT_GT(next->results[0].remaining, 900);
  EXPECT_FALSE(DecideOnceItAnswers(*store, one)->admitted());
}

TEST_F(LossTest, CallsUnderWayAreAnsweredWhenTheStoreIsClosed) {
  auto store = Open();
  redis_->Pause();
  const std::string key = KeyOf(kLimit, "x");
  absl::Status answer;
  store->Decide({{&kLimit, key, 1}},
                [&](const absl::StatusOr<LimitDecision>& decision) {
                  answer = decision.status();
                });
  store.reset();
  EXPECT_EQ(answer.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(answer.message(), "the store is closed");
}

TEST_F(LossTest, ItIsLoggedSeldom) {
  const auto store = Open();
  CapturedLog captured;
  redis_->Kill();
  for (int i = 0; i < 1000; ++i) {
    EXPECT_FALSE(DecideOn(*store, kLimit).ok());
  }
  const std::string log = captured.Take();
  EXPECT_LE(std::count(log.begin(), log.end(), '\n'), 2) << log;
}

TEST(NoRedis, IsNoErrorAtTheStart) {
  RedisLimitStoreOptions options;
  options.url = absl::StrCat("redis://127.0.0.1:", FreePort());
  CapturedLog captured;
  const auto store = OpenRedisLimitStore(options);
  const std::string log = captured.Take();
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_THAT(log, HasSubstr(absl::StrCat("rate limits: cannot connect to ",
                                          options.url,
                                          ": Connection refused; trying")));
  EXPECT_EQ(DecideOn(**store, kLimit).status(),
            absl::UnavailableError("Connection refused"));
  EXPECT_EQ((*store)->counts().failed, 1);
}

// A server that says something else to everybody.
TEST(NoRedis, AnotherProtocolIsAnError) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(bind(listener, generic, size), 0);
  ASSERT_EQ(getsockname(listener, generic, &size), 0);
  ASSERT_EQ(listen(listener, 10), 0);
  std::thread server([&] {
    while (true) {
      const int connection = accept(listener, nullptr, nullptr);
      if (connection < 0) return;
      constexpr char kHttp[] = "HTTP/1.1 400 Bad Request\r\n\r\n";
      send(connection, kHttp, sizeof(kHttp) - 1, MSG_NOSIGNAL);
      char byte;
      while (recv(connection, &byte, 1, 0) > 0) {
      }
      close(connection);
    }
  });
  RedisLimitStoreOptions options;
  options.url = absl::StrCat("redis://127.0.0.1:", ntohs(address.sin_port));
  const auto store = OpenRedisLimitStore(options);
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_THAT(std::string(DecideOn(**store, kLimit).status().message()),
              HasSubstr("what answers is no Redis"));
  shutdown(listener, SHUT_RDWR);
  server.join();
  close(listener);
}

}  // namespace
}  // namespace modelservice
