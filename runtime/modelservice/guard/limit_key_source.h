// Where the values come from that a limit counts apart: the `key`s of its
// options, each resolved once, when the server starts.
//
//   "peer"             the client's address, without the port (peer_key.h)
//   "principal"        the caller's realm and subject; of anonymous callers,
//                      the peer
//   "claim:tenant"     a claim of the principal; "" when it has none
//   "metadata:x-key"   a request header; "" when it is not there
//   "request:user.id"  a field of the request; "" when it is not set
//   "by_region"        what the program's function of this name gives
#ifndef MODELSERVICE_GUARD_LIMIT_KEY_SOURCE_H_
#define MODELSERVICE_GUARD_LIMIT_KEY_SOURCE_H_

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modelservice/call_context.h"
#include "modelservice/guard/limits/limit_key.h"
#include "modelservice/guard/request_path.h"
#include "modelservice/service/method.h"

namespace modelservice {

// Gives what a call is counted under. Runs on gRPC's threads, several at a
// time, for every call.
using KeyFunction = std::function<std::string(const CallContext&)>;
using KeyFunctions = std::map<std::string, KeyFunction>;

struct LimitKeyOptions {
  // Those of the program, if any; outlive what is made.
  const KeyFunctions* functions = nullptr;
  int ipv6_prefix_length = 64;  // peer_key.h
};

// Immutable.
class LimitKeySource {
 public:
  // INVALID_ARGUMENT for a key that nobody knows, and for a request's field
  // where there is no such field or no single request.
  static absl::StatusOr<LimitKeySource> Resolve(absl::string_view key,
                                                const Method& method,
                                                const LimitKeyOptions& options);

  bool reads_request() const { return kind_ == Kind::kRequest; }
  // Whether it is known as soon as a call has come, before who calls.
  bool needs_no_caller() const {
    return kind_ == Kind::kPeer || kind_ == Kind::kMetadata;
  }
  // Adds this call's value to `key`. `request` is null when there is none.
  void AddTo(LimitKey& key, const CallContext& call,
             const google::protobuf::Message* request) const;

 private:
  enum class Kind { kPeer, kPrincipal, kClaim, kMetadata, kRequest, kFunction };

  LimitKeySource(Kind kind, const LimitKeyOptions& options)
      : kind_(kind), ipv6_prefix_length_(options.ipv6_prefix_length) {}

  Kind kind_;
  int ipv6_prefix_length_;
  std::string name_;  // of the claim or the header
  std::optional<RequestPath> path_;
  const KeyFunction* function_ = nullptr;
};

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_LIMIT_KEY_SOURCE_H_
