#include "modelservice/guard/permissions.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "modelservice/guard/access_rule.h"
#include "modelservice/service/errors.h"
#include "modelservice/service/row_access.h"

namespace modelservice {
namespace {

using Action = AccessQuestion::Action;

// Of a custom method, its transaction tells whether it writes; what says
// nothing may.
Action ActionOf(const Method& method) {
  switch (method.kind) {
    case MethodKind::kList:
    case MethodKind::kRetrieve:
      return Action::kView;
    case MethodKind::kCreate:
      return Action::kAdd;
    case MethodKind::kDestroy:
      return Action::kDelete;
    case MethodKind::kUpdate:
    case MethodKind::kPartialUpdate:
      return Action::kChange;
    case MethodKind::kCustom:
      break;
  }
  return method.transaction == TransactionMode::kRead ? Action::kView
                                                      : Action::kChange;
}

// The rules of a column; none where everybody may.
struct ColumnRules {
  int column;
  std::optional<AccessRule> read;
  std::optional<AccessRule> write;
};

class Permissions final : public Interceptor {
 public:
  Permissions(std::optional<AccessRule> rule, std::vector<ColumnRules> columns)
      : rule_(std::move(rule)), columns_(std::move(columns)) {}

  absl::Status Before(CallContext& call) override {
    const RowCondition rows = Ask(rule_, call);
    if (rows.never) {
      return call.principal().is_anonymous() ? NotAuthenticated()
                                             : PermissionDenied();
    }
    std::vector<RowAccess::ColumnRule> columns;
    for (const ColumnRules& rules : columns_) {
      RowAccess::ColumnRule rule{rules.column, Ask(rules.read, call),
                                 Ask(rules.write, call)};
      if (!rule.read.always() || !rule.write.always()) {
        columns.push_back(std::move(rule));
      }
    }
    if (rows.always() && columns.empty()) return absl::OkStatus();
    call.set_row_access(std::make_shared<const RowAccess>(
        RowAccess{rows.rows, std::move(columns)}));
    return absl::OkStatus();
  }

  bool blocking() const override {
    const auto waits = [](const std::optional<AccessRule>& rule) {
      return rule.has_value() && rule->blocking();
    };
    return waits(rule_) || std::any_of(columns_.begin(), columns_.end(),
                                       [&](const ColumnRules& rules) {
                                         return waits(rules.read) ||
                                                waits(rules.write);
                                       });
  }

 private:
  static RowCondition Ask(const std::optional<AccessRule>& rule,
                          CallContext& call) {
    return rule.has_value() ? rule->Ask(call) : RowCondition::Always();
  }

  const std::optional<AccessRule> rule_;
  const std::vector<ColumnRules> columns_;
};

// Makes the rules of one method.
class PermissionsMaker {
 public:
  PermissionsMaker(const Method& method, const Model* model,
                   const PermissionNames& names,
                   absl::string_view default_access)
      : method_(method),
        model_(model),
        names_(names),
        default_access_(default_access) {}

  absl::StatusOr<std::unique_ptr<Interceptor>> Make() {
    const Action action = ActionOf(method_);
    const bool own =
        method_.guard != nullptr && !method_.guard->require.empty();
    const std::optional<AccessRule> rule =
        MakeRule(own ? "access.require" : "default_access",
                 own ? method_.guard->require : default_access_, action,
                 action == Action::kView);
    std::vector<ColumnRules> columns;
    if (model_ != nullptr) columns = MakeColumns();
    if (!status_.ok()) return status_;
    if (!rule.has_value() && columns.empty()) return nullptr;
    return std::make_unique<Permissions>(rule, std::move(columns));
  }

 private:
  std::vector<ColumnRules> MakeColumns() {
    std::vector<ColumnRules> all;
    const bool adds = method_.kind == MethodKind::kCreate;
    for (size_t i = 0; i < model_->table->columns.size(); ++i) {
      const Column& column = model_->table->columns[i];
      ColumnRules rules{static_cast<int>(i), std::nullopt, std::nullopt};
      rules.read = MakeRule(absl::StrCat(column.field, ": read_requires"),
                            column.read_requires, Action::kView, true);
      rules.write = MakeRule(absl::StrCat(column.field, ": write_requires"),
                             column.write_requires,
                             adds ? Action::kAdd : Action::kChange, false);
      if (rules.read.has_value() || rules.write.has_value()) {
        all.push_back(std::move(rules));
      }
    }
    return all;
  }

  // None for what everybody may, and, with the fault in status_, for what is
  // wrong.
  std::optional<AccessRule> MakeRule(const std::string& what,
                                     absl::string_view text, Action action,
                                     bool reads) {
    if (text.empty()) return std::nullopt;
    absl::StatusOr<AccessRule> rule = AccessRule::Make(
        text, {model_, action, reads, method_.kind == MethodKind::kCreate},
        names_);
    if (rule.ok()) {
      if (rule->is_any()) return std::nullopt;
      return *std::move(rule);
    }
    if (status_.ok()) {
      status_ = absl::InvalidArgumentError(absl::StrCat(
          method_.path, ": ", what, ": ", rule.status().message()));
    }
    return std::nullopt;
  }

  const Method& method_;
  const Model* const model_;
  const PermissionNames& names_;
  const absl::string_view default_access_;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Interceptor>> MakePermissions(
    const Method& method, const Model* model, const PermissionNames& names,
    absl::string_view default_access) {
  return PermissionsMaker(method, model, names, default_access).Make();
}

}  // namespace modelservice
