// How the calls of a server went.
#ifndef MODELSERVICE_SERVICE_CALL_NUMBERS_H_
#define MODELSERVICE_SERVICE_CALL_NUMBERS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "modelservice/base/measures.h"
#include "modelservice/base/mutex.h"
#include "modelservice/base/trace.h"

namespace modelservice {

// Those of one method. Thread-safe, and without a lock but for calls of traces
// that are recorded.
class MethodNumbers {
 public:
  MethodNumbers() = default;
  ~MethodNumbers();
  MethodNumbers(const MethodNumbers&) = delete;
  MethodNumbers& operator=(const MethodNumbers&) = delete;

  void Started() { started_.Add(); }
  // With a code of gRPC's; anything else counts as UNKNOWN. `trace` is the
  // call's; null where it is not known.
  void Ended(absl::StatusCode code, absl::Duration taken,
             const Trace* trace = nullptr);

  void Report(absl::string_view method, Measures& to) const;

 private:
  static constexpr size_t kCodes = 17;

  // How long calls took, and of each bucket the last one whose trace is
  // recorded.
  class Times {
   public:
    void Add(absl::Duration taken, const Trace* trace);
    int64_t count() const { return histogram_.count(); }
    void Report(Measures::Labels labels, Measures& to) const;

   private:
    using Exemplars = std::array<std::optional<Measures::Exemplar>,
                                 Histogram::kMaxBounds + 1>;

    Histogram histogram_{Histogram::kSeconds};
    mutable Mutex mutex_;
    std::unique_ptr<Exemplars> exemplars_ ABSL_GUARDED_BY(mutex_);
  };

  Times& Of(size_t code);

  Counter started_;
  // The others are made when they first occur.
  Times ok_;
  std::array<std::atomic<Times*>, kCodes> others_{};
};

// Why calls were refused or failed: how often for each reason (google.rpc's
// ErrorInfo). Thread-safe.
class ErrorReasons {
 public:
  void Add(const absl::Status& told);
  void Report(Measures& to) const;

 private:
  mutable Mutex mutex_;
  std::map<std::string, int64_t> counts_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_CALL_NUMBERS_H_
