#include "modelservice/guard/limits/redis/address.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "modelservice/base/secrets.h"

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

bool IsHexDigit(char c) {
  return absl::ascii_isxdigit(static_cast<unsigned char>(c));
}

// %-escapes become what they stand for; false for one that is none.
bool Unescape(absl::string_view text, std::string* plain) {
  plain->clear();
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      plain->push_back(text[i]);
      continue;
    }
    int code = 0;
    if (i + 2 >= text.size() || !IsHexDigit(text[i + 1]) ||
        !IsHexDigit(text[i + 2]) ||
        !absl::SimpleHexAtoi(text.substr(i + 1, 2), &code)) {
      return false;
    }
    plain->push_back(static_cast<char>(code));
    i += 2;
  }
  return true;
}

// A part of a URL that is wrong, which may be a password there by mistake.
std::string Shown(absl::string_view scheme, absl::string_view part) {
  return absl::StrCat(
      "\"", MaskUrl(absl::StrCat(scheme, part)).substr(scheme.size()), "\"");
}

bool ParseDatabase(absl::string_view text, int* database) {
  return absl::SimpleAtoi(text, database) && *database >= 0;
}

bool ParsePort(absl::string_view text, int* port) {
  return absl::SimpleAtoi(text, port) && *port > 0 && *port < 65536;
}

// "host", "host:port", "[::1]:port".
bool ParseHost(absl::string_view text, RedisAddress* address) {
  absl::string_view port;
  if (absl::ConsumePrefix(&text, "[")) {
    const size_t end = text.find(']');
    if (end == absl::string_view::npos) return false;
    address->host = std::string(text.substr(0, end));
    port = text.substr(end + 1);
  } else {
    const size_t colon = text.find(':');
    address->host = std::string(text.substr(0, colon));
    if (colon != absl::string_view::npos) port = text.substr(colon);
  }
  // There are no settings here: one would be taken for a part of the host.
  if (address->host.empty() || absl::StrContains(text, '?')) return false;
  if (port.empty()) return true;
  return absl::ConsumePrefix(&port, ":") && ParsePort(port, &address->port);
}

absl::StatusOr<RedisAddress> ParseSocket(absl::string_view rest) {
  constexpr absl::string_view kScheme = "unix:";
  RedisAddress address;
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(rest, absl::MaxSplits('?', 1));
  address.socket = std::string(parts.first);
  if (address.socket.empty()) return Error(kScheme, "the path is missing");
  for (const absl::string_view setting :
       absl::StrSplit(parts.second, '&', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> pair =
        absl::StrSplit(setting, absl::MaxSplits('=', 1));
    bool good = false;
    if (pair.first == "database") {
      good = ParseDatabase(pair.second, &address.database);
    } else if (pair.first == "user") {
      good = Unescape(pair.second, &address.user);
    } else if (pair.first == "password") {
      good = Unescape(pair.second, &address.password);
    }
    if (!good) {
      return Error(kScheme,
                   absl::StrCat("\"", pair.first,
                                "\" is no setting or has no such value; there "
                                "are database=NUMBER, user and password"));
    }
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

absl::StatusOr<RedisAddress> ParseRedisUrl(absl::string_view url) {
  absl::string_view rest = url;
  if (absl::ConsumePrefix(&rest, "unix:")) return ParseSocket(rest);
  RedisAddress address;
  absl::string_view scheme = "redis://";
  if (absl::ConsumePrefix(&rest, "rediss://")) {
    scheme = "rediss://";
    address.tls = true;
  } else if (!absl::ConsumePrefix(&rest, scheme)) {
    return Error(absl::StrCat(url.substr(0, url.find(':')), ":"),
                 "no such kind of store");
  }
  const size_t at = rest.rfind('@');
  if (at != absl::string_view::npos) {
    const absl::string_view login = rest.substr(0, at);
    const size_t colon = login.find(':');
    if (colon == absl::string_view::npos) {
      return Error(scheme, "what stands before the @ is no user:password");
    }
    if (!Unescape(login.substr(0, colon), &address.user) ||
        !Unescape(login.substr(colon + 1), &address.password)) {
      return Error(scheme,
                   "a % in user or password begins no escape; write it as %25");
    }
    rest.remove_prefix(at + 1);
  }
  const size_t slash = rest.find('/');
  if (!ParseHost(rest.substr(0, slash), &address)) {
    return Error(scheme, absl::StrCat(Shown(scheme, rest.substr(0, slash)),
                                      " is no host, or no host and port"));
  }
  if (slash == absl::string_view::npos || slash + 1 == rest.size()) {
    return address;
  }
  rest.remove_prefix(slash + 1);
  if (!ParseDatabase(rest, &address.database)) {
    return Error(scheme, absl::StrCat(Shown(scheme, rest),
                                      " is no number of a database"));
  }
  return address;
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
