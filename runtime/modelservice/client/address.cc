#include "modelservice/client/address.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "modelservice/base/url.h"

namespace modelservice::client {
namespace {

constexpr absl::string_view kVariable = "GRPC_SERVER_ADDR";

// "shop.v1.CustomerService" -> "SHOP_V1_CUSTOMER_SERVICE", "HTTPService" ->
// "HTTP_SERVICE".
std::string UpperSnake(absl::string_view name) {
  std::string snake;
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (c == '.') {
      snake += '_';
      continue;
    }
    const bool starts_word =
        absl::ascii_isupper(c) && i > 0 && name[i - 1] != '.' &&
        name[i - 1] != '_' &&
        (!absl::ascii_isupper(name[i - 1]) ||
         (i + 1 < name.size() && absl::ascii_islower(name[i + 1])));
    if (starts_word) snake += '_';
    snake += absl::ascii_toupper(c);
  }
  return snake;
}

bool IsIpv4(absl::string_view address) {
  const absl::string_view host = address.substr(0, address.rfind(':'));
  return std::count(host.begin(), host.end(), '.') == 3 &&
         std::all_of(host.begin(), host.end(),
                     [](char c) { return c == '.' || absl::ascii_isdigit(c); });
}

absl::StatusOr<std::string> ListOf(absl::string_view address) {
  // With a scheme, it is gRPC's own.
  for (const char* scheme : {"ipv4:", "ipv6:", "unix:", "dns:", "xds:"}) {
    if (absl::StartsWith(address, scheme)) return std::string(address);
  }
  std::vector<absl::string_view> parts = absl::StrSplit(address, ',');
  for (absl::string_view& part : parts) part = absl::StripAsciiWhitespace(part);
  const std::string list = absl::StrJoin(parts, ",");
  if (std::all_of(parts.begin(), parts.end(), IsIpv4)) {
    return absl::StrCat("ipv4:", list);
  }
  if (std::all_of(parts.begin(), parts.end(), [](absl::string_view part) {
        return absl::StartsWith(part, "[");
      })) {
    return absl::StrCat("ipv6:", list);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("the address \"", address,
                   "\" is a list of what are not all IPv4 addresses with "
                   "ports, nor all IPv6 "
                   "([::1]:50051); give one name that has them all in the DNS: "
                   "dns:///name:port"));
}

}  // namespace

std::vector<std::string> AddressVariables(absl::string_view service) {
  std::vector<std::string> names;
  names.push_back(absl::StrCat(kVariable, "_", UpperSnake(service)));
  const size_t dot = service.rfind('.');
  if (dot != absl::string_view::npos) {
    names.push_back(
        absl::StrCat(kVariable, "_", UpperSnake(service.substr(dot + 1))));
  }
  names.emplace_back(kVariable);
  return names;
}

absl::StatusOr<std::string> TargetOf(absl::string_view address,
                                     absl::string_view service) {
  const std::vector<std::string> names = AddressVariables(service);
  address = absl::StripAsciiWhitespace(address);
  for (size_t i = 0; address.empty() && i < names.size(); ++i) {
    const char* const value = std::getenv(names[i].c_str());
    if (value != nullptr) address = absl::StripAsciiWhitespace(value);
  }
  if (address.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the address of ", service,
                     " is not known; set ClientOptions::address, or one of the "
                     "environment variables ",
                     absl::StrJoin(names, ", ")));
  }
  if (!absl::StartsWith(address, "unix") &&
      !absl::StartsWith(address, "vsock:")) {
    for (const absl::string_view part : absl::StrSplit(address, ',')) {
      auto port = CheckPort(absl::StripAsciiWhitespace(part));
      if (!port.ok()) return port;
    }
  }
  return absl::StrContains(address, ',') ? ListOf(address)
                                         : std::string(address);
}

}  // namespace modelservice::client
