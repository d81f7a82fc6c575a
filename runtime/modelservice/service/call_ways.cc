#include "modelservice/service/call_ways.h"

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "modelservice/orm/tenant.h"
#include "modelservice/service/access.h"
#include "modelservice/service/fields.h"
#include "modelservice/service/visible_rows.h"
#include "modelservice/sql/hidden_rows.h"
#include "modelservice/sql/stored_literals.h"
#include "modelservice/sql/way.h"

namespace modelservice {

using ::google::protobuf::Message;

bool AsksOfRelated(const ServicePlan& service, const MethodPlan& plan,
                   const Message& request) {
  for (const MethodPlan::Field& field : plan.fields) {
    if (field.role == RequestField::Role::kFilterOf) {
      const bool leads_away = std::any_of(
          field.any_of.begin(), field.any_of.end(),
          [](const RequestField::Path& path) { return !path.steps.empty(); });
      if (leads_away && IsSet(request, *field.descriptor)) return true;
    }
    if (field.role != RequestField::Role::kFilter) continue;
    std::string scratch;
    const std::string& text = request.GetReflection()->GetStringReference(
        request, field.descriptor, &scratch);
    const auto& related = service.model->related;
    if (std::any_of(related.begin(), related.end(), [&](const auto& other) {
          return absl::StrContains(text, other.field);
        })) {
      return true;
    }
  }
  return false;
}

bool CallWays::Shows(const Model& model) const {
  return service_.visible->Shows(*model.table);
}

Expression CallWays::RowsOf(const Model& model) {
  const Table& table = *model.table;
  for (const auto& [known, rows] : rows_) {
    if (known == &table) return rows;
  }
  const Expression rows =
      WithStored(service_.visible->Of(call_, table) && TenantsRows(table, ""),
                 table, FormsOf(table));
  rows_.emplace_back(&table, rows);
  return rows;
}

Expression CallWays::RowsBetween(const Table& table, absl::string_view alias) {
  return TenantsRows(table, alias);
}

absl::Span<const ColumnForm> CallWays::FormsOf(const Model& model) {
  return FormsOf(*model.table);
}

Expression CallWays::Reaching(
    const Table& from, absl::Span<const RequestField::Path::Step> steps) {
  if (steps.empty()) return Expression::True();
  const Model& to = steps[0].model();
  const Expression rows = RowsOf(to) && Reaching(*to.table, steps.subspan(1));
  // The way itself leads to none that is hidden.
  if (rows.is_true()) return rows;
  return Expression::Exists(ReferredTo(from, steps[0].column, *to.table, rows));
}

Expression CallWays::TenantsRows(const Table& table, absl::string_view alias) {
  const int column = ColumnIn(Role::kTenant, table);
  if (column < 0) return Expression::True();
  const auto tenant = TenantsOfCall(call_).Find(table.tenant);
  if (!tenant.has_value()) return Expression::False();
  const auto value = TenantValue(table, *tenant);
  if (!value.ok()) return Expression::False();
  return Expression::Compare(Expression::Column(table, column, alias),
                             Comparison::kEqual, Literal(*value));
}

absl::Span<const ColumnForm> CallWays::FormsOf(const Table& table) {
  for (const auto& [known, live] : live_) {
    if (known == &table) return live->forms;
  }
  auto live = service_.database->LiveTableOf(table);
  if (!live.ok()) {
    status_.Update(live.status());
    return {};
  }
  live_.emplace_back(&table, *live);
  return live_.back().second->forms;
}

}  // namespace modelservice
