#include "modelservice/guard/limit_key_source.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace modelservice {
namespace {

absl::Status UnknownKey(absl::string_view key, const KeyFunctions& functions) {
  std::string known;
  for (const auto& [name, function] : functions) {
    absl::StrAppend(&known, ", ", name);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("there is no key \"", key,
                   "\"; there are peer, principal, claim:NAME, metadata:NAME, "
                   "request:FIELD",
                   known, "; Registry::AddLimitKey adds one"));
}

}  // namespace

std::string PeerWithoutPort(const std::string& peer) {
  if (!absl::StartsWith(peer, "ipv4:") && !absl::StartsWith(peer, "ipv6:")) {
    return peer;
  }
  // Newer releases of gRPC escape the brackets of IPv6.
  std::string address = absl::StrReplaceAll(peer, {{"%5B", "["}, {"%5D", "]"}});
  const size_t colon = address.rfind(':');
  const size_t bracket = address.rfind(']');
  // The last colon of an IPv6 address without a port is inside the brackets.
  if (bracket == std::string::npos ? colon > 4 : colon > bracket) {
    address.resize(colon);
  }
  return address;
}

absl::StatusOr<LimitKeySource> LimitKeySource::Resolve(
    absl::string_view key, const Method& method,
    const KeyFunctions& functions) {
  if (key == "peer") return LimitKeySource(Kind::kPeer);
  if (key == "principal") return LimitKeySource(Kind::kPrincipal);
  absl::string_view rest = key;
  if (absl::ConsumePrefix(&rest, "claim:") && !rest.empty()) {
    LimitKeySource source(Kind::kClaim);
    source.name_ = std::string(rest);
    return source;
  }
  if (absl::ConsumePrefix(&rest, "metadata:") && !rest.empty()) {
    LimitKeySource source(Kind::kMetadata);
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
    LimitKeySource source(Kind::kRequest);
    source.path_ = *std::move(path);
    return source;
  }
  const auto found = functions.find(std::string(key));
  if (found == functions.end()) return UnknownKey(key, functions);
  LimitKeySource source(Kind::kFunction);
  source.function_ = &found->second;
  return source;
}

void LimitKeySource::AddTo(LimitKey& key, const CallContext& call,
                           const google::protobuf::Message* request) const {
  switch (kind_) {
    case Kind::kPeer:
      key.Add(PeerWithoutPort(call.peer()));
      return;
    case Kind::kPrincipal: {
      // Apart: a subject may look like an address.
      const Principal& principal = call.principal();
      key.Add(principal.is_anonymous() ? "peer" : "subject");
      key.Add(principal.is_anonymous() ? PeerWithoutPort(call.peer())
                                       : principal.subject);
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
