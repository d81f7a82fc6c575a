#include "modelservice/base/url.h"

#include <limits>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "modelservice/base/secrets.h"
#include "modelservice/base/url_options.h"
#include "modelservice/db/postgres/libpq.h"
#include "modelservice/postgres.h"

namespace modelservice {
namespace {

using postgres::Libpq;

// The most connections of a kind; more is surely a slip of the finger.
constexpr int kMostConnections = 10000;

// `max_cursors` stays as it is when the URL does not say.
UrlOptions KnownOptions(PostgresOptions& options, int& max_cursors) {
  constexpr int kMany = std::numeric_limits<int>::max();
  UrlOptions known;
  known.Count("read_lanes", &options.read_lanes, 1, kMostConnections)
      .Count("write_lanes", &options.write_lanes, 1, kMostConnections)
      .Count("max_batch", &options.max_batch, 1, 1000000)
      .Count("max_batch_bytes", &options.max_batch_bytes, 1, kMany)
      .Count("max_queue", &options.max_queue, 1, kMany)
      .TimeAboveZero("slow_statement", &options.slow_statement)
      .Count("pool_min", &options.pool_min, 0, kMostConnections)
      .Count("pool_max", &options.pool_max, 1, kMostConnections)
      .Time("pool_wait", &options.pool_wait)
      .Time("pool_idle_timeout", &options.pool_idle_timeout)
      .Count("max_cursors", &max_cursors, 1, kMostConnections)
      .TimeAboveZero("max_write_time", &options.max_write_time)
      .Switch("prepare", &options.prepare)
      .Count("max_statements", &options.max_statements, 1, 1000000);
  return known;
}

// libpq would quote it, and it may be a password whose "@host" was forgotten.
std::string FaultOfPorts(const PQconninfoOption& options) {
  for (const PQconninfoOption* o = &options; o->keyword != nullptr; ++o) {
    if (absl::string_view(o->keyword) != "port" || o->val == nullptr) continue;
    for (const absl::string_view port : absl::StrSplit(o->val, ',')) {
      int number = 0;
      if (port.empty() || ParsePort(port, &number)) continue;
      return "what stands behind the host's colon is no port; is the host "
             "missing, as in user:password@host?";
    }
  }
  return "";
}

// libpq's opinion of what is left for it; empty when it takes it. Its words
// hold pieces of the URL, which may be pieces of a password.
std::string Refusal(const std::string& connection, const UrlOptions& known) {
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
                        "; there are those of libpq and ", known.names());
  }
  return "libpq cannot read it; write "
         "postgresql://user:password@host:port/database?setting=value, with "
         "%-escapes for special characters";
}

// The error's message is the fault alone. libpq reads all but our settings:
// what it takes for a host or a login is its own.
absl::StatusOr<PostgresOptions> Parse(absl::string_view url) {
  const auto fault = [](auto... words) {
    return absl::InvalidArgumentError(absl::StrCat(words...));
  };
  if (!absl::StartsWith(url, "postgresql://") &&
      !absl::StartsWith(url, "postgres://")) {
    return fault("not PostgreSQL's; it starts with postgresql://");
  }
  if (url.find('\0') != absl::string_view::npos) {
    return fault("a NUL character cannot be part of it");
  }
  const absl::string_view query = SplitUrl(url).query;
  const auto settings = ParseUrlSettings(query);
  if (!settings.ok()) return settings.status();
  PostgresOptions options;
  int max_cursors = 0;
  const UrlOptions known = KnownOptions(options, max_cursors);
  std::vector<UrlSetting> others;
  auto status = known.Read(*settings, &others);
  if (!status.ok()) return status;
  if (max_cursors > 0) options.max_cursors = max_cursors;
  if (options.pool_min > options.pool_max) {
    return fault("pool_min is ", options.pool_min, ", more than the ",
                 options.pool_max, " of pool_max");
  }
  if (options.max_cursors.value_or(1) > options.pool_max) {
    return fault("max_cursors is ", *options.max_cursors, ", more than the ",
                 options.pool_max,
                 " of pool_max, which each of them takes one "
                 "of");
  }
  absl::ConsumeSuffix(&url, query);
  absl::ConsumeSuffix(&url, "?");
  options.connection = absl::StrCat(
      url, others.empty() ? "" : "?",
      absl::StrJoin(others, "&", [](std::string* out, const UrlSetting& s) {
        absl::StrAppend(out, s.text);
      }));
  const std::string refusal = Refusal(options.connection, known);
  if (!refusal.empty()) return fault(refusal);
  return options;
}

}  // namespace

absl::StatusOr<PostgresOptions> ParsePostgresUrl(absl::string_view url) {
  auto options = Parse(url);
  if (options.ok()) return options;
  return absl::InvalidArgumentError(absl::StrCat(
      "database URL \"", MaskUrl(url), "\": ", options.status().message()));
}

}  // namespace modelservice
