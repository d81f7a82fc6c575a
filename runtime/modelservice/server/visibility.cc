#include "modelservice/server/visibility.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/guard/permissions.h"

namespace modelservice {
namespace {

const Method* ReadingMethod(const Service& service) {
  const Method* list = nullptr;
  for (const Method& method : service.methods) {
    if (method.kind == MethodKind::kRetrieve) return &method;
    if (method.kind == MethodKind::kList) list = &method;
  }
  return list;
}

}  // namespace

absl::Status AddVisibleRows(const ServicePlan& service,
                            const PermissionNames& names,
                            absl::string_view default_access,
                            VisibleRows* visible) {
  if (service.model == nullptr) return absl::OkStatus();
  const Method* const method = ReadingMethod(*service.service);
  if (method == nullptr) return absl::OkStatus();
  auto rule = MakeRowRule(*method, *service.model, names, default_access);
  if (!rule.ok()) return rule.status();
  visible->Add(*service.model->table, [&service, rule = *std::move(rule)](
                                          const CallContext& call) {
    const Expression rows = rule(call);
    return !rows.is_false() && service.overrides.HasAny(Overrides::kScope)
               ? rows && service.handler->ScopeOf(call)
               : rows;
  });
  return absl::OkStatus();
}

absl::Status CheckVisibleReferences(const ServicePlan& service,
                                    const VisibleRows& visible) {
  for (const int position : service.visible_references) {
    const Table& table = *service.model->table;
    const Column& column = table.columns[static_cast<size_t>(position)];
    if (!column.reference->visible_only) continue;
    if (visible.Serves(*column.reference)) continue;
    return absl::FailedPreconditionError(absl::StrCat(
        table.message, ".", column.field,
        ": references.visible_only, but no service of this server shows rows "
        "of table \"",
        column.reference->table,
        "\"; add one that has Retrieve or List, or drop visible_only"));
  }
  return absl::OkStatus();
}

}  // namespace modelservice
