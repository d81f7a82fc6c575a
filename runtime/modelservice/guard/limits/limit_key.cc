#include "modelservice/guard/limits/limit_key.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "modelservice/base/openssl.h"

namespace modelservice {
absl::string_view LetterOf(LimitAlgorithm algorithm) {
  switch (algorithm) {
    case LimitAlgorithm::kFixedWindow:
      return "F";
    case LimitAlgorithm::kSlidingWindow:
      return "S";
    case LimitAlgorithm::kTokenBucket:
      return "T";
  }
  return "F";
}

std::string LimitKeyPrefix(const RateLimit& limit) {
  std::string prefix = absl::StrCat(
      LetterOf(limit.algorithm), limit.max_calls, "/",
      absl::ToInt64Microseconds(limit.period), "us/",
      limit.algorithm == LimitAlgorithm::kTokenBucket ? limit.burst : 0, ":");
  const auto add = [&](absl::string_view part) {
    absl::StrAppend(&prefix, part.size(), ":", part);
  };
  add(limit.group);
  for (const absl::string_view key : limit.keys) add(key);
  // Where the values begin, however many keys there are.
  absl::StrAppend(&prefix, "=");
  return prefix;
}

void LimitKey::Add(absl::string_view part) {
  const absl::AlphaNum size(part.size());
  buffer_.insert(buffer_.end(), size.Piece().begin(), size.Piece().end());
  buffer_.push_back(':');
  buffer_.insert(buffer_.end(), part.begin(), part.end());
}

absl::string_view LimitKey::text() {
  if (buffer_.size() - prefix_ > kLongestParts) {
    const std::string hex = Sha256Hex(
        absl::string_view(buffer_.data() + prefix_, buffer_.size() - prefix_));
    // No length begins like this.
    buffer_.resize(prefix_);
    buffer_.push_back('#');
    buffer_.insert(buffer_.end(), hex.begin(), hex.end());
  }
  return absl::string_view(buffer_.data(), buffer_.size());
}

}  // namespace modelservice
