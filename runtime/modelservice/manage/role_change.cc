#include "modelservice/manage/role_change.h"

namespace modelservice {

std::optional<RoleChange> RoleChangeOf(Role before, Role after) {
  if (before == after) return std::nullopt;
  if (before == Role::kTenant || after == Role::kTenant) {
    return RoleChange{
        true,
        "servers of one version do not ask for a row's tenant: they show and "
        "change the rows of all, and write rows of none",
        "end the old servers before the first new one starts"};
  }
  if (before == Role::kOwner || after == Role::kOwner) {
    return RoleChange{
        true,
        "servers of one version do not ask for a row's owner: they show and "
        "change the rows of all, and write rows of nobody",
        "end the old servers before the first new one starts"};
  }
  if (before == Role::kDeleteTime || after == Role::kDeleteTime) {
    return RoleChange{
        false,
        "servers of one version show rows that those of the other have "
        "deleted, and delete rows for good",
        "see that nobody deletes rows before the last old server is gone"};
  }
  if (TellsStates(before) || TellsStates(after)) {
    return RoleChange{
        false,
        "what servers of one version write leaves it as it is: who read the "
        "row before is not told that it has changed",
        "let clients rely on it when the last old server is gone"};
  }
  return std::nullopt;
}

}  // namespace modelservice
