#include "modelservice/permission.h"

#include "absl/strings/str_cat.h"
#include "modelservice/schema/access.h"

namespace modelservice {

Permission* PermissionNames::FindRequestLevel(absl::string_view name) const {
  const auto found = entries_.find(std::string(name));
  return found == entries_.end() ? nullptr : found->second.request_level.get();
}

RowPermission* PermissionNames::FindObjectLevel(absl::string_view name) const {
  const auto found = entries_.find(std::string(name));
  return found == entries_.end() ? nullptr : found->second.object_level.get();
}

std::vector<std::string> PermissionNames::names() const {
  std::vector<std::string> names;
  for (const auto& [name, entry] : entries_) names.push_back(name);
  return names;
}

void PermissionNames::Put(absl::string_view name,
                          std::unique_ptr<Permission> permission) {
  Put(name, {std::move(permission), nullptr});
}

void PermissionNames::Put(absl::string_view name,
                          std::unique_ptr<RowPermission> permission) {
  Put(name, {nullptr, std::move(permission)});
}

void PermissionNames::Put(absl::string_view name, Entry entry) {
  absl::Status fault;
  if (!IsPermissionName(name)) {
    fault = absl::InvalidArgumentError(absl::StrCat(
        "\"", name,
        "\" cannot be the name of a permission; use lower-case letters, "
        "digits, \"_\" and \".\", and no name that is built in"));
  } else if (!entries_.emplace(std::string(name), std::move(entry)).second) {
    fault = absl::InvalidArgumentError(absl::StrCat(
        "there are two permissions \"", name, "\"; name one differently"));
  }
  if (status_.ok()) status_ = std::move(fault);
}

}  // namespace modelservice
