#include "modelservice/db/postgres/lanes.h"

#include <utility>

#include "modelservice/db/postgres/errors.h"

namespace modelservice::postgres {

Lanes::Lanes(const PostgresOptions& options, std::unique_ptr<Connection> first)
    : options_(options), reads_(options.pool_wait), writes_(options.pool_wait) {
  for (int i = 0; i < options_.read_lanes; ++i) {
    lanes_.push_back(std::make_unique<Lane>(reads_, options_, /*writes=*/false,
                                            std::exchange(first, nullptr)));
  }
  for (int i = 0; i < options_.write_lanes; ++i) {
    lanes_.push_back(
        std::make_unique<Lane>(writes_, options_, /*writes=*/true, nullptr));
  }
}

void Lanes::Execute(Execution& execution) {
  LaneQueue& queue = execution.statement.writes ? writes_ : reads_;
  if (!queue.Push(execution)) Answer(execution, ClosedError());
}

void Lanes::Close() {
  reads_.Close();
  writes_.Close();
  lanes_.clear();  // waits for the threads
  reads_.AnswerAll(ClosedError());
  writes_.AnswerAll(ClosedError());
}

}  // namespace modelservice::postgres
