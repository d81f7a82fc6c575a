#include "modelservice/schema/format.h"

#include <arpa/inet.h>
#include <re2/re2.h>

#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "modelservice/schema/decimal_text.h"
#include "modelservice/schema/time_text.h"
#include "modelservice/schema/utf8.h"
#include "modelservice/schema/uuid_text.h"

namespace modelservice {
namespace {

bool Matches(absl::string_view text, const RE2& pattern) {
  return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), pattern);
}

bool IsAddress(int family, absl::string_view text) {
  unsigned char address[sizeof(in6_addr)];
  return !HasNul(text) &&
         inet_pton(family, std::string(text).c_str(), address) == 1;
}

// A host name with a dot. A label of an internationalised one is letters, marks
// and digits of any script; its punycode is not formed.
bool IsDomain(absl::string_view text) {
  static const RE2& label =
      *new RE2("[\\pL\\pM\\pN]([\\pL\\pM\\pN-]*[\\pL\\pM\\pN])?");
  const std::vector<absl::string_view> labels = absl::StrSplit(text, '.');
  for (const absl::string_view part : labels) {
    if (part.size() > 63 || !Matches(part, label)) return false;
  }
  return labels.size() > 1 && labels.back().size() > 1;
}

// As Django's EmailValidator: a dot-atom or quoted local part and a domain, or
// an address in brackets.
bool IsEmail(absl::string_view text) {
  static const RE2& local = *new RE2(
      "(?i)[-!#$%&'*+/=?^_`{}|~0-9A-Z]+(\\.[-!#$%&'*+/=?^_`{}|~0-9A-Z]+)*"
      "|\"([\\001-\\010\\013\\014\\016-\\037!#-\\[\\]-\\177]"
      "|\\\\[\\001-\\011\\013\\014\\016-\\177])*\"");
  const size_t at = text.rfind('@');
  if (at == absl::string_view::npos || text.size() > 320 ||  // RFC 3696
      !Matches(text.substr(0, at), local)) {
    return false;
  }
  absl::string_view host = text.substr(at + 1);
  if (host == "localhost" || IsDomain(host)) return true;
  return absl::ConsumePrefix(&host, "[") && absl::ConsumeSuffix(&host, "]") &&
         (IsAddress(AF_INET, host) || IsAddress(AF_INET6, host));
}

bool IsUri(absl::string_view text) {
  static const RE2& pattern = *new RE2(
      "(?i)(https?|ftps?)://([^\\s/?#@]*@)?"
      "(\\[[0-9a-f:.]+\\]|[^\\s/?#:@\\[\\]]+)(:[0-9]{1,5})?([/?#]\\S*)?");
  return Matches(text, pattern);
}

bool IsHostname(absl::string_view text) {
  static const RE2& pattern = *new RE2(
      "([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)"
      "(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*");
  return text.size() <= 253 && Matches(text, pattern);
}

}  // namespace

bool HasFormat(Format format, absl::string_view text) {
  std::string read;
  static const RE2& slug = *new RE2("[-a-zA-Z0-9_]+");
  switch (format) {
    case Format::kNone:
      return true;
    case Format::kEmail:
      return IsEmail(text);
    case Format::kUuid:
      return ReadUuid(text, &read);
    case Format::kUri:
      return IsUri(text);
    case Format::kIp:
      return IsAddress(AF_INET, text) || IsAddress(AF_INET6, text);
    case Format::kIpv4:
      return IsAddress(AF_INET, text);
    case Format::kIpv6:
      return IsAddress(AF_INET6, text);
    case Format::kHostname:
      return IsHostname(text);
    case Format::kDecimal: {
      Decimal decimal;
      return Decimal::Parse(text, &decimal);
    }
    case Format::kDate:
      return ReadDate(text, &read) || IsFarTime(text);
    case Format::kTime:
      return ReadTimeOfDay(text, /*midnight_after=*/true, &read);
    case Format::kSlug:
      return Matches(text, slug);
  }
  return true;
}

bool IsReadFromText(Format format) {
  switch (format) {
    case Format::kUuid:
    case Format::kDecimal:
    case Format::kDate:
    case Format::kTime:
    case Format::kIp:
    case Format::kIpv4:
    case Format::kIpv6:
      return true;
    default:
      return false;
  }
}

absl::string_view FormatFault(Format format, absl::string_view text) {
  switch (format) {
    case Format::kNone:
      return "";
    case Format::kEmail:
      return "Enter a valid email address.";
    case Format::kUuid:
      return "Must be a valid UUID.";
    case Format::kUri:
      return "Enter a valid URL.";
    case Format::kIp:
      return "Enter a valid IPv4 or IPv6 address.";
    case Format::kIpv4:
      return "Enter a valid IPv4 address.";
    case Format::kIpv6:
      return "Enter a valid IPv6 address.";
    case Format::kHostname:
      return "Enter a valid host name.";
    case Format::kDecimal:
      return NumberFault(text);
    case Format::kDate:
      return "Date has wrong format. Use one of these formats instead: "
             "YYYY-MM-DD.";
    case Format::kTime:
      return "Time has wrong format. Use one of these formats instead: "
             "hh:mm[:ss[.uuuuuu]].";
    case Format::kSlug:
      return "Enter a valid \"slug\" consisting of letters, numbers, "
             "underscores or hyphens.";
  }
  return "";
}

std::string CanonicalAddress(Format format, absl::string_view text) {
  in6_addr address;
  char shown[INET6_ADDRSTRLEN];
  const std::string given(text);
  if ((format != Format::kIp && format != Format::kIpv6) ||
      !IsAddress(AF_INET6, text) ||
      inet_pton(AF_INET6, given.c_str(), &address) != 1) {
    return given;
  }
  if (format == Format::kIp && IN6_IS_ADDR_V4MAPPED(&address)) {
    inet_ntop(AF_INET, &address.s6_addr[12], shown, sizeof(shown));
  } else if (IN6_IS_ADDR_V4COMPAT(&address)) {
    // RFC 5952 has no dots where none says that it is an address of IPv4.
    const uint8_t* const last = &address.s6_addr[12];
    return absl::StrFormat("::%x:%x", last[0] << 8 | last[1],
                           last[2] << 8 | last[3]);
  } else {
    inet_ntop(AF_INET6, &address, shown, sizeof(shown));
  }
  return shown;
}

bool HasFullHost(absl::string_view url) {
  static const RE2& pattern = *new RE2(
      "[^:]+://(?:[^\\s/?#@]*@)?(\\[[^\\]]*\\]|[^\\s/?#:]+)(?:[:/?#].*)?");
  std::string found;
  if (!RE2::FullMatch(re2::StringPiece(url.data(), url.size()), pattern,
                      &found)) {
    return false;
  }
  absl::string_view host = found;
  if (absl::ConsumePrefix(&host, "[")) {
    return absl::ConsumeSuffix(&host, "]") && IsAddress(AF_INET6, host);
  }
  absl::ConsumeSuffix(&host, ".");
  return host == "localhost" || IsAddress(AF_INET, host) || IsDomain(host);
}

}  // namespace modelservice
