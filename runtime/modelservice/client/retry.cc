#include "modelservice/client/retry.h"

#include <algorithm>
#include <random>

#include "absl/strings/cord.h"
#include "modelservice/error_details.h"

namespace modelservice {

namespace {

// Of this side alone: it is no type's, and sent to nobody.
constexpr char kLostAttempt[] = "modelservice/lost_attempt";

}  // namespace

bool HadLostAttempt(const absl::Status& status) {
  return status.GetPayload(kLostAttempt).has_value();
}

namespace client {

bool IsTransient(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kCancelled:
      return true;
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kAborted:
      return RetryDelayOf(status).has_value();
    default:
      return false;
  }
}

bool MayBeDone(const absl::Status& status) {
  if (!absl::IsUnavailable(status) && !absl::IsCancelled(status)) return false;
  if (!RetryDelayOf(status).has_value()) return true;
  // The server's database went while it committed, or before.
  const auto info = ErrorInfoOf(status);
  return info.has_value() && info->reason() == "DATABASE_UNAVAILABLE";
}

void MarkLostAttempt(absl::Status* status) {
  if (!status->ok()) status->SetPayload(kLostAttempt, absl::Cord());
}

std::optional<absl::Duration> PauseBefore(const absl::Status& status, int made,
                                          const ClientRetries& retries,
                                          double chance) {
  if (made >= retries.max_attempts || !IsTransient(status)) return std::nullopt;
  absl::Duration pause = retries.first_pause;
  for (int i = 1; i < made && pause < retries.longest_pause; ++i) pause *= 2;
  pause = std::min(pause, retries.longest_pause);
  // Callers that failed together do not come back together.
  const absl::Duration less = pause * chance / 2;
  const auto told = RetryDelayOf(status);
  if (told.has_value() && *told > pause - less) return *told + less;
  return pause - less;
}

double Chance() {
  thread_local std::minstd_rand random{std::random_device()()};
  return std::uniform_real_distribution<double>(0, 1)(random);
}

}  // namespace client
}  // namespace modelservice
