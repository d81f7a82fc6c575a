#include "modelservice/service/call_ways.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "modelservice/base/is_set.h"
#include "modelservice/orm/tenant.h"
#include "modelservice/service/access.h"
#include "modelservice/service/fields.h"
#include "modelservice/service/visible_rows.h"
#include "modelservice/sql/hidden_rows.h"
#include "modelservice/sql/stored_literals.h"
#include "modelservice/sql/way.h"

namespace modelservice {

using ::google::protobuf::Message;

namespace {

bool NamesRelated(const Model& model, absl::string_view text) {
  return std::any_of(model.related.begin(), model.related.end(),
                     [text](const RelatedField& other) {
                       return absl::StrContains(text, other.field);
                     });
}

}  // namespace

bool ReadMayWait(const ServicePlan& service, const MethodPlan& plan,
                 const Message& request, const CallContext& call) {
  if (plan.method->kind == MethodKind::kList &&
      service.model->table->style == ClientStyle::kDjangoSocio) {
    // An order is among them; JSON may write any letter otherwise.
    const auto filters = call.metadata("filters");
    if (filters.has_value() && (absl::StrContains(*filters, '\\') ||
                                NamesRelated(*service.model, *filters))) {
      return true;
    }
    const auto page = call.metadata("pagination");
    if (page.has_value() &&
        (absl::StrContains(*page, '\\') || absl::StrContains(*page, "last"))) {
      return true;
    }
  }
  for (const MethodPlan::Field& field : plan.fields) {
    if (field.role == RequestField::Role::kFilterOf) {
      const bool leads_away = std::any_of(
          field.any_of.begin(), field.any_of.end(),
          [](const RequestField::Path& path) { return !path.steps.empty(); });
      if (leads_away && IsSet(request, *field.descriptor)) return true;
    }
    if (field.role != RequestField::Role::kFilter &&
        field.role != RequestField::Role::kOrderBy) {
      continue;
    }
    std::string scratch;
    if (NamesRelated(*service.model,
                     request.GetReflection()->GetStringReference(
                         request, field.descriptor, &scratch))) {
      return true;
    }
  }
  return false;
}

Expression ColumnAt(const Table& from,
                    absl::Span<const RequestField::Path::Step> steps,
                    int column) {
  const Table* table = &from;
  std::shared_ptr<const Way> way;
  for (const RequestField::Path::Step& step : steps) {
    const Table& to = *step.model().table;
    way = MakeWay(std::move(way), *table, step.column, to);
    table = &to;
  }
  return way == nullptr ? Expression::Column(from, column)
                        : Expression::Through(std::move(way), column);
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

Expression CallWays::ValueAt(const Table& from,
                             absl::Span<const RequestField::Path::Step> steps,
                             int column) {
  const Expression value = ColumnAt(from, steps, column);
  const Expression seen = Reaching(from, steps);
  return seen.is_true() ? value : Expression::Case({{seen, value}}, Literal());
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
