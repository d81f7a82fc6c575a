// Many callers that read, decide and write: what was answered OK is there.
#include <atomic>
#include <string>

#include "fixture.h"

namespace starvation {
namespace {

using LostUpdatesTest = StarvationTest;

constexpr int kCallers = 8;

// OK, or a conflict that the caller may try again.
bool Done(const grpc::Status& status) {
  EXPECT_THAT(status, AnyOf(IsOk(), IsError(StatusCode::ABORTED, testing::_)));
  return status.ok();
}

TEST_F(LostUpdatesTest, OfHooksThatCount) {
  hooks_.before_update = [](CallContext&, const Account& stored,
                            Account& updated) {
    updated.set_balance(stored.balance() + 1);
    return absl::OkStatus();
  };
  ASSERT_NO_FATAL_FAILURE(StartServer());
  const Account account = NewAccount(0);
  std::atomic<int64_t> done{0};
  Together(kCallers, [&](int) {
    for (int i = 0; i < 40; ++i) {
      Account reply;
      if (Done(Call(*accounts_, &Accounts::Stub::Update, account, &reply))) {
        ++done;
      }
      if (i == 20) ExpectHealthy();
    }
  });
  EXPECT_GT(done.load(), 0);
  EXPECT_EQ(Stored(account.id()).balance(), done.load());
}

TEST_F(LostUpdatesTest, OfTwoPartsOfOneColumn) {
  ASSERT_NO_FATAL_FAILURE(StartServer());
  for (int round = 0; round < 100; ++round) {
    const int64_t id = NewAccount(0).id();
    bool done[2] = {false, false};
    Together(2, [&](int side) {
      PatchAccountRequest request;
      request.mutable_account()->set_id(id);
      Parts& parts = *request.mutable_account()->mutable_parts();
      parts.set_left("l");
      parts.set_right("r");
      request.mutable_update_mask()->add_paths(side == 0 ? "parts.left"
                                                         : "parts.right");
      Account reply;
      done[side] = Done(
          Call(*accounts_, &Accounts::Stub::PartialUpdate, request, &reply));
    });
    const Account stored = Stored(id);
    EXPECT_EQ(stored.parts().left(), done[0] ? "l" : "");
    EXPECT_EQ(stored.parts().right(), done[1] ? "r" : "");
  }
  ExpectHealthy();
}

TEST_F(LostUpdatesTest, OfPayers) {
  ASSERT_NO_FATAL_FAILURE(StartServer());
  for (int round = 0; round < 20; ++round) {
    const int64_t id = NewAccount(0).id();
    std::atomic<int> paid{0};
    Together(kCallers, [&](int) {
      Account reply;
      const grpc::Status status =
          Call(*work_, &Work::Stub::Pay, KeyOf(id), &reply);
      EXPECT_THAT(
          status,
          AnyOf(IsOk(), IsError(StatusCode::ABORTED, testing::_),
                IsError(StatusCode::FAILED_PRECONDITION, "paid already")));
      if (status.ok()) ++paid;
    });
    EXPECT_EQ(paid.load(), 1);
    EXPECT_EQ(Stored(id).note(), "paid");
  }
  ExpectHealthy();
}

TEST_F(LostUpdatesTest, OfWhatTheDatabaseAdds) {
  ASSERT_NO_FATAL_FAILURE(StartServer());
  const int64_t id = NewAccount(0).id();
  Together(kCallers, [&](int) {
    for (int i = 0; i < 20; ++i) {
      Word reply;
      EXPECT_THAT(Call(*work_, &Work::Stub::AddThere, KeyOf(id), &reply),
                  IsOk());
      EXPECT_EQ(reply.times(), 1);
    }
  });
  EXPECT_EQ(Stored(id).balance(), kCallers * 20);
  ExpectHealthy();
}

TEST_F(LostUpdatesTest, OfLockedRows) {
  ASSERT_NO_FATAL_FAILURE(StartServer());
  const int64_t id = NewAccount(0).id();
  std::atomic<int64_t> done{0};
  Together(kCallers, [&](int) {
    for (int i = 0; i < 20; ++i) {
      Account reply;
      if (Done(Call(*work_, &Work::Stub::AddLocked, KeyOf(id), &reply))) {
        ++done;
      }
    }
  });
  EXPECT_GT(done.load(), 0);
  EXPECT_EQ(Stored(id).balance(), done.load());
  ExpectHealthy();
}

TEST_F(LostUpdatesTest, OfHooksThatRefuse) {
  hooks_.before_update = [](CallContext&, const Account& stored,
                            Account& updated) -> absl::Status {
    if (stored.balance() < 60) return absl::FailedPreconditionError("too poor");
    updated.set_balance(stored.balance() - 60);
    return absl::OkStatus();
  };
  ASSERT_NO_FATAL_FAILURE(StartServer());
  for (int round = 0; round < 50; ++round) {
    const Account account = NewAccount(100);
    std::atomic<int> done{0};
    Together(2, [&](int) {
      Account reply;
      const grpc::Status status =
          Call(*accounts_, &Accounts::Stub::Update, account, &reply);
      EXPECT_THAT(status,
                  AnyOf(IsOk(), IsError(StatusCode::ABORTED, testing::_),
                        IsError(StatusCode::FAILED_PRECONDITION, "too poor")));
      if (status.ok()) ++done;
    });
    EXPECT_EQ(done.load(), 1);
    EXPECT_EQ(Stored(account.id()).balance(), 40);
  }
  ExpectHealthy();
}

}  // namespace
}  // namespace starvation
