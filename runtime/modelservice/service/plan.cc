#include "modelservice/service/plan.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "modelservice/orm/kept_values.h"
#include "modelservice/service/collisions.h"
#include "modelservice/service/reply_mask.h"

namespace modelservice {
namespace {

using ::google::protobuf::Descriptor;

MethodPlan PlanMethod(const ServicePlan& service, const Method& method,
                      const Descriptor& request);

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

std::vector<const google::protobuf::FieldDescriptor*> UnservedOf(
    const Model& model) {
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  if (model.table->style == ClientStyle::kNone) return fields;
  const auto has = [](const auto& described, int number) {
    return std::any_of(
        described.begin(), described.end(),
        [number](const auto& one) { return one.number == number; });
  };
  const Descriptor& message = *model.prototype().GetDescriptor();
  for (int i = 0; i < message.field_count(); ++i) {
    const auto* const field = message.field(i);
    if (field->is_repeated() && !has(model.table->columns, field->number()) &&
        !has(model.related, field->number())) {
      fields.push_back(field);
    }
  }
  return fields;
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
// The greatest number of the type.
int64_t MostOf(FieldType type) {
  switch (type) {
    case FieldType::kInt32:
    case FieldType::kSint32:
    case FieldType::kSfixed32:
      return std::numeric_limits<int32_t>::max();
    case FieldType::kUint32:
    case FieldType::kFixed32:
      return std::numeric_limits<uint32_t>::max();
    default:
      return std::numeric_limits<int64_t>::max();
  }
}

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
      plan->leaves_out = std::any_of(
          table.columns.begin(), table.columns.end(),
          [](const Column& column) { return column.database_default; });
      const bool key_is_given = plan->columns.size() == table.columns.size();
      plan->echoes = as_given && (key_is_given || table.key.size() == 1);
      if (!plan->echoes) {
        plan->returning = Returning::kRow;
      } else if (!key_is_given) {
        plan->most_key =
            MostOf(table.columns[static_cast<size_t>(table.key[0])].type);
        // What is reported comes after the commit.
        const bool is_narrow =
            plan->most_key < std::numeric_limits<int64_t>::max();
        if (is_narrow || !dialect.reports_inserted_key()) {
          plan->returning = Returning::kKey;
        }
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
      // What a VERSION is now, the database counts.
      plan->echoes =
          as_given && ColumnIn(Role::kVersion, table) < 0 &&
          plan->columns.size() + table.key.size() == table.columns.size();
      if (dialect.reads_back()) {
        plan->read_back = TextOf(SelectByKey(table), dialect);
      } else {
        plan->returning = Returning::kRow;
      }
      plan->updates = std::make_unique<UpdateTexts>(
          table, dialect, plan->returning, service.other_forms);
      if (plan->columns.empty()) return;
      plan->sql = TextOf(
          UpdateKeeping(table, service.other_forms, plan->columns,
                        ColumnsAreParameters(table, table.key),
                        plan->echoes ? Returning::kNothing : plan->returning),
          dialect);
      return;
    case MethodKind::kUndelete:
      plan->columns.assign(table.key.begin(), table.key.end());
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

// Of another kind than the method that it is a part of, with fields of
// `request`.
std::unique_ptr<const MethodPlan> PlanPart(const ServicePlan& service,
                                           const Method& method,
                                           const Descriptor& request) {
  auto own = std::make_unique<Method>(method);
  auto part = std::make_unique<MethodPlan>(PlanMethod(service, *own, request));
  // Perhaps made for this.
  own->request_fields = {};
  part->own_method = std::move(own);
  return part;
}

// What a method that does several of one kind does for each.
std::unique_ptr<const MethodPlan> PlanItem(const ServicePlan& service,
                                           const Method& method) {
  Method single = method;
  single.kind = SingleKind(method.kind);
  single.item_fields = {};
  const Descriptor* request = method.request().GetDescriptor();
  // Those of a BULK_CREATE are its requests.
  if (method.kind == MethodKind::kBulkCreate) {
    return PlanPart(service, single, *request);
  }
  RequestField key{0, RequestField::Role::kColumn};
  single.request_fields = method.item_fields;
  for (const RequestField& field : method.request_fields) {
    if (field.role == RequestField::Role::kItems) {
      request = request->FindFieldByNumber(field.number)->message_type();
    } else if (field.role == RequestField::Role::kKeys) {
      // Each becomes a message of the model's.
      request = service.model->prototype().GetDescriptor();
      key.column = field.column;
      key.number =
          service.model->table->columns[static_cast<size_t>(field.column)]
              .number;
      single.request_fields = absl::MakeConstSpan(&key, 1);
    }
  }
  return PlanPart(service, single, *request);
}

bool IsWriteOption(RequestField::Role role) {
  return role == RequestField::Role::kValidateOnly ||
         role == RequestField::Role::kAllowMissing ||
         role == RequestField::Role::kRequestId;
}

void PlanParts(const ServicePlan& service, MethodPlan* plan) {
  const Method& method = *plan->method;
  if (SingleKind(method.kind) != method.kind) {
    plan->item = PlanItem(service, method);
  }
  for (const RequestField& field : method.request_fields) {
    plan->has_write_options |= IsWriteOption(field.role);
  }
  if (method.kind != MethodKind::kUpdate ||
      plan->Find(RequestField::Role::kAllowMissing) == nullptr) {
    return;
  }
  std::vector<RequestField> fields;
  for (const RequestField& field : method.request_fields) {
    if (field.role == RequestField::Role::kResource ||
        field.role == RequestField::Role::kColumn) {
      fields.push_back(field);
    }
  }
  Method create = method;
  create.kind = MethodKind::kCreate;
  create.request_fields = fields;
  plan->create = PlanPart(service, create, *plan->request);
}

MethodPlan PlanMethod(const ServicePlan& service, const Method& method,
                      const Descriptor& request) {
  MethodPlan plan;
  plan.method = &method;
  plan.request = &request;
  for (const RequestField& field : method.request_fields) {
    plan.fields.push_back({request.FindFieldByNumber(field.number), field.role,
                           field.column, field.lookup, field.any_of});
  }
  if (service.model == nullptr) return plan;
  plan.reply_has_model =
      MayContain(*method.reply().GetDescriptor(), *service.model);
  const Table& table = *service.model->table;
  if (method.kind == MethodKind::kList) {
    PlanList(table, service.database->dialect(), &plan);
  } else {
    PlanRow(service, &plan);
    plan.reads_values =
        !service.has_oneofs && FieldsAreValues(table, plan.fields);
  }
  PlanParts(service, &plan);
  return plan;
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
  plan.request_log = &server.request_log;
  plan.tracing = &server.tracing;
  plan.reasons = &server.reasons;
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
      if (column.reference != nullptr &&
          (column.reference->visible_only ||
           column.reference->hiding != nullptr)) {
        plan.visible_references.push_back(static_cast<int>(plan.fields.size()));
      }
      const LiveColumn* const lies_in =
          plan.live == nullptr ? nullptr
                               : FindColumn(plan.live->columns, column.name);
      const int position = static_cast<int>(plan.fields.size());
      if (MayHoldMore(*plan.model, position, plan.live.get(),
                      server.database.dialect())) {
        plan.lossy_columns.push_back(position);
      }
      if (MayHaveOtherForm(*plan.model, position, plan.live.get(),
                           server.database.dialect())) {
        plan.other_forms.push_back(position);
      }
      plan.equal_by_bytes.push_back(
          server.database.dialect().StoresAsGiven(column) &&
          (plan.forms.empty() || plan.forms[plan.fields.size()].is_plain()) &&
          (lies_in == nullptr ||
           (!lies_in->loosely_equal && lies_in->kind != ColumnKind::kOther)));
      plan.fields.push_back(field);
      if (field->real_containing_oneof() != nullptr) plan.has_oneofs = true;
    }
  }
  if (plan.model != nullptr) plan.unserved = UnservedOf(*plan.model);
  for (size_t i = 0; i < service.methods.size(); ++i) {
    const Method& method = service.methods[i];
    MethodPlan made =
        PlanMethod(plan, method, *method.request().GetDescriptor());
    made.chain = std::move(chains[i]);
    made.runs_handler = method.kind == MethodKind::kCustom ||
                        overrides.HasMethod(static_cast<int>(i));
    made.starts = overrides.Starts(static_cast<int>(i));
    plan.methods.push_back(std::move(made));
  }
  return plan;
}

}  // namespace modelservice
