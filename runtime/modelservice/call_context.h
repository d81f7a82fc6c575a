// One call: who calls, what, from where, and until when.
//
//   absl::Status Customers::BeforeCreate(const CallContext& call, Transaction&, Customer& customer)
//   {
//     if (call.metadata("x-tenant") != "acme") return
//     absl::PermissionDeniedError("...");
//     ...
//   }
//
// Lives as long as the call. Used by one thread at a time, but for deadline(),
// ends_at() and cancelled(), which any thread may ask.
#ifndef MODELSERVICE_CALL_CONTEXT_H_
#define MODELSERVICE_CALL_CONTEXT_H_

#include <google/protobuf/message.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "modelservice/base/call_limits.h"
#include "modelservice/base/mutex.h"
#include "modelservice/principal.h"
#include "modelservice/service/row_access.h"

namespace grpc {
class ServerContextBase;
}

namespace modelservice {

// Decodes the request of a call when it is first asked for.
class RequestSource {
 public:
  virtual ~RequestSource() = default;
  // Null when the bytes are no such message.
  virtual const google::protobuf::Message* Decode() = 0;
};

class CallContext final : public CallLimits {
 public:
  // `method` is "/shop.CustomerService/Retrieve". `grpc` is null outside of a
  // server, as in a unit test: then there is no peer, metadata or deadline.
  CallContext(absl::string_view method, grpc::ServerContextBase* grpc);

  absl::string_view method() const { return method_; }
  // As gRPC writes it: "ipv4:127.0.0.1:5000", "unix:/path".
  std::string peer() const;
  // The first value of a request header; keys are lower-case.
  std::optional<absl::string_view> metadata(absl::string_view key) const;
  // Adds a trailer to the answer; the key in lower case. Nothing once the client
  // has been answered.
  void AddTrailer(const std::string& key, const std::string& value) const;
  // What TLS says of the client (grpc::AuthContext), by gRPC's names:
  // "x509_subject_alternative_name", "x509_common_name". Empty unless the
  // client's certificate was checked.
  std::vector<std::string> certificate_names(const std::string& kind) const;

  // The request, or a server stream's; null where the client streams, and when
  // the bytes are no such message, which refuses the call later.
  const google::protobuf::Message* request() const {
    return request_ == nullptr ? nullptr : request_->Decode();
  }
  // `source` outlives the call.
  void set_request_source(RequestSource* source) { request_ = source; }

  // By when the client wants its answer, or LimitTime's, if that is sooner;
  // InfiniteFuture when there is no limit. For calls to other servers: the wall
  // clock may be set meanwhile.
  absl::Time deadline() const;
  // The same on the clock that nobody sets.
  SteadyTime ends_at() const override {
    return std::min(time_limit_, client_end_);
  }
  bool cancelled() const override;
  // Ends the call by `time`, if that is sooner than what ends it already.
  void LimitTime(SteadyTime time) { time_limit_ = std::min(time_limit_, time); }
  // Ends the call for the client, as if it had gone away.
  void Cancel();
  // The client is being answered while the method still runs: cancelled() from
  // here on.
  void EndEarly();
  // What LimitTime left.
  SteadyTime time_limit() const { return time_limit_; }

  const Principal& principal() const;
  void set_principal(std::shared_ptr<const Principal> principal) {
    principal_ = std::move(principal);
  }
  void set_principal(Principal principal) {
    principal_ = std::make_shared<const Principal>(std::move(principal));
  }

  // What permissions leave of the model's rows and columns; null: all.
  const RowAccess* row_access() const { return row_access_.get(); }
  void set_row_access(std::shared_ptr<const RowAccess> access) {
    row_access_ = std::move(access);
  }

  // Keeps one value of each type, for interceptors and handlers.
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
  // What was Put; null when nothing was.
  template <class T>
  T* Get() const {
    for (const Attribute& attribute : attributes_) {
      if (attribute.type == TypeOf<T>()) {
        return static_cast<T*>(attribute.value.get());
      }
    }
    return nullptr;
  }

 private:
  struct Attribute {
    const void* type;
    std::shared_ptr<void> value;
  };
  template <class T>
  static const void* TypeOf() {
    static const char type = 0;
    return &type;
  }

  absl::string_view method_;
  grpc::ServerContextBase* grpc_;
  RequestSource* request_ = nullptr;
  SteadyTime client_end_ = kNever;
  SteadyTime time_limit_ = kNever;
  // Of the trailers, which another thread may be sending.
  mutable Mutex answer_mutex_;
  std::atomic<bool> ended_early_{false};
  std::shared_ptr<const Principal> principal_;
  std::shared_ptr<const RowAccess> row_access_;
  std::vector<Attribute> attributes_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_CALL_CONTEXT_H_
