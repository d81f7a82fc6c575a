#include "modelservice/manage/make_migrations.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/manage/databases.h"
#include "modelservice/migrate/reasons.h"

namespace modelservice {
namespace {

// One that is about to be written.
struct Draft {
  MigrationFolder folder;
  MigrationFile file;
  Schema after;
  std::string name;

  // No statement changes, but by what names tables and columns are known.
  bool renames_alone() const {
    return file.reasons.empty() && !IsSchemaOf(folder, after);
  }
  bool empty() const { return file.reasons.empty() && !renames_alone(); }
};

absl::StatusOr<std::vector<const Dialect*>> DialectsOf(const Invocation& call) {
  std::vector<const Dialect*> dialects;
  for (const std::string& name : call.flags.List("dialect")) {
    if (name == SqliteDialect().name()) {
      dialects.push_back(&SqliteDialect());
    } else if (name == PostgresDialect().name()) {
      dialects.push_back(&PostgresDialect());
    } else {
      return absl::InvalidArgumentError(absl::StrCat("--dialect: \"", name,
                                                     "\" is neither sqlite nor "
                                                     "postgres"));
    }
  }
  if (dialects.empty()) {
    const auto dialect = DialectOf(call.settings.database());
    if (!dialect.ok()) return dialect.status();
    dialects.push_back(*dialect);
  }
  return dialects;
}

absl::Status CheckName(const std::string& name) {
  const bool is_name =
      !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_';
      });
  if (is_name) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("\"", name,
                   "\" is no name for a migration: letters, "
                   "digits and _ alone"));
}

// Those that nobody has allowed, of all databases at once.
absl::Status CheckDangers(const Invocation& call,
                          const std::vector<Draft>& drafts) {
  std::vector<std::string> kinds = call.flags.List("allow");
  const std::vector<std::string> allowed = kinds;
  std::vector<std::string> refused;
  for (const Draft& draft : drafts) {
    std::string dangers;
    for (const Danger& danger : draft.file.dangers) {
      if (absl::c_linear_search(allowed, danger.kind)) continue;
      absl::StrAppend(&dangers, "\n  ", danger.kind, ": ", danger.text);
      if (!absl::c_linear_search(kinds, danger.kind)) {
        kinds.push_back(danger.kind);
      }
    }
    if (dangers.empty()) continue;
    refused.push_back(absl::StrCat(draft.folder.path,
                                   ": nothing is written, for this is "
                                   "dangerous:",
                                   dangers));
  }
  if (refused.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(absl::StrJoin(refused, "\n"),
                   "\nif it is meant: --allow=", absl::StrJoin(kinds, ",")));
}

absl::StatusOr<Draft> DraftOf(const Invocation& call, const Dialect& dialect) {
  Draft draft;
  auto folder = ReadMigrations(MigrationPath(call.flags, dialect),
                               call.registry.migrations());
  if (!folder.ok()) return folder.status();
  draft.folder = *std::move(folder);
  if (const auto empty = call.flags.Text("empty"); empty.has_value()) {
    draft.name = *empty;
    draft.after = draft.folder.schema;
    draft.file.reasons = {
        "statements of your own, each ended by a semicolon; without "
        "\"-- alone\" they are one transaction"};
    return draft;
  }
  auto after = SchemaOf(call.registry.models(), dialect);
  if (!after.ok()) return after.status();
  draft.after = *std::move(after);
  const SchemaMatch match = MatchOf(draft.folder.schema, draft.after);
  const SchemaChange change = ChangeOf(match);
  if (auto status = CheckValues(change, dialect); !status.ok()) {
    return absl::Status(status.code(), absl::StrCat(draft.folder.path,
                                                    ": nothing is written, "
                                                    "for ",
                                                    status.message()));
  }
  draft.file.reasons = ReasonsOf(change);
  draft.file.dangers = DangersOf(change, dialect);
  draft.file.up = ScriptOf(match, dialect);
  draft.file.down = ScriptOf(Reversed(match), dialect, NamesOfDropped::kOurs);
  draft.name = call.flags.Text("name").value_or(
      draft.folder.migrations.empty() ? "initial" : NameOf(change));
  return draft;
}

}  // namespace

absl::Status MakeMigrations(const Invocation& call) {
  for (const std::string& kind : call.flags.List("allow")) {
    if (kind != "drop" && kind != "narrow" && kind != "not_null" &&
        kind != "rewrite") {
      return absl::InvalidArgumentError(absl::StrCat(
          "--allow: there is no danger \"", kind, "\"; they are ", kDangers));
    }
  }
  const auto dialects = DialectsOf(call);
  if (!dialects.ok()) return dialects.status();
  std::vector<Draft> drafts;
  for (const Dialect* const dialect : *dialects) {
    auto draft = DraftOf(call, *dialect);
    if (!draft.ok()) return draft.status();
    if (!draft->file.reasons.empty()) {
      if (auto status = CheckName(draft->name); !status.ok()) return status;
    }
    drafts.push_back(*std::move(draft));
  }
  const bool check = call.flags.IsOn("check");
  size_t changed = 0;
  for (const Draft& draft : drafts) {
    if (!draft.empty()) ++changed;
  }
  if (changed == 0) {
    std::printf("no changes\n");
    return absl::OkStatus();
  }
  if (!check) {
    if (auto status = CheckDangers(call, drafts); !status.ok()) return status;
  }
  for (Draft& draft : drafts) {
    if (draft.empty()) continue;
    if (check) {
      std::printf("%s lacks:%s\n", draft.folder.path.c_str(),
                  draft.renames_alone() ? " names of messages or fields" : "");
    } else if (draft.renames_alone()) {
      const auto file = UpdateSchema(draft.folder, std::move(draft.after));
      if (!file.ok()) return file.status();
      std::printf("%s: names of messages or fields\n", file->c_str());
    } else {
      // Whoever fills an empty one need not seal it.
      const auto file = AddMigration(
          draft.folder, draft.name,
          WriteMigration(draft.file, !call.flags.Text("empty").has_value()),
          std::move(draft.after));
      if (!file.ok()) return file.status();
      std::printf("%s\n", file->c_str());
    }
    for (const std::string& reason : draft.file.reasons) {
      std::printf("  %s\n", reason.c_str());
    }
    for (const Danger& danger : draft.file.dangers) {
      std::printf("  ! %s: %s\n", danger.kind.c_str(), danger.text.c_str());
    }
  }
  if (!check) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "the models have changed; run makemigrations");
}

}  // namespace modelservice
