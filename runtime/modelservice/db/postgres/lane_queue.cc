#include "modelservice/db/postgres/lane_queue.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "modelservice/db/no_throw.h"

namespace modelservice::postgres {

bool LaneQueue::Push(Execution& execution) {
  const absl::Time now = absl::Now();
  Place* woken = nullptr;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (closed_) return false;
    calls_.push_back({&execution, now});
    woken = WakeOne();
  }
  if (woken != nullptr) woken->bell().Ring();
  return true;
}

void LaneQueue::PutBack(const std::vector<QueuedCall>& calls) {
  if (calls.empty()) return;
  Place* woken = nullptr;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    calls_.insert(calls_.begin(), calls.begin(), calls.end());
    woken = WakeOne();
  }
  if (woken != nullptr) woken->bell().Ring();
}

LaneQueue::Place* LaneQueue::WakeOne() {
  if (fresh_ > 0 || calls_.empty() || idle_.empty()) return nullptr;
  Place* const place = idle_.back();
  idle_.pop_back();
  place->state_ = Place::State::kFresh;
  ++fresh_;
  return place;
}

void LaneQueue::LeaveState(Place& place) {
  if (place.state_ == Place::State::kFresh) --fresh_;
  if (place.state_ == Place::State::kIdle) {
    idle_.erase(std::find(idle_.begin(), idle_.end(), &place));
  }
}

void LaneQueue::Join(Place& place) {
  const std::lock_guard<std::mutex> lock(mutex_);
  place.state_ = Place::State::kFresh;
  ++fresh_;
  ++connected_;
}

void LaneQueue::Leave(Place& place) {
  const absl::Time now = absl::Now();
  Place* woken = nullptr;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    LeaveState(place);
    place.state_ = Place::State::kAway;
    if (--connected_ == 0) alone_since_ = now;
    woken = WakeOne();
  }
  if (woken != nullptr) woken->bell().Ring();
}

void LaneQueue::GotSlow(Place& place) {
  Place* woken = nullptr;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    LeaveState(place);
    place.state_ = Place::State::kSlow;
    woken = WakeOne();
  }
  if (woken != nullptr) woken->bell().Ring();
}

bool LaneQueue::Take(Place& place, size_t most,
                     std::vector<QueuedCall>* calls) {
  const std::lock_guard<std::mutex> lock(mutex_);
  LeaveState(place);
  if (calls_.empty() && !closed_) {
    place.state_ = Place::State::kIdle;
    idle_.push_back(&place);
    return true;
  }
  place.state_ = Place::State::kFresh;
  ++fresh_;
  const auto end = calls_.begin() +
                   static_cast<std::ptrdiff_t>(std::min(most, calls_.size()));
  calls->assign(calls_.begin(), end);
  calls_.erase(calls_.begin(), end);
  return !calls->empty();
}

absl::Status LaneQueue::Tired(const QueuedCall& call, absl::Time now,
                              const absl::Status& why) const {
  const CallLimits* const limits = call.execution->limits;
  absl::Status status = CheckLimits(limits);
  if (!status.ok() || connected_ > 0) return status;
  const bool patient =
      limits != nullptr && limits->deadline() != absl::InfiniteFuture();
  if (patient || now - std::max(call.since, alone_since_) < most_wait_) {
    return absl::OkStatus();
  }
  return why;
}

void LaneQueue::AnswerTired(const absl::Status& why) {
  std::vector<std::pair<Execution*, absl::Status>> tired;
  {
    const absl::Time now = absl::Now();
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto end = std::remove_if(
        calls_.begin(), calls_.end(), [&](const QueuedCall& call) {
          absl::Status status = Tired(call, now, why);
          if (status.ok()) return false;
          tired.emplace_back(call.execution, std::move(status));
          return true;
        });
    calls_.erase(end, calls_.end());
  }
  for (const auto& [execution, status] : tired) Answer(*execution, status);
}

void LaneQueue::Close() {
  std::vector<Place*> idle;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    closed_ = true;
    idle = std::move(idle_);
    idle_.clear();
    for (Place* place : idle) place->state_ = Place::State::kFresh;
    fresh_ += static_cast<int>(idle.size());
  }
  for (Place* place : idle) place->bell().Ring();
}

bool LaneQueue::closed() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return closed_;
}

bool LaneQueue::finished() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return closed_ && (calls_.empty() || connected_ > 0);
}

void LaneQueue::AnswerAll(const absl::Status& status) {
  std::deque<QueuedCall> calls;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    calls.swap(calls_);
  }
  for (const QueuedCall& call : calls) Answer(*call.execution, status);
}

void Answer(Execution& execution, const absl::Status& status,
            const Outcome& outcome) {
  NoThrow([&] {
    execution.OnDone(status, outcome);
    return absl::OkStatus();
  }).IgnoreError();
}

}  // namespace modelservice::postgres
