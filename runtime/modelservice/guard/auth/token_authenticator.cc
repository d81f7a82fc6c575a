#include "modelservice/guard/auth/token_authenticator.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "modelservice/guard/auth/authorization.h"
#include "modelservice/guard/auth/bad_credentials.h"
#include "modelservice/guard/auth/django_users.h"
#include "modelservice/guard/auth/jwt.h"
#include "modelservice/guard/auth/sql_row.h"
#include "modelservice/guard/auth/token_table.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {
namespace {

absl::Status InvalidToken() {
  return BadCredentials("TOKEN_UNKNOWN", "Invalid token.");
}

// "user_id", whether the token has expired, and its roles.
Select TokenQuery(const TokenSettings& settings, bool has_roles) {
  const auto is = [](absl::string_view column, Comparison comparison) {
    return Expression::Compare(Expression::Named(column), comparison,
                               Expression::Parameter());
  };
  Select query;
  query.columns = {Expression::Named("user_id")};
  if (!settings.plain()) {
    query.columns.push_back(CheckOf(is("expires", Comparison::kLessOrEqual)));
  }
  if (has_roles) query.columns.push_back(Expression::Named("roles"));
  query.from = TableName(settings.table());
  query.where = is("key", Comparison::kEqual);
  return query;
}

class TokenAuthenticator final : public Authenticator {
 public:
  TokenAuthenticator(const TokenSettings& settings, Database& database,
                     TokenOptions options, bool has_roles,
                     std::unique_ptr<DjangoUsers> users)
      : plain_(settings.plain()),
        query_(Write(TokenQuery(settings, has_roles), database.dialect()).text),
        database_(database),
        options_(std::move(options)),
        users_(std::move(users)) {}

  bool Recognizes(const CallContext& call) const override {
    const Authorization authorization = Authorization::Of(call);
    if (authorization.Is("Token")) return true;
    return authorization.Is("Bearer") &&
           (options_.every_bearer || !HasJwtForm(authorization.credentials));
  }

  std::string Challenge() const override { return "Bearer"; }

  bool blocking() const override { return true; }

  absl::StatusOr<Principal> Authenticate(const CallContext& call) override {
    const auto token = Authorization::Of(call).Word("token", "Token");
    if (!token.ok()) return token.status();
    if (!std::all_of(token->begin(), token->end(), absl::ascii_isprint)) {
      return BadCredentials("CREDENTIALS_MALFORMED",
                            "Invalid token header. Token string should not "
                            "contain invalid characters.");
    }
    const std::string key = plain_ ? std::string(*token) : TokenKey(*token);
    std::vector<Value> parameters;
    if (!plain_) {
      parameters.push_back(
          Value::Timestamp(absl::ToUnixSeconds(options_.clock()), 0));
    }
    parameters.push_back(Value::Text(key));
    const auto rows = ReadRows(database_, query_, parameters, &call);
    if (!rows.ok()) return rows.status();
    if (rows->empty()) return InvalidToken();
    if (!plain_ && rows->front()[1] == "1") {
      return BadCredentials("TOKEN_EXPIRED", "The token has expired.");
    }
    return PrincipalOf(rows->front(), call);
  }

 private:
  absl::StatusOr<Principal> PrincipalOf(const TextRow& token,
                                        const CallContext& call) const {
    absl::StatusOr<Principal> principal = Principal();
    if (users_ == nullptr) {
      principal->subject = token[0];
      if (token.size() > 2) {
        principal->roles = absl::StrSplit(token[2], ',', absl::SkipEmpty());
      }
    } else {
      const auto user = users_->FindById(token[0], &call);
      if (!user.ok()) return user.status();
      if (!user->has_value() || !(*user)->active) {
        return BadCredentials("USER_INACTIVE", "User inactive or deleted.");
      }
      principal = users_->PrincipalOf(**user, &call);
    }
    if (principal.ok()) principal->scheme = "token";
    return principal;
  }

  const bool plain_;
  const std::string query_;
  Database& database_;
  const TokenOptions options_;
  const std::unique_ptr<DjangoUsers> users_;  // null: not Django's
};

// Whether it has a column of roles.
absl::StatusOr<bool> CheckTable(const TokenSettings& settings,
                                Database& database) {
  const auto columns =
      database.ColumnsOf(Table(settings.table(), "Token", {}, {}, {}));
  if (!columns.ok()) return columns.status();
  if (columns->empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "table: there is no table \"", settings.table(), "\" of tokens; run ",
        settings.plain() ? "Django's migrate, with rest_framework.authtoken "
                           "installed, on this database"
                         : "the command migrate"));
  }
  std::vector<absl::string_view> needed = {"key", "user_id"};
  if (!settings.plain()) needed.push_back("expires");
  const auto has = [&](absl::string_view name) {
    return std::find(columns->begin(), columns->end(), name) != columns->end();
  };
  for (const absl::string_view name : needed) {
    if (!has(name)) {
      return absl::FailedPreconditionError(absl::StrCat(
          "table: the table \"", settings.table(),
          "\" of tokens has no column \"", name, "\"; ",
          settings.plain() ? "name the right one with table"
                           : "is it one of plain tokens, like Django REST "
                             "framework's? Then set plain: true"));
    }
  }
  // Plain tokens are another program's, and Django's users have their groups.
  return !settings.plain() && !settings.django_users() && has("roles");
}

}  // namespace

absl::StatusOr<std::unique_ptr<Authenticator>> MakeTokenAuthenticator(
    const TokenSettings& settings, Database& database,
    const TokenOptions& options) {
  const absl::StatusOr<bool> has_roles = CheckTable(settings, database);
  if (!has_roles.ok()) return has_roles.status();
  std::unique_ptr<DjangoUsers> users;
  if (settings.django_users()) {
    auto opened = DjangoUsers::Open(database, settings.user_table(),
                                    settings.username_column());
    if (!opened.ok()) return opened.status();
    users = *std::move(opened);
  }
  return std::make_unique<TokenAuthenticator>(settings, database, options,
                                              *has_roles, std::move(users));
}

}  // namespace modelservice
