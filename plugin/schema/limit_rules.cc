#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "plugin/schema/guard_rules.h"

namespace modelservice::plugin {
namespace {

constexpr absl::string_view kKeys =
    "write peer, principal, claim:<path>, metadata:<header>, request:<field>, "
    "or the name of a registered function";

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// gRPC's names of headers, which arrive in lower case.
bool IsHeader(absl::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return IsLower(c) || IsDigit(c) || c == '-' || c == '_' || c == '.';
  });
}

// Of a registered function: as the names of permissions.
bool IsFunction(absl::string_view name) {
  if (name.empty() || IsDigit(name[0]) || name[0] == '.') return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return IsLower(c) || IsDigit(c) || c == '_' || c == '.';
  });
}

class LimitChecker {
 public:
  LimitChecker(const RateLimitSettings& limit, std::vector<int> path,
               std::string what, const GuardedElement& element)
      : limit_(limit),
        path_(std::move(path)),
        what_(std::move(what)),
        element_(element) {}

  void Check() {
    if (limit_.has_group() && limit_.group().empty()) {
      Report("group is empty", "name a group, or drop it");
    }
    if (limit_.has_name() && limit_.name().empty()) {
      Report("name is empty", "give it a name, or drop it");
    }
    if (!limit_.has_max_calls()) {
      Report("there is no max_calls", "say how many calls a period has");
    } else if (limit_.max_calls() < 1) {
      Report("max_calls must be at least 1", "raise it");
    }
    CheckPeriod();
    CheckBurst();
    std::set<std::string> keys;
    for (const std::string& key : limit_.key()) {
      CheckKey(key);
      if (!keys.insert(key).second) {
        Report(absl::StrCat("key \"", key, "\" is written twice"),
               "write it once");
      }
    }
    if (limit_.has_cost() && limit_.cost().empty()) {
      Report("cost is empty",
             "name an integer field of the request, or drop "
             "it");
    }
  }

 private:
  void CheckPeriod() {
    const bool fixed =
        limit_.algorithm() == RateLimitSettings::FIXED_WINDOW ||
        limit_.algorithm() == RateLimitSettings::ALGORITHM_UNSPECIFIED;
    if (!limit_.has_period()) {
      Report("there is no period", "write period { seconds: 60 }, or another");
      return;
    }
    const std::string fault = DurationFault(limit_.period());
    if (!fault.empty()) {
      Report(absl::StrCat("period ", fault), "write another");
    } else if (fixed && limit_.period().nanos() != 0) {
      Report("period of a FIXED_WINDOW is in whole seconds",
             "round it, or choose another algorithm");
    }
  }

  void CheckBurst() {
    if (!limit_.has_burst()) return;
    if (limit_.algorithm() != RateLimitSettings::TOKEN_BUCKET) {
      Report("burst is for TOKEN_BUCKET", "drop it, or set the algorithm");
    } else if (limit_.burst() < 1) {
      Report("burst must be at least 1", "drop it for max_calls");
    }
  }

  void CheckKey(const std::string& key) {
    if (key == "peer" || key == "principal") return;
    const size_t colon = key.find(':');
    if (colon == std::string::npos) {
      if (!IsFunction(key)) {
        Report(absl::StrCat("key \"", key, "\" is no name"), kKeys);
      }
      return;
    }
    const std::string kind = key.substr(0, colon);
    const std::string name = key.substr(colon + 1);
    if (kind != "claim" && kind != "metadata" && kind != "request") {
      Report(absl::StrCat("key \"", key, "\" is of an unknown kind"), kKeys);
    } else if (name.empty()) {
      Report(absl::StrCat("key \"", key, "\" names nothing"),
             absl::StrCat("name a ", kind == "request" ? "field of the request"
                                     : kind == "metadata" ? "header"
                                                          : "claim"));
    } else if (kind == "metadata" && !IsHeader(name)) {
      const std::string lower = absl::AsciiStrToLower(name);
      Report(absl::StrCat("key \"", key, "\" names no header"),
             IsHeader(lower) ? absl::StrCat("write metadata:", lower)
                             : "use lower-case letters, digits, \"-\", \"_\" "
                               "and \".\"");
    }
  }

  void Report(absl::string_view fault, absl::string_view mend) {
    element_.Report(path_, absl::StrCat(what_, ": ", fault), mend);
  }

  const RateLimitSettings& limit_;
  const std::vector<int> path_;
  const std::string what_;
  const GuardedElement& element_;
};

}  // namespace

void CheckLimits(
    const google::protobuf::RepeatedPtrField<RateLimitSettings>& limits,
    int number, const GuardedElement& element) {
  for (int i = 0; i < limits.size(); ++i) {
    // Those inside of one pair of braces have one place.
    const std::string what =
        limits.size() == 1 ? "rate_limit" : absl::StrCat("rate_limit ", i + 1);
    LimitChecker(limits[i], {number, i}, what, element).Check();
  }
}

std::string DurationFault(const google::protobuf::Duration& duration) {
  constexpr int64_t kCentury = int64_t{36525} * 24 * 3600;
  constexpr int32_t kSecond = 1000000000;
  const int32_t nanos = duration.nanos();
  if (nanos <= -kSecond || nanos >= kSecond ||
      (nanos < 0 && duration.seconds() > 0) ||
      (nanos > 0 && duration.seconds() < 0)) {
    return "is no duration: nanos are less than a second, of the sign of "
           "seconds";
  }
  if (duration.seconds() < 0 || (duration.seconds() == 0 && nanos <= 0)) {
    return "must be longer than nothing";
  }
  if (duration.seconds() > kCentury) return "is longer than 100 years";
  return "";
}

}  // namespace modelservice::plugin
