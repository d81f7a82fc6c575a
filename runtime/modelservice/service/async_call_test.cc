#include "modelservice/service/async_call.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/synchronization/notification.h"
#include "modelservice/config.pb.h"
#include "modelservice/service/turns.h"

namespace modelservice {
namespace {

const google::protobuf::Message& AnyMessage() {
  return Settings::default_instance();
}

constexpr Method Custom(absl::string_view path, TransactionMode mode) {
  return Method(path, MethodKind::kCustom, Streaming::kUnary, &AnyMessage,
                &AnyMessage, nullptr)
      .In(mode);
}

// What goes on after it has returned has no transaction.
TEST(CheckStarts, RefusesATransaction) {
  static constexpr Method kMethods[] = {
      Custom("/a.S/Plain", TransactionMode::kNone),
      Custom("/a.S/Reads", TransactionMode::kRead),
      Custom("/a.S/Writes", TransactionMode::kWrite)};
  static constexpr Service kService = {"a.S", nullptr, kMethods};
  EXPECT_TRUE(CheckStarts(kService, Overrides()).ok());
  for (const int index : {0, 1, 2}) {
    Overrides overrides;
    overrides.Start(index, true);
    const absl::Status status = CheckStarts(kService, overrides);
    if (index == 0) {
      EXPECT_TRUE(status.ok()) << status;
    } else {
      EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
      EXPECT_THAT(
          std::string(status.message()),
          testing::AllOf(testing::StartsWith(std::string(
                             kMethods[static_cast<size_t>(index)].path)),
                         testing::HasSubstr("drop `transaction`")));
    }
  }
}

TEST(Turns, RunOneAfterTheOtherWhenTheFirstIsOver) {
  Executor executor;
  std::vector<int> order;
  absl::Notification done;
  const auto turns = std::make_shared<Turns>(executor);
  for (int i = 0; i < 100; ++i) {
    turns->Add(turns, [&order, i] { order.push_back(i); });
  }
  turns->Add(turns, [&] {
    // From inside of a turn: behind it.
    turns->Add(turns, [&] {
      order.push_back(101);
      done.Notify();
    });
    order.push_back(100);
  });
  EXPECT_TRUE(order.empty());
  turns->Leave(turns);
  done.WaitForNotification();
  ASSERT_EQ(order.size(), 102u);
  for (int i = 0; i < 102; ++i) EXPECT_EQ(order[static_cast<size_t>(i)], i);
  // And later ones by themselves.
  absl::Notification again;
  turns->Add(turns, [&] { again.Notify(); });
  again.WaitForNotification();
}

}  // namespace
}  // namespace modelservice
