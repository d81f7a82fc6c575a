// What stands around a call: may refuse it before it runs, sees its messages,
// and sees, or changes, how it ended.
//
//   class Audit : public modelservice::Interceptor {
//    public:
//     absl::Status Before(CallContext& call) override {
//       return call.metadata("x-request-id").has_value()
//                  ? absl::OkStatus()
//                  : absl::InvalidArgumentError("x-request-id is missing");
//     }
//     void After(CallContext& call, absl::Status& status) override { ... }
//   };
//   registry.AddInterceptor<Audit>("audit");
//
// One object serves every call of a server, from many threads at once. What it
// wants to keep between Before and After, it gives to the call
// (CallContext::Put).
#ifndef MODELSERVICE_INTERCEPTOR_H_
#define MODELSERVICE_INTERCEPTOR_H_

#include <google/protobuf/message.h>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "modelservice/call_context.h"

namespace modelservice {

class Interceptor {
 public:
  enum class Direction { kReceived, kSent };

  virtual ~Interceptor() = default;

  // An error refuses the call: what comes behind in the chain, the method among
  // it, does not run. Runs on gRPC's thread, where waiting is refused in words,
  // unless blocking() says that it waits: then on the executor. Never inside of
  // a transaction, and once for each call.
  virtual absl::Status Before(CallContext& call);
  // Once for each call whose Before ran, the last one first; `status` is how
  // the call ended so far, also by a refusal of this or a later interceptor. On
  // the executor, when the call's transaction is over: it may wait, and write.
  virtual void After(CallContext& call, absl::Status& status);
  // Each message, in all four shapes, as it comes and goes: must not wait, for
  // the stream waits for it. An error ends the call with it.
  virtual absl::Status OnMessage(CallContext& call, Direction direction,
                                 const google::protobuf::Message& message);
  // Whether Before may wait, for a database or another server: then it runs on
  // the executor.
  virtual bool blocking() const { return false; }
};

// One whose decision comes later, without a thread that waits for it.
class AsyncInterceptor : public Interceptor {
 public:
  using Done = absl::AnyInvocable<void(absl::Status)>;
  // In place of Before, on gRPC's thread: calls `done` once, before it returns
  // or later, on any thread. What is answered again is logged, and no more.
  virtual void Start(CallContext& call, Done done) = 0;
};

}  // namespace modelservice

#endif  // MODELSERVICE_INTERCEPTOR_H_
