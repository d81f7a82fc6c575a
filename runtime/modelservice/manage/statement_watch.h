// How far a statement is that another connection of PostgreSQL runs, as the
// server itself tells it.
//
//   StatementWatch watch(process, open, tell);
//   watch.Begin();   // `tell` is called with "building index: scanning table:
//                    // 12,345 rows, 6,789/s, 0:42 left", again and again
//   watch.Pause();   // and from here on is not
//
// The server counts what makes indexes, CLUSTER, VACUUM FULL and COPY do. Of
// all else, as ALTER TABLE, it knows how long that has been at work, on which
// table, and how many rows that had when it was last analysed; or which process
// it waits for. Looks by a connection of its own, which is opened when a
// statement takes long. Where none is to be had, time is all that is told.
//
// Ownership: has what it is given. Threads: one uses it; `tell` is called on
// another, and never when Pause has returned.
#ifndef MODELSERVICE_MANAGE_STATEMENT_WATCH_H_
#define MODELSERVICE_MANAGE_STATEMENT_WATCH_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "modelservice/base/clock.h"
#include "modelservice/base/mutex.h"
#include "modelservice/base/thread.h"
#include "modelservice/db/session.h"

namespace modelservice {

class StatementWatch {
 public:
  using Open =
      std::function<absl::StatusOr<std::unique_ptr<DatabaseSession>>()>;
  using Tell = std::function<void(const std::string& text)>;

  // `process` is what pg_backend_pid() says on the connection that is watched.
  StatementWatch(int64_t process, Open open, Tell tell);
  ~StatementWatch();

  // A statement is about to run.
  void Begin();
  void Pause();

 private:
  void Loop();
  // What the server says; empty where it says nothing.
  std::string Look();
  std::string LookAtCount();
  std::string LookAtLocks();
  absl::StatusOr<std::vector<std::vector<Literal>>> Ask(const std::string& sql);

  const int64_t process_;
  const Open open_;
  const Tell tell_;

  Mutex mutex_;
  CondVar changed_;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool running_ ABSL_GUARDED_BY(mutex_) = false;
  SteadyTime begun_ ABSL_GUARDED_BY(mutex_);

  // The thread's own.
  bool tried_ = false;
  std::unique_ptr<DatabaseSession> session_;
  std::string count_sql_;
  std::string phase_;
  SteadyTime phase_begun_;

  Thread thread_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_STATEMENT_WATCH_H_
