// The interceptors of a server: the built-in ones that its settings and the
// methods' options ask for, and those that the program added, as a chain for
// each method.
#ifndef MODELSERVICE_SERVER_GUARDS_H_
#define MODELSERVICE_SERVER_GUARDS_H_

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modelservice/base/executor.h"
#include "modelservice/config.pb.h"
#include "modelservice/database.h"
#include "modelservice/guard/limits/limit_store.h"
#include "modelservice/guard/measured_interceptor.h"
#include "modelservice/registry.h"
#include "modelservice/service/chain.h"
#include "modelservice/service/method.h"

namespace modelservice {

// Outlives the chains it made.
class Guards {
 public:
  // All outlive what is made. INVALID_ARGUMENT for a setting that names what is
  // not there.
  static absl::StatusOr<std::unique_ptr<Guards>> Make(Registry& registry,
                                                      const Settings& settings,
                                                      Database& database,
                                                      LimitStore& limits,
                                                      Executor& executor);

  // Those of the service's methods, in order. INVALID_ARGUMENT for an option
  // that names what is not there.
  absl::StatusOr<std::vector<Chain>> ChainsOf(const Service& service);

  // What the interceptors count.
  void Report(Measures& to) const;

  // Whether a list names the request log, which stands around all calls and is
  // in no chain.
  static bool NamesRequestLog(const Settings& settings);

 private:
  struct Link {
    Interceptor* interceptor;
    Chain::Parts parts;
  };
  // By name.
  using Links = std::map<absl::string_view, Link>;

  Guards(Registry& registry, const Settings& settings, LimitStore& limits,
         Executor& executor)
      : registry_(registry),
        settings_(settings),
        limits_(limits),
        executor_(executor) {}

  template <class T, class... Arguments>
  Link Own(Arguments&&... arguments);
  Link Own(std::unique_ptr<Interceptor> interceptor, Chain::Parts parts);
  absl::StatusOr<Chain> ChainOf(const Service& service, const Method& method);
  // Those that have something to do.
  absl::StatusOr<Links> BuiltIn(const Service& service, const Method& method);
  absl::Status AddLimits(const Method& method, Links& links);
  // What the method's options name, or else the settings.
  std::vector<absl::string_view> NamesFor(const Method& method) const;
  // An error for `access` that asks who calls where nothing finds that out.
  absl::Status CheckCallerIsKnown(
      const Method& method, const Links& built_in,
      const std::vector<absl::string_view>& names) const;
  absl::Status UnknownName(absl::string_view name) const;

  Registry& registry_;
  const Settings& settings_;
  LimitStore& limits_;
  Executor& executor_;
  std::vector<std::unique_ptr<Interceptor>> owned_;
  // Of these.
  std::vector<MeasuredInterceptor*> measured_;
  // For all methods together.
  Links shared_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVER_GUARDS_H_
