#include "modelservice/manage/proto_source.h"

#include <google/protobuf/descriptor.h>

#include <filesystem>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/annotations.pb.h"
#include "modelservice/base/compat.h"
#include "modelservice/manage/files.h"
#include "modelservice/protogen/existing_file.h"

namespace modelservice {
namespace {

namespace pb = google::protobuf;

// Puts files together, each behind what it imports.
class Builder {
 public:
  explicit Builder(const ProtoReader& read) : read_(read) {
    // Linked in, and so known to the pool of what is.
    static_cast<void>(ModelSettings::descriptor());
  }

  absl::Status Add(const std::string& name) {
    if (pool_.FindFileByName(name) != nullptr) return absl::OkStatus();
    if (!open_.insert(name).second) {
      return absl::InvalidArgumentError(
          absl::StrCat(name, ": it imports itself, by way of others"));
    }
    pb::FileDescriptorProto proto;
    if (auto status = Find(name, &proto); !status.ok()) return status;
    for (const std::string& import : proto.dependency()) {
      auto status = Add(import);
      if (absl::IsNotFound(status)) {
        return absl::InvalidArgumentError(
            absl::StrCat(name, ": imports ", status.message()));
      }
      if (!status.ok()) return status;
    }
    compat::FirstFault fault;
    const pb::FileDescriptor* const file =
        pool_.BuildFileCollectingErrors(proto, &fault);
    if (file == nullptr) {
      return absl::InvalidArgumentError(absl::StrCat(name, ": ", fault.text));
    }
    pb::FileDescriptorProto& built = *set_.add_file();
    file->CopyTo(&built);
    file->CopyJsonNameTo(&built);
    *built.mutable_source_code_info() = proto.source_code_info();
    return absl::OkStatus();
  }

  pb::FileDescriptorSet& set() { return set_; }

 private:
  absl::Status Find(const std::string& name, pb::FileDescriptorProto* proto) {
    // protobuf's own files and ours are in this program.
    const pb::FileDescriptor* const linked =
        absl::StartsWith(name, "google/protobuf/") ||
                absl::StartsWith(name, "modelservice/")
            ? pb::DescriptorPool::generated_pool()->FindFileByName(name)
            : nullptr;
    if (linked != nullptr) {
      linked->CopyTo(proto);
      return absl::OkStatus();
    }
    const auto text = read_(name);
    if (!text.ok()) return text.status();
    const auto file = proto::ExistingFile::Parse(name, *text);
    if (!file.ok()) return file.status();
    *proto = file->file();
    proto->set_name(name);
    return absl::OkStatus();
  }

  const ProtoReader& read_;
  pb::DescriptorPool pool_;
  std::set<std::string> open_;
  pb::FileDescriptorSet set_;
};

// `file` as imports name it, by the first of the folders that it is in; empty
// for none.
std::string NameIn(const std::vector<std::string>& folders,
                   const std::string& file) {
  namespace fs = std::filesystem;
  const fs::path whole = fs::weakly_canonical(file);
  for (const std::string& folder : folders) {
    const fs::path name =
        whole.lexically_relative(fs::weakly_canonical(folder));
    if (!name.empty() && *name.begin() != "..") return name.generic_string();
  }
  return "";
}

}  // namespace

absl::StatusOr<ProtoSource> ReadProtoSource(
    const std::vector<std::string>& names, const ProtoReader& read) {
  Builder builder(read);
  for (const std::string& name : names) {
    if (auto status = builder.Add(name); !status.ok()) return status;
  }
  return ProtoSource{names, std::move(builder.set())};
}

absl::StatusOr<ProtoSource> ReadProtoFiles(
    const std::vector<std::string>& files, std::vector<std::string> folders) {
  if (folders.empty()) folders = {"."};
  std::vector<std::string> names;
  for (const std::string& file : files) {
    if (!FileExists(file)) {
      return absl::NotFoundError(absl::StrCat("there is no file ", file));
    }
    std::string name = NameIn(folders, file);
    if (name.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat(file, " is in none of the folders of --proto_path (",
                       absl::StrJoin(folders, ", "), "); add its own"));
    }
    names.push_back(std::move(name));
  }
  return ReadProtoSource(
      names, [&](const std::string& name) -> absl::StatusOr<std::string> {
        for (const std::string& folder : folders) {
          const std::string path = absl::StrCat(folder, "/", name);
          if (FileExists(path)) return ReadWholeFile(path);
        }
        return absl::NotFoundError(
            absl::StrCat(name, ", which is in none of the folders ",
                         absl::StrJoin(folders, ", "),
                         "; name its folder with --proto_path"));
      });
}

}  // namespace modelservice
