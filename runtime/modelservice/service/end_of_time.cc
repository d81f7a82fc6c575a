#include "modelservice/service/end_of_time.h"

#include <grpcpp/alarm.h>

#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "modelservice/base/mutex.h"
#include "modelservice/base/waiting.h"

namespace modelservice {
namespace {

// So that a stream that can still say what happened does.
constexpr absl::Duration kGrace = absl::Seconds(1);

}  // namespace

struct EndOfTime::Watch {
  Mutex mutex;
  // None once it is cancelled.
  std::function<void()> act ABSL_GUARDED_BY(mutex);
  grpc::Alarm alarm;
};

EndOfTime::EndOfTime() = default;
EndOfTime::~EndOfTime() { Cancel(); }

void EndOfTime::Set(SteadyTime end, std::function<void()> act) {
  if (end == kNever) return;
  watch_ = std::make_shared<Watch>();
  {
    const MutexLock lock(watch_->mutex);
    watch_->act = std::move(act);
  }
  watch_->alarm.Set(absl::ToChronoTime(absl::Now() + Until(end)),
                    [watch = std::weak_ptr<Watch>(watch_)](bool ok) {
                      const NoWaiting on_grpcs_thread;
                      const auto alive = watch.lock();
                      if (!ok || alive == nullptr) return;
                      const MutexLock lock(alive->mutex);
                      if (alive->act != nullptr) alive->act();
                    });
}

void EndOfTime::Set(GrpcCallContext& call) {
  Set(After(kGrace, call.time_limit()), [&call] { call.Cancel(); });
}

void EndOfTime::Cancel() {
  if (watch_ == nullptr) return;
  {
    const MutexLock lock(watch_->mutex);
    watch_->act = nullptr;
  }
  watch_->alarm.Cancel();
  watch_.reset();
}

}  // namespace modelservice
