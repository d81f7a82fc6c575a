#include "modelservice/manage/drift_gate.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/log.h"
#include "modelservice/migrate/drift.h"
#include "modelservice/migrate/tables.h"

namespace modelservice {
namespace {

using Weight = Difference::Weight;

// The most differences that a server logs when it starts.
constexpr size_t kMaxLogged = 20;

void LogAll(const std::vector<Difference>& drift) {
  const size_t logged = std::min(drift.size(), kMaxLogged);
  for (size_t i = 0; i < logged; ++i) {
    Log(Severity::kWarning, TextOf({drift[i]}));
  }
  if (logged == drift.size()) return;
  Log(Severity::kWarning,
      absl::StrCat(drift.size() - logged,
                   " more differences between the database and the models; "
                   "run the command check"));
}

// Says which services the drift is of, from look to look.
class DriftedServices {
 public:
  DriftedServices(Registry& registry, Database& database)
      : database_(&database), models_(registry.models()) {
    for (const Registry::Entry& entry : registry.entries()) {
      if (entry.service->model == nullptr) continue;
      services_.emplace_back(entry.service->name, entry.service->model().table);
    }
  }

  std::set<std::string> operator()() {
    const auto drift = FindDrift(*database_, models_);
    // Who cannot look has seen no mend.
    if (drift.ok()) last_ = NamesOf(Heaviest(*drift, Weight::kRule));
    return last_;
  }

  std::set<std::string> NamesOf(const std::vector<Difference>& drift) const {
    std::set<std::string> names;
    if (!drift.empty()) names.insert("");
    for (const Difference& one : drift) {
      for (const auto& [name, table] : services_) {
        const Table& drifted = *one.model->table;
        if (table->name == drifted.name && table->schema == drifted.schema) {
          names.insert(name);
        }
      }
    }
    return names;
  }

 private:
  Database* database_;
  std::vector<const Model*> models_;
  std::vector<std::pair<std::string, const Table*>> services_;
  std::set<std::string> last_;
};

}  // namespace

absl::StatusOr<UnfitServices> CheckBeforeServing(const Invocation& call,
                                                 Database& database,
                                                 bool only_check) {
  const std::vector<const Model*> models = call.registry.models();
  const auto drift = FindDrift(database, models);
  if (!drift.ok()) {
    // A server may have no right to look.
    Log(Severity::kWarning, drift.status().message());
    if (auto status = CheckTables(database, models); !status.ok()) {
      return status;
    }
    return nullptr;
  }
  const Settings::Drift act = call.settings.on_drift();
  const bool tells = act == Settings::NOT_SERVING && !only_check;
  const bool refuses = act != Settings::WARN && !tells;
  const std::vector<Difference> fatal =
      Heaviest(*drift, refuses ? Weight::kRule : Weight::kBroken);
  if (!fatal.empty()) return absl::FailedPreconditionError(TextOf(fatal));
  if (tells && !call.settings.health()) {
    return absl::FailedPreconditionError(
        "on_drift: NOT_SERVING is told by health, which is off; set health: "
        "true, or on_drift: REFUSE");
  }
  LogAll(Heaviest(*drift, Weight::kNewer));
  const std::vector<Difference> told = Heaviest(*drift, Weight::kRule);
  if (!tells || told.empty()) return nullptr;
  DriftedServices services(call.registry, database);
  std::set<std::string> names = services.NamesOf(told);
  names.erase("");
  Log(Severity::kError,
      absl::StrCat("health: NOT_SERVING until the database is mended",
                   names.empty() ? "" : ", and so of ",
                   absl::StrJoin(names, ", ")));
  return services;
}

}  // namespace modelservice
