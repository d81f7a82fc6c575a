// Brings one message of a file up to date.
#ifndef MODELSERVICE_PROTOGEN_MODEL_UPDATE_H_
#define MODELSERVICE_PROTOGEN_MODEL_UPDATE_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "modelservice/protogen/existing_file.h"
#include "modelservice/protogen/existing_model.h"
#include "modelservice/protogen/proto_file.h"
#include "modelservice/protogen/text_edit.h"

namespace modelservice::proto {

class ModelUpdate {
 public:
  // Everything outlives this. `built` has the file's names, `enums` are those
  // of the messages that are built with it, by "Message.Enum".
  ModelUpdate(const ExistingFile& file, const ExistingModel& existing,
              const Message& built, const std::map<std::string, Enum>& enums,
              Style style, TextEdit* edit)
      : file_(file),
        existing_(existing),
        built_(built),
        enums_(enums),
        style_(style),
        edit_(edit) {}

  // Enums, as "Message.Enum", that other messages want of this one.
  void Want(const std::set<std::string>& enums) { wanted_ = enums; }

  // Adds what is to change to the edit, and the types of new fields to `types`.
  absl::Status Apply(std::set<std::string>* types);

 private:
  bool IsKey(const Field& built) const;
  absl::Status Keep(const ExistingField& field, const Field& built);
  absl::Status KeepRelation(const ExistingField& field);
  absl::Status Rewrite(const ExistingField& field, Field written);
  bool IsRelation(const ExistingField& field) const;
  absl::Status Drop(const ExistingField& field, bool reserve_name);
  void AddFields(const std::vector<const Field*>& fields,
                 std::set<std::string>* types);
  absl::Status UpdateEnums();
  const Enum* TypeOf(const std::string& known) const;
  void AddEnums(const std::vector<const Field*>& fields, std::string* text);
  absl::Status UpdateSettings(const std::set<std::string>& dropped);
  std::string IndentOfFields() const;
  const Field* FindBuilt(const std::string& name) const;

  const ExistingFile& file_;
  const ExistingModel& existing_;
  const Message& built_;
  const std::map<std::string, Enum>& enums_;
  const Style style_;
  TextEdit* edit_;
  std::set<std::string> wanted_;
  // Statements that cannot stand where the field did: in a oneof.
  std::string reserved_;
};

// Adds `text` behind the brace that opens the body of what is at `path`, whose
// name is at `name`.
void InsertAtStart(const ExistingFile& file, const std::vector<int>& path,
                   std::string text, TextEdit* edit);

// The same before the brace that closes it: on a line of its own, or in front
// of it.
void InsertAtEnd(const ExistingFile& file, const std::vector<int>& path,
                 std::string text, TextEdit* edit);

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_MODEL_UPDATE_H_
