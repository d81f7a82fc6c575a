// Answers of committed calls, held back until the server has its next work.
#ifndef MODELSERVICE_DB_POSTGRES_ANSWERS_H_
#define MODELSERVICE_DB_POSTGRES_ANSWERS_H_

#include <vector>

#include "modelservice/db/postgres/lane_call.h"

namespace modelservice::postgres {

// To answer a call takes longer than to send a statement, so the next batch is
// sent first. No answer waits for the server: a lane gives them before it
// sleeps, whatever for.
class Answers {
 public:
  // Takes the call's execution.
  void Keep(LaneCall& call) {
    kept_.push_back(call);
    call.queued.execution = nullptr;
  }

  void Give() {
    if (kept_.empty()) return;
    // A refusal that comes after the commit undoes nothing, but is told.
    for (LaneCall& call : kept_) call.Answer(call.refusal);
    kept_.clear();
  }

 private:
  std::vector<LaneCall> kept_;
};

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_ANSWERS_H_
