// CREATE: a new row from the request's resource.
#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/base/is_set.h"
#include "modelservice/errors.h"
#include "modelservice/orm/tenant.h"
#include "modelservice/orm/validator.h"
#include "modelservice/service/fields.h"
#include "modelservice/service/operation.h"
#include "modelservice/service/resource.h"
#include "modelservice/service/run_handler.h"

namespace modelservice {
namespace {

using ::google::protobuf::Message;

class Create final : public Operation {
 public:
  Create(const ServicePlan& service, const MethodPlan& plan,
         const CallContext& call, Statement& statement)
      : Operation(service, plan, call, statement), values_(*service.model) {}

  bool writes() const override { return true; }

  absl::Status Prepare(const Message& request) override {
    if (plan_.Find(RequestField::Role::kColumn) != nullptr) {
      made_ = MakeResource(model(), plan_, request);
      resource_ = made_.get();
    } else {
      auto resource = ResourceOf(plan_, request);
      if (!resource.ok()) return resource.status();
      resource_ = *resource;
    }
    signals_ = SaveSignals(*service_.database, table());
    needs_transaction_ =
        signals_ != nullptr || HasVisibleReference(plan_.columns) ||
        HasHooks(Overrides::kBeforeCreate | Overrides::kAfterCreate);
    // Before a hook or a receiver is done with it, a row is not what it will
    // be.
    final_ = signals_ == nullptr && !HasHooks(Overrides::kBeforeCreate);
    // A hook may do something with them.
    if (final_) {
      AddUnserved(made_ == nullptr ? *resource_ : request, &unserved_);
    }
    return Fill(*resource_, /*from_client=*/true);
  }

  bool MayExplain(const absl::Status& status) const override {
    return HasCompany(status);
  }
  absl::Status Explain(Transaction& transaction,
                       const absl::Status& status) override {
    if (!stored_values_) values_.Store(service_.forms);
    return WithCollisions(service_, call_, transaction, status, faults_,
                          values_.row(), plan_.columns,
                          /*exists=*/false);
  }

  absl::Status OnRow(Row row) override {
    if (plan_.returning == Returning::kKey && !returns_row_) {
      // What cannot be answered is not to stay.
      if (row[0].integer() > plan_.most_key) {
        return absl::InternalError(absl::StrCat(
            "the key that table ", table().name, " gave, ", row[0].integer(),
            ", is past the 32 bits of ", table().message, "'s"));
      }
      values_.Set(table().key[0], row[0]);
      return absl::OkStatus();
    }
    const auto seen = Seen(row);
    return seen.ok() ? Reply(*seen) : seen.status();
  }

  absl::Status Finish(const Outcome& outcome) override {
    if (!plan_.echoes || returns_row_) return absl::OkStatus();
    const int key = table().key[0];
    if (plan_.returning == Returning::kNothing &&
        table().columns[static_cast<size_t>(key)].auto_increment) {
      values_.Set(key, Value::Integer(outcome.inserted_key));
    }
    return Reply(values_.row());
  }

  absl::Status Run(Transaction& transaction) override {
    Handler& handler = *service_.handler;
    if (HasHooks(Overrides::kBeforeCreate) || signals_ != nullptr) {
      created_.reset(resource_->New());
      created_->CopyFrom(*resource_);
      CleanFields(model(), plan_.columns, created_.get());
      ClearServerFields();
      if (auto status = SetOwner(); !status.ok()) return status;
      if (HasHooks(Overrides::kBeforeCreate)) {
        auto status = RunHook("BeforeCreate", [&] {
          return handler.RunBeforeCreate(call_, transaction, *created_);
        });
        if (!status.ok()) return status;
      }
      if (signals_ != nullptr) {
        auto status = signals_->pre_save.TrySend(&transaction, created_.get(),
                                                 {RowChange::kCreated});
        if (!status.ok()) return status;
      }
      // The hook is the server: what it sets is checked, not ignored.
      final_ = true;
      if (auto status = Fill(*created_, /*from_client=*/false); !status.ok()) {
        return status;
      }
    }
    auto status = CheckReferences(transaction, values_.row(), plan_.columns);
    if (status.ok()) status = Execute(transaction);
    if (!status.ok()) return status;
    if (signals_ != nullptr) {
      status = RowSignals::SendSaved(signals_, transaction, *stored_,
                                     {RowChange::kCreated});
      if (!status.ok()) return status;
    }
    if (!HasHooks(Overrides::kAfterCreate)) return absl::OkStatus();
    return RunHook("AfterCreate", [&] {
      return handler.RunAfterCreate(call_, transaction, *stored_);
    });
  }

 private:
  // Whether somebody sees the row who is not the client.
  bool KeepsStored() const {
    return HasHooks(Overrides::kAfterCreate) || signals_ != nullptr;
  }

  absl::Status Reply(Row row) {
    if (KeepsStored()) {
      // The hook sees what a client does not.
      stored_.reset(model().prototype().New());
      auto status = codec().Decode(row, stored_.get());
      if (!status.ok()) {
        return status;
      }
    }
    return Encode(row);
  }

  // Leaves nothing of what a client may not decide.
  void ClearServerFields() {
    for (size_t i = 0; i < table().columns.size(); ++i) {
      const Column& column = table().columns[i];
      if (!column.output_only && !column.auto_increment) continue;
      created_->GetReflection()->ClearField(
          created_.get(), &FieldOf(model(), static_cast<int>(i)));
    }
  }

  // For the hook, which may choose another.
  absl::Status SetOwner() {
    const int column = plan_.owner_column;
    if (column < 0) return absl::OkStatus();
    auto owner =
        OwnerValue(call_, table().columns[static_cast<size_t>(column)]);
    if (!owner.ok()) return owner.status();
    RowValues owned(model());
    owned.Set(column, *owner);
    const std::unique_ptr<Message> named(created_->New());
    auto status = codec().Decode(owned.row(), named.get());
    if (status.ok()) created_->MergeFrom(*named);
    return status;
  }

  // Whoever makes the row, a hook or not: it is the caller's tenant's.
  absl::Status SetTenant() {
    const int column = ColumnIn(Role::kTenant, table());
    if (column < 0) return absl::OkStatus();
    tenant_ = TenantOf(service_, call_).value_or("");
    const auto value = TenantValue(table(), tenant_);
    if (!value.ok()) return value.status();
    values_.Set(column, *value);
    return absl::OkStatus();
  }

  // What the caller may not write of the row as it will be, it may not send
  // either.
  absl::Status CheckFields() const {
    std::vector<std::string> refused;
    for (const RowAccess::ColumnRule& rule : ColumnRulesOf(call_)) {
      const Column& column = table().columns[static_cast<size_t>(rule.column)];
      if (column.output_only ||
          !IsSet(*resource_, FieldOf(model(), rule.column))) {
        continue;
      }
      if (rule.write.is_false() ||
          (final_ && !MayWrite(rule, table(), values_.row()))) {
        refused.emplace_back(column.field);
      }
    }
    return refused.empty() ? absl::OkStatus() : FieldsRefused(call_, refused);
  }

  absl::Status Fill(const Message& message, bool from_client) {
    values_.ReadForCreate(message, absl::Now(), from_client);
    stored_values_ = false;
    if (from_client) values_.Clean(/*with_key=*/true);
    if (from_client && plan_.owner_column >= 0) {
      auto owner = OwnerValue(
          call_, table().columns[static_cast<size_t>(plan_.owner_column)]);
      if (!owner.ok()) return owner.status();
      values_.Set(plan_.owner_column, *owner);
    }
    if (auto status = SetTenant(); !status.ok()) return status;
    if (auto status = CheckFields(); !status.ok()) return status;
    columns_ =
        plan_.leaves_out ? GivenColumns(table(), values_.row()) : plan_.columns;
    std::vector<Violation> violations = service_.validator->Check(
        values_.row(), final_ ? columns_ : ClientColumns());
    AddBlankKey(&violations);
    violations.insert(violations.end(), unserved_.begin(), unserved_.end());
    if (!violations.empty() && !(from_client && MayComeYet(violations))) {
      return RefuseValues(std::move(violations));
    }
    values_.Store(service_.forms);
    stored_values_ = true;
    return final_ ? MakeStatement() : absl::OkStatus();
  }

  // No request could ask for such a row.
  void AddBlankKey(std::vector<Violation>* violations) const {
    for (const int key : table().key) {
      const Column& column = table().columns[static_cast<size_t>(key)];
      const bool is_told = std::any_of(
          violations->begin(), violations->end(),
          [&](const Violation& fault) { return fault.field == column.field; });
      if (!IsBlankKey(values_[key]) || is_told ||
          (!final_ && column.output_only)) {
        continue;
      }
      violations->push_back({std::string(column.field), std::string(kBlank)});
    }
  }

  // What a hook, or a receiver, has not still to fill.
  std::vector<int> ClientColumns() const {
    std::vector<int> columns;
    for (const int column : columns_) {
      if (!table().columns[static_cast<size_t>(column)].output_only) {
        columns.push_back(column);
      }
    }
    return columns;
  }

  // Whether a hook, or a receiver, may set all that is missing before the row
  // is checked as it will be.
  bool MayComeYet(absl::Span<const Violation> violations) const {
    return !final_ &&
           std::all_of(violations.begin(), violations.end(), SaysMissing);
  }

  absl::Status MakeStatement() {
    absl::InlinedVector<Value, 16> values;
    for (const int column : columns_) values.push_back(values_[column]);
    returns_row_ = HasScope() || HasReadRules(call_) ||
                   columns_.size() != plan_.columns.size();
    if (returns_row_) {
      Insert insert = InsertInto(table(), columns_, Returning::kNothing);
      insert.returning = Yielded(/*unmasked=*/KeepsStored());
      if (HasScope()) {
        const Expression scope = Scope();
        if (!MaySee(scope, service_, values_.row(), columns_)) {
          return RowRefused(call_);
        }
        insert.returning.push_back(CheckOf(scope));
      }
      statement_ = Write(insert, dialect(), values);
      return absl::OkStatus();
    }
    UseFixed(plan_.sql, /*writes=*/true);
    // A key is taken as it is, where it fits.
    statement_.keeps_rows =
        plan_.returning == Returning::kKey &&
        plan_.most_key == std::numeric_limits<int64_t>::max();
    statement_.parameters.assign(values.begin(), values.end());
    return absl::OkStatus();
  }

  const Message* resource_ = nullptr;
  std::unique_ptr<Message> made_;     // of a request's fields
  std::unique_ptr<Message> created_;  // for BeforeCreate
  std::unique_ptr<Message> stored_;   // for AfterCreate
  std::shared_ptr<const RowSignals> signals_;
  RowValues values_;
  std::string tenant_;
  // What the request has for fields that nothing here writes.
  std::vector<Violation> unserved_;
  // Those that the row is given values for.
  std::vector<int> columns_;
  // Whether they are what their columns are to hold.
  bool stored_values_ = false;
  // Whether nothing of the server's own comes between the values and the row.
  bool final_ = false;
  // Whether the whole row comes back, perhaps with whether the caller may see
  // it.
  bool returns_row_ = false;
};

}  // namespace

void MakeCreate(const ServicePlan& service, const MethodPlan& plan,
                const CallContext& call, Statement& statement,
                OperationBox* box) {
  box->Make<Create>(service, plan, call, statement);
}

}  // namespace modelservice
