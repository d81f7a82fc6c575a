#include "modelservice/service/fields.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "modelservice/base/is_set.h"
#include "modelservice/orm/row_values.h"

namespace modelservice {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;

void CopyScalar(const Message& source, const FieldDescriptor& from,
                Message* target, const FieldDescriptor& to) {
  const auto& get = *source.GetReflection();
  const auto& set = *target->GetReflection();
  switch (from.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return set.SetBool(target, &to, get.GetBool(source, &from));
    case FieldDescriptor::CPPTYPE_INT32:
      return set.SetInt32(target, &to, get.GetInt32(source, &from));
    case FieldDescriptor::CPPTYPE_UINT32:
      return set.SetUInt32(target, &to, get.GetUInt32(source, &from));
    case FieldDescriptor::CPPTYPE_INT64:
      return set.SetInt64(target, &to, get.GetInt64(source, &from));
    case FieldDescriptor::CPPTYPE_UINT64:
      return set.SetUInt64(target, &to, get.GetUInt64(source, &from));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return set.SetFloat(target, &to, get.GetFloat(source, &from));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return set.SetDouble(target, &to, get.GetDouble(source, &from));
    case FieldDescriptor::CPPTYPE_ENUM:
      return set.SetEnumValue(target, &to, get.GetEnumValue(source, &from));
    case FieldDescriptor::CPPTYPE_STRING:
      return set.SetString(target, &to, get.GetString(source, &from));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return;
  }
}

bool IsMessage(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
}

const FieldDescriptor& WrapperValue(const FieldDescriptor& wrapper) {
  return *wrapper.message_type()->FindFieldByNumber(1);
}

// The repeated case: elements one by one.
void CopyElements(const Message& source, const FieldDescriptor& from,
                  Message* target, const FieldDescriptor& to) {
  const auto& get = *source.GetReflection();
  const auto& set = *target->GetReflection();
  const int size = get.FieldSize(source, &from);
  for (int i = 0; i < size; ++i) {
    switch (from.cpp_type()) {
      case FieldDescriptor::CPPTYPE_BOOL:
        set.AddBool(target, &to, get.GetRepeatedBool(source, &from, i));
        break;
      case FieldDescriptor::CPPTYPE_INT32:
        set.AddInt32(target, &to, get.GetRepeatedInt32(source, &from, i));
        break;
      case FieldDescriptor::CPPTYPE_UINT32:
        set.AddUInt32(target, &to, get.GetRepeatedUInt32(source, &from, i));
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        set.AddInt64(target, &to, get.GetRepeatedInt64(source, &from, i));
        break;
      case FieldDescriptor::CPPTYPE_UINT64:
        set.AddUInt64(target, &to, get.GetRepeatedUInt64(source, &from, i));
        break;
      case FieldDescriptor::CPPTYPE_FLOAT:
        set.AddFloat(target, &to, get.GetRepeatedFloat(source, &from, i));
        break;
      case FieldDescriptor::CPPTYPE_DOUBLE:
        set.AddDouble(target, &to, get.GetRepeatedDouble(source, &from, i));
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        set.AddEnumValue(target, &to,
                         get.GetRepeatedEnumValue(source, &from, i));
        break;
      case FieldDescriptor::CPPTYPE_STRING:
        set.AddString(target, &to, get.GetRepeatedString(source, &from, i));
        break;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        // Through the wire: map entries have a type of their own in each
        // message.
        (void)set.AddMessage(target, &to)
            ->ParsePartialFromString(get.GetRepeatedMessage(source, &from, i)
                                         .SerializePartialAsString());
        break;
    }
  }
}

}  // namespace

const FieldDescriptor& FieldOf(const Model& model, int column) {
  const Column& described = model.table->columns[static_cast<size_t>(column)];
  return *model.prototype().GetDescriptor()->FindFieldByNumber(
      described.number);
}

void CopyField(const Message& source, const FieldDescriptor& from,
               Message* target, const FieldDescriptor& to, bool zero_is_set) {
  const auto& set = *target->GetReflection();
  set.ClearField(target, &to);
  const bool is_zero = zero_is_set && !from.is_repeated() &&
                       !from.has_presence() && to.has_presence();
  if (!is_zero && !IsSet(source, from)) return;
  if (from.is_repeated()) return CopyElements(source, from, target, to);
  if (!IsMessage(from) && !IsMessage(to)) {
    return CopyScalar(source, from, target, to);
  }
  if (IsMessage(from) && IsMessage(to)) {
    set.MutableMessage(target, &to)
        ->CopyFrom(source.GetReflection()->GetMessage(source, &from));
  } else if (IsMessage(from)) {
    CopyScalar(source.GetReflection()->GetMessage(source, &from),
               WrapperValue(from), target, to);
  } else {
    CopyScalar(source, from, set.MutableMessage(target, &to), WrapperValue(to));
  }
}

void CopyElement(const Message& source, const FieldDescriptor& from, int i,
                 Message* target, const FieldDescriptor& to) {
  const auto& get = *source.GetReflection();
  const auto& set = *target->GetReflection();
  switch (from.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return set.SetBool(target, &to, get.GetRepeatedBool(source, &from, i));
    case FieldDescriptor::CPPTYPE_INT32:
      return set.SetInt32(target, &to, get.GetRepeatedInt32(source, &from, i));
    case FieldDescriptor::CPPTYPE_UINT32:
      return set.SetUInt32(target, &to,
                           get.GetRepeatedUInt32(source, &from, i));
    case FieldDescriptor::CPPTYPE_INT64:
      return set.SetInt64(target, &to, get.GetRepeatedInt64(source, &from, i));
    case FieldDescriptor::CPPTYPE_UINT64:
      return set.SetUInt64(target, &to,
                           get.GetRepeatedUInt64(source, &from, i));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return set.SetFloat(target, &to, get.GetRepeatedFloat(source, &from, i));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return set.SetDouble(target, &to,
                           get.GetRepeatedDouble(source, &from, i));
    case FieldDescriptor::CPPTYPE_ENUM:
      return set.SetEnumValue(target, &to,
                              get.GetRepeatedEnumValue(source, &from, i));
    case FieldDescriptor::CPPTYPE_STRING:
      return set.SetString(target, &to,
                           get.GetRepeatedString(source, &from, i));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return;
  }
}

void CleanFields(const Model& model, absl::Span<const int> columns,
                 Message* message) {
  const auto& reflection = *message->GetReflection();
  std::string scratch;
  for (const int position : columns) {
    const Column& column = model.table->columns[static_cast<size_t>(position)];
    const FieldDescriptor& field = FieldOf(model, position);
    if (column.type != FieldType::kString || column.repeated ||
        !IsSet(*message, field)) {
      continue;
    }
    if (IsMessage(field)) {  // a wrapper
      Message* const wrapper = reflection.MutableMessage(message, &field);
      const FieldDescriptor& value = WrapperValue(field);
      const auto& inside = *wrapper->GetReflection();
      inside.SetString(
          wrapper, &value,
          Cleaned(*model.table, column,
                  inside.GetStringReference(*wrapper, &value, &scratch)));
    } else {
      reflection.SetString(
          message, &field,
          Cleaned(*model.table, column,
                  reflection.GetStringReference(*message, &field, &scratch)));
    }
  }
}

void CopyColumns(const Model& model, absl::Span<const int> columns,
                 const Message& source, Message* target) {
  // A oneof is swapped whole, so only once.
  std::set<const google::protobuf::OneofDescriptor*> oneofs;
  std::vector<const FieldDescriptor*> fields;
  for (const int column : columns) {
    const FieldDescriptor& field = FieldOf(model, column);
    const auto* oneof = field.real_containing_oneof();
    if (oneof == nullptr || oneofs.insert(oneof).second) {
      fields.push_back(&field);
    }
  }
  std::unique_ptr<Message> copy(source.New());
  copy->CopyFrom(source);
  target->GetReflection()->SwapFields(target, copy.get(), fields);
}

}  // namespace modelservice
