#include "modelservice/base/secrets.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "modelservice/base/url.h"

namespace modelservice {
namespace {

constexpr absl::string_view kMask = "...";
constexpr absl::string_view kSecretNames[] = {
    "password", "passwd", "passphrase", "secret", "token", "api_key", "apikey",
};
constexpr absl::string_view kScheme = "://";

bool IsOfName(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' ||
         c == '-' || c == '.';
}

bool IsQuote(char c) { return c == '"' || c == '\'' || c == '`'; }

bool EndsUrl(char c) {
  return absl::ascii_isspace(static_cast<unsigned char>(c)) || IsQuote(c);
}

bool EndsSetting(char c) { return c == '&'; }

// Whether each host between commas has no port, or one: "a,b:2,[::1]:3".
bool ArePlaces(absl::string_view hosts) {
  for (const absl::string_view host : absl::StrSplit(hosts, ',')) {
    absl::string_view name;
    absl::string_view port;
    if (!SplitHost(host, &name, &port)) return false;
    const bool digits = std::all_of(
        port.begin(), port.end(), [first = port.data()](const char& c) {
          return &c == first ||
                 absl::ascii_isdigit(static_cast<unsigned char>(c));
        });
    if (!digits) return false;
  }
  return true;
}

// Values behind secrets' names; `ends` tells where one without quotes does.
template <class Ends>
std::string MaskValues(absl::string_view text, Ends ends) {
  std::string masked;
  while (!text.empty()) {
    size_t name = 0;
    while (name < text.size() && IsOfName(text[name])) ++name;
    if (name == 0) {
      masked.push_back(text[0]);
      text.remove_prefix(1);
      continue;
    }
    masked.append(text.data(), name);
    const bool secret = IsSecretName(text.substr(0, name));
    text.remove_prefix(name);
    if (!secret) continue;
    // A quote after the name is JSON's.
    size_t value = 0;
    if (value < text.size() && IsQuote(text[value])) ++value;
    if (value == text.size() || (text[value] != '=' && text[value] != ':')) {
      continue;
    }
    const bool colon = text[value++] == ':';
    while (value < text.size() && text[value] == ' ') ++value;
    masked.append(text.data(), value);
    text.remove_prefix(value);
    if (text.empty()) break;
    size_t end = 0;
    // Behind a colon words of ours may follow: "token: it has ended".
    if (colon && !IsQuote(text[0])) continue;
    if (IsQuote(text[0])) {
      end = std::min(text.find(text[0], 1), text.size() - 1) + 1;
    } else {
      while (end < text.size() && !ends(text[end])) ++end;
    }
    if (end > 0) masked.append(kMask.data(), kMask.size());
    text.remove_prefix(end);
  }
  return masked;
}

}  // namespace

bool IsSecretName(absl::string_view name) {
  const std::string lower =
      absl::AsciiStrToLower(name.substr(name.rfind('.') + 1));
  // A file's name is none.
  if (absl::EndsWith(lower, "_file")) return false;
  return std::any_of(std::begin(kSecretNames), std::end(kSecretNames),
                     [&](absl::string_view secret) {
                       return absl::StrContains(lower, secret);
                     });
}

std::string MaskUrl(absl::string_view url) {
  // Wherever one begins: it may stand behind something by mistake.
  const size_t place = std::min(url.find(kScheme), url.size());
  const UrlParts parts = SplitUrl(url.substr(place));
  // From here on there may be a password, up to there.
  absl::string_view start = parts.has_login ? parts.login : parts.hosts;
  const size_t colon = start.find(':');
  if (!parts.has_place || colon == absl::string_view::npos) {
    return MaskValues(url, EndsSetting);
  }
  const size_t shown =
      static_cast<size_t>(start.data() - url.data()) + colon + 1;
  size_t end = shown;
  if (parts.has_login) {
    end = shown - colon - 1 + parts.login.size();
  } else if (const size_t at = url.rfind('@');
             at != absl::string_view::npos && at > shown) {
    // A password may hold any character by mistake, all of "/?" among them.
    end = at;
  } else if (!ArePlaces(parts.hosts)) {
    // What is no port may be a password whose "@host" was forgotten.
    end = shown - colon - 1 + parts.hosts.size();
  } else {
    return MaskValues(url, EndsSetting);
  }
  return absl::StrCat(url.substr(0, shown), kMask,
                      MaskValues(url.substr(end), EndsSetting));
}

std::string MaskSecrets(absl::string_view text) {
  std::string masked;
  for (size_t scheme;
       (scheme = text.find(kScheme)) != absl::string_view::npos;) {
    size_t end = scheme;
    while (end < text.size() && !EndsUrl(text[end])) ++end;
    size_t start = scheme;
    while (start > 0 && IsOfName(text[start - 1])) --start;
    absl::StrAppend(&masked, text.substr(0, start),
                    MaskUrl(text.substr(start, end - start)));
    text.remove_prefix(end);
  }
  absl::StrAppend(&masked, text);
  return MaskValues(masked, [](char c) {
    return EndsUrl(c) || c == '&' || c == ';' || c == ',';
  });
}

}  // namespace modelservice
