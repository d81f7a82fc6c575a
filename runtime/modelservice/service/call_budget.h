// The most calls that a server runs at a time, and the most streams among them.
//
//   absl::Status room = budget.Enter(/*stream=*/false);
//   if (!room.ok()) return room;
//   ...
//   budget.Leave(/*stream=*/false);
//
// Thread-safe.
#ifndef MODELSERVICE_SERVICE_CALL_BUDGET_H_
#define MODELSERVICE_SERVICE_CALL_BUDGET_H_

#include <atomic>

#include "absl/status/status.h"
#include "modelservice/base/measures.h"
#include "modelservice/log.h"

namespace modelservice {

class CallBudget {
 public:
  struct Most {
    int calls = 1000;
    int streams = 500;        // among the calls
    int reading_streams = 8;  // among the streams
  };

  explicit CallBudget(const Most& most) : most_(most) {}

  // RESOURCE_EXHAUSTED, naming the setting, when there is no room; then nothing
  // has to Leave.
  absl::Status Enter(bool stream) {
    if (calls_.fetch_add(1, std::memory_order_relaxed) >= most_.calls) {
      calls_.fetch_sub(1, std::memory_order_relaxed);
      refused_.Add();
      return NoMoreCalls();
    }
    return stream ? EnterStream() : absl::OkStatus();
  }
  void Leave(bool stream) {
    calls_.fetch_sub(1, std::memory_order_relaxed);
    if (stream) streams_.fetch_sub(1, std::memory_order_relaxed);
  }

  // Of this moment.
  int calls() const { return calls_.load(std::memory_order_relaxed); }

  // How many there are, may be, and were refused.
  void Report(Measures& to) const;

  // The same for streams that send from inside of a transaction.
  absl::Status EnterReadingStream();
  void LeaveReadingStream() {
    reading_streams_.fetch_sub(1, std::memory_order_relaxed);
  }

 private:
  absl::Status EnterStream();
  absl::Status NoMoreCalls() const;

  const Most most_;
  std::atomic<int> calls_{0};
  std::atomic<int> streams_{0};
  std::atomic<int> reading_streams_{0};
  Counter refused_;
  Counter refused_streams_;
  Counter refused_reading_streams_;
  mutable SeldomLog log_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_CALL_BUDGET_H_
