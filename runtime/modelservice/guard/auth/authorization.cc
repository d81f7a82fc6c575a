#include "modelservice/guard/auth/authorization.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/guard/auth/bad_credentials.h"

namespace modelservice {

Authorization Authorization::Of(const CallContext& call) {
  const absl::string_view header = absl::StripAsciiWhitespace(
      call.metadata("authorization").value_or(absl::string_view()));
  const size_t space = header.find_first_of(" \t");
  if (space == absl::string_view::npos) return {header, absl::string_view()};
  return {header.substr(0, space),
          absl::StripLeadingAsciiWhitespace(header.substr(space))};
}

bool Authorization::Is(absl::string_view wanted) const {
  return absl::EqualsIgnoreCase(scheme, wanted);
}

absl::StatusOr<absl::string_view> Authorization::Word(
    absl::string_view kind, absl::string_view name) const {
  if (credentials.empty()) {
    return BadCredentials(
        "CREDENTIALS_MALFORMED",
        absl::StrCat("Invalid ", kind, " header. No credentials provided."));
  }
  if (credentials.find_first_of(" \t") != absl::string_view::npos) {
    return BadCredentials("CREDENTIALS_MALFORMED",
                          absl::StrCat("Invalid ", kind, " header. ", name,
                                       " string should not contain spaces."));
  }
  return credentials;
}

}  // namespace modelservice
