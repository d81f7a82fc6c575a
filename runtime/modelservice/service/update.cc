// UPDATE and PARTIAL_UPDATE: new values for an existing row.
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/util/field_mask_util.h>

#include <utility>

#include "absl/time/clock.h"
#include "modelservice/orm/codec.h"
#include "modelservice/service/errors.h"
#include "modelservice/service/fields.h"
#include "modelservice/service/operation.h"
#include "modelservice/service/resource.h"

namespace modelservice {
namespace {

using ::google::protobuf::Message;

// Keeps the one row of a SELECT as a message.
class StoredRow final : public RowSink {
 public:
  explicit StoredRow(const Model& model)
      : model_(model), message_(model.prototype().New()) {}
  absl::Status OnRow(Row row) override {
    found_ = true;
    return DecodeRow(model_, row, message_.get());
  }
  bool found() const { return found_; }
  const Message& message() const { return *message_; }

 private:
  const Model& model_;
  std::unique_ptr<Message> message_;
  bool found_ = false;
};

bool SameValue(Value a, Value b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Value::Kind::kNull:
      return true;
    case Value::Kind::kInteger:
      return a.integer() == b.integer();
    case Value::Kind::kReal:
      return a.real() == b.real();
    case Value::Kind::kTimestamp:
      return a.seconds() == b.seconds() && a.nanos() == b.nanos();
    default:
      return a.text() == b.text();
  }
}

class Update final : public Operation {
 public:
  Update(const ServicePlan& service, const MethodPlan& plan, CallContext& call)
      : Operation(service, plan, call), values_(*service.model) {}

  bool writes() const override {
    return !change_.columns.empty() || reads_row_;
  }

  absl::Status Prepare(const Message& request) override {
    auto change = ReadChange(service_, plan_, request);
    if (!change.ok()) return change.status();
    change_ = *std::move(change);
    values_.ReadForUpdate(*change_.resource, absl::Now());
    const std::vector<Violation> violations =
        service_.validator->Check(values_.row(), change_.columns);
    if (!violations.empty()) return InvalidArgument(violations);
    reads_row_ = HasHooks(Overrides::kBeforeUpdate | Overrides::kAfterUpdate) ||
                 !change_.nested_paths.empty();
    needs_transaction_ = reads_row_;
    if (!reads_row_) MakeStatement();
    return absl::OkStatus();
  }

  absl::Status Finish(const Outcome& outcome) override {
    if (rows_ > 0) return absl::OkStatus();
    if (outcome.changes == 0 || !echoed_) return NotFound(table(), Key());
    return OnRow(values_.row());
  }

  absl::Status Run(Transaction& transaction) override {
    if (!reads_row_) return Execute(transaction);
    OnRestart();
    StoredRow stored(model());
    Statement select = MakeSelect(table(), dialect(), {Mine(), {}, {}, {}});
    auto outcome = transaction.Execute(select, stored);
    if (!outcome.ok()) return outcome.status();
    if (!stored.found()) return NotFound(table(), Key());
    std::unique_ptr<Message> updated(stored.message().New());
    if (auto status = Merge(stored.message(), updated.get()); !status.ok()) {
      return status;
    }
    if (auto status = WriteRow(transaction, stored.message(), *updated);
        !status.ok()) {
      return status;
    }
    if (!HasHooks(Overrides::kAfterUpdate)) return absl::OkStatus();
    return service_.handler->RunAfterUpdate(call_, *updated);
  }

 private:
  std::vector<Value> Key() const {
    std::vector<Value> key;
    for (const int column : table().key) key.push_back(values_[column]);
    return key;
  }

  // The row, if this caller may see it.
  Expression Mine() const { return Scope() && KeyIs(table(), values_.row()); }

  void MakeStatement() {
    const bool scoped = HasHooks(Overrides::kScope);
    if (change_.columns.empty()) {
      statement_ = MakeSelect(table(), dialect(), {Mine(), {}, {}, {}});
      return;
    }
    if (!scoped && change_.columns == plan_.columns) {
      UseFixed(plan_.sql, /*writes=*/true);
      echoed_ = plan_.echoes;
      for (const int column : plan_.columns) {
        statement_.parameters.push_back(values_[column]);
      }
      for (const Value value : Key()) statement_.parameters.push_back(value);
      return;
    }
    statement_ = MakeUpdate(table(), dialect(), change_.columns,
                            ValuesOf(change_.columns), Mine(), Returning::kRow);
  }

  std::vector<Value> ValuesOf(const std::vector<int>& columns) const {
    std::vector<Value> values;
    for (const int column : columns) values.push_back(values_[column]);
    return values;
  }

  // `stored` with the request's changes, and the hook's.
  absl::Status Merge(const Message& stored, Message* updated) {
    updated->CopyFrom(stored);
    CopyColumns(model(), change_.columns, *change_.resource, updated);
    google::protobuf::FieldMask nested;
    for (const std::string& path : change_.nested_paths) nested.add_paths(path);
    google::protobuf::util::FieldMaskUtil::MergeOptions replace;
    replace.set_replace_message_fields(true);
    replace.set_replace_repeated_fields(true);
    google::protobuf::util::FieldMaskUtil::MergeMessageTo(
        *change_.resource, nested, replace, updated);
    if (!HasHooks(Overrides::kBeforeUpdate)) return absl::OkStatus();
    return service_.handler->RunBeforeUpdate(call_, stored, *updated);
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
          SameValue(before[column], after[column])) {
        continue;
      }
      columns.push_back(column);
      values.push_back(after[column]);
    }
    const std::vector<Violation> violations =
        service_.validator->Check(after.row(), columns);
    if (!violations.empty()) return InvalidArgument(violations);
    const Expression key = KeyIs(table(), before.row());
    Statement write = columns.empty()
                          ? MakeSelect(table(), dialect(), {key, {}, {}, {}})
                          : MakeUpdate(table(), dialect(), columns, values, key,
                                       Returning::kRow);
    StoredRow written(model());
    auto outcome = transaction.Execute(write, written);
    if (!outcome.ok()) return outcome.status();
    updated.CopyFrom(written.message());
    RowValues reply(model());
    reply.Read(updated);
    return OnRow(reply.row());
  }

  Change change_;
  RowValues values_;
  bool reads_row_ = false;
  // The reply is what was written, not what was read back.
  bool echoed_ = false;
};

}  // namespace

std::unique_ptr<Operation> MakeUpdate(const ServicePlan& service,
                                      const MethodPlan& plan,
                                      CallContext& call) {
  return std::make_unique<Update>(service, plan, call);
}

}  // namespace modelservice
