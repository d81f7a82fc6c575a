#include "plugin/emit/client_names.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/schema/words.h"
#include "plugin/schema/words.h"

namespace modelservice::plugin {

std::string ClientClass(const Service& service) {
  return absl::StrCat(service.name, "Client");
}

std::string ClientHeaderPath(const File& file) {
  return absl::StrCat(file.stem, ".modelservice.client.pb.h");
}

std::vector<ClientNames> ClientNamesOf(const Service& service) {
  // A member may not be called as its class, whose base has no names.
  std::set<std::string> taken = {ClientClass(service)};
  const auto make = [&taken](std::string wanted) {
    while (IsCppKeyword(wanted) || !taken.insert(wanted).second) wanted += '_';
    return wanted;
  };
  std::vector<ClientNames> names(service.methods.size());
  // The methods' own come first: the others give way.
  for (size_t i = 0; i < names.size(); ++i) {
    names[i].call = make(service.methods[i].name);
  }
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string& name = service.methods[i].name;
    names[i].start = make(absl::StrCat("Start", name));
    names[i].page = make(absl::StrCat(name, "Page"));
    names[i].constant = make(absl::StrCat("k", CamelCase(name), "Method"));
  }
  return names;
}

}  // namespace modelservice::plugin
