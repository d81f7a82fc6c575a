// How many cursors of a database are open.
#ifndef MODELSERVICE_DB_CURSOR_COUNT_H_
#define MODELSERVICE_DB_CURSOR_COUNT_H_

#include <atomic>
#include <memory>

#include "absl/status/statusor.h"

namespace modelservice {

// Thread-safe. What it counts may outlive it.
class CursorCount {
 public:
  // At most so many.
  explicit CursorCount(int most) : most_(most) {}

  // Counts one until the last copy goes. RESOURCE_EXHAUSTED naming max_cursors.
  absl::StatusOr<std::shared_ptr<void>> Add();

 private:
  const int most_;
  const std::shared_ptr<std::atomic<int>> open_ =
      std::make_shared<std::atomic<int>>(0);
};

}  // namespace modelservice

#endif  // MODELSERVICE_DB_CURSOR_COUNT_H_
