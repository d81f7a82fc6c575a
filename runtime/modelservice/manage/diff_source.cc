#include "modelservice/manage/diff_source.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "modelservice/manage/files.h"

namespace modelservice {
namespace {

namespace fs = std::filesystem;

bool IsProto(absl::string_view name) { return absl::EndsWith(name, ".proto"); }

// What `git` with these arguments prints; nullopt when it fails.
absl::StatusOr<std::optional<std::string>> Git(
    const std::vector<std::string>& arguments) {
  int pipes[2];
  if (pipe2(pipes, O_CLOEXEC) != 0) {
    return absl::InternalError("the system gives no pipe to git");
  }
  std::string program = "git";
  std::vector<std::string> copies = arguments;
  std::vector<char*> words = {program.data()};
  for (std::string& word : copies) words.push_back(word.data());
  words.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipes[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
                                   O_WRONLY, 0);
  pid_t child = 0;
  const int error =
      posix_spawnp(&child, "git", &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(pipes[1]);
  const auto close_pipe = absl::MakeCleanup([&] { close(pipes[0]); });
  if (error != 0) {
    return absl::FailedPreconditionError(
        "a revision needs the program git, which is not installed; install it, "
        "or name files");
  }
  std::string output;
  std::array<char, 1 << 14> buffer;
  ssize_t size = 0;
  while ((size = read(pipes[0], buffer.data(), buffer.size())) > 0) {
    output.append(buffer.data(), static_cast<size_t>(size));
  }
  int state = 0;
  waitpid(child, &state, 0);
  if (!WIFEXITED(state) || WEXITSTATUS(state) != 0) return std::nullopt;
  return output;
}

std::string Joined(const std::string& folder, const std::string& name) {
  return folder.empty() || folder == "."
             ? name
             : fs::path(absl::StrCat(folder, "/", name))
                   .lexically_normal()
                   .generic_string();
}

// `path` below `folder`, or nothing.
std::string Below(const std::string& folder, const std::string& path) {
  const fs::path name = fs::path(path).lexically_normal().lexically_relative(
      folder.empty() ? "." : fs::path(folder).lexically_normal());
  return name.empty() || *name.begin() == ".." ? "" : name.generic_string();
}

absl::StatusOr<ProtoSource> OfRevision(const std::string& revision,
                                       std::string path,
                                       std::vector<std::string> folders) {
  while (absl::EndsWith(path, "/")) path.pop_back();
  const auto show =
      [&](const std::string& at) -> absl::StatusOr<std::optional<std::string>> {
    // From the working folder, as names on disk are.
    return Git({"show", absl::StrCat(revision, ":./", at)});
  };
  std::vector<std::string> names;
  if (IsProto(path)) {
    if (folders.empty()) {
      folders = {fs::path(path).parent_path().generic_string()};
    }
    for (const std::string& folder : folders) {
      if (names.empty()) {
        if (const std::string name = Below(folder, path); !name.empty()) {
          names = {name};
        }
      }
    }
    if (names.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(
          path, " is in none of the folders of --proto_path; add its own"));
    }
  } else {
    if (folders.empty()) folders = {path};
    const auto listed = Git({"ls-tree", "-r", "--name-only", "-z", revision,
                             path.empty() ? "." : path});
    if (!listed.ok()) return listed.status();
    for (const absl::string_view file :
         absl::StrSplit(listed->value_or(""), '\0', absl::SkipEmpty())) {
      if (!IsProto(file)) continue;
      const std::string name = Below(folders.front(), std::string(file));
      if (!name.empty()) names.push_back(name);
    }
    if (names.empty()) {
      return absl::NotFoundError(
          absl::StrCat(revision, ":", path,
                       " has no .proto file; name a revision of the "
                       "repository around this folder, and a path in it"));
    }
  }
  return ReadProtoSource(
      names, [&](const std::string& name) -> absl::StatusOr<std::string> {
        for (const std::string& folder : folders) {
          const auto text = show(Joined(folder, name));
          if (!text.ok()) return text.status();
          if (text->has_value()) return **text;
        }
        return absl::NotFoundError(
            absl::StrCat(name, ", which revision ", revision,
                         " has in none of the folders; name one with "
                         "--proto_path"));
      });
}

absl::StatusOr<ProtoSource> OfFolder(const std::string& folder,
                                     std::vector<std::string> folders) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
    if (entry.is_regular_file() && IsProto(entry.path().string())) {
      files.push_back(entry.path().string());
    }
  }
  if (files.empty()) {
    return absl::NotFoundError(
        absl::StrCat("the folder ", folder, " has no .proto file"));
  }
  std::sort(files.begin(), files.end());
  folders.insert(folders.begin(), folder);
  return ReadProtoFiles(files, folders);
}

absl::StatusOr<ProtoSource> OfDescriptorSet(const std::string& path) {
  const auto bytes = ReadWholeFile(path);
  if (!bytes.ok()) return bytes.status();
  ProtoSource source;
  if (!source.set.ParseFromString(*bytes) || source.set.file().empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        path,
        " is no descriptor set; make one with protoc --include_imports "
        "--include_source_info --descriptor_set_out=FILE, or name .proto "
        "files"));
  }
  std::set<std::string> there;
  for (const auto& file : source.set.file()) there.insert(file.name());
  for (const auto& file : source.set.file()) {
    for (const std::string& import : file.dependency()) {
      if (there.count(import) > 0) continue;
      return absl::InvalidArgumentError(
          absl::StrCat(path, " lacks ", import, ", which ", file.name(),
                       " imports; make it with protoc --include_imports"));
    }
    // Nobody's own.
    if (absl::StartsWith(file.name(), "google/protobuf/") ||
        absl::StartsWith(file.name(), "modelservice/")) {
      continue;
    }
    source.names.push_back(file.name());
  }
  return source;
}

}  // namespace

absl::StatusOr<ProtoSource> ReadDiffSource(
    const std::string& text, const std::vector<std::string>& folders) {
  const size_t colon = text.find(':');
  if (!FileExists(text) && colon != std::string::npos && colon > 0) {
    return OfRevision(text.substr(0, colon), text.substr(colon + 1), folders);
  }
  if (!FileExists(text)) {
    return absl::NotFoundError(absl::StrCat(
        "there is no ", text,
        "; name a .proto file, a folder of them, a descriptor set, or "
        "REVISION:PATH of git"));
  }
  if (fs::is_directory(text)) return OfFolder(text, folders);
  if (!IsProto(text)) return OfDescriptorSet(text);
  std::vector<std::string> around = folders;
  if (around.empty()) {
    const std::string folder = fs::path(text).parent_path().string();
    around = {folder.empty() ? "." : folder};
  }
  return ReadProtoFiles({text}, around);
}

}  // namespace modelservice
