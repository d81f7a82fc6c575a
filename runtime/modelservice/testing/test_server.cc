#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/guard/auth/make_authenticators.h"
#include "modelservice/guard/limits/limit_stores.h"
#include "modelservice/guard/limits/memory_store.h"
#include "modelservice/manage/databases.h"
#include "modelservice/migrate/tables.h"
#include "modelservice/testing.h"
#include "modelservice/testing/postgres_cluster.h"
#include "modelservice/testing/test_channel.h"

namespace modelservice {
namespace {

absl::StatusOr<std::unique_ptr<LimitStore>> LimitsOf(
    const TestServer::Options& options) {
  const LimitStoreSettings& settings = options.settings.rate_limits();
  if (options.limit_clock == nullptr) return OpenLimitStore(settings);
  MemoryLimitStoreOptions memory;
  memory.maximum_keys = settings.maximum_keys();
  memory.clock = [clock = options.limit_clock] { return clock->Now(); };
  return NewMemoryLimitStore(memory);
}

}  // namespace

absl::StatusOr<std::unique_ptr<TestServer>> TestServer::Start(
    const std::function<void(Registry&)>& register_services) {
  return Start(register_services, Options());
}

absl::StatusOr<std::unique_ptr<TestServer>> TestServer::Start(
    const std::function<void(Registry&)>& register_services, Options options) {
  std::unique_ptr<TestServer> made(new TestServer());
  made->folder_ = std::make_unique<TemporaryFolder>();
  const std::string& folder = made->folder_->path();
  if (folder.empty()) {
    return absl::UnavailableError("cannot make a temporary folder");
  }
  if (!options.settings.has_address()) {
    options.settings.set_address(absl::StrCat("unix:", folder, "/socket"));
  }
  if (!options.settings.has_database()) {
    // It need not outlive a power cut.
    options.settings.set_database(
        absl::StrCat("sqlite:", folder, "/test.sqlite3?synchronous=off"));
  }
  made->database_url_ = options.settings.database();
  auto opened = OpenDatabase(made->database_url_);
  if (!opened.ok()) return opened.status();
  std::unique_ptr<Database> database = *std::move(opened);

  Registry registry;
  register_services(registry);
  if (options.test_callers) {
    registry.AddAuthenticator<TestCallers>("test callers");
    auto& authenticators = *options.settings.mutable_authenticator();
    authenticators.Add()->set_custom("test callers");
    // They are asked first.
    std::rotate(authenticators.pointer_begin(),
                authenticators.pointer_end() - 1, authenticators.pointer_end());
  }
  if (options.migrate) {
    std::vector<const Model*> models = registry.models();
    const auto tokens = TokenTables(options.settings);
    for (const auto& table : tokens) models.push_back(&table->model());
    auto tables = CreateMissingTables(*database, models);
    if (!tables.ok()) return tables.status();
  }
  auto limits = LimitsOf(options);
  if (!limits.ok()) return limits.status();
  auto server = Server::Start(std::move(registry), options.settings,
                              std::move(database), *std::move(limits));
  if (!server.ok()) return server.status();
  made->server_ = *std::move(server);
  if (!options.settings.has_tls()) made->channel_ = made->NewChannel();
  return made;
}

std::shared_ptr<grpc::Channel> TestServer::NewChannel() const {
  // The first of its addresses.
  return NewTestChannel(address().substr(0, address().find(',')));
}

absl::StatusOr<std::string> NewPostgresDatabase() {
  const auto cluster = PostgresCluster::Shared();
  if (!cluster.ok()) return cluster.status();
  return (*cluster)->NewDatabase();
}

}  // namespace modelservice
