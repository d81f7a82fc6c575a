#include "modelservice/service/operation.h"

#include <algorithm>
#include <string>
#include <vector>

#include "modelservice/base/compat.h"
#include "modelservice/db/error.h"
#include "modelservice/db/found_sink.h"
#include "modelservice/errors.h"
#include "modelservice/orm/referred.h"
#include "modelservice/orm/to_value.h"
#include "modelservice/service/related.h"
#include "modelservice/service/visible_rows.h"

namespace modelservice {

std::vector<Expression> Operation::Yielded(bool unmasked) {
  masked_by_database_ = !unmasked && HasReadRules(call_);
  std::vector<Expression> columns = masked_by_database_
                                        ? ReadableColumns(service_, call_)
                                        : service_.projection->columns();
  read_mask_.Hide({}, &columns);
  return columns;
}

Select Operation::SelectWhere(const Expression& where, bool unmasked) {
  Select select;
  select.columns = Yielded(unmasked);
  select.from = TableName(table());
  select.where = where;
  return select;
}

absl::Status Operation::OnRow(Row row) {
  ++rows_;
  return Encode(row);
}

void Operation::OnRestart() {
  rows_ = 0;
  reply_.clear();
}

absl::Status Operation::Run(Transaction& transaction) {
  return Execute(transaction);
}

absl::Status Operation::Execute(Transaction& transaction) {
  OnRestart();
  auto outcome = transaction.Execute(statement_, *this);
  if (!outcome.ok()) return outcome.status();
  return Finish(*outcome);
}

bool Operation::HasVisibleReference(absl::Span<const int> columns) const {
  const std::vector<int>& visible = service_.visible_references;
  return std::any_of(visible.begin(), visible.end(), [&](int column) {
    return std::find(columns.begin(), columns.end(), column) != columns.end();
  });
}

bool Operation::MayBeNoKey(const absl::Status& status) {
  return HasKind(status, DatabaseError::Kind::kValue);
}

absl::Status Operation::CheckGivenKey(const RowValues& values,
                                      absl::Span<const Value> given) const {
  std::vector<Violation> violations;
  bool is_there = true;
  for (size_t i = 0; i < given.size(); ++i) {
    const int place = table().key[i];
    const Column& column = table().columns[static_cast<size_t>(place)];
    const Value value = values[place];
    if (value.is_null() || IsUnset(given[i])) {
      violations.push_back(
          {std::string(column.field), "This field is required."});
    } else if (IsNoKey(column, given[i], value)) {
      is_there = false;
    } else if (value.kind() == Value::Kind::kInvalid) {
      violations.push_back(
          {std::string(column.field), std::string(value.text())});
    }
  }
  if (!violations.empty()) return InvalidArgument(violations);
  return is_there ? absl::OkStatus() : NotFound(table(), given);
}

absl::Status Operation::OfKey(Transaction& transaction,
                              const absl::Status& status, const Expression& key,
                              absl::Span<const Value> given) const {
  if (!MayBeNoKey(status)) return status;
  Select one;
  one.from = TableName(table());
  one.where = key;
  one.limit = 1;
  Statement select = Write(one, dialect());
  FoundSink any;
  const auto outcome = transaction.Execute(select, any);
  return MayBeNoKey(outcome.status()) ? NotFound(table(), given) : status;
}

absl::Status Operation::CheckReferences(Transaction& transaction, Row row,
                                        absl::Span<const int> columns) {
  std::vector<Violation> violations;
  for (const int column : service_.visible_references) {
    const Value value = row[static_cast<size_t>(column)];
    if (value.is_null() ||
        std::find(columns.begin(), columns.end(), column) == columns.end()) {
      continue;
    }
    const Column& refers = table().columns[static_cast<size_t>(column)];
    auto there =
        refers.reference->hiding == nullptr
            ? true
            : AreThere(Session(transaction), table(), column, {Literal(value)});
    if (there.ok() && *there && refers.reference->visible_only) {
      there =
          service_.visible->Has(call_, transaction, *refers.reference, value);
    }
    if (!there.ok()) return there.status();
    if (!*there) {
      violations.push_back(
          NoSuchKey(refers.field, refers.sensitive ? Value() : value));
    }
  }
  return violations.empty() ? absl::OkStatus()
                            : RefuseValues(std::move(violations));
}

void Operation::ReadEtag(const google::protobuf::Message& request) {
  const MethodPlan::Field* const field = plan_.Find(RequestField::Role::kEtag);
  if (field == nullptr) return;
  state_.AddEtag(table(), ReadField(request, *field->descriptor,
                                    /*enum_by_name=*/false, arena_)
                              .text());
}

void Operation::AddUnserved(const google::protobuf::Message& given,
                            std::vector<Violation>* faults) const {
  for (const auto* const unserved : service_.unserved) {
    // A request with fields of its own has them by name.
    const auto* const field =
        given.GetDescriptor()->FindFieldByName(unserved->name());
    if (field == nullptr || !field->is_repeated() ||
        given.GetReflection()->FieldSize(given, field) == 0) {
      continue;
    }
    faults->push_back({compat::Str(unserved->name()),
                       "This field is not stored here; leave it out."});
  }
}

void Operation::UseFixed(absl::string_view text, bool writes) {
  statement_.text = text;
  statement_.writes = writes;
}

void MakeOperation(const ServicePlan& service, const MethodPlan& plan,
                   const CallContext& call, Statement& statement,
                   OperationBox* box) {
  if (plan.has_write_options) {
    return MakeWriteWithOptions(service, plan, call, statement, box);
  }
  MakePlainOperation(service, plan, call, statement, box);
}

void MakePlainOperation(const ServicePlan& service, const MethodPlan& plan,
                        const CallContext& call, Statement& statement,
                        OperationBox* box) {
  if (HasRelated(service)) {
    return MakeRelated(service, plan, call, statement, box);
  }
  MakeRowOperation(service, plan, call, statement, box);
}

void MakeRowOperation(const ServicePlan& service, const MethodPlan& plan,
                      const CallContext& call, Statement& statement,
                      OperationBox* box) {
  switch (plan.method->kind) {
    case MethodKind::kRetrieve:
      return MakeRetrieve(service, plan, call, statement, box);
    case MethodKind::kCreate:
      return MakeCreate(service, plan, call, statement, box);
    case MethodKind::kUpdate:
    case MethodKind::kPartialUpdate:
      return MakeUpdate(service, plan, call, statement, box);
    case MethodKind::kDestroy:
      return MakeDestroy(service, plan, call, statement, box);
    case MethodKind::kUndelete:
      return MakeUndelete(service, plan, call, statement, box);
    case MethodKind::kList:
      return MakePage(service, plan, call, statement, box);
    case MethodKind::kBatchGet:
    case MethodKind::kBatchCreate:
    case MethodKind::kBatchUpdate:
    case MethodKind::kBatchDelete:
      return MakeBatch(service, plan, call, statement, box);
    case MethodKind::kAggregate:
      return MakeAggregate(service, plan, call, statement, box);
    case MethodKind::kBulkCreate:  // bulk_create.h
    case MethodKind::kCustom:
      return;
  }
}

}  // namespace modelservice
