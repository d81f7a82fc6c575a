// The authenticators that the settings name, in their order.
//
//   absl::StatusOr<std::vector<std::unique_ptr<Authenticator>>> made =
//       MakeAuthenticators(settings, database, registry.authenticators());
//   Authentication authentication(*std::move(made), settings.workers());
#ifndef MODELSERVICE_GUARD_AUTH_MAKE_AUTHENTICATORS_H_
#define MODELSERVICE_GUARD_AUTH_MAKE_AUTHENTICATORS_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "modelservice/authenticator.h"
#include "modelservice/config.pb.h"
#include "modelservice/database.h"
#include "modelservice/guard/auth/token_table.h"

namespace modelservice {

// Those of the program, by name; what the settings name is taken out.
using NamedAuthenticators =
    std::map<std::string, std::unique_ptr<Authenticator>>;

// `database` outlives them. Reads files of keys and looks at tables; an error
// begins with the setting, "authenticator[0].jwt.jwks_file: ...", and says how
// to mend it.
absl::StatusOr<std::vector<std::unique_ptr<Authenticator>>> MakeAuthenticators(
    const Settings& settings, Database& database, NamedAuthenticators& custom);

// The tables of tokens that the settings ask for, which `migrate` makes; not
// those of plain tokens, which are somebody else's.
std::vector<std::unique_ptr<TokenTable>> TokenTables(const Settings& settings);

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_AUTH_MAKE_AUTHENTICATORS_H_
