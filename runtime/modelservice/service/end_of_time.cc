#include "modelservice/service/end_of_time.h"

#include <grpcpp/alarm.h>

#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "modelservice/base/mutex.h"

namespace modelservice {
namespace {

// So that a call that can still say what happened does.
constexpr absl::Duration kGrace = absl::Seconds(1);

}  // namespace

struct EndOfTime::Watch {
  Mutex mutex;
  CallContext* call ABSL_GUARDED_BY(mutex) = nullptr;  // null: over
  grpc::Alarm alarm;
};

EndOfTime::EndOfTime() = default;
EndOfTime::~EndOfTime() { Cancel(); }

void EndOfTime::Set(CallContext& call) {
  if (call.time_limit() == kNever) return;
  watch_ = std::make_shared<Watch>();
  {
    const MutexLock lock(watch_->mutex);
    watch_->call = &call;
  }
  watch_->alarm.Set(
      absl::ToChronoTime(absl::Now() + Until(call.time_limit()) + kGrace),
      [watch = std::weak_ptr<Watch>(watch_)](bool ok) {
        const auto alive = watch.lock();
        if (!ok || alive == nullptr) return;
        const MutexLock lock(alive->mutex);
        if (alive->call != nullptr) alive->call->Cancel();
      });
}

void EndOfTime::Cancel() {
  if (watch_ == nullptr) return;
  {
    const MutexLock lock(watch_->mutex);
    watch_->call = nullptr;
  }
  watch_->alarm.Cancel();
  watch_.reset();
}

}  // namespace modelservice
