#include "modelservice/service/related.h"

#include <google/protobuf/field_mask.pb.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"
#include "modelservice/errors.h"
#include "modelservice/orm/loading.h"
#include "modelservice/orm/nested.h"
#include "modelservice/service/access.h"
#include "modelservice/service/fault_path.h"
#include "modelservice/service/fields.h"
#include "modelservice/service/operation.h"
#include "modelservice/service/reply_mask.h"
#include "modelservice/service/reply_size.h"
#include "modelservice/service/resource.h"
#include "modelservice/service/visible_rows.h"

namespace modelservice {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::FieldMask;
using ::google::protobuf::Message;
using FieldRole = RequestField::Role;
using Kind = RelatedField::Kind;

bool IsWritten(const RelatedField& field) {
  return field.kind == Kind::kKeys || field.write != RelatedField::Write::kNone;
}

const RelatedField* Find(const Model& model, absl::string_view name) {
  for (const RelatedField& field : model.related) {
    if (field.field == name) return &field;
  }
  return nullptr;
}

// Whether the method replies rows as they are afterwards. What a method of
// several does for each of them has the whole's reply.
bool RepliesRows(const ServicePlan& service, const MethodPlan& plan) {
  if (plan.method->empty_reply) return false;
  switch (plan.method->kind) {
    case MethodKind::kRetrieve:
    case MethodKind::kCreate:
    case MethodKind::kUpdate:
    case MethodKind::kPartialUpdate:
    case MethodKind::kUndelete:
      return plan.method->reply().GetDescriptor() ==
             service.model->prototype().GetDescriptor();
    case MethodKind::kList:
    case MethodKind::kBatchGet:
    case MethodKind::kBatchCreate:
    case MethodKind::kBatchUpdate:
      return true;
    case MethodKind::kBulkCreate:
      return plan.method->rows_field != 0;
    case MethodKind::kDestroy:
    case MethodKind::kBatchDelete:
    case MethodKind::kAggregate:
    case MethodKind::kCustom:
      break;
  }
  return false;
}

// Whether its requests may say what of the rows is replied.
bool HasReadMask(MethodKind kind) {
  return kind == MethodKind::kRetrieve || kind == MethodKind::kList ||
         kind == MethodKind::kBatchGet || kind == MethodKind::kBatchCreate ||
         kind == MethodKind::kBatchUpdate;
}

// The rows in a reply of the method.
void AddRows(const MethodPlan& plan, Message* reply,
             std::vector<Message*>* rows) {
  const int number = plan.method->rows_field;
  if (number == 0) {
    rows->push_back(reply);
    return;
  }
  const auto& reflection = *reply->GetReflection();
  const FieldDescriptor* const field =
      reply->GetDescriptor()->FindFieldByNumber(number);
  for (int i = 0; i < reflection.FieldSize(*reply, field); ++i) {
    rows->push_back(reflection.MutableRepeatedMessage(reply, field, i));
  }
}

// What there is for the caller of each field's rows.
std::vector<RelatedLoad> LoadsFor(const ServicePlan& service,
                                  const CallContext& call,
                                  const ReadMask& mask) {
  std::vector<RelatedLoad> loads;
  for (const RelatedField& field : service.model->related) {
    if (!mask.is_whole() && !mask.HasRelated(field)) continue;
    RelatedLoad& load = loads.emplace_back();
    load.field = &field;
    if (field.kind != Kind::kKeys) {
      load.rows.where = service.visible->Of(call, *field.target().table);
    }
  }
  return loads;
}

// The row's own operation, what is written besides, and what the reply is
// filled with.
class RelatedOperation final : public Operation {
 public:
  RelatedOperation(const ServicePlan& service, const MethodPlan& plan,
                   const CallContext& call, Statement& statement)
      : Operation(service, plan, call, statement),
        row_(std::make_unique<OperationBox>()),
        fills_(RepliesRows(service, plan)) {
    MakeRowOperation(service, plan, call, statement, row_.get());
  }

  bool writes() const override { return row()->writes() || !writes_.empty(); }

  absl::Status Prepare(const Message& request) override {
    auto status = row()->Prepare(request);
    row_is_ready_ = status.ok();
    if (row_is_ready_) {
      status = related_fault_ = ReadWrites(request);
    } else if (absl::IsInvalidArgument(status)) {
      related_fault_ = ReadWrites(request);
      status = WithFaults(status, ViolationsOf(related_fault_));
    }
    is_refused_ = !ViolationsOf(status).empty();
    if (status.ok() && !writes_.empty()) status = row()->Touch();
    if (!status.ok()) return status;
    if (HasReadMask(plan_.method->kind)) {
      // The row's own operation has told what is wrong with it.
      std::vector<Violation> told;
      read_mask_.Read(service_, plan_, request, call_, &told);
    }
    needs_transaction_ =
        row()->needs_transaction() || fills_ || !writes_.empty();
    // Whoever writes the same rows is done before these are looked at.
    needs_latest_ = row()->needs_latest() || !writes_.empty();
    return absl::OkStatus();
  }

  bool MayExplain(const absl::Status& status) const override {
    return row()->MayExplain(status) || is_refused_;
  }
  absl::Status Explain(Transaction& transaction,
                       const absl::Status& status) override {
    const absl::Status told = row_is_ready_ || row()->MayExplain(status)
                                  ? row()->Explain(transaction, status)
                                  : status;
    if (ViolationsOf(told).empty()) return told;
    std::vector<Violation> others = ViolationsOf(related_fault_);
    if (resource_ != nullptr) {
      for (Violation& fault : CheckLinks(Session(transaction), *service_.model,
                                         *resource_, writes_)) {
        others.push_back(std::move(fault));
      }
    }
    return WithFaults(told, std::move(others));
  }

  absl::Status OnRow(Row row) override { return (*row_)->OnRow(row); }
  void OnRestart() override {
    row()->OnRestart();
    reply_.clear();
  }
  absl::Status Finish(const Outcome& outcome) override {
    const absl::Status status = row()->Finish(outcome);
    reply_ = std::move(row()->reply());
    return status;
  }

  absl::Status Run(Transaction& transaction) override {
    reply_.clear();
    if (auto status = row()->Run(transaction); !status.ok()) return status;
    reply_ = std::move(row()->reply());
    if (!writes_.empty()) {
      if (auto status = Write(transaction); !status.ok()) return status;
    }
    if (!fills_) return absl::OkStatus();
    return FillReplies(service_, plan_, call_, read_mask_, Session(transaction),
                       absl::MakeSpan(&reply_, 1));
  }

 private:
  OperationBox& row() const { return *row_; }

  // What of the request is written besides the row. INVALID_ARGUMENT for a mask
  // that names what is not, and for the rows' faults.
  absl::Status ReadWrites(const Message& request);
  absl::Status ReadUpdateMask(const Message& request, bool* has_mask);
  void AddAll();
  void Add(const RelatedField& field);
  absl::Status Write(Transaction& transaction);
  absl::Status PrepareRow(Transaction& transaction, const Model& model,
                          Message* row) const;

  std::unique_ptr<OperationBox> row_;
  const bool fills_;
  const Message* resource_ = nullptr;
  std::vector<RelatedWrite> writes_;
  // What is wrong with what is written besides the row.
  absl::Status related_fault_;
  // Whether the row's own values may be written.
  bool row_is_ready_ = false;
  // Whether values were refused before anything was written.
  bool is_refused_ = false;
};

absl::Status RelatedOperation::ReadWrites(const Message& request) {
  const MethodKind kind = plan_.method->kind;
  const bool updates =
      kind == MethodKind::kUpdate || kind == MethodKind::kPartialUpdate;
  if (!updates && kind != MethodKind::kCreate) return absl::OkStatus();
  bool has_mask = false;
  if (updates) {
    auto status = ReadUpdateMask(request, &has_mask);
    if (!status.ok()) return status;
  }
  // What has the columns as its own fields has no others.
  if (plan_.Find(FieldRole::kColumn) != nullptr) {
    writes_.clear();
    return absl::OkStatus();
  }
  auto resource = ResourceOf(plan_, request);
  if (!resource.ok()) return resource.status();
  resource_ = *resource;
  if (kind == MethodKind::kUpdate && !has_mask) {
    AddAll();
  } else if (!has_mask) {
    for (const RelatedWrite& set : SetIn(*service_.model, *resource_)) {
      Add(*set.field);
    }
  }
  const std::vector<Violation> faults =
      CheckNested(*resource_, writes_, /*from_client=*/true);
  return faults.empty() ? absl::OkStatus() : InvalidArgument(faults);
}

absl::Status RelatedOperation::ReadUpdateMask(const Message& request,
                                              bool* has_mask) {
  const MethodPlan::Field* const mask = plan_.Find(FieldRole::kUpdateMask);
  const MethodPlan::Field* const names =
      plan_.Find(FieldRole::kPartialUpdateFields);
  const auto& reflection = *request.GetReflection();
  const Model& model = *service_.model;
  std::vector<Violation> violations;
  if (mask != nullptr) {
    const auto& paths = static_cast<const FieldMask&>(
        reflection.GetMessage(request, mask->descriptor));
    *has_mask = paths.paths_size() > 0;
    for (const std::string& path : paths.paths()) {
      if (path == "*") AddAll();
      const RelatedField* const field =
          Find(model, path.substr(0, path.find('.')));
      if (field == nullptr) continue;
      if (IsWritten(*field) && field->field == path) {
        Add(*field);
        continue;
      }
      violations.push_back(
          {compat::Str(mask->descriptor->name()),
           IsWritten(*field)
               ? absl::StrCat("\"", path, "\" is of other rows; name \"",
                              field->field, "\", which is all of them.")
               : absl::StrCat("\"", path,
                              "\" is of other rows, which are not "
                              "written with this one.")});
    }
  }
  if (names != nullptr && !*has_mask) {
    *has_mask = true;
    const int size = reflection.FieldSize(request, names->descriptor);
    for (int i = 0; i < size; ++i) {
      const RelatedField* const field = Find(
          model, reflection.GetRepeatedString(request, names->descriptor, i));
      if (field != nullptr && IsWritten(*field)) Add(*field);
    }
  }
  return violations.empty() ? absl::OkStatus() : InvalidArgument(violations);
}

void RelatedOperation::AddAll() {
  for (const RelatedField& field : service_.model->related) Add(field);
}

void RelatedOperation::Add(const RelatedField& field) {
  if (!IsWritten(field) ||
      std::any_of(writes_.begin(), writes_.end(),
                  [&](const RelatedWrite& w) { return w.field == &field; })) {
    return;
  }
  writes_.push_back({&field, field.write == RelatedField::Write::kMerge
                                 ? Missing::kKeep
                                 : Missing::kRemove});
}

absl::Status RelatedOperation::Write(Transaction& transaction) {
  const std::unique_ptr<Message> stored(service_.model->prototype().New());
  if (!stored->ParsePartialFromArray(reply_.bytes().data(),
                                     static_cast<int>(reply_.size()))) {
    return absl::InternalError("the reply is no row");
  }
  NestedRules rules;
  rules.from_client = true;
  rules.prepare = [this, &transaction](const Model& model, Message* row) {
    return PrepareRow(transaction, model, row);
  };
  rules.explain = FaultOfNested;
  return WriteNested(Session(transaction), *service_.model, *resource_, writes_,
                     plan_.method->kind == MethodKind::kCreate, rules,
                     stored.get());
}

// As Create and Update of the model itself have it.
absl::Status RelatedOperation::PrepareRow(Transaction& transaction,
                                          const Model& model,
                                          Message* row) const {
  const Table& table = *model.table;
  CleanFields(model, InsertColumns(table), row);
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    const int position = static_cast<int>(i);
    TextArena arena;
    const Value value = model.get(*row, position, arena);
    if (column.role == Role::kOwner) {
      const bool is_set = value.kind() == Value::Kind::kText
                              ? !value.text().empty()
                              : !value.is_null() && value.integer() != 0;
      if (is_set) continue;
      const auto owner = OwnerValue(call_, column);
      if (!owner.ok()) return owner.status();
      if (owner->is_null()) continue;
      auto status = SetColumn(model, position, *owner, row);
      if (!status.ok()) return status;
    }
    if (column.reference == nullptr || !column.reference->visible_only ||
        value.is_null() || !service_.visible->Serves(*column.reference)) {
      continue;
    }
    const auto there =
        service_.visible->Has(call_, transaction, *column.reference, value);
    if (!there.ok()) return there.status();
    if (!*there) return InvalidArgument({NoSuchKey(column.field, value)});
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status FillReplies(const ServicePlan& service, const MethodPlan& plan,
                         const CallContext& call, const ReadMask& mask,
                         const Session& session,
                         absl::Span<WireBuffer> replies) {
  const bool asked = mask.is_whole() || mask.has_related();
  if (!asked || replies.empty() || !RepliesRows(service, plan)) {
    return absl::OkStatus();
  }
  std::vector<std::unique_ptr<Message>> messages;
  std::vector<Message*> rows;
  for (const WireBuffer& wire : replies) {
    messages.emplace_back(plan.method->reply().New());
    if (!messages.back()->ParsePartialFromArray(
            wire.bytes().data(), static_cast<int>(wire.size()))) {
      return absl::InternalError("the reply is no such message");
    }
    AddRows(plan, messages.back().get(), &rows);
  }
  auto status =
      FillRelated(session, *service.model, LoadsFor(service, call, mask), rows);
  if (!status.ok()) return status;
  MaskRelated(service, call, rows);
  for (Message* row : rows) mask.Trim(row);
  for (size_t i = 0; i < replies.size(); ++i) {
    replies[i].clear();
    replies[i].Raw(messages[i]->SerializePartialAsString());
    if (plan.method->rows_field == 0) continue;
    status = CheckReplySize(service, replies[i].size(),
                            "ask for fewer rows, or leave relations out by a "
                            "read mask");
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

void MakeRelated(const ServicePlan& service, const MethodPlan& plan,
                 const CallContext& call, Statement& statement,
                 OperationBox* box) {
  box->Make<RelatedOperation>(service, plan, call, statement);
}

}  // namespace modelservice
