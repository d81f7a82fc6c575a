#include "plugin/schema/settings.h"

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/unknown_field_set.h>

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"

namespace modelservice::plugin {
namespace {

namespace pb = google::protobuf;
using compat::Str;

constexpr char kNotSupportedYet[] = "not supported yet";

// The setting `number` of the option `Settings`.
template <class Settings>
const pb::FieldDescriptor* Setting(int number) {
  return Settings::descriptor()->FindFieldByNumber(number);
}

bool IsUnsupported(const pb::FieldDescriptor* setting) {
  static const auto* const kUnsupported =
      new std::set<const pb::FieldDescriptor*>{
          Setting<MethodSettings>(MethodSettings::kBlockingFieldNumber),
      };
  return kUnsupported->count(setting) > 0;
}

// Walks the settings of one option.
class Refusal {
 public:
  Refusal(const Places& places, absl::string_view element,
          Diagnostics& diagnostics)
      : places_(places), element_(element), diagnostics_(diagnostics) {}

  void Walk(const pb::Message& settings, const std::vector<int>& path) {
    std::vector<const pb::FieldDescriptor*> fields;
    settings.GetReflection()->ListFields(settings, &fields);
    for (const pb::FieldDescriptor* field : fields) {
      std::vector<int> at = path;
      at.push_back(field->number());
      WalkField(settings, *field, at);
    }
    const pb::UnknownFieldSet& unknown =
        settings.GetReflection()->GetUnknownFields(settings);
    for (int i = 0; i < unknown.field_count(); ++i) {
      const int number = unknown.field(i).number();
      // What others declared is for them to read.
      if (settings.GetDescriptor()->IsExtensionNumber(number)) continue;
      RefuseUnknown(*settings.GetDescriptor(), number, path);
    }
  }

 private:
  void WalkField(const pb::Message& settings, const pb::FieldDescriptor& field,
                 const std::vector<int>& at) {
    const pb::Reflection& reflection = *settings.GetReflection();
    const std::string name = Str(field.name());
    if (IsUnsupported(&field)) {
      Refuse(at, absl::StrCat(name, ": ", kNotSupportedYet), "remove it");
    } else if (field.cpp_type() == pb::FieldDescriptor::CPPTYPE_MESSAGE) {
      if (!field.is_repeated()) {
        Walk(reflection.GetMessage(settings, &field), at);
        return;
      }
      for (int i = 0; i < reflection.FieldSize(settings, &field); ++i) {
        std::vector<int> item = at;
        item.push_back(i);
        Walk(reflection.GetRepeatedMessage(settings, &field, i), item);
      }
    }
  }

  void RefuseUnknown(const pb::Descriptor& settings, int number,
                     const std::vector<int>& path) {
    std::vector<int> at = path;
    at.push_back(number);
    Refuse(at,
           absl::StrCat("setting ", number, " of ", Str(settings.full_name()),
                        " is unknown to this plugin"),
           "use the annotations.proto of the plugin's own version");
  }

  void Refuse(const std::vector<int>& at, absl::string_view fault,
              absl::string_view mend) {
    diagnostics_.Report(places_.Of(at), element_, fault, mend);
  }

  const Places& places_;
  absl::string_view element_;
  Diagnostics& diagnostics_;
};

}  // namespace

void RefuseUnsupported(const pb::Message& settings, const Places& places,
                       absl::string_view element, Diagnostics& diagnostics) {
  Refusal(places, element, diagnostics).Walk(settings, {});
}

bool HoldsOthersAlone(const pb::Message& settings) {
  const pb::Reflection& reflection = *settings.GetReflection();
  std::vector<const pb::FieldDescriptor*> fields;
  reflection.ListFields(settings, &fields);
  const pb::UnknownFieldSet& unknown = reflection.GetUnknownFields(settings);
  for (int i = 0; i < unknown.field_count(); ++i) {
    if (!settings.GetDescriptor()->IsExtensionNumber(
            unknown.field(i).number())) {
      return false;
    }
  }
  return fields.empty() && !unknown.empty();
}

std::vector<FieldSettings::Behavior> GoogleFieldBehavior(
    const pb::FieldDescriptor& field) {
  constexpr int kFieldBehavior = 1052;
  const pb::FieldOptions& options = field.options();
  const pb::UnknownFieldSet& unknown =
      options.GetReflection()->GetUnknownFields(options);
  std::vector<uint64_t> values;
  for (int i = 0; i < unknown.field_count(); ++i) {
    const pb::UnknownField& entry = unknown.field(i);
    if (entry.number() != kFieldBehavior) continue;
    if (entry.type() == pb::UnknownField::TYPE_VARINT) {
      values.push_back(entry.varint());
    } else if (entry.type() == pb::UnknownField::TYPE_LENGTH_DELIMITED) {
      const std::string packed(entry.length_delimited().data(),
                               entry.length_delimited().size());
      pb::io::CodedInputStream input(
          reinterpret_cast<const uint8_t*>(packed.data()),
          static_cast<int>(packed.size()));
      uint64_t value = 0;
      while (input.ReadVarint64(&value)) values.push_back(value);
    }
  }

  std::vector<FieldSettings::Behavior> behavior;
  for (const uint64_t value : values) {
    switch (value) {
      case 2:
        behavior.push_back(FieldSettings::REQUIRED);
        break;
      case 3:
        behavior.push_back(FieldSettings::OUTPUT_ONLY);
        break;
      case 4:
        behavior.push_back(FieldSettings::INPUT_ONLY);
        break;
      case 5:
        behavior.push_back(FieldSettings::IMMUTABLE);
        break;
      default:
        break;
    }
  }
  return behavior;
}

}  // namespace modelservice::plugin
