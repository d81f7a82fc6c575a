#include "modelservice/guard/permissions.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "modelservice/errors.h"
#include "modelservice/guard/access_rule.h"
#include "modelservice/service/call_access.h"
#include "modelservice/service/row_access.h"

namespace modelservice {
namespace {

using Action = AccessQuestion::Action;

// Of a custom method, its transaction tells whether it writes; what says
// nothing may.
Action ActionOf(const Method& method) {
  switch (SingleKind(method.kind)) {
    case MethodKind::kList:
    case MethodKind::kRetrieve:
    case MethodKind::kAggregate:
      return Action::kView;
    case MethodKind::kCreate:
      return Action::kAdd;
    case MethodKind::kDestroy:
      return Action::kDelete;
    case MethodKind::kUpdate:
    case MethodKind::kPartialUpdate:
    case MethodKind::kUndelete:
      return Action::kChange;
    default:
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

struct OtherRules {
  const Model* model;
  std::vector<ColumnRules> columns;
};

class Permissions final : public Interceptor {
 public:
  Permissions(std::optional<AccessRule> rule, std::vector<ColumnRules> columns,
              std::vector<OtherRules> others)
      : rule_(std::move(rule)),
        columns_(std::move(columns)),
        others_(std::move(others)) {}

  absl::Status Before(CallContext& call) override {
    const Expression rows = Ask(rule_, call);
    if (rows.is_false()) {
      return call.principal().is_anonymous() ? NotAuthenticated()
                                             : PermissionDenied();
    }
    RowAccess access{rows, Ask(columns_, call), {}};
    for (const OtherRules& other : others_) {
      auto columns = Ask(other.columns, call);
      if (!columns.empty()) {
        access.others.push_back({other.model, std::move(columns)});
      }
    }
    if (rows.is_true() && access.columns.empty() && access.others.empty()) {
      return absl::OkStatus();
    }
    CallAccess::set_row_access(
        call, std::make_shared<const RowAccess>(std::move(access)));
    return absl::OkStatus();
  }

  bool blocking() const override {
    const auto waits = [](const std::optional<AccessRule>& rule) {
      return rule.has_value() && rule->blocking();
    };
    const auto any_waits = [&](const std::vector<ColumnRules>& columns) {
      return std::any_of(columns.begin(), columns.end(),
                         [&](const ColumnRules& rules) {
                           return waits(rules.read) || waits(rules.write);
                         });
    };
    return waits(rule_) || any_waits(columns_) ||
           std::any_of(others_.begin(), others_.end(),
                       [&](const OtherRules& other) {
                         return any_waits(other.columns);
                       });
  }

 private:
  static Expression Ask(const std::optional<AccessRule>& rule,
                        const CallContext& call) {
    return rule.has_value() ? rule->Ask(call) : Expression::True();
  }
  // The columns that the caller may not read or write, always or in some rows.
  static std::vector<RowAccess::ColumnRule> Ask(
      const std::vector<ColumnRules>& columns, const CallContext& call) {
    std::vector<RowAccess::ColumnRule> limited;
    for (const ColumnRules& rules : columns) {
      RowAccess::ColumnRule rule{rules.column, Ask(rules.read, call),
                                 Ask(rules.write, call)};
      if (!rule.read.is_true() || !rule.write.is_true()) {
        limited.push_back(std::move(rule));
      }
    }
    return limited;
  }

  const std::optional<AccessRule> rule_;
  const std::vector<ColumnRules> columns_;
  const std::vector<OtherRules> others_;
};

bool SaysItself(const Method& method) {
  return method.guard != nullptr && !method.guard->require.empty();
}

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

  absl::StatusOr<std::unique_ptr<Interceptor>> Make(
      absl::Span<const Model* const> replied) {
    const Action action = ActionOf(method_);
    const std::optional<AccessRule> rule =
        MakeRule(SaysItself(method_) ? "access.require" : "default_access",
                 model_, RequiredAccess(method_, default_access_), action,
                 action == Action::kView);
    std::vector<ColumnRules> columns;
    if (model_ != nullptr) columns = MakeColumns();
    std::vector<OtherRules> others;
    for (const Model* other : replied) {
      OtherRules rules{other, MakeReadRules(*other)};
      if (!rules.columns.empty()) others.push_back(std::move(rules));
    }
    if (!status_.ok()) return status_;
    if (!rule.has_value() && columns.empty() && others.empty()) return nullptr;
    return std::make_unique<Permissions>(rule, std::move(columns),
                                         std::move(others));
  }

 private:
  std::vector<ColumnRules> MakeColumns() {
    std::vector<ColumnRules> all;
    const bool adds = SingleKind(method_.kind) == MethodKind::kCreate;
    for (size_t i = 0; i < model_->table->columns.size(); ++i) {
      const Column& column = model_->table->columns[i];
      ColumnRules rules{static_cast<int>(i), std::nullopt, std::nullopt};
      rules.read = MakeRule(absl::StrCat(column.field, ": read_requires"),
                            model_, column.read_requires, Action::kView, true);
      rules.write = MakeRule(absl::StrCat(column.field, ": write_requires"),
                             model_, column.write_requires,
                             adds ? Action::kAdd : Action::kChange, false);
      if (rules.read.has_value() || rules.write.has_value()) {
        all.push_back(std::move(rules));
      }
    }
    return all;
  }

  // Of a model that is another service's.
  std::vector<ColumnRules> MakeReadRules(const Model& other) {
    std::vector<ColumnRules> all;
    for (size_t i = 0; i < other.table->columns.size(); ++i) {
      const Column& column = other.table->columns[i];
      ColumnRules rules{static_cast<int>(i), std::nullopt, std::nullopt};
      rules.read = MakeRule(absl::StrCat(other.table->message, ".",
                                         column.field, ": read_requires"),
                            &other, column.read_requires, Action::kView, true);
      if (rules.read.has_value()) all.push_back(std::move(rules));
    }
    return all;
  }

  // None for what everybody may, and, with the fault in status_, for what is
  // wrong.
  std::optional<AccessRule> MakeRule(const std::string& what,
                                     const Model* model, absl::string_view text,
                                     Action action, bool reads) {
    if (text.empty()) return std::nullopt;
    absl::StatusOr<AccessRule> rule = AccessRule::Make(
        text,
        {model, action, reads, SingleKind(method_.kind) == MethodKind::kCreate},
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

absl::string_view RequiredAccess(const Method& method,
                                 absl::string_view default_access) {
  return SaysItself(method) ? method.guard->require : default_access;
}

absl::StatusOr<std::unique_ptr<Interceptor>> MakePermissions(
    const Method& method, const Model* model, const PermissionNames& names,
    absl::string_view default_access, absl::Span<const Model* const> others) {
  return PermissionsMaker(method, model, names, default_access).Make(others);
}

absl::StatusOr<std::function<Expression(const CallContext&)>> MakeRowRule(
    const Method& method, const Model& model, const PermissionNames& names,
    absl::string_view default_access) {
  const absl::string_view required = RequiredAccess(method, default_access);
  if (required.empty()) {
    return [](const CallContext&) { return Expression::True(); };
  }
  absl::StatusOr<AccessRule> rule =
      AccessRule::Make(required,
                       {&model, Action::kView, /*reads=*/true,
                        /*creates=*/false},
                       names);
  if (!rule.ok()) return rule.status();
  return [rule = *std::move(rule)](const CallContext& call) {
    return rule.Ask(call);
  };
}

}  // namespace modelservice
