#include "other_process.h"

#include <cstdio>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "test_support.h"

namespace starvation {
namespace {

constexpr char kScript[] = R"(
import sqlite3, sys, time
file, update, times = sys.argv[1:]
database = sqlite3.connect(file, timeout=60, isolation_level=None)
changed = 0
for _ in range(int(times)):
    database.execute("BEGIN IMMEDIATE")
    changed += database.execute(update).rowcount
    database.execute("COMMIT")
    time.sleep(0.002)
print(changed)
)";

int64_t WriteSqlite(absl::string_view url, const std::string& update,
                    int times) {
  absl::ConsumePrefix(&url, "sqlite:");
  const std::string command = absl::StrCat(
      "/usr/bin/python3 -c '", kScript, "' '", url.substr(0, url.find('?')),
      "' \"", absl::StrReplaceAll(update, {{"$", "\\$"}}), "\" ", times);
  FILE* const output = popen(command.c_str(), "r");
  if (output == nullptr) return -1;
  char text[32] = "";
  const bool read = std::fgets(text, sizeof(text), output) != nullptr;
  int64_t changed = -1;
  return pclose(output) == 0 && read && absl::SimpleAtoi(text, &changed)
             ? changed
             : -1;
}

// A connection is a process there.
int64_t WritePostgres(const std::string& url, const std::string& update,
                      int times) {
  integration::OtherProgram other(url);
  int64_t changed = 0;
  for (int i = 0; i < times; ++i) {
    int64_t rows = 0;
    if (!absl::SimpleAtoi(
            other.Query(absl::StrCat("WITH changed AS (", update,
                                     " RETURNING 1) "
                                     "SELECT count(*) FROM changed")),
            &rows)) {
      return -1;
    }
    changed += rows;
  }
  return changed;
}

}  // namespace

OtherProcess::OtherProcess(const std::string& url, const std::string& update,
                           int times)
    : thread_([this, url, update, times] {
        changed_ = integration::OnPostgres() ? WritePostgres(url, update, times)
                                             : WriteSqlite(url, update, times);
      }) {}

int64_t OtherProcess::Join() {
  thread_.join();
  return changed_;
}

}  // namespace starvation
