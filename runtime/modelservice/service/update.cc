#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/time/clock.h"
#include "modelservice/errors.h"
#include "modelservice/orm/kept_values.h"
#include "modelservice/orm/to_value.h"
#include "modelservice/service/field_names.h"
#include "modelservice/service/fields.h"
#include "modelservice/service/resource.h"
#include "modelservice/service/update_call.h"

namespace modelservice {
namespace {

using ::google::protobuf::Message;

}  // namespace

bool UpdateCall::writes() const {
  return !change_.columns.empty() || reads_row_;
}

absl::Status UpdateCall::Prepare(const Message& request) {
  signals_ = SaveSignals(*service_.database, table());
  reads_row_ = signals_ != nullptr ||
               HasHooks(Overrides::kBeforeUpdate | Overrides::kAfterUpdate);
  auto status = ReadChange(
      service_, plan_, request,
      reads_row_ || rights_.has_rules() || !service_.lossy_columns.empty(),
      &change_);
  if (status.ok()) status = rights_.Settle(&change_);
  if (!status.ok()) return status;
  if (change_.resource != nullptr) {
    state_ = RowState(model(), *change_.resource);
  }
  ReadEtag(request);
  ReadValues(request);
  values_.Clean(/*with_key=*/false);
  const bool may_lose = FindLosses();
  const auto violations = Judge(request, Judged());
  if (!violations.empty() && !MayComeYet(violations)) {
    // Refused anyway, it hears of all.
    return RefuseValues(judged_later_.empty()
                            ? violations
                            : Judge(request, rights_.Written(change_)));
  }
  given_ = values_.Key();
  values_.Store(service_.forms);
  stored_values_ = true;
  if (auto status = CheckKey(); !status.ok()) return status;
  // What stays as it is is no write.
  if (!change_.nested_paths.empty() || !change_.immutable_paths.empty() ||
      rights_.needs_row() || HasVisibleReference(change_.columns)) {
    reads_row_ = true;
  }
  if (!reads_row_ && may_lose) reads_row_ = spares_equal_ = true;
  needs_transaction_ = reads_row_;
  return reads_row_ ? absl::OkStatus() : MakeStatement();
}

absl::Status UpdateCall::Touch() {
  if (writes()) return absl::OkStatus();
  absl::c_copy_if(
      plan_.columns, std::back_inserter(change_.columns), [this](int column) {
        return IsStamped(table().columns[static_cast<size_t>(column)].role);
      });
  locks_ = true;
  statement_ = Statement();
  return MakeStatement();
}

bool UpdateCall::MayExplain(const absl::Status& status) const {
  return HasCompany(status) || MayBeNoKey(status) ||
         (absl::IsInvalidArgument(status) && !faults_.empty() &&
          !change_.immutable_paths.empty() && !judged_immutable_) ||
         (absl::IsNotFound(status) && !state_.is_any());
}

absl::Status UpdateCall::Explain(Transaction& transaction,
                                 const absl::Status& status) {
  if (absl::IsNotFound(status)) {
    auto stale = state_.Explain(Session(transaction), model(), Mine(), given_);
    return absl::IsNotFound(stale) ? status : stale;
  }
  if (MayBeNoKey(status)) {
    return OfKey(transaction, status, KeyIs(table(), values_.row()), given_);
  }
  if (!stored_values_) values_.Store(service_.forms);
  if (absl::IsInvalidArgument(status) && !judged_immutable_) {
    for (Violation& fault : ImmutableFaults(transaction)) {
      faults_.push_back(std::move(fault));
    }
  }
  return WithCollisions(service_, call_, transaction, status, faults_,
                        values_.row(), change_.columns,
                        /*exists=*/true);
}

absl::Status UpdateCall::OnRow(Row row) {
  const auto seen = Seen(row);
  return seen.ok() ? Operation::OnRow(*seen) : seen.status();
}

absl::Status UpdateCall::Finish(const Outcome& outcome) {
  if (rows_ > 0) return absl::OkStatus();
  if (outcome.changes == 0 || !echoed_) return NotFound(table(), given_);
  return OnRow(values_.row());
}

bool UpdateCall::HasMask() const {
  return plan_.Find(RequestField::Role::kUpdateMask) != nullptr ||
         plan_.Find(RequestField::Role::kPartialUpdateFields) != nullptr;
}

bool UpdateCall::MayComeYet(absl::Span<const Violation> violations) const {
  return (signals_ != nullptr || HasHooks(Overrides::kBeforeUpdate)) &&
         std::all_of(violations.begin(), violations.end(), SaysMissing);
}

bool UpdateCall::FindLosses() {
  bool found = false;
  for (const int column : service_.lossy_columns) {
    const Column& described = table().columns[static_cast<size_t>(column)];
    const Value value = values_[column];
    if (!Writes(column) ||
        !MayStandForMore(model(), column, service_.live.get(), dialect(),
                         value)) {
      continue;
    }
    found = true;
    if (described.storage == Storage::kJson ||
        (described.storage == Storage::kNative &&
         (value.kind() == Value::Kind::kTimestamp ||
          value.kind() == Value::Kind::kText))) {
      judged_later_.push_back(column);
    }
  }
  return found;
}

std::vector<Violation> UpdateCall::Judge(const Message& request,
                                         const Change::Columns& columns) const {
  std::vector<Violation> violations =
      service_.validator->Check(values_.row(), columns);
  // A hook may do something with them, and a mask names what is meant.
  if (signals_ == nullptr && !HasHooks(Overrides::kBeforeUpdate) &&
      (change_.whole || !HasMask())) {
    AddUnserved(change_.resource == nullptr || change_.made != nullptr
                    ? request
                    : *change_.resource,
                &violations);
  }
  return violations;
}

Change::Columns UpdateCall::Judged() const {
  Change::Columns columns = rights_.Written(change_);
  const auto is_later = [this](int column) {
    return absl::c_linear_search(judged_later_, column);
  };
  columns.erase(std::remove_if(columns.begin(), columns.end(), is_later),
                columns.end());
  return columns;
}

std::vector<Violation> UpdateCall::FaultsOfRest() const {
  if (judged_later_.empty()) return {};
  RowValues given(model());
  given.ReadForUpdate(*change_.resource, absl::Now());
  return service_.validator->Check(given.row(), judged_later_);
}

absl::Status UpdateCall::JudgeRest() {
  std::vector<Violation> violations = FaultsOfRest();
  return violations.empty() ? absl::OkStatus()
                            : RefuseValues(std::move(violations));
}

absl::Status UpdateCall::CheckKey() const {
  for (size_t i = 0; i < given_.size(); ++i) {
    const Column& column = table().columns[static_cast<size_t>(table().key[i])];
    const Value value = values_[table().key[i]];
    if (IsUnset(given_[i])) {
      return InvalidArgument(
          {{std::string(column.field), "This field is required."}});
    }
    if (IsNoKey(column, given_[i], value)) return NotFound(table(), given_);
    if (value.kind() == Value::Kind::kInvalid) {
      return InvalidArgument(
          {{std::string(column.field), std::string(value.text())}});
    }
  }
  return absl::OkStatus();
}

void UpdateCall::ReadValues(const Message& request) {
  if (change_.resource != nullptr) {
    values_.ReadForUpdate(*change_.resource, absl::Now());
    return;
  }
  for (const MethodPlan::Field& field : plan_.fields) {
    if (field.role != RequestField::Role::kColumn) continue;
    const Column& column = table().columns[static_cast<size_t>(field.column)];
    const bool tells = TellsStates(column.role);
    if (!column.primary_key && !tells && !Writes(field.column)) continue;
    const Value value = ReadField(request, *field.descriptor,
                                  column.storage == Storage::kName, arena_);
    if (tells) state_.Add(field.column, value);
    values_.Set(field.column, value);
  }
  values_.StampForUpdate(absl::Now());
}

bool UpdateCall::Writes(int column) const {
  return absl::c_linear_search(change_.columns, column);
}

absl::InlinedVector<Value, 8> UpdateCall::Parameters() const {
  absl::InlinedVector<Value, 8> parameters;
  for (const int column : change_.columns) {
    if (absl::c_linear_search(service_.other_forms, column)) {
      parameters.push_back(OtherFormOf(
          table().columns[static_cast<size_t>(column)], values_[column]));
    }
    parameters.push_back(values_[column]);
  }
  return parameters;
}

absl::Status UpdateCall::MakeStatement() {
  if (change_.columns.empty()) {
    Select select = SelectWhere(Mine() && InState(), /*unmasked=*/false);
    if (locks_) select.lock = RowLock::kUpdate;
    statement_ = Write(select, dialect());
    return absl::OkStatus();
  }
  if (HasScope() || HasReadRules(call_) || !state_.is_any()) {
    const Expression scope = Scope();
    if (HasScope() &&
        !MaySee(scope, service_, values_.row(), change_.columns)) {
      return RowRefused(call_);
    }
    const auto values = Parameters();
    Update update =
        UpdateKeeping(table(), service_.other_forms, change_.columns,
                      scope && KeyIs(table(), values_.row()) && InState(),
                      Returning::kNothing);
    update.returning = Yielded(/*unmasked=*/false);
    if (HasScope()) update.returning.push_back(CheckOf(scope));
    statement_ = Write(update, dialect(), values);
    return absl::OkStatus();
  }
  if (absl::MakeConstSpan(change_.columns) == plan_.columns) {
    UseFixed(plan_.sql, /*writes=*/true);
    echoed_ = plan_.echoes;
  } else {
    text_ = plan_.updates->For(change_.columns);
    UseFixed(*text_, /*writes=*/true);
  }
  if (!echoed_) statement_.read_back = plan_.read_back;
  statement_.parameters = Parameters();
  for (const int column : table().key) {
    statement_.parameters.push_back(values_[column]);
  }
  return absl::OkStatus();
}

void MakeUpdate(const ServicePlan& service, const MethodPlan& plan,
                const CallContext& call, Statement& statement,
                OperationBox* box) {
  box->Make<UpdateCall>(service, plan, call, statement);
}

}  // namespace modelservice
