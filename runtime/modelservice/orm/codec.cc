#include "modelservice/orm/codec.h"

#include <google/protobuf/io/coded_stream.h>

#include <cstring>
#include <limits>
#include <string>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"
#include "modelservice/orm/column_encoder.h"
#include "modelservice/schema/float_text.h"
#include "modelservice/schema/timestamp_text.h"
#include "modelservice/schema/utf8.h"

namespace modelservice {
namespace {

using ::google::protobuf::Message;
using ::google::protobuf::io::CodedInputStream;

// What any field may take, but for the text itself: a tag, of which eight bytes
// are written, and a number or a length.
constexpr size_t kFieldRoom = 8 + WireBuffer::kMaxVarint;

template <class Step>
char* PutTag(const Step& step, char* out) {
  std::memcpy(out, step.tag.data(), step.tag.size());
  return out + step.tag_size;
}

// This thread's. Memory for the next row, but what a large one took is given
// back.
WireBuffer& EmptyWire() {
  constexpr size_t kMostKept = 1 << 16;
  thread_local WireBuffer wire;
  if (wire.size() > kMostKept) wire = WireBuffer();
  wire.clear();
  return wire;
}

}  // namespace

bool RowCodec::Step::Takes(Value value) const {
  switch (op) {
    case Op::kVarint:
      return Fits(value.integer());
    case Op::kString:
      return IsUtf8(value.text());
    default:
      return true;
  }
}

RowCodec::RowCodec(const Model& model, absl::Span<const ColumnForm> forms)
    : model_(model) {
  const auto& columns = model.table->columns;
  steps_.reserve(columns.size());
  columns_.reserve(columns.size());
  forms_.reserve(columns.size());
  for (size_t i = 0; i < columns.size(); ++i) {
    Add(columns[i], forms.empty() ? ColumnForm() : forms[i]);
  }
}

void RowCodec::AddColumn(const Column& column) { Add(column, ColumnForm()); }

void RowCodec::Add(const Column& column, const ColumnForm& form) {
  steps_.push_back(MakeStep(column, form));
  steps_.back().sets =
      model_.set != nullptr && steps_.size() <= model_.table->columns.size();
  columns_.push_back(&column);
  forms_.push_back(form);
  ++width_;
}

void RowCodec::AddNested(int field, const Model& model) {
  AddNested(field, RowCodec(model));
}

void RowCodec::AddNested(int field, RowCodec codec) {
  const size_t width = codec.width();
  const int key = codec.model_.table->key.front();
  Nested nested = {field, nullptr, width_, static_cast<size_t>(key),
                   std::move(codec)};
  for (const RelatedField& related : model_.related) {
    if (related.number == field) nested.mutable_field = related.mutable_field;
  }
  nested_.push_back(std::move(nested));
  width_ += width;
}

RowCodec::Step RowCodec::MakeStep(const Column& column,
                                  const ColumnForm& form) {
  Step step;
  step.keeps_zero = column.presence;
  if (column.input_only) {
    step.op = Step::Op::kHidden;
    return step;
  }
  if (column.storage != Storage::kNative || column.wrapper ||
      !form.shows_as_is()) {
    return step;
  }

  WireBuffer::WireType wire_type = WireBuffer::kVarint;
  const auto varint = [&step](int64_t lowest, int64_t highest) {
    step.op = Step::Op::kVarint;
    step.kind = Value::Kind::kInteger;
    step.lowest = lowest;
    step.span = static_cast<uint64_t>(highest) - static_cast<uint64_t>(lowest);
  };
  using Int32 = std::numeric_limits<int32_t>;
  using Int64 = std::numeric_limits<int64_t>;
  switch (column.type) {
    case FieldType::kBool:
      varint(0, 1);
      break;
    case FieldType::kInt32:
    case FieldType::kEnum:
      varint(Int32::min(), Int32::max());
      break;
    case FieldType::kInt64:
      varint(Int64::min(), Int64::max());
      break;
    case FieldType::kUint32:
      varint(0, std::numeric_limits<uint32_t>::max());
      break;
    case FieldType::kUint64:
      varint(0, Int64::max());
      break;
    case FieldType::kString:
      step.op = Step::Op::kString;
      step.kind = Value::Kind::kText;
      wire_type = WireBuffer::kLength;
      break;
    case FieldType::kBytes:
      step.op = Step::Op::kBytes;
      step.kind = Value::Kind::kBlob;
      wire_type = WireBuffer::kLength;
      break;
    case FieldType::kDouble:
      step.op = Step::Op::kDouble;
      step.kind = Value::Kind::kReal;
      wire_type = WireBuffer::kFixed64;
      break;
    default:
      return step;
  }
  char* const end = WireBuffer::PutVarint(
      WireBuffer::TagOf(column.number, wire_type), step.tag.data());
  step.tag_size = static_cast<uint8_t>(end - step.tag.data());
  return step;
}

absl::Status RowCodec::Encode(Row row, Audience audience,
                              WireBuffer& wire) const {
  const size_t before = wire.size();
  // Always enough for the rest of the row without its texts, so that only these
  // look whether there is space.
  const size_t room = steps_.size() * kFieldRoom;
  char* out = wire.Reserve(room);

  // By pointers of this function's own: what is written through a char* could
  // change any others.
  const Value* value = row.data();
  const Step* const end = steps_.data() + steps_.size();
  for (const Step* step = steps_.data(); step != end; ++step, ++value) {
    if (value->kind() == step->kind) {
      if (step->op == Step::Op::kVarint) {
        const int64_t integer = value->integer();
        if (step->Fits(integer)) {
          if (integer == 0 && !step->keeps_zero) continue;
          out = WireBuffer::PutVarint(static_cast<uint64_t>(integer),
                                      PutTag(*step, out));
          continue;
        }
      } else if (step->op == Step::Op::kDouble) {
        const double real = value->real();
        uint64_t bits;
        std::memcpy(&bits, &real, sizeof bits);
        if (bits == 0 && !step->keeps_zero) continue;  // -0.0 is no default
        out = PutTag(*step, out);
        std::memcpy(out, &bits, sizeof bits);
        out += sizeof bits;
        continue;
      } else {
        const absl::string_view text = value->text();
        if (text.empty() && !step->keeps_zero) continue;
        out = wire.Reserve(out, room + text.size());
        char* const copy =
            WireBuffer::PutVarint(text.size(), PutTag(*step, out));
        // Most text is; only the rest needs a closer look.
        if (CopyAndTellAscii(text, copy) || step->op == Step::Op::kBytes ||
            IsUtf8(text)) {
          out = copy + text.size();
          continue;
        }
      }
    }
    if (value->is_null() ||
        (step->op == Step::Op::kHidden && audience == Audience::kClient)) {
      continue;
    }

    wire.EndAt(out);
    const size_t place = static_cast<size_t>(step - steps_.data());
    const Column& column = *columns_[place];
    if (const Fault fault =
            EncodeColumn(model_, column, forms_[place], *value, wire)) {
      wire.Truncate(before);
      return Unreadable(row, column, fault);
    }
    out = wire.Reserve(room);
  }
  wire.EndAt(out);
  if (nested_.empty()) return absl::OkStatus();
  auto status = EncodeNested(row, audience, wire);
  if (!status.ok()) wire.Truncate(before);
  return status;
}

absl::Status RowCodec::Unreadable(Row row, const Column& column,
                                  absl::string_view fault) const {
  const Table& table = *model_.table;
  std::string key;
  for (size_t i = 0; i < table.key.size(); ++i) {
    const auto part = static_cast<size_t>(table.key[i]);
    absl::StrAppend(&key, key.empty() ? "" : ", ",
                    ShownKey(table, i, row[part]));
  }
  absl::Status status = absl::DataLossError(
      absl::StrCat("column ", table.name, ".", column.name, " holds ",
                   column.sensitive ? "what its field cannot be" : fault,
                   ", in the row with the key ", key));
  status.SetPayload(kUnreadable,
                    absl::Cord(absl::StrCat(table.message, ".", column.field,
                                            " cannot be read.")));
  return status;
}

absl::Status RowCodec::EncodeNested(Row row, Audience audience,
                                    WireBuffer& wire) const {
  for (const Nested& nested : nested_) {
    const Row part = row.subspan(nested.first, nested.codec.width());
    if (part[nested.key].is_null()) continue;
    auto status = nested.codec.EncodeAs(nested.field, part, audience, wire);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status RowCodec::EncodeAs(int field, Row row, Audience audience,
                                WireBuffer& wire) const {
  const size_t before = wire.size();
  const size_t start = wire.BeginMessage(field);
  auto status = Encode(row, audience, wire);
  if (status.ok()) {
    wire.EndLength(start);
  } else {
    wire.Truncate(before);
  }
  return status;
}

absl::Status RowCodec::Decode(Row row, Message* message) const {
  message->Clear();
  // For what cannot be set.
  WireBuffer* wire = nullptr;
  const Value* value = row.data();
  const Step* const end = steps_.data() + steps_.size();
  for (const Step* step = steps_.data(); step != end; ++step, ++value) {
    if (value->is_null()) continue;
    const size_t place = static_cast<size_t>(step - steps_.data());
    if (step->sets && value->kind() == step->kind && step->Takes(*value)) {
      const bool is_set =
          (step->has_text() && value->text().empty() && !step->keeps_zero) ||
          model_.set(*message, static_cast<int>(place), *value);
      if (is_set) continue;
    }
    if (wire == nullptr) wire = &EmptyWire();
    const Column& column = *columns_[place];
    if (const Fault fault =
            EncodeColumn(model_, column, forms_[place], *value, *wire)) {
      return Unreadable(row, column, fault);
    }
  }
  if (wire != nullptr) {
    CodedInputStream stream(
        reinterpret_cast<const uint8_t*>(wire->bytes().data()),
        static_cast<int>(wire->size()));
    if (!message->MergePartialFromCodedStream(&stream)) {
      return absl::InternalError(
          absl::StrCat("a row of ", model_.table->name, " makes no ",
                       compat::Str(message->GetDescriptor()->full_name())));
    }
  }
  return nested_.empty() ? absl::OkStatus() : DecodeNested(row, message);
}

absl::Status RowCodec::DecodeNested(Row row, Message* message) const {
  for (const Nested& nested : nested_) {
    const Row part = row.subspan(nested.first, nested.codec.width());
    if (part[nested.key].is_null()) continue;
    Message* const inside =
        nested.mutable_field != nullptr
            ? nested.mutable_field(*message)
            : message->GetReflection()->MutableMessage(
                  message,
                  message->GetDescriptor()->FindFieldByNumber(nested.field));
    auto status = nested.codec.Decode(part, inside);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

std::string ShownKey(const Table& table, size_t part, Value value) {
  const auto column = static_cast<size_t>(table.key[part]);
  return table.columns[column].sensitive ? "..." : KeyText(value);
}

std::string KeyText(Value value) {
  switch (value.kind()) {
    case Value::Kind::kInteger:
      return absl::StrCat(value.integer());
    case Value::Kind::kReal:
      return ShortestText(value.real());
    case Value::Kind::kText:
      return std::string(value.text());
    case Value::Kind::kTimestamp:
      return FormatTimestamp(value.seconds(), value.nanos());
    default:
      return "?";
  }
}

}  // namespace modelservice
