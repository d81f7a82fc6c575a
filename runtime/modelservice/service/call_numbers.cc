#include "modelservice/service/call_numbers.h"

#include <memory>
#include <utility>

#include "absl/time/clock.h"
#include "modelservice/base/status_details.h"

namespace modelservice {
namespace {

// Programs may have any number of reasons of their own, and even one a call.
constexpr size_t kMostReasons = 200;

}  // namespace

MethodNumbers::~MethodNumbers() {
  for (std::atomic<Times*>& other : others_) delete other.load();
}

void MethodNumbers::Times::Add(absl::Duration taken, const Trace* trace) {
  histogram_.Add(taken);
  if (trace == nullptr || !trace->sampled) return;
  const size_t bucket = histogram_.BucketOf(absl::ToInt64Nanoseconds(taken));
  Measures::Exemplar exemplar{trace->trace_id, trace->span_id,
                              absl::ToDoubleSeconds(taken), absl::Now()};
  const MutexLock lock(mutex_);
  if (exemplars_ == nullptr) exemplars_ = std::make_unique<Exemplars>();
  (*exemplars_)[bucket] = std::move(exemplar);
}

void MethodNumbers::Times::Report(Measures::Labels labels, Measures& to) const {
  Measures::Sample& sample = to.AddHistogram(
      "modelservice_call_seconds",
      "Calls that have ended, by method and by how: OK, NOT_FOUND.",
      std::move(labels), histogram_);
  const MutexLock lock(mutex_);
  if (exemplars_ == nullptr) return;
  for (size_t i = 0; i < exemplars_->size(); ++i) {
    sample.buckets[i].exemplar = (*exemplars_)[i];
  }
}

MethodNumbers::Times& MethodNumbers::Of(size_t code) {
  if (code == 0) return ok_;
  std::atomic<Times*>& place = others_[code];
  if (Times* const there = place.load(std::memory_order_acquire)) {
    return *there;
  }
  auto made = std::make_unique<Times>();
  Times* before = nullptr;
  return place.compare_exchange_strong(before, made.get(),
                                       std::memory_order_acq_rel)
             ? *made.release()
             : *before;
}

void MethodNumbers::Ended(absl::StatusCode code, absl::Duration taken,
                          const Trace* trace) {
  const auto number = static_cast<size_t>(code);
  Of(number < kCodes ? number : static_cast<size_t>(absl::StatusCode::kUnknown))
      .Add(taken, trace);
}

void MethodNumbers::Report(absl::string_view method, Measures& to) const {
  const std::string name(method);
  int64_t ended = 0;
  for (size_t code = 0; code < kCodes; ++code) {
    const Times* const times =
        code == 0 ? &ok_ : others_[code].load(std::memory_order_acquire);
    if (times == nullptr) continue;
    ended += times->count();
    times->Report({{"method", name},
                   {"code", absl::StatusCodeToString(
                                static_cast<absl::StatusCode>(code))}},
                  to);
  }
  const int64_t started = started_.value();
  to.AddCounter("modelservice_calls_started_total", "Calls that have begun.",
                {{"method", name}}, started);
  // Read at different times.
  to.AddGauge("modelservice_calls_in_flight", "Calls that have not ended.",
              {{"method", name}},
              static_cast<double>(started > ended ? started - ended : 0));
}

void ErrorReasons::Add(const absl::Status& told) {
  const std::string reason = ErrorReason(told);
  const MutexLock lock(mutex_);
  const auto found = counts_.find(reason);
  if (found != counts_.end()) {
    ++found->second;
  } else {
    ++counts_[counts_.size() < kMostReasons ? reason : "OTHERS"];
  }
}

void ErrorReasons::Report(Measures& to) const {
  const MutexLock lock(mutex_);
  for (const auto& [reason, count] : counts_) {
    to.AddCounter("modelservice_call_errors_total",
                  "Calls that were refused or failed, by the reason that their "
                  "clients were told.",
                  {{"reason", reason}}, count);
  }
}

}  // namespace modelservice
