// A disk of a few megabytes that a test can fill.
//
//   SmallDisk disk(path);
//   disk.Fill();
//   disk.MakeRoom();
//
// It is a tmpfs that only this process and its children see, and goes with
// them. Used by one thread.
#ifndef MODELSERVICE_TESTS_DURABILITY_SMALL_DISK_H_
#define MODELSERVICE_TESTS_DURABILITY_SMALL_DISK_H_

#include <string>

#include "absl/status/status.h"

namespace durability {

// Gives this process mounts of its own. Call it from main, before any thread is
// started. PermissionDenied where neither root's rights nor user namespaces
// allow that.
absl::Status AllowMounts();

class SmallDisk {
 public:
  // At the folder `path`, which exists. Failures are those of the test.
  explicit SmallDisk(const std::string& path);
  ~SmallDisk();
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  // Leaves not a byte.
  void Fill();
  // Takes back what Fill took.
  void MakeRoom();

 private:
  std::string ballast() const { return path_ + "/ballast"; }

  const std::string path_;
};

}  // namespace durability

#endif  // MODELSERVICE_TESTS_DURABILITY_SMALL_DISK_H_
