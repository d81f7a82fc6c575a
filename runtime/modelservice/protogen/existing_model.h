// A message of a file that is there already, and what our options say of it.
#ifndef MODELSERVICE_PROTOGEN_EXISTING_MODEL_H_
#define MODELSERVICE_PROTOGEN_EXISTING_MODEL_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "modelservice/annotations.pb.h"
#include "modelservice/protogen/existing_file.h"

namespace modelservice::proto {

struct ExistingField {
  std::string name;
  std::string column;
  std::string type;  // as written
  int number = 0;
  bool optional = false;
  bool repeated = false;
  bool in_oneof = false;
  bool has_settings = false;
  FieldSettings settings;
  ExtensionTexts extensions;  // in the settings
  std::vector<int> path;
};

struct ExistingModel {
  const google::protobuf::DescriptorProto* message = nullptr;
  std::vector<int> path;
  bool has_settings = false;
  ModelSettings settings;
  ExtensionTexts extensions;
  std::vector<ExistingField> fields;

  const ExistingField* FindField(const std::string& name) const;
  // The next number that no field has, ever had, or may not have; counted from
  // after `last`, or after the greatest one when that is 0.
  int NextNumber(int last) const;
};

// The message at `position` of the file's top level.
absl::StatusOr<ExistingModel> ReadModel(const ExistingFile& file, int position);

// Whether there is another message whose name differs in case alone. Then only
// what has the very name is meant by it.
bool HasTwin(const std::vector<ExistingModel>& models, const std::string& name);

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_EXISTING_MODEL_H_
