#include "modelservice/db/postgres/lanes.h"

#include <utility>

#include "modelservice/db/postgres/errors.h"

namespace modelservice::postgres {

Lanes::Lanes(const PostgresOptions& options, Detour& detour,
             std::unique_ptr<Connection> first)
    : options_(options), detour_(detour), reads_(options), writes_(options) {
  for (int i = 0; i < options_.read_lanes; ++i) {
    lanes_.push_back(std::make_unique<Lane>(reads_, detour_, options_,
                                            /*writes=*/false,
                                            std::exchange(first, nullptr)));
  }
  for (int i = 0; i < options_.write_lanes; ++i) {
    lanes_.push_back(std::make_unique<Lane>(writes_, detour_, options_,
                                            /*writes=*/true, nullptr));
  }
}

absl::Status Lanes::started() const {
  for (const auto& lane : lanes_) {
    if (!lane->started().ok()) return lane->started();
  }
  return absl::OkStatus();
}

void Lanes::Execute(Execution& execution) {
  if (detour_.IsFor(execution.statement)) return detour_.Run(execution);
  LaneQueue& queue = execution.statement.writes ? writes_ : reads_;
  const absl::Status status = queue.Push(execution);
  if (!status.ok()) Answer(execution, status);
}

void Lanes::Report(Measures& to) const {
  reads_.Report("reads", to);
  writes_.Report("writes", to);
}

void Lanes::Close() {
  reads_.Close();
  writes_.Close();
  lanes_.clear();  // waits for the threads
  reads_.AnswerAll(ClosedError());
  writes_.AnswerAll(ClosedError());
}

}  // namespace modelservice::postgres
