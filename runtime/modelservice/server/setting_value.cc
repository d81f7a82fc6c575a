#include "modelservice/server/setting_value.h"

#include <google/protobuf/text_format.h>

#include <cmath>
#include <functional>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "modelservice/base/compat.h"
#include "modelservice/base/secrets.h"

namespace modelservice {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;

constexpr absl::string_view kCount = "a whole number of at least 1";
constexpr absl::string_view kNumber = "a number of at least 0";
// Of a value that is none.
constexpr size_t kMostShown = 100;

absl::Status Wrong(absl::string_view origin, absl::string_view text,
                   absl::string_view wanted) {
  return absl::InvalidArgumentError(
      absl::StrCat(origin, ": \"", MaskSecrets(text.substr(0, kMostShown)),
                   "\" is not ", wanted));
}

bool IsMessage(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
}

// The fields on the way to a setting; empty when there is no such setting.
std::vector<const FieldDescriptor*> PathTo(absl::string_view name) {
  const Descriptor* type = Settings::descriptor();
  std::vector<const FieldDescriptor*> path;
  const std::string plain = absl::StrReplaceAll(name, {{"-", "_"}});
  for (const absl::string_view part : absl::StrSplit(plain, '.')) {
    const FieldDescriptor* const field =
        type == nullptr ? nullptr : type->FindFieldByName(std::string(part));
    if (field == nullptr) return {};
    path.push_back(field);
    // There is no name for one of a list.
    type = IsMessage(*field) && !field->is_repeated() ? field->message_type()
                                                      : nullptr;
  }
  return path;
}

// The message that holds the last field of the path.
Message* HolderOf(const std::vector<const FieldDescriptor*>& path,
                  Settings* settings) {
  Message* holder = settings;
  for (size_t i = 0; i + 1 < path.size(); ++i) {
    holder = holder->GetReflection()->MutableMessage(holder, path[i]);
  }
  return holder;
}

absl::Status SetMessage(const FieldDescriptor& field, absl::string_view text,
                        absl::string_view origin, Message* holder) {
  const Reflection& reflection = *holder->GetReflection();
  Message* const message = field.is_repeated()
                               ? reflection.AddMessage(holder, &field)
                               : reflection.MutableMessage(holder, &field);
  compat::FirstError error;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  if (parser.ParseFromString(std::string(text), message)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat(origin, ": ", MaskSecrets(error.text), "; it is a ",
                   compat::Str(field.message_type()->name()), " in textproto"));
}

std::string DefaultText(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return compat::Str(field.default_value_string());
    case FieldDescriptor::CPPTYPE_BOOL:
      return field.default_value_bool() ? "true" : "false";
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return absl::StrCat(field.default_value_double());
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(field.default_value_int64());
    default:
      return absl::StrCat(field.default_value_int32());
  }
}

// Every setting that flags can name, with its name.
void ForEachSetting(const Descriptor& type, const std::string& prefix,
                    const std::function<void(const std::string&,
                                             const FieldDescriptor&)>& visit) {
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const std::string name = absl::StrCat(prefix, compat::Str(field.name()));
    if (IsMessage(field) && !field.is_repeated()) {
      ForEachSetting(*field.message_type(), absl::StrCat(name, "."), visit);
    } else {
      visit(name, field);
    }
  }
}

absl::Status CheckMessage(const Message& message, const std::string& prefix) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const std::string name = absl::StrCat(prefix, compat::Str(field->name()));
    absl::Status status;
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
      case FieldDescriptor::CPPTYPE_INT64: {
        const int64_t value =
            field->cpp_type() == FieldDescriptor::CPPTYPE_INT32
                ? reflection.GetInt32(message, field)
                : reflection.GetInt64(message, field);
        if (value < 1) status = Wrong(name, absl::StrCat(value), kCount);
        break;
      }
      case FieldDescriptor::CPPTYPE_DOUBLE: {
        const double value = reflection.GetDouble(message, field);
        if (!(value >= 0)) {  // NaN is not
          status = Wrong(name, absl::StrCat(value), kNumber);
        }
        break;
      }
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (!field->is_repeated()) {
          status = CheckMessage(reflection.GetMessage(message, field),
                                absl::StrCat(name, "."));
        }
        for (int i = 0; field->is_repeated() &&
                        i < reflection.FieldSize(message, field) && status.ok();
             ++i) {
          status =
              CheckMessage(reflection.GetRepeatedMessage(message, field, i),
                           absl::StrCat(name, "[", i, "]."));
        }
        break;
      default:
        break;
    }
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

const FieldDescriptor* FindSetting(absl::string_view name) {
  const auto path = PathTo(name);
  return path.empty() ? nullptr : path.back();
}

absl::Status SetSetting(absl::string_view name, absl::string_view text,
                        absl::string_view origin, Settings* settings) {
  const auto path = PathTo(name);
  if (path.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "unknown setting ", origin, "; the settings are ", SettingNames()));
  }
  const FieldDescriptor* const field = path.back();
  Message* const holder = HolderOf(path, settings);
  const Reflection& reflection = *holder->GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      if (!field->is_repeated()) {
        reflection.SetString(holder, field, std::string(text));
        return absl::OkStatus();
      }
      reflection.ClearField(holder, field);
      for (const absl::string_view part :
           absl::StrSplit(text, ',', absl::SkipWhitespace())) {
        reflection.AddString(holder, field,
                             std::string(absl::StripAsciiWhitespace(part)));
      }
      return absl::OkStatus();
    case FieldDescriptor::CPPTYPE_BOOL: {
      bool value;
      if (!absl::SimpleAtob(text, &value)) {
        return Wrong(origin, text, "true or false");
      }
      reflection.SetBool(holder, field, value);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      double value;
      if (!absl::SimpleAtod(text, &value) || !(value >= 0)) {
        return Wrong(origin, text, kNumber);
      }
      reflection.SetDouble(holder, field, value);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return SetMessage(*field, text, origin, holder);
    case FieldDescriptor::CPPTYPE_INT64: {
      int64_t value;
      if (!absl::SimpleAtoi(text, &value) || value < 1) {
        return Wrong(origin, text, kCount);
      }
      reflection.SetInt64(holder, field, value);
      return absl::OkStatus();
    }
    default: {
      int32_t value;
      if (!absl::SimpleAtoi(text, &value) || value < 1) {
        return Wrong(origin, text, kCount);
      }
      reflection.SetInt32(holder, field, value);
      return absl::OkStatus();
    }
  }
}

void ClearSetting(absl::string_view name, Settings* settings) {
  const auto path = PathTo(name);
  if (path.empty()) return;
  Message* const holder = HolderOf(path, settings);
  holder->GetReflection()->ClearField(holder, path.back());
}

absl::Status CheckNumbers(const Settings& settings) {
  return CheckMessage(settings, "");
}

std::string SettingNames() {
  std::vector<std::string> names;
  ForEachSetting(*Settings::descriptor(), "",
                 [&](const std::string& name, const FieldDescriptor&) {
                   names.push_back(name);
                 });
  return absl::StrJoin(names, ", ");
}

std::string SettingsHelp() {
  std::string help;
  ForEachSetting(*Settings::descriptor(), "",
                 [&](const std::string& name, const FieldDescriptor& field) {
                   absl::StrAppend(&help, "  --", name, "=VALUE");
                   if (field.has_default_value()) {
                     absl::StrAppend(&help, "  (default ", DefaultText(field),
                                     ")");
                   } else if (IsMessage(field)) {
                     absl::StrAppend(&help, "  (",
                                     compat::Str(field.message_type()->name()),
                                     " in textproto)");
                   }
                   absl::StrAppend(&help, "\n");
                 });
  return help;
}

}  // namespace modelservice
