// The requests and replies of a scaffold.
#ifndef MODELSERVICE_PLUGIN_EMIT_SCAFFOLD_MESSAGES_H_
#define MODELSERVICE_PLUGIN_EMIT_SCAFFOLD_MESSAGES_H_

#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "plugin/emit/scaffold.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// Writes fields for one model into one file.
class ScaffoldMessages {
 public:
  // Everything outlives this. `hiding` are names that scopes around the file's
  // declarations have. What types need is added to `imports`.
  ScaffoldMessages(const Model& model, const File& file,
                   const std::set<std::string>& hiding,
                   std::set<std::string>* imports);

  // A type by its full name, as it is found in any scope of the file.
  std::string TypeName(absl::string_view full_name) const;
  // That of the model, which methods of the names hide inside of a service.
  std::string ModelType(const std::vector<absl::string_view>& methods) const;

  // Whether List can be asked for pages: the model has no column of the name.
  bool pages() const { return model_.FindColumn("page_token") < 0; }

  // The fields by which one row is found.
  std::vector<ScaffoldField> Key() const;
  // With those that say what is read of it.
  std::vector<ScaffoldField> Get() const;
  // With the state that it has to be in.
  std::vector<ScaffoldField> Change() const;
  std::vector<ScaffoldField> List(bool aip) const;
  std::vector<ScaffoldField> Page() const;
  // The row, and perhaps a mask beside it.
  std::vector<ScaffoldField> Resource(bool mask) const;
  // What may change, side by side with the key, under the model's own numbers.
  std::vector<ScaffoldField> Columns() const;

 private:
  std::string TypeOf(const MessageField& field) const;
  ScaffoldField OneOf(const MessageField& field) const;
  ScaffoldField Mask(int number, absl::string_view comment) const;
  void AddReadMask(std::vector<ScaffoldField>* fields) const;
  void AddShowDeleted(std::vector<ScaffoldField>* fields) const;
  // The model's name as a field's, in the plural or not.
  std::string FieldName(bool plural) const;
  void AddUnlessColumn(absl::string_view type, absl::string_view name,
                       absl::string_view comment,
                       std::vector<ScaffoldField>* fields) const;

  const Model& model_;
  const File& file_;
  const std::set<std::string>& hiding_;
  std::set<std::string>* imports_;
};

// "ListBooks" is "List" and this.
std::string PluralOf(const Model& model);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_SCAFFOLD_MESSAGES_H_
