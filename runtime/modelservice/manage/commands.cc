#include "modelservice/manage/commands.h"

#include <cstdio>
#include <memory>
#include <vector>

#include "modelservice/guard/auth/make_authenticators.h"
#include "modelservice/manage/databases.h"
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

 private:
  const std::vector<std::unique_ptr<TokenTable>> tokens_;
  std::vector<const Model*> models_;
};

}  // namespace

absl::Status Migrate(const Invocation& call) {
  auto database = OpenDatabase(call.settings.database());
  if (!database.ok()) return database.status();
  auto made = CreateMissingTables(**database, Tables(call).models());
  (*database)->Close();
  if (!made.ok()) return made.status();
  for (const std::string& table : *made) {
    std::printf("created table %s\n", table.c_str());
  }
  if (made->empty()) std::printf("no table is missing\n");
  return absl::OkStatus();
}

absl::Status SqlMigrate(const Invocation& call) {
  const absl::StatusOr<const Dialect*> dialect =
      DialectOf(call.settings.database());
  if (!dialect.ok()) return dialect.status();
  std::fputs(TablesSql(Tables(call).models(), **dialect).c_str(), stdout);
  return absl::OkStatus();
}

}  // namespace modelservice
