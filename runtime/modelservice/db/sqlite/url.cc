#include "modelservice/base/url.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/base/secrets.h"
#include "modelservice/base/url_options.h"
#include "modelservice/sqlite.h"

namespace modelservice {
namespace {

using Synchronous = SqliteOptions::Synchronous;

std::string SetSynchronous(absl::string_view value, Synchronous* synchronous) {
  for (const auto& [name, known] : {std::pair("full", Synchronous::kFull),
                                    std::pair("normal", Synchronous::kNormal),
                                    std::pair("off", Synchronous::kOff)}) {
    if (value != name) continue;
    *synchronous = known;
    return "";
  }
  return "full, normal or off";
}

// The error's message is the fault alone.
absl::StatusOr<SqliteOptions> Parse(absl::string_view text) {
  if (!absl::StartsWith(text, "sqlite:")) {
    return absl::InvalidArgumentError("not SQLite's; it starts with sqlite:");
  }
  const UrlParts parts = SplitUrl(text);
  if (parts.has_login || !parts.hosts.empty()) {
    return absl::InvalidArgumentError(
        "SQLite has no host; write sqlite:shop.db or "
        "sqlite:///absolute/shop.db");
  }
  auto url = ParseUrl(text);
  if (!url.ok()) return url.status();
  if (parts.path.empty()) {
    return absl::InvalidArgumentError(
        "no path; write sqlite:shop.db or sqlite::memory:");
  }
  SqliteOptions options;
  options.path = absl::StrCat(url->has_place ? "/" : "", url->path);
  UrlOptions known;
  known
      .Add("synchronous",
           [&](absl::string_view value) {
             return SetSynchronous(value, &options.synchronous);
           })
      .Time("busy_timeout", &options.busy_timeout)
      .Switch("create", &options.create)
      .Count("max_batch", &options.max_batch)
      .Count("max_batch_bytes", &options.max_batch_bytes)
      .Count("max_queue", &options.max_queue)
      .Time("max_batch_time", &options.max_batch_time)
      // Zero would leave no time at all, and not for ever as one might think.
      .TimeAboveZero("max_write_time", &options.max_write_time)
      .Count("max_readers", &options.max_readers)
      .Count("max_cursors", &options.max_cursors)
      .Count("max_statements", &options.max_statements)
      .Count("cache_size", &options.cache_size);
  std::vector<UrlSetting> others;
  auto status = known.Read(url->settings, &others);
  if (!status.ok()) return status;
  if (!others.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("unknown setting \"", others.front().name,
                     "\"; there are ", known.names()));
  }
  return options;
}

}  // namespace

absl::StatusOr<SqliteOptions> ParseSqliteUrl(absl::string_view url) {
  auto options = Parse(url);
  if (options.ok()) return options;
  return absl::InvalidArgumentError(absl::StrCat(
      "database URL \"", MaskUrl(url), "\": ", options.status().message()));
}

}  // namespace modelservice
