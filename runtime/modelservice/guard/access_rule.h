// An access expression whose names are found, ready to be asked.
#ifndef MODELSERVICE_GUARD_ACCESS_RULE_H_
#define MODELSERVICE_GUARD_ACCESS_RULE_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modelservice/call_context.h"
#include "modelservice/permission.h"
#include "modelservice/schema/access.h"
#include "modelservice/schema/model.h"
#include "modelservice/sql/expression.h"

namespace modelservice {

// What an expression is asked about.
struct AccessQuestion {
  // Django's codenames: "view_customer" and so on.
  enum class Action { kView, kAdd, kChange, kDelete };

  const Model* model;  // null: there are no rows
  Action action;
  // Whether it is about reading alone.
  bool reads;
  // Whether it is about a row that is only being made, and so is the caller's.
  bool creates;
};

class AccessRule {
 public:
  // `names` outlives the rule. INVALID_ARGUMENT for a text that is no
  // expression, and for names that are unknown or of another model.
  static absl::StatusOr<AccessRule> Make(absl::string_view text,
                                         const AccessQuestion& question,
                                         const PermissionNames& names);

  // The rows that the caller is allowed: all or none where it is not about
  // rows.
  Expression Ask(const CallContext& call) const;

  // Whether it allows everything to everybody.
  bool is_any() const { return is_any_; }
  // Whether Ask may wait.
  bool blocking() const { return blocking_; }

 private:
  using Term = std::function<Expression(const CallContext&)>;
  using Kind = AccessExpression::Kind;

  // kNot, kAnd and kOr have parts, all others a term.
  struct Node {
    Kind kind;
    Term term;
    std::vector<Node> parts;
  };

  absl::Status Bind(const AccessExpression& access,
                    const AccessQuestion& question,
                    const PermissionNames& names, Node* node);
  absl::StatusOr<Term> BindName(const AccessExpression& access,
                                const AccessQuestion& question,
                                const PermissionNames& names);
  static Expression Ask(const Node& node, const CallContext& call);

  Node root_;
  bool is_any_ = false;
  bool blocking_ = false;
};

// The permission of Django's that the action needs: "auth.view_user" for the
// table auth_user of User, "view_customer" for a table without an app's name in
// front of its own.
std::string ModelPermission(const Table& table, AccessQuestion::Action action);

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_ACCESS_RULE_H_
