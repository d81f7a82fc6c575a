#include "modelservice/manage/statement_watch.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "modelservice/manage/progress.h"

namespace modelservice {
namespace {

// A statement that is quicker needs no second connection.
constexpr absl::Duration kPatience = absl::Milliseconds(500);
constexpr absl::Duration kBetweenLooks = absl::Milliseconds(500);

// What it may cost the server. Of one transaction alone: the connection may be
// one that a pooler gives to others.
constexpr char kBounds[] =
    "SET TRANSACTION READ ONLY; SET LOCAL statement_timeout = '2s'; SET LOCAL "
    "lock_timeout = '1s'";

// Each gives a phase, what is done of it, of how much, of what; and the process
// that is waited for. Blocks are told as rows where the table was analysed.
constexpr char kIndexes[] =
    "SELECT p.phase::text, CASE WHEN p.tuples_total > 0 THEN p.tuples_done "
    "WHEN p.blocks_total > 0 AND c.reltuples > 0 THEN (c.reltuples * "
    "p.blocks_done / p.blocks_total)::int8 ELSE p.blocks_done END, CASE WHEN "
    "p.tuples_total > 0 THEN p.tuples_total WHEN p.blocks_total > 0 AND "
    "c.reltuples > 0 THEN c.reltuples::int8 ELSE p.blocks_total END, CASE WHEN "
    "p.tuples_total > 0 OR c.reltuples > 0 THEN 'row' ELSE 'block' END, "
    "coalesce(p.current_locker_pid, 0)::int8 FROM "
    "pg_stat_progress_create_index p LEFT JOIN pg_class c ON c.oid = p.relid "
    "WHERE p.pid = $process";
constexpr char kClusters[] =
    "SELECT p.phase::text, CASE WHEN c.reltuples > 0 THEN "
    "p.heap_tuples_scanned ELSE p.heap_blks_scanned END, CASE WHEN c.reltuples "
    "> 0 THEN c.reltuples::int8 ELSE p.heap_blks_total END, CASE WHEN "
    "c.reltuples > 0 THEN 'row' ELSE 'block' END, 0::int8 FROM "
    "pg_stat_progress_cluster p LEFT JOIN pg_class c ON c.oid = p.relid WHERE "
    "p.pid = $process";
constexpr char kCopies[] =
    "SELECT 'copying'::text, p.tuples_processed::int8, 0::int8, 'row', 0::int8 "
    "FROM pg_stat_progress_copy p WHERE p.pid = $process";

// Whom it waits for, and the largest table that it has a lock on.
constexpr char kLocks[] =
    "SELECT coalesce((pg_blocking_pids($process))[1], 0)::int8, t.name, t.rows "
    "FROM (SELECT 1) one LEFT JOIN LATERAL (SELECT c.relname::text AS name, "
    "c.reltuples::int8 AS rows FROM pg_locks l JOIN pg_class c ON c.oid = "
    "l.relation WHERE l.pid = $process AND l.locktype = 'relation' AND "
    "l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = "
    "current_database()) AND c.oid >= 16384 AND c.relkind IN ('r', 'm') AND "
    "c.relname <> 'modelservice_migration' ORDER BY c.relpages DESC LIMIT 1) t "
    "ON true";

std::string ClockText(absl::Duration passed) {
  const int64_t seconds = absl::ToInt64Seconds(passed);
  return absl::StrCat(seconds / 60, seconds % 60 < 10 ? ":0" : ":",
                      seconds % 60);
}

std::string WaitText(int64_t process) {
  return absl::StrCat("waits for process ", process, " of the server");
}

}  // namespace

StatementWatch::StatementWatch(int64_t process, Open open, Tell tell)
    : process_(process), open_(std::move(open)), tell_(std::move(tell)) {
  // Without a thread nothing is told.
  thread_ = Thread("progress", [this] { Loop(); });
}

StatementWatch::~StatementWatch() {
  {
    const MutexLock lock(mutex_);
    ended_ = true;
    changed_.NotifyAll();
  }
  thread_.Join();
}

void StatementWatch::Begin() {
  const MutexLock lock(mutex_);
  running_ = true;
  begun_ = SteadyNow();
  changed_.NotifyAll();
}

void StatementWatch::Pause() {
  const MutexLock lock(mutex_);
  running_ = false;
}

void StatementWatch::Loop() {
  MutexLock lock(mutex_);
  while (!ended_) {
    if (!running_) {
      changed_.Wait(mutex_);
      continue;
    }
    const SteadyTime begun = begun_;
    SteadyTime next = After(kPatience, begun);
    if (SteadyNow() >= next) {
      lock.Unlock();
      const std::string said = Look();
      lock.Lock();
      // Of another one by now, or of none.
      if (ended_ || !running_ || begun_ != begun) continue;
      tell_(absl::StrCat(said, said.empty() ? "" : "; ",
                         ClockText(Since(begun)), " so far"));
      next = After(kBetweenLooks);
    }
    changed_.WaitUntil(mutex_, next);
  }
}

std::string StatementWatch::Look() {
  if (!tried_) {
    tried_ = true;
    auto session = open_();
    if (session.ok()) session_ = *std::move(session);
  }
  if (session_ == nullptr) return "";
  std::string said;
  if (session_->Begin().ok()) {
    if (session_->Run(kBounds).ok()) {
      said = LookAtCount();
      if (said.empty()) said = LookAtLocks();
    }
    session_->Rollback().IgnoreError();
  }
  return said;
}

absl::StatusOr<std::vector<std::vector<Literal>>> StatementWatch::Ask(
    const std::string& sql) {
  return session_->Rows(
      absl::StrReplaceAll(sql, {{"$process", absl::StrCat(process_)}}));
}

std::string StatementWatch::LookAtCount() {
  // What this server counts: those of 12 and 14 were the first.
  if (count_sql_.empty()) {
    count_sql_ = "SELECT ''::text, 0::int8, 0::int8, '', 0::int8 WHERE false";
    const auto version =
        session_->Rows("SELECT current_setting('server_version_num')::int8");
    const int64_t server =
        version.ok() ? (*version)[0][0].value().integer() : 0;
    if (server >= 120000) {
      absl::StrAppend(&count_sql_, " UNION ALL ", kIndexes, " UNION ALL ",
                      kClusters);
    }
    if (server >= 140000) absl::StrAppend(&count_sql_, " UNION ALL ", kCopies);
  }
  const auto rows = Ask(count_sql_);
  if (!rows.ok() || rows->empty()) {
    phase_.clear();
    return "";
  }
  const std::vector<Literal>& row = rows->front();
  const std::string phase(row[0].value().text());
  if (phase != phase_) {
    phase_ = phase;
    phase_begun_ = SteadyNow();
  }
  const int64_t waits_for = row[4].value().integer();
  if (waits_for != 0) {
    return absl::StrCat(phase, ": ", WaitText(waits_for));
  }
  const int64_t done = row[1].value().integer();
  if (done == 0) return phase;
  return absl::StrCat(phase, ": ",
                      ProgressText(done, done, row[2].value().integer(),
                                   Since(phase_begun_), row[3].value().text()));
}

std::string StatementWatch::LookAtLocks() {
  const auto rows = Ask(kLocks);
  if (!rows.ok() || rows->empty()) return "";
  const std::vector<Literal>& row = rows->front();
  if (const int64_t process = row[0].value().integer(); process != 0) {
    return WaitText(process);
  }
  // One that was never analysed has -1 rows.
  if (row[1].value().is_null() || row[2].value().integer() <= 0) return "";
  return absl::StrCat(row[1].value().text(), " has about ",
                      ProgressText(row[2].value().integer(), 0, 0,
                                   absl::ZeroDuration(), "row"));
}

}  // namespace modelservice
