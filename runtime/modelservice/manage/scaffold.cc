#include "modelservice/manage/scaffold.h"

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/manage/files.h"
#include "modelservice/manage/plugin_run.h"
#include "modelservice/manage/proto_source.h"

namespace modelservice {
namespace {

namespace fs = std::filesystem;

// The folder that the files' names start from, where they were read.
std::string FolderOf(const std::string& file, const std::string& name) {
  fs::path folder = fs::weakly_canonical(file);
  for (const auto& part : fs::path(name)) {
    static_cast<void>(part);
    folder = folder.parent_path();
  }
  return folder.string();
}

}  // namespace

absl::Status Scaffold(const Invocation& call) {
  const auto source =
      ReadProtoFiles(call.arguments, call.flags.List("proto-path"));
  if (!source.ok()) return source.status();
  std::string parameter = "emit=service_proto";
  if (const auto style = call.flags.Text("style")) {
    absl::StrAppend(&parameter, ",style=", *style);
  }
  const auto files = RunPluginOver(*source, parameter);
  if (!files.ok()) return files.status();
  const std::string folder = call.flags.Text("out").value_or(
      FolderOf(call.arguments.front(), source->names.front()));
  for (const WrittenFile& file : *files) {
    const fs::path path = fs::path(folder) / file.name;
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    if (FileExists(path.string())) {
      return absl::AlreadyExistsError(absl::StrCat(
          path.string(), " is there already; name it beside the models (",
          "scaffold MODELS.proto ", path.filename().string(),
          " ...), and only what it lacks is written, into a file of its own"));
    }
    if (auto status = CreateFile(path.string(), file.text); !status.ok()) {
      return status;
    }
    std::printf("wrote %s\n", path.string().c_str());
  }
  if (files->empty()) std::printf("every model has a service\n");
  return absl::OkStatus();
}

}  // namespace modelservice
