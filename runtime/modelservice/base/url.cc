#include "modelservice/base/url.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "modelservice/base/secrets.h"

namespace modelservice {
namespace {

bool IsDigit(char c) {
  return absl::ascii_isdigit(static_cast<unsigned char>(c));
}

bool IsHexDigit(char c) {
  return absl::ascii_isxdigit(static_cast<unsigned char>(c));
}

// Where the login ends; npos: there is none.
size_t EndOfLogin(absl::string_view rest) {
  const size_t query = rest.find('?');
  const size_t at = rest.substr(0, query).rfind('@');
  if (at != absl::string_view::npos || query == absl::string_view::npos) {
    return at;
  }
  // The "?" is a password's, when the place goes on behind it.
  return rest.substr(0, rest.find('/')).rfind('@');
}

absl::Status Fault(absl::string_view place, absl::string_view fault) {
  return absl::InvalidArgumentError(absl::StrCat(place, fault));
}

absl::Status Decode(absl::string_view place, absl::string_view text,
                    std::string* plain) {
  if (!DecodePercent(text, plain)) {
    return place == "path"
               ? Fault("", "\"%\" without two hex digits; write %25 for itself")
               : Fault(
                     "a % in the ",
                     absl::StrCat(place, " begins no escape; write it as %25"));
  }
  if (plain->find('\0') != std::string::npos) {
    return Fault("%00 cannot be part of a ", place);
  }
  return absl::OkStatus();
}

absl::Status DecodeLogin(absl::string_view login, Url* url) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(login, absl::MaxSplits(':', 1));
  absl::Status status = Decode("user", parts.first, &url->user.emplace());
  if (status.ok() && parts.first.size() < login.size()) {
    status = Decode("password", parts.second, &url->password.emplace());
  }
  return status;
}

absl::Status DecodeHost(absl::string_view text, Url* url) {
  UrlHost host;
  absl::string_view name;
  absl::string_view port;
  int number = 0;
  const bool split = SplitHost(text, &name, &port);
  if (!split || name.empty() ||
      !(port.empty() || ParsePort(port.substr(1), &number))) {
    // It may be a password whose "@host" was forgotten.
    return Fault(
        absl::StrCat("\"", MaskUrl(absl::StrCat("://", text)).substr(3), "\""),
        " is no host, or no host and port");
  }
  if (!port.empty()) host.port = number;
  if (auto status = Decode("host", name, &host.name); !status.ok()) {
    return status;
  }
  url->hosts.push_back(std::move(host));
  return absl::OkStatus();
}

}  // namespace

UrlParts SplitUrl(absl::string_view url) {
  UrlParts parts;
  const size_t colon = url.find(':');
  if (colon == absl::string_view::npos) {
    parts.path = url;
    return parts;
  }
  parts.scheme = url.substr(0, colon);
  absl::string_view rest = url.substr(colon + 1);
  parts.has_place = absl::ConsumePrefix(&rest, "//");
  if (parts.has_place) {
    const size_t at = EndOfLogin(rest);
    if (at != absl::string_view::npos) {
      parts.has_login = true;
      parts.login = rest.substr(0, at);
      rest.remove_prefix(at + 1);
    }
    parts.hosts = rest.substr(0, rest.find_first_of("/?"));
    rest.remove_prefix(parts.hosts.size());
  }
  parts.path = rest.substr(0, rest.find('?'));
  rest.remove_prefix(parts.path.size());
  absl::ConsumePrefix(&rest, "?");
  parts.query = rest;
  return parts;
}

bool SplitHost(absl::string_view text, absl::string_view* name,
               absl::string_view* port) {
  if (absl::ConsumePrefix(&text, "[")) {
    const size_t end = text.find(']');
    if (end == absl::string_view::npos) return false;
    *name = text.substr(0, end);
    *port = text.substr(end + 1);
    return port->empty() || port->front() == ':';
  }
  const size_t colon = std::min(text.find(':'), text.size());
  *name = text.substr(0, colon);
  *port = text.substr(colon);
  return true;
}

bool ParsePort(absl::string_view text, int* port) {
  // SimpleAtoi would take spaces and signs.
  return std::all_of(text.begin(), text.end(), IsDigit) &&
         absl::SimpleAtoi(text, port) && *port > 0 && *port < 65536;
}

absl::Status CheckPort(absl::string_view address) {
  const size_t colon = address.rfind(':');
  if (colon == absl::string_view::npos) return absl::OkStatus();
  const absl::string_view port = address.substr(colon + 1);
  int number = 0;
  if (port.empty() || !std::all_of(port.begin(), port.end(), IsDigit) ||
      (absl::SimpleAtoi(port, &number) && number < 65536)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "the address \"", address, "\" is none: ports end at 65535"));
}

bool DecodePercent(absl::string_view text, std::string* plain) {
  plain->clear();
  for (size_t i = 0; i < text.size(); ++i) {
    uint32_t byte = 0;
    if (text[i] != '%') {
      plain->push_back(text[i]);
      continue;
    }
    if (i + 2 >= text.size() || !IsHexDigit(text[i + 1]) ||
        !IsHexDigit(text[i + 2]) ||
        !absl::SimpleHexAtoi(text.substr(i + 1, 2), &byte)) {
      return false;
    }
    plain->push_back(static_cast<char>(byte));
    i += 2;
  }
  return true;
}

absl::StatusOr<std::vector<UrlSetting>> ParseUrlSettings(
    absl::string_view query) {
  std::vector<UrlSetting> settings;
  for (const absl::string_view setting :
       absl::StrSplit(query, '&', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> pair =
        absl::StrSplit(setting, absl::MaxSplits('=', 1));
    UrlSetting read;
    auto status = Decode("setting's name", pair.first, &read.name);
    if (status.ok()) {
      status = Decode(absl::StrCat("value of ", MaskUrl(pair.first)),
                      pair.second, &read.value);
    }
    if (!status.ok()) return status;
    read.text = setting;
    settings.push_back(std::move(read));
  }
  return settings;
}

absl::StatusOr<Url> ParseUrl(absl::string_view text) {
  // One that a variable or a file brought along with its end of line.
  if (std::any_of(text.begin(), text.end(), [](char c) {
        return absl::ascii_iscntrl(static_cast<unsigned char>(c));
      })) {
    return Fault("",
                 "a line break or another control character is no part of a "
                 "URL; write its escape, as %0A");
  }
  const UrlParts parts = SplitUrl(text);
  Url url;
  url.scheme = std::string(parts.scheme);
  url.has_place = parts.has_place;
  if (parts.has_login) {
    auto status = DecodeLogin(parts.login, &url);
    if (!status.ok()) return status;
  }
  if (!parts.hosts.empty()) {
    for (const absl::string_view host : absl::StrSplit(parts.hosts, ',')) {
      auto status = DecodeHost(host, &url);
      if (!status.ok()) return status;
    }
  }
  absl::string_view path = parts.path;
  if (parts.has_place) absl::ConsumePrefix(&path, "/");
  if (auto status = Decode("path", path, &url.path); !status.ok()) {
    return status;
  }
  auto settings = ParseUrlSettings(parts.query);
  if (!settings.ok()) return settings.status();
  url.settings = *std::move(settings);
  return url;
}

}  // namespace modelservice
