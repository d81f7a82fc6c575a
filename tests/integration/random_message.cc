#include "random_message.h"

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/wire_format_lite.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"

namespace integration {

namespace pb = google::protobuf;
using modelservice::compat::Str;

int64_t RandomMessage::Number(int64_t least, int64_t most) {
  return std::uniform_int_distribution<int64_t>(least, most)(engine_);
}

std::string RandomMessage::Letters(int64_t least, int64_t most) {
  std::string text;
  for (int64_t n = Number(least, most); n > 0; --n) {
    text.push_back(static_cast<char>(Number('a', 'e')));
  }
  return text;
}

void RandomMessage::Fill(pb::Message* message, int depth) {
  const pb::Descriptor* const type = message->GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const Field* const field = type->field(i);
    const int64_t count = field->is_repeated() ? Number(0, 3) : Number(0, 1);
    for (int64_t n = 0; n < count; ++n) SetField(message, field, depth);
  }
}

int64_t RandomMessage::Integer(int64_t least, int64_t most) {
  switch (Number(0, 5)) {
    case 0:
      return least;
    case 1:
      return most;
    case 2:
      return Number(least, most);
    default:
      return Number(std::max<int64_t>(least, -3), 3);
  }
}

double RandomMessage::Real() {
  switch (Number(0, 7)) {
    case 0:
      return std::numeric_limits<double>::quiet_NaN();
    case 1:
      return std::numeric_limits<double>::infinity();
    case 2:
      return -std::numeric_limits<double>::infinity();
    case 3:
      return std::numeric_limits<double>::denorm_min();
    case 4:
      return std::numeric_limits<double>::max();
    default:
      return static_cast<double>(Number(-1000, 1000)) / 8 + 0.0;
  }
}

std::string RandomMessage::Characters() {
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
                                        "\xf0\x9f\x98\x80",
                                        "{",
                                        "}",
                                        ",",
                                        "NULL"};
  std::string text;
  for (int64_t n = Number(0, 6); n > 0; --n) {
    text += kPieces[Number(0, std::size(kPieces) - 1)];
  }
  return text;
}

std::string RandomMessage::TextFor(const std::string& field) {
  if (Number(0, 20) == 0) return Characters();
  if (field == "price" || field == "discount") {
    return absl::StrCat(Number(-99, 99), ".", Number(1, 9));
  }
  if (field == "uuid") {
    std::string uuid = "00000000-0000-4000-8000-000000000000";
    for (char& c : uuid) {
      if (c == '0') c = "0123456789abcdef"[Number(0, 15)];
    }
    return uuid;
  }
  return Characters();
}

void RandomMessage::SetField(pb::Message* message, const Field* field,
                             int depth) {
  const pb::Reflection& fields = *message->GetReflection();
  const auto put = [&](auto setter, auto adder, auto value) {
    if (field->is_repeated()) {
      (fields.*adder)(message, field, value);
    } else {
      (fields.*setter)(message, field, value);
    }
  };
  using Reflection = pb::Reflection;
  switch (field->cpp_type()) {
    case Field::CPPTYPE_BOOL:
      put(&Reflection::SetBool, &Reflection::AddBool, Number(0, 1) == 1);
      break;
    case Field::CPPTYPE_INT32:
      put(&Reflection::SetInt32, &Reflection::AddInt32,
          static_cast<int32_t>(Integer(std::numeric_limits<int32_t>::min(),
                                       std::numeric_limits<int32_t>::max())));
      break;
    case Field::CPPTYPE_UINT32:
      put(&Reflection::SetUInt32, &Reflection::AddUInt32,
          static_cast<uint32_t>(
              Integer(0, std::numeric_limits<uint32_t>::max())));
      break;
    case Field::CPPTYPE_INT64:
      put(&Reflection::SetInt64, &Reflection::AddInt64,
          Integer(std::numeric_limits<int64_t>::min(),
                  std::numeric_limits<int64_t>::max()));
      break;
    case Field::CPPTYPE_UINT64:
      // The highest is past what a column can hold, but not a list.
      put(&Reflection::SetUInt64, &Reflection::AddUInt64,
          Number(0, 40) == 0 ? std::numeric_limits<uint64_t>::max()
                             : static_cast<uint64_t>(Integer(
                                   0, std::numeric_limits<int64_t>::max())));
      break;
    case Field::CPPTYPE_FLOAT:
      put(&Reflection::SetFloat, &Reflection::AddFloat,
          static_cast<float>(Number(-1000, 1000)) / 8 + 0.0f);
      break;
    case Field::CPPTYPE_DOUBLE:
      put(&Reflection::SetDouble, &Reflection::AddDouble, Real());
      break;
    case Field::CPPTYPE_ENUM:
      put(&Reflection::SetEnumValue, &Reflection::AddEnumValue,
          static_cast<int>(Number(0, 2)));
      break;
    case Field::CPPTYPE_STRING:
      SetText(message, field);
      break;
    case Field::CPPTYPE_MESSAGE:
      if (depth < 2) SetMessage(message, field, depth);
      break;
  }
}

void RandomMessage::SetText(pb::Message* message, const Field* field) {
  const pb::Reflection& fields = *message->GetReflection();
  std::string text;
  if (field->type() == Field::TYPE_BYTES) {
    for (int64_t n = Number(0, 5); n > 0; --n) {
      text.push_back(static_cast<char>(Number(0, 255)));
    }
  } else {
    text = TextFor(Str(field->name()));
  }
  if (field->is_repeated()) {
    fields.AddString(message, field, text);
  } else {
    fields.SetString(message, field, text);
  }
}

void RandomMessage::SetMessage(pb::Message* message, const Field* field,
                               int depth) {
  const pb::Reflection& fields = *message->GetReflection();
  pb::Message* const inner = field->is_repeated()
                                 ? fields.AddMessage(message, field)
                                 : fields.MutableMessage(message, field);
  if (auto* time = dynamic_cast<pb::Timestamp*>(inner)) {
    time->set_seconds(Number(-62135596800, 253402300799));
    time->set_nanos(static_cast<int32_t>(Number(0, 999999)) * 1000);
  } else if (auto* duration = dynamic_cast<pb::Duration*>(inner)) {
    duration->set_seconds(Number(0, 100000000));
    duration->set_nanos(static_cast<int32_t>(Number(0, 999999)) * 1000);
  } else if (Str(inner->GetDescriptor()->full_name()) ==
             "google.protobuf.Value") {
    // One of its kinds must be set; numbers that JSON has.
    const Field* const number = inner->GetDescriptor()->FindFieldByNumber(2);
    inner->GetReflection()->SetDouble(
        inner, number, static_cast<double>(Number(-1000, 1000)) / 8 + 0.0);
  } else {
    Fill(inner, depth + 1);
  }
}

namespace {

using pb::internal::WireFormatLite;

// The paths below `field`; `itself` says whether the field is one of them.
FieldPaths Below(int field, const FieldPaths& paths, bool* itself) {
  FieldPaths below;
  *itself = false;
  for (const std::vector<int>& path : paths) {
    if (path[0] != field) continue;
    if (path.size() == 1) *itself = true;
    if (path.size() > 1) below.emplace_back(path.begin() + 1, path.end());
  }
  return below;
}

}  // namespace

std::string WithoutFields(const std::string& bytes, const FieldPaths& paths) {
  std::string kept;
  pb::io::CodedInputStream in(reinterpret_cast<const uint8_t*>(bytes.data()),
                              static_cast<int>(bytes.size()));
  while (true) {
    const int start = in.CurrentPosition();
    const uint32_t tag = in.ReadTag();
    if (tag == 0) return kept;
    bool drop = false;
    const FieldPaths below =
        Below(WireFormatLite::GetTagFieldNumber(tag), paths, &drop);
    if (!below.empty()) {
      uint32_t size = 0;
      std::string inner;
      if (!in.ReadVarint32(&size) ||
          !in.ReadString(&inner, static_cast<int>(size))) {
        return kept;
      }
      inner = WithoutFields(inner, below);
      absl::StrAppend(&kept, "<", tag, ":", inner.size(), ">", inner);
      continue;
    }
    if (!WireFormatLite::SkipField(&in, tag)) return kept;
    const size_t end = static_cast<size_t>(in.CurrentPosition());
    if (!drop) {
      kept.append(bytes, static_cast<size_t>(start),
                  end - static_cast<size_t>(start));
    }
  }
}

}  // namespace integration
