// A server whose code waits, and what others see of it meanwhile.
#ifndef MODELSERVICE_TESTS_STARVATION_FIXTURE_H_
#define MODELSERVICE_TESTS_STARVATION_FIXTURE_H_

#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/base/clock.h"
#include "modelservice/testing/temporary_folder.h"
#include "services.h"
#include "starvation.grpc.pb.h"
#include "test_support.h"

namespace starvation {

using ::grpc::StatusCode;
using ::integration::Call;
using ::integration::IsError;
using ::integration::IsOk;
using ::integration::OnPostgres;
using ::modelservice::Since;
using ::modelservice::SteadyNow;
using ::modelservice::SteadyTime;
using ::testing::AnyOf;
using ::testing::HasSubstr;

// How many of something a test makes: `default_count` is for every run; the
// environment variable is for a longer one.
inline int Many(const char* variable, int default_count) {
  const char* const count = std::getenv(variable);
  return count == nullptr ? default_count : std::atoi(count);
}

inline AccountKey KeyOf(int64_t id) {
  AccountKey key;
  key.set_id(id);
  return key;
}

inline void SleepMs(int ms) {
  std::this_thread::sleep_for(std::chrono::milliseconds(ms));
}

// Calls `body` with 0 to `count` - 1, each on a thread of its own.
inline void Together(int count, const std::function<void(int)>& body) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back(body, i);
  for (std::thread& thread : threads) thread.join();
}

// What grpc.health.v1 answers within three seconds.
inline grpc::Status AskHealth(const std::shared_ptr<grpc::Channel>& channel) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::seconds(3));
  grpc::CompletionQueue queue;
  auto call =
      stub.PrepareCall(&context, "/grpc.health.v1.Health/Check", &queue);
  const grpc::Slice empty("");
  const grpc::ByteBuffer request(&empty, 1);
  grpc::ByteBuffer reply;
  grpc::Status status;
  void* tag = nullptr;
  bool ok = false;
  call->StartCall(nullptr);
  queue.Next(&tag, &ok);
  call->WriteLast(request, grpc::WriteOptions(), nullptr);
  queue.Next(&tag, &ok);
  call->Read(&reply, nullptr);
  queue.Next(&tag, &ok);
  call->Finish(&status, nullptr);
  queue.Next(&tag, &ok);
  return status;
}

constexpr absl::Duration kSoon = absl::Milliseconds(100);

class StarvationTest : public integration::ServerTest {
 protected:
  using Add = std::function<void(modelservice::Registry&)>;

  // The settings are the defaults but for `options`.
  void StartServer(
      Options options = {}, const Add& add = [](modelservice::Registry&) {}) {
    Start(
        [&](modelservice::Registry& registry) {
          RegisterStarvation(registry);
          if (hooks_.before_update != nullptr ||
              hooks_.after_create != nullptr) {
            registry.Add<HookedAccounts>(&hooks_);
          }
          registry.Add<WorkService>(gate_);
          add(registry);
        },
        std::move(options));
    if (HasFatalFailure()) return;
    accounts_ = Accounts::NewStub(server().channel());
    work_ = Work::NewStub(server().channel());
  }

  // Options with a setting in the database's URL.
  Options WithDatabase(const std::string& setting) {
    Options options;
    options.settings.set_database(
        OnPostgres()
            ? absl::StrCat(integration::NewPostgresDatabase(), "&", setting)
            : absl::StrCat("sqlite:", folder_.path(),
                           "/test.sqlite3?synchronous=off&", setting));
    return options;
  }

  Account NewAccount(int64_t balance, const std::string& note = "") {
    Account account;
    account.set_balance(balance);
    account.set_note(note);
    const absl::Status status =
        Objects<Account>(server().database()).Create(&account);
    EXPECT_TRUE(status.ok()) << status;
    return account;
  }
  Account Stored(int64_t id) {
    auto account = Objects<Account>(server().database())
                       .Filter(AccountModel::id == id)
                       .Get();
    EXPECT_TRUE(account.ok()) << account.status();
    return account.ok() ? *std::move(account) : Account();
  }
  int64_t Traces(const std::string& event) {
    const auto count = Objects<Trace>(server().database())
                           .Filter(TraceModel::event == event)
                           .Count();
    EXPECT_TRUE(count.ok()) << count.status();
    return count.ok() ? *count : -1;
  }
  // That there is such a trace, soon.
  bool AwaitTrace(const std::string& event) {
    const SteadyTime start = SteadyNow();
    while (Traces(event) != 1) {
      if (Since(start) > absl::Seconds(10)) return false;
      SleepMs(5);
    }
    return true;
  }

  // That health is answered, and soon: of a few questions one within the time
  // that a probe may be set to, since a busy machine can hold up any one.
  void ExpectHealthy() {
    absl::Duration best = absl::InfiniteDuration();
    for (int i = 0; i < 5 && best > kSoon; ++i) {
      const SteadyTime start = SteadyNow();
      EXPECT_THAT(AskHealth(server().channel()), IsOk());
      best = std::min(best, Since(start));
    }
    EXPECT_LE(best, kSoon);
  }
  // That a write of somebody else is answered within `most`.
  void ExpectWrites(absl::Duration most = absl::Seconds(3)) {
    const SteadyTime start = SteadyNow();
    Account created;
    EXPECT_THAT(Call(*accounts_, &Accounts::Stub::Create, Account(), &created),
                IsOk());
    EXPECT_LT(Since(start), most);
  }

  const modelservice::TemporaryFolder folder_;
  Hooks hooks_;
  const std::shared_ptr<Gate> gate_ = std::make_shared<Gate>();
  std::unique_ptr<Accounts::Stub> accounts_;
  std::unique_ptr<Work::Stub> work_;
};

}  // namespace starvation

#endif  // MODELSERVICE_TESTS_STARVATION_FIXTURE_H_
