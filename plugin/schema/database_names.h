// The names that tables, indexes and sequences have in one database, where no
// two may be equal.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_DATABASE_NAMES_H_
#define MODELSERVICE_PLUGIN_SCHEMA_DATABASE_NAMES_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "plugin/diagnostics.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// The models must outlive it.
class DatabaseNames {
 public:
  explicit DatabaseNames(Target target) : target_(target) {}

  // Models that are imported come first, and nothing is said of them.
  void Add(const Model& model, bool imported);

  // Reports each name that is another's, too: that of who was added first, or
  // of what PostgreSQL makes for a table and names itself.
  void Report(Diagnostics& diagnostics) const;

 private:
  struct Name {
    const Model* model;
    std::string name;
    Place place;
    std::string what;  // `its table "order"`
    std::string mend;
    bool imported;
    bool may_be_made = false;  // it has a diagnostic of its own
  };

  // What PostgreSQL makes for the column, or for the whole table.
  void AddMade(const Model& model, const Field* field, absl::string_view label,
               absl::string_view what);
  // What is equal for one database at least.
  std::string KeyOf(const Name& name) const;

  const Target target_;
  std::vector<Name> names_;
  // By schema and name: `the primary key of shop.Order`.
  std::map<std::pair<std::string, std::string>, std::string> made_;
};

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_DATABASE_NAMES_H_
