// A folder that goes with the object, for the files of one test.
#ifndef MODELSERVICE_TESTING_TEMPORARY_FOLDER_H_
#define MODELSERVICE_TESTING_TEMPORARY_FOLDER_H_

#include <string>

namespace modelservice {

// A folder below $TMPDIR, or /tmp, that is removed with all that is in it.
class TemporaryFolder {
 public:
  // Has an empty path when no folder can be made.
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_TESTING_TEMPORARY_FOLDER_H_
