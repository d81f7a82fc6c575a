// RETRIEVE: one row by its key, or by another unique column.
#include "absl/container/inlined_vector.h"
#include "modelservice/errors.h"
#include "modelservice/orm/to_value.h"
#include "modelservice/service/operation.h"

namespace modelservice {
namespace {

class Retrieve final : public Operation {
 public:
  using Operation::Operation;

  absl::Status Prepare(const google::protobuf::Message& request) override {
    std::vector<Violation> violations;
    bool is_there = true;
    for (const MethodPlan::Field& field : plan_.fields) {
      if (field.role == RequestField::Role::kShowDeleted) {
        const Value show = ReadField(request, *field.descriptor,
                                     /*enum_by_name=*/false, arena_);
        if (show.integer() != 0) deleted_ = Deleted::kShown;
        continue;
      }
      if (field.role != RequestField::Role::kColumn) continue;
      const Column& column = table().columns[static_cast<size_t>(field.column)];
      const Value given = ReadField(request, *field.descriptor,
                                    column.storage == Storage::kName, arena_);
      const Value value = Stored(field.column, given);
      if (value.is_null() && table().style != ClientStyle::kNone) {
        is_there = false;
      } else if (value.is_null() || (column.primary_key && IsUnset(given))) {
        violations.push_back(
            {std::string(column.field), "This field is required."});
      } else if (IsNoKey(column, given, value)) {
        is_there = false;
      } else if (value.kind() == Value::Kind::kInvalid) {
        violations.push_back(
            {std::string(column.field), std::string(value.text())});
      }
      given_.push_back(given);
      key_.push_back(value);
    }
    read_mask_.Read(service_, plan_, request, call_, &violations);
    if (!violations.empty()) return InvalidArgument(violations);
    if (!is_there) return NotFound(table(), given_);
    Expression readable;
    for (const int column : plan_.columns) {
      auto condition = ReadableBy(service_, call_, column);
      if (!condition.ok()) return condition.status();
      readable = readable && *condition;
    }
    if (HasScope() || !readable.is_true() || HasReadRules(call_) ||
        !read_mask_.is_whole()) {
      Expression where = Scope() && readable;
      statement_ =
          Write(SelectWhere(where && IsAsked(), /*unmasked=*/false), dialect());
    } else {
      UseFixed(plan_.sql, /*writes=*/false);
      statement_.parameters.assign(key_.begin(), key_.end());
    }
    statement_.single_row = true;
    statement_.quick = true;
    return absl::OkStatus();
  }

  absl::Status Finish(const Outcome&) override {
    return rows_ > 0 ? absl::OkStatus() : NotFound(table(), given_);
  }

  bool MayExplain(const absl::Status& status) const override {
    return MayBeNoKey(status);
  }
  absl::Status Explain(Transaction& transaction,
                       const absl::Status& status) override {
    return OfKey(transaction, status, IsAsked(), given_);
  }

 private:
  Expression IsAsked() const {
    Expression where;
    for (size_t i = 0; i < key_.size(); ++i) {
      where = where && ColumnIs(table(), plan_.columns[i], Literal(key_[i]));
    }
    return where;
  }

  // As the client wrote it, and as its columns have it.
  absl::InlinedVector<Value, 2> given_;
  absl::InlinedVector<Value, 2> key_;
};

}  // namespace

void MakeRetrieve(const ServicePlan& service, const MethodPlan& plan,
                  const CallContext& call, Statement& statement,
                  OperationBox* box) {
  box->Make<Retrieve>(service, plan, call, statement);
}

}  // namespace modelservice
