#include "modelservice/service/stream_keeper.h"

#include <algorithm>

#include "modelservice/base/waiting.h"

namespace modelservice {

StreamKeeper::StreamKeeper(absl::Duration idle_time)
    : idle_time_(idle_time), thread_("idle streams", [this] { Keep(); }) {}

StreamKeeper::~StreamKeeper() {
  {
    const MutexLock lock(mutex_);
    stopped_ = true;
    changed_.NotifyAll();
  }
  thread_.Join();
}

void StreamKeeper::Add(Stream& stream) {
  const MutexLock lock(mutex_);
  streams_.insert(&stream);
  if (streams_.size() == 1) changed_.NotifyAll();
}

void StreamKeeper::Remove(Stream& stream) {
  const MutexLock lock(mutex_);
  streams_.erase(&stream);
}

void StreamKeeper::Keep() {
  const NoWaiting others_wait;
  // Looked at so often that none is idle for much longer.
  const absl::Duration pause = std::max(idle_time_ / 8, absl::Milliseconds(10));
  const MutexLock lock(mutex_);
  while (!stopped_) {
    if (streams_.empty()) {
      changed_.Wait(mutex_);
      continue;
    }
    changed_.WaitUntil(mutex_, After(pause));
    const SteadyTime idle_since =
        SteadyNow() - absl::ToChronoNanoseconds(idle_time_);
    for (Stream* stream : streams_) stream->GiveBackUnusedSince(idle_since);
  }
}

}  // namespace modelservice
