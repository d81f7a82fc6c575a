#include "modelservice/service/reply_mask.h"

#include <google/protobuf/message.h>

#include <memory>
#include <set>
#include <vector>

#include "modelservice/orm/row_values.h"
#include "modelservice/service/access.h"

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
  Masking(const ServicePlan& service, const CallContext& call)
      : service_(service), call_(call), type_(TypeOf(*service.model)) {}

  // As deep as messages nest, which the parser bounds.
  void Hide(Message* message) {
    const auto& reflection = *message->GetReflection();
    if (message->GetDescriptor() == &type_) HideFields(message);
    std::vector<const FieldDescriptor*> fields;
    reflection.ListFields(*message, &fields);
    for (const FieldDescriptor* field : fields) {
      if (!IsMessage(*field)) continue;
      if (!field->is_repeated()) {
        Hide(reflection.MutableMessage(message, field));
        continue;
      }
      for (int i = 0; i < reflection.FieldSize(*message, field); ++i) {
        Hide(reflection.MutableRepeatedMessage(message, field, i));
      }
    }
  }

 private:
  void HideFields(Message* message) {
    RowValues values(*service_.model);
    values.Read(*message);
    std::vector<const FieldDescriptor*> hidden;
    for (const RowAccess::ColumnRule& rule : ColumnRulesOf(call_)) {
      if (!MayRead(rule, *service_.model->table, values.row())) {
        hidden.push_back(service_.fields[static_cast<size_t>(rule.column)]);
      }
    }
    // The values view the message.
    for (const FieldDescriptor* field : hidden) {
      message->GetReflection()->ClearField(message, field);
    }
  }

  const ServicePlan& service_;
  const CallContext& call_;
  const Descriptor& type_;
};

}  // namespace

bool MayContain(const Descriptor& type, const Model& model) {
  std::set<const Descriptor*> seen;
  return MayContain(type, TypeOf(model), &seen);
}

absl::Status MaskReply(const ServicePlan& service, const MethodPlan& plan,
                       const CallContext& call, WireBuffer* wire) {
  if (!plan.reply_has_model) return absl::OkStatus();
  bool hides = false;
  for (const RowAccess::ColumnRule& rule : ColumnRulesOf(call)) {
    hides = hides || !rule.read.always();
  }
  if (!hides) return absl::OkStatus();
  const std::unique_ptr<Message> reply(plan.method->reply().New());
  if (!reply->ParsePartialFromArray(wire->bytes().data(),
                                    static_cast<int>(wire->size()))) {
    return absl::InternalError("the reply is no such message");
  }
  Masking(service, call).Hide(reply.get());
  wire->clear();
  wire->Raw(reply->SerializePartialAsString());
  return absl::OkStatus();
}

}  // namespace modelservice
