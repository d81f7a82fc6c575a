#include "modelservice/protogen/proto_writer.h"

#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "modelservice/base/compat.h"

namespace modelservice::proto {
namespace {

namespace pb = google::protobuf;
using compat::Str;

constexpr size_t kWidth = 80;

// Breaks lines that are too long between words.
std::string Comment(absl::string_view text, absl::string_view indent) {
  std::string lines;
  if (text.empty()) return lines;
  for (const absl::string_view paragraph : absl::StrSplit(text, '\n')) {
    std::string line = absl::StrCat(indent, "//");
    const size_t start = line.size();
    for (const absl::string_view word : absl::StrSplit(paragraph, ' ')) {
      if (line.size() > start && line.size() + 1 + word.size() > kWidth) {
        absl::StrAppend(&lines, line, "\n");
        line.resize(start);
      }
      if (!paragraph.empty()) absl::StrAppend(&line, " ", word);
    }
    absl::StrAppend(&lines, line, "\n");
  }
  return lines;
}

std::string Quoted(absl::string_view text) {
  return absl::StrCat(
      "\"", absl::StrReplaceAll(absl::Utf8SafeCEscape(text), {{"\\'", "'"}}),
      "\"");
}

// The value of a scalar setting; of its element `index` when it is repeated.
std::string ScalarOf(const pb::Message& message,
                     const pb::FieldDescriptor& field, int index) {
  const pb::Reflection& reflection = *message.GetReflection();
  const bool repeated = field.is_repeated();
  switch (field.cpp_type()) {
    case pb::FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(message, &field) ? "true" : "false";
    case pb::FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(reflection.GetInt32(message, &field));
    case pb::FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(reflection.GetInt64(message, &field));
    case pb::FieldDescriptor::CPPTYPE_ENUM: {
      const int number =
          repeated ? reflection.GetRepeatedEnumValue(message, &field, index)
                   : reflection.GetEnumValue(message, &field);
      const auto* const value = field.enum_type()->FindValueByNumber(number);
      // Text format takes a number for a value that has no name.
      return value == nullptr ? absl::StrCat(number) : Str(value->name());
    }
    default:
      return Quoted(repeated
                        ? reflection.GetRepeatedString(message, &field, index)
                        : reflection.GetString(message, &field));
  }
}

// "max_length: 150", one for each setting and each element of a list; with
// messages on several lines where `width` is not enough.
std::vector<std::string> SettingsOf(const pb::Message& message,
                                    absl::string_view indent, size_t width) {
  const pb::Reflection& reflection = *message.GetReflection();
  std::vector<const pb::FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  std::vector<std::string> settings;
  for (const pb::FieldDescriptor* field : fields) {
    const bool repeated = field->is_repeated();
    const int count = repeated ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      const std::string name = absl::StrCat(Str(field->name()), ": ");
      if (field->cpp_type() != pb::FieldDescriptor::CPPTYPE_MESSAGE) {
        settings.push_back(absl::StrCat(name, ScalarOf(message, *field, i)));
        continue;
      }
      const std::vector<std::string> inner =
          SettingsOf(repeated ? reflection.GetRepeatedMessage(message, field, i)
                              : reflection.GetMessage(message, field),
                     indent, width);
      std::string line =
          absl::StrCat(name, "{ ", absl::StrJoin(inner, " "), " }");
      if (line.size() > width) {
        const std::string separator = absl::StrCat("\n", indent);
        line =
            absl::StrCat(name, "{", separator, absl::StrJoin(inner, separator),
                         "\n", indent.substr(0, indent.size() / 3 * 2), "}");
      }
      settings.push_back(std::move(line));
    }
  }
  return settings;
}

// `before` = { ... } `after`, on one line where that fits.
std::string Settings(absl::string_view before, const pb::Message& message,
                     const std::vector<std::string>& extensions,
                     absl::string_view after, absl::string_view indent) {
  // Settings are indented twice, what is inside of them three times.
  std::vector<std::string> settings =
      SettingsOf(message, absl::StrCat(indent, indent, indent),
                 kWidth - 2 * indent.size());
  settings.insert(settings.end(), extensions.begin(), extensions.end());
  std::string line = absl::StrCat(indent, before, " = { ",
                                  absl::StrJoin(settings, " "), " }", after);
  if (line.size() <= kWidth && !absl::StrContains(line, "\n")) {
    return absl::StrCat(line, "\n");
  }
  std::string lines = absl::StrCat(indent, before, " = {\n");
  for (const std::string& setting : settings) {
    absl::StrAppend(&lines, indent, indent, setting, "\n");
  }
  absl::StrAppend(&lines, indent, "}", after, "\n");
  return lines;
}

std::string WriteMessage(const Message& message, Style style) {
  std::string text = absl::StrCat(Comment(message.comment, ""), "message ",
                                  message.name, " {\n");
  if (message.settings.ByteSizeLong() > 0) {
    absl::StrAppend(
        &text,
        WriteOption("modelservice.model", message.settings, IndentOf(style)),
        "\n");
  }
  for (const Enum& type : message.enums) {
    absl::StrAppend(&text, WriteEnum(type, IndentOf(style)), "\n");
  }
  for (const Field& field : message.fields) {
    absl::StrAppend(&text, WriteField(field, IndentOf(style)));
  }
  absl::StrAppend(&text, "}\n");
  return text;
}

std::string WriteMethod(const Method& method, Style style) {
  std::string line =
      absl::StrCat("rpc ", method.name, "(", method.request, ") returns (",
                   method.streams_reply ? "stream " : "", method.reply, ")");
  return absl::StrCat(IndentOf(style), line,
                      style == Style::kDjango ? " {}\n" : ";\n");
}

std::string WriteService(const Service& service, Style style) {
  std::string text = absl::StrCat(Comment(service.comment, ""), "service ",
                                  service.name, " {\n");
  if (service.settings.ByteSizeLong() > 0) {
    absl::StrAppend(
        &text,
        WriteOption("modelservice.service", service.settings, IndentOf(style)),
        "\n");
  }
  for (const Method& method : service.methods) {
    absl::StrAppend(&text, WriteMethod(method, style));
  }
  absl::StrAppend(&text, "}\n");
  return text;
}

}  // namespace

absl::string_view IndentOf(Style style) {
  return style == Style::kDjango ? "    " : "  ";
}

std::string WriteOption(absl::string_view name, const pb::Message& settings,
                        absl::string_view indent,
                        const std::vector<std::string>& extensions) {
  return Settings(absl::StrCat("option (", name, ")"), settings, extensions,
                  ";", indent);
}

std::string WriteField(const Field& field, absl::string_view indent,
                       absl::string_view other_options) {
  std::string text = Comment(field.comment, indent);
  const std::string declaration =
      absl::StrCat(field.label, field.label.empty() ? "" : " ", field.type, " ",
                   field.name, " = ", field.number);
  if (field.settings.ByteSizeLong() == 0 && field.extensions.empty()) {
    absl::StrAppend(&text, indent, declaration);
    if (!other_options.empty())
      absl::StrAppend(&text, " [", other_options, "]");
    absl::StrAppend(&text, ";\n");
    return text;
  }
  absl::StrAppend(&text,
                  Settings(absl::StrCat(declaration, " [", other_options,
                                        other_options.empty() ? "" : ", ",
                                        "(modelservice.field)"),
                           field.settings, field.extensions, "];", indent));
  return text;
}

std::string WriteEnum(const Enum& type, absl::string_view indent) {
  std::string text = absl::StrCat(Comment(type.comment, indent), indent,
                                  "enum ", type.name, " {\n");
  for (size_t i = 0; i < type.values.size(); ++i) {
    absl::StrAppend(&text, indent, indent, type.values[i], " = ", i, ";\n");
  }
  absl::StrAppend(&text, indent, "}\n");
  return text;
}

std::string WriteModel(const Model& model, Style style) {
  std::string text = absl::StrCat(WriteService(model.service, style), "\n",
                                  WriteMessage(model.message, style));
  for (const Message& request : model.requests) {
    absl::StrAppend(&text, "\n", WriteMessage(request, style));
  }
  return text;
}

std::string WriteFile(const File& file) {
  std::string text =
      absl::StrCat("syntax = \"proto3\";\n\npackage ", file.package, ";\n\n");
  std::set<std::string> imports = file.imports;
  imports.insert(file.neighbours.begin(), file.neighbours.end());
  for (const std::string& import : imports) {
    absl::StrAppend(&text, "import \"", import, "\";\n");
  }
  if (file.settings.ByteSizeLong() > 0) {
    absl::StrAppend(&text, "\n",
                    WriteOption("modelservice.file", file.settings, ""));
  }
  for (const Model& model : file.models) {
    absl::StrAppend(&text, "\n", WriteModel(model, file.style));
  }
  return text;
}

}  // namespace modelservice::proto
