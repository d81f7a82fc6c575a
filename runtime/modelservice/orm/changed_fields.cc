#include "modelservice/orm/changed_fields.h"

#include <google/protobuf/util/field_comparator.h>
#include <google/protobuf/util/message_differencer.h>

#include "modelservice/base/is_set.h"

namespace modelservice {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;

bool FieldChanged(const Message* before, const Message& after, int number) {
  using ::google::protobuf::util::DefaultFieldComparator;
  using ::google::protobuf::util::MessageDifferencer;
  const FieldDescriptor* const field =
      after.GetDescriptor()->FindFieldByNumber(number);
  if (field == nullptr) return false;
  const auto& reflection = *after.GetReflection();
  if (before == nullptr) {
    return IsSet(after, *field);
  }
  if (field->has_presence() && reflection.HasField(*before, field) !=
                                   reflection.HasField(after, field)) {
    return true;
  }
  DefaultFieldComparator comparator;
  comparator.set_treat_nan_as_equal(true);
  MessageDifferencer differencer;
  differencer.set_field_comparator(&comparator);
  return !differencer.CompareWithFields(*before, after, {field}, {field});
}

std::vector<std::string> ChangedFields(const Table& table,
                                       const Message* before,
                                       const Message& after) {
  std::vector<std::string> fields;
  for (const Column& column : table.columns) {
    if (FieldChanged(before, after, column.number)) {
      fields.emplace_back(column.field);
    }
  }
  return fields;
}

}  // namespace modelservice
