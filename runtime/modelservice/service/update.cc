// UPDATE and PARTIAL_UPDATE: new values for an existing row.
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/util/field_mask_util.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/time/clock.h"
#include "modelservice/errors.h"
#include "modelservice/orm/to_value.h"
#include "modelservice/service/field_rights.h"
#include "modelservice/service/fields.h"
#include "modelservice/service/operation.h"
#include "modelservice/service/resource.h"

namespace modelservice {
namespace {

using ::google::protobuf::Message;

// Whether nothing is to be written: -0.0 is another value than 0.0 here.
bool IsUnchanged(Value before, Value after) {
  return SameValue(before, after) &&
         (before.kind() != Value::Kind::kReal ||
          std::signbit(before.real()) == std::signbit(after.real()));
}

// Keeps the one row of a SELECT as a message.
class StoredRow final : public RowSink {
 public:
  // `next` is given the row, too, unless it is null.
  explicit StoredRow(const ServicePlan& service, RowSink* next = nullptr)
      : codec_(service.projection->codec()),
        columns_(service.model->table->columns.size()),
        message_(service.model->prototype().New()),
        next_(next) {}
  absl::Status OnRow(Row row) override {
    found_ = true;
    seen_ = row.size() == columns_ || row[columns_].integer() == 1;
    auto status = codec_.Decode(row.subspan(0, columns_), message_.get());
    if (next_ == nullptr && absl::IsDataLoss(status)) {
      unreadable_ = std::move(status);
      return absl::OkStatus();
    }
    return status.ok() && next_ != nullptr ? next_->OnRow(row) : status;
  }
  void OnRestart() override {
    found_ = false;
    unreadable_ = absl::OkStatus();
    message_->Clear();
    if (next_ != nullptr) next_->OnRestart();
  }
  bool found() const { return found_; }
  // Of a checked write: whether the row is one that it was to be.
  bool seen() const { return seen_; }
  const Message& message() const { return *message_; }
  // Why there is no message.
  const absl::Status& unreadable() const { return unreadable_; }

 private:
  const RowCodec& codec_;
  const size_t columns_;
  std::unique_ptr<Message> message_;
  RowSink* const next_;
  absl::Status unreadable_;
  bool found_ = false;
  bool seen_ = false;
};

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
    ReadValues(request);
    values_.Clean(/*with_key=*/false);
    std::vector<Violation> violations =
        service_.validator->Check(values_.row(), rights_.Written(change_));
    if (!violations.empty() && !MayComeYet(violations)) {
      return RefuseValues(std::move(violations));
    }
    given_ = Key();
    values_.Store(service_.forms);
    stored_values_ = true;
    if (auto status = CheckKey(); !status.ok()) return status;
    // What stays as it is is no write.
    if (!change_.nested_paths.empty() || rights_.needs_row() ||
        HasVisibleReference(change_.columns)) {
      reads_row_ = true;
    }
    if (!reads_row_ &&
        std::any_of(service_.lossy_columns.begin(),
                    service_.lossy_columns.end(),
                    [this](int column) { return Writes(column); })) {
      reads_row_ = spares_equal_ = true;
    }
    needs_transaction_ = reads_row_;
    return reads_row_ ? absl::OkStatus() : MakeStatement();
  }

  bool MayExplain(const absl::Status& status) const override {
    return HasCompany(status);
  }
  absl::Status Explain(Transaction& transaction,
                       const absl::Status& status) override {
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
    if (!stored.found()) return NotFound(table(), given_);
    if (stored.unreadable().ok()) return Rewrite(transaction, stored.message());
    // What cannot be read can be mended: all of it is written.
    if (!spares_equal_) return stored.unreadable();
    statement_ = Statement();
    if (auto status = MakeStatement(); !status.ok()) return status;
    return Execute(transaction);
  }

 private:
  absl::Status Rewrite(Transaction& transaction, const Message& stored) {
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
    return service_.handler->RunAfterUpdate(call_, transaction, *updated);
  }

  // Whether a hook, or a receiver, may set all that is missing before the row
  // is checked as it will be.
  bool MayComeYet(absl::Span<const Violation> violations) const {
    return (signals_ != nullptr || HasHooks(Overrides::kBeforeUpdate)) &&
           std::all_of(violations.begin(), violations.end(), SaysMissing);
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
      if (!column.primary_key && !Writes(field.column)) continue;
      values_.Set(field.column,
                  ReadField(request, *field.descriptor,
                            column.storage == Storage::kName, arena_));
    }
    values_.StampForUpdate(absl::Now());
  }

  bool Writes(int column) const {
    return std::find(change_.columns.begin(), change_.columns.end(), column) !=
           change_.columns.end();
  }

  absl::Status MakeStatement() {
    if (change_.columns.empty()) {
      statement_ = Write(SelectWhere(Mine(), /*unmasked=*/false), dialect());
      return absl::OkStatus();
    }
    if (HasScope() || HasReadRules(call_)) {
      const Expression scope = Scope();
      if (HasScope() &&
          !MaySee(scope, service_, values_.row(), change_.columns)) {
        return RowRefused(call_);
      }
      std::vector<Value> values;
      for (const int column : change_.columns) {
        values.push_back(values_[column]);
      }
      Update update =
          UpdateOf(table(), change_.columns,
                   scope && KeyIs(table(), values_.row()), Returning::kNothing);
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
    for (const int column : change_.columns) {
      statement_.parameters.push_back(values_[column]);
    }
    for (const int column : table().key) {
      statement_.parameters.push_back(values_[column]);
    }
    return absl::OkStatus();
  }

  // `stored` with the request's changes, and the hook's.
  absl::Status Merge(Transaction& transaction, const Message& stored,
                     Message* updated) {
    updated->CopyFrom(stored);
    CopyColumns(model(), change_.columns, *change_.resource, updated);
    CleanFields(model(), change_.columns, updated);
    google::protobuf::FieldMask nested;
    for (const std::string& path : change_.nested_paths) nested.add_paths(path);
    google::protobuf::util::FieldMaskUtil::MergeOptions replace;
    replace.set_replace_message_fields(true);
    replace.set_replace_repeated_fields(true);
    google::protobuf::util::FieldMaskUtil::MergeMessageTo(
        *change_.resource, nested, replace, updated);
    if (auto status = rights_.Apply(stored, updated); !status.ok()) {
      return status;
    }
    if (!HasHooks(Overrides::kBeforeUpdate)) return absl::OkStatus();
    return service_.handler->RunBeforeUpdate(call_, transaction, stored,
                                             *updated);
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
      if (table().columns[i].primary_key ||
          IsUnchanged(before[column], after[column])) {
        continue;
      }
      columns.push_back(column);
    }
    const std::vector<Violation> violations =
        service_.validator->Check(after.row(), columns);
    if (!violations.empty()) return InvalidArgument(violations);
    before.Store(service_.forms);
    after.Store(service_.forms);
    for (const int column : columns) values.push_back(after[column]);
    // Hooks and signals have run since the row was read, and may have moved it
    // out of the caller's reach.
    const Expression scope = Scope();
    const Expression mine = scope && KeyIs(table(), before.row());
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
