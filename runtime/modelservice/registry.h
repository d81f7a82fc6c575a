// What a server serves: the models and services that generated code registers
// and a user's main adds to or replaces; and by name what its settings and the
// options choose from.
//
//   void Register(modelservice::Registry& registry) {
//     shop::RegisterFace(registry);
//     registry.Add<Customers>();  // instead of the generated default
//     registry.AddInterceptor<Audit>("audit");
//   }
//
//   int main(int argc, char** argv) {
//     return modelservice::Main(argc, argv, Register);
//   }
//
// Ownership: of what is added; Server::Start takes it. Threads: filled by one,
// before the server starts. Blocking: nothing waits. Errors: names that are
// none, or are taken, end the start of the server in words.
#ifndef MODELSERVICE_REGISTRY_H_
#define MODELSERVICE_REGISTRY_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "modelservice/authenticator.h"
#include "modelservice/database.h"
#include "modelservice/guard/auth/make_authenticators.h"
#include "modelservice/guard/limit_key_source.h"
#include "modelservice/handler.h"
#include "modelservice/interceptor.h"
#include "modelservice/migrate/migration_function.h"
#include "modelservice/model_signals.h"
#include "modelservice/permission.h"
#include "modelservice/rpc_signals.h"
#include "modelservice/service/chain.h"
#include "modelservice/service/method.h"
#include "modelservice/spans.h"

namespace modelservice {

class Settings;

// One call of a command of the program's own; valid while it runs.
struct CommandCall {
  Database& database;
  const Settings& settings;
  // What stood behind its name, in front of the settings.
  const std::vector<std::string>& arguments;
};
using CommandFunction = std::function<absl::Status(const CommandCall&)>;

class Registry {
 public:
  struct NamedCommand {
    std::string summary;
    CommandFunction run;
  };
  struct Entry {
    const Service* service;
    // Null for a service that was only expected.
    std::unique_ptr<Handler> handler;
    Overrides overrides;
  };
  struct NamedInterceptor {
    std::unique_ptr<Interceptor> interceptor;
    Chain::Parts parts;
  };

  // A model whose table the server needs and `migrate` makes. Adding it again
  // changes nothing.
  void AddModel(const Model& model);

  // Serves H's service with an H made from `arguments`, in place of what was
  // added for that service before.
  template <class H, class... Arguments>
  void Add(Arguments&&... arguments) {
    Put({&H::Service(),
         std::make_unique<H>(std::forward<Arguments>(arguments)...),
         H::template OverridesOf<H>()});
  }

  // What `interceptor` in options and settings may name. T is an Interceptor.
  template <class T, class... Arguments>
  void AddInterceptor(absl::string_view name, Arguments&&... arguments) {
    static_assert(!MODELSERVICE_OVERRIDES(T, Interceptor, Before) ||
                      !MODELSERVICE_OVERRIDES(T, Interceptor, Start),
                  "an Interceptor overrides Before, or else Start: only Start "
                  "would be called");
    interceptors_[std::string(name)] = {
        std::make_unique<T>(std::forward<Arguments>(arguments)...),
        Chain::Parts::Of<T>()};
  }
  // What `access` and `read_requires` in options may name. P is a Permission or
  // an ObjectPermission.
  template <class P, class... Arguments>
  void AddPermission(absl::string_view name, Arguments&&... arguments) {
    permissions_.Add<P>(name, std::forward<Arguments>(arguments)...);
  }
  // What the `key` of a rate limit may name. Runs on gRPC's threads: must not
  // wait, which is refused in words.
  void AddLimitKey(absl::string_view name, KeyFunction function) {
    limit_keys_[std::string(name)] = std::move(function);
  }
  // What `authenticator { custom: "..." }` in the settings may name. T is an
  // Authenticator.
  template <class T, class... Arguments>
  void AddAuthenticator(absl::string_view name, Arguments&&... arguments) {
    authenticators_[std::string(name)] =
        std::make_unique<T>(std::forward<Arguments>(arguments)...);
  }

  // What the command migrate does at its place among the migrations, the one of
  // this name behind the statements of its file, if it has one: "0008_fill". In
  // a transaction, which may be run again after a conflict. Without a way back
  // nobody goes back beyond it.
  void AddMigration(absl::string_view name, MigrationFunction forwards,
                    MigrationFunction backwards = nullptr) {
    migrations_[std::string(name)] = {std::move(forwards),
                                      std::move(backwards)};
  }

  // A command of the program's own, beside `serve` and the others:
  //
  //   registry.AddCommand("seed", "make customers to try things with",
  //                       [](const CommandCall& call) {
  //                         return Seed(call.database, call.arguments);
  //                       });
  //
  // `./shop seed 100 --database=sqlite:shop.db` runs it. An error's message is
  // the line for the user, and the exit code 1. A name that is taken is the
  // program's own from then on.
  void AddCommand(absl::string_view name, absl::string_view summary,
                  CommandFunction run) {
    commands_[std::string(name)] = {std::string(summary), std::move(run)};
  }

  // What records the spans of calls, and of what is done in them.
  void SetSpanSink(std::unique_ptr<SpanSink> sink) {
    span_sink_ = std::move(sink);
  }

  // The signals of the server's calls. They live as long as the registry and
  // the server.
  RpcSignals& signals() { return *signals_; }

  // The signals of a model's rows. They live as long as the registry and the
  // server.
  template <class M>
  ModelSignals<M> ModelSignalsOf() {
    return ModelSignals<M>(row_signals_->Of(*ModelOf<M>::Get().table));
  }
  const std::shared_ptr<RowSignalsByTable>& row_signals() const {
    return row_signals_;
  }

  // A service with custom methods, which somebody must Add before the server
  // can start.
  void Expect(const Service& service);

  const std::vector<const Model*>& models() const { return models_; }
  std::vector<Entry>& entries() { return entries_; }
  const std::map<std::string, NamedInterceptor>& interceptors() const {
    return interceptors_;
  }
  const PermissionNames& permissions() const { return permissions_; }
  const KeyFunctions& limit_keys() const { return limit_keys_; }
  NamedAuthenticators& authenticators() { return authenticators_; }
  std::unique_ptr<SpanSink>& span_sink() { return span_sink_; }
  const NamedMigrations& migrations() const { return migrations_; }
  const std::map<std::string, NamedCommand>& commands() const {
    return commands_;
  }

 private:
  void Put(Entry entry);

  NamedMigrations migrations_;
  std::vector<const Model*> models_;
  std::vector<Entry> entries_;
  std::map<std::string, NamedInterceptor> interceptors_;
  PermissionNames permissions_;
  KeyFunctions limit_keys_;
  NamedAuthenticators authenticators_;
  std::map<std::string, NamedCommand> commands_;
  std::unique_ptr<SpanSink> span_sink_;
  std::unique_ptr<RpcSignals> signals_ = std::make_unique<RpcSignals>();
  std::shared_ptr<RowSignalsByTable> row_signals_ =
      std::make_shared<RowSignalsByTable>();
};

}  // namespace modelservice

#endif  // MODELSERVICE_REGISTRY_H_
