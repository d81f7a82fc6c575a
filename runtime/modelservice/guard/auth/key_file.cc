#include "modelservice/guard/auth/key_file.h"

#include <sys/stat.h>

#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/base/regular_file.h"
#include "modelservice/log.h"

namespace modelservice {
namespace {

constexpr absl::Duration kBetweenLooks = absl::Seconds(1);
// A hundred keys of the largest kind are a tenth of it.
constexpr size_t kMaxFile = 1 << 20;

}  // namespace

bool KeyFile::Version::operator==(const Version& other) const {
  return std::tie(file, size, seconds, nanos) ==
         std::tie(other.file, other.size, other.seconds, other.nanos);
}

KeyFile::KeyFile(absl::string_view setting, std::string path, Parser parse,
                 Clock clock)
    : setting_(setting),
      path_(std::move(path)),
      parse_(parse),
      clock_(std::move(clock)),
      next_look_(absl::ToUnixNanos(clock_() + kBetweenLooks)) {}

absl::StatusOr<std::unique_ptr<KeyFile>> KeyFile::Open(
    absl::string_view setting, std::string path, Parser parse, Clock clock) {
  std::unique_ptr<KeyFile> opened(
      new KeyFile(setting, std::move(path), parse, std::move(clock)));
  const MutexLock reading(opened->reading_);
  opened->version_ = opened->Look();
  absl::StatusOr<KeySet> keys = opened->Read();
  if (!keys.ok()) return keys.status();
  const MutexLock lock(opened->mutex_);
  opened->keys_ = std::make_shared<const KeySet>(*std::move(keys));
  return opened;
}

std::shared_ptr<const KeySet> KeyFile::keys() {
  const absl::Time now = clock_();
  int64_t look = next_look_.load(std::memory_order_relaxed);
  const absl::Duration left = absl::FromUnixNanos(look) - now;
  // One thread looks, the others go on with what there is. A clock that was set
  // back must not put it off.
  const bool read = (left <= absl::ZeroDuration() || left > kBetweenLooks) &&
                    next_look_.compare_exchange_strong(
                        look, absl::ToUnixNanos(now + kBetweenLooks)) &&
                    ReadIfChanged();
  counts_.Note(!read);
  const MutexLock lock(mutex_);
  return keys_;
}

KeyFile::Version KeyFile::Look() const {
  struct stat found {};
  if (stat(path_.c_str(), &found) != 0) return Version();
  return {found.st_ino, found.st_size,
          static_cast<int64_t>(found.st_mtim.tv_sec),
          static_cast<int64_t>(found.st_mtim.tv_nsec)};
}

absl::StatusOr<KeySet> KeyFile::Read() const {
  const std::string place = absl::StrCat(setting_, ": ", path_, " ");
  const absl::StatusOr<std::string> content = ReadRegularFile(path_, kMaxFile);
  if (!content.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(place, content.status().message()));
  }
  std::vector<std::string> left_out;
  absl::StatusOr<KeySet> keys = parse_(*content, &left_out);
  for (const std::string& fault : left_out) {
    Log(Severity::kWarning,
        absl::StrCat(place, fault, "; this key is left out"));
  }
  if (keys.ok()) return keys;
  return absl::InvalidArgumentError(
      absl::StrCat(place, keys.status().message()));
}

bool KeyFile::ReadIfChanged() {
  const MutexLock reading(reading_);
  // Before the reading: a change in between is seen next time.
  const Version version = Look();
  if (version == version_) return false;
  version_ = version;
  absl::StatusOr<KeySet> keys = Read();
  if (!keys.ok()) {
    Log(Severity::kError,
        absl::StrCat(keys.status().message(), "; the keys before are kept"));
    return true;
  }
  Log(Severity::kInfo, absl::StrCat(setting_, ": ", path_, " was read again, ",
                                    keys->size(), " keys"));
  const MutexLock lock(mutex_);
  keys_ = std::make_shared<const KeySet>(*std::move(keys));
  return true;
}

}  // namespace modelservice
