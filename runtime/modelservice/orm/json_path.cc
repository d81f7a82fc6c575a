#include "modelservice/orm/json_path.h"

#include <google/protobuf/descriptor.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"

namespace modelservice::internal {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;

const FieldDescriptor* FindField(const Descriptor& message,
                                 const std::string& name) {
  const FieldDescriptor* const field = message.FindFieldByName(name);
  if (field != nullptr) return field;
  for (int i = 0; i < message.field_count(); ++i) {
    if (compat::Str(message.field(i)->json_name()) == name) {
      return message.field(i);
    }
  }
  return nullptr;
}

bool IsWide(const FieldDescriptor& field) {
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_INT64 ||
      field.cpp_type() == FieldDescriptor::CPPTYPE_UINT64) {
    return true;
  }
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return false;
  const std::string type(compat::Str(field.message_type()->full_name()));
  return type == "google.protobuf.Int64Value" ||
         type == "google.protobuf.UInt64Value";
}

// Walks along a path by the types of fields, as far as these are known.
class Walk {
 public:
  explicit Walk(const FieldDescriptor* field) { Enter(field); }

  void Take(JsonStep* step) {
    if (field_ == nullptr) return;
    if (in_list_) {
      in_list_ = false;
      if (step->index < 0) field_ = nullptr;
      return;
    }
    if (field_->is_map()) return Enter(field_->message_type()->map_value());
    if (field_->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE ||
        // These have forms of their own in JSON.
        absl::StartsWith(compat::Str(field_->message_type()->full_name()),
                         "google.protobuf.")) {
      field_ = nullptr;
      return;
    }
    Enter(FindField(*field_->message_type(), step->key));
    if (field_ != nullptr)
      step->key = std::string(compat::Str(field_->json_name()));
  }

  bool is_wide_integer() const {
    return field_ != nullptr && !in_list_ && !field_->is_map() &&
           IsWide(*field_);
  }

 private:
  void Enter(const FieldDescriptor* field) {
    field_ = field;
    in_list_ = field != nullptr && field->is_repeated() && !field->is_map();
  }

  const FieldDescriptor* field_ = nullptr;  // null: not known
  bool in_list_ = false;
};

}  // namespace

Expression JsonAt(const Model& model, int column, std::vector<JsonStep> path,
                  JsonKind kind, const std::shared_ptr<const Way>& way) {
  const Column& described = model.table->columns[static_cast<size_t>(column)];
  const bool has_paths = described.storage == Storage::kJson ||
                         described.storage == Storage::kArray;
  if (!has_paths || path.empty()) {
    return Literal(Value::Invalid(absl::StrCat(
        model.table->message, ".", described.field,
        has_paths ? " has a path without steps."
                  : " is not stored as JSON: there are no paths in it.")));
  }
  Walk walk(
      model.prototype().GetDescriptor()->FindFieldByNumber(described.number));
  for (JsonStep& step : path) walk.Take(&step);
  if (kind == JsonKind::kNumber && walk.is_wide_integer()) {
    kind = JsonKind::kNumberInText;
  }
  return Expression::Json(way == nullptr
                              ? Expression::Column(*model.table, column)
                              : Expression::Through(way, column),
                          std::move(path), kind);
}

}  // namespace modelservice::internal
