// Which statements are known to take long.
#ifndef MODELSERVICE_DB_POSTGRES_SLOW_STATEMENTS_H_
#define MODELSERVICE_DB_POSTGRES_SLOW_STATEMENTS_H_

#include <atomic>
#include <cstddef>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "modelservice/base/mutex.h"

namespace modelservice::postgres {

// By their texts. One that was slow is taken to be slow until it was quick for
// several times. Bounded. Thread-safe.
class SlowStatements {
 public:
  // `slow` is what takes long.
  explicit SlowStatements(absl::Duration slow) : slow_(slow) {}

  bool Has(absl::string_view text) const;
  // It was given up.
  void Add(absl::string_view text);
  // It took so long, alone.
  void NoteTime(absl::string_view text, absl::Duration took);

 private:
  const absl::Duration slow_;
  // Most of the time there are none, and that is seen without the lock.
  std::atomic<size_t> count_{0};
  mutable Mutex mutex_;
  // By hash of the text: how often each has yet to be quick.
  absl::flat_hash_map<size_t, int> texts_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_SLOW_STATEMENTS_H_
