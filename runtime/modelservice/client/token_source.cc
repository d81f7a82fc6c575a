#include "modelservice/client/token_source.h"

#include <algorithm>
#include <exception>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/base/thread.h"
#include "modelservice/client/header.h"
#include "modelservice/client/wait.h"

namespace modelservice::client {
namespace {

// It is asked for anew when the one that is there has no more.
constexpr absl::Duration kSoon = absl::Seconds(30);
// What a call needs to be looked at by its server.
constexpr absl::Duration kInFlight = absl::Seconds(5);

absl::Status TooLate() {
  return absl::DeadlineExceededError(
      "The time for the call was over before there was a token.");
}

}  // namespace

absl::StatusOr<std::string> TokenSource::Get(const std::string& refused,
                                             SteadyTime end,
                                             const CallLimits* limits) {
  if (!ask_) return std::string();
  MutexLock lock(mutex_);
  if (IsGood(refused, asking_ ? kInFlight : kSoon)) return token_.value;
  if (!asking_) {
    asking_ = true;
    lock.Unlock();
    AskNow();
    lock.Lock();
    return Outcome(refused);
  }
  const uint64_t before = answers_;
  while (answers_ == before) {
    absl::Status over = Wait(end, limits);
    if (!over.ok()) return over;
  }
  return Outcome(refused);
}

void TokenSource::GetAside(SteadyTime end, Then then) {
  if (!ask_) return then(std::string());
  MutexLock lock(mutex_);
  if (IsGood("", asking_ ? kInFlight : kSoon)) {
    const std::string token = token_.value;
    lock.Unlock();
    return then(token);
  }
  waiters_.push_back({end, std::move(then)});
  changed_.NotifyAll();
  const bool asks = !std::exchange(asking_, true);
  const bool watches = !std::exchange(watching_, true);
  lock.Unlock();
  const auto self = shared_from_this();
  // Without a thread it is done here: to wait is better than to fail.
  if (asks &&
      !Thread::Detach("a client's token", [self] { self->AskNow(); }).ok()) {
    AskNow();
  }
  if (watches &&
      !Thread::Detach("waits for a token", [self] { self->Watch(); }).ok()) {
    Watch();
  }
}

void TokenSource::AskNow() {
  auto answer = AskSafely();
  std::vector<Waiter> told;
  MutexLock lock(mutex_);
  asking_ = false;
  ++answers_;
  last_ = answer.status();
  if (answer.ok()) token_ = *std::move(answer);
  told.swap(waiters_);
  const auto outcome = Outcome("");
  changed_.NotifyAll();
  lock.Unlock();
  for (const Waiter& waiter : told) waiter.then(outcome);
}

void TokenSource::Watch() {
  MutexLock lock(mutex_);
  while (!waiters_.empty()) {
    const SteadyTime now = SteadyNow();
    const auto late = std::partition(
        waiters_.begin(), waiters_.end(),
        [now](const Waiter& waiter) { return waiter.end > now; });
    if (late == waiters_.end()) {
      SteadyTime next = kNever;
      for (const Waiter& waiter : waiters_) next = std::min(next, waiter.end);
      changed_.WaitUntil(mutex_, next);
      continue;
    }
    const std::vector<Waiter> told(std::make_move_iterator(late),
                                   std::make_move_iterator(waiters_.end()));
    waiters_.erase(late, waiters_.end());
    lock.Unlock();
    for (const Waiter& waiter : told) waiter.then(TooLate());
    lock.Lock();
  }
  watching_ = false;
}

absl::StatusOr<std::string> TokenSource::Outcome(
    const std::string& refused) const {
  // Until its end the one before does; whoever gives them may be back.
  if (last_.ok() || IsGood(refused, absl::ZeroDuration())) return token_.value;
  return last_;
}

bool TokenSource::IsGood(const std::string& refused,
                         absl::Duration left) const {
  return !token_.value.empty() && token_.value != refused &&
         token_.expires - absl::Now() > left;
}

absl::Status TokenSource::Wait(SteadyTime end, const CallLimits* limits) {
  changed_.WaitUntil(mutex_, std::min(end, NextLook(limits)));
  auto status = CheckCall(limits);
  return status.ok() && SteadyNow() >= end ? TooLate() : status;
}

// Nothing throws out of a call.
absl::StatusOr<ClientToken> TokenSource::AskSafely() const {
  absl::StatusOr<ClientToken> token;
  try {
    token = ask_();
  } catch (const std::exception& e) {
    token = absl::InternalError(
        absl::StrCat("ClientOptions::token: exception: ", e.what()));
  } catch (...) {
    token = absl::InternalError(
        "ClientOptions::token: exception of an unknown type");
  }
  if (token.ok() && !IsLegalHeader("authorization", token->value)) {
    token = absl::InvalidArgumentError(
        "ClientOptions::token gave what no header may hold; is there the end "
        "of a line behind it?");
  }
  return token;
}

}  // namespace modelservice::client
