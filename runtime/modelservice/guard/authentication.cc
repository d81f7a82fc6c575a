#include "modelservice/guard/authentication.h"

#include <algorithm>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/errors.h"
#include "modelservice/service/run_handler.h"

namespace modelservice {
namespace {

// Kept with a call whose credentials were bad.
struct Refused {
  std::string challenge;
};

// RFC 6750, 3.1.
std::string ChallengeAfter(const std::string& challenge) {
  return absl::StartsWith(challenge, "Bearer")
             ? absl::StrCat(challenge, " error=\"invalid_token\"")
             : challenge;
}

// Half of the processors, that others go on.
int HashingThreads() {
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / 2);
}

absl::Status ForCaller(const absl::Status& status) {
  return TranslateDatabaseError(status, nullptr, WriteKind::kSave);
}

}  // namespace

Authentication::Authentication(
    std::vector<std::unique_ptr<Authenticator>> authenticators,
    Executor& executor, int most_hashing)
    : authenticators_(std::move(authenticators)),
      executor_(executor),
      hashing_(executor, "password",
               {HashingThreads(), static_cast<size_t>(most_hashing),
                "max_password_queue"}) {
  std::set<std::string> seen;
  for (const auto& authenticator : authenticators_) {
    const std::string challenge = authenticator->Challenge();
    if (challenge.empty() || !seen.insert(challenge).second) continue;
    absl::StrAppend(&challenges_, challenges_.empty() ? "" : ", ", challenge);
  }
}

void Authentication::Start(CallContext& call, Done done) {
  for (const auto& authenticator : authenticators_) {
    if (!authenticator->Recognizes(call)) continue;
    if (!authenticator->blocking()) return done(Decide(*authenticator, call));
    Executor::Task decide =
        [this, &call, one = authenticator.get(),
         done = std::move(done)](const absl::Status& admitted) mutable {
          done(admitted.ok() ? Decide(*one, call) : admitted);
        };
    if (authenticator->hashes()) {
      hashing_.Post(&call, std::move(decide));
    } else {
      executor_.Post("authentication", &call, std::move(decide));
    }
    return;
  }
  anonymous_.Add();
  done(absl::OkStatus());
}

void Authentication::Report(Measures& to) {
  const auto add = [&](absl::string_view result, const Counter& count) {
    to.AddCounter("modelservice_authentications_total",
                  "Calls that were asked who calls, by what was found: "
                  "authenticated, anonymous, refused (bad credentials) or "
                  "failed (nobody could be asked).",
                  {{"result", std::string(result)}}, count.value());
  };
  add("authenticated", authenticated_);
  add("anonymous", anonymous_);
  add("refused", refused_);
  add("failed", failed_);
  hashing_.Report(to);
  for (const auto& authenticator : authenticators_) authenticator->Report(to);
}

absl::Status Authentication::Decide(Authenticator& authenticator,
                                    CallContext& call) {
  absl::StatusOr<std::shared_ptr<const Principal>> principal = nullptr;
  const absl::Status thrown = Guarded([&] {
    principal = authenticator.AuthenticateShared(call);
    return absl::OkStatus();
  });
  if (!thrown.ok()) {
    failed_.Add();
    return thrown;
  }
  if (principal.ok()) {
    authenticated_.Add();
    call.set_principal(*std::move(principal));
    return absl::OkStatus();
  }
  const absl::Status& status = principal.status();
  if (!absl::IsUnauthenticated(status)) {
    failed_.Add();
    return ForCaller(status);
  }
  refused_.Add();
  call.Put(Refused{ChallengeAfter(authenticator.Challenge())});
  return status;
}

void Authentication::After(CallContext& call, absl::Status& status) {
  if (!absl::IsUnauthenticated(status)) return;
  const Refused* const refused = call.Get<Refused>();
  const std::string& challenge =
      refused == nullptr ? challenges_ : refused->challenge;
  if (!challenge.empty()) call.AddTrailer("www-authenticate", challenge);
}

}  // namespace modelservice
