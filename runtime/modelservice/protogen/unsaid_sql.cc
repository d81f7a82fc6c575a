#include "modelservice/protogen/unsaid_sql.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace modelservice::proto {
namespace {

// Ends of lines and tabs are as good as blanks.
bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return absl::ascii_iscntrl(byte) && !absl::ascii_isspace(byte);
}

}  // namespace

absl::string_view UnsaidPart(absl::string_view sql) {
  char quote = 0;
  for (size_t i = 0; i < sql.size(); ++i) {
    if (IsControl(sql[i])) return "a control character";
    if (quote != 0) {
      if (sql[i] == quote) quote = 0;
    } else if (sql[i] == '\'' || sql[i] == '"') {
      quote = sql[i];
    } else if (absl::StartsWith(sql.substr(i), "--") ||
               absl::StartsWith(sql.substr(i), "/*")) {
      return "a comment";
    }
  }
  return "";
}

std::string Printable(std::string text) {
  for (char& c : text) {
    if (IsControl(c)) c = '?';
  }
  return text;
}

}  // namespace modelservice::proto
