// UPDATE and PARTIAL_UPDATE: new values for an existing row.
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/time/clock.h"
#include "modelservice/errors.h"
#include "modelservice/orm/kept_values.h"
#include "modelservice/orm/to_value.h"
#include "modelservice/service/field_names.h"
#include "modelservice/service/field_rights.h"
#include "modelservice/service/fields.h"
#include "modelservice/service/mask_path.h"
#include "modelservice/service/operation.h"
#include "modelservice/service/resource.h"
#include "modelservice/service/run_handler.h"
#include "modelservice/service/stored_row.h"

namespace modelservice {
namespace {

using ::google::protobuf::Message;

// Whether nothing is to be written: -0.0 is another value than 0.0 here.
bool IsUnchanged(Value before, Value after) {
  return SameValue(before, after) &&
         (before.kind() != Value::Kind::kReal ||
          std::signbit(before.real()) == std::signbit(after.real()));
}

// Of what has no form that could be compared, like JSON with -0.0.
bool HaveSame(const google::protobuf::FieldDescriptor& field, const Message& a,
              const Message& b) {
  using google::protobuf::util::MessageDifferencer;
  return !field.is_repeated() && field.message_type() != nullptr &&
         MessageDifferencer::Equals(a.GetReflection()->GetMessage(a, &field),
                                    b.GetReflection()->GetMessage(b, &field));
}

class UpdateCall final : public Operation {
 public:
  UpdateCall(const ServicePlan& service, const MethodPlan& plan,
             const CallContext& call, Statement& statement)
      : Operation(service, plan, call, statement),
        values_(*service.model),
        rights_(service, call) {}

  bool writes() const override {
    return !change_.columns.empty() || reads_row_;
  }

  absl::Status Prepare(const Message& request) override {
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
    given_ = Key();
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

  bool MayExplain(const absl::Status& status) const override {
    return HasCompany(status) || MayBeNoKey(status) ||
           (absl::IsNotFound(status) && !state_.is_any());
  }
  absl::Status Explain(Transaction& transaction,
                       const absl::Status& status) override {
    if (absl::IsNotFound(status)) {
      auto stale =
          state_.Explain(Session(transaction), model(), Mine(), given_);
      return absl::IsNotFound(stale) ? status : stale;
    }
    if (MayBeNoKey(status)) {
      return OfKey(transaction, status, KeyIs(table(), values_.row()), given_);
    }
    if (!stored_values_) values_.Store(service_.forms);
    return WithCollisions(service_, call_, transaction, status, faults_,
                          values_.row(), change_.columns,
                          /*exists=*/true);
  }

  absl::Status OnRow(Row row) override {
    const auto seen = Seen(row);
    return seen.ok() ? Operation::OnRow(*seen) : seen.status();
  }

  absl::Status Finish(const Outcome& outcome) override {
    if (rows_ > 0) return absl::OkStatus();
    if (outcome.changes == 0 || !echoed_) return NotFound(table(), given_);
    return OnRow(values_.row());
  }

  absl::Status Run(Transaction& transaction) override {
    if (!reads_row_) return Execute(transaction);
    OnRestart();
    StoredRow stored(service_);
    // Locked, so that what is decided about is what is written.
    Select locked = SelectWhere(Mine(), /*unmasked=*/true);
    locked.lock = RowLock::kUpdate;
    Statement select = Write(locked, dialect());
    auto outcome = transaction.Execute(select, stored);
    if (!outcome.ok()) return outcome.status();
    if (!stored.found()) {
      auto status = JudgeRest();
      return status.ok() ? NotFound(table(), given_) : status;
    }
    if (stored.unreadable().ok()) return Rewrite(transaction, stored.message());
    // What cannot be read can be mended: all of it is written.
    if (!spares_equal_) return stored.unreadable();
    if (auto status = JudgeRest(); !status.ok()) return status;
    statement_ = Statement();
    if (auto status = MakeStatement(); !status.ok()) return status;
    return Execute(transaction);
  }

 private:
  absl::Status Rewrite(Transaction& transaction, const Message& stored) {
    RowValues before(model());
    before.Read(stored);
    auto current = state_.Check(table(), given_, before.row());
    if (current.ok()) current = CheckImmutable(stored, before);
    if (!current.ok()) return current;
    std::unique_ptr<Message> updated(stored.New());
    if (auto status = Merge(transaction, stored, updated.get()); !status.ok()) {
      return status;
    }
    if (signals_ != nullptr) {
      signals_->pre_save.Send(&transaction, updated.get(), RowChange::kUpdated);
    }
    if (auto status = WriteRow(transaction, stored, *updated); !status.ok()) {
      return status;
    }
    if (signals_ != nullptr) {
      RowSignals::SendDone(signals_, transaction, *updated,
                           RowChange::kUpdated);
    }
    if (!HasHooks(Overrides::kAfterUpdate)) return absl::OkStatus();
    return RunHook("AfterUpdate", [&] {
      return service_.handler->RunAfterUpdate(call_, transaction, *updated);
    });
  }

  // What of the request is for these columns and paths, into `row`.
  void Copy(absl::Span<const int> columns, absl::Span<const std::string> paths,
            Message* row) const {
    CopyColumns(model(), columns, *change_.resource, row);
    CleanFields(model(), columns, row);
    MergePaths(*change_.resource, paths, row);
  }

  absl::Status CheckImmutable(const Message& stored,
                              const RowValues& before) const {
    if (change_.immutable_paths.empty()) return absl::OkStatus();
    std::vector<int> columns;
    std::vector<std::string> nested;
    for (const std::string& path : change_.immutable_paths) {
      const int column = FindColumn(table(), path);
      column < 0 ? nested.push_back(path) : columns.push_back(column);
    }
    const std::unique_ptr<Message> asked(stored.New());
    asked->CopyFrom(stored);
    Copy(columns, nested, asked.get());
    RowValues after(model());
    after.Read(*asked);
    std::vector<Violation> violations;
    for (size_t i = 0; i < table().columns.size(); ++i) {
      const int column = static_cast<int>(i);
      if (!table().columns[i].immutable ||
          SameValue(before[column], after[column])) {
        continue;
      }
      violations.push_back({std::string(table().columns[i].field),
                            "This field cannot be changed."});
    }
    return violations.empty() ? absl::OkStatus() : InvalidArgument(violations);
  }

  bool HasMask() const {
    return plan_.Find(RequestField::Role::kUpdateMask) != nullptr ||
           plan_.Find(RequestField::Role::kPartialUpdateFields) != nullptr;
  }

  // Whether a hook, or a receiver, may set all that is missing before the row
  // is checked as it will be.
  bool MayComeYet(absl::Span<const Violation> violations) const {
    return (signals_ != nullptr || HasHooks(Overrides::kBeforeUpdate)) &&
           std::all_of(violations.begin(), violations.end(), SaysMissing);
  }

  // Whether the row has to be read for what is not to be written over with
  // less. What no client may write, but the row may have, is judged then.
  bool FindLosses() {
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

  // What is wrong with the values of `columns`, and with what is not served.
  std::vector<Violation> Judge(const Message& request,
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

  Change::Columns Judged() const {
    Change::Columns columns = rights_.Written(change_);
    const auto is_later = [this](int column) {
      return std::find(judged_later_.begin(), judged_later_.end(), column) !=
             judged_later_.end();
    };
    columns.erase(std::remove_if(columns.begin(), columns.end(), is_later),
                  columns.end());
    return columns;
  }

  // Of a row that cannot be compared.
  absl::Status JudgeRest() {
    if (judged_later_.empty()) return absl::OkStatus();
    RowValues given(model());
    given.ReadForUpdate(*change_.resource, absl::Now());
    std::vector<Violation> violations =
        service_.validator->Check(given.row(), judged_later_);
    return violations.empty() ? absl::OkStatus()
                              : RefuseValues(std::move(violations));
  }

  std::vector<Value> Key() const {
    std::vector<Value> key;
    for (const int column : table().key) key.push_back(values_[column]);
    return key;
  }

  absl::Status CheckKey() const {
    for (size_t i = 0; i < given_.size(); ++i) {
      const Column& column =
          table().columns[static_cast<size_t>(table().key[i])];
      const Value value = values_[table().key[i]];
      if (IsNoKey(column, given_[i], value)) return NotFound(table(), given_);
      if (value.kind() == Value::Kind::kInvalid) {
        return InvalidArgument(
            {{std::string(column.field), std::string(value.text())}});
      }
    }
    return absl::OkStatus();
  }

  // The row, if this caller may see it.
  Expression Mine() const { return Scope() && KeyIs(table(), values_.row()); }

  void ReadValues(const Message& request) {
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

  bool Writes(int column) const {
    return std::find(change_.columns.begin(), change_.columns.end(), column) !=
           change_.columns.end();
  }

  // Of UpdateKeeping, in order.
  absl::InlinedVector<Value, 8> Parameters() const {
    absl::InlinedVector<Value, 8> parameters;
    for (const int column : change_.columns) {
      if (std::find(service_.unix_times.begin(), service_.unix_times.end(),
                    column) != service_.unix_times.end()) {
        parameters.push_back(UnixTimeOf(values_[column]));
      }
      parameters.push_back(values_[column]);
    }
    return parameters;
  }

  absl::Status MakeStatement() {
    if (change_.columns.empty()) {
      statement_ = Write(SelectWhere(Mine() && InState(), /*unmasked=*/false),
                         dialect());
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
          UpdateKeeping(table(), service_.unix_times, change_.columns,
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

  // `stored` with the request's changes, and the hook's.
  absl::Status Merge(Transaction& transaction, const Message& stored,
                     Message* updated) {
    updated->CopyFrom(stored);
    Copy(change_.columns, change_.nested_paths, updated);
    if (auto status = rights_.Apply(stored, updated); !status.ok()) {
      return status;
    }
    if (!HasHooks(Overrides::kBeforeUpdate)) return absl::OkStatus();
    return RunHook("BeforeUpdate", [&] {
      return service_.handler->RunBeforeUpdate(call_, transaction, stored,
                                               *updated);
    });
  }

  // Writes what differs from the stored row, and reads the row back into
  // `updated`.
  absl::Status WriteRow(Transaction& transaction, const Message& stored,
                        Message& updated) {
    RowValues before(model());
    before.Read(stored);
    RowValues after(model());
    after.ReadForUpdate(updated, absl::Now());
    std::vector<int> columns;
    std::vector<Value> values;
    for (size_t i = 0; i < table().columns.size(); ++i) {
      const int column = static_cast<int>(i);
      const Column& described = table().columns[i];
      if (described.primary_key || described.role == Role::kDeleteTime ||
          described.role == Role::kTenant ||
          (!IsStamped(described.role) &&
           IsUnchanged(before[column], after[column]) &&
           (after[column].kind() != Value::Kind::kInvalid ||
            HaveSame(FieldOf(model(), column), stored, updated)))) {
        continue;
      }
      columns.push_back(column);
    }
    std::vector<Violation> violations =
        service_.validator->Check(after.row(), columns);
    if (!violations.empty()) return RefuseValues(std::move(violations));
    before.Store(service_.forms);
    after.Store(service_.forms);
    for (const int column : columns) values.push_back(after[column]);
    // Hooks and signals have run since the row was read, and may have moved it
    // out of the caller's reach.
    const Expression scope = Scope();
    const Expression mine = scope && KeyIs(table(), before.row()) && InState();
    if (HasScope() && !MaySee(scope, service_, after.row(), columns)) {
      return RowRefused(call_);
    }
    if (auto status = CheckReferences(transaction, after.row(), columns);
        !status.ok()) {
      return status;
    }
    Statement write;
    if (columns.empty()) {
      write = Write(SelectWhere(mine, /*unmasked=*/true), dialect());
    } else {
      Update update = UpdateOf(table(), columns, mine, Returning::kNothing);
      update.returning = Yielded(/*unmasked=*/true);
      if (HasScope()) update.returning.push_back(CheckOf(scope));
      write = Write(update, dialect(), values);
    }
    StoredRow written(service_, this);
    auto outcome = transaction.Execute(write, written);
    if (!outcome.ok()) return outcome.status();
    if (!written.found()) return NotFound(table(), given_);
    if (!written.seen()) return RowRefused(call_);
    RowValues now(model());
    now.Read(written.message());
    if (auto status = rights_.CheckWritten(now.row()); !status.ok()) {
      return status;
    }
    updated.CopyFrom(written.message());
    return absl::OkStatus();
  }

  Change change_;
  RowValues values_;
  std::vector<Value> given_;  // the key, as the client wrote it
  FieldRights rights_;
  bool reads_row_ = false;
  // Whether the values are what their columns are to hold.
  bool stored_values_ = false;
  std::vector<int> judged_later_;
  // It is read only for what is not to be written.
  bool spares_equal_ = false;
  std::shared_ptr<const RowSignals> signals_;
  // Of a statement for some of the columns.
  std::shared_ptr<const std::string> text_;
  // The reply is what was written, not what was read back.
  bool echoed_ = false;
};

}  // namespace

void MakeUpdate(const ServicePlan& service, const MethodPlan& plan,
                const CallContext& call, Statement& statement,
                OperationBox* box) {
  box->Make<UpdateCall>(service, plan, call, statement);
}

}  // namespace modelservice
