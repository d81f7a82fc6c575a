#include "modelservice/testing/temporary_folder.h"

#include <stdlib.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"

namespace modelservice {

TemporaryFolder::TemporaryFolder() {
  const char* const base = getenv("TMPDIR");
  std::string path = absl::StrCat(
      base == nullptr || *base == '\0' ? "/tmp" : base, "/modelservice-XXXXXX");
  if (mkdtemp(&path[0]) != nullptr) path_ = std::move(path);
}

TemporaryFolder::~TemporaryFolder() {
  if (path_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace modelservice
