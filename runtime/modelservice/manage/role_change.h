// What servers of two versions do to each other where a column has a role for
// one of them alone.
//
// Pure; safe from any thread.
#ifndef MODELSERVICE_MANAGE_ROLE_CHANGE_H_
#define MODELSERVICE_MANAGE_ROLE_CHANGE_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "modelservice/schema/table.h"

namespace modelservice {

struct RoleChange {
  bool breaks = false;
  absl::string_view fault;
  absl::string_view mend;
};

// Nothing where they get along. `before` is kNone of a column that is new.
std::optional<RoleChange> RoleChangeOf(Role before, Role after);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_ROLE_CHANGE_H_
