#include "modelservice/manage/migrate_command.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "modelservice/manage/databases.h"
#include "modelservice/manage/migration_progress.h"
#include "modelservice/migrate/adopt.h"

namespace modelservice {
namespace {

// What a command works with.
struct Work {
  MigrationFolder folder;
  std::unique_ptr<DatabaseSession> session;
  std::unique_ptr<Migrator> migrator;
};

absl::StatusOr<MigrationFolder> FolderOf(const Invocation& call,
                                         bool only_looks = false) {
  const auto dialect = DialectOf(call.settings.database());
  if (!dialect.ok()) return dialect.status();
  return ReadMigrations(MigrationPath(call.flags, **dialect),
                        call.registry.migrations(), only_looks);
}

absl::StatusOr<std::unique_ptr<Work>> Start(
    const Invocation& call, MigratorOptions options = {},
    MigrationProgress* progress = nullptr, bool only_looks = false) {
  const std::string url = call.settings.database();
  if (absl::StrContains(url, ":memory:")) {
    return absl::InvalidArgumentError(
        "a database in memory has no migrations: it is gone when the command "
        "ends; name a file");
  }
  auto work = std::make_unique<Work>();
  auto folder = FolderOf(call, only_looks);
  if (!folder.ok()) return folder.status();
  work->folder = *std::move(folder);
  // Its errors say more.
  auto database = OpenDatabase(url);
  if (!database.ok()) return database.status();
  (*database)->Close();
  auto session = OpenSession(url);
  if (!session.ok()) return session.status();
  work->session = *std::move(session);
  if (progress != nullptr) {
    progress->Watch(*work->session, [url] { return OpenSession(url); });
    options.on_step = [progress](const MigrationStep& step) {
      progress->OnStep(step);
    };
  }
  work->migrator = std::make_unique<Migrator>(
      *work->session, [url] { return OpenDatabase(url); },
      work->folder.migrations, std::move(options));
  return work;
}

void Print(const char* what, const std::vector<PlannedMigration>& plan) {
  for (const PlannedMigration& one : plan) {
    std::printf("%s %s%s\n", what, one.migration->name.c_str(),
                one.backwards ? ", backwards" : "");
  }
}

// The first one, where it is to be written down as done, for its tables are
// there.
absl::StatusOr<std::optional<std::string>> InitialToFake(const Invocation& call,
                                                         const Work& work) {
  if (work.folder.migrations.empty()) return std::nullopt;
  const std::string& first = work.folder.migrations.front().name;
  const auto applied = work.migrator->Applied();
  if (!applied.ok()) return applied.status();
  if (!applied->empty()) return std::nullopt;
  if (!work.folder.initial.has_value()) {
    return absl::FailedPreconditionError(
        absl::StrCat(work.folder.path,
                     " has no initial.textproto, with which "
                     "--fake-initial compares"));
  }
  auto database = OpenDatabase(call.settings.database());
  if (!database.ok()) return database.status();
  const auto adoption = CompareWithSchema(**database, *work.folder.initial);
  (*database)->Close();
  if (!adoption.ok()) return adoption.status();
  if (adoption->tables == 0) return std::nullopt;
  if (!adoption->differences.empty()) {
    std::vector<std::string> lines;
    for (const Difference& one : adoption->differences) {
      lines.push_back(absl::StrCat("\n  ", one.text, "\n    ", one.mend));
    }
    return absl::FailedPreconditionError(
        absl::StrCat("the database is not what ", first,
                     " makes:", absl::StrJoin(lines, "")));
  }
  return first;
}

std::string WhenOf(const AppliedMigration& row) {
  if (row.finished()) {
    return absl::StrFormat("%s, in %.1f s", row.time, row.seconds);
  }
  return row.backwards ? "half way back" : "half done";
}

using KnownMigrations = std::map<std::string, const Migration*>;

// What is wrong with what a database has had.
absl::string_view FaultOf(const AppliedMigration& row,
                          const KnownMigrations& known) {
  const auto one = known.find(row.name);
  if (one == known.end()) {
    return known.empty() || row.name > known.rbegin()->first
               ? "; newer than the migrations here"
               : "; its file is missing";
  }
  switch (FileStateOf(*one->second, row)) {
    case FileState::kSame:
      break;
    case FileState::kRestEdited:
      return "; edited since, behind what is done";
    case FileState::kEdited:
      return "; edited since: bring it back as it was";
  }
  return "";
}

// What --plan and --check say; `initial` is faked.
absl::Status TellPlan(const Invocation& call, Migrator& migrator,
                      const std::optional<std::string>& target,
                      const std::optional<std::string>& initial) {
  const auto plan = migrator.Plan(target);
  if (!plan.ok()) return plan.status();
  for (const PlannedMigration& one : *plan) {
    const bool fake = call.flags.IsOn("fake") || one.migration->name == initial;
    Print(fake ? "would fake" : "would apply", {one});
  }
  if (plan->empty()) std::printf("nothing is to be done\n");
  if (!call.flags.IsOn("check") || plan->empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      plan->size(), plan->size() == 1 ? " migration is" : " migrations are",
      " to be done; run migrate"));
}

// Of tables that are there where nothing was migrated: somebody else's.
absl::Status WithHint(const absl::Status& status, Migrator& migrator) {
  if (!absl::StrContains(status.message(), "already exists")) return status;
  const auto applied = migrator.Applied();
  if (!applied.ok() || !applied->empty()) return status;
  return absl::Status(
      status.code(),
      absl::StrCat(status.message(),
                   "; the tables that another program made, as Django does, "
                   "are taken as they are by migrate --fake-initial"));
}

}  // namespace

absl::StatusOr<bool> HasMigrations(const Invocation& call) {
  const auto dialect = DialectOf(call.settings.database());
  if (!dialect.ok()) return dialect.status();
  const std::string path = MigrationPath(call.flags, **dialect);
  if (FolderExists(path)) return true;
  if (call.flags.Text("migrations").has_value()) {
    return absl::NotFoundError(absl::StrCat(
        "there is no folder ", path,
        "; makemigrations makes it, with --dialect=", (*dialect)->name()));
  }
  if (!call.registry.migrations().empty()) {
    return absl::NotFoundError(absl::StrCat(
        "the program has the migration ",
        call.registry.migrations().begin()->first, ", and there is no folder ",
        path, " with those around it; name it with --migrations"));
  }
  return false;
}

absl::Status ApplyMigrations(const Invocation& call) {
  MigrationProgress progress(stderr);
  auto work = Start(call, {}, &progress);
  if (!work.ok()) return work.status();
  Migrator& migrator = *(*work)->migrator;
  std::optional<std::string> target;
  if (const auto to = call.flags.Text("to"); to.has_value()) {
    auto name = (*work)->folder.Find(*to);
    if (!name.ok()) return name.status();
    target = *std::move(name);
  }
  std::optional<std::string> initial;
  if (call.flags.IsOn("fake-initial")) {
    if (target == "") {
      return absl::InvalidArgumentError(
          "--fake-initial and --to=zero exclude each other; drop one of them");
    }
    auto found = InitialToFake(call, **work);
    if (!found.ok()) return found.status();
    initial = *std::move(found);
  }
  if (call.flags.IsOn("check") || call.flags.IsOn("plan")) {
    return TellPlan(call, migrator, target, initial);
  }
  if (initial.has_value()) {
    const auto faked = migrator.Fake(initial);
    if (!faked.ok()) return faked.status();
    Print("faked", *faked);
  }
  const bool fake = call.flags.IsOn("fake");
  const auto done = fake ? migrator.Fake(target) : migrator.Run(target);
  progress.End();
  if (!done.ok()) return WithHint(done.status(), migrator);
  Print(fake ? "faked" : "applied", *done);
  if (done->empty() && !initial.has_value()) {
    std::printf("nothing was to be done\n");
  }
  return absl::OkStatus();
}

absl::Status ShowMigrations(const Invocation& call) {
  auto work = Start(call, {}, nullptr, /*only_looks=*/true);
  if (!work.ok()) return work.status();
  const auto applied = (*work)->migrator->Applied();
  if (!applied.ok()) return applied.status();
  KnownMigrations known;
  std::map<std::string, const AppliedMigration*> rows;
  for (const Migration& one : (*work)->folder.migrations) {
    known[one.name] = &one;
    rows[one.name] = nullptr;
  }
  for (const AppliedMigration& row : *applied) rows[row.name] = &row;
  for (const auto& [name, row] : rows) {
    if (row == nullptr) {
      std::printf("[ ] %s%s\n", name.c_str(),
                  (*work)->folder.unsealed.count(name) == 0
                      ? ""
                      : "  its checksum is not that of its statements: "
                        "migrate says which one is");
      continue;
    }
    std::printf("[%s] %s  %s%s\n", row->finished() ? "X" : "/", name.c_str(),
                WhenOf(*row).c_str(),
                std::string(FaultOf(*row, known)).c_str());
  }
  if (known.empty()) {
    std::printf("no migrations in %s\n", (*work)->folder.path.c_str());
  }
  return absl::OkStatus();
}

absl::Status PrintMigration(const Invocation& call) {
  const auto folder = FolderOf(call);
  if (!folder.ok()) return folder.status();
  const auto name = folder->Find(call.argument);
  if (!name.ok()) return name.status();
  for (const Migration& one : folder->migrations) {
    if (one.name != *name) continue;
    if (!one.file.has_value()) {
      std::printf("-- %s is C++\n", one.name.c_str());
      continue;
    }
    const bool backwards = call.flags.IsOn("backwards");
    std::fputs(TextOf(backwards ? one.file->down : one.file->up).c_str(),
               stdout);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> MissingMigrations(
    const Invocation& call) {
  auto work = Start(call);
  if (!work.ok()) return work.status();
  const auto plan = (*work)->migrator->Plan(std::nullopt);
  if (!plan.ok()) return plan.status();
  std::vector<std::string> names;
  for (const PlannedMigration& one : *plan) {
    if (!one.backwards) names.push_back(one.migration->name);
  }
  return names;
}

}  // namespace modelservice
