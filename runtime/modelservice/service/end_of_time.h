// Cancels a stream whose time is over (CallContext::LimitTime) while it waits
// for its client: what a deadline of the client's own would do.
#ifndef MODELSERVICE_SERVICE_END_OF_TIME_H_
#define MODELSERVICE_SERVICE_END_OF_TIME_H_

#include <memory>

#include "modelservice/service/call_context.h"

namespace modelservice {

// One for each stream. Set and Cancel are not called at the same time.
class EndOfTime {
 public:
  EndOfTime();
  // As Cancel.
  ~EndOfTime();

  // Nothing when the call's time has no limit. `call` lives until Cancel.
  void Set(CallContext& call);
  // Afterwards the call is not touched any more.
  void Cancel();

 private:
  struct Watch;
  std::shared_ptr<Watch> watch_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_END_OF_TIME_H_
