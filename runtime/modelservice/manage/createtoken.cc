#include "modelservice/manage/createtoken.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/guard/auth/django_users.h"
#include "modelservice/guard/auth/token_table.h"
#include "modelservice/manage/databases.h"
#include "modelservice/migrate/tables.h"

namespace modelservice {
namespace {

// How the settings say that tokens are taken.
absl::StatusOr<TokenSettings> SettingsOfTokens(const Settings& settings) {
  bool plain = false;
  for (const AuthenticatorSettings& authenticator : settings.authenticator()) {
    if (!authenticator.has_token()) continue;
    if (!authenticator.token().plain()) return authenticator.token();
    plain = true;
  }
  return absl::FailedPreconditionError(
      plain ? "the settings take plain tokens, which are another program's; "
              "make one with Django's command drf_create_token"
            : "the settings take no tokens; add authenticator { token {} } to "
              "the file of --config");
}

// A day, to its beginning, or a moment; in UTC unless it says otherwise.
absl::StatusOr<absl::Time> TimeOf(const std::string& text, absl::Time now) {
  absl::Time time;
  std::string fault;
  if (!absl::ParseTime("%Y-%m-%d", text, &time, &fault) &&
      !absl::ParseTime(absl::RFC3339_full, text, &time, &fault)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--expires: \"", text,
        "\" is no time; write 2027-01-31 or 2027-01-31T12:00:00Z"));
  }
  if (time <= now) {
    return absl::InvalidArgumentError(
        absl::StrCat("--expires: ", text, " is over; name a time to come"));
  }
  return time;
}

absl::StatusOr<absl::Time> ExpiryOf(const Flags& flags, absl::Time now) {
  const auto text = flags.Text("days");
  if (const auto until = flags.Text("expires"); until.has_value()) {
    if (text.has_value()) {
      return absl::InvalidArgumentError(
          "--days and --expires both say how long; drop one");
    }
    return TimeOf(*until, now);
  }
  if (!text.has_value()) return absl::InfiniteFuture();
  int days = 0;
  // A hundred years.
  if (!absl::SimpleAtoi(*text, &days) || days < 1 || days > 36500) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--days: \"", *text, "\" must be a number from 1 to 36500"));
  }
  return now + days * absl::Hours(24);
}

absl::StatusOr<std::vector<std::string>> RolesOf(
    const Flags& flags, const TokenSettings& settings) {
  if (!flags.Text("role").has_value()) return std::vector<std::string>();
  if (settings.django_users()) {
    return absl::InvalidArgumentError(
        "--role: the roles of Django's users are their groups; add the user to "
        "a group in Django, and drop --role");
  }
  std::vector<std::string> roles = flags.List("role");
  if (roles.empty()) {
    return absl::InvalidArgumentError(
        "--role names no role; write --role=editor, or --role=editor,reader "
        "for several");
  }
  return roles;
}

absl::StatusOr<std::string> FindUser(Database& database,
                                     const TokenSettings& settings,
                                     const std::string& user) {
  if (!settings.django_users()) return user;
  const auto users = DjangoUsers::Open(database, settings.user_table(),
                                       settings.username_column());
  if (!users.ok()) return users.status();
  const auto found = (*users)->FindByName(user, nullptr);
  if (!found.ok()) return found.status();
  if (!found->has_value()) {
    return absl::NotFoundError(absl::StrCat(
        "there is no user \"", user, "\" in ", settings.user_table(),
        "; make it in Django, or correct the name"));
  }
  if (!(*found)->active) {
    return absl::FailedPreconditionError(
        absl::StrCat("user \"", user,
                     "\" is inactive and could not use a token; make it "
                     "active in Django"));
  }
  return (*found)->id;
}

absl::StatusOr<std::string> MakeToken(Database& database,
                                      const TokenSettings& settings,
                                      const Invocation& call) {
  const absl::Time now = absl::Now();
  const absl::StatusOr<absl::Time> expires = ExpiryOf(call.flags, now);
  if (!expires.ok()) return expires.status();
  auto roles = RolesOf(call.flags, settings);
  if (!roles.ok()) return roles.status();
  const auto user = FindUser(database, settings, call.argument);
  if (!user.ok()) return user.status();
  const TokenTable table(settings.table());
  const Model* const models[] = {&table.model()};
  const auto made = CreateMissingTables(database, models);
  if (!made.ok()) return made.status();
  std::string token = NewToken();
  const TokenOwner owner{*user, call.flags.Text("name").value_or(""), *expires,
                         *std::move(roles)};
  if (auto status = table.Add(database, token, owner, now); !status.ok()) {
    return status;
  }
  return token;
}

}  // namespace

absl::Status CreateToken(const Invocation& call) {
  const auto settings = SettingsOfTokens(call.settings);
  if (!settings.ok()) return settings.status();
  auto database = OpenDatabase(call.settings.database());
  if (!database.ok()) return database.status();
  const auto token = MakeToken(**database, *settings, call);
  (*database)->Close();
  if (!token.ok()) return token.status();
  std::printf("%s\n", token->c_str());
  return absl::OkStatus();
}

}  // namespace modelservice
