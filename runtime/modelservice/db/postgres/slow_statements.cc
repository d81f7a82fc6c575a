#include "modelservice/db/postgres/slow_statements.h"

#include "absl/hash/hash.h"

namespace modelservice::postgres {
namespace {

// How often one has to be quick, since that may depend on its parameters.
constexpr int kTimes = 8;
// As a part of what is slow, so that none goes to and fro.
constexpr int kQuickPart = 4;
constexpr size_t kMost = 1024;

size_t HashOf(absl::string_view text) {
  return absl::Hash<absl::string_view>()(text);
}

}  // namespace

bool SlowStatements::Has(absl::string_view text) const {
  if (count_.load(std::memory_order_relaxed) == 0) return false;
  const MutexLock lock(mutex_);
  return texts_.contains(HashOf(text));
}

void SlowStatements::Add(absl::string_view text) {
  const MutexLock lock(mutex_);
  // What is still slow will soon be here again.
  if (texts_.size() >= kMost) texts_.clear();
  texts_[HashOf(text)] = kTimes;
  count_.store(texts_.size(), std::memory_order_relaxed);
}

void SlowStatements::NoteTime(absl::string_view text, absl::Duration took) {
  if (count_.load(std::memory_order_relaxed) == 0) return;
  const MutexLock lock(mutex_);
  const auto found = texts_.find(HashOf(text));
  if (found == texts_.end()) return;
  if (took * kQuickPart > slow_) {
    found->second = kTimes;
  } else if (--found->second == 0) {
    texts_.erase(found);
    count_.store(texts_.size(), std::memory_order_relaxed);
  }
}

}  // namespace modelservice::postgres
