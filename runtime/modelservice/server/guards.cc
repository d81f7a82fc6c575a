#include "modelservice/server/guards.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "modelservice/guard/auth/make_authenticators.h"
#include "modelservice/guard/auth/subject_rules.h"
#include "modelservice/guard/authentication.h"
#include "modelservice/guard/deadline.h"
#include "modelservice/guard/permissions.h"
#include "modelservice/guard/rate_limits.h"
#include "modelservice/schema/access.h"
#include "modelservice/service/reply_mask.h"

namespace modelservice {
namespace {

// Known for settings that name them: every call has its line, and is counted,
// outside of the chain.
constexpr absl::string_view kRequestLog = "request_log";
constexpr absl::string_view kConcurrency = "concurrency";
constexpr absl::string_view kDeadline = "deadline";
constexpr absl::string_view kAuthentication = "authentication";
constexpr absl::string_view kPermissions = "permissions";
constexpr absl::string_view kRateLimits = "rate_limits";
// By default the first three stand before what is named, the others behind.
constexpr absl::string_view kBuiltIn[] = {kRequestLog,  kConcurrency,
                                          kDeadline,    kAuthentication,
                                          kPermissions, kRateLimits};
constexpr int kBefore = 3;
// The limits that stand directly before authentication, wherever that is; of
// no name in the settings.
constexpr absl::string_view kFirstLimits = "rate_limits that need no caller";

bool IsBuiltIn(absl::string_view name) {
  return std::find(std::begin(kBuiltIn), std::end(kBuiltIn), name) !=
         std::end(kBuiltIn);
}

bool AsksWhoCalls(const AccessExpression& access) {
  using Kind = AccessExpression::Kind;
  for (const Kind kind :
       {Kind::kAuthenticated, Kind::kAuthenticatedOrReadOnly, Kind::kRole,
        Kind::kClaim, Kind::kOwner, Kind::kModel}) {
    if (access.Has(kind)) return true;
  }
  return false;
}

// The first OWNER column of the models that are served, as "Article.author";
// empty: there is none.
std::string OwnerColumn(Registry& registry) {
  for (const Registry::Entry& entry : registry.entries()) {
    if (entry.service->model == nullptr) continue;
    const Table& table = *entry.service->model().table;
    for (const Column& column : table.columns) {
      if (column.role == Role::kOwner) {
        return absl::StrCat(table.message, ".", column.field);
      }
    }
  }
  return "";
}

// The models of other services whose messages a method may reply with.
std::vector<const Model*> OthersInReplies(Registry& registry,
                                          const Method& method,
                                          const Model* own) {
  std::vector<const Model*> others;
  if (method.kind != MethodKind::kCustom) {
    // A standard one fills fields without a column.
    if (own == nullptr) return others;
    for (const RelatedField& field : own->related) {
      const Model* const target = &field.target();
      if (target != own &&
          std::find(others.begin(), others.end(), target) == others.end()) {
        others.push_back(target);
      }
    }
    return others;
  }
  for (const Registry::Entry& entry : registry.entries()) {
    if (entry.service->model == nullptr) continue;
    const Model* const model = &entry.service->model();
    if (model != own &&
        std::find(others.begin(), others.end(), model) == others.end() &&
        MayContain(*method.reply().GetDescriptor(), *model)) {
      others.push_back(model);
    }
  }
  return others;
}

absl::Duration SecondsOr(bool given, double seconds) {
  return given ? absl::Seconds(seconds) : absl::InfiniteDuration();
}

}  // namespace

template <class T, class... Arguments>
Guards::Link Guards::Own(Arguments&&... arguments) {
  auto made = std::make_unique<T>(std::forward<Arguments>(arguments)...);
  Link link{made.get(), Chain::Parts::Of<T>()};
  link.parts.ours = true;
  owned_.push_back(std::move(made));
  return link;
}

Guards::Link Guards::Own(std::unique_ptr<Interceptor> interceptor,
                         Chain::Parts parts) {
  parts.ours = true;
  owned_.push_back(std::move(interceptor));
  return {owned_.back().get(), parts};
}

absl::StatusOr<std::unique_ptr<Guards>> Guards::Make(Registry& registry,
                                                     const Settings& settings,
                                                     Database& database,
                                                     LimitStore& limits,
                                                     Executor& executor) {
  if (!registry.permissions().status().ok()) {
    return registry.permissions().status();
  }
  const int bits = settings.rate_limits().ipv6_prefix_length();
  if (bits < 1 || bits > 128) {
    return absl::InvalidArgumentError(
        absl::StrCat("rate_limits.ipv6_prefix_length is ", bits,
                     "; it must be from 1 to 128"));
  }
  std::unique_ptr<Guards> guards(
      new Guards(registry, settings, limits, executor));
  auto authenticators =
      MakeAuthenticators(settings, database, registry.authenticators());
  if (!authenticators.ok()) return authenticators.status();
  if (const std::string owner = OwnerColumn(registry); !owner.empty()) {
    auto status = CheckSubjects(settings, owner);
    if (!status.ok()) return status;
  }
  if (!authenticators->empty()) {
    const Link link = guards->Own<Authentication>(
        *std::move(authenticators), executor, settings.max_password_queue());
    guards->shared_[kAuthentication] = link;
    guards->measured_.push_back(
        static_cast<MeasuredInterceptor*>(link.interceptor));
  }
  return guards;
}

void Guards::Report(Measures& to) const {
  for (MeasuredInterceptor* const one : measured_) one->Report(to);
}

bool Guards::NamesRequestLog(const Settings& settings) {
  return std::find(settings.interceptor().begin(), settings.interceptor().end(),
                   std::string(kRequestLog)) != settings.interceptor().end();
}

absl::StatusOr<std::vector<Chain>> Guards::ChainsOf(const Service& service) {
  std::vector<Chain> chains;
  for (const Method& method : service.methods) {
    absl::StatusOr<Chain> chain = ChainOf(service, method);
    if (!chain.ok()) {
      return absl::Status(
          chain.status().code(),
          absl::StrCat(method.path, ": ", chain.status().message()));
    }
    chains.push_back(*std::move(chain));
  }
  return chains;
}

absl::StatusOr<Guards::Links> Guards::BuiltIn(const Service& service,
                                              const Method& method) {
  Links links = shared_;
  const absl::Duration most = std::min(
      SecondsOr(settings_.has_maximum_timeout(), settings_.maximum_timeout()),
      method.guard == nullptr ? absl::InfiniteDuration()
                              : method.guard->timeout);
  const absl::Duration by_default =
      SecondsOr(settings_.has_default_timeout(), settings_.default_timeout());
  if (std::min(most, by_default) != absl::InfiniteDuration()) {
    links[kDeadline] = Own<Deadline>(by_default, most);
  }
  const Model* const model =
      service.model == nullptr ? nullptr : &service.model();
  auto permissions = MakePermissions(method, model, registry_.permissions(),
                                     settings_.default_access(),
                                     OthersInReplies(registry_, method, model));
  if (!permissions.ok()) return permissions.status();
  if (*permissions != nullptr) {
    Chain::Parts parts;
    parts.before = true;
    links[kPermissions] = Own(*std::move(permissions), parts);
  }
  if (absl::Status status = AddLimits(method, links); !status.ok()) {
    return status;
  }
  return links;
}

absl::Status Guards::AddLimits(const Method& method, Links& links) {
  if (method.guard == nullptr) return absl::OkStatus();
  const LimitKeyOptions options{&registry_.limit_keys(),
                                settings_.rate_limits().ipv6_prefix_length()};
  const auto add = [&](absl::string_view name, LimitGroup group) {
    auto limits = MakeRateLimits(method, group, limits_, executor_, options);
    if (!limits.ok()) return limits.status();
    Chain::Parts parts;
    parts.start = true;
    if (*limits == nullptr) return absl::OkStatus();
    measured_.push_back(limits->get());
    links[name] = Own(*std::move(limits), parts);
    return absl::OkStatus();
  };
  const std::vector<absl::string_view> names = NamesFor(method);
  // Where a list names them, all of them stand.
  if (std::find(names.begin(), names.end(), kRateLimits) != names.end()) {
    return add(kRateLimits, LimitGroup::kAll);
  }
  if (absl::Status status = add(kFirstLimits, LimitGroup::kNeedNoCaller);
      !status.ok()) {
    return status;
  }
  return add(kRateLimits, LimitGroup::kOthers);
}

std::vector<absl::string_view> Guards::NamesFor(const Method& method) const {
  if (method.guard != nullptr && method.guard->has_interceptors) {
    return {method.guard->interceptors.begin(),
            method.guard->interceptors.end()};
  }
  return {settings_.interceptor().begin(), settings_.interceptor().end()};
}

absl::StatusOr<Chain> Guards::ChainOf(const Service& service,
                                      const Method& method) {
  absl::StatusOr<Links> built_in = BuiltIn(service, method);
  if (!built_in.ok()) return built_in.status();
  const std::vector<absl::string_view> names = NamesFor(method);
  if (absl::Status status = CheckCallerIsKnown(method, *built_in, names);
      !status.ok()) {
    return status;
  }
  const auto is_named = [&](absl::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  Chain chain;
  const auto add_one = [&](absl::string_view name) {
    const auto found = built_in->find(name);
    if (found == built_in->end()) return;
    chain.Add(*found->second.interceptor, found->second.parts);
  };
  const auto add_built_in = [&](absl::string_view name) {
    if (name == kAuthentication) add_one(kFirstLimits);
    add_one(name);
  };
  for (int i = 0; i < kBefore; ++i) {
    if (!is_named(kBuiltIn[i])) add_built_in(kBuiltIn[i]);
  }
  for (const absl::string_view name : names) {
    if (IsBuiltIn(name)) {
      add_built_in(name);
      continue;
    }
    const auto found = registry_.interceptors().find(std::string(name));
    if (found == registry_.interceptors().end()) return UnknownName(name);
    if (found->second.parts.start && found->second.interceptor->blocking()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "interceptor \"", name,
          "\" says blocking(), which is about Before, and overrides Start, "
          "which must not wait; drop one"));
    }
    chain.Add(*found->second.interceptor, found->second.parts);
  }
  for (size_t i = kBefore; i < std::size(kBuiltIn); ++i) {
    if (!is_named(kBuiltIn[i])) add_built_in(kBuiltIn[i]);
  }
  return chain;
}

absl::Status Guards::CheckCallerIsKnown(
    const Method& method, const Links& built_in,
    const std::vector<absl::string_view>& names) const {
  if (built_in.count(kAuthentication) > 0) return absl::OkStatus();
  // An interceptor may say who calls, too.
  if (!std::all_of(names.begin(), names.end(), IsBuiltIn)) {
    return absl::OkStatus();
  }
  const absl::string_view required =
      RequiredAccess(method, settings_.default_access());
  AccessFault fault;
  const auto access = AccessExpression::Parse(required, &fault);
  if (required.empty() || !access.has_value() || !AsksWhoCalls(*access)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("access \"", required,
                   "\" asks who calls, and nothing here finds that out; set an "
                   "authenticator, as in authenticator { token {} }, or an "
                   "interceptor that says who calls"));
}

absl::Status Guards::UnknownName(absl::string_view name) const {
  std::string known;
  for (const absl::string_view built_in : kBuiltIn) {
    absl::StrAppend(&known, known.empty() ? "" : ", ", built_in);
  }
  for (const auto& [added, entry] : registry_.interceptors()) {
    absl::StrAppend(&known, ", ", added);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("no interceptor is called \"", name, "\"; there are ", known,
                   "; Registry::AddInterceptor adds one"));
}

}  // namespace modelservice
