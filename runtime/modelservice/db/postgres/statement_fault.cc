#include "modelservice/db/postgres/statement_fault.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "modelservice/sql/raw_text.h"

namespace modelservice::postgres {
namespace {

constexpr char kIndeterminateType[] = "42P18";
constexpr char kAmbiguousFunction[] = "42725";

bool IsDigit(char c) {
  return absl::ascii_isdigit(static_cast<unsigned char>(c));
}

// The number behind the dollar at `i`; nullopt where none is there.
std::optional<size_t> NumberBehind(absl::string_view text, size_t i) {
  size_t end = i + 1;
  while (end < text.size() && IsDigit(text[end])) ++end;
  size_t number = 0;
  if (i >= text.size() ||
      !absl::SimpleAtoi(text.substr(i + 1, end - i - 1), &number)) {
    return std::nullopt;
  }
  return number;
}

}  // namespace

std::optional<size_t> OffsetOf(const ErrorFields& fields,
                               absl::string_view sql) {
  size_t characters = 0;  // from 1
  if (!absl::SimpleAtoi(fields.position, &characters)) return std::nullopt;
  for (size_t i = 0; i < sql.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(sql[i]) & 0xc0) != 0x80;
    if (begins && --characters == 0) return i;
  }
  return sql.size();
}

std::optional<size_t> UntypedParameter(const ErrorFields& fields,
                                       absl::string_view sql) {
  if (fields.sqlstate == kIndeterminateType) {
    // "... parameter $1", in any language.
    return NumberBehind(fields.message, fields.message.find('$'));
  }
  if (fields.sqlstate != kAmbiguousFunction) return std::nullopt;
  const std::optional<size_t> offset = OffsetOf(fields, sql);
  if (!offset.has_value()) return std::nullopt;
  std::optional<size_t> before;
  for (size_t i = 0; i < sql.size();) {
    const size_t end = BehindPiece(sql, i);
    if (sql[i] == '$' && end == i + 1 && end < sql.size() &&
        IsDigit(sql[end])) {
      const size_t behind = BehindPiece(sql, end);
      if (!absl::StartsWith(sql.substr(behind), "::")) {
        if (i > *offset) return NumberBehind(sql, i);
        before = NumberBehind(sql, i);
      }
      i = behind;
    } else {
      i = end;
    }
  }
  return before;
}

}  // namespace modelservice::postgres
