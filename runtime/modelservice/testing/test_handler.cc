#include "modelservice/testing/test_handler.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "modelservice/base/executor.h"
#include "modelservice/manage/databases.h"
#include "modelservice/migrate/tables.h"
#include "modelservice/service/arrivals.h"
#include "modelservice/service/call_budget.h"
#include "modelservice/service/call_tracing.h"
#include "modelservice/service/cancelled_calls.h"
#include "modelservice/service/page_token.h"
#include "modelservice/service/request_log.h"
#include "modelservice/service/runtime.h"
#include "modelservice/service/stream_keeper.h"
#include "modelservice/service/visible_rows.h"
#include "modelservice/testing/temporary_folder.h"

namespace modelservice {

// Destroyed from the end, so that nothing outlives what it uses.
struct HandlerHost::Parts {
  TemporaryFolder folder;
  Registry registry;
  std::shared_ptr<Executor> executor = std::make_shared<Executor>();
  std::unique_ptr<Database> database;
  PageTokens tokens{""};
  CallBudget budget{CallBudget::Most()};
  Arrivals arrivals{absl::Hours(1)};
  CancelledCalls cancelled{1, [](const std::string&) {}};
  StreamKeeper streams{absl::Hours(1)};
  RequestLog request_log{RequestLog::Options()};
  CallTracing tracing{nullptr, /*examples=*/false};
  ErrorReasons reasons;
  VisibleRows visible;
  std::optional<ServiceRuntime> runtime;
};

absl::StatusOr<std::unique_ptr<HandlerHost>> HandlerHost::Start(
    const std::function<void(Registry&)>& register_services) {
  auto parts = std::make_unique<Parts>();
  if (parts->folder.path().empty()) {
    return absl::UnavailableError("cannot make a temporary folder");
  }
  // It need not outlive a power cut.
  auto opened = OpenDatabase("sqlite:" + parts->folder.path() +
                             "/test.sqlite3?synchronous=off");
  if (!opened.ok()) return opened.status();
  parts->database = *std::move(opened);
  register_services(parts->registry);
  auto tables = CreateMissingTables(*parts->database, parts->registry.models());
  if (!tables.ok()) return tables.status();
  parts->database->set_row_signals(parts->registry.row_signals());
  parts->database->set_executor(parts->executor);
  return std::unique_ptr<HandlerHost>(new HandlerHost(std::move(parts)));
}

HandlerHost::HandlerHost(std::unique_ptr<Parts> parts)
    : parts_(std::move(parts)) {}

HandlerHost::~HandlerHost() { parts_->database->Close(); }

Database& HandlerHost::database() { return *parts_->database; }

void HandlerHost::Host(const Service& service, std::unique_ptr<Handler> handler,
                       const Overrides& overrides) {
  std::shared_ptr<const LiveTable> live;
  if (service.model != nullptr) {
    auto found = database().LiveTableOf(*service.model().table);
    // A table without a form of the model is a server's to refuse.
    if (found.ok()) live = *std::move(found);
  }
  parts_->runtime.emplace(
      service, std::move(handler), overrides,
      ServerParts{*parts_->database, parts_->tokens, parts_->registry.signals(),
                  *parts_->executor, parts_->budget, parts_->arrivals,
                  parts_->cancelled, parts_->streams, parts_->request_log,
                  parts_->tracing, parts_->reasons, parts_->visible, Bounds()},
      std::vector<Chain>(service.methods.size()), std::move(live));
}

}  // namespace modelservice
