#include "modelservice/manage/commands.h"

#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/guard/auth/make_authenticators.h"
#include "modelservice/manage/databases.h"
#include "modelservice/manage/migrate_command.h"
#include "modelservice/migrate/drift.h"
#include "modelservice/migrate/tables.h"

namespace modelservice {
namespace {

// The tables of the models and those that the settings ask for.
class Tables {
 public:
  explicit Tables(const Invocation& call)
      : tokens_(TokenTables(call.settings)), models_(call.registry.models()) {
    for (const auto& table : tokens_) models_.push_back(&table->model());
  }

  const std::vector<const Model*>& models() const { return models_; }
  // Those of the settings alone: no migration makes them.
  std::vector<const Model*> of_settings() const {
    std::vector<const Model*> models;
    for (const auto& table : tokens_) models.push_back(&table->model());
    return models;
  }

 private:
  const std::vector<std::unique_ptr<TokenTable>> tokens_;
  std::vector<const Model*> models_;
};

// A command that only looks makes no file.
std::string WithoutMaking(const std::string& url) {
  if (!absl::StartsWith(url, "sqlite:") || absl::StrContains(url, "create=") ||
      absl::StrContains(url, ":memory:")) {
    return url;
  }
  return absl::StrCat(url, absl::StrContains(url, '?') ? "&" : "?",
                      "create=false");
}

absl::Status MakeMissing(const Invocation& call,
                         const std::vector<const Model*>& models, bool alone) {
  auto database = OpenDatabase(call.settings.database());
  if (!database.ok()) return database.status();
  auto made = CreateMissingTables(**database, models);
  (*database)->Close();
  if (!made.ok()) return made.status();
  for (const std::string& table : *made) {
    std::printf("created table %s\n", table.c_str());
  }
  if (made->empty() && alone) std::printf("no table is missing\n");
  return absl::OkStatus();
}

}  // namespace

absl::Status Migrate(const Invocation& call) {
  const auto has_migrations = HasMigrations(call);
  if (!has_migrations.ok()) return has_migrations.status();
  const Tables tables(call);
  if (!*has_migrations) {
    for (const absl::string_view flag :
         {"plan", "check", "fake", "fake-initial"}) {
      if (!call.flags.IsOn(flag)) continue;
      return absl::FailedPreconditionError(
          absl::StrCat("--", flag,
                       " is of migrations, and there are none; makemigrations "
                       "writes them"));
    }
    return MakeMissing(call, tables.models(), /*alone=*/true);
  }
  if (auto status = ApplyMigrations(call); !status.ok()) return status;
  if (tables.of_settings().empty() || call.flags.IsOn("plan") ||
      call.flags.IsOn("check")) {
    return absl::OkStatus();
  }
  return MakeMissing(call, tables.of_settings(), /*alone=*/false);
}

absl::Status SqlMigrate(const Invocation& call) {
  if (!call.argument.empty()) return PrintMigration(call);
  if (call.flags.IsOn("backwards")) {
    return absl::InvalidArgumentError(
        "--backwards is of one migration: sqlmigrate NUMBER --backwards");
  }
  const absl::StatusOr<const Dialect*> dialect =
      DialectOf(call.settings.database());
  if (!dialect.ok()) return dialect.status();
  std::fputs(TablesSql(Tables(call).models(), **dialect).c_str(), stdout);
  return absl::OkStatus();
}

absl::Status Check(const Invocation& call) {
  auto database = OpenDatabase(WithoutMaking(call.settings.database()));
  if (!database.ok()) return database.status();
  const auto drift = FindDrift(**database, Tables(call).models());
  (*database)->Close();
  if (!drift.ok()) return drift.status();
  const auto has_migrations = HasMigrations(call);
  if (!has_migrations.ok()) return has_migrations.status();
  absl::Status told;
  std::vector<std::string> missing;
  if (*has_migrations) {
    auto found = MissingMigrations(call);
    told = found.status();
    if (found.ok()) missing = *std::move(found);
  }
  for (const std::string& name : missing) {
    std::printf("the migration %s has not been applied\n    run migrate\n",
                name.c_str());
  }
  if (!missing.empty() && !drift->empty()) {
    std::printf(
        "migrate comes first: what follows is how the database differs "
        "without %s; mend by hand only what check still tells afterwards\n",
        missing.size() == 1 ? "it" : "them");
  }
  for (const Difference& one : *drift) {
    std::printf("%s%s\n    %s\n",
                one.weight == Difference::Weight::kDetail ? "note: " : "",
                one.text.c_str(), one.mend.c_str());
  }
  if (!told.ok()) return told;
  const size_t differences =
      Heaviest(*drift, Difference::Weight::kNewer).size();
  const size_t notes = drift->size() - differences;
  const size_t broken = differences + missing.size();
  if (broken == 0) {
    std::printf("the database keeps what the models promise\n");
    return absl::OkStatus();
  }
  std::string text =
      absl::StrCat("the database keeps less than the models promise, in ",
                   broken, broken == 1 ? " point" : " points");
  if (notes > 0) {
    absl::StrAppend(&text, ", besides ", notes,
                    notes == 1 ? " note" : " notes");
  }
  return absl::FailedPreconditionError(text);
}

}  // namespace modelservice
