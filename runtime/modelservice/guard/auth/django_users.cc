#include "modelservice/guard/auth/django_users.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/guard/auth/sql_row.h"

namespace modelservice {
namespace {

using Names = std::vector<std::string>;

absl::StatusOr<Names> ColumnsOf(Database& database, const std::string& table) {
  return database.ColumnsOf(Table(table, table, {}, {}, {}));
}

bool Has(const Names& names, absl::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// In the order of DjangoUser's members.
std::string UserQuery(const Dialect& dialect, absl::string_view table,
                      absl::string_view username, const Names& columns,
                      absl::string_view where) {
  SqlText sql(dialect);
  sql.Text("SELECT ").Name("id").Text(", ").Name(username);
  for (const absl::string_view name :
       {"password", "email", "is_active", "is_staff", "is_superuser"}) {
    sql.Text(", ");
    if (Has(columns, name)) {
      sql.Name(name);
    } else {
      sql.Text("NULL");
    }
  }
  return sql.Text(" FROM ")
      .Name(table)
      .Text(" WHERE ")
      .Name(where)
      .Text(" = ")
      .Parameter()
      .sql();
}

// The column of a many-to-many table that refers to the user: Django names it
// after the model, "user_id", "customer_id".
absl::StatusOr<std::string> UserColumn(Database& database,
                                       const std::string& table,
                                       absl::string_view other) {
  absl::StatusOr<Names> columns = ColumnsOf(database, table);
  if (!columns.ok()) return columns.status();
  for (const std::string& name : *columns) {
    if (name != "id" && name != other) return name;
  }
  return std::string();
}

// What selects the labels of permissions, joined to `through`, which has their
// ids.
SqlText& AppendPermissions(absl::string_view through, SqlText& sql) {
  return sql.Text("SELECT 'permission', c.app_label || '.' || p.codename FROM ")
      .Name(through)
      .Text(
          " t JOIN auth_permission p ON p.id = t.permission_id JOIN "
          "django_content_type c ON c.id = p.content_type_id ");
}

}  // namespace

absl::StatusOr<std::unique_ptr<DjangoUsers>> DjangoUsers::Open(
    Database& database, const std::string& user_table,
    const std::string& username_column) {
  const Dialect& dialect = database.dialect();
  const absl::StatusOr<Names> columns = ColumnsOf(database, user_table);
  if (!columns.ok()) return columns.status();
  for (const absl::string_view name :
       {absl::string_view("id"), absl::string_view(username_column)}) {
    if (Has(*columns, name)) continue;
    return absl::FailedPreconditionError(absl::StrCat(
        columns->empty() ? "user_table: there is no table \""
                         : "user_table: the table \"",
        user_table,
        columns->empty()
            ? std::string("\" of Django's users; run Django's migrate on this "
                          "database, or set user_table")
            : absl::StrCat("\" of Django's users has no column \"", name,
                           "\"; set user_table and username_column as the "
                           "user model has them")));
  }
  std::unique_ptr<DjangoUsers> users(new DjangoUsers(database));
  users->find_by_id_ =
      UserQuery(dialect, user_table, username_column, *columns, "id");
  users->find_by_name_ = UserQuery(dialect, user_table, username_column,
                                   *columns, username_column);

  const std::string groups = absl::StrCat(user_table, "_groups");
  const std::string own = absl::StrCat(user_table, "_user_permissions");
  const auto groups_user = UserColumn(database, groups, "group_id");
  if (!groups_user.ok()) return groups_user.status();
  const auto own_user = UserColumn(database, own, "permission_id");
  if (!own_user.ok()) return own_user.status();
  SqlText sql(dialect);
  if (!groups_user->empty()) {
    sql.Text("SELECT 'role', g.name FROM ").Name(groups);
    sql.Text(" u JOIN auth_group g ON g.id = u.group_id WHERE u.");
    sql.Name(*groups_user).Text(" = ").Parameter().Text(" UNION ");
    AppendPermissions("auth_group_permissions", sql).Text("JOIN ").Name(groups);
    sql.Text(" u ON u.group_id = t.group_id WHERE u.");
    sql.Name(*groups_user).Text(" = ").Parameter();
    users->rights_parameters_ += 2;
  }
  if (!own_user->empty()) {
    if (users->rights_parameters_ > 0) sql.Text(" UNION ");
    AppendPermissions(own, sql).Text("WHERE t.").Name(*own_user);
    sql.Text(" = ").Parameter();
    users->rights_parameters_ += 1;
  }
  if (users->rights_parameters_ > 0) {
    users->find_rights_ = absl::StrCat(sql.sql(), " ORDER BY 1, 2");
  }
  return users;
}

absl::StatusOr<std::optional<DjangoUser>> DjangoUsers::FindById(
    absl::string_view id, const CallLimits* limits) const {
  return Find(find_by_id_, id, limits);
}

absl::StatusOr<std::optional<DjangoUser>> DjangoUsers::FindByName(
    absl::string_view username, const CallLimits* limits) const {
  return Find(find_by_name_, username, limits);
}

absl::StatusOr<std::optional<DjangoUser>> DjangoUsers::Find(
    const std::string& sql, absl::string_view value,
    const CallLimits* limits) const {
  auto rows = ReadRows(database_, sql, {Value::Text(value)}, limits);
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return std::nullopt;
  TextRow& row = rows->front();
  DjangoUser user;
  user.id = std::move(row[0]);
  user.username = std::move(row[1]);
  user.password = std::move(row[2]);
  user.email = std::move(row[3]);
  user.active = row[4] != "0";  // without the column everybody is
  user.staff = row[5] == "1";
  user.superuser = row[6] == "1";
  return user;
}

absl::StatusOr<Principal> DjangoUsers::PrincipalOf(
    const DjangoUser& user, const CallLimits* limits) const {
  Principal principal;
  principal.subject = user.id;
  principal.superuser = user.superuser;
  auto& claims = *principal.claims.mutable_fields();
  claims["username"].set_string_value(user.username);
  claims["email"].set_string_value(user.email);
  claims["is_staff"].set_bool_value(user.staff);
  if (find_rights_.empty()) return principal;
  const std::vector<Value> parameters(static_cast<size_t>(rights_parameters_),
                                      Value::Text(user.id));
  auto rows = ReadRows(database_, find_rights_, parameters, limits);
  if (!rows.ok()) return rows.status();
  for (TextRow& row : *rows) {
    (row[0] == "role" ? principal.roles : principal.permissions)
        .push_back(std::move(row[1]));
  }
  return principal;
}

}  // namespace modelservice
