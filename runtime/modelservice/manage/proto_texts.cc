#include "modelservice/manage/proto_texts.h"

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/protogen/file_check.h"

namespace modelservice {

absl::Status CheckTexts(const std::map<std::string, std::string>& texts,
                        PluginCheck check) {
  const auto files = proto::CheckFiles(texts);
  if (!files.ok()) return files.status();
  if (files->empty() || check == nullptr) return absl::OkStatus();
  for (const auto& [name, text] : texts) {
    if (auto status = check(name, *files); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status NotTaken(const absl::Status& status) {
  return absl::FailedPreconditionError(
      absl::StrCat("no file for the plugin can be written of these tables; "
                   "leave out what it speaks of with --exclude: ",
                   status.message()));
}

absl::Status StaysAsItIs(const std::string& file, const absl::Status& status) {
  return absl::FailedPreconditionError(absl::StrCat(
      file,
      " stays as it is, for what the update would make of it is not right; "
      "mend this by hand first: ",
      status.message()));
}

absl::Status NotUpToDate(const std::string& files) {
  return absl::FailedPreconditionError(
      absl::StrCat(files, " is not up to date; run this with --update"));
}

void TellOfLeftOut(const proto::File& file) {
  for (const proto::LeftOut& one : file.left_out) {
    std::fprintf(stderr, "note: left out: %s\n", one.reason.c_str());
  }
}

void TellOfFields(const proto::File& file) {
  if (!file.other_types.empty()) {
    std::fprintf(
        stderr,
        "note: the wire is another one than django-grpc-framework's, whose "
        "clients cannot read these fields: %s; for them, begin with the "
        "framework's file, or one of --annotate=false, and --update it\n",
        absl::StrJoin(file.other_types, ", ").c_str());
  }
  if (file.secrets.empty()) return;
  std::fprintf(stderr,
               "note: taken for secrets by their names, so that only Create "
               "writes them and no reply has them, unless the file says "
               "otherwise: %s\n",
               absl::StrJoin(file.secrets, ", ").c_str());
}

}  // namespace modelservice
