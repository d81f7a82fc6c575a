#include "modelservice/migrate/run_migration.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "modelservice/db/error.h"
#include "modelservice/migrate/account.h"
#include "modelservice/migrate/rebuild_keeper.h"

namespace modelservice {
namespace {

// Whoever waits for a lock that stops everybody has everybody behind him wait,
// too: so it is asked for again and again, and others go on in between. A role
// may have less patience, and keeps that.
constexpr absl::Duration kBetweenTries = absl::Seconds(1);

// A role's statement_timeout is of its servers' statements; a URL's is meant.
constexpr char kTransactionBounds[] =
    "SELECT set_config('statement_timeout', '0', true) FROM pg_settings WHERE "
    "name = 'statement_timeout' AND source <> 'client' UNION ALL SELECT "
    "set_config('lock_timeout', '2s', true) FROM pg_settings WHERE name = "
    "'lock_timeout' AND setting = '0'";
constexpr char kBoundsAlone[] =
    "SELECT set_config('statement_timeout', '0', false) FROM pg_settings WHERE "
    "name = 'statement_timeout' AND source <> 'client'";
// What is made CONCURRENTLY waits for every older transaction, and nobody for
// it.
constexpr char kNoLockBound[] = "SET lock_timeout = 0";
constexpr char kBoundsBehind[] = "RESET lock_timeout; RESET statement_timeout";

bool IsBusy(const absl::Status& status) {
  return HasKind(status, DatabaseError::Kind::kBusy);
}

// One run of one migration.
class MigrationRun {
 public:
  MigrationRun(DatabaseSession& session, const Migrator::OpenFunction& open,
               const PlannedMigration& planned, const MigratorOptions& options)
      : session_(session),
        open_(open),
        migration_(*planned.migration),
        backwards_(planned.backwards),
        only_finishes_(planned.only_finishes),
        options_(options),
        started_(absl::Now()) {
    if (migration_.file.has_value()) {
      script_ = backwards_ ? migration_.file->down : migration_.file->up;
    }
    for (const ScriptPart& part : script_) count_ += part.statements.size();
    parts_ = script_.size() + (migration_.code != nullptr ? 1 : 0);
  }

  absl::StatusOr<bool> Run() {
    absl::Status status;
    do {
      passed_by_ = false;
      position_ = 0;
      status = RunRest();
      // Where another migrate is, and what it leaves to do.
    } while (passed_by_);
    if (!status.ok()) return status;
    return finished_;
  }

 private:
  absl::Status RunRest() {
    auto row = ReadAccount(session_, migration_.name);
    if (!row.ok()) return row.status();
    finished_ = false;
    if (IsDone(*row)) return absl::OkStatus();
    if (IsHalfDone(*row) && !IsThisWay(*row)) {
      return absl::AbortedError(absl::StrCat(
          migration_.name, ": another migrate has ",
          backwards_ ? "applied a part of it" : "taken a part of it back",
          " since this one began; run this again when that has ended"));
    }
    done_ = IsHalfDone(*row) ? (*row)->parts : 0;
    earlier_ = IsHalfDone(*row) ? (*row)->seconds : 0;
    // There may be fewer than when it was begun.
    finished_ = true;
    if (done_ >= parts_) return RunPart({});
    for (size_t i = 0; i < parts_; ++i) {
      // C++ comes last, and first on the way back.
      const bool is_code =
          migration_.code != nullptr && i == (backwards_ ? 0 : parts_ - 1);
      const ScriptPart* const part =
          is_code
              ? nullptr
              : &script_[backwards_ && migration_.code != nullptr ? i - 1 : i];
      if (i < done_) {
        if (part != nullptr) position_ += part->statements.size();
        continue;
      }
      const absl::Status status = is_code ? RunCode() : RunPart(*part);
      if (!status.ok()) return Failed(status);
      done_ = i + 1;
    }
    return absl::OkStatus();
  }

  static bool IsHalfDone(const std::optional<AppliedMigration>& row) {
    return row.has_value() && !row->finished();
  }
  // Of one that is half done.
  bool IsThisWay(const std::optional<AppliedMigration>& row) const {
    return row->backwards == backwards_;
  }

  bool IsDone(const std::optional<AppliedMigration>& row) const {
    if (only_finishes_ && !(IsHalfDone(row) && IsThisWay(row))) return true;
    return backwards_ ? !row.has_value() : row.has_value() && row->finished();
  }

  // Whether what is done is what was when this run began its part.
  bool IsTurn(const std::optional<AppliedMigration>& row) const {
    if (IsDone(row)) return false;
    return IsHalfDone(row) ? IsThisWay(row) && row->parts == done_ : done_ == 0;
  }

  // In the transaction of a part: whether it is still this run's to do.
  absl::Status CheckTurn() {
    auto row = ReadAccount(session_, migration_.name);
    if (!row.ok()) return row.status();
    if (IsTurn(*row)) return absl::OkStatus();
    passed_by_ = true;
    return absl::AlreadyExistsError("done by another migrate");
  }

  AccountStatement Note() const {
    const double seconds =
        earlier_ + absl::ToDoubleSeconds(absl::Now() - started_);
    if (done_ + 1 >= parts_) {
      return backwards_ ? ForgetInAccount(migration_.name)
                        : WriteAccount(FinishedRow(migration_, seconds));
    }
    AppliedMigration row = FinishedRow(migration_, seconds);
    row.time.clear();
    row.parts = done_ + 1;
    row.parts_checksum = PartsChecksum(migration_, backwards_, row.parts);
    row.backwards = backwards_;
    return WriteAccount(row);
  }

  absl::Status WriteNote() {
    const auto [sql, values] = Note();
    return session_.Rows(sql, values).status();
  }

  absl::Status RunStatements(const ScriptPart& part, RebuildKeeper* keeper) {
    for (const std::string& statement : part.statements) {
      if (options_.on_step != nullptr) {
        options_.on_step({migration_.name, statement, position_ + 1, count_});
      }
      if (keeper != nullptr) {
        if (auto status = keeper->Before(statement); !status.ok()) {
          return status;
        }
      }
      if (auto status = session_.Run(statement); !status.ok()) {
        return keeper == nullptr ? status
                                 : keeper->Explained(statement, status);
      }
      ++position_;
    }
    return absl::OkStatus();
  }

  absl::Status RunPart(const ScriptPart& part) {
    const bool on_sqlite = !session_.dialect().has_schemas();
    if (part.alone) return on_sqlite ? RunAlone(part) : RunAloneUnbound(part);
    const absl::Time until = absl::Now() + options_.lock_wait;
    const size_t position = position_;
    while (true) {
      const absl::Status status = RunInTransaction(part, on_sqlite);
      if (status.ok() || on_sqlite || !IsBusy(status)) return status;
      if (absl::Now() > until) {
        return absl::Status(
            status.code(),
            absl::StrCat(status.message(), ", for longer than ",
                         absl::FormatDuration(options_.lock_wait),
                         ": others keep what it needs (pg_locks)"));
      }
      absl::SleepFor(std::min(kBetweenTries, options_.lock_wait));
      position_ = position;
    }
  }

  absl::Status RunAlone(const ScriptPart& part) {
    const absl::Status status = RunStatements(part, nullptr);
    return status.ok() ? WriteNote() : status;
  }

  absl::Status RunAloneUnbound(const ScriptPart& part) {
    absl::Status status = session_.Run(kBoundsAlone);
    const bool waits_beside =
        std::any_of(part.statements.begin(), part.statements.end(),
                    [](const std::string& statement) {
                      return absl::StrContains(statement, " CONCURRENTLY ");
                    });
    if (status.ok() && waits_beside) status = session_.Run(kNoLockBound);
    if (status.ok()) status = RunAlone(part);
    session_.Run(kBoundsBehind).IgnoreError();
    return status;
  }

  absl::Status RunInTransaction(const ScriptPart& part, bool on_sqlite) {
    const bool rebuilds = on_sqlite && RebuildKeeper::IsNeeded(part);
    if (on_sqlite) {
      const auto status = session_.Run(
          absl::StrCat("PRAGMA foreign_keys = ", rebuilds ? "OFF" : "ON"));
      if (!status.ok()) return status;
    }
    auto status = BeginPatiently(session_, options_.lock_wait);
    if (!status.ok()) return status;
    std::optional<RebuildKeeper> keeper;
    if (rebuilds) keeper.emplace(session_, *migration_.file, backwards_);
    if (!on_sqlite) status = session_.Run(kTransactionBounds);
    if (status.ok()) status = CheckTurn();
    if (status.ok() && rebuilds) status = keeper->Start();
    if (status.ok()) {
      status = RunStatements(part, rebuilds ? &*keeper : nullptr);
    }
    if (status.ok() && rebuilds) status = keeper->Finish();
    if (status.ok()) status = WriteNote();
    if (status.ok()) status = session_.Commit();
    if (!status.ok()) session_.Rollback().IgnoreError();
    return status;
  }

  absl::Status RunCode() {
    if (options_.on_step != nullptr) {
      options_.on_step({migration_.name, "C++", position_ + 1, count_ + 1});
    }
    // Opened anew: it knows the tables as they are now.
    auto database = open_();
    if (!database.ok()) return database.status();
    const MigrationFunction& act =
        backwards_ ? migration_.code->backwards : migration_.code->forwards;
    TransactionOptions transaction;
    transaction.max_time = absl::InfiniteDuration();
    const absl::Status status = (*database)->Transact(
        [&](Transaction& tx) -> absl::Status {
          auto rows = tx.database()
                          .Query(
                              "SELECT parts, applied_at, backwards FROM "
                              "modelservice_migration WHERE name = ?",
                              migration_.name)
                          .Tuples<int64_t, std::string, int64_t>();
          if (!rows.ok()) return rows.status();
          std::optional<AppliedMigration> row;
          if (!rows->empty()) {
            row.emplace().parts = static_cast<size_t>(std::get<0>((*rows)[0]));
            row->time = std::get<1>((*rows)[0]);
            row->backwards = std::get<2>((*rows)[0]) != 0;
          }
          if (!IsTurn(row)) {
            passed_by_ = true;
            return absl::AlreadyExistsError("done by another migrate");
          }
          if (auto status = act(tx); !status.ok()) return status;
          const auto [sql, values] = Note();
          return RawQuery(tx.database(), sql, values).Execute().status();
        },
        nullptr, transaction);
    (*database)->Close();
    return status;
  }

  absl::Status Failed(const absl::Status& status) const {
    const std::string place =
        position_ < count_ && count_ > 1
            ? absl::StrCat(", statement ", position_ + 1, " of ", count_)
            : "";
    return absl::Status(
        status.code(),
        absl::StrCat(migration_.name, backwards_ ? ", on its way back" : "",
                     place, ": ",
                     // It may end with the statement.
                     absl::StripSuffix(status.message(), ";"),
                     done_ > 0 ? absl::StrCat("; ", done_, " of its ", parts_,
                                              " parts are done, and the next "
                                              "migrate goes on behind them, "
                                              "with what the file has there "
                                              "by then")
                               : "; nothing of it is done"));
  }

  DatabaseSession& session_;
  const Migrator::OpenFunction& open_;
  const Migration& migration_;
  const bool backwards_;
  const bool only_finishes_;
  const MigratorOptions& options_;
  const absl::Time started_;
  Script script_;
  size_t parts_ = 0;
  size_t done_ = 0;
  size_t count_ = 0;     // of statements
  size_t position_ = 0;  // of the next one
  double earlier_ = 0;   // seconds of runs that were ended
  bool passed_by_ = false;
  bool finished_ = false;  // by this run
};

}  // namespace

absl::StatusOr<bool> RunMigration(DatabaseSession& session,
                                  const Migrator::OpenFunction& open,
                                  const PlannedMigration& planned,
                                  const MigratorOptions& options) {
  return MigrationRun(session, open, planned, options).Run();
}

absl::Status BeginPatiently(DatabaseSession& session, absl::Duration wait) {
  const absl::Time until = absl::Now() + wait;
  while (true) {
    const absl::Status status = session.Begin();
    if (!IsBusy(status) || absl::Now() > until) return status;
  }
}

std::string PartsChecksum(const Migration& migration, bool backwards,
                          size_t parts) {
  if (!migration.file.has_value()) return "";
  // C++ is first on the way back.
  const bool code_first = backwards && migration.code != nullptr && parts > 0;
  return ChecksumOf(backwards ? migration.file->down : migration.file->up,
                    parts - (code_first ? 1 : 0));
}

bool HasWayBack(const Migration& migration) {
  if (migration.code != nullptr && migration.code->backwards == nullptr) {
    return false;
  }
  return !migration.file.has_value() || migration.file->up.empty() ||
         !migration.file->down.empty();
}

AppliedMigration FinishedRow(const Migration& migration, double seconds) {
  AppliedMigration row;
  row.name = migration.name;
  if (migration.file.has_value()) row.checksum = migration.file->checksum;
  row.time =
      absl::FormatTime("%Y-%m-%d %H:%M:%SZ", absl::Now(), absl::UTCTimeZone());
  row.seconds = seconds;
  return row;
}

}  // namespace modelservice
