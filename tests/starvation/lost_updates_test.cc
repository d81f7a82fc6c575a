// Many callers that read, decide and write: what was answered OK is there.
#include <atomic>
#include <string>
#include <vector>

#include "fixture.h"
#include "other_process.h"

namespace starvation {
namespace {

using LostUpdatesTest = StarvationTest;

constexpr int kCallers = 8;

// OK, or a conflict that the caller may try again.
bool Done(const grpc::Status& status) {
  EXPECT_THAT(status, AnyOf(IsOk(), IsError(StatusCode::ABORTED, testing::_)));
  return status.ok();
}

// A hook that counts in the balance.
absl::Status CountUpdate(const CallContext&, const Account& stored,
                         Account& updated) {
  updated.set_balance(stored.balance() + 1);
  return absl::OkStatus();
}

TEST_F(LostUpdatesTest, OfHooksThatCount) {
  hooks_.before_update = &CountUpdate;
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
  hooks_.before_update = [](const CallContext&, const Account& stored,
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

// The same beside a process that writes the same rows.
TEST_F(LostUpdatesTest, OfHooksBesideAnotherProcess) {
  hooks_.before_update = &CountUpdate;
  ASSERT_NO_FATAL_FAILURE(StartServer());
  const Account account = NewAccount(0);
  OtherProcess other(
      server().database_url(),
      absl::StrCat("UPDATE account SET balance = balance + 1 WHERE id = ",
                   account.id()),
      200);
  std::atomic<int64_t> done{0};
  Together(kCallers, [&](int) {
    for (int i = 0; i < 40; ++i) {
      Account reply;
      if (Done(Call(*accounts_, &Accounts::Stub::Update, account, &reply))) {
        ++done;
      }
      if (Done(Call(*work_, &Work::Stub::AddLocked, KeyOf(account.id()),
                    &reply))) {
        ++done;
      }
      if (i == 20) ExpectHealthy();
    }
  });
  EXPECT_EQ(other.Join(), 200);
  EXPECT_GT(done.load(), 0);
  EXPECT_EQ(Stored(account.id()).balance(), done.load() + 200);
}

TEST_F(LostUpdatesTest, OfPartsBesideAnotherProcess) {
  ASSERT_NO_FATAL_FAILURE(StartServer());
  const int64_t id = NewAccount(0).id();
  const auto write_left = [&](const std::string& left) {
    PatchAccountRequest request;
    request.mutable_account()->set_id(id);
    request.mutable_account()->mutable_parts()->set_left(left);
    request.mutable_update_mask()->add_paths("parts.left");
    Account reply;
    return Done(
        Call(*accounts_, &Accounts::Stub::PartialUpdate, request, &reply));
  };
  ASSERT_TRUE(write_left("first"));
  // It makes its part longer and longer.
  OtherProcess other(
      server().database_url(),
      absl::StrCat(integration::Sql(
                       "UPDATE account SET parts = json_set(parts, '$.right',"
                       " coalesce(json_extract(parts, '$.right'), '') || 'r')",
                       "UPDATE account SET parts = jsonb_set(parts, '{right}',"
                       " to_jsonb(coalesce(parts->>'right', '') || 'r'))"),
                   " WHERE id = ", id),
      200);
  std::atomic<int> done{0};
  Together(2, [&](int) {
    for (int i = 0; i < 100; ++i) {
      if (write_left(std::to_string(i))) ++done;
    }
  });
  EXPECT_EQ(other.Join(), 200);
  EXPECT_GT(done.load(), 0);
  EXPECT_EQ(Stored(id).parts().right(), std::string(200, 'r'));
}

TEST_F(LostUpdatesTest, OfPayersBesideAnotherProcess) {
  ASSERT_NO_FATAL_FAILURE(StartServer());
  std::vector<int64_t> ids;
  for (int i = 0; i < 100; ++i) ids.push_back(NewAccount(0).id());
  OtherProcess other(server().database_url(),
                     "UPDATE account SET note = 'paid' WHERE id ="
                     " (SELECT min(id) FROM account WHERE note <> 'paid')"
                     " AND note <> 'paid'",
                     100);
  std::atomic<int> paid{0};
  Together(kCallers, [&](int) {
    for (const int64_t id : ids) {
      grpc::Status status;
      do {
        Account reply;
        status = Call(*work_, &Work::Stub::Pay, KeyOf(id), &reply);
      } while (status.error_code() == StatusCode::ABORTED);
      EXPECT_THAT(status, AnyOf(IsOk(), IsError(StatusCode::FAILED_PRECONDITION,
                                                "paid already")));
      if (status.ok()) ++paid;
    }
  });
  const int64_t paid_by_other = other.Join();
  ASSERT_GE(paid_by_other, 0);
  EXPECT_EQ(paid.load() + paid_by_other, 100);
}

}  // namespace
}  // namespace starvation
