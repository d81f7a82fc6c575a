#include "modelservice/manage/config_text.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/text_format.h>

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"
#include "modelservice/base/secrets.h"

namespace modelservice {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;

// A file's name is no secret, whatever is in it.
std::string Shown(const FieldDescriptor& field, const std::string& value) {
  const std::string name = compat::Str(field.name());
  if (absl::EndsWith(name, "_file")) return value;
  if (IsSecretName(name)) return "...";
  return absl::StrContains(value, "://") ? MaskUrl(value) : MaskSecrets(value);
}

void Mask(Message* message) {
  if (message->GetDescriptor() == ChannelOption::descriptor()) {
    auto* const option = static_cast<ChannelOption*>(message);
    if (option->has_text() && IsSecretName(option->name())) {
      option->set_text("...");
    }
  }
  const Reflection& reflection = *message->GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(*message, &fields);
  for (const FieldDescriptor* const field : fields) {
    const int count =
        field->is_repeated() ? reflection.FieldSize(*message, field) : 1;
    for (int i = 0; i < count; ++i) {
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        Mask(field->is_repeated()
                 ? reflection.MutableRepeatedMessage(message, field, i)
                 : reflection.MutableMessage(message, field));
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        if (field->is_repeated()) {
          reflection.SetRepeatedString(
              message, field, i,
              Shown(*field, reflection.GetRepeatedString(*message, field, i)));
        } else {
          reflection.SetString(
              message, field,
              Shown(*field, reflection.GetString(*message, field)));
        }
      }
    }
  }
}

// Its line, with the default that it has.
std::string DefaultLine(const Settings& settings,
                        const FieldDescriptor& field) {
  std::string value;
  google::protobuf::TextFormat::PrintFieldValueToString(settings, &field, -1,
                                                        &value);
  return absl::StrCat("# ", compat::Str(field.name()), ": ", value, "\n");
}

}  // namespace

std::string ConfigText(const Settings& settings) {
  Settings shown = settings;
  Mask(&shown);
  std::string text;
  (void)google::protobuf::TextFormat::PrintToString(shown, &text);
  const auto& type = *Settings::descriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (field.is_repeated() || !field.has_default_value() ||
        settings.GetReflection()->HasField(settings, &field)) {
      continue;
    }
    absl::StrAppend(&text, DefaultLine(settings, field));
  }
  return text;
}

}  // namespace modelservice
