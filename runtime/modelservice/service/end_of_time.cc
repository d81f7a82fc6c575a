#include "modelservice/service/end_of_time.h"

#include <grpcpp/alarm.h>

#include <mutex>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "modelservice/base/waiting.h"

namespace modelservice {
namespace {

// So that a stream that can still say what happened does.
constexpr absl::Duration kGrace = absl::Seconds(1);

}  // namespace

struct EndOfTime::Watch {
  std::mutex mutex;
  std::function<void()> act;  // none once it is cancelled
  grpc::Alarm alarm;
};

EndOfTime::EndOfTime() = default;
EndOfTime::~EndOfTime() { Cancel(); }

void EndOfTime::Set(SteadyTime end, std::function<void()> act) {
  if (end == kNever) return;
  watch_ = std::make_shared<Watch>();
  watch_->act = std::move(act);
  watch_->alarm.Set(absl::ToChronoTime(absl::Now() + Until(end)),
                    [watch = std::weak_ptr<Watch>(watch_)](bool ok) {
                      const NoWaiting on_grpcs_thread;
                      const auto alive = watch.lock();
                      if (!ok || alive == nullptr) return;
                      const std::lock_guard<std::mutex> lock(alive->mutex);
                      if (alive->act != nullptr) alive->act();
                    });
}

void EndOfTime::Set(CallContext& call) {
  Set(After(kGrace, call.time_limit()), [&call] { call.Cancel(); });
}

void EndOfTime::Cancel() {
  if (watch_ == nullptr) return;
  {
    const std::lock_guard<std::mutex> lock(watch_->mutex);
    watch_->act = nullptr;
  }
  watch_->alarm.Cancel();
  watch_.reset();
}

}  // namespace modelservice
