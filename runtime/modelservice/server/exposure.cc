#include "modelservice/server/exposure.h"

#include <algorithm>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "modelservice/log.h"
#include "modelservice/schema/access.h"
#include "modelservice/server/address.h"

namespace modelservice {
namespace {

using Kind = AccessExpression::Kind;

bool Reads(const Method& method) {
  return method.kind == MethodKind::kList ||
         method.kind == MethodKind::kAggregate ||
         SingleKind(method.kind) == MethodKind::kRetrieve ||
         (method.kind == MethodKind::kCustom &&
          method.transaction == TransactionMode::kRead);
}

// What it says of an anonymous caller; nullopt: only the program knows.
std::optional<bool> AllowsAnybody(const AccessExpression& access, bool reads) {
  switch (access.kind()) {
    case Kind::kAny:
      return true;
    case Kind::kAuthenticated:
    case Kind::kRole:
    case Kind::kClaim:
    case Kind::kOwner:
    case Kind::kModel:
      return false;
    case Kind::kAuthenticatedOrReadOnly:
      return reads;
    case Kind::kNamed:
      return std::nullopt;
    case Kind::kNot: {
      const auto part = AllowsAnybody(access.parts()[0], reads);
      if (!part.has_value()) return std::nullopt;
      return !*part;
    }
    case Kind::kAnd:
    case Kind::kOr:
      break;
  }
  // One that is so decides; else one that is not known does.
  const bool decides = access.kind() == Kind::kOr;
  std::optional<bool> all = !decides;
  for (const AccessExpression& part : access.parts()) {
    const auto one = AllowsAnybody(part, reads);
    if (one == decides) return decides;
    if (!one.has_value()) all = std::nullopt;
  }
  return all;
}

absl::Status CheckExpression(absl::string_view setting,
                             const std::string& text) {
  const auto parsed = AccessExpression::Parse(text);
  if (parsed.ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(setting, ": \"", text, "\": ", parsed.status().message()));
}

// Of one address.
bool IsPublic(absl::string_view address) {
  if (absl::StartsWith(address, "unix:") ||
      absl::StartsWith(address, "unix-abstract:") ||
      absl::StartsWith(address, "vsock:")) {
    return false;
  }
  absl::ConsumePrefix(&address, "dns:");
  absl::ConsumePrefix(&address, "ipv4:");
  absl::ConsumePrefix(&address, "ipv6:");
  absl::ConsumePrefix(&address, "///");
  absl::string_view host = address.substr(0, address.rfind(':'));
  absl::ConsumePrefix(&host, "[");
  absl::ConsumeSuffix(&host, "]");
  absl::ConsumePrefix(&host, "::ffff:");
  const bool loopback =
      absl::StartsWith(host, "127.") &&
      host.find_first_not_of("0123456789.") == absl::string_view::npos;
  return host != "localhost" && host != "::1" && !loopback;
}

}  // namespace

absl::Status CheckAccess(const Settings& settings) {
  if (settings.has_default_access()) {
    auto status = CheckExpression("default_access", settings.default_access());
    if (!status.ok()) return status;
  }
  return settings.has_reflection_access()
             ? CheckExpression("reflection_access",
                               settings.reflection_access())
             : absl::OkStatus();
}

bool IsPublicAddress(absl::string_view addresses) {
  const std::vector<absl::string_view> each = EachAddress(addresses);
  return std::any_of(each.begin(), each.end(), &IsPublic);
}

bool IsOpen(const Method& method, absl::string_view default_access) {
  absl::string_view text = default_access;
  if (method.guard != nullptr && !method.guard->require.empty()) {
    text = method.guard->require;
  }
  if (text.empty()) return true;
  const auto access = AccessExpression::Parse(text);
  return access.ok() && AllowsAnybody(*access, Reads(method)) == true;
}

std::string ReflectionAccess(const Settings& settings) {
  if (settings.has_reflection_access()) return settings.reflection_access();
  return settings.authenticator().empty() ? "any" : "authenticated";
}

void LogExposure(const Settings& settings,
                 const std::vector<const Service*>& services) {
  if (settings.authenticator().empty()) return;
  for (const Service* service : services) {
    std::vector<absl::string_view> open;
    for (const Method& method : service->methods) {
      if (IsOpen(method, settings.default_access())) {
        open.push_back(method.path.substr(method.path.rfind('/') + 1));
      }
    }
    if (open.empty()) continue;
    Log(Severity::kInfo,
        absl::StrCat("open to everybody: ", absl::StrJoin(open, ", "), " of ",
                     service->name));
  }
  if (!settings.has_tls() && IsPublicAddress(settings.address())) {
    Log(Severity::kWarning,
        absl::StrCat(
            "credentials cross the network in the clear: ", settings.address(),
            " is open to other machines and has no TLS; set tls, or "
            "listen on 127.0.0.1 behind a proxy that has it"));
  }
}

}  // namespace modelservice
