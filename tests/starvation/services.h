// The services of starvation.proto; what hooks do, the test says.
#ifndef MODELSERVICE_TESTS_STARVATION_SERVICES_H_
#define MODELSERVICE_TESTS_STARVATION_SERVICES_H_

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "modelservice/objects.h"
#include "starvation.modelservice.pb.h"

namespace starvation {

using ::modelservice::CallContext;
using ::modelservice::Database;
using ::modelservice::Objects;
using ::modelservice::Reply;

inline absl::Status WriteTrace(Database& database, const std::string& event) {
  Trace trace;
  trace.set_event(event);
  return Objects<Trace>(database).Create(&trace);
}

// What a method waits at. Shared with the methods, which may outlive a test.
class Gate {
 public:
  void Wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
    --waiting_;
    changed_.notify_all();
  }
  // Until somebody waits.
  bool AwaitWaiting() {
    std::unique_lock<std::mutex> lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10),
                             [this] { return waiting_ > 0; });
  }
  // Lets everybody go, and waits until they went.
  bool Open() {
    std::unique_lock<std::mutex> lock(mutex_);
    open_ = true;
    changed_.notify_all();
    return changed_.wait_for(lock, std::chrono::seconds(10),
                             [this] { return waiting_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

// Set before the first call.
struct Hooks {
  std::function<absl::Status(const CallContext&, const Account& stored,
                             Account& updated)>
      before_update;
  std::function<absl::Status(Database&, const Account& created)> after_create;
};

class HookedAccounts : public AccountsBase {
 public:
  explicit HookedAccounts(const Hooks* hooks) : hooks_(*hooks) {}

  absl::Status BeforeUpdate(const CallContext& call, modelservice::Transaction&,
                            const Account& stored, Account& updated) override {
    if (hooks_.before_update == nullptr) return absl::OkStatus();
    return hooks_.before_update(call, stored, updated);
  }
  absl::Status AfterCreate(const CallContext&, modelservice::Transaction&,
                           const Account& created) override {
    if (hooks_.after_create == nullptr) return absl::OkStatus();
    return hooks_.after_create(database(), created);
  }

 private:
  const Hooks& hooks_;
};

class WorkService : public WorkBase {
 public:
  explicit WorkService(std::shared_ptr<Gate> gate) : gate_(std::move(gate)) {}

  absl::StatusOr<Reply<Word>> Echo(const CallContext&,
                                   const Word& request) override {
    return request;
  }
  absl::Status Repeat(const CallContext&, const Word& request,
                      modelservice::Writer<Word>& writer) override {
    for (int i = 0; i < request.times(); ++i) {
      if (!writer.Write(request)) return absl::CancelledError("gone");
    }
    return absl::OkStatus();
  }
  absl::Status Talk(const CallContext&,
                    modelservice::Stream<Word, Word>& stream) override {
    Word word;
    while (stream.Read(&word)) {
      if (!stream.Write(word)) return absl::CancelledError("gone");
    }
    return absl::OkStatus();
  }
  absl::StatusOr<Reply<Word>> Gather(
      const CallContext&, modelservice::Reader<Word>& reader) override {
    Word gathered;
    Word word;
    while (reader.Read(&word)) {
      absl::Status status = WriteTrace(database(), word.text());
      if (!status.ok()) return status;
      gathered.set_times(gathered.times() + 1);
    }
    return gathered;
  }
  absl::StatusOr<Reply<Word>> Sleep(const CallContext&,
                                    const Word& request) override {
    absl::Status status = WriteTrace(database(), "slept");
    if (!status.ok()) return status;
    std::this_thread::sleep_for(std::chrono::milliseconds(request.times()));
    return request;
  }
  absl::StatusOr<Reply<Word>> Hold(const CallContext&,
                                   const Word& request) override {
    const std::shared_ptr<Gate> gate = gate_;
    gate->Wait();
    return request;
  }
  absl::StatusOr<Reply<Account>> Pay(const CallContext&,
                                     const AccountKey& request) override {
    const Objects<Account> accounts(database());
    auto account = accounts.Filter(AccountModel::id == request.id()).Get();
    if (!account.ok()) return account.status();
    if (account->note() == "paid") {
      return absl::FailedPreconditionError("paid already");
    }
    account->set_note("paid");
    absl::Status status = accounts.Update(&*account);
    if (!status.ok()) return status;
    return *std::move(account);
  }
  absl::StatusOr<Reply<Account>> AddLocked(const CallContext&,
                                           const AccountKey& request) override {
    const Objects<Account> accounts(database());
    auto account =
        accounts.Filter(AccountModel::id == request.id()).ForUpdate().Get();
    if (!account.ok()) return account.status();
    account->set_balance(account->balance() + 1);
    absl::Status status = accounts.Update(&*account);
    if (!status.ok()) return status;
    return *std::move(account);
  }
  absl::StatusOr<Reply<Word>> AddThere(const CallContext&,
                                       const AccountKey& request) override {
    const auto changed =
        Objects<Account>(database())
            .Filter(AccountModel::id == request.id())
            .Update(AccountModel::balance.Set(AccountModel::balance + 1));
    if (!changed.ok()) return changed.status();
    Word word;
    word.set_times(static_cast<int32_t>(*changed));
    return word;
  }

 private:
  const std::shared_ptr<Gate> gate_;
};

}  // namespace starvation

#endif  // MODELSERVICE_TESTS_STARVATION_SERVICES_H_
