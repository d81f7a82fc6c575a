// What stands around calls: it sees them come and go, and may refuse a call,
// answer it in the method's place, and change its reply and how it ended.
//
//   class Audit : public modelservice::Interceptor {
//    public:
//     absl::Status Before(CallContext& call) override {
//       return call.metadata("x-request-id").has_value()
//                  ? absl::OkStatus()
//                  : absl::InvalidArgumentError("x-request-id is missing.");
//     }
//     void After(CallContext& call, absl::Status& status) override {
//       modelservice::Log(modelservice::Severity::kInfo,
//                         absl::StrCat(call.method(), ": ",
//                         status.ToString()));
//     }
//   };
//
//   registry.AddInterceptor<Audit>("audit");
//
// Settings and options choose by that name which calls it stands around
// (docs/guard.md). Of these functions those that a class does not override cost
// its calls nothing.
//
// Ownership: the registry's, and then the server's. One object serves every
// call of a server. What it keeps between its functions, it gives to the call
// (CallContext::Put); `call` lives as long as the function's part of it lasts,
// for Start until `done` has been called.
// Threads: many at once, of different calls; of one call one at a time.
// Errors: what a function throws ends the call with INTERNAL and an id that is
// in the log.
#ifndef MODELSERVICE_INTERCEPTOR_H_
#define MODELSERVICE_INTERCEPTOR_H_

#include <google/protobuf/message.h>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "modelservice/call_context.h"
#include "modelservice/reply.h"

namespace modelservice {

class Interceptor {
 public:
  enum class Direction { kReceived, kSent };
  // Takes what Before would return.
  using Done = absl::AnyInvocable<void(absl::Status)>;

  virtual ~Interceptor() = default;

  // Before the method. An error refuses the call: what comes behind in the
  // chain, the method among it, does not run. With OK the call goes on, unless
  // CallContext::Answer has answered it. Once for each call, never inside of a
  // transaction. On gRPC's thread, where waiting is refused in words, unless
  // blocking() says that it waits.
  virtual absl::Status Before(CallContext& call);
  // Whether Before may wait, for a database or another server: then it runs on
  // the executor, and the call ends with RESOURCE_EXHAUSTED where that is full,
  // or with CANCELLED or DEADLINE_EXCEEDED if it is over before its turn.
  virtual bool blocking() const { return false; }

  // In place of Before, for a decision that comes later and holds no thread
  // meanwhile. A class overrides one of the two: Registry::AddInterceptor does
  // not compile otherwise. Runs on gRPC's thread and must not wait; calls
  // `done` once, before it returns or later, on any thread that may run what
  // comes behind it. A second call of `done` is logged and changes nothing;
  // letting go of it without a call ends the call with INTERNAL.
  virtual void Start(CallContext& call, Done done);

  // Before the reply of a unary call goes out: may change it. The last
  // interceptor in the chain comes first; of a call that was answered without
  // its method those in front of the one that answered. Sees what the caller
  // may read, and what it changes is hidden by the read rules once more. Not
  // called for calls that failed. An error ends the call with it in place of
  // the reply; what the method wrote is committed by then, as it is for After.
  // On the executor: it may wait.
  virtual absl::Status OnReply(CallContext& call, AnyReply& reply);

  // Once for each call whose Before (or Start) ran, the last one first, how
  // ever it went on; `status` is how the call ended so far, also by a refusal
  // of this or a later interceptor, and may be changed. An error in place of OK
  // keeps the reply back; OK in place of an error sends an empty one. On the
  // executor, when the call's transaction is over: it may wait, and write.
  virtual void After(CallContext& call, absl::Status& status);

  // Each message, in all four shapes, as it comes and goes; of a unary reply
  // what OnReply left of it. An error ends the call with it. Must not wait, for
  // the stream waits for it: on gRPC's thread, or where the method is.
  virtual absl::Status OnMessage(CallContext& call, Direction direction,
                                 const google::protobuf::Message& message);
};

}  // namespace modelservice

#endif  // MODELSERVICE_INTERCEPTOR_H_
