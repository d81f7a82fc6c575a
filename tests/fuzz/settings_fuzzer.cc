// Files of settings, textproto and JSON, and flags, one on a line. What cannot
// be read has a fault of one line; what can be read is the same when it is
// written and read again.
#include <google/protobuf/text_format.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "modelservice/settings.h"
#include "modelservice/testing/temporary_folder.h"

namespace modelservice {
namespace {

constexpr size_t kMostBytes = 1 << 14;

void Require(bool holds) {
  if (!holds) std::abort();
}

std::string FlagOfFile(const std::string& name, absl::string_view content) {
  static const TemporaryFolder& folder = *new TemporaryFolder();
  const std::string path = absl::StrCat(folder.path(), "/", name);
  std::ofstream(path, std::ios::binary) << content;
  return absl::StrCat("--config=", path);
}

void Check(const std::vector<std::string>& flags) {
  const absl::StatusOr<Settings> settings = LoadSettings(flags);
  if (!settings.ok()) {
    const absl::string_view fault = settings.status().message();
    Require(settings.status().code() == absl::StatusCode::kInvalidArgument &&
            !fault.empty());
    Require(!absl::StrContains(fault, '\n'));
    return;
  }
  std::string text;
  Require(google::protobuf::TextFormat::PrintToString(*settings, &text));
  const absl::StatusOr<Settings> again =
      LoadSettings({FlagOfFile("again.textproto", text)});
  Require(again.ok() &&
          again->SerializeAsString() == settings->SerializeAsString());
}

}  // namespace
}  // namespace modelservice

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using modelservice::FlagOfFile;
  if (size > modelservice::kMostBytes) return 0;
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  modelservice::Check({FlagOfFile("settings.textproto", input)});
  modelservice::Check({FlagOfFile("settings.json", input)});
  // Nobody's file is read.
  if (!absl::StrContains(input, "--config")) {
    modelservice::Check(absl::StrSplit(input, '\n'));
  }
  return 0;
}
