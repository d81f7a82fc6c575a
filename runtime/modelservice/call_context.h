// One call: who calls, what, from where, and until when.
//
// Handlers, hooks, permissions, authenticators, limit keys and receivers of
// signals get a const one, which they ask:
//
//   absl::Status BeforeCreate(const CallContext& call, Transaction&,
//                             Customer& customer) override {
//     if (call.metadata("x-tenant") != "acme") {
//       return absl::PermissionDeniedError("Only acme may do this.");
//     }
//     customer.set_author(call.principal().subject);
//     return absl::OkStatus();
//   }
//
// Interceptors get one that they may change: Put, set_principal, LimitTime,
// Answer.
// What only the server does to a call is not here. Tests make one without a
// server: CallContextBuilder (testing.h).
//
// Ownership: the server's, or the test's. It lives until the call is over, for
// code that is called with it at least until that code has returned; so do the
// views and references that it gives. It is neither copied nor moved.
// Threads: one at a time, but for method(), deadline(), ends_at(), cancelled()
// and AddTrailer(), which any thread may call.
// Blocking, errors: nothing here waits, and nothing fails. What is not there is
// empty, null or none, as said.
#ifndef MODELSERVICE_CALL_CONTEXT_H_
#define MODELSERVICE_CALL_CONTEXT_H_

#include <google/protobuf/message.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "modelservice/base/call_limits.h"
#include "modelservice/base/trace.h"
#include "modelservice/principal.h"

namespace modelservice {

struct RowAccess;

class CallContext : public CallLimits {
 public:
  CallContext(const CallContext&) = delete;
  CallContext& operator=(const CallContext&) = delete;
  ~CallContext() override = default;

  // The method that is called: "/shop.CustomerService/Retrieve".
  absl::string_view method() const { return method_; }

  // The client's address as gRPC writes it: "ipv4:127.0.0.1:5000",
  // "ipv6:[::1]:5000", "unix:/run/shop". That of a proxy, where there is one.
  virtual std::string peer() const = 0;

  // The first value of a request header; none when the client sent none. `key`
  // is in lower case. A key that ends in "-bin" has bytes.
  virtual std::optional<absl::string_view> metadata(
      absl::string_view key) const = 0;

  // What TLS says of the client, by gRPC's names for it
  // ("x509_subject_alternative_name", "x509_common_name"). Empty unless the
  // client's certificate was checked.
  virtual std::vector<std::string> certificate_names(
      const std::string& kind) const = 0;

  // The request of a unary call or of a server stream. Null where the client
  // streams, and when its bytes are no such message, which refuses the call
  // after the interceptors. Decoded when it is first asked for.
  virtual const google::protobuf::Message* request() const = 0;

  // By when the client wants its answer, or by when the server ends the call,
  // if that is sooner; InfiniteFuture when there is no limit. For calls to
  // other servers; the wall clock may be set meanwhile.
  absl::Time deadline() const;
  // The same on the clock that nobody sets; kNever when there is no limit.
  SteadyTime ends_at() const final {
    return std::min(time_limit_, client_end_);
  }
  // Whether nobody waits for the answer any more: the client went away, or was
  // answered when the call's time was over. Code that takes long looks now and
  // then, and ends.
  bool cancelled() const override = 0;

  // Who calls, as authentication found out; anonymous before that, and when
  // there were no credentials.
  const Principal& principal() const;

  // By what the call is found in logs: the client's `x-request-id`, where that
  // is one word of 128 characters at most, else one that is made here. The
  // client is told it, in a trailer of that name, once somebody has asked.
  const std::string& request_id() const;
  // The call's place in its caller's trace (W3C `traceparent`), or in one that
  // begins here. What calls another server on its behalf sends trace().Header()
  // as `traceparent`, as OnBehalfOf does. Both may be asked for by any thread.
  const Trace& trace() const;
  // What was done for it so far.
  CallCounts* counts() const final { return &counts_; }

  // What an interceptor Put, by its type; null when none did. The call's, which
  // may be changed.
  template <class T>
  T* Get() const {
    for (const Attribute& attribute : attributes_) {
      if (attribute.type == TypeOf<T>()) {
        return static_cast<T*>(attribute.value.get());
      }
    }
    return nullptr;
  }

  // Adds a trailer to the answer; `key` in lower case, its value text unless it
  // ends in "-bin". Does nothing once the client has been answered.
  virtual void AddTrailer(const std::string& key,
                          const std::string& value) const = 0;

  // For interceptors.

  // Keeps a value with the call, in place of one of the same type: for later
  // interceptors, and for the method.
  template <class T>
  void Put(T value) {
    const void* const type = TypeOf<T>();
    for (Attribute& attribute : attributes_) {
      if (attribute.type == type) {
        attribute.value = std::make_shared<T>(std::move(value));
        return;
      }
    }
    attributes_.push_back({type, std::make_shared<T>(std::move(value))});
  }

  // Says who calls, in place of what was known. Authentication says so again
  // when it comes later and knows the call's credentials; permissions and
  // limits that come later judge whom it says.
  void set_principal(std::shared_ptr<const Principal> principal) {
    principal_ = std::move(principal);
  }
  void set_principal(Principal principal) {
    principal_ = std::make_shared<const Principal>(std::move(principal));
  }

  // Ends the call that long from now with DEADLINE_EXCEEDED, if that is sooner
  // than what ends it already. In Before; later it is too late.
  void LimitTime(absl::Duration most) {
    time_limit_ = std::min(time_limit_, After(most));
  }

  // Answers the call in the method's place, which then does not run; `reply`,
  // of the method's reply type, is copied. In Before, or before `done` of
  // Start is called with OK; with an error the call is refused all the same,
  // and later it is too late: then this does nothing.
  //
  // What the server asks is asked of such a call, too, wherever that stands in
  // the chain: authentication, permissions, deadline and rate limits may refuse
  // it. The program's own interceptors behind the one that answered do not run,
  // and the request is not looked at. The reply is treated as a method's own:
  // fields that the caller may not read are hidden in it; which rows it tells
  // of is the interceptor's to decide.
  //
  // Of a stream of replies the answer is the only message, and then it ends; a
  // stream of requests is not read. A reply of another type is INTERNAL, in
  // words in the log.
  void Answer(const google::protobuf::Message& reply);

  // For the runtime: what permissions leave of the model's rows and columns;
  // null: all.
  const RowAccess* row_access() const { return row_access_.get(); }

 protected:
  // `method` outlives the call; `client_end` is when the client's own deadline
  // passes, or kNever.
  CallContext(absl::string_view method, SteadyTime client_end)
      : method_(method), client_end_(client_end) {}

  // What LimitTime left; the client's own deadline apart.
  SteadyTime time_limit() const { return time_limit_; }

 private:
  friend struct CallAccess;
  struct Attribute {
    const void* type;
    std::shared_ptr<void> value;
  };
  template <class T>
  static const void* TypeOf() {
    static const char type = 0;
    return &type;
  }

  const absl::string_view method_;
  const SteadyTime client_end_;
  SteadyTime time_limit_ = kNever;
  std::shared_ptr<const Principal> principal_;
  std::shared_ptr<const RowAccess> row_access_;
  std::unique_ptr<const google::protobuf::Message> answer_;
  std::vector<Attribute> attributes_;
  // Once they were asked for.
  mutable std::once_flag request_id_made_;
  mutable std::unique_ptr<const std::string> request_id_;
  mutable std::once_flag trace_made_;
  mutable std::unique_ptr<const Trace> trace_;
  // Whether spans of this server are recorded, if not this call's.
  bool joins_traces_ = false;
  mutable CallCounts counts_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_CALL_CONTEXT_H_
