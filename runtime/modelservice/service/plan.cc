#include "modelservice/service/plan.h"

#include <algorithm>
#include <utility>

#include "modelservice/service/reply_mask.h"

namespace modelservice {
namespace {

bool StoresAsGiven(const Table& table, const Dialect& dialect) {
  return std::all_of(
      table.columns.begin(), table.columns.end(),
      [&](const Column& column) { return dialect.StoresAsGiven(column); });
}

Expression NoRowBefore(const Table& table) {
  std::vector<Literal> last;
  for (size_t i = 0; i < table.ordering.size(); ++i) {
    last.push_back(Literal(Value::Integer(0)));
  }
  return After(table, table.ordering, last);
}

bool HasNullableOrder(const Table& table) {
  for (const Ordering& part : table.ordering) {
    if (table.columns[static_cast<size_t>(part.column)].nullable) return true;
  }
  return false;
}

Expression ColumnsAre(const std::vector<int>& columns) {
  Expression condition;
  for (const int column : columns) {
    condition = condition && Expression::Compare(column, Comparison::kEqual,
                                                 Literal(Value::Integer(0)));
  }
  return condition;
}

// Whether the order begins with a column whose values are all different: its
// index gives the whole order.
bool IsOrderedByIndex(const Table& table) {
  if (table.ordering.empty()) return false;
  const int first = table.ordering[0].column;
  const Column& column = table.columns[static_cast<size_t>(first)];
  return (table.key.size() == 1 && table.key[0] == first) || column.unique;
}

void PlanList(const Table& table, const Dialect& dialect, MethodPlan* plan) {
  const bool unary = plan->method->streaming == Streaming::kUnary;
  Selection page;
  page.order = table.ordering;
  if (unary) page.limit = 1;
  plan->sql = std::string(MakeSelect(table, dialect, page).text);
  plan->ordered_by_index = IsOrderedByIndex(table);
  if (!HasNullableOrder(table)) {
    page.where = NoRowBefore(table);
    plan->next_page_sql = std::string(MakeSelect(table, dialect, page).text);
  }
}

bool FieldsAreValues(const Table& table,
                     const std::vector<MethodPlan::Field>& fields) {
  return std::all_of(
      fields.begin(), fields.end(), [&](const MethodPlan::Field& field) {
        if (field.role != RequestField::Role::kColumn) return true;
        const Storage storage =
            table.columns[static_cast<size_t>(field.column)].storage;
        return storage == Storage::kNative || storage == Storage::kName;
      });
}

// The fixed statement of a method on one row.
void PlanRow(const Table& table, const Dialect& dialect, MethodPlan* plan) {
  for (const MethodPlan::Field& field : plan->fields) {
    if (field.role == RequestField::Role::kColumn) {
      plan->columns.push_back(field.column);
    }
  }
  const bool as_given = StoresAsGiven(table, dialect);
  switch (plan->method->kind) {
    case MethodKind::kRetrieve: {
      Selection row;
      row.where = ColumnsAre(plan->columns);
      plan->sql = std::string(MakeSelect(table, dialect, row).text);
      return;
    }
    case MethodKind::kCreate: {
      for (size_t i = 0; i < table.columns.size(); ++i) {
        if (table.columns[i].role == Role::kOwner) {
          plan->owner_column = static_cast<int>(i);
        }
      }
      plan->columns = InsertColumns(table);
      const bool key_is_given = plan->columns.size() == table.columns.size();
      plan->echoes = as_given && (key_is_given || table.key.size() == 1);
      if (!plan->echoes) {
        plan->returning = Returning::kRow;
      } else if (!key_is_given && !dialect.reports_inserted_key()) {
        plan->returning = Returning::kKey;
      }
      plan->sql = InsertSql(table, dialect, plan->columns, plan->returning);
      return;
    }
    case MethodKind::kUpdate:
    case MethodKind::kPartialUpdate:
      plan->columns = UpdateColumns(table);
      plan->writes_all =
          plan->method->kind == MethodKind::kUpdate &&
          plan->Find(RequestField::Role::kUpdateMask) == nullptr &&
          plan->Find(RequestField::Role::kPartialUpdateFields) == nullptr;
      plan->echoes = as_given && plan->columns.size() + table.key.size() ==
                                     table.columns.size();
      if (dialect.reads_back()) {
        plan->read_back = SelectByKeySql(table, dialect);
      } else {
        plan->returning = Returning::kRow;
      }
      plan->updates =
          std::make_unique<UpdateTexts>(table, dialect, plan->returning);
      if (plan->columns.empty()) return;
      plan->sql =
          UpdateSql(table, dialect, plan->columns,
                    plan->echoes ? Returning::kNothing : plan->returning);
      return;
    case MethodKind::kDestroy:
      plan->columns.assign(table.key.begin(), table.key.end());
      plan->sql = DeleteSql(
          table, dialect,
          plan->method->empty_reply ? Returning::kNothing : Returning::kRow);
      return;
    default:
      return;
  }
}

}  // namespace

const MethodPlan::Field* MethodPlan::Find(RequestField::Role role) const {
  for (const Field& field : fields) {
    if (field.role == role) return &field;
  }
  return nullptr;
}

ServicePlan MakePlan(const Service& service, const ServerParts& server,
                     Handler& handler, const Overrides& overrides,
                     std::vector<Chain> chains) {
  ServicePlan plan;
  plan.service = &service;
  plan.model = service.model == nullptr ? nullptr : &service.model();
  plan.database = &server.database;
  plan.tokens = &server.tokens;
  plan.signals = &server.signals;
  plan.executor = &server.executor;
  plan.budget = &server.budget;
  plan.arrivals = &server.arrivals;
  plan.cancelled = &server.cancelled;
  plan.streams = &server.streams;
  plan.visible = &server.visible;
  plan.bounds = server.bounds;
  plan.handler = &handler;
  plan.overrides = overrides;
  if (plan.model != nullptr) {
    plan.codec = std::make_unique<RowCodec>(*plan.model);
    plan.validator = std::make_unique<Validator>(*plan.model);
    for (const Column& column : plan.model->table->columns) {
      const auto* field =
          plan.model->prototype().GetDescriptor()->FindFieldByNumber(
              column.number);
      if (column.reference != nullptr && column.reference->visible_only) {
        plan.visible_references.push_back(static_cast<int>(plan.fields.size()));
      }
      plan.fields.push_back(field);
      if (field->real_containing_oneof() != nullptr) plan.has_oneofs = true;
    }
  }
  for (size_t i = 0; i < service.methods.size(); ++i) {
    const Method& method = service.methods[i];
    MethodPlan made;
    made.method = &method;
    made.chain = std::move(chains[i]);
    made.runs_handler = method.kind == MethodKind::kCustom ||
                        overrides.HasMethod(static_cast<int>(i));
    for (const RequestField& field : method.request_fields) {
      made.fields.push_back(
          {method.request().GetDescriptor()->FindFieldByNumber(field.number),
           field.role, field.column});
    }
    if (plan.model != nullptr) {
      made.reply_has_model =
          MayContain(*method.reply().GetDescriptor(), *plan.model);
      const Table& table = *plan.model->table;
      const Dialect& dialect = server.database.dialect();
      if (method.kind == MethodKind::kList) {
        PlanList(table, dialect, &made);
      } else {
        PlanRow(table, dialect, &made);
        made.reads_values =
            !plan.has_oneofs && FieldsAreValues(table, made.fields);
      }
    }
    plan.methods.push_back(std::move(made));
  }
  return plan;
}

}  // namespace modelservice
