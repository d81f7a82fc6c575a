#include "modelservice/service/operation.h"

#include <algorithm>
#include <string>
#include <vector>

#include "modelservice/errors.h"
#include "modelservice/service/visible_rows.h"

namespace modelservice {

std::vector<Expression> Operation::Yielded(bool unmasked) {
  masked_by_database_ = !unmasked && HasReadRules(call_);
  return masked_by_database_ ? ReadableColumns(service_, call_)
                             : service_.projection->columns();
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
    const auto there =
        service_.visible->Has(call_, transaction, *refers.reference, value);
    if (!there.ok()) return there.status();
    if (!*there) violations.push_back(NoSuchKey(refers.field, value));
  }
  return violations.empty() ? absl::OkStatus() : InvalidArgument(violations);
}

void Operation::UseFixed(absl::string_view text, bool writes) {
  statement_.text = text;
  statement_.writes = writes;
}

void MakeOperation(const ServicePlan& service, const MethodPlan& plan,
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
    case MethodKind::kList:
      return MakePage(service, plan, call, statement, box);
    case MethodKind::kCustom:
      return;
  }
}

}  // namespace modelservice
