#include "modelservice/manage/handlers_text.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "modelservice/service/method.h"

namespace modelservice {
namespace {

absl::string_view ShapeOf(Streaming streaming) {
  switch (streaming) {
    case Streaming::kUnary:
      return "unary";
    case Streaming::kServer:
      return "server stream";
    case Streaming::kClient:
      return "client stream";
    case Streaming::kBidi:
      return "bidi stream";
  }
  return "";
}

absl::string_view NameOf(MethodKind kind) {
  switch (kind) {
    case MethodKind::kCustom:
      return "CUSTOM";
    case MethodKind::kList:
      return "LIST";
    case MethodKind::kRetrieve:
      return "RETRIEVE";
    case MethodKind::kCreate:
      return "CREATE";
    case MethodKind::kUpdate:
      return "UPDATE";
    case MethodKind::kPartialUpdate:
      return "PARTIAL_UPDATE";
    case MethodKind::kDestroy:
      return "DESTROY";
    case MethodKind::kUndelete:
      return "UNDELETE";
    case MethodKind::kBatchGet:
      return "BATCH_GET";
    case MethodKind::kBatchCreate:
      return "BATCH_CREATE";
    case MethodKind::kBatchUpdate:
      return "BATCH_UPDATE";
    case MethodKind::kBatchDelete:
      return "BATCH_DELETE";
    case MethodKind::kBulkCreate:
      return "BULK_CREATE";
    case MethodKind::kAggregate:
      return "AGGREGATE";
  }
  return "";
}

std::string LimitsOf(const Method& method) {
  if (method.guard == nullptr || method.guard->limits.empty()) return "none";
  return absl::StrJoin(method.guard->limits, " and ",
                       [](std::string* out, const RateLimit& limit) {
                         absl::StrAppend(out, limit.max_calls, "/",
                                         absl::FormatDuration(limit.period));
                         if (limit.keys.empty()) return;
                         absl::StrAppend(out, " by ",
                                         absl::StrJoin(limit.keys, "+"));
                       });
}

std::string AccessOf(const Method& method, const Settings& settings) {
  const bool has_own =
      method.guard != nullptr && !method.guard->require.empty();
  return has_own                         ? std::string(method.guard->require)
         : settings.has_default_access() ? settings.default_access()
                                         : "any";
}

std::string InterceptorsOf(const Method& method, const Settings& settings) {
  std::string names = method.guard != nullptr && method.guard->has_interceptors
                          ? absl::StrJoin(method.guard->interceptors, ", ")
                          : absl::StrJoin(settings.interceptor(), ", ");
  return names.empty() ? "none" : names;
}

std::string TimeoutOf(const Method& method, const Settings& settings) {
  absl::Duration most = settings.has_maximum_timeout()
                            ? absl::Seconds(settings.maximum_timeout())
                            : absl::InfiniteDuration();
  if (method.guard != nullptr) most = std::min(most, method.guard->timeout);
  return most == absl::InfiniteDuration() ? "none" : absl::FormatDuration(most);
}

// Columns as wide as their longest cell, two blanks apart.
std::string Aligned(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  std::string text;
  for (const auto& row : rows) {
    for (size_t i = 0; i + 1 < row.size(); ++i) {
      absl::StrAppend(&text, row[i],
                      std::string(widths[i] + 2 - row[i].size(), ' '));
    }
    absl::StrAppend(&text, row.back(), "\n");
  }
  return text;
}

}  // namespace

std::string HandlersText(Registry& registry, const Settings& settings) {
  std::vector<std::vector<std::string>> rows = {{"method", "shape", "kind",
                                                 "access", "limits",
                                                 "interceptors", "timeout"}};
  std::string lacking;
  for (const Registry::Entry& entry : registry.entries()) {
    for (const Method& method : entry.service->methods) {
      rows.push_back(
          {std::string(method.path), std::string(ShapeOf(method.streaming)),
           std::string(NameOf(method.kind)), AccessOf(method, settings),
           LimitsOf(method), InterceptorsOf(method, settings),
           TimeoutOf(method, settings)});
    }
    if (entry.handler == nullptr) {
      absl::StrAppend(&lacking, entry.service->name,
                      " has custom methods and no class that implements them: "
                      "a server does not start before registry.Add<...>()\n");
    }
  }
  return absl::StrCat(Aligned(rows), lacking);
}

}  // namespace modelservice
