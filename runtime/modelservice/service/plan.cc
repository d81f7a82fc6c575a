#include "modelservice/service/plan.h"

#include <algorithm>
#include <utility>

#include "modelservice/base/compat.h"
#include "modelservice/service/collisions.h"
#include "modelservice/service/reply_mask.h"

namespace modelservice {
namespace {

// Whether the row is known that a write leaves: no value of it is another one
// than what was written.
bool KeepsRows(const ServicePlan& service) {
  const Table& table = *service.model->table;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (!service.database->dialect().StoresAsGiven(table.columns[i]) ||
        (!service.forms.empty() && !service.forms[i].keeps())) {
      return false;
    }
  }
  return true;
}

// Whether the field is JSON of any form.
bool HoldsAnyJson(const Column& column,
                  const google::protobuf::FieldDescriptor& field) {
  if (column.storage != Storage::kJson || field.message_type() == nullptr) {
    return false;
  }
  const std::string type = compat::Str(field.message_type()->full_name());
  return type == "google.protobuf.Value" || type == "google.protobuf.Struct" ||
         type == "google.protobuf.ListValue";
}

bool HasNullableOrder(const Table& table) {
  for (const Ordering& part : table.ordering) {
    if (table.columns[static_cast<size_t>(part.column)].nullable) return true;
  }
  return false;
}

template <class Struct>
std::string TextOf(const Struct& statement, const Dialect& dialect) {
  return std::string(Write(statement, dialect).text);
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
  Select page = SelectFrom(table);
  page.order = OrderOf(table, table.ordering);
  if (unary) page.limit = 1;
  plan->sql = TextOf(page, dialect);
  plan->ordered_by_index = IsOrderedByIndex(table);
  if (!HasNullableOrder(table)) {
    page.where = AfterParameters(table, table.ordering);
    plan->next_page_sql = TextOf(page, dialect);
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
void PlanRow(const ServicePlan& service, MethodPlan* plan) {
  const Table& table = *service.model->table;
  const Dialect& dialect = service.database->dialect();
  for (const MethodPlan::Field& field : plan->fields) {
    if (field.role == RequestField::Role::kColumn) {
      plan->columns.push_back(field.column);
    }
  }
  const bool as_given = KeepsRows(service);
  switch (plan->method->kind) {
    case MethodKind::kRetrieve: {
      Select row = SelectFrom(table);
      row.where = ColumnsAreParameters(table, plan->columns);
      plan->sql = TextOf(row, dialect);
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
      plan->sql =
          TextOf(InsertInto(table, plan->columns, plan->returning), dialect);
      return;
    }
    case MethodKind::kUpdate:
    case MethodKind::kPartialUpdate:
      plan->columns = UpdateColumns(table);
      plan->writes_all =
          plan->method->kind == MethodKind::kUpdate &&
          table.style != ClientStyle::kDjangoSocio &&
          plan->Find(RequestField::Role::kColumn) == nullptr &&
          plan->Find(RequestField::Role::kUpdateMask) == nullptr &&
          plan->Find(RequestField::Role::kPartialUpdateFields) == nullptr;
      plan->echoes = as_given && plan->columns.size() + table.key.size() ==
                                     table.columns.size();
      if (dialect.reads_back()) {
        plan->read_back = TextOf(SelectByKey(table), dialect);
      } else {
        plan->returning = Returning::kRow;
      }
      plan->updates =
          std::make_unique<UpdateTexts>(table, dialect, plan->returning);
      if (plan->columns.empty()) return;
      plan->sql = TextOf(
          UpdateOf(table, plan->columns, ColumnsAreParameters(table, table.key),
                   plan->echoes ? Returning::kNothing : plan->returning),
          dialect);
      return;
    case MethodKind::kDestroy:
      plan->columns.assign(table.key.begin(), table.key.end());
      plan->sql =
          TextOf(DeleteFrom(table, ColumnsAreParameters(table, table.key),
                            plan->method->empty_reply ? Returning::kNothing
                                                      : Returning::kRow),
                 dialect);
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
                     std::vector<Chain> chains,
                     std::shared_ptr<const LiveTable> live) {
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
    plan.may_collide = MayCollide(*plan.model->table);
    plan.live = std::move(live);
    if (plan.live != nullptr) plan.forms = plan.live->forms;
    plan.projection = std::make_unique<Projection>(*plan.model,
                                                   /*alias=*/"", plan.forms);
    plan.validator = std::make_unique<Validator>(*plan.model, plan.forms);
    for (const Column& column : plan.model->table->columns) {
      const auto* field =
          plan.model->prototype().GetDescriptor()->FindFieldByNumber(
              column.number);
      if (HoldsAnyJson(column, *field)) {
        plan.lossy_columns.push_back(static_cast<int>(plan.fields.size()));
      }
      if (column.reference != nullptr && column.reference->visible_only) {
        plan.visible_references.push_back(static_cast<int>(plan.fields.size()));
      }
      const LiveColumn* const lies_in =
          plan.live == nullptr ? nullptr
                               : FindColumn(plan.live->columns, column.name);
      plan.equal_by_bytes.push_back(
          server.database.dialect().StoresAsGiven(column) &&
          (plan.forms.empty() || plan.forms[plan.fields.size()].is_plain()) &&
          (lies_in == nullptr || !lies_in->loosely_equal));
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
    made.starts = overrides.Starts(static_cast<int>(i));
    for (const RequestField& field : method.request_fields) {
      made.fields.push_back(
          {method.request().GetDescriptor()->FindFieldByNumber(field.number),
           field.role, field.column, field.lookup});
    }
    if (plan.model != nullptr) {
      made.reply_has_model =
          MayContain(*method.reply().GetDescriptor(), *plan.model);
      const Table& table = *plan.model->table;
      const Dialect& dialect = server.database.dialect();
      if (method.kind == MethodKind::kList) {
        PlanList(table, dialect, &made);
      } else {
        PlanRow(plan, &made);
        made.reads_values =
            !plan.has_oneofs && FieldsAreValues(table, made.fields);
      }
    }
    plan.methods.push_back(std::move(made));
  }
  return plan;
}

}  // namespace modelservice
