// BATCH_GET, BATCH_CREATE, BATCH_UPDATE, BATCH_DELETE: several rows, all or
// none, in the request's order.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"
#include "modelservice/base/is_set.h"
#include "modelservice/errors.h"
#include "modelservice/orm/to_value.h"
#include "modelservice/service/batch_items.h"
#include "modelservice/service/fault_path.h"
#include "modelservice/service/fields.h"
#include "modelservice/service/operation.h"
#include "modelservice/service/reply_size.h"

namespace modelservice {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using FieldRole = RequestField::Role;

class Batch final : public Operation {
 public:
  Batch(const ServicePlan& service, const MethodPlan& plan,
        const CallContext& call, Statement& statement)
      : Operation(service, plan, call, statement),
        items_(service, *plan.item, call) {}

  bool writes() const override {
    return plan_.method->kind != MethodKind::kBatchGet;
  }

  absl::Status Prepare(const Message& request) override {
    std::vector<Violation> violations;
    read_mask_.Read(service_, plan_, request, call_, &violations);
    if (!violations.empty()) return InvalidArgument(violations);
    if (auto status = ReadItems(request); !status.ok()) return status;
    for (size_t i = 0; i < messages_.size(); ++i) {
      items_.Add(*messages_[i], PathOf(i));
    }
    if (auto status = items_.faults(); !status.ok()) return status;
    needs_transaction_ = !SelectTogether();
    needs_latest_ = items_.needs_latest();
    return absl::OkStatus();
  }

  // Of the one SELECT.
  absl::Status OnRow(Row row) override {
    // Its key comes last: the mask may hide it.
    const Value key = row.back();
    row.remove_suffix(1);
    const size_t begin = rows_read_.size();
    auto status = read_mask_.Encode(
        codec(), 0, masked_by_database_ ? row : mask_.Apply(row), rows_read_);
    if (!status.ok()) return status;
    places_[NameOf(key)] = {begin, rows_read_.size() - begin};
    return CheckReplySize(service_, rows_read_.size());
  }
  void OnRestart() override {
    Operation::OnRestart();
    rows_read_.clear();
    places_.clear();
  }

  absl::Status Finish(const Outcome&) override {
    for (size_t i = 0; i < keys_.size(); ++i) {
      const auto place = places_.find(NameOf(keys_[i]));
      if (place == places_.end()) {
        const auto path = [&](absl::string_view) { return PathOf(i); };
        return FaultAt(path, NotFound(table(), {given_[i]}));
      }
      reply_.LengthDelimited(
          plan_.method->rows_field,
          rows_read_.bytes().substr(place->second.begin, place->second.size));
      auto status = CheckReplySize(service_, reply_.size());
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status Run(Transaction& transaction) override {
    OnRestart();
    if (!needs_transaction_) return Execute(transaction);
    auto status = items_.Run(transaction, plan_.method->rows_field, &reply_);
    // Rows are trimmed once they are filled.
    const bool whole = read_mask_.is_whole() || read_mask_.has_related();
    return status.ok() && !whole ? TrimRows() : status;
  }

  // Of the one SELECT, which does not say whose key is malformed.
  bool MayExplain(const absl::Status& status) const override {
    return !needs_transaction_ && MayBeNoKey(status);
  }
  absl::Status Explain(Transaction& transaction,
                       const absl::Status& status) override {
    // What was validated is asked for without a fault, too.
    if (!MayExplain(status)) return status;
    OnRestart();
    auto one_by_one =
        items_.Run(transaction, plan_.method->rows_field, &reply_);
    return one_by_one.ok() ? status : one_by_one;
  }

 private:
  struct Place {
    size_t begin;
    size_t size;
  };

  // "requests[2]"
  std::string PathOf(size_t i) const {
    return absl::StrCat(compat::Str(list_->name()), "[", i, "]");
  }

  absl::Status ReadItems(const Message& request) {
    const MethodPlan::Field* list = plan_.Find(FieldRole::kItems);
    const bool has_messages = list != nullptr;
    if (!has_messages) list = plan_.Find(FieldRole::kKeys);
    list_ = list->descriptor;
    const auto& reflection = *request.GetReflection();
    const int size = reflection.FieldSize(request, list_);
    if (size > table().max_page_size) {
      return InvalidArgument(
          {{compat::Str(list_->name()),
            absl::StrCat("Ensure this field has no more than ",
                         table().max_page_size, " elements.")}});
    }
    std::vector<Violation> violations;
    for (int i = 0; i < size; ++i) {
      if (has_messages) {
        const Message& item = reflection.GetRepeatedMessage(request, list_, i);
        RefuseOptions(item, static_cast<size_t>(i), &violations);
        messages_.push_back(&item);
        continue;
      }
      made_.emplace_back(model().prototype().New());
      CopyElement(request, *list_, i, made_.back().get(),
                  FieldOf(model(), list->column));
      messages_.push_back(made_.back().get());
    }
    return violations.empty() ? absl::OkStatus() : InvalidArgument(violations);
  }

  // What holds for all is said once.
  void RefuseOptions(const Message& item, size_t i,
                     std::vector<Violation>* violations) const {
    for (const FieldRole role :
         {FieldRole::kValidateOnly, FieldRole::kRequestId}) {
      const MethodPlan::Field* const field = plan_.item->Find(role);
      if (field == nullptr || !IsSet(item, *field->descriptor)) continue;
      violations->push_back(
          {absl::StrCat(PathOf(i), ".", compat::Str(field->descriptor->name())),
           "Say this of the whole request."});
    }
  }

  // Of rows that were found one by one.
  absl::Status TrimRows() {
    const std::unique_ptr<Message> reply(plan_.method->reply().New());
    if (!reply->ParsePartialFromArray(reply_.bytes().data(),
                                      static_cast<int>(reply_.size()))) {
      return absl::InternalError("the reply is no such message");
    }
    const auto& reflection = *reply->GetReflection();
    const FieldDescriptor& rows =
        *reply->GetDescriptor()->FindFieldByNumber(plan_.method->rows_field);
    for (int i = 0; i < reflection.FieldSize(*reply, &rows); ++i) {
      read_mask_.Trim(reflection.MutableRepeatedMessage(reply.get(), &rows, i));
    }
    reply_.clear();
    reply_.Raw(reply->SerializePartialAsString());
    return absl::OkStatus();
  }

  // Whether one SELECT finds all rows: by a column whose values have one form.
  bool SelectTogether() {
    if (plan_.method->kind != MethodKind::kBatchGet) return false;
    const std::vector<int>& columns = plan_.item->columns;
    if (columns.size() != 1 ||
        !service_.equal_by_bytes[static_cast<size_t>(columns[0])]) {
      return false;
    }
    key_column_ = columns[0];
    const Column& column = table().columns[static_cast<size_t>(key_column_)];
    const auto readable = ReadableBy(service_, call_, key_column_);
    if (!readable.ok() || !readable->is_true() || column.nullable) {
      return false;
    }
    const MethodPlan::Field& field = *plan_.item->Find(FieldRole::kColumn);
    std::vector<Literal> literals;
    for (const Message* message : messages_) {
      given_.push_back(ReadField(*message, *field.descriptor,
                                 column.storage == Storage::kName, arena_));
      keys_.push_back(Stored(key_column_, given_.back()));
      const Value::Kind kind = keys_.back().kind();
      if (kind != Value::Kind::kInteger && kind != Value::Kind::kText) {
        return false;
      }
      literals.emplace_back(keys_.back());
    }
    const Expression among = Expression::In(
        Expression::Column(table(), key_column_), std::move(literals));
    Select select = SelectWhere(Scope() && among, /*unmasked=*/false);
    select.columns.push_back(Expression::Column(table(), key_column_));
    statement_ = Write(select, dialect());
    return true;
  }

  // A key's value as one of places_.
  static std::string NameOf(Value value) {
    return value.kind() == Value::Kind::kInteger ? absl::StrCat(value.integer())
                                                 : std::string(value.text());
  }

  const FieldDescriptor* list_ = nullptr;
  std::vector<const Message*> messages_;
  std::vector<std::unique_ptr<Message>> made_;  // of keys
  BatchItems items_;
  // Of one SELECT.
  int key_column_ = 0;
  std::vector<Value> given_;
  std::vector<Value> keys_;
  WireBuffer rows_read_;
  absl::flat_hash_map<std::string, Place> places_;
};

}  // namespace

void MakeBatch(const ServicePlan& service, const MethodPlan& plan,
               const CallContext& call, Statement& statement,
               OperationBox* box) {
  box->Make<Batch>(service, plan, call, statement);
}

}  // namespace modelservice
