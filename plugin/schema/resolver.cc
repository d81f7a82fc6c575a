#include "plugin/schema/resolver.h"

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/compat.h"

namespace modelservice::plugin {
namespace {

namespace pb = google::protobuf;
using compat::Str;
using Files = std::set<const pb::FileDescriptor*>;

void AddPublic(const pb::FileDescriptor& file, Files* files) {
  if (!files->insert(&file).second) return;
  for (int i = 0; i < file.public_dependency_count(); ++i) {
    AddPublic(*file.public_dependency(i), files);
  }
}

Files VisibleFrom(const pb::FileDescriptor& file) {
  Files files;
  files.insert(&file);
  for (int i = 0; i < file.dependency_count(); ++i) {
    AddPublic(*file.dependency(i), &files);
  }
  return files;
}

const pb::Descriptor* FindMessage(const pb::FileDescriptor& file,
                                  const Files& visible,
                                  const std::string& full_name) {
  const pb::Descriptor* message = file.pool()->FindMessageTypeByName(full_name);
  return message != nullptr && visible.count(message->file()) > 0 ? message
                                                                  : nullptr;
}

// Whether names can be inside of `full_name`: a message or a package.
bool IsScope(const pb::FileDescriptor& file, const Files& visible,
             const std::string& full_name) {
  if (FindMessage(file, visible, full_name) != nullptr) return true;
  for (const pb::FileDescriptor* other : visible) {
    const std::string package = Str(other->package());
    if (package == full_name ||
        absl::StartsWith(package, absl::StrCat(full_name, "."))) {
      return true;
    }
  }
  return false;
}

}  // namespace

const pb::Descriptor* ResolveMessage(const pb::FileDescriptor& file,
                                     const std::string& scope,
                                     const std::string& name) {
  const Files visible = VisibleFrom(file);
  if (absl::StartsWith(name, ".")) {
    return FindMessage(file, visible, name.substr(1));
  }
  const size_t dot = name.find('.');
  std::string around = scope;
  for (;;) {
    const std::string prefix =
        around.empty() ? std::string() : absl::StrCat(around, ".");
    const std::string full_name = absl::StrCat(prefix, name);
    if (dot == std::string::npos) {
      const pb::Descriptor* message = FindMessage(file, visible, full_name);
      if (message != nullptr) return message;
    } else if (IsScope(file, visible,
                       absl::StrCat(prefix, name.substr(0, dot)))) {
      return FindMessage(file, visible, full_name);
    }
    if (around.empty()) return nullptr;
    const size_t last = around.rfind('.');
    around = last == std::string::npos ? "" : around.substr(0, last);
  }
}

}  // namespace modelservice::plugin
