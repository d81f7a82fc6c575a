// What a terminal shows while migrations run: the statement, and of a table
// that is made anew the rows, their rate and the time left. Elsewhere nothing.
#ifndef MODELSERVICE_MANAGE_MIGRATION_PROGRESS_H_
#define MODELSERVICE_MANAGE_MIGRATION_PROGRESS_H_

#include <cstdio>

#include "absl/strings/string_view.h"
#include "modelservice/db/session.h"
#include "modelservice/manage/progress.h"
#include "modelservice/migrate/migrator.h"

namespace modelservice {

class MigrationProgress {
 public:
  explicit MigrationProgress(FILE* stream) : progress_(stream) {}

  // The session that runs the steps. It outlives this, or what it does.
  void Watch(DatabaseSession& session) { session_ = &session; }
  void OnStep(const MigrationStep& step);
  // Clears the line.
  void End() { progress_.End(); }

 private:
  Progress progress_;
  DatabaseSession* session_ = nullptr;
};

// The table that a statement of a rebuild copies from, quoted; empty for any
// other statement.
absl::string_view CopiedTable(absl::string_view statement);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_MIGRATION_PROGRESS_H_
