#include "modelservice/client/token_source.h"

#include <algorithm>
#include <exception>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/client/header.h"
#include "modelservice/client/wait.h"

namespace modelservice::client {
namespace {

// It is asked for anew when the one that is there has no more.
constexpr absl::Duration kSoon = absl::Seconds(30);
// What a call needs to be looked at by its server.
constexpr absl::Duration kInFlight = absl::Seconds(5);

}  // namespace

absl::StatusOr<std::string> TokenSource::Get(const std::string& refused,
                                             SteadyTime end,
                                             const CallLimits* limits) {
  MutexLock lock(mutex_);
  if (IsGood(refused, kSoon)) return token_.value;
  if (asking_) {
    if (IsGood(refused, kInFlight)) return token_.value;
    // What the one who asks hears is the answer to all who wait.
    const uint64_t before = answers_;
    while (answers_ == before) {
      absl::Status over = Wait(end, limits);
      if (!over.ok()) return over;
    }
  } else {
    asking_ = true;
    lock.Unlock();
    auto answer = AskSafely();
    lock.Lock();
    asking_ = false;
    ++answers_;
    last_ = answer.status();
    if (answer.ok()) token_ = *std::move(answer);
    answered_.NotifyAll();
  }
  if (last_.ok()) return token_.value;
  // Until its end, whoever gives them may be back.
  if (IsGood(refused, absl::ZeroDuration())) return token_.value;
  return last_;
}

bool TokenSource::IsGood(const std::string& refused,
                         absl::Duration left) const {
  return !token_.value.empty() && token_.value != refused &&
         token_.expires - absl::Now() > left;
}

absl::Status TokenSource::Wait(SteadyTime end, const CallLimits* limits) {
  answered_.WaitUntil(mutex_, std::min(end, NextLook(limits)));
  auto status = CheckCall(limits);
  if (status.ok() && SteadyNow() >= end) {
    status = absl::DeadlineExceededError(
        "The time for the call was over before there was a token.");
  }
  return status;
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
