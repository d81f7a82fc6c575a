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

}  // namespace modelservice::plugin
