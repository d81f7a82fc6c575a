// Whether a database's file is still the one that was opened.
//
//   FilePlace place("shop.db");
//   ... sqlite3_open(...) ...
//   place.Remember();
//   absl::Status status = place.Check();
//
// A file that was deleted, or that another one took the place of, is read and
// written on by who has it open, and all that goes with its last connection.
// Thread-safe.
#ifndef MODELSERVICE_DB_SQLITE_FILE_PLACE_H_
#define MODELSERVICE_DB_SQLITE_FILE_PLACE_H_

#include <sys/types.h>

#include <atomic>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace modelservice::sqlite {

class FilePlace {
 public:
  // ":memory:" is always in its place.
  explicit FilePlace(absl::string_view path);

  // What is at the path now is the file; before, every one is. Once.
  void Remember();

  // Asks the file system. kConnection, naming file, event and mend.
  absl::Status Check();
  // The same for who has no time for that: only once Check has found something.
  absl::Status CheckIfKnown() {
    return moved_.load(std::memory_order_relaxed) ? Check() : absl::OkStatus();
  }

 private:
  // Empty: there is no file.
  std::string path_;
  std::atomic<bool> known_{false};
  dev_t device_ = 0;
  ino_t number_ = 0;
  std::atomic<bool> moved_{false};
};

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_FILE_PLACE_H_
