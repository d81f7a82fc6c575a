// What a terminal shows while migrations run: the statement, and of a table
// that SQLite makes anew the rows, their rate and the time left; on PostgreSQL
// what the server tells of it (statement_watch.h). Elsewhere nothing.
#ifndef MODELSERVICE_MANAGE_MIGRATION_PROGRESS_H_
#define MODELSERVICE_MANAGE_MIGRATION_PROGRESS_H_

#include <cstdio>
#include <memory>

#include "absl/strings/string_view.h"
#include "modelservice/db/session.h"
#include "modelservice/manage/progress.h"
#include "modelservice/manage/statement_watch.h"
#include "modelservice/migrate/migrator.h"

namespace modelservice {

class MigrationProgress {
 public:
  explicit MigrationProgress(FILE* stream) : progress_(stream) {}

  // The session that runs the steps, which outlives this, or what it does; and
  // how to get another one.
  void Watch(DatabaseSession& session, StatementWatch::Open open);
  void OnStep(const MigrationStep& step);
  // Clears the line.
  void End();

 private:
  Progress progress_;
  DatabaseSession* session_ = nullptr;
  std::unique_ptr<StatementWatch> watch_;  // uses progress_
};

// The table that a statement of a rebuild copies from, quoted; empty for any
// other statement.
absl::string_view CopiedTable(absl::string_view statement);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_MIGRATION_PROGRESS_H_
