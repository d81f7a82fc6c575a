#include "plugin/schema/postgres_literal.h"

#include <arpa/inet.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "modelservice/schema/decimal_text.h"
#include "modelservice/sql/array_literal.h"
#include "modelservice/sql/live_column.h"

namespace modelservice::plugin {
namespace {

// `10.0.0.1/8`, and what PostgreSQL fills up: `10/8` of a cidr.
bool IsAddress(absl::string_view text, bool is_network) {
  const std::vector<std::string> parts =
      absl::StrSplit(text, absl::MaxSplits('/', 1));
  constexpr int kBits[] = {32, 128};
  const bool is_v6 = absl::StrContains(parts[0], ':');
  if (parts.size() > 1) {
    int mask = 0;
    if (!absl::SimpleAtoi(parts[1], &mask) || mask < 0 ||
        mask > kBits[is_v6 ? 1 : 0]) {
      return false;
    }
  }
  if (is_network && !is_v6) {
    return parts[0].find_first_not_of("0123456789.") == std::string::npos;
  }
  unsigned char bytes[16];
  return inet_pton(is_v6 ? AF_INET6 : AF_INET, parts[0].c_str(), bytes) == 1;
}

bool IsHardwareAddress(absl::string_view text) {
  constexpr int kDigits = 12;
  int digits = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isxdigit(byte)) {
      ++digits;
    } else if (c != ':' && c != '-' && c != '.') {
      return false;
    }
  }
  return digits == kDigits;
}

bool IsArray(const LiveColumn& element, absl::string_view text) {
  // What another form of it is, the server knows.
  if (!absl::ConsumePrefix(&text, "{")) return absl::StartsWith(text, "[");
  if (text == "}") return true;
  std::string value;
  bool quoted = false;
  do {
    if (absl::StartsWith(text, "{")) return true;
    if (!TakeArrayElement(&text, &quoted, &value)) return false;
    if (!quoted && absl::EqualsIgnoreCase(value, "null")) continue;
    if (!MayBeOfType(element.type, absl::StripAsciiWhitespace(value))) {
      return false;
    }
  } while (absl::ConsumePrefix(&text, ","));
  return text == "}";
}

}  // namespace

bool MayBeOfType(absl::string_view type, absl::string_view text) {
  const std::string name = absl::AsciiStrToLower(type);
  if (name == "inet" || name == "cidr") return IsAddress(text, name == "cidr");
  if (name == "macaddr") return IsHardwareAddress(text);
  if (name == "oid") {
    uint32_t oid = 0;
    return absl::SimpleAtoi(text, &oid);
  }
  absl::string_view element = name;
  if (absl::ConsumeSuffix(&element, "[]")) {
    return IsArray(ParseLiveType("", element), text);
  }
  const LiveColumn live = ParseLiveType("", name);
  int64_t integer = 0;
  Decimal decimal;
  switch (live.kind) {
    case ColumnKind::kInteger:
      return absl::SimpleAtoi(text, &integer);
    case ColumnKind::kReal:
    case ColumnKind::kDecimal:
      return Decimal::Parse(text, &decimal) ||
             text.find_first_of("0123456789") == absl::string_view::npos;
    default:
      return true;
  }
}

}  // namespace modelservice::plugin
