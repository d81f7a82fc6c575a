// How services are called: what the clients that the plugin generates
// (emit=client) are made with, and what their calls give.
//
//   absl::Status ShowOrders() {
//     // The address is GRPC_SERVER_ADDR_ORDER_SERVICE, or GRPC_SERVER_ADDR.
//     const shop::OrderServiceClient orders;
//     shop::RetrieveOrderRequest request;
//     request.set_id(7);
//     absl::StatusOr<shop::Order> order = orders.Retrieve(request);
//     if (!order.ok()) return order.status();  // error_details.h has more
//
//     auto all = orders.List({});  // page after page
//     for (shop::Order& each : all) std::cout << each.total() << "\n";
//     return all.status();  // why it ended
//   }
//
// A client is cheap to make and to copy: clients with the same options share
// one connection, which is closed when the last of them and of their calls is
// gone. It never fails to be made: what is wrong with its options is what its
// calls answer. Inside of a service's method, OnBehalfOf (on_behalf_of.h) gives
// the options of a call that belongs to another one.
//
// Threads: clients may be used by several at a time, what a call gives by one.
// Blocking: calls wait for their answer, but for those that begin with Start;
// they refuse to be made where nobody may wait, as in an interceptor that does
// not say that it blocks. Errors are absl::Statuses; nothing throws.
#ifndef MODELSERVICE_CLIENT_H_
#define MODELSERVICE_CLIENT_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "modelservice/base/call_limits.h"
#include "modelservice/client/rows.h"
#include "modelservice/client/streams.h"

namespace modelservice {

// The PEM files of a connection's TLS. They are read when a client is made.
struct ClientTls {
  std::string ca_file;  // whom to trust; empty: whom the machine trusts
  // Who the client is, for servers that ask (mTLS): both, or neither.
  std::string certificate_file;
  std::string key_file;
  // The name in the server's certificate, where it is not that of the address.
  std::string server_name;
};

// What stands behind "authorization: Bearer ".
struct ClientToken {
  std::string value;
  // It is asked for anew 30 seconds before that.
  absl::Time expires = absl::InfiniteFuture();
};

// When a call is tried again by itself. Only methods that read, writes that
// have a request_id or say in which state the row has to be (etag), and calls
// that say `idempotent`, are: after UNAVAILABLE,
// after a CANCELLED of a server that stops, and after what the server refused
// with a RetryInfo, not before its time.
struct ClientRetries {
  int max_attempts = 5;  // 1: never again
  // The first pause; each is twice as long, less up to half of it by chance.
  absl::Duration first_pause = absl::Milliseconds(100);
  absl::Duration longest_pause = absl::Seconds(5);
};

struct ClientOptions {
  // host:port, unix:path, or any of gRPC's targets, like dns:///host:port;
  // several IP addresses with commas between, which take turns. Empty: what the
  // environment says, by the service's full name, its own, or for all:
  // GRPC_SERVER_ADDR_SHOP_ORDER_SERVICE, GRPC_SERVER_ADDR_ORDER_SERVICE,
  // GRPC_SERVER_ADDR.
  std::string address;
  // How long a call may take, with all its attempts; each page of a List is
  // one.
  absl::Duration timeout = absl::Seconds(30);
  // Whether calls wait for a server that is not there, until their deadline.
  bool wait_for_ready = false;
  ClientRetries retries;
  std::optional<ClientTls> tls;  // none: plain text
  // Gives the token of who calls; empty: none. Called by a thread that makes a
  // call, or one of its own for StartX, one at a time, when there is none, when
  // it expires and, once for a call that waits, when the server takes it no
  // more (UNAUTHENTICATED). May block; its error is the call's.
  std::function<absl::StatusOr<ClientToken>()> token;
  // Headers of every call; keys in lower case.
  std::vector<std::pair<std::string, std::string>> metadata;
  // How long a connection with calls may be silent before its server is asked
  // whether it is there; 0: for ever. Servers of this project allow ten seconds
  // and more; others may allow five minutes and take less for an attack.
  absl::Duration keepalive = absl::Seconds(60);
  // How long the server has to say so; the calls are then UNAVAILABLE.
  absl::Duration keepalive_timeout = absl::Seconds(20);
  // Of a message that comes back.
  size_t max_message_bytes = size_t{64} << 20;
  // Of the messages that a call was given to send (StartX) and that wait.
  size_t max_queued_bytes = size_t{16} << 20;
};

// What one call differs in. OnBehalfOf makes those of a call for another one.
struct CallOptions {
  std::optional<absl::Duration> timeout;  // none: the client's
  std::optional<bool> wait_for_ready;     // none: the client's
  // The call may run twice: it is tried again as those that read are.
  bool idempotent = false;
  // Headers besides the client's; keys in lower case.
  std::vector<std::pair<std::string, std::string>> metadata;
  // Whether the metadata says who calls: the client's own token is not sent.
  bool has_token = false;
  // The call that this one is made for, which outlives it: it ends with that.
  const CallLimits* limits = nullptr;
};

// A call that was started: it goes on without this, which only can end it.
class CallHandle {
 public:
  CallHandle() = default;
  explicit CallHandle(std::function<void()> cancel)
      : cancel_(std::move(cancel)) {}

  // Ends it with CANCELLED, unless it is over.
  void Cancel() const {
    if (cancel_) cancel_();
  }

 private:
  std::function<void()> cancel_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_CLIENT_H_
