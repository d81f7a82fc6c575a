#include "plugin/emit/value.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "plugin/emit/naming.h"

namespace modelservice::plugin {
namespace {

bool NeedsArena(const Field& field) {
  return field.spec().storage != Storage::kNative || field.hidden;
}

// The value of the column when the field is there.
std::string PresentValue(const Field& field) {
  const std::string get = absl::StrCat("m.", field.cpp_name, "()");
  switch (field.spec().storage) {
    case Storage::kJson:
    case Storage::kArray:
      return absl::StrCat("::modelservice::ToJson(m, ", field.number,
                          ", arena)");
    case Storage::kBytes:
      return absl::StrCat("::modelservice::ToBytes(m, ", field.number,
                          ", arena)");
    case Storage::kName:
      return absl::StrCat("::modelservice::ToEnumName(", field.enum_cpp_type,
                          "_descriptor(), ", get, ", arena)");
    case Storage::kNative:
      break;
  }
  const std::string value =
      field.hidden
          ? absl::StrCat("::modelservice::TextOf(m, ", field.number, ", arena)")
      : field.wrapper ? get + ".value()"
                      : get;
  switch (field.type) {
    case FieldType::kString:
      return absl::StrCat(field.column->nullable && field.empty_is_null()
                              ? "::modelservice::ToTextOrNull("
                              : "::modelservice::ToText(",
                          value, ")");
    case FieldType::kBytes:
      return absl::StrCat("::modelservice::ToBlob(", value, ")");
    case FieldType::kEnum:
      return absl::StrCat("::modelservice::ToValue(static_cast<int32_t>(",
                          value, "))");
    default:
      return absl::StrCat("::modelservice::ToValue(", value, ")");
  }
}

// `value` as the field's setter takes it; empty where the column's values are
// not the field's own, or another may be in the same oneof.
std::string SetterArgument(const Field& field) {
  if (field.spec().storage != Storage::kNative || field.hidden ||
      field.wrapper || !field.oneof.empty()) {
    return "";
  }
  switch (field.type) {
    case FieldType::kBool:
      return "static_cast<bool>(value.integer())";
    case FieldType::kInt32:
      return "static_cast<int32_t>(value.integer())";
    case FieldType::kUint32:
      return "static_cast<uint32_t>(value.integer())";
    case FieldType::kInt64:
      return "value.integer()";
    case FieldType::kUint64:
      return "static_cast<uint64_t>(value.integer())";
    case FieldType::kEnum:
      return field.closed_enum
                 ? ""
                 : absl::StrCat("static_cast<", field.enum_cpp_type,
                                ">(value.integer())");
    case FieldType::kDouble:
      return "value.real()";
    case FieldType::kString:
    case FieldType::kBytes:
      return "std::string(value.text())";
    default:
      return "";
  }
}

void EmitSetCases(const Model& model, Printer& out) {
  for (size_t i = 0; i < model.columns.size(); ++i) {
    const Field& field = model.columns[i];
    const std::string argument = SetterArgument(field);
    if (argument.empty()) continue;
    out.Emit(
        {{"class", ModelClass(model)},
         {"position", ColumnConstant(model, static_cast<int>(i))},
         {"set", absl::StrCat("m.set_", field.cpp_name, "(", argument, ");")}},
        R"(
               case $class$::$position$:
                 $set$
                 return true;
             )");
  }
}

void EmitCases(const Model& model, Printer& out) {
  for (size_t i = 0; i < model.columns.size(); ++i) {
    const Field& field = model.columns[i];
    const std::string value = PresentValue(field);
    out.Emit(
        {{"class", ModelClass(model)},
         {"position", ColumnConstant(model, static_cast<int>(i))},
         {"absent", field.presence ? absl::StrCat("if (!m.has_", field.cpp_name,
                                                  "()) break;")
                                   : ""},
         {"value", value}},
        R"(
          case $class$::$position$:
            $absent$
            return $value$;
        )");
  }
}

}  // namespace

void EmitGet(const Model& model, const std::string& name, Printer& out) {
  const bool arena =
      std::any_of(model.columns.begin(), model.columns.end(), NeedsArena);
  out.Emit(
      {{"head", absl::StrCat("::modelservice::Value ", name,
                             "(const ::google::protobuf::Message& message, int "
                             "column, ::modelservice::TextArena&",
                             arena ? " arena" : "", ") {")},
       {"message", model.cpp_type},
       {"cases", [&] { EmitCases(model, out); }}},
      R"(
        $head$
          const auto& m = static_cast<const $message$&>(message);
          switch (column) {
            $cases$
          }
          return ::modelservice::Value::Null();
        }

      )");
}

bool EmitSet(const Model& model, const std::string& name, Printer& out) {
  const auto is_set = [](const Field& field) {
    return !SetterArgument(field).empty();
  };
  if (std::none_of(model.columns.begin(), model.columns.end(), is_set)) {
    return false;
  }
  out.Emit({{"head", absl::StrCat("bool ", name,
                                  "(::google::protobuf::Message& message, int "
                                  "column, ::modelservice::Value value) {")},
            {"message", model.cpp_type},
            {"cases", [&] { EmitSetCases(model, out); }}},
           R"(
             $head$
               auto& m = static_cast<$message$&>(message);
               switch (column) {
                 $cases$
               }
               return false;
             }

           )");
  return true;
}

}  // namespace modelservice::plugin
