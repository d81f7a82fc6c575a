// Texts of SQL that are written once and used by many statements.
#ifndef MODELSERVICE_DB_KEPT_TEXTS_H_
#define MODELSERVICE_DB_KEPT_TEXTS_H_

#include <cstddef>
#include <string>

#include "absl/container/node_hash_map.h"
#include "absl/strings/string_view.h"
#include "modelservice/base/mutex.h"

namespace modelservice {

// Thread-safe.
class KeptTexts {
 public:
  // The text that was kept under `key`, which lives as long as this; "" without
  // one.
  absl::string_view Find(absl::string_view key) const {
    const MutexLock lock(mutex_);
    const auto found = texts_.find(key);
    return found == texts_.end() ? absl::string_view() : found->second;
  }
  // Keeps `text`, if there is room left, and nothing under `key` yet.
  void Keep(absl::string_view key, absl::string_view text) {
    // A program has a few for each table; what makes them anew each time has
    // no use for them.
    constexpr size_t kMost = 256;
    const MutexLock lock(mutex_);
    if (texts_.size() < kMost) texts_.try_emplace(key, text);
  }

 private:
  mutable Mutex mutex_;
  // Nothing moves, and nothing goes.
  absl::node_hash_map<std::string, std::string> texts_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace modelservice

#endif  // MODELSERVICE_DB_KEPT_TEXTS_H_
