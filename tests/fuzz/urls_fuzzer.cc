// URLs of databases and stores, which are read and not connected to. A fault is
// in words and shows no password; what is taken means what it says.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/sqlite.h"
#if MODELSERVICE_FUZZES_POSTGRES
#include "modelservice/postgres.h"
#endif
#if MODELSERVICE_FUZZES_REDIS
#include "modelservice/guard/limits/redis/address.h"
#endif

namespace modelservice {
namespace {

// Stands where a password does, and nowhere else.
constexpr char kSecret[] = "s3cr3t";

void Require(bool holds) {
  if (!holds) std::abort();
}

void CheckFault(const absl::Status& status) {
  Require(status.code() == absl::StatusCode::kInvalidArgument &&
          !status.message().empty() &&
          !absl::StrContains(status.message(), kSecret));
}

void CheckSqlite(absl::string_view url) {
  const auto options = ParseSqliteUrl(url);
  if (!options.ok()) return CheckFault(options.status());
  Require(absl::StartsWith(url, "sqlite:") && !options->path.empty() &&
          !absl::StrContains(options->path, '\0'));
  Require(options->max_batch > 0 && options->max_batch_bytes > 0 &&
          options->max_queue > 0 && options->max_readers > 0 &&
          options->max_cursors > 0 && options->max_statements > 0 &&
          options->cache_size > 0);
  Require(options->busy_timeout >= absl::ZeroDuration() &&
          options->max_batch_time >= absl::ZeroDuration() &&
          options->max_write_time > absl::ZeroDuration());
}

#if MODELSERVICE_FUZZES_POSTGRES
void CheckPostgres(const std::string& url) {
  const auto options = ParsePostgresUrl(url);
  if (!options.ok()) return CheckFault(options.status());
  Require(options->read_lanes > 0 && options->write_lanes > 0 &&
          options->max_batch > 0 && options->max_batch_bytes > 0 &&
          options->max_queue > 0 && options->max_statements > 0);
  Require(options->pool_min >= 0 && options->pool_min <= options->pool_max &&
          options->max_cursors.value_or(1) <= options->pool_max);
  // libpq is given what has none of our settings any more.
  const auto again = ParsePostgresUrl(options->connection);
  Require(again.ok() && again->connection == options->connection);
}
#else
void CheckPostgres(const std::string&) {}
#endif

#if MODELSERVICE_FUZZES_REDIS
void CheckRedis(const std::string& url) {
  const auto address = ParseRedisUrl(url);
  if (!address.ok()) return CheckFault(address.status());
  Require(address->database >= 0);
  const std::string shown = address->ToString();
  if (!address->socket.empty()) return;
  Require(address->port > 0 && address->port < 65536);
  const auto again = ParseRedisUrl(shown);
  // A host may be anything, and an "@" in it is not to be told from others.
  if (!again.ok()) return;
  Require(again->tls == address->tls && again->port == address->port &&
          again->user.empty() && again->password.empty());
}

void CheckMove(absl::string_view reply) {
  const RedisAddress from = *ParseRedisUrl("redis://ann:s3cr3t@here:1");
  const auto to = MovedTo(from, reply);
  if (!to.ok()) {
    Require(!absl::StrContains(to.status().message(), kSecret));
    return;
  }
  Require(!to->host.empty() && to->port > 0 && to->port < 65536 &&
          to->socket.empty() && to->password == kSecret);
}
#else
void CheckRedis(const std::string&) {}
void CheckMove(absl::string_view) {}
#endif

}  // namespace
}  // namespace modelservice

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using absl::StrCat;
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  // One that is shown, because it stands where no password does.
  if (absl::StrContains(input, modelservice::kSecret)) return 0;
  modelservice::CheckSqlite(input);
  modelservice::CheckSqlite(StrCat("sqlite:", input));
  modelservice::CheckPostgres(std::string(input));
  modelservice::CheckPostgres(StrCat("postgresql://ann:s3cr3t@", input));
  modelservice::CheckPostgres(StrCat("postgres://h/d?password=s3cr3t&", input));
  modelservice::CheckRedis(std::string(input));
  modelservice::CheckRedis(StrCat("redis://ann:s3cr3t@", input));
  modelservice::CheckRedis(StrCat("rediss://ann:s3cr3t", input));
  modelservice::CheckRedis(StrCat("unix:/s?password=s3cr3t&", input));
  modelservice::CheckMove(input);
  return 0;
}
