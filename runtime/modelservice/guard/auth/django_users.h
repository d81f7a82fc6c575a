// Django's users, groups and permissions, read from its own tables.
//
//   auto users = DjangoUsers::Open(database, "auth_user", "username");
//   absl::StatusOr<std::optional<DjangoUser>> user =
//       (*users)->FindByName("alice", /*limits=*/nullptr);
//   absl::StatusOr<Principal> principal =
//       (*users)->PrincipalOf(**user, /*limits=*/nullptr);
//
// A custom user model works as well: what its table lacks - a name, groups, the
// superuser's flag - its users do not have. Blocks on the database.
// Thread-safe.
#ifndef MODELSERVICE_GUARD_AUTH_DJANGO_USERS_H_
#define MODELSERVICE_GUARD_AUTH_DJANGO_USERS_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modelservice/database.h"
#include "modelservice/principal.h"
#include "modelservice/sql/select.h"

namespace modelservice {

// One row of the users' table.
struct DjangoUser {
  std::string id;
  std::string username;
  std::string password;  // hashed
  std::string email;
  bool active = true;
  bool staff = false;
  bool superuser = false;
};

class DjangoUsers {
 public:
  // FAILED_PRECONDITION when there is no such table or it has no such column.
  // `database` outlives it.
  static absl::StatusOr<std::unique_ptr<DjangoUsers>> Open(
      Database& database, const std::string& user_table,
      const std::string& username_column);

  // nullopt when there is none. Errors are the database's.
  absl::StatusOr<std::optional<DjangoUser>> FindById(
      absl::string_view id, const CallLimits* limits) const;
  absl::StatusOr<std::optional<DjangoUser>> FindByName(
      absl::string_view username, const CallLimits* limits) const;

  // Whom the user is, with groups as roles and the permissions of both, as
  // Django's ModelBackend has them; `scheme` is left empty.
  absl::StatusOr<Principal> PrincipalOf(const DjangoUser& user,
                                        const CallLimits* limits) const;

 private:
  explicit DjangoUsers(Database& database) : database_(database) {}

  absl::StatusOr<std::optional<DjangoUser>> Find(
      const std::string& sql, absl::string_view value,
      const CallLimits* limits) const;

  Database& database_;
  std::string find_by_id_;
  std::string find_by_name_;
  // Rows of ("role" or "permission", its name), by the union of so many
  // queries, each with the user's id as a parameter; none where there are no
  // tables for it.
  Select find_rights_;
  size_t rights_queries_ = 0;
};

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_AUTH_DJANGO_USERS_H_
