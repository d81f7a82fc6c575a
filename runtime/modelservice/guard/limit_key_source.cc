#include "modelservice/guard/limit_key_source.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "modelservice/guard/peer_key.h"

namespace modelservice {
namespace {

absl::Status UnknownKey(absl::string_view key, const KeyFunctions* functions) {
  std::string known;
  if (functions != nullptr) {
    for (const auto& [name, function] : *functions) {
      absl::StrAppend(&known, ", ", name);
    }
  }
  return absl::InvalidArgumentError(
      absl::StrCat("there is no key \"", key,
                   "\"; there are peer, principal, claim:NAME, metadata:NAME, "
                   "request:FIELD",
                   known, "; Registry::AddLimitKey adds one"));
}

}  // namespace

absl::StatusOr<LimitKeySource> LimitKeySource::Resolve(
    absl::string_view key, const Method& method,
    const LimitKeyOptions& options) {
  if (key == "peer") return LimitKeySource(Kind::kPeer, options);
  if (key == "principal") return LimitKeySource(Kind::kPrincipal, options);
  absl::string_view rest = key;
  if (absl::ConsumePrefix(&rest, "claim:") && !rest.empty()) {
    LimitKeySource source(Kind::kClaim, options);
    source.name_ = std::string(rest);
    return source;
  }
  if (absl::ConsumePrefix(&rest, "metadata:") && !rest.empty()) {
    LimitKeySource source(Kind::kMetadata, options);
    source.name_ = absl::AsciiStrToLower(rest);
    return source;
  }
  if (absl::ConsumePrefix(&rest, "request:")) {
    if (method.streaming == Streaming::kClient ||
        method.streaming == Streaming::kBidi) {
      return absl::InvalidArgumentError(absl::StrCat(
          "key \"", key,
          "\" needs one request, and here clients send a stream of them; "
          "count by something else"));
    }
    absl::StatusOr<RequestPath> path =
        RequestPath::Find(*method.request().GetDescriptor(), rest);
    if (!path.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("key \"request:\" ", path.status().message()));
    }
    LimitKeySource source(Kind::kRequest, options);
    source.path_ = *std::move(path);
    return source;
  }
  const KeyFunctions* const functions = options.functions;
  if (functions == nullptr || functions->count(std::string(key)) == 0) {
    return UnknownKey(key, functions);
  }
  LimitKeySource source(Kind::kFunction, options);
  source.function_ = &functions->at(std::string(key));
  return source;
}

void LimitKeySource::AddTo(LimitKey& key, const CallContext& call,
                           const google::protobuf::Message* request) const {
  switch (kind_) {
    case Kind::kPeer:
      key.Add(PeerKey(call.peer(), ipv6_prefix_length_));
      return;
    case Kind::kPrincipal: {
      // Apart: a subject may look like an address.
      const Principal& principal = call.principal();
      if (principal.is_anonymous()) {
        key.Add("peer");
        key.Add(PeerKey(call.peer(), ipv6_prefix_length_));
        return;
      }
      key.Add("subject");
      key.Add(principal.realm);
      key.Add(principal.subject);
      return;
    }
    case Kind::kClaim:
      key.Add(call.principal().Claim(name_).value_or(""));
      return;
    case Kind::kMetadata:
      key.Add(call.metadata(name_).value_or(""));
      return;
    case Kind::kRequest:
      key.Add(request == nullptr ? "" : path_->Text(*request));
      return;
    case Kind::kFunction:
      key.Add((*function_)(call));
      return;
  }
}

}  // namespace modelservice
