#include "modelservice/guard/request_log.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "modelservice/base/clock.h"
#include "modelservice/log.h"

namespace modelservice {
namespace {

struct StartTime {
  SteadyTime time;
};

std::string CallerOf(const CallContext& call) {
  const Principal& caller = call.principal();
  if (caller.is_anonymous()) return "anonymous";
  return absl::StrCat(caller.scheme, ":", caller.subject);
}

}  // namespace

absl::Status RequestLog::Before(CallContext& call) {
  call.Put(StartTime{SteadyNow()});
  return absl::OkStatus();
}

void RequestLog::After(CallContext& call, absl::Status& status) {
  if (!IsLogged(Severity::kInfo)) return;
  const absl::Duration taken = Since(call.Get<StartTime>()->time);
  Log(Severity::kInfo,
      absl::StrCat(
          call.method(), " ", absl::StatusCodeToString(status.code()),
          absl::StrFormat(" %.3f ms ", absl::ToDoubleMilliseconds(taken)),
          call.peer(), " ", CallerOf(call)));
}

}  // namespace modelservice
