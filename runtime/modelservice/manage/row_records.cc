#include "modelservice/manage/row_records.h"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/type_resolver.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "modelservice/base/compat.h"
#include "modelservice/manage/json_record.h"
#include "modelservice/orm/json.h"

namespace modelservice {
namespace {

namespace pb = google::protobuf;

constexpr absl::string_view kTypeUrl = "type.googleapis.com/";
constexpr absl::string_view kTextStart = "row { [type.googleapis.com/";
constexpr absl::string_view kTextEnd = "} }";

std::string NameOf(const pb::Message& message) {
  return compat::Str(message.GetDescriptor()->full_name());
}

// With maps in the order of their keys.
std::string BytesOf(const pb::Message& message) {
  std::string bytes;
  pb::io::StringOutputStream stream(&bytes);
  pb::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  (void)message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

void AppendVarint(uint64_t value, std::string* out) {
  while (value >= 0x80) {
    out->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out->push_back(static_cast<char>(value));
}

// What JSON's printer writes for a negative zero, -0, its parser reads as an
// integer, which has none.
std::string WithNegativeZeros(absl::string_view json) {
  std::string text;
  bool quoted = false;
  for (size_t i = 0; i < json.size(); ++i) {
    text.push_back(json[i]);
    if (quoted && json[i] == '\\') {
      text.push_back(json[++i]);
    } else if (json[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && absl::StartsWith(json.substr(i), "-0") &&
               i + 2 < json.size() && absl::StrContains(",]}", json[i + 2])) {
      text.append("0.0");
      ++i;
    }
  }
  return text;
}

absl::Status AppendJson(const pb::Message& message, std::string* out) {
  pb::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  const std::unique_ptr<pb::util::TypeResolver> types =
      TypesToWrite(message.GetDescriptor()->file()->pool());
  std::string row;
  const auto status = pb::util::BinaryToJsonString(
      types.get(), absl::StrCat(kTypeUrl, NameOf(message)), BytesOf(message),
      &row, options);
  if (!status.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("JSON has no form of it (", compat::Str(status.message()),
                     "); use --format=binary"));
  }
  absl::StrAppend(out, "{\"model\":\"", NameOf(message),
                  "\",\"row\":", WithNegativeZeros(row), "}\n");
  return absl::OkStatus();
}

void AppendText(const pb::Message& message, std::string* out) {
  pb::TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  // What is inside of an Any may be of any type.
  printer.SetExpandAny(false);
  std::string row;
  (void)printer.PrintToString(message, &row);
  absl::StrAppend(out, kTextStart, NameOf(message), "] { ", row, kTextEnd,
                  "\n");
}

void AppendBinary(const pb::Message& message, std::string* out) {
  pb::Any any;
  any.set_type_url(absl::StrCat(kTypeUrl, NameOf(message)));
  any.set_value(BytesOf(message));
  AppendVarint(any.ByteSizeLong(), out);
  (void)any.AppendToString(out);
}

// Standard input, where it can be read twice.
FILE* CopyOfInput() {
  FILE* const copy = std::tmpfile();
  if (copy == nullptr) return nullptr;
  std::array<char, 1 << 16> buffer;
  size_t size = 0;
  while ((size = std::fread(buffer.data(), 1, buffer.size(), stdin)) > 0) {
    if (std::fwrite(buffer.data(), 1, size, copy) != size) {
      std::fclose(copy);
      return nullptr;
    }
  }
  std::rewind(copy);
  return copy;
}

}  // namespace

absl::StatusOr<RecordFormat> RecordFormatOf(
    const std::optional<std::string>& flag, absl::string_view path) {
  if (!flag.has_value()) {
    for (const absl::string_view ending : {".textproto", ".txtpb", ".pbtxt"}) {
      if (absl::EndsWith(path, ending)) return RecordFormat::kTextProto;
    }
    for (const absl::string_view ending : {".binpb", ".bin", ".pb"}) {
      if (absl::EndsWith(path, ending)) return RecordFormat::kBinary;
    }
    return RecordFormat::kJsonLines;
  }
  if (*flag == "jsonl") return RecordFormat::kJsonLines;
  if (*flag == "textproto") return RecordFormat::kTextProto;
  if (*flag == "binary") return RecordFormat::kBinary;
  return absl::InvalidArgumentError(absl::StrCat(
      "--format: \"", *flag, "\" is none of jsonl, textproto, binary"));
}

absl::Status AppendRecord(const pb::Message& message, RecordFormat format,
                          std::string* out) {
  switch (format) {
    case RecordFormat::kJsonLines:
      return AppendJson(message, out);
    case RecordFormat::kTextProto:
      AppendText(message, out);
      break;
    case RecordFormat::kBinary:
      AppendBinary(message, out);
      break;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<RecordReader>> RecordReader::Open(
    const std::string& path, RecordFormat format) {
  FILE* const file =
      path == "-" ? CopyOfInput() : std::fopen(path.c_str(), "rbe");
  if (file == nullptr) {
    return absl::NotFoundError(
        absl::StrCat("cannot read ", path == "-" ? "standard input" : path,
                     ": ", std::strerror(errno)));
  }
  return std::unique_ptr<RecordReader>(new RecordReader(path, format, file));
}

RecordReader::RecordReader(std::string path, RecordFormat format, FILE* file)
    : path_(std::move(path)), format_(format), file_(file) {
  // A pipe has no size, and cannot be read twice.
  if (std::fseek(file_, 0, SEEK_END) == 0) size_ = std::ftell(file_);
  std::rewind(file_);
}

RecordReader::~RecordReader() {
  std::free(line_);
  std::fclose(file_);
}

void RecordReader::Rewind() {
  std::rewind(file_);
  position_ = 0;
  number_ = 0;
}

std::string RecordReader::place() const {
  const std::string path = path_ == "-" ? "standard input" : path_;
  return absl::StrCat(
      path, format_ == RecordFormat::kBinary ? ": record " : ":", number_);
}

absl::Status RecordReader::Fault(absl::string_view fault) const {
  return absl::InvalidArgumentError(absl::StrCat(place(), ": ", fault));
}

absl::StatusOr<bool> RecordReader::Next() {
  return format_ == RecordFormat::kBinary ? NextBinary() : NextLine();
}

absl::StatusOr<bool> RecordReader::NextLine() {
  for (;;) {
    const ssize_t size = getline(&line_, &capacity_, file_);
    if (size < 0) {
      if (std::ferror(file_) == 0) return false;
      return Fault(absl::StrCat("cannot be read: ", std::strerror(errno)));
    }
    position_ += size;
    ++number_;
    record_.assign(line_, static_cast<size_t>(size));
    absl::StripAsciiWhitespace(&record_);
    if (record_.empty()) continue;
    // Comments of textproto.
    if (format_ == RecordFormat::kTextProto && record_[0] == '#') continue;
    auto status =
        format_ == RecordFormat::kJsonLines ? SplitJson() : SplitText();
    if (!status.ok()) return status;
    return true;
  }
}

absl::Status RecordReader::SplitJson() {
  const auto record = SplitJsonRecord(record_);
  if (!record.ok()) return Fault(record.status().message());
  name_ = record->model;
  body_ = record->row;
  return absl::OkStatus();
}

absl::Status RecordReader::SplitText() {
  absl::string_view rest = record_;
  const size_t end = rest.find("] {");
  if (!absl::ConsumePrefix(&rest, kTextStart) ||
      !absl::ConsumeSuffix(&rest, kTextEnd) || end == absl::string_view::npos) {
    return Fault(absl::StrCat("this is no record; one is a line like ",
                              kTextStart, "shop.Customer] { id: 1 ", kTextEnd));
  }
  name_ = record_.substr(kTextStart.size(), end - kTextStart.size());
  body_ = rest.substr(name_.size() + 3);
  return absl::OkStatus();
}

absl::StatusOr<bool> RecordReader::NextBinary() {
  uint64_t size = 0;
  for (int shift = 0;; shift += 7) {
    const int byte = std::getc(file_);
    if (byte == EOF) {
      if (shift == 0) return false;
      ++number_;
      return Fault("the file ends inside of it; it is not whole");
    }
    ++position_;
    if (shift > 28) {
      ++number_;
      return Fault("there is no length in front of it; this is no dump");
    }
    size |= (static_cast<uint64_t>(byte) & 0x7f) << shift;
    if ((byte & 0x80) == 0) break;
  }
  ++number_;
  if (size_ > 0 && static_cast<int64_t>(size) > size_ - position_) {
    return Fault("the file ends inside of it; it is not whole");
  }
  std::string bytes(size, '\0');
  if (std::fread(bytes.data(), 1, size, file_) != size) {
    return Fault("the file ends inside of it; it is not whole");
  }
  position_ += static_cast<int64_t>(size);
  pb::Any any;
  if (!any.ParseFromString(bytes) ||
      !absl::StartsWith(any.type_url(), kTypeUrl)) {
    return Fault("this is no google.protobuf.Any with a row");
  }
  name_ = any.type_url().substr(kTypeUrl.size());
  record_ = any.value();
  body_ = record_;
  return true;
}

absl::Status RecordReader::Parse(pb::Message* message) const {
  message->Clear();
  switch (format_) {
    case RecordFormat::kJsonLines: {
      const auto status =
          pb::util::JsonStringToMessage(std::string(body_), message);
      if (status.ok()) return absl::OkStatus();
      return absl::InvalidArgumentError(compat::Str(status.message()));
    }
    case RecordFormat::kTextProto: {
      pb::TextFormat::Parser parser;
      compat::FirstError error;
      parser.RecordErrorsTo(&error);
      if (parser.ParseFromString(std::string(body_), message)) {
        return absl::OkStatus();
      }
      return absl::InvalidArgumentError(error.text);
    }
    case RecordFormat::kBinary:
      if (message->ParseFromString(std::string(body_))) {
        return absl::OkStatus();
      }
      return absl::InvalidArgumentError(
          "its bytes are none of this message (a text that is not UTF-8, or a "
          "file that was cut)");
  }
  return absl::OkStatus();
}

}  // namespace modelservice
