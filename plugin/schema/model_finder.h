// Finds the models that options name, and guesses which ones were meant where
// there is none.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_MODEL_FINDER_H_
#define MODELSERVICE_PLUGIN_SCHEMA_MODEL_FINDER_H_

#include <google/protobuf/descriptor.h>

#include <map>
#include <string>
#include <vector>

#include "plugin/schema/resolver.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// The models of every file that was read, by the message's full name.
using Models = std::map<std::string, const Model*>;

// What is wrong with a name, and what to do about it.
struct NameFault {
  std::string fault;
  std::string mend;
};

// Finds for one file.
class ModelFinder {
 public:
  // Both outlive this.
  ModelFinder(const google::protobuf::FileDescriptor& file,
              const Models& models)
      : models_(models), resolver_(file) {}

  // The model that `name` means inside `scope`, a full name. Null when there is
  // none, and then `fault` says so.
  const Model* Find(const std::string& scope, const std::string& name,
                    NameFault* fault);

 private:
  std::string MendOf(const std::string& scope, const std::string& name);
  void CollectNames();

  const Models& models_;
  Resolver resolver_;
  // Of the models that the file sees, and of the others: as they can be
  // written, and then some. Made with the first fault.
  std::map<std::string, const Model*> seen_;
  std::map<std::string, const Model*> unseen_;
  std::vector<std::string> names_;  // of seen_
};

// What to do about `name`, which is no field of `model` with a column.
std::string MendOfField(absl::string_view name, const Model& model);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_MODEL_FINDER_H_
