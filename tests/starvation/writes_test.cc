// Writes where a call ends, calls to the same server, and transactions that
// take too long.
#include <atomic>
#include <string>
#include <thread>

#include "fixture.h"

namespace starvation {
namespace {

using ::modelservice::Connection;
using ::modelservice::RowChange;
using ::modelservice::Transaction;

using WritesTest = StarvationTest;

// The database of a server that is not made yet.
using Later = std::atomic<Database*>;

class WritesAfter : public modelservice::Interceptor {
 public:
  explicit WritesAfter(Later* database) : database_(*database) {}
  void After(CallContext&, absl::Status& status) override {
    Database* const database = database_;
    if (database != nullptr) status.Update(WriteTrace(*database, "After"));
  }

 private:
  Later& database_;
};

TEST_F(WritesTest, WhereACallEndsAreDone) {
  Later database{nullptr};
  Connection finished;
  Connection committed;
  hooks_.after_create = [](Database& db, const Account&) -> absl::Status {
    Transaction* const transaction = Transaction::Current(db);
    if (transaction == nullptr) return absl::InternalError("no transaction");
    transaction->OnCommit(
        [&db] { EXPECT_TRUE(WriteTrace(db, "OnCommit").ok()); });
    return absl::OkStatus();
  };
  Options options;
  options.settings.add_interceptor("writes_after");
  ASSERT_NO_FATAL_FAILURE(
      StartServer(options, [&](modelservice::Registry& registry) {
        registry.AddInterceptor<WritesAfter>("writes_after", &database);
        finished = registry.signals().request_finished.Connect(
            [&database](const CallContext&, const absl::Status&) {
              return WriteTrace(*database, "finished");
            });
        committed = registry.ModelSignalsOf<Account>().OnCommitted(
            [&database](const Account&, RowChange) {
              return WriteTrace(*database, "OnCommitted");
            });
      }));
  database = &server().database();

  const SteadyTime start = SteadyNow();
  Account created;
  EXPECT_THAT(Call(*accounts_, &Accounts::Stub::Create, Account(), &created),
              IsOk());
  EXPECT_LT(Since(start), absl::Seconds(5));
  for (const char* const event :
       {"After", "finished", "OnCommit", "OnCommitted"}) {
    EXPECT_TRUE(AwaitTrace(event)) << event;
  }
  database = nullptr;
  finished.Disconnect();
  ExpectHealthy();
}

TEST_F(WritesTest, AHookThatCallsItsOwnServerEnds) {
  std::atomic<int64_t> other{0};
  hooks_.before_update = [&](const CallContext& call, const Account&,
                             Account& updated) -> absl::Status {
    if (!call.metadata("x-outer").has_value()) return absl::OkStatus();
    Account request;
    request.set_id(other.load());
    request.set_note("inner");
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::seconds(10));
    Account reply;
    const grpc::Status status = accounts_->Update(&context, request, &reply);
    updated.set_note(status.ok() ? "both" : "outer alone");
    return absl::OkStatus();
  };
  ASSERT_NO_FATAL_FAILURE(StartServer(WithDatabase("max_write_time=500ms")));
  const Account outer = NewAccount(0);
  other = NewAccount(0).id();

  std::thread meanwhile([this] {
    SleepMs(100);
    ExpectHealthy();
  });
  const SteadyTime start = SteadyNow();
  grpc::ClientContext context;
  context.AddMetadata("x-outer", "yes");
  context.set_deadline(std::chrono::system_clock::now() +
                       integration::kPatience);
  Account reply;
  const grpc::Status status = accounts_->Update(&context, outer, &reply);
  EXPECT_LT(Since(start), absl::Seconds(9));
  meanwhile.join();
  if (status.ok()) {
    EXPECT_THAT(Stored(outer.id()).note(), AnyOf("both", "outer alone"));
  } else {
    EXPECT_THAT(status, IsError(StatusCode::ABORTED, testing::_));
    EXPECT_EQ(Stored(outer.id()).note(), "");
  }
  ExpectWrites();
}

TEST_F(WritesTest, ATransactionThatTakesTooLongIsRolledBackAndSaysSo) {
  ASSERT_NO_FATAL_FAILURE(StartServer(WithDatabase("max_write_time=200ms")));
  grpc::Status status;
  std::thread sleeper([&] {
    Word request;
    request.set_times(5000);
    Word reply;
    status = Call(*work_, &Work::Stub::Sleep, request, &reply);
  });
  SleepMs(50);
  for (int i = 0; i < 5; ++i) {
    ExpectWrites();
    ExpectHealthy();
  }
  sleeper.join();
  EXPECT_THAT(status,
              IsError(StatusCode::ABORTED, HasSubstr("max_write_time")));
  EXPECT_EQ(Traces("slept"), 0);
}

TEST_F(WritesTest, ATransactionDoesNotWaitForItsClient) {
  ASSERT_NO_FATAL_FAILURE(StartServer());
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() +
                       integration::kPatience);
  Word reply;
  const auto writer = work_->Gather(&context, &reply);
  Word word;
  word.set_text("gathered");
  ASSERT_TRUE(writer->Write(word));
  SleepMs(100);
  for (int i = 0; i < 5; ++i) {
    ExpectWrites();
    ExpectHealthy();
  }
  EXPECT_EQ(Traces("gathered"), 0);
  writer->WritesDone();
  EXPECT_THAT(writer->Finish(), IsOk());
  EXPECT_EQ(reply.times(), 1);
  EXPECT_EQ(Traces("gathered"), 1);
}

}  // namespace
}  // namespace starvation
