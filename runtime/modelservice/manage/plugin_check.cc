#include "modelservice/manage/plugin_check.h"

#include "absl/strings/str_cat.h"
#include "modelservice/manage/plugin_run.h"

namespace modelservice {

absl::Status CheckWithPlugin(const std::string& name,
                             const std::string& files) {
  ProtoSource source;
  if (!source.set.ParseFromString(files)) {
    return absl::InternalError(absl::StrCat(name, " cannot be handed on"));
  }
  source.names.push_back(name);
  return RunPluginOver(source, "emit=none").status();
}

}  // namespace modelservice
