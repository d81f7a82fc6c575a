// Calls to other services that a call to this one makes.
//
//   absl::StatusOr<Reply<Invoice>> Bill(const CallContext& call,
//                                       const BillRequest& request) override {
//     shop::RetrieveOrderRequest wanted;
//     wanted.set_id(request.order_id());
//     auto order = orders_.Retrieve(wanted, modelservice::OnBehalfOf(call));
//     if (!order.ok()) return order.status();
//     // ...
//   }
//
// Such a call has what is left of the time of the one that it is for, and ends
// within a moment when that is cancelled, however deep they go; one that was
// started (StartRetrieve) has the time, and a handle to end it. Thread-safe.
#ifndef MODELSERVICE_ON_BEHALF_OF_H_
#define MODELSERVICE_ON_BEHALF_OF_H_

#include "modelservice/call_context.h"
#include "modelservice/client.h"

namespace modelservice {

// Whose word the other service takes: this program's, by its client's token, or
// the caller's, whose header "authorization" then goes on. An anonymous caller
// stays that.
enum class CallerToken { kStaysHere, kGoesOn };

// The options of a call inside of `call`, which must outlive it: those of
// methods that wait do; what was started has to end before the call does. It
// takes the deadline, the cancellation, the id by which logs find the call
// (x-request-id) and its trace: as the parent of what is called where this
// server records spans (Registry::SetSpanSink), and else as it came. `timeout`
// may make the deadline sooner.
CallOptions OnBehalfOf(const CallContext& call,
                       CallerToken token = CallerToken::kStaysHere);

}  // namespace modelservice

#endif  // MODELSERVICE_ON_BEHALF_OF_H_
