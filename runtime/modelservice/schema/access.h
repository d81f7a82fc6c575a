// Access expressions: who may call, as options say it.
//
//   absl::StatusOr<AccessExpression> access =
//       AccessExpression::Parse("authenticated & (role:admin | owner)");
//
// Names with `~`, `&` and `|`, in the order in which they bind, and
// parentheses. annotations.proto says what each name means; here they have a
// form only. Immutable and cheap to copy; safe to use from any thread.
#ifndef MODELSERVICE_SCHEMA_ACCESS_H_
#define MODELSERVICE_SCHEMA_ACCESS_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace modelservice {

// Why a text is no expression. `column` counts characters from 1.
struct AccessFault {
  int column = 0;
  std::string fault;  // 'expected a name after "&"'
  std::string mend;   // 'write a name or "("'
};

class AccessExpression {
 public:
  enum class Kind {
    kAny,
    kAuthenticated,
    kAuthenticatedOrReadOnly,
    kRole,   // name()
    kClaim,  // the claim at the path name() is value()
    kOwner,
    kModel,
    kNamed,  // the registered permission name()
    kNot,    // of parts()[0]
    kAnd,    // of all parts(), two or more
    kOr,
  };

  // None, with `fault` filled in, for a text that is no expression, and for one
  // with more than 64 parentheses and `~` inside of each other.
  static std::optional<AccessExpression> Parse(absl::string_view text,
                                               AccessFault* fault);
  // The same; the fault is INVALID_ARGUMENT.
  static absl::StatusOr<AccessExpression> Parse(absl::string_view text);

  Kind kind() const { return node_->kind; }
  const std::string& name() const { return node_->name; }
  const std::string& value() const { return node_->value; }
  const std::vector<AccessExpression>& parts() const { return node_->parts; }

  // Whether `kind` is anywhere in it.
  bool Has(Kind kind) const;

  // As one may write it, with only the parentheses that it needs.
  std::string ToString() const;

 private:
  friend class AccessParser;

  struct Node {
    Kind kind;
    std::string name;
    std::string value;
    std::vector<AccessExpression> parts;
  };

  explicit AccessExpression(Node node)
      : node_(std::make_shared<const Node>(std::move(node))) {}

  std::shared_ptr<const Node> node_;
};

// Whether `name` may be that of a permission of the user's own: lower-case
// letters, digits, "_" and ".", the first a letter or "_", and no name that
// means something already.
bool IsPermissionName(absl::string_view name);

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_ACCESS_H_
