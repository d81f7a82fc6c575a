#include "modelservice/guard/access_rule.h"

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "modelservice/orm/subject.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {
namespace {

constexpr absl::string_view kBuiltIn =
    "any, authenticated, authenticated_or_readonly, role:<name>, "
    "claim:<path>=<value>, owner, model";

Expression Constant(bool allowed) {
  return allowed ? Expression::True() : Expression::False();
}

// The position of the column with the role OWNER; -1 when there is none.
int OwnerColumn(const Table& table) {
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].role == Role::kOwner) return static_cast<int>(i);
  }
  return -1;
}

absl::string_view ActionName(AccessQuestion::Action action) {
  switch (action) {
    case AccessQuestion::Action::kView:
      return "view";
    case AccessQuestion::Action::kAdd:
      return "add";
    case AccessQuestion::Action::kChange:
      return "change";
    case AccessQuestion::Action::kDelete:
      return "delete";
  }
  return "view";
}

absl::Status NoModel(absl::string_view name) {
  return absl::InvalidArgumentError(
      absl::StrCat("\"", name,
                   "\" is about the rows of a model, and the "
                   "service has none"));
}

}  // namespace

absl::StatusOr<AccessRule> AccessRule::Make(absl::string_view text,
                                            const AccessQuestion& question,
                                            const PermissionNames& names) {
  if (!names.status().ok()) return names.status();
  absl::StatusOr<AccessExpression> access = AccessExpression::Parse(text);
  if (!access.ok()) return access.status();
  AccessRule rule;
  rule.is_any_ = access->kind() == Kind::kAny;
  if (absl::Status status = rule.Bind(*access, question, names, &rule.root_);
      !status.ok()) {
    return status;
  }
  return rule;
}

Expression AccessRule::Ask(const CallContext& call) const {
  return Ask(root_, call);
}

Expression AccessRule::Ask(const Node& node, const CallContext& call) {
  switch (node.kind) {
    case Kind::kNot:
      // A row with NULL is allowed, or it is not.
      return Expression::IsNotTrue(Ask(node.parts[0], call));
    case Kind::kAnd: {
      Expression all = Expression::True();
      for (const Node& part : node.parts) {
        all = all && Ask(part, call);
        // What cannot change it any more is not asked.
        if (all.is_false()) break;
      }
      return all;
    }
    case Kind::kOr: {
      Expression any = Expression::False();
      for (const Node& part : node.parts) {
        any = any || Ask(part, call);
        if (any.is_true()) break;
      }
      return any;
    }
    default:
      return node.term(call);
  }
}

absl::Status AccessRule::Bind(const AccessExpression& access,
                              const AccessQuestion& question,
                              const PermissionNames& names, Node* node) {
  if (access.kind() == Kind::kNot && access.parts()[0].kind() == Kind::kNot) {
    return Bind(access.parts()[0].parts()[0], question, names, node);
  }
  node->kind = access.kind();
  if (access.parts().empty()) {
    absl::StatusOr<Term> term = BindName(access, question, names);
    if (!term.ok()) return term.status();
    node->term = *std::move(term);
    return absl::OkStatus();
  }
  node->parts.resize(access.parts().size());
  for (size_t i = 0; i < node->parts.size(); ++i) {
    absl::Status status =
        Bind(access.parts()[i], question, names, &node->parts[i]);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

namespace {

using Term = std::function<Expression(const CallContext&)>;

absl::StatusOr<Term> BindOwner(const AccessQuestion& question) {
  if (question.model == nullptr) return NoModel("owner");
  const Table& table = *question.model->table;  // generated: lives on
  const int position = OwnerColumn(table);
  if (position < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"owner\": ", table.message, " has no OWNER field"));
  }
  const Column* const column = &table.columns[static_cast<size_t>(position)];
  const bool creates = question.creates;
  return Term([=, &table](const CallContext& call) {
    const std::optional<Value> subject =
        SubjectValue(*column, call.principal().subject);
    if (!subject.has_value() || creates) return Constant(subject.has_value());
    return ColumnIs(table, position, Literal(*subject));
  });
}

absl::StatusOr<Term> BindNamed(const std::string& name,
                               const AccessQuestion& question,
                               const PermissionNames& names) {
  if (Permission* const permission = names.FindRequestLevel(name)) {
    return Term([permission](const CallContext& call) {
      return Constant(permission->Allows(call));
    });
  }
  RowPermission* const permission = names.FindObjectLevel(name);
  if (permission == nullptr) {
    std::vector<std::string> known = names.names();
    known.insert(known.begin(), std::string(kBuiltIn));
    return absl::InvalidArgumentError(absl::StrCat(
        "no permission is called \"", name, "\"; there are ",
        absl::StrJoin(known, ", "), "; Registry::AddPermission adds one"));
  }
  if (question.model == nullptr) return NoModel(name);
  if (question.model != &permission->model()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "permission \"", name, "\" is about the rows of ",
        permission->model().table->message, ", not of ",
        question.model->table->message, "; register one for these"));
  }
  return Term([permission](const CallContext& call) {
    return permission->RowsOf(call);
  });
}

}  // namespace

absl::StatusOr<AccessRule::Term> AccessRule::BindName(
    const AccessExpression& access, const AccessQuestion& question,
    const PermissionNames& names) {
  switch (access.kind()) {
    case Kind::kAny:
      return Term([](const CallContext&) { return Expression::True(); });
    case Kind::kAuthenticatedOrReadOnly:
      if (question.reads) {
        return Term([](const CallContext&) { return Expression::True(); });
      }
      [[fallthrough]];
    case Kind::kAuthenticated:
      return Term([](const CallContext& call) {
        return Constant(!call.principal().is_anonymous());
      });
    case Kind::kRole:
      return Term([role = access.name()](const CallContext& call) {
        return Constant(call.principal().HasRole(role));
      });
    case Kind::kClaim:
      return Term([path = access.name(),
                   value = access.value()](const CallContext& call) {
        return Constant(!call.principal().is_anonymous() &&
                        call.principal().HasClaim(path, value));
      });
    case Kind::kOwner:
      return BindOwner(question);
    case Kind::kModel: {
      if (question.model == nullptr) return NoModel("model");
      // To DjangoModelPermissions reading is for everybody with a name.
      if (question.reads &&
          question.model->table->style != ClientStyle::kNone) {
        return Term([](const CallContext& call) {
          return Constant(!call.principal().is_anonymous());
        });
      }
      return Term([permission = ModelPermission(*question.model->table,
                                                question.action)](
                      const CallContext& call) {
        return Constant(call.principal().HasPermission(permission));
      });
    }
    case Kind::kNamed: {
      Permission* const permission = names.FindRequestLevel(access.name());
      blocking_ =
          blocking_ || (permission != nullptr && permission->blocking());
      return BindNamed(access.name(), question, names);
    }
    case Kind::kNot:
    case Kind::kAnd:
    case Kind::kOr:
      break;
  }
  return absl::InternalError("not a name");
}

std::string ModelPermission(const Table& table, AccessQuestion::Action action) {
  const std::string model = absl::AsciiStrToLower(table.message);
  const std::string codename = absl::StrCat(ActionName(action), "_", model);
  // shop_orderline as Django would call it, shop_order_line as we do.
  for (size_t i = table.name.find('_'); i != absl::string_view::npos;
       i = table.name.find('_', i + 1)) {
    const std::string rest =
        absl::StrReplaceAll(table.name.substr(i + 1), {{"_", ""}});
    if (i > 0 && rest == model) {
      return absl::StrCat(table.name.substr(0, i), ".", codename);
    }
  }
  return codename;
}

}  // namespace modelservice
