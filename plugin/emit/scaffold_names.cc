#include "plugin/emit/scaffold_names.h"

#include <memory>

#include "plugin/emit/naming.h"

namespace modelservice::plugin {

void PackageNames::AddFile(const File& file) {
  for (const auto& [name, element] : file.cpp_names) taken_.insert(name);
  if (!file.empty()) taken_.insert(RegisterFunction(file));
  for (const auto& model : file.models) taken_.insert(ModelClass(*model));
  for (const Service& service : file.services) {
    taken_.insert(ServiceClass(service));
  }
}

std::set<std::string> HidingIn(const File& file, const Schema& schema) {
  std::set<std::string> hiding;
  const auto add = [&](const File& other) {
    if (other.namespaces != file.namespaces) return;
    for (const auto& [name, element] : other.cpp_names) hiding.insert(name);
  };
  add(file);
  for (const File* const import : file.imports) add(*import);
  for (const auto* files : {&schema.files, &schema.imports}) {
    for (const std::unique_ptr<File>& other : *files) {
      const auto& own = file.namespaces;
      const auto& inner = other->namespaces;
      for (size_t i = 0; i < inner.size(); ++i) {
        if (i > 0) hiding.insert(inner[i]);
        if (i >= own.size() || own[i] != inner[i]) break;
      }
    }
  }
  return hiding;
}

}  // namespace modelservice::plugin
