// The signals of a server's calls, in all four shapes.
//
//   registry.signals()
//       .request_finished
//       .Connect([](const CallContext& call, const absl::Status& status) {
//         modelservice::Log(
//             modelservice::Severity::kInfo,
//             absl::StrCat(call.method(), ": ", status.ToString()));
//       })
//       .Release();
//
// Ownership: the registry's, and the server's; a Connection may outlive both.
// `call` lives until the receiver returns. Threads: receivers of different
// calls run at the same time; Connect is thread-safe. Blocking: receivers may,
// and their call waits for them. Errors: a receiver that throws, or returns an
// error, is logged, and fails nothing.
#ifndef MODELSERVICE_RPC_SIGNALS_H_
#define MODELSERVICE_RPC_SIGNALS_H_

#include "absl/status/status.h"
#include "modelservice/call_context.h"
#include "modelservice/signal.h"

namespace modelservice {

// Receivers run on the executor, out of the call's transaction, once for each
// call: they may block, and write. The call goes on when they are done.
struct RpcSignals {
  // Before anything else happens to a call.
  Signal<CallContext> request_started{"request_started"};
  // Once for each call that started, with the status that the client is told:
  // of a stream after its last message was taken, or when the client went away;
  // of a unary call when its reply is ready to be sent.
  Signal<CallContext, absl::Status> request_finished{"request_finished"};
  // Before request_finished of a call that fails, with the error as it was
  // before it was made fit for the client.
  Signal<CallContext, absl::Status> got_request_exception{
      "got_request_exception"};
  // Once, after the last call of a server that stops.
  Signal<> shutdown{"shutdown"};
};

}  // namespace modelservice

#endif  // MODELSERVICE_RPC_SIGNALS_H_
