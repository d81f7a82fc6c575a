#include "plugin/emit/guard.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "plugin/emit/text.h"

namespace modelservice::plugin {
namespace {

// In the largest unit that is exact.
std::string DurationLiteral(absl::Duration duration) {
  struct Unit {
    absl::string_view name;
    absl::Duration length;
  };
  for (const Unit& unit : {Unit{"Seconds", absl::Seconds(1)},
                           Unit{"Milliseconds", absl::Milliseconds(1)},
                           Unit{"Microseconds", absl::Microseconds(1)}}) {
    absl::Duration rest;
    const int64_t count = absl::IDivDuration(duration, unit.length, &rest);
    if (rest == absl::ZeroDuration()) {
      return absl::StrCat("::absl::", unit.name, "(", count, ")");
    }
  }
  return absl::StrCat("::absl::Nanoseconds(",
                      absl::ToInt64Nanoseconds(duration), ")");
}

std::string AlgorithmName(LimitAlgorithm algorithm) {
  switch (algorithm) {
    case LimitAlgorithm::kFixedWindow:
      return "kFixedWindow";
    case LimitAlgorithm::kSlidingWindow:
      return "kSlidingWindow";
    case LimitAlgorithm::kTokenBucket:
      return "kTokenBucket";
  }
  return "kFixedWindow";
}

// Emits the constants of one guard; each method those of one kind.
class GuardEmitter {
 public:
  GuardEmitter(const Service& service, const Method& method, UniqueNames& names,
               Printer& out)
      : guard_(method.guard),
        stem_(absl::StrCat("k", service.name, method.name)),
        names_(names),
        out_(out) {}

  std::string Emit() {
    std::vector<std::string> pieces = {"::modelservice::Guard()"};
    if (!guard_.limits.empty()) {
      pieces.push_back(absl::StrCat(".Limits(", EmitLimits(), ")"));
    }
    if (!guard_.require.empty()) {
      pieces.push_back(
          absl::StrCat(".Require(", StringLiteral(guard_.require), ")"));
    }
    if (!guard_.interceptors.empty()) {
      const std::string interceptors = Name("Interceptors");
      EmitTexts(guard_.interceptors, interceptors);
      pieces.push_back(absl::StrCat(".Interceptors(", interceptors, ")"));
    }
    if (guard_.timeout != absl::InfiniteDuration()) {
      pieces.push_back(
          absl::StrCat(".Timeout(", DurationLiteral(guard_.timeout), ")"));
    }
    const std::string name = Name("Guard");
    out_.Emit({{"name", name}, {"guard", absl::StrJoin(pieces, "")}},
              R"(
                constexpr ::modelservice::Guard $name$ = $guard$;
              )");
    return name;
  }

 private:
  std::string Name(absl::string_view what) {
    return names_.Make(absl::StrCat(stem_, what));
  }

  std::string EmitLimits() {
    std::vector<std::string> limits;
    for (size_t i = 0; i < guard_.limits.size(); ++i) {
      const Limit& limit = guard_.limits[i];
      std::string keys;
      if (!limit.keys.empty()) {
        keys = Name(absl::StrCat("Limit", i, "Keys"));
        EmitTexts(limit.keys, keys);
      }
      limits.push_back(absl::StrJoin(LimitPieces(limit, keys), ""));
    }
    const std::string name = Name("Limits");
    out_.EmitList(
        absl::StrCat("constexpr ::modelservice::RateLimit ", name, "[]"),
        limits);
    return name;
  }

  // The runtime's RateLimit and the setters that it needs.
  static std::vector<std::string> LimitPieces(const Limit& limit,
                                              const std::string& keys) {
    std::vector<std::string> pieces = {absl::StrCat(
        "::modelservice::RateLimit(", StringLiteral(limit.group), ", ",
        limit.max_calls, ", ", DurationLiteral(limit.period), ")")};
    const auto call = [&](absl::string_view setter,
                          absl::string_view argument) {
      pieces.push_back(absl::StrCat(".", setter, "(", argument, ")"));
    };
    if (!limit.name.empty()) call("Name", StringLiteral(limit.name));
    if (limit.algorithm != LimitAlgorithm::kFixedWindow) {
      call("By", absl::StrCat("::modelservice::LimitAlgorithm::",
                              AlgorithmName(limit.algorithm)));
    }
    if (limit.burst.has_value()) call("Burst", absl::StrCat(*limit.burst));
    if (!keys.empty()) call("Keys", keys);
    if (!limit.cost.empty()) call("Cost", StringLiteral(limit.cost));
    if (limit.shadow) call("Shadow", "");
    if (limit.on_store_failure == OnStoreFailure::kDeny) {
      call("WhenStoreFails", "::modelservice::OnStoreFailure::kDeny");
    }
    return pieces;
  }

  void EmitTexts(const std::vector<std::string>& texts,
                 const std::string& name) {
    std::vector<std::string> literals;
    for (const std::string& text : texts) {
      literals.push_back(StringLiteral(text));
    }
    out_.EmitList(absl::StrCat("constexpr ::absl::string_view ", name, "[]"),
                  literals);
  }

  const Guard& guard_;
  const std::string stem_;
  UniqueNames& names_;
  Printer& out_;
};

}  // namespace

std::string EmitGuard(const Service& service, const Method& method,
                      UniqueNames& names, Printer& out) {
  if (method.guard.empty()) return "";
  return GuardEmitter(service, method, names, out).Emit();
}

}  // namespace modelservice::plugin
