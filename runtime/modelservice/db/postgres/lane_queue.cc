#include "modelservice/db/postgres/lane_queue.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/base/status_details.h"
#include "modelservice/db/no_throw.h"
#include "modelservice/db/postgres/errors.h"

namespace modelservice::postgres {
namespace {

size_t BytesOf(const Statement& statement) {
  size_t bytes = 0;
  for (const Value& value : statement.parameters) {
    const Value::Kind kind = value.kind();
    bytes += sizeof(Value);
    if (kind == Value::Kind::kText || kind == Value::Kind::kBlob) {
      bytes += value.text().size();
    }
  }
  return bytes;
}

}  // namespace

size_t LaneQueue::NewPlace(Place& place) {
  const MutexLock lock(mutex_);
  places_.push_back(&place);
  states_.push_back(State::kAway);
  return places_.size() - 1;
}

absl::Status LaneQueue::Push(Execution& execution) {
  const QueuedCall call{&execution, SteadyNow(), BytesOf(execution.statement)};
  Place* woken = nullptr;
  {
    const MutexLock lock(mutex_);
    if (closed_) return ClosedError();
    if (calls_.size() >= most_calls_) {
      ++refused_;
      return BoundReached(
          absl::StrCat("There are ", calls_.size(),
                       " statements waiting for the database, as many as may "
                       "(max_queue); try again later."),
          "QUEUE_FULL");
    }
    calls_.push_back(call);
    woken = WakeOne();
  }
  if (woken != nullptr) woken->bell().Ring();
  return absl::OkStatus();
}

void LaneQueue::PutBack(const std::vector<QueuedCall>& calls) {
  if (calls.empty()) return;
  Place* woken = nullptr;
  {
    const MutexLock lock(mutex_);
    calls_.insert(calls_.begin(), calls.begin(), calls.end());
    woken = WakeOne();
  }
  if (woken != nullptr) woken->bell().Ring();
}

LaneQueue::Place* LaneQueue::WakeOne() {
  if (fresh_ > 0 || calls_.empty() || idle_.empty()) return nullptr;
  Place* const place = places_[idle_.back()];
  SetState(*place, State::kFresh);
  return place;
}

void LaneQueue::SetState(const Place& place, State state) {
  State& now = states_[place.number_];
  if (now == State::kFresh) --fresh_;
  if (now == State::kIdle) {
    // Most of the time the last.
    const auto here = std::find(idle_.rbegin(), idle_.rend(), place.number_);
    idle_.erase(std::next(here).base());
  }
  now = state;
  if (now == State::kFresh) ++fresh_;
  if (now == State::kIdle) idle_.push_back(place.number_);
}

void LaneQueue::Join(Place& place) {
  const MutexLock lock(mutex_);
  SetState(place, State::kFresh);
  ++connected_;
}

void LaneQueue::Leave(Place& place) {
  const SteadyTime now = SteadyNow();
  Place* woken = nullptr;
  {
    const MutexLock lock(mutex_);
    SetState(place, State::kAway);
    if (--connected_ == 0) alone_since_ = now;
    woken = WakeOne();
  }
  if (woken != nullptr) woken->bell().Ring();
}

void LaneQueue::GotSlow(Place& place) {
  Place* woken = nullptr;
  {
    const MutexLock lock(mutex_);
    SetState(place, State::kSlow);
    woken = WakeOne();
  }
  if (woken != nullptr) woken->bell().Ring();
}

bool LaneQueue::Take(Place& place, size_t most,
                     std::vector<QueuedCall>* calls) {
  const MutexLock lock(mutex_);
  if (calls_.empty() && !closed_) {
    SetState(place, State::kIdle);
    return true;
  }
  SetState(place, State::kFresh);
  size_t bytes = 0;
  while (!calls_.empty() && calls->size() < most) {
    bytes += calls_.front().bytes;
    if (bytes > most_bytes_ && !calls->empty()) break;
    calls->push_back(calls_.front());
    calls_.pop_front();
  }
  return !calls->empty();
}

absl::Status LaneQueue::Tired(const QueuedCall& call, SteadyTime now,
                              const absl::Status& why) const {
  const CallLimits* const limits = call.execution->limits;
  absl::Status status = CheckLimits(limits);
  if (!status.ok() || connected_ > 0) return status;
  const bool patient = limits != nullptr && limits->ends_at() != kNever;
  if (patient || After(most_wait_, std::max(call.since, alone_since_)) > now) {
    return absl::OkStatus();
  }
  return why;
}

void LaneQueue::AnswerTired(const absl::Status& why) {
  std::vector<std::pair<Execution*, absl::Status>> tired;
  {
    const SteadyTime now = SteadyNow();
    const MutexLock lock(mutex_);
    std::deque<QueuedCall> left;
    for (const QueuedCall& call : calls_) {
      absl::Status status = Tired(call, now, why);
      if (status.ok()) {
        left.push_back(call);
      } else {
        tired.emplace_back(call.execution, std::move(status));
      }
    }
    if (!tired.empty()) calls_.swap(left);
  }
  for (const auto& [execution, status] : tired) Answer(*execution, status);
}

void LaneQueue::Report(absl::string_view name, Measures& to) const {
  const Measures::Labels batch = {{"batch", std::string(name)}};
  to.AddHistogram("modelservice_batch_seconds",
                  "Batches of statements, with their commits.", batch,
                  batch_times_);
  to.AddHistogram("modelservice_batch_size", "Statements in a batch.", batch,
                  batch_sizes_);
  to.AddCache("statements", statements_);
  const MutexLock lock(mutex_);
  to.AddQueue(absl::StrCat("lanes of ", name), calls_.size(), most_calls_,
              refused_);
  const auto idle = static_cast<int>(idle_.size());
  to.AddPool(absl::StrCat("lanes of ", name), connected_, idle,
             static_cast<int>(places_.size()));
}

void LaneQueue::Close() {
  std::vector<Place*> woken;
  {
    const MutexLock lock(mutex_);
    closed_ = true;
    while (!idle_.empty()) {
      woken.push_back(places_[idle_.back()]);
      SetState(*woken.back(), State::kFresh);
    }
  }
  for (Place* const place : woken) place->bell().Ring();
}

bool LaneQueue::closed() const {
  const MutexLock lock(mutex_);
  return closed_;
}

bool LaneQueue::finished() const {
  const MutexLock lock(mutex_);
  return closed_ && (calls_.empty() || connected_ > 0);
}

void LaneQueue::AnswerAll(const absl::Status& status) {
  std::deque<QueuedCall> calls;
  {
    const MutexLock lock(mutex_);
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
