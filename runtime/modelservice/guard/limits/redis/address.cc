#include "modelservice/guard/limits/redis/address.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "modelservice/base/url.h"

namespace modelservice {
namespace {

constexpr absl::string_view kForms =
    "use redis://[user:password@]host[:port][/database], rediss:// for TLS, or "
    "unix:path";

absl::Status Error(absl::string_view scheme, absl::string_view fault) {
  // Without what follows the scheme: it may hold a password.
  return absl::InvalidArgumentError(
      absl::StrCat("store \"", scheme, "...\": ", fault, "; ", kForms));
}

bool ParseDatabase(absl::string_view text, int* database) {
  return !absl::StartsWith(text, "+") && absl::SimpleAtoi(text, database) &&
         *database >= 0;
}

absl::StatusOr<RedisAddress> ParseSocket(const Url& url) {
  constexpr absl::string_view kScheme = "unix:";
  RedisAddress address;
  address.socket = absl::StrCat(url.has_place ? "/" : "", url.path);
  if (url.path.empty()) return Error(kScheme, "the path is missing");
  if (!url.hosts.empty()) return Error(kScheme, "a socket has no host");
  address.user = url.user.value_or("");
  address.password = url.password.value_or("");
  for (const UrlSetting& setting : url.settings) {
    bool good = true;
    if (setting.name == "database") {
      good = ParseDatabase(setting.value, &address.database);
    } else if (setting.name == "user") {
      address.user = setting.value;
    } else if (setting.name == "password") {
      address.password = setting.value;
    } else {
      good = false;
    }
    if (!good) {
      return Error(kScheme,
                   absl::StrCat("\"", setting.name,
                                "\" is no setting or has no such value; there "
                                "are database=NUMBER, user and password"));
    }
  }
  return address;
}

absl::StatusOr<RedisAddress> ParsePlace(absl::string_view scheme,
                                        const Url& url) {
  if (url.user.has_value() && !url.password.has_value()) {
    return Error(scheme, "what stands before the @ is no user:password");
  }
  // A setting would be overlooked.
  if (!url.settings.empty()) {
    return Error(scheme, "what stands behind the ? is no part of it");
  }
  if (url.hosts.size() > 1) {
    return Error(
        scheme,
        "this is no list of hosts: of a cluster name one, and it tells "
        "of the others");
  }
  if (url.hosts.empty()) return Error(scheme, "there is no host");
  RedisAddress address;
  address.tls = url.scheme == "rediss";
  address.user = url.user.value_or("");
  address.password = url.password.value_or("");
  address.host = url.hosts.front().name;
  address.port = url.hosts.front().port.value_or(address.port);
  if (!url.path.empty() && !ParseDatabase(url.path, &address.database)) {
    // It may be a piece of a password.
    return Error(scheme, "what stands behind the / is no number of a database");
  }
  return address;
}

}  // namespace

std::string RedisAddress::ToString() const {
  if (!socket.empty()) return absl::StrCat("unix:", socket);
  const bool brackets = host.find(':') != std::string::npos;
  return absl::StrCat(tls ? "rediss://" : "redis://", brackets ? "[" : "", host,
                      brackets ? "]:" : ":", port);
}

absl::StatusOr<RedisAddress> ParseRedisUrl(absl::string_view text) {
  const UrlParts parts = SplitUrl(text);
  const bool is_socket = parts.scheme == "unix";
  const bool is_place =
      parts.has_place && (parts.scheme == "redis" || parts.scheme == "rediss");
  if (!is_socket && !is_place) {
    return Error(absl::StrCat(parts.scheme, ":"), "no such kind of store");
  }
  const std::string scheme =
      absl::StrCat(parts.scheme, is_socket ? ":" : "://");
  const auto url = ParseUrl(text);
  if (!url.ok()) return Error(scheme, url.status().message());
  return is_socket ? ParseSocket(*url) : ParsePlace(scheme, *url);
}

absl::StatusOr<RedisAddress> MovedTo(const RedisAddress& from,
                                     absl::string_view reply) {
  const std::vector<absl::string_view> words = absl::StrSplit(reply, ' ');
  RedisAddress to = from;
  if (words.size() == 3 && words[0] == "MOVED") {
    const size_t colon = words[2].rfind(':');
    if (colon != absl::string_view::npos &&
        ParsePort(words[2].substr(colon + 1), &to.port)) {
      to.socket.clear();
      // IPv6 comes without brackets.
      if (colon > 0) to.host = std::string(words[2].substr(0, colon));
      if (!to.host.empty()) return to;
    }
  }
  return absl::UnavailableError(absl::StrCat(
      "Redis sends to another node in a way that is not known: ", reply));
}

}  // namespace modelservice
