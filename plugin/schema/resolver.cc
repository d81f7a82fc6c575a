#include "plugin/schema/resolver.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"

namespace modelservice::plugin {
namespace {

namespace pb = google::protobuf;
using compat::Str;

}  // namespace

const pb::Descriptor* Resolver::Message(const std::string& scope,
                                        const std::string& name) {
  if (absl::StartsWith(name, ".")) return Find(name.substr(1));
  const size_t dot = name.find('.');
  std::string around = scope;
  for (;;) {
    const std::string prefix =
        around.empty() ? std::string() : absl::StrCat(around, ".");
    const std::string full_name = absl::StrCat(prefix, name);
    if (dot == std::string::npos) {
      const pb::Descriptor* message = Find(full_name);
      if (message != nullptr) return message;
    } else if (IsScope(absl::StrCat(prefix, name.substr(0, dot)))) {
      return Find(full_name);
    }
    if (around.empty()) return nullptr;
    const size_t last = around.rfind('.');
    around = last == std::string::npos ? "" : around.substr(0, last);
  }
}

bool Resolver::Sees(const pb::Descriptor& message) {
  if (message.file() == &file_) return true;
  LookAround();
  return visible_.contains(message.file());
}

void Resolver::LookAround() {
  if (!visible_.empty()) return;
  Add(file_);
  std::vector<const pb::FileDescriptor*> waiting;
  for (int i = 0; i < file_.dependency_count(); ++i) {
    waiting.push_back(file_.dependency(i));
  }
  while (!waiting.empty()) {
    const pb::FileDescriptor& file = *waiting.back();
    waiting.pop_back();
    if (visible_.contains(&file)) continue;
    Add(file);
    for (int i = 0; i < file.public_dependency_count(); ++i) {
      waiting.push_back(file.public_dependency(i));
    }
  }
}

void Resolver::Add(const pb::FileDescriptor& file) {
  visible_.insert(&file);
  // "a.b.c" is a scope, and so are "a.b" and "a".
  std::string package = Str(file.package());
  while (!package.empty() && packages_.insert(package).second) {
    const size_t dot = package.rfind('.');
    package.resize(dot == std::string::npos ? 0 : dot);
  }
}

const pb::Descriptor* Resolver::Find(const std::string& full_name) {
  const pb::Descriptor* message =
      file_.pool()->FindMessageTypeByName(full_name);
  return message != nullptr && Sees(*message) ? message : nullptr;
}

// Whether names can be inside of `full_name`: a message or a package.
bool Resolver::IsScope(const std::string& full_name) {
  if (Find(full_name) != nullptr) return true;
  LookAround();
  return packages_.contains(full_name);
}

}  // namespace modelservice::plugin
