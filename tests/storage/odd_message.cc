#include "odd_message.h"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/unknown_field_set.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"
#include "modelservice/orm/stored_message.h"

namespace storage {
namespace {

namespace pb = google::protobuf;
using modelservice::compat::Str;

constexpr int kDeepest = 3;

// Whether the field is of a file whose parser lets everything pass.
bool IsUnchecked(const pb::FieldDescriptor& field) {
  return absl::StrContains(Str(field.file()->name()), "proto2");
}

// Whether the field is the key or the value of a map.
bool IsOfEntry(const pb::FieldDescriptor& field) {
  return field.containing_type()->options().map_entry();
}

}  // namespace

int64_t OddMessage::Number(int64_t least, int64_t most) {
  return std::uniform_int_distribution<int64_t>(least, most)(engine_);
}

void OddMessage::Fill(Message* message, bool faults) {
  faults_ = faults;
  FillFields(message, 0);
}

void OddMessage::Damage(std::string* bytes) {
  for (int64_t n = Number(1, 3); n > 0 && !bytes->empty(); --n) {
    const auto last = static_cast<int64_t>(bytes->size()) - 1;
    const auto at = static_cast<size_t>(Number(0, last));
    switch (Number(0, 3)) {
      case 0:
        (*bytes)[at] = static_cast<char>(Number(0, 255));
        break;
      case 1:
        bytes->insert(at, Bytes(6));
        break;
      case 2:
        bytes->erase(at, static_cast<size_t>(Number(1, 3)));
        break;
      default:
        bytes->insert(at, bytes->substr(static_cast<size_t>(Number(0, last)),
                                        static_cast<size_t>(Number(1, 20))));
    }
  }
}

void OddMessage::FillFields(Message* message, int depth) {
  const pb::Descriptor* const type = message->GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const Field* const field = type->field(i);
    int64_t count = field->is_repeated() ? std::max<int64_t>(0, Number(-2, 3))
                                         : Number(0, 1);
    if (field->is_required() || IsOfEntry(*field)) count = 1;
    for (int64_t n = 0; n < count; ++n) SetField(message, field, depth);
  }
  std::vector<const Field*> extensions;
  type->file()->pool()->FindAllExtensions(type, &extensions);
  for (const Field* field : extensions) {
    if (OneIn(3)) SetField(message, field, depth);
  }
  // Of the whole model nobody minds: newer clients have more fields.
  if (Fault()) AddUnknown(message);
  if (OneIn(faults_ ? 20 : 200)) Nest(message);
}

void OddMessage::AddUnknown(Message* message) {
  message->GetReflection()->MutableUnknownFields(message)->AddVarint(
      static_cast<int>(Number(5000, 5010)), 1);
}

void OddMessage::Nest(Message* message) {
  const int64_t levels = faults_ ? Number(1, 97) : Number(1, 40);
  for (int64_t i = 0; i < levels; ++i) {
    const Field* next = message->GetDescriptor()->FindFieldByName("next");
    if (next == nullptr) {
      next = message->GetDescriptor()->FindFieldByName("inner");
    }
    if (next == nullptr) return;
    message = message->GetReflection()->MutableMessage(message, next);
    const Field* const must = message->GetDescriptor()->FindFieldByName("must");
    if (must != nullptr) message->GetReflection()->SetInt32(message, must, 0);
  }
}

int64_t OddMessage::Integer(int64_t least, int64_t most) {
  switch (Number(0, 4)) {
    case 0:
      return least;
    case 1:
      return most;
    case 2:
      return 0;
    default:
      return Number(least, most);
  }
}

double OddMessage::Real() {
  using Limits = std::numeric_limits<double>;
  const double odd[] = {0,
                        -0.0,
                        Limits::quiet_NaN(),
                        Limits::infinity(),
                        -Limits::infinity(),
                        Limits::denorm_min(),
                        Limits::max(),
                        Limits::lowest(),
                        0.1,
                        1e15,
                        1e16,
                        9007199254740993.0,
                        -1.5};
  return odd[Number(0, std::size(odd) - 1)];
}

std::string OddMessage::Bytes(int64_t most) {
  std::string bytes;
  for (int64_t n = Number(0, most); n > 0; --n) {
    bytes.push_back(static_cast<char>(Number(0, 255)));
  }
  return bytes;
}

std::string OddMessage::Characters(bool may_be_malformed) {
  static const char* const kPieces[] = {"a",
                                        "Z",
                                        " ",
                                        "'",
                                        "\"",
                                        "\\",
                                        "%",
                                        "_",
                                        "\x01",
                                        "\x7f",
                                        "\n",
                                        "\xc3\xa9",
                                        "\xe2\x82\xac",
                                        "{",
                                        "}",
                                        "\xf0\x9f\x98\x80",
                                        ",",
                                        "NULL",
                                        "-0",
                                        "null",
                                        "\xe2\x80\xa8",
                                        "\xef\xbb\xbf",
                                        "\\u0000",
                                        "</script>",
                                        "-0.0,",
                                        "[",
                                        "]",
                                        "\xef\xbf\xbf"};
  std::string text;
  for (int64_t n = Number(0, 5); n > 0; --n) {
    text += kPieces[Number(0, std::size(kPieces) - 1)];
  }
  if (Fault()) text.push_back('\0');
  if (may_be_malformed && Fault()) text += "\xff";
  return text;
}

void OddMessage::SetField(Message* message, const Field* field, int depth) {
  using Reflection = pb::Reflection;
  const Reflection& fields = *message->GetReflection();
  const auto put = [&](auto setter, auto adder, auto value) {
    if (field->is_repeated()) {
      (fields.*adder)(message, field, value);
    } else {
      (fields.*setter)(message, field, value);
    }
  };
  using Int32 = std::numeric_limits<int32_t>;
  using Int64 = std::numeric_limits<int64_t>;
  switch (field->cpp_type()) {
    case Field::CPPTYPE_BOOL:
      put(&Reflection::SetBool, &Reflection::AddBool, Number(0, 1) == 1);
      break;
    case Field::CPPTYPE_INT32:
      put(&Reflection::SetInt32, &Reflection::AddInt32,
          static_cast<int32_t>(Integer(Int32::min(), Int32::max())));
      break;
    case Field::CPPTYPE_UINT32:
      put(&Reflection::SetUInt32, &Reflection::AddUInt32,
          static_cast<uint32_t>(
              Integer(0, std::numeric_limits<uint32_t>::max())));
      break;
    case Field::CPPTYPE_INT64:
      put(&Reflection::SetInt64, &Reflection::AddInt64,
          Integer(Int64::min(), Int64::max()));
      break;
    case Field::CPPTYPE_UINT64:
      // A column of its own holds no more than 63 bits, but a list does.
      put(&Reflection::SetUInt64, &Reflection::AddUInt64,
          Fault() || (field->is_repeated() && OneIn(4))
              ? std::numeric_limits<uint64_t>::max()
              : static_cast<uint64_t>(Integer(0, Int64::max())));
      break;
    case Field::CPPTYPE_FLOAT:
      put(&Reflection::SetFloat, &Reflection::AddFloat,
          static_cast<float>(Real()));
      break;
    case Field::CPPTYPE_DOUBLE:
      put(&Reflection::SetDouble, &Reflection::AddDouble, Real());
      break;
    case Field::CPPTYPE_ENUM: {
      const bool null =
          Str(field->enum_type()->full_name()) == "google.protobuf.NullValue";
      const int numbers[] = {0, 1, -1, Int32::max(), 77};
      const bool open = !IsUnchecked(*field);
      // The last has no name, which a column of its own needs.
      const bool any = open && (depth > 0 || IsOfEntry(*field) || Fault());
      put(&Reflection::SetEnumValue, &Reflection::AddEnumValue,
          null ? (open && Fault() ? 5 : 0) : numbers[Number(0, any ? 4 : 3)]);
      break;
    }
    case Field::CPPTYPE_STRING:
      put(static_cast<void (Reflection::*)(Message*, const Field*, std::string)
                          const>(&Reflection::SetString),
          static_cast<void (Reflection::*)(Message*, const Field*, std::string)
                          const>(&Reflection::AddString),
          field->type() == Field::TYPE_BYTES ? Bytes(5)
                                             : Characters(IsUnchecked(*field)));
      break;
    case Field::CPPTYPE_MESSAGE: {
      if (depth >= kDeepest && !IsOfEntry(*field)) break;
      Message* const inner = field->is_repeated()
                                 ? fields.AddMessage(message, field)
                                 : fields.MutableMessage(message, field);
      bool done = false;
      const int below = field->is_map() ? depth : depth + 1;
      SetWellKnown(inner, below, &done);
      if (!done) FillFields(inner, below);
      if (done && Fault()) AddUnknown(inner);
      break;
    }
  }
}

void OddMessage::SetWellKnown(Message* message, int depth, bool* done) {
  *done = true;
  const bool column = depth == 1;
  if (auto* time = dynamic_cast<pb::Timestamp*>(message)) {
    time->set_seconds(Integer(-62135596800, 253402300799));
    time->set_nanos(static_cast<int32_t>(Integer(0, 999999999)));
    if (Fault()) time->set_nanos(-1);
    if (Fault()) time->set_seconds(253402300800);
  } else if (auto* span = dynamic_cast<pb::Duration*>(message)) {
    const int sign = OneIn(2) ? 1 : -1;
    span->set_seconds(sign * Integer(0, 315576000000));
    span->set_nanos(sign * static_cast<int32_t>(column
                                                    ? Integer(0, 999999) * 1000
                                                    : Integer(0, 999999999)));
    if (Fault()) span->set_nanos(-span->nanos());
    if (Fault()) span->set_seconds(315576000001);
  } else if (dynamic_cast<pb::Any*>(message) != nullptr) {
    SetAny(message, depth);
  } else if (dynamic_cast<pb::FieldMask*>(message) != nullptr) {
    SetPaths(message);
  } else if (dynamic_cast<pb::Value*>(message) != nullptr) {
    SetValue(message, depth);
  } else {
    *done = false;
  }
}

void OddMessage::SetValue(Message* message, int depth) {
  auto* const value = static_cast<pb::Value*>(message);
  switch (Number(0, depth < 8 ? 5 : 3)) {
    case 0:
      value->set_null_value(pb::NULL_VALUE);
      break;
    case 1:
      value->set_number_value(Fault() ? Real() : 0.5);
      break;
    case 2:
      value->set_string_value(Characters(false));
      break;
    case 3:
      value->set_bool_value(OneIn(2));
      break;
    case 4:
      for (int64_t n = Number(0, 2); n > 0; --n) {
        SetValue(&(*value->mutable_struct_value()
                        ->mutable_fields())[Characters(false)],
                 depth + 2);
      }
      value->mutable_struct_value();
      break;
    default:
      for (int64_t n = Number(0, 2); n > 0; --n) {
        SetValue(value->mutable_list_value()->add_values(), depth + 2);
      }
      value->mutable_list_value();
  }
  if (Fault()) value->Clear();
}

void OddMessage::SetPaths(Message* message) {
  static const char* const kGood[] = {"a", "foo_bar", "a.b_c.d", "*", "foo1"};
  static const char* const kBad[] = {
      "foo_Bar", "foo__bar", "", "_x", "x_", "A", "a,b", "x_1", "a(b)", "a\"b"};
  auto* const mask = static_cast<pb::FieldMask*>(message);
  for (int64_t n = Number(0, 3); n > 0; --n) {
    mask->add_paths(Fault() ? kBad[Number(0, std::size(kBad) - 1)]
                            : kGood[Number(0, std::size(kGood) - 1)]);
  }
}

void OddMessage::SetAny(Message* message, int depth) {
  static const char* const kTypes[] = {
      "random_proto2.Inner0",      "random_proto2.Inner1",
      "random_proto3.Inner0",      "random_proto3.Inner1",
      "google.protobuf.Struct",    "google.protobuf.Any",
      "google.protobuf.Duration",  "google.protobuf.FieldMask",
      "google.protobuf.BoolValue", "google.protobuf.Timestamp",
      "google.protobuf.Value",     "google.protobuf.Empty"};
  auto* const any = static_cast<pb::Any*>(message);
  if (OneIn(6) || depth > 4) return;
  const pb::Descriptor* const type =
      pb::DescriptorPool::generated_pool()->FindMessageTypeByName(
          kTypes[Number(0, std::size(kTypes) - 1)]);
  const std::unique_ptr<Message> content(
      pb::MessageFactory::generated_factory()->GetPrototype(type)->New());
  bool done = false;
  SetWellKnown(content.get(), depth + 1, &done);
  if (!done) FillFields(content.get(), depth + 1);
  (void)any->PackFrom(*content);
  any->set_value(modelservice::StableBytes(*content));
  if (Fault()) any->set_value(Bytes(8));
  if (Fault()) any->set_type_url("x");
  if (Fault()) any->set_type_url("example.com/google.protobuf.Empty");
  if (Fault()) any->set_type_url("type.googleapis.com/no.Such");
}

}  // namespace storage
