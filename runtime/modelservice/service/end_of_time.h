// Does something about a call whose time is over (CallContext::LimitTime): what
// a deadline of the client's own would do.
#ifndef MODELSERVICE_SERVICE_END_OF_TIME_H_
#define MODELSERVICE_SERVICE_END_OF_TIME_H_

#include <functional>
#include <memory>

#include "modelservice/base/clock.h"
#include "modelservice/service/grpc_call_context.h"

namespace modelservice {

// One for each call. Set and Cancel are not called at the same time.
class EndOfTime {
 public:
  EndOfTime();
  // As Cancel.
  ~EndOfTime();

  // Calls `act` at `end`, on a thread of gRPC; never where that is kNever.
  void Set(SteadyTime end, std::function<void()> act);
  // Cancels a stream that waits for its client. `call` lives until Cancel.
  void Set(GrpcCallContext& call);
  // Afterwards nothing is called any more.
  void Cancel();

 private:
  struct Watch;
  std::shared_ptr<Watch> watch_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_END_OF_TIME_H_
