// What was done for one call, for those who tell of it afterwards.
#ifndef MODELSERVICE_BASE_CALL_COUNTS_H_
#define MODELSERVICE_BASE_CALL_COUNTS_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/time/time.h"

namespace modelservice {

class CallSpans;

// Any thread may add.
struct CallCounts {
  class Number {
   public:
    void Add(int64_t more) {
      value_.fetch_add(more, std::memory_order_relaxed);
    }
    void Add(absl::Duration more) { Add(absl::ToInt64Nanoseconds(more)); }
    int64_t get() const { return value_.load(std::memory_order_relaxed); }

   private:
    std::atomic<int64_t> value_{0};
  };

  Number statements;
  Number rows;            // given out, or else written
  Number sql_time;        // in nanoseconds, with the waits of the database
  Number queue_time;      // in nanoseconds, for a thread of the executor
  Number bytes_received;  // of messages
  Number bytes_sent;
  // Where what is done for it is recorded; null: nowhere. Set before anything
  // is.
  std::shared_ptr<const CallSpans> spans;

  // Those of the call that this thread works for; null: of none.
  static CallCounts* Current() { return Innermost(); }

  // This thread works for the call while it lives. Null: for none.
  class Scope {
   public:
    explicit Scope(CallCounts* counts)
        : outer_(std::exchange(Innermost(), counts)) {}
    ~Scope() { Innermost() = outer_; }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    CallCounts* const outer_;
  };

 private:
  static CallCounts*& Innermost() {
    static thread_local CallCounts* counts = nullptr;
    return counts;
  }
};

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_CALL_COUNTS_H_
