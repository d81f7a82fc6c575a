#include "modelservice/db/postgres/lane.h"

#include <poll.h>

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "modelservice/base/clock.h"
#include "modelservice/base/waiting.h"
#include "modelservice/db/error.h"
#include "modelservice/db/postgres/errors.h"
#include "modelservice/db/postgres/watch.h"

namespace modelservice::postgres {
namespace {

constexpr absl::Duration kFirstReopening = absl::Milliseconds(50);
constexpr absl::Duration kLongestReopening = absl::Seconds(2);
// A batch that takes longer is followed by a smaller one: its calls wait for
// each other.
constexpr absl::Duration kLongBatch = absl::Milliseconds(200);

// Of making a connection: while somebody may want it. Looks after those who
// wait in the queue.
class ConnectingLimits final : public CallLimits {
 public:
  ConnectingLimits(LaneQueue& queue, const absl::Status& why)
      : queue_(queue), why_(why) {}
  SteadyTime ends_at() const override { return kNever; }
  bool cancelled() const override {
    queue_.AnswerTired(why_);
    return queue_.finished();
  }

 private:
  LaneQueue& queue_;
  const absl::Status& why_;
};

}  // namespace

Lane::Lane(LaneQueue& queue, Detour& detour, const PostgresOptions& options,
           bool writes, std::unique_ptr<Connection> connection)
    : queue_(queue),
      options_(options),
      patience_(options),
      place_(queue),
      batch_(queue, place_, detour, patience_, writes),
      most_(static_cast<size_t>(options.max_batch)),
      connection_(std::move(connection)),
      thread_("a lane of PostgreSQL", [this] { Loop(); }) {}

void Lane::Loop() {
  const NoWaiting no_waiting;
  while (Connect()) {
    queue_.Join(place_);
    Serve();
    queue_.Leave(place_);
    if (!connection_->lost()) return;  // closed
    connection_ = nullptr;
  }
}

bool Lane::Connect() {
  absl::Status why = MakeDatabaseError(DatabaseError::Kind::kConnection,
                                       "no connection to PostgreSQL yet");
  const ConnectingLimits limits(queue_, why);
  absl::Duration pause = kFirstReopening;
  while (true) {
    if (connection_ == nullptr) {
      absl::StatusOr<std::unique_ptr<Connection>> opened =
          Connection::Open(options_, &limits);
      if (opened.ok()) {
        connection_ = *std::move(opened);
      } else {
        why = opened.status();
      }
    }
    if (connection_ != nullptr) {
      connection_->CountStatements(queue_.statements());
      const absl::Status status = Prepare(&limits);
      if (status.ok()) return true;
      why = status;
    }
    connection_ = nullptr;
    if (queue_.closed()) return false;
    for (const SteadyTime until = After(pause); SteadyNow() < until;
         absl::SleepFor(std::min(kLookEvery, pause))) {
      if (limits.cancelled()) return false;
    }
    pause = std::min(2 * pause, kLongestReopening);
  }
}

absl::Status Lane::Prepare(const CallLimits* limits) {
  if (!patience_.session().empty()) {
    absl::Status status = connection_->Command(patience_.session(), limits);
    if (!status.ok()) return status;
  }
  return PQenterPipelineMode(connection_->handle()) != 0
             ? absl::OkStatus()
             : ConnectionError(connection_->handle());
}

void Lane::Serve() {
  bool alive = false;  // Sleep has just looked
  while (!connection_->lost()) {
    taken_.clear();
    if (!queue_.Take(place_, most_, &taken_)) break;
    if (taken_.empty()) {
      batch_.GiveAnswers();
      alive = Sleep();
    } else if (std::exchange(alive, false) || connection_->LooksAlive()) {
      RunBatch();
    } else {
      connection_->GiveUp();
      queue_.PutBack(taken_);
    }
  }
  batch_.GiveAnswers();
}

void Lane::RunBatch() {
  const SteadyTime start = SteadyNow();
  batch_.Run(*connection_, taken_);
  const absl::Duration taken = Since(start);
  queue_.NoteBatch(taken_.size(), taken);
  if (taken > kLongBatch) {
    most_ = std::max<size_t>(1, taken_.size() / 2);
  } else {
    most_ = std::min(2 * most_, static_cast<size_t>(options_.max_batch));
  }
}

bool Lane::Sleep() {
  pollfd wakers[] = {{place_.bell().fd(), POLLIN, 0},
                     {PQsocket(connection_->handle()), POLLIN | POLLRDHUP, 0}};
  while (true) {
    if (poll(wakers, 2, -1) < 0) continue;
    if (wakers[1].revents != 0 && !connection_->LooksAlive()) {
      connection_->GiveUp();
      return false;
    }
    if (wakers[0].revents != 0) {
      place_.bell().Clear();
      return !connection_->of_standby();
    }
  }
}

}  // namespace modelservice::postgres
