#include "modelservice/migrate/migrator.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/migrate/account.h"
#include "modelservice/migrate/run_migration.h"

namespace modelservice {
namespace {

// Of the advisory lock: "modelservice migrations", hashed once.
constexpr absl::string_view kLockKey = "7153902846420199103";
constexpr absl::Duration kLockPause = absl::Milliseconds(100);

// "0007" of "0007_customer_phone"
absl::string_view NumberOf(absl::string_view name) {
  return name.substr(0, name.find('_'));
}

}  // namespace

FileState FileStateOf(const Migration& migration, const AppliedMigration& row) {
  if (!migration.file.has_value() || migration.file->checksum == row.checksum) {
    return FileState::kSame;
  }
  const bool same_parts =
      !row.finished() &&
      row.parts_checksum == PartsChecksum(migration, row.backwards, row.parts);
  return same_parts ? FileState::kRestEdited : FileState::kEdited;
}

absl::StatusOr<std::vector<AppliedMigration>> Migrator::Applied() {
  return ReadAccount(session_);
}

absl::Status Migrator::Lock() {
  if (!session_.dialect().has_schemas()) return absl::OkStatus();
  const absl::Time until = absl::Now() + options_.lock_wait;
  while (true) {
    const auto rows = session_.Rows(absl::StrCat(
        "SELECT CASE WHEN pg_try_advisory_lock(", kLockKey,
        ") THEN 1::int8 ELSE 0::int8 END, (SELECT max(pid)::int8 FROM "
        "pg_locks WHERE locktype = 'advisory' AND granted AND ((classid::int8 "
        "<< 32) | objid::int8) = ",
        kLockKey, ")"));
    if (!rows.ok()) return rows.status();
    if ((*rows)[0][0].value().integer() == 1) return absl::OkStatus();
    if (absl::Now() > until) {
      const Value process = (*rows)[0][1].value();
      return absl::DeadlineExceededError(absl::StrCat(
          "another migrate is at work on this database",
          process.is_null() ? ""
                            : absl::StrCat(", for process ", process.integer(),
                                           " of the server (pg_stat_activity)"),
          ", for longer than ", absl::FormatDuration(options_.lock_wait),
          "; run this again when it has ended"));
    }
    absl::SleepFor(kLockPause);
  }
}

void Migrator::Unlock() {
  if (!session_.dialect().has_schemas()) return;
  session_.Rows(absl::StrCat("SELECT pg_advisory_unlock(", kLockKey, ")"))
      .status()
      .IgnoreError();
}

absl::Status Migrator::MakeTable() {
  if (session_.dialect().has_schemas()) return MakeAccount(session_);
  auto status = BeginPatiently(session_, options_.lock_wait);
  if (!status.ok()) return status;
  status = MakeAccount(session_);
  if (!status.ok()) {
    session_.Rollback().IgnoreError();
    return status;
  }
  return session_.Commit();
}

absl::Status Migrator::CheckAccount(
    const std::vector<AppliedMigration>& applied) {
  std::map<std::string, const Migration*> known;
  for (const Migration& one : migrations_) known[one.name] = &one;
  std::string last;
  for (const AppliedMigration& row : applied) {
    const auto found = known.find(row.name);
    if (found == known.end()) {
      for (const Migration& one : migrations_) {
        if (NumberOf(one.name) != NumberOf(row.name)) continue;
        return absl::FailedPreconditionError(absl::StrCat(
            "the database has had ", row.name, ", and the migrations have ",
            one.name,
            " of the same number instead, as when two branches made one each: "
            "take the other branch's file and schema.textproto, delete ",
            one.name,
            " and run makemigrations again; or, if it is the same one by "
            "another name, write that into the table modelservice_migration"));
      }
      if (migrations_.empty() || row.name > migrations_.back().name) {
        last = row.name;
        continue;
      }
      return absl::FailedPreconditionError(absl::StrCat(
          "the database has had ", row.name,
          ", which is not among the migrations; bring its file back, or, if "
          "it was given another name, write that into the table "
          "modelservice_migration"));
    }
    if (FileStateOf(*found->second, row) == FileState::kEdited) {
      if (!row.finished()) {
        return absl::FailedPreconditionError(absl::StrCat(
            row.name, ": ", row.parts, row.parts == 1 ? " part" : " parts",
            row.backwards ? " of its way back" : "",
            " that this database has had ", row.parts == 1 ? "was" : "were",
            " edited since: bring ", row.parts == 1 ? "it" : "them",
            " back; what comes behind may be corrected"));
      }
      return absl::FailedPreconditionError(absl::StrCat(
          row.name, " was edited after this database had it, at ", row.time,
          ": bring it back as it was, and write what is to change into another "
          "migration"));
    }
    last = row.name;
  }
  for (const Migration& one : migrations_) {
    const bool is_applied =
        std::any_of(applied.begin(), applied.end(),
                    [&](const auto& row) { return row.name == one.name; });
    if (!is_applied && one.name < last) {
      return absl::FailedPreconditionError(absl::StrCat(
          "the database has had ", last, ", but not ", one.name,
          ", which is ahead of it; give that a number behind all others, or, "
          "if it was done by hand, run migrate --fake --to ",
          one.name));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<PlannedMigration>> Migrator::Plan(
    const std::optional<std::string>& target) {
  const auto applied = ReadAccount(session_);
  if (!applied.ok()) return applied.status();
  if (auto status = CheckAccount(*applied); !status.ok()) return status;
  std::map<std::string, const AppliedMigration*> rows;
  for (const AppliedMigration& row : *applied) rows[row.name] = &row;

  std::vector<PlannedMigration> plan;
  const auto is_wanted = [&](const Migration& one) {
    return !target.has_value() || one.name <= *target;
  };
  for (auto one = migrations_.rbegin(); one != migrations_.rend(); ++one) {
    const auto row = rows.find(one->name);
    if (is_wanted(*one) || row == rows.end()) continue;
    // What is half done is finished first: its way back is from the end.
    if (!row->second->finished() && !row->second->backwards) {
      plan.push_back({&*one, /*backwards=*/false, /*only_finishes=*/true});
    }
    plan.push_back({&*one, /*backwards=*/true});
  }
  for (const Migration& one : migrations_) {
    const auto row = rows.find(one.name);
    if (!is_wanted(one)) continue;
    if (row != rows.end() && row->second->finished()) continue;
    if (row != rows.end() && row->second->backwards) {
      plan.push_back({&one, /*backwards=*/true, /*only_finishes=*/true});
    }
    plan.push_back({&one, /*backwards=*/false});
  }
  // What is below one that is not here may be what that one is made upon.
  if (!plan.empty() && plan.front().backwards && !applied->empty() &&
      applied->back().name > migrations_.back().name) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the database has had ", applied->back().name,
        ", which is newer than the migrations here: ",
        plan.front().migration->name,
        " cannot be taken back from under it; go back with the program and the "
        "migrations that have ",
        applied->back().name));
  }
  for (const PlannedMigration& planned : plan) {
    if (planned.backwards && !HasWayBack(*planned.migration)) {
      return absl::FailedPreconditionError(absl::StrCat(
          planned.migration->name,
          " has no way back: write it behind \"-- down\", or give it to "
          "AddMigration"));
    }
  }
  return plan;
}

absl::StatusOr<std::vector<PlannedMigration>> Migrator::Each(
    const std::optional<std::string>& target,
    const std::function<absl::StatusOr<bool>(const PlannedMigration&)>& act) {
  if (auto status = Lock(); !status.ok()) return status;
  auto plan = [&]() -> absl::StatusOr<std::vector<PlannedMigration>> {
    if (auto status = MakeTable(); !status.ok()) return status;
    auto planned = Plan(target);
    if (!planned.ok()) return planned.status();
    std::vector<PlannedMigration> done;
    for (const PlannedMigration& one : *planned) {
      const auto is_ours = act(one);
      if (!is_ours.ok()) return is_ours.status();
      if (*is_ours) done.push_back(one);
    }
    return done;
  }();
  Unlock();
  return plan;
}

absl::StatusOr<std::vector<PlannedMigration>> Migrator::Run(
    const std::optional<std::string>& target) {
  return Each(
      target, [&](const PlannedMigration& planned) -> absl::StatusOr<bool> {
        auto done = RunMigration(session_, open_, planned, options_);
        const bool turns = !planned.backwards && target.has_value() &&
                           planned.migration->name > *target;
        if (done.ok() || !turns) return done;
        return absl::Status(
            done.status().code(),
            absl::StrCat(done.status().message(),
                         "; it was half done, and has to be whole before it "
                         "is taken back: mend what is in its way, or take the "
                         "rest out of its file, and run migrate again"));
      });
}

absl::StatusOr<std::vector<PlannedMigration>> Migrator::Fake(
    const std::optional<std::string>& target) {
  const auto write_down =
      [&](const PlannedMigration& planned) -> absl::StatusOr<bool> {
    const auto [sql, values] =
        planned.backwards ? ForgetInAccount(planned.migration->name)
                          : WriteAccount(FinishedRow(*planned.migration, 0));
    const auto written = session_.Rows(sql, values);
    if (!written.ok()) return written.status();
    return true;
  };
  return Each(target, write_down);
}

}  // namespace modelservice
