// The keys in a file, read again when it changes.
//
//   absl::StatusOr<std::unique_ptr<KeyFile>> file =
//       KeyFile::Open("jwks_file", "/etc/shop/jwks.json", &KeysFromJwks);
//   std::shared_ptr<const KeySet> keys = (*file)->keys();
//
// A file that is broken or gone is logged, once, and the keys before stay; so
// is each key of it that is left out, while the others count. Who
// replaces it should do so by renaming; else a server may read one half of it,
// and reads again a second later. Thread-safe.
#ifndef MODELSERVICE_GUARD_AUTH_KEY_FILE_H_
#define MODELSERVICE_GUARD_AUTH_KEY_FILE_H_

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "modelservice/base/measures.h"
#include "modelservice/base/mutex.h"
#include "modelservice/guard/auth/key_set.h"

namespace modelservice {

class KeyFile {
 public:
  // Adds to `left_out` what is wrong with keys that it leaves out.
  using Parser = absl::StatusOr<KeySet> (*)(absl::string_view content,
                                            std::vector<std::string>* left_out);
  using Clock = std::function<absl::Time()>;

  // INVALID_ARGUMENT, naming `setting` and `path`, when there are no keys to
  // begin with.
  static absl::StatusOr<std::unique_ptr<KeyFile>> Open(
      absl::string_view setting, std::string path, Parser parse,
      Clock clock = &absl::Now);

  // Never null; the same object as long as the file is the same. Looks at the
  // file at most once a second.
  std::shared_ptr<const KeySet> keys();

  // How often the keys were asked for, and how often for that the file was read
  // again.
  const CacheCounts& counts() const { return counts_; }

 private:
  // What changes when a file is written or replaced.
  struct Version {
    ino_t file = 0;
    off_t size = -1;
    int64_t seconds = 0;
    int64_t nanos = 0;
    bool operator==(const Version& other) const;
  };

  KeyFile(absl::string_view setting, std::string path, Parser parse,
          Clock clock);
  Version Look() const;
  absl::StatusOr<KeySet> Read() const;
  // Whether the file was read.
  bool ReadIfChanged();

  const std::string setting_;
  const std::string path_;
  const Parser parse_;
  const Clock clock_;
  CacheCounts counts_;
  std::atomic<int64_t> next_look_;  // in nanoseconds since the epoch
  Mutex reading_;
  Version version_ ABSL_GUARDED_BY(reading_);
  Mutex mutex_;
  std::shared_ptr<const KeySet> keys_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_AUTH_KEY_FILE_H_
