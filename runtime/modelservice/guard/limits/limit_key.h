// The text that names one count: no two counts have the same.
//
//   const std::string prefix = LimitKeyPrefix(limit);  // once
//   LimitKey key(prefix);
//   key.Add(call.peer());
//   store.DecideNow({{&limit, key.text(), 1}}, &decision);
//
// Every part stands behind its length, so that ("ab", "c") is not ("a", "bc").
// The prefix holds the group and all that the limit counts by, so that two
// limits of one group share a count only if they are the same; the name is no
// part of it. Long values, which clients may choose, end as a SHA-256, so that
// a key is short.
#ifndef MODELSERVICE_GUARD_LIMITS_LIMIT_KEY_H_
#define MODELSERVICE_GUARD_LIMITS_LIMIT_KEY_H_

#include <string>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "modelservice/schema/guard.h"

namespace modelservice {

// The algorithm in keys and messages to a store.
absl::string_view LetterOf(LimitAlgorithm algorithm);

std::string LimitKeyPrefix(const RateLimit& limit);

// Allocates nothing for usual keys.
class LimitKey {
 public:
  // Bytes of the parts together; more are hashed.
  static constexpr size_t kLongestParts = 128;

  explicit LimitKey(absl::string_view prefix)
      : prefix_(prefix.size()), buffer_(prefix.begin(), prefix.end()) {}

  void Add(absl::string_view part);

  // After the last Add; valid as long as the object.
  absl::string_view text();

 private:
  size_t prefix_;
  absl::InlinedVector<char, 256> buffer_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_LIMITS_LIMIT_KEY_H_
