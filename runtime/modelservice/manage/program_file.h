// The file that this program was started from, for `serve --reload`: a build
// puts another one in its place.
//
//   ProgramFile program;
//   while (!program.HasChanged()) { ... half a second ... }
//   ... stop what runs ...
//   return program.StartAnew();
//
// Used by one thread.
#ifndef MODELSERVICE_MANAGE_PROGRAM_FILE_H_
#define MODELSERVICE_MANAGE_PROGRAM_FILE_H_

#include <sys/stat.h>

#include <string>

#include "absl/status/status.h"
#include "modelservice/base/clock.h"

namespace modelservice {

class ProgramFile {
 public:
  ProgramFile();

  // Whether there is another file, as a whole: one that has not changed for a
  // second. A file that is missing is one that is being built.
  bool HasChanged();
  // Replaces this process by one of the new file, with the same arguments.
  // Returns only when that fails.
  absl::Status StartAnew() const;

 private:
  std::string path_;
  struct stat seen_ = {};
  bool is_new_ = false;
  SteadyTime since_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_PROGRAM_FILE_H_
