#include "modelservice/protogen/existing_model.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"

namespace modelservice::proto {
namespace {

namespace pb = google::protobuf;

// What protobuf keeps for itself, and the greatest number that there is.
constexpr int kFirstOfProtobuf = 19000;
constexpr int kLastOfProtobuf = 19999;
constexpr int kGreatestNumber = 536870911;

std::string TypeOf(const ExistingFile& file,
                   const pb::FieldDescriptorProto& field,
                   const std::vector<int>& path) {
  // The name of a type of a message or an enum is written in the file.
  const int part = field.has_type_name()
                       ? pb::FieldDescriptorProto::kTypeNameFieldNumber
                       : pb::FieldDescriptorProto::kTypeFieldNumber;
  return std::string(file.TextOf(Below(path, {part})));
}

absl::StatusOr<ExistingField> ReadField(const ExistingFile& file,
                                        const pb::FieldDescriptorProto& proto,
                                        std::vector<int> path) {
  ExistingField field;
  field.name = proto.name();
  field.number = proto.number();
  field.type = TypeOf(file, proto, path);
  field.optional = proto.proto3_optional();
  field.repeated = proto.label() == pb::FieldDescriptorProto::LABEL_REPEATED;
  field.in_oneof = proto.has_oneof_index() && !proto.proto3_optional();
  const auto& options = proto.options().uninterpreted_option();
  field.has_settings = !OptionsNamed(options, "modelservice.field").empty();
  const absl::Status status = ReadSettings(
      file, Below(path, {pb::FieldDescriptorProto::kOptionsFieldNumber}),
      options, "modelservice.field", &field.settings, &field.extensions);
  if (!status.ok()) return status;
  field.column =
      field.settings.has_column() ? field.settings.column() : field.name;
  field.path = std::move(path);
  return field;
}

}  // namespace

const ExistingField* ExistingModel::FindField(const std::string& name) const {
  for (const ExistingField& field : fields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

int ExistingModel::NextNumber(int last) const {
  // Ends of ranges are exclusive. One up to the greatest number says where to
  // stop, not what was used.
  std::vector<std::pair<int, int>> ranges = {
      {kFirstOfProtobuf, kLastOfProtobuf + 1}};
  for (const auto& range : message->reserved_range()) {
    ranges.emplace_back(range.start(), range.end());
  }
  for (const auto& range : message->extension_range()) {
    ranges.emplace_back(range.start(), range.end());
  }
  int number = last + 1;
  if (last == 0) {
    for (const pb::FieldDescriptorProto& field : message->field()) {
      number = std::max(number, field.number() + 1);
    }
    for (const auto& range : message->reserved_range()) {
      if (range.end() <= kGreatestNumber)
        number = std::max(number, range.end());
    }
  }
  std::sort(ranges.begin(), ranges.end());
  for (const auto& [start, end] : ranges) {
    if (number >= start && number < end) number = end;
  }
  return number;
}

absl::StatusOr<ExistingModel> ReadModel(const ExistingFile& file,
                                        int position) {
  ExistingModel model;
  model.message = &file.file().message_type(position);
  model.path = {pb::FileDescriptorProto::kMessageTypeFieldNumber, position};
  const auto& options = model.message->options().uninterpreted_option();
  model.has_settings = !OptionsNamed(options, "modelservice.model").empty();
  const absl::Status status = ReadSettings(
      file, Below(model.path, {pb::DescriptorProto::kOptionsFieldNumber}),
      options, "modelservice.model", &model.settings, &model.extensions);
  if (!status.ok()) return status;
  for (int i = 0; i < model.message->field_size(); ++i) {
    auto field = ReadField(
        file, model.message->field(i),
        Below(model.path, {pb::DescriptorProto::kFieldFieldNumber, i}));
    if (!field.ok()) return field.status();
    model.fields.push_back(*std::move(field));
  }
  return model;
}

bool HasTwin(const std::vector<ExistingModel>& models,
             const std::string& name) {
  return std::any_of(
      models.begin(), models.end(), [&](const ExistingModel& model) {
        return model.message->name() != name &&
               absl::EqualsIgnoreCase(model.message->name(), name);
      });
}

}  // namespace modelservice::proto
