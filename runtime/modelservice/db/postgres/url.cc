#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "modelservice/base/secrets.h"
#include "modelservice/db/postgres/libpq.h"
#include "modelservice/postgres.h"

namespace modelservice {
namespace {

using postgres::Libpq;

constexpr absl::string_view kSettings[] = {
    "read_lanes", "write_lanes",       "max_batch",   "max_batch_bytes",
    "max_queue",  "slow_statement",    "pool_min",    "pool_max",
    "pool_wait",  "pool_idle_timeout", "max_cursors", "max_write_time",
    "prepare",    "max_statements"};

// The most connections of a kind; more is surely a slip of the finger.
constexpr int kMostConnections = 10000;

absl::Status UrlError(absl::string_view url, absl::string_view fault) {
  return absl::InvalidArgumentError(
      absl::StrCat("database URL \"", MaskUrl(url), "\": ", fault));
}

// What a value of the setting must be, when it is not; else empty.
std::string SetCount(absl::string_view value, int least, int most, int* count) {
  if (absl::SimpleAtoi(value, count) && *count >= least && *count <= most) {
    return "";
  }
  return absl::StrCat("a whole number from ", least, " to ", most);
}

std::string SetTime(absl::string_view value, absl::Duration* time) {
  if (absl::ParseDuration(value, time) && *time >= absl::ZeroDuration()) {
    return "";
  }
  return "a duration like 2s or 500ms";
}

std::string SetSomeTime(absl::string_view value, absl::Duration* time) {
  if (absl::ParseDuration(value, time) && *time > absl::ZeroDuration()) {
    return "";
  }
  return "a duration above zero, like 2s or 500ms";
}

std::string Set(absl::string_view name, absl::string_view value,
                PostgresOptions* options) {
  if (name == "read_lanes") {
    return SetCount(value, 1, kMostConnections, &options->read_lanes);
  }
  if (name == "write_lanes") {
    return SetCount(value, 1, kMostConnections, &options->write_lanes);
  }
  if (name == "max_batch") {
    return SetCount(value, 1, 1000000, &options->max_batch);
  }
  if (name == "max_batch_bytes") {
    return SetCount(value, 1, std::numeric_limits<int>::max(),
                    &options->max_batch_bytes);
  }
  if (name == "max_queue") {
    return SetCount(value, 1, std::numeric_limits<int>::max(),
                    &options->max_queue);
  }
  if (name == "slow_statement") {
    return SetSomeTime(value, &options->slow_statement);
  }
  if (name == "pool_min") {
    return SetCount(value, 0, kMostConnections, &options->pool_min);
  }
  if (name == "pool_max") {
    return SetCount(value, 1, kMostConnections, &options->pool_max);
  }
  if (name == "pool_wait") return SetTime(value, &options->pool_wait);
  if (name == "pool_idle_timeout") {
    return SetTime(value, &options->pool_idle_timeout);
  }
  if (name == "max_cursors") {
    return SetCount(value, 1, kMostConnections,
                    &options->max_cursors.emplace());
  }
  if (name == "max_write_time") {
    return SetSomeTime(value, &options->max_write_time);
  }
  if (name == "max_statements") {
    return SetCount(value, 1, 1000000, &options->max_statements);
  }
  if (value != "true" && value != "false") return "true or false";
  options->prepare = value == "true";
  return "";
}

// libpq would quote it, and it may be a password whose "@host" was forgotten.
std::string FaultOfPorts(const PQconninfoOption& options) {
  for (const PQconninfoOption* o = &options; o->keyword != nullptr; ++o) {
    if (absl::string_view(o->keyword) != "port" || o->val == nullptr) continue;
    for (const absl::string_view port : absl::StrSplit(o->val, ',')) {
      int32_t value = 0;
      if (port.empty() || (absl::SimpleAtoi(port, &value) && value > 0 &&
                           value <= std::numeric_limits<uint16_t>::max())) {
        continue;
      }
      return "what stands behind the host's colon is no port; is the host "
             "missing, as in user:password@host?";
    }
  }
  return "";
}

// libpq's opinion of what is left for it; empty when it takes it. Its words
// hold pieces of the URL, which may be pieces of a password.
std::string Refusal(const std::string& connection) {
  char* error = nullptr;
  const Libpq<PQconninfoOption> options(
      PQconninfoParse(connection.c_str(), &error));
  const Libpq<char> owned(error);
  if (options != nullptr) return FaultOfPorts(*options);
  constexpr absl::string_view kUnknown = "invalid URI query parameter: ";
  const absl::string_view text =
      absl::StripAsciiWhitespace(error == nullptr ? "" : error);
  if (absl::StartsWith(text, kUnknown)) {
    return absl::StrCat("unknown setting ", text.substr(kUnknown.size()),
                        "; there are those of libpq and ",
                        absl::StrJoin(kSettings, ", "));
  }
  return "libpq cannot read it; write "
         "postgresql://user:password@host:port/database?setting=value, with "
         "%-escapes for special characters";
}

}  // namespace

absl::StatusOr<PostgresOptions> ParsePostgresUrl(absl::string_view url) {
  if (!absl::StartsWith(url, "postgresql://") &&
      !absl::StartsWith(url, "postgres://")) {
    return UrlError(url, "not PostgreSQL's; it starts with postgresql://");
  }
  if (url.find('\0') != absl::string_view::npos) {
    return UrlError(url, "a NUL character cannot be part of it");
  }
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(url, absl::MaxSplits('?', 1));
  PostgresOptions options;
  absl::flat_hash_set<absl::string_view> seen;
  std::vector<absl::string_view> others;
  for (const absl::string_view setting :
       absl::StrSplit(parts.second, '&', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> pair =
        absl::StrSplit(setting, absl::MaxSplits('=', 1));
    if (!absl::c_linear_search(kSettings, pair.first)) {
      others.push_back(setting);
      continue;
    }
    if (!seen.insert(pair.first).second) {
      return UrlError(url, absl::StrCat(pair.first, " is there twice"));
    }
    const std::string wanted = Set(pair.first, pair.second, &options);
    if (!wanted.empty()) {
      return UrlError(url, absl::StrCat(pair.first, " must be ", wanted,
                                        ", not \"", pair.second, "\""));
    }
  }
  if (options.pool_min > options.pool_max) {
    return UrlError(
        url, absl::StrCat("pool_min is ", options.pool_min, ", more than the ",
                          options.pool_max, " of pool_max"));
  }
  if (options.max_cursors.value_or(1) > options.pool_max) {
    return UrlError(
        url, absl::StrCat("max_cursors is ", *options.max_cursors,
                          ", more than the ", options.pool_max,
                          " of pool_max, which each of them takes one of"));
  }
  options.connection = absl::StrCat(parts.first, others.empty() ? "" : "?",
                                    absl::StrJoin(others, "&"));
  const std::string refusal = Refusal(options.connection);
  if (!refusal.empty()) return UrlError(url, refusal);
  return options;
}

}  // namespace modelservice
