#include "modelservice/base/secrets.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

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

bool IsPort(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == ',' ||
           c == ']';
  });
}

// Whether each host between commas has no port, or one: "a,b:2,[::1]:3".
bool ArePlaces(absl::string_view hosts) {
  for (absl::string_view host : absl::StrSplit(hosts, ',')) {
    if (absl::StartsWith(host, "[")) {
      host.remove_prefix(std::min(host.find(']'), host.size()));
    }
    const size_t colon = host.find(':');
    if (colon != absl::string_view::npos && !IsPort(host.substr(colon + 1))) {
      return false;
    }
  }
  return true;
}

// Of "user:password@host:port" and what may follow but the query.
std::string MaskPlace(absl::string_view place) {
  const size_t at = place.rfind('@');
  if (at != absl::string_view::npos) {
    const size_t colon = place.substr(0, at).find(':');
    if (colon == absl::string_view::npos) return std::string(place);
    return absl::StrCat(place.substr(0, colon + 1), kMask, place.substr(at));
  }
  // What is no port may be a password whose "@host" was forgotten.
  const size_t end = std::min(place.find('/'), place.size());
  const size_t colon = place.substr(0, end).rfind(':');
  if (colon == absl::string_view::npos ||
      (IsPort(place.substr(colon + 1, end - colon - 1)) &&
       ArePlaces(place.substr(0, end)))) {
    return std::string(place);
  }
  return absl::StrCat(place.substr(0, place.find(':') + 1), kMask,
                      place.substr(end));
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
  const size_t scheme = url.find(kScheme);
  std::string masked;
  if (scheme != absl::string_view::npos) {
    const size_t start = scheme + kScheme.size();
    masked = std::string(url.substr(0, start));
    url.remove_prefix(start);
    // A password may hold any character by mistake, an @, a slash or a ?, too.
    size_t query = url.find('?');
    const size_t at = url.rfind('@');
    if (at != absl::string_view::npos && query < at) {
      query = url.find('?', at);
    }
    // And an @ in the query may be no password's.
    const std::string place = MaskPlace(url.substr(0, query));
    masked += place.find('?') == std::string::npos
                  ? place
                  : MaskValues(place, EndsSetting);
    url.remove_prefix(std::min(query, url.size()));
  }
  return absl::StrCat(masked, MaskValues(url, EndsSetting));
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
