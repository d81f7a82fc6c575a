#include "modelservice/guard/auth/django_users.h"

#include <algorithm>
#include <iterator>
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

Expression Is(Expression column, Expression other) {
  return Expression::Compare(std::move(column), Comparison::kEqual,
                             std::move(other));
}

// Its columns are in the order of DjangoUser's members.
Select UserQuery(const std::string& table, absl::string_view username,
                 const Names& columns, absl::string_view where) {
  Select query;
  query.columns = {Expression::Named("id"), Expression::Named(username)};
  for (const absl::string_view name :
       {"password", "email", "is_active", "is_staff", "is_superuser"}) {
    query.columns.push_back(Has(columns, name) ? Expression::Named(name)
                                               : Expression(Literal()));
  }
  query.from = TableName(table);
  query.where = Is(Expression::Named(where), Expression::Parameter());
  return query;
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

Expression Text(absl::string_view text) { return Literal(Value::Text(text)); }

void AddJoin(absl::string_view table, absl::string_view alias,
             absl::string_view column, Expression equals, Select* query) {
  query->joins.push_back(
      {Join::Kind::kInner, TableName(table, alias),
       Is(Expression::Named(column, alias), std::move(equals))});
}

// The names of the groups that `groups` says a user is in.
Select RolesOf(absl::string_view groups, absl::string_view user_column) {
  Select query;
  query.columns = {Text("role"), Expression::Named("name", "g")};
  query.from = TableName(groups, "u");
  AddJoin("auth_group", "g", "id", Expression::Named("group_id", "u"), &query);
  query.where =
      Is(Expression::Named(user_column, "u"), Expression::Parameter());
  return query;
}

// The labels of permissions, "app.codename", whose ids `through` has.
Select PermissionsOf(absl::string_view through) {
  const Expression label = Expression::Compute(
      Expression::Compute(Expression::Named("app_label", "c"),
                          Arithmetic::kConcatenate, Text(".")),
      Arithmetic::kConcatenate, Expression::Named("codename", "p"));
  Select query;
  query.columns = {Text("permission"), label};
  query.from = TableName(through, "t");
  AddJoin("auth_permission", "p", "id", Expression::Named("permission_id", "t"),
          &query);
  AddJoin("django_content_type", "c", "id",
          Expression::Named("content_type_id", "p"), &query);
  return query;
}

// Those of a user's groups, and of the user's own. Without a column that refers
// to the user there is no such table.
std::vector<Select> RightsOf(const std::string& groups,
                             const std::string& groups_user,
                             const std::string& own,
                             const std::string& own_user) {
  std::vector<Select> queries;
  if (!groups_user.empty()) {
    queries.push_back(RolesOf(groups, groups_user));
    Select by_groups = PermissionsOf("auth_group_permissions");
    AddJoin(groups, "u", "group_id", Expression::Named("group_id", "t"),
            &by_groups);
    by_groups.where =
        Is(Expression::Named(groups_user, "u"), Expression::Parameter());
    queries.push_back(std::move(by_groups));
  }
  if (!own_user.empty()) {
    Select by_user = PermissionsOf(own);
    by_user.where =
        Is(Expression::Named(own_user, "t"), Expression::Parameter());
    queries.push_back(std::move(by_user));
  }
  return queries;
}

std::string TextOf(const Select& query, const Dialect& dialect) {
  return std::string(Write(query, dialect).text);
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
      TextOf(UserQuery(user_table, username_column, *columns, "id"), dialect);
  users->find_by_name_ =
      TextOf(UserQuery(user_table, username_column, *columns, username_column),
             dialect);

  const std::string groups = absl::StrCat(user_table, "_groups");
  const std::string own = absl::StrCat(user_table, "_user_permissions");
  const auto groups_user = UserColumn(database, groups, "group_id");
  if (!groups_user.ok()) return groups_user.status();
  const auto own_user = UserColumn(database, own, "permission_id");
  if (!own_user.ok()) return own_user.status();
  std::vector<Select> rights = RightsOf(groups, *groups_user, own, *own_user);
  users->rights_queries_ = rights.size();  // each has the user once
  if (!rights.empty()) {
    Select all = std::move(rights.front());
    all.unions.assign(std::make_move_iterator(rights.begin() + 1),
                      std::make_move_iterator(rights.end()));
    users->find_rights_ = std::move(all);
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
  if (rights_queries_ == 0) return principal;
  const std::vector<Value> user_ids(rights_queries_, Value::Text(user.id));
  const Statement select = Write(find_rights_, database_.dialect(), user_ids);
  auto rows = ReadRows(database_, select.text, select.parameters, limits);
  if (!rows.ok()) return rows.status();
  std::sort(rows->begin(), rows->end());
  for (TextRow& row : *rows) {
    (row[0] == "role" ? principal.roles : principal.permissions)
        .push_back(std::move(row[1]));
  }
  return principal;
}

}  // namespace modelservice
