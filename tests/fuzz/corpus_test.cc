// Runs a fuzzer over its corpus, as a test: each input as it is, cut off at
// every place, and with each of its bytes damaged.
#include <dirent.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "modelservice/testing/child_process.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace modelservice {
namespace {

// Of one input: so that a long one does not take long.
size_t MostPlaces() {
  const char* const places = std::getenv("PLACES");
  return places == nullptr ? 256 : std::strtoul(places, nullptr, 10);
}

void Feed(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()),
                         input.size());
}

std::vector<std::string> FilesIn(const std::string& folder) {
  std::vector<std::string> files;
  DIR* const opened = opendir(folder.c_str());
  if (opened == nullptr) return files;
  while (const dirent* const entry = readdir(opened)) {
    if (entry->d_name[0] != '.') files.push_back(folder + "/" + entry->d_name);
  }
  closedir(opened);
  std::sort(files.begin(), files.end());
  return files;
}

TEST(Corpus, EveryInputIsAnswered) {
  const char* const folder = std::getenv("CORPUS");
  ASSERT_NE(folder, nullptr) << "run it with ctest, which sets CORPUS";
  const std::vector<std::string> files = FilesIn(folder);
  ASSERT_FALSE(files.empty()) << folder;
  Feed("");
  for (const std::string& file : files) {
    SCOPED_TRACE(file);
    const std::string input = ReadFile(file);
    Feed(input);
    const size_t step = input.size() / MostPlaces() + 1;
    for (size_t i = 0; i < input.size(); i += step) {
      Feed(input.substr(0, i));
      std::string damaged = input;
      damaged[i] = static_cast<char>(damaged[i] ^ 0x15);
      Feed(damaged);
      damaged[i] = static_cast<char>(0xff);
      Feed(damaged);
    }
  }
}

}  // namespace
}  // namespace modelservice
