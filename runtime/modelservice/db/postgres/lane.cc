#include "modelservice/db/postgres/lane.h"

#include <poll.h>

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "modelservice/db/error.h"
#include "modelservice/db/postgres/watch.h"

namespace modelservice::postgres {
namespace {

constexpr absl::Duration kFirstPause = absl::Milliseconds(50);
constexpr absl::Duration kLongestPause = absl::Seconds(2);

// Of making a connection: while somebody may want it. Looks after those who
// wait in the queue.
class ConnectingLimits final : public CallLimits {
 public:
  ConnectingLimits(LaneQueue& queue, const absl::Status& why)
      : queue_(queue), why_(why) {}
  absl::Time deadline() const override { return absl::InfiniteFuture(); }
  bool cancelled() const override {
    queue_.AnswerTired(why_);
    return queue_.finished();
  }

 private:
  LaneQueue& queue_;
  const absl::Status& why_;
};

}  // namespace

Lane::Lane(LaneQueue& queue, const PostgresOptions& options, bool writes,
           std::unique_ptr<Connection> connection)
    : queue_(queue),
      options_(options),
      batch_(queue, place_, writes),
      connection_(std::move(connection)),
      thread_([this] { Loop(); }) {}

void Lane::Loop() {
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
  absl::Duration pause = kFirstPause;
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
    if (connection_ != nullptr &&
        PQenterPipelineMode(connection_->handle()) != 0) {
      return true;
    }
    connection_ = nullptr;
    if (queue_.closed()) return false;
    for (const absl::Time until = absl::Now() + pause; absl::Now() < until;
         absl::SleepFor(std::min(kLookEvery, pause))) {
      if (limits.cancelled()) return false;
    }
    pause = std::min(2 * pause, kLongestPause);
  }
}

void Lane::Serve() {
  const size_t most = static_cast<size_t>(options_.max_batch);
  bool alive = false;  // Sleep has just looked
  while (!connection_->lost()) {
    taken_.clear();
    if (!queue_.Take(place_, most, &taken_)) break;
    if (taken_.empty()) {
      batch_.GiveAnswers();
      alive = Sleep();
    } else if (std::exchange(alive, false) || connection_->LooksAlive()) {
      batch_.Run(*connection_, taken_);
    } else {
      connection_->GiveUp();
      queue_.PutBack(taken_);
    }
  }
  batch_.GiveAnswers();
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
      return true;
    }
  }
}

}  // namespace modelservice::postgres
