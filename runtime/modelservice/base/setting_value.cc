#include "modelservice/base/setting_value.h"

#include <google/protobuf/text_format.h>

#include <cmath>
#include <functional>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "modelservice/base/compat.h"
#include "modelservice/base/did_you_mean.h"
#include "modelservice/base/secrets.h"

namespace modelservice {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::EnumDescriptor;
using ::google::protobuf::EnumValueDescriptor;
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
std::vector<const FieldDescriptor*> PathTo(const Descriptor& settings,
                                           absl::string_view name) {
  const Descriptor* type = &settings;
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
                  Message* settings) {
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

// "INFO, WARNING, ERROR"
std::string NamesOf(const EnumDescriptor& type) {
  std::vector<std::string> names;
  for (int i = 0; i < type.value_count(); ++i) {
    names.push_back(compat::Str(type.value(i)->name()));
  }
  return absl::StrJoin(names, ", ");
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
    case FieldDescriptor::CPPTYPE_ENUM:
      return absl::StrCat(compat::Str(field.default_value_enum()->name()),
                          ", of ", NamesOf(*field.enum_type()));
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

// Of one number; other fields are fine. `origin` is what it is called.
absl::Status CheckNumber(const Message& holder, const FieldDescriptor& field,
                         absl::string_view origin) {
  // One form of a value of somebody else's, like gRPC's, is any number.
  if (field.real_containing_oneof() != nullptr) return absl::OkStatus();
  const Reflection& reflection = *holder.GetReflection();
  const auto wrong = [&](auto value, absl::string_view wanted) {
    return Wrong(origin, absl::StrCat(value), wanted);
  };
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32: {
      const int32_t value = reflection.GetInt32(holder, &field);
      return value < 1 ? wrong(value, kCount) : absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      const int64_t value = reflection.GetInt64(holder, &field);
      return value < 1 ? wrong(value, kCount) : absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      const double value = reflection.GetDouble(holder, &field);
      // NaN is not, either.
      return value >= 0 ? absl::OkStatus() : wrong(value, kNumber);
    }
    default:
      return absl::OkStatus();
  }
}

absl::Status CheckMessage(const Message& message, const std::string& prefix) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const std::string name = absl::StrCat(prefix, compat::Str(field->name()));
    absl::Status status;
    if (!IsMessage(*field)) {
      status = CheckNumber(message, *field, name);
    } else if (!field->is_repeated()) {
      status = CheckMessage(reflection.GetMessage(message, field),
                            absl::StrCat(name, "."));
    } else {
      for (int i = 0; i < reflection.FieldSize(message, field) && status.ok();
           ++i) {
        status = CheckMessage(reflection.GetRepeatedMessage(message, field, i),
                              absl::StrCat(name, "[", i, "]."));
      }
    }
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

void SetTexts(const FieldDescriptor& field, absl::string_view text,
              Message* holder) {
  const Reflection& reflection = *holder->GetReflection();
  reflection.ClearField(holder, &field);
  for (const absl::string_view part :
       absl::StrSplit(text, ',', absl::SkipWhitespace())) {
    reflection.AddString(holder, &field,
                         std::string(absl::StripAsciiWhitespace(part)));
  }
}

// Of one value; what it must be when the text is none, else empty.
std::string SetValue(const FieldDescriptor& field, absl::string_view text,
                     Message* holder) {
  const Reflection& reflection = *holder->GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      reflection.SetString(holder, &field, std::string(text));
      return "";
    case FieldDescriptor::CPPTYPE_BOOL: {
      bool value;
      if (!absl::SimpleAtob(text, &value)) return "true or false";
      reflection.SetBool(holder, &field, value);
      return "";
    }
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      double value;
      if (!absl::SimpleAtod(text, &value)) return std::string(kNumber);
      reflection.SetDouble(holder, &field, value);
      return "";
    }
    case FieldDescriptor::CPPTYPE_ENUM: {
      const EnumValueDescriptor* const value =
          field.enum_type()->FindValueByName(absl::AsciiStrToUpper(text));
      if (value == nullptr) {
        return absl::StrCat("one of ", NamesOf(*field.enum_type()));
      }
      reflection.SetEnum(holder, &field, value);
      return "";
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      int64_t value;
      if (!absl::SimpleAtoi(text, &value)) return std::string(kCount);
      reflection.SetInt64(holder, &field, value);
      return "";
    }
    default: {
      int32_t value;
      if (!absl::SimpleAtoi(text, &value)) return std::string(kCount);
      reflection.SetInt32(holder, &field, value);
      return "";
    }
  }
}

}  // namespace

const FieldDescriptor* FindSetting(const Descriptor& type,
                                   absl::string_view name) {
  const auto path = PathTo(type, name);
  return path.empty() ? nullptr : path.back();
}

absl::Status SetSetting(absl::string_view name, absl::string_view text,
                        absl::string_view origin, Message* settings) {
  const Descriptor& type = *settings->GetDescriptor();
  const auto path = PathTo(type, name);
  if (path.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "unknown setting ", origin, DidYouMean(name, ListSettings(type)),
        "; the settings are ", SettingNames(type)));
  }
  const FieldDescriptor& field = *path.back();
  Message* const holder = HolderOf(path, settings);
  if (IsMessage(field)) return SetMessage(field, text, origin, holder);
  if (field.is_repeated()) {
    SetTexts(field, text, holder);
    return absl::OkStatus();
  }
  const std::string wanted = SetValue(field, text, holder);
  if (!wanted.empty()) return Wrong(origin, text, wanted);
  return CheckNumber(*holder, field, origin);
}

void ClearSetting(absl::string_view name, Message* settings) {
  const auto path = PathTo(*settings->GetDescriptor(), name);
  if (path.empty()) return;
  Message* const holder = HolderOf(path, settings);
  holder->GetReflection()->ClearField(holder, path.back());
}

absl::Status CheckNumbers(const Message& settings) {
  return CheckMessage(settings, "");
}

std::vector<std::string> ListSettings(const Descriptor& type) {
  std::vector<std::string> names;
  ForEachSetting(type, "",
                 [&](const std::string& name, const FieldDescriptor&) {
                   names.push_back(name);
                 });
  return names;
}

std::string SettingNames(const Descriptor& type) {
  return absl::StrJoin(ListSettings(type), ", ");
}

std::string SettingsHelp(const Descriptor& type) {
  return SettingsHelp(
      type, [](const std::string&, const FieldDescriptor&) { return ""; });
}

std::string SettingsHelp(const Descriptor& type, SettingAbout about) {
  std::string help;
  ForEachSetting(
      type, "", [&](const std::string& name, const FieldDescriptor& field) {
        const std::optional<std::string> said = about(name, field);
        if (!said.has_value()) return;
        absl::StrAppend(&help, "  --", name, "=VALUE");
        if (field.has_default_value()) {
          absl::StrAppend(&help, "  (default ", DefaultText(field), ")");
        } else if (IsMessage(field)) {
          absl::StrAppend(&help, "  (",
                          compat::Str(field.message_type()->name()),
                          " in textproto)");
        }
        absl::StrAppend(&help, "\n", *said);
      });
  return help;
}

}  // namespace modelservice
