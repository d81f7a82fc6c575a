#include "modelservice/manage/wire_types.h"

#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"

namespace modelservice {

namespace pb = google::protobuf;
using compat::Str;
using Type = pb::FieldDescriptor::Type;

namespace {

// Types of one group are read as each other, on the wire and in JSON.
int JsonGroup(Type type) {
  switch (type) {
    case pb::FieldDescriptor::TYPE_INT32:
    case pb::FieldDescriptor::TYPE_UINT32:
      return 100;
    case pb::FieldDescriptor::TYPE_INT64:
    case pb::FieldDescriptor::TYPE_UINT64:
      return 101;
    case pb::FieldDescriptor::TYPE_FIXED32:
    case pb::FieldDescriptor::TYPE_SFIXED32:
      return 102;
    case pb::FieldDescriptor::TYPE_FIXED64:
    case pb::FieldDescriptor::TYPE_SFIXED64:
      return 103;
    default:
      return static_cast<int>(type);
  }
}

// Whether every value of `older` is there with its number.
bool HoldsAll(const pb::EnumDescriptor& newer,
              const pb::EnumDescriptor& older) {
  for (int i = 0; i < older.value_count(); ++i) {
    const auto* const value =
        newer.FindValueByName(std::string(older.value(i)->name()));
    if (value == nullptr || value->number() != older.value(i)->number()) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::string TypeText(const pb::FieldDescriptor& field) {
  if (field.is_map()) {
    const pb::Descriptor& entry = *field.message_type();
    return absl::StrCat("map<", TypeText(*entry.FindFieldByNumber(1)), ", ",
                        TypeText(*entry.FindFieldByNumber(2)), ">");
  }
  const std::string label = field.is_repeated()   ? "repeated "
                            : field.is_required() ? "required "
                                                  : "";
  if (field.message_type() != nullptr) {
    return absl::StrCat(label, Str(field.message_type()->full_name()));
  }
  if (field.enum_type() != nullptr) {
    return absl::StrCat(label, Str(field.enum_type()->full_name()));
  }
  return absl::StrCat(label, Str(field.type_name()));
}

bool SameType(const pb::FieldDescriptor& a, const pb::FieldDescriptor& b) {
  if (JsonGroup(a.type()) != JsonGroup(b.type())) return false;
  if (a.is_map() && b.is_map()) {
    return SameType(*a.message_type()->FindFieldByNumber(1),
                    *b.message_type()->FindFieldByNumber(1)) &&
           SameType(*a.message_type()->FindFieldByNumber(2),
                    *b.message_type()->FindFieldByNumber(2));
  }
  if (a.message_type() != nullptr) {
    return a.is_map() == b.is_map() &&
           a.message_type()->full_name() == b.message_type()->full_name();
  }
  if (a.enum_type() != nullptr) {
    return a.enum_type()->full_name() == b.enum_type()->full_name() ||
           HoldsAll(*b.enum_type(), *a.enum_type());
  }
  return true;
}

std::string OneofOf(const pb::FieldDescriptor& field) {
  const pb::OneofDescriptor* const oneof = field.real_containing_oneof();
  return oneof == nullptr ? "" : Str(oneof->name());
}

}  // namespace modelservice
