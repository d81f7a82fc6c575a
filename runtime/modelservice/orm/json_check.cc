#include "modelservice/orm/json_check.h"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/unknown_field_set.h>

#include <cmath>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "modelservice/base/compat.h"
#include "modelservice/orm/nesting.h"
#include "modelservice/orm/to_value.h"
#include "modelservice/schema/utf8.h"

namespace modelservice {
namespace {

namespace pb = ::google::protobuf;

// Whether a path of a field mask is the same after `foo_bar` has become
// `fooBar` and back, and what protobuf 36 writes of it, which escapes nothing
// there, is JSON.
bool IsJsonPath(absl::string_view path) {
  if (path.empty()) return false;
  for (size_t i = 0; i < path.size(); ++i) {
    const char c = path[i];
    if (c == '_') {
      const char next = i + 1 < path.size() ? path[i + 1] : '_';
      if (next < 'a' || next > 'z') return false;
    } else if ((c >= 'A' && c <= 'Z') || c == ',' || c == '(' || c == ')' ||
               c == '"' || c == '\\' || (c >= 0 && c < ' ')) {
      return false;
    }
  }
  return true;
}

// A map's key, or the index of an element, as a path has it.
std::string Subscript(const pb::Message& message,
                      const pb::FieldDescriptor& field, int index) {
  if (!field.is_map()) return absl::StrCat("[", index, "]");
  const pb::Message& entry =
      message.GetReflection()->GetRepeatedMessage(message, &field, index);
  const pb::FieldDescriptor& key = *field.message_type()->FindFieldByNumber(1);
  TextArena arena;
  const Value value = ReadField(entry, key, /*enum_by_name=*/false, arena);
  if (value.kind() == Value::Kind::kText) {
    return absl::StrCat("[\"", absl::CHexEscape(value.text()), "\"]");
  }
  if (value.kind() != Value::Kind::kInteger) return "[]";
  if (key.type() == pb::FieldDescriptor::TYPE_BOOL) {
    return value.integer() != 0 ? "[true]" : "[false]";
  }
  return absl::StrCat("[", value.integer(), "]");
}

}  // namespace

std::unique_ptr<pb::Message> ContentOf(const pb::Any& any) {
  absl::string_view name = any.type_url();
  if (!absl::ConsumePrefix(&name, "type.googleapis.com/")) return nullptr;
  const pb::Descriptor* const type =
      pb::DescriptorPool::generated_pool()->FindMessageTypeByName(
          std::string(name));
  if (type == nullptr) return nullptr;
  const pb::Message* const prototype =
      pb::MessageFactory::generated_factory()->GetPrototype(type);
  if (prototype == nullptr) return nullptr;
  std::unique_ptr<pb::Message> content(prototype->New());
  return content->ParseFromString(any.value()) ? std::move(content) : nullptr;
}

bool JsonCheck::Fail(absl::string_view reason) {
  reason_ = reason;
  return false;
}

bool JsonCheck::Passes(const Message& message, const Field& field) {
  const pb::Descriptor* const type = field.message_type();
  const JsonShape* const shape = type == nullptr ? nullptr : &ShapeOf(*type);
  reads_back_ = shape != nullptr && shape->reads_back;
  const JsonShape::Part part{&field, shape};
  if (!field.is_repeated()) {
    return CheckElement(message, part, -1, kMostJsonLevels);
  }
  return CheckElements(message, part, kMostJsonLevels);
}

// The first fault of a list; of a map, whose entries have no order, the one
// with the least path.
bool JsonCheck::CheckElements(const Message& message,
                              const JsonShape::Part& part, int levels) {
  const Field& field = *part.field;
  const int size = message.GetReflection()->FieldSize(message, &field);
  bool fine = true;
  std::string least;
  absl::string_view reason;
  for (int i = 0; i < size && (fine || field.is_map()); ++i) {
    path_.clear();
    if (CheckElement(message, part, i, levels)) continue;
    path_.insert(0, Subscript(message, field, i));
    if (!fine && least < path_) continue;
    fine = false;
    least = path_;
    reason = reason_;
  }
  path_ = least;
  reason_ = reason;
  return fine;
}

bool JsonCheck::CheckMessage(const Message& message, const JsonShape& shape,
                             int levels) {
  if (levels == 0) return Fail(kTooDeepForJson);
  const pb::Reflection& reflection = *message.GetReflection();
  if (!reflection.GetUnknownFields(message).empty()) {
    return Fail("This value has a field that is not known.");
  }
  if (shape.extensible) {
    std::vector<const Field*> set;
    reflection.ListFields(message, &set);
    for (const Field* field : set) {
      if (field->is_extension()) return Fail(kNoJson);
    }
  }
  // The generated types: every message of a service comes from the generated
  // pool.
  Value value;
  switch (shape.kind) {
    case JsonShape::Kind::kAny:
      return CheckAny(message, levels);
    case JsonShape::Kind::kTimestamp:
      value = ToValue(static_cast<const pb::Timestamp&>(message));
      break;
    case JsonShape::Kind::kDuration:
      if (!IsInRange(static_cast<const pb::Duration&>(message))) {
        return Fail(kDurationRange);
      }
      break;
    case JsonShape::Kind::kFieldMask:
      for (const std::string& path :
           static_cast<const pb::FieldMask&>(message).paths()) {
        if (!IsJsonPath(path)) {
          return Fail(
              "JSON has no path with capitals, or with an underscore "
              "that no small letter follows.");
        }
      }
      break;
    case JsonShape::Kind::kValue: {
      const auto& any = static_cast<const pb::Value&>(message);
      const bool real = any.has_number_value();
      if (any.kind_case() == pb::Value::KIND_NOT_SET ||
          (real && !std::isfinite(any.number_value())) ||
          (real && any.number_value() == 0 &&
           std::signbit(any.number_value()))) {
        return Fail(kNoJson);
      }
      break;
    }
    case JsonShape::Kind::kOther:
      break;
  }
  if (value.kind() == Value::Kind::kInvalid) return Fail(value.text());
  for (const JsonShape::Part& part : shape.parts) {
    if (!CheckPart(message, part, levels)) return false;
  }
  return true;
}

bool JsonCheck::CheckPart(const Message& message, const JsonShape::Part& part,
                          int levels) {
  const Field& field = *part.field;
  const pb::Reflection& reflection = *message.GetReflection();
  if (!field.is_repeated()) {
    if (!reflection.HasField(message, &field)) return true;
    if (CheckElement(message, part, -1, levels - 1)) return true;
  } else if (CheckElements(message, part, levels - 1)) {
    return true;
  }
  // Of what is too deep the column says enough.
  if (reason_ == kTooDeepForJson) {
    path_.clear();
  } else if (!field.containing_type()->options().map_entry() ||
             field.number() != 2) {
    // A map's value is what its key leads to.
    path_.insert(0, absl::StrCat(".", compat::Str(field.name())));
  }
  return false;
}

bool JsonCheck::CheckElement(const Message& message,
                             const JsonShape::Part& part, int index,
                             int levels) {
  const Field& field = *part.field;
  const pb::Reflection& reflection = *message.GetReflection();
  const bool one = index < 0;
  switch (field.cpp_type()) {
    case Field::CPPTYPE_FLOAT:
      return CheckReal(static_cast<double>(
          one ? reflection.GetFloat(message, &field)
              : reflection.GetRepeatedFloat(message, &field, index)));
    case Field::CPPTYPE_DOUBLE:
      return CheckReal(
          one ? reflection.GetDouble(message, &field)
              : reflection.GetRepeatedDouble(message, &field, index));
    case Field::CPPTYPE_STRING: {
      if (field.type() != Field::TYPE_STRING) return true;
      std::string scratch;
      return CheckText(
          one ? reflection.GetStringReference(message, &field, &scratch)
              : reflection.GetRepeatedStringReference(message, &field, index,
                                                      &scratch));
    }
    case Field::CPPTYPE_ENUM: {
      // JSON has null for each of its numbers.
      const int number =
          one ? reflection.GetEnumValue(message, &field)
              : reflection.GetRepeatedEnumValue(message, &field, index);
      return number == 0 || !IsNullValue(field) || Fail(kNoJson);
    }
    case Field::CPPTYPE_MESSAGE: {
      // protobuf 3.21 writes other fields in a group's place.
      if (field.type() == Field::TYPE_GROUP) return Fail(kNoJson);
      const Message& inner =
          one ? reflection.GetMessage(message, &field)
              : reflection.GetRepeatedMessage(message, &field, index);
      return CheckMessage(inner, *part.shape, levels);
    }
    default:
      return true;
  }
}

bool JsonCheck::CheckReal(double real) {
  has_negative_zero_ |= real == 0 && std::signbit(real);
  return true;
}

// As of a column of its own.
bool JsonCheck::CheckText(absl::string_view text) {
  if (!IsUtf8(text)) return Fail("Not a valid string.");
  if (HasNul(text)) return Fail(kNoNul);
  return true;
}

bool JsonCheck::CheckAny(const Message& message, int levels) {
  const auto& any = static_cast<const pb::Any&>(message);
  if (any.type_url().empty() && any.value().empty()) return true;
  const std::unique_ptr<Message> content = ContentOf(any);
  if (content == nullptr) {
    return Fail("This value is no message of a type that is known.");
  }
  return CheckMessage(*content, ShapeOf(*content->GetDescriptor()), levels - 1);
}

}  // namespace modelservice
