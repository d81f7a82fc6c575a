// Names that a scaffold may not take, and those that hide others in it.
#ifndef MODELSERVICE_PLUGIN_EMIT_SCAFFOLD_NAMES_H_
#define MODELSERVICE_PLUGIN_EMIT_SCAFFOLD_NAMES_H_

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// A package's names, those in C++ included, for they must not meet either.
class PackageNames {
 public:
  void AddFile(const File& file);
  void Add(const std::string& name) { taken_.insert(name); }

  std::string ForMessage(const std::string& wanted) {
    return Free(wanted, [](const std::string& name) {
      return std::vector<std::string>{name};
    });
  }
  std::string ForService(const std::string& wanted) {
    return Free(wanted, [](const std::string& name) {
      return std::vector<std::string>{name, absl::StrCat(name, "Base")};
    });
  }

 private:
  template <class AllOf>
  std::string Free(const std::string& wanted, const AllOf& all_of) {
    std::string name = wanted;
    const auto is_taken = [&](const std::string& one) {
      return taken_.count(one) > 0;
    };
    for (int i = 2;; ++i) {
      const std::vector<std::string> all = all_of(name);
      if (std::none_of(all.begin(), all.end(), is_taken)) {
        taken_.insert(all.begin(), all.end());
        return name;
      }
      name = absl::StrCat(wanted, i);
    }
  }

  std::set<std::string> taken_;
};

// What is found before the packages of others: names in the file's package, in
// those around it, and packages inside of them.
std::set<std::string> HidingIn(const File& file, const Schema& schema);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_SCAFFOLD_NAMES_H_
