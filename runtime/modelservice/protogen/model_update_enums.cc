// ModelUpdate's part about the enums inside of a message.
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/protogen/enum_labels.h"
#include "modelservice/protogen/model_update.h"
#include "modelservice/protogen/proto_writer.h"

namespace modelservice::proto {

namespace pb = google::protobuf;

// The enums that new fields are of, here or in other messages.
void ModelUpdate::AddEnums(const std::vector<const Field*>& fields,
                           std::string* text) {
  for (const Enum& type : built_.enums) {
    const bool is_there = std::any_of(
        existing_.message->enum_type().begin(),
        existing_.message->enum_type().end(),
        [&](const auto& known) { return known.name() == type.name; });
    const bool is_wanted =
        wanted_.count(absl::StrCat(built_.name, ".", type.name)) > 0 ||
        std::any_of(fields.begin(), fields.end(), [&](const Field* field) {
          return field->type == type.name;
        });
    if (is_wanted && !is_there) {
      absl::StrAppend(text, WriteEnum(type, IndentOfFields()));
    }
  }
}

// What the columns of the message's own enum `known` are of; null when no field
// tells. Types of several schemas may have one name.
const Enum* ModelUpdate::TypeOf(const std::string& known) const {
  const auto last = [](const std::string& name) {
    return name.substr(name.rfind('.') + 1);
  };
  for (const ExistingField& field : existing_.fields) {
    const Field* built = FindBuilt(field.name);
    if (built == nullptr || last(field.type) != known ||
        last(built->type) != known) {
      continue;
    }
    const auto found =
        enums_.find(absl::StrContains(built->type, '.')
                        ? built->type
                        : absl::StrCat(built_.name, ".", built->type));
    if (found != enums_.end()) return &found->second;
  }
  return nullptr;
}

// New labels; one that is gone harms nobody.
absl::Status ModelUpdate::UpdateEnums() {
  for (int i = 0; i < existing_.message->enum_type_size(); ++i) {
    const pb::EnumDescriptorProto& known = existing_.message->enum_type(i);
    const Enum* const type = TypeOf(known.name());
    if (type == nullptr) continue;
    int number = 0;
    for (const auto& value : known.value()) {
      number = std::max(number, value.number() + 1);
    }
    for (const auto& range : known.reserved_range()) {
      number = std::max(number, range.end() + 1);  // inclusive for enums
    }
    std::string text;
    for (const std::string& label : type->values) {
      const bool is_new = std::none_of(
          known.value().begin(), known.value().end(),
          [&](const auto& value) { return value.name() == label; });
      if (!is_new) continue;
      absl::StrAppend(&text, IndentOfFields(), IndentOf(style_), label, " = ",
                      number++, ";\n");
    }
    if (text.empty()) continue;
    const std::vector<int> path =
        Below(existing_.path, {pb::DescriptorProto::kEnumTypeFieldNumber, i});
    std::vector<std::string> labels = type->values;
    for (const auto& value : known.value()) {
      if (std::find(labels.begin(), labels.end(), value.name()) ==
          labels.end()) {
        labels.push_back(value.name());
      }
    }
    if (!CanBeValues(known.name(), labels)) {
      return absl::FailedPreconditionError(absl::StrCat(
          file_.PlaceOf(path), ": the type of ", known.name(),
          " has new labels that cannot be values beside the others; make its "
          "fields strings with numbers of their own"));
    }
    InsertAtEnd(file_, path, std::move(text), edit_);
  }
  return absl::OkStatus();
}

}  // namespace modelservice::proto
