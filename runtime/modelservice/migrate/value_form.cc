#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/migrate/value_change.h"

namespace modelservice {
namespace {

absl::string_view NameOf(FieldType type) {
  switch (type) {
    case FieldType::kBool:
      return "bool";
    case FieldType::kInt32:
    case FieldType::kSint32:
    case FieldType::kSfixed32:
      return "int32";
    case FieldType::kInt64:
    case FieldType::kSint64:
    case FieldType::kSfixed64:
      return "int64";
    case FieldType::kUint32:
    case FieldType::kFixed32:
      return "uint32";
    case FieldType::kUint64:
    case FieldType::kFixed64:
      return "uint64";
    case FieldType::kFloat:
      return "float";
    case FieldType::kDouble:
      return "double";
    case FieldType::kString:
      return "string";
    case FieldType::kBytes:
      return "bytes";
    case FieldType::kEnum:
      return "enum";
    case FieldType::kTimestamp:
      return "timestamp";
    case FieldType::kDuration:
      return "duration";
    case FieldType::kMessage:
      break;
  }
  return "message";
}

// Of those whose values PostgreSQL has types for.
absl::string_view FormatOf(Format format) {
  switch (format) {
    case Format::kUuid:
      return " UUID";
    case Format::kDecimal:
      return " DECIMAL";
    case Format::kDate:
      return " DATE";
    case Format::kTime:
      return " TIME";
    default:
      return "";
  }
}

}  // namespace

ValueForm FormOf(const FieldSpec& field) {
  std::string text = absl::StrCat(field.map        ? "map of "
                                  : field.repeated ? "repeated "
                                                   : "",
                                  NameOf(field.type));
  switch (field.storage) {
    case Storage::kNative:
      if (!field.repeated) absl::StrAppend(&text, FormatOf(field.format));
      break;
    case Storage::kArray:
      break;
    case Storage::kName:
      absl::StrAppend(&text, " NAME");
      break;
    case Storage::kJson:
      absl::StrAppend(&text, " JSON");
      break;
    case Storage::kBytes:
      absl::StrAppend(&text, " BYTES");
      break;
  }
  ValueForm form;
  form.text = std::move(text);
  return form;
}

}  // namespace modelservice
