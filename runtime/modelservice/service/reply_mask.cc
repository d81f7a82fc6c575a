#include "modelservice/service/reply_mask.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <memory>
#include <set>
#include <vector>

#include "modelservice/orm/row_values.h"
#include "modelservice/service/access.h"
#include "modelservice/service/fields.h"

namespace modelservice {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;

const Descriptor& TypeOf(const Model& model) {
  return *model.prototype().GetDescriptor();
}

bool IsMessage(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
}

bool MayContain(const Descriptor& type, const Descriptor& model,
                std::set<const Descriptor*>* seen) {
  if (&type == &model) return true;
  if (!seen->insert(&type).second) return false;
  if (type.extension_range_count() > 0) return true;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (IsMessage(field) && MayContain(*field.message_type(), model, seen)) {
      return true;
    }
  }
  return false;
}

class Masking {
 public:
  void Add(const Model& model,
           const std::vector<RowAccess::ColumnRule>& rules) {
    if (std::any_of(rules.begin(), rules.end(),
                    [](const auto& rule) { return !rule.read.is_true(); })) {
      masks_.push_back({&model, &TypeOf(model), &rules});
    }
  }
  bool empty() const { return masks_.empty(); }

  // As deep as messages nest, which the parser bounds.
  void Hide(Message* message) const {
    for (const Mask& mask : masks_) {
      if (message->GetDescriptor() == mask.type) HideFields(mask, message);
    }
    std::vector<const FieldDescriptor*> fields;
    message->GetReflection()->ListFields(*message, &fields);
    for (const FieldDescriptor* field : fields) HideIn(*field, message);
  }

  // Within one field.
  void HideIn(const FieldDescriptor& field, Message* message) const {
    if (!IsMessage(field)) return;
    const auto& reflection = *message->GetReflection();
    if (!field.is_repeated()) {
      if (reflection.HasField(*message, &field)) {
        Hide(reflection.MutableMessage(message, &field));
      }
      return;
    }
    for (int i = 0; i < reflection.FieldSize(*message, &field); ++i) {
      Hide(reflection.MutableRepeatedMessage(message, &field, i));
    }
  }

 private:
  struct Mask {
    const Model* model;
    const Descriptor* type;
    const std::vector<RowAccess::ColumnRule>* rules;
  };

  static void HideFields(const Mask& mask, Message* message) {
    RowValues values(*mask.model);
    values.Read(*message);
    std::vector<int> hidden;
    for (const RowAccess::ColumnRule& rule : *mask.rules) {
      if (!MayRead(rule, *mask.model->table, values.row())) {
        hidden.push_back(rule.column);
      }
    }
    // The values view the message.
    for (const int column : hidden) {
      message->GetReflection()->ClearField(message,
                                           &FieldOf(*mask.model, column));
    }
  }

  std::vector<Mask> masks_;
};

Masking MaskingOf(const ServicePlan& service, bool has_model,
                  const CallContext& call) {
  Masking masking;
  if (has_model) masking.Add(*service.model, ColumnRulesOf(call));
  if (call.row_access() != nullptr) {
    for (const auto& other : call.row_access()->others) {
      masking.Add(*other.model, other.columns);
    }
  }
  return masking;
}

}  // namespace

bool MayContain(const Descriptor& type, const Model& model) {
  std::set<const Descriptor*> seen;
  return MayContain(type, TypeOf(model), &seen);
}

absl::Status MaskReply(const ServicePlan& service, const MethodPlan& plan,
                       const CallContext& call, WireBuffer* wire) {
  const Masking masking = MaskingOf(service, plan.reply_has_model, call);
  if (masking.empty()) return absl::OkStatus();
  const std::unique_ptr<Message> reply(plan.method->reply().New());
  if (!reply->ParsePartialFromArray(wire->bytes().data(),
                                    static_cast<int>(wire->size()))) {
    return absl::InternalError("the reply is no such message");
  }
  masking.Hide(reply.get());
  wire->clear();
  wire->Raw(reply->SerializePartialAsString());
  return absl::OkStatus();
}

void MaskRelated(const ServicePlan& service, const CallContext& call,
                 absl::Span<Message* const> rows) {
  const Masking masking = MaskingOf(service, /*has_model=*/true, call);
  if (masking.empty()) return;
  for (Message* row : rows) {
    for (const RelatedField& field : service.model->related) {
      masking.HideIn(*row->GetDescriptor()->FindFieldByNumber(field.number),
                     row);
    }
  }
}

}  // namespace modelservice
