// How a Connection begins.
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "modelservice/base/clock.h"
#include "modelservice/db/error.h"
#include "modelservice/db/postgres/connection.h"
#include "modelservice/db/postgres/errors.h"

namespace modelservice::postgres {
namespace {

// Where the URL names no connect_timeout.
constexpr int kConnectSeconds = 10;

// What goes to libpq: the user's settings and ours.
class Settings {
 public:
  // False when `connection` is nothing that libpq knows.
  bool Read(const std::string& connection) {
    char* error = nullptr;
    options_.reset(PQconninfoParse(connection.c_str(), &error));
    const Libpq<char> owned(error);
    if (options_ == nullptr) return false;
    int timeout = kConnectSeconds;
    for (const PQconninfoOption* o = options_.get(); o->keyword != nullptr;
         ++o) {
      if (o->val == nullptr) continue;
      const absl::string_view keyword = o->keyword;
      const absl::string_view value = o->val;
      if (keyword == "connect_timeout" && absl::SimpleAtoi(value, &timeout)) {
        continue;
      }
      if (keyword == "client_encoding") continue;
      if (keyword == "host" || keyword == "hostaddr") {
        several_hosts_ |= value.find(',') != absl::string_view::npos;
      }
      Add(o->keyword, o->val);
    }
    timeout_text_ = absl::StrCat(timeout);
    timeout_ = timeout > 0 ? absl::Seconds(timeout) : absl::InfiniteDuration();
    Add("connect_timeout", timeout_text_.c_str());
    Add("client_encoding", "UTF8");
    Add("fallback_application_name", "modelservice");
    Add(nullptr, nullptr);
    return true;
  }

  const char* const* keywords() const { return keywords_.data(); }
  const char* const* values() const { return values_.data(); }
  absl::Duration timeout() const { return timeout_; }
  bool several_hosts() const { return several_hosts_; }

 private:
  void Add(const char* keyword, const char* value) {
    // libpq lets the last one count.
    keywords_.push_back(keyword);
    values_.push_back(value);
  }

  Libpq<PQconninfoOption> options_;
  std::vector<const char*> keywords_;
  std::vector<const char*> values_;
  std::string timeout_text_;
  absl::Duration timeout_;
  bool several_hosts_ = false;
};

absl::Status TooSlow(const Settings& settings) {
  return MakeDatabaseError(
      DatabaseError::Kind::kConnection,
      absl::StrCat("no connection to PostgreSQL within ",
                   absl::FormatDuration(settings.timeout())));
}

// As PQconnectdb does, but giving up when the limits end.
absl::Status Connect(PGconn* handle, const Settings& settings,
                     const CallLimits* limits) {
  const SteadyTime until = After(settings.timeout());
  LimitsWatch watch(limits);
  // Its first answer counts as "writing".
  PostgresPollingStatusType next = PGRES_POLLING_WRITING;
  while (true) {
    absl::Duration most;
    absl::Status status = watch.Look(&most);
    if (!status.ok()) return status;
    most = std::min({most, Until(until), absl::Minutes(1)});
    if (most <= absl::ZeroDuration()) return TooSlow(settings);
    pollfd socket{
        PQsocket(handle),
        static_cast<short>(next == PGRES_POLLING_READING ? POLLIN : POLLOUT),
        0};
    const int ready = poll(&socket, 1,
                           static_cast<int>(absl::ToInt64Milliseconds(
                               absl::Ceil(most, absl::Milliseconds(1)))));
    if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
    next = PQconnectPoll(handle);
    if (next == PGRES_POLLING_OK) return absl::OkStatus();
    if (next == PGRES_POLLING_FAILED) return ConnectionError(handle);
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(
    const PostgresOptions& options, const CallLimits* limits) {
  absl::Status status = CheckLimits(limits);
  if (!status.ok()) return status;
  Settings settings;
  if (!settings.Read(options.connection)) {
    return absl::InvalidArgumentError(
        "not a connection string of PostgreSQL; write "
        "postgresql://user@host/database");
  }
  // Only its blocking form goes on to the next host when one does not answer.
  Libpq<PGconn> handle(
      settings.several_hosts()
          ? PQconnectdbParams(settings.keywords(), settings.values(), 0)
          : PQconnectStartParams(settings.keywords(), settings.values(), 0));
  if (handle == nullptr || PQstatus(handle.get()) == CONNECTION_BAD) {
    return ConnectionError(handle.get());
  }
  // What the server remarks goes nowhere, rather than to standard error.
  PQsetNoticeReceiver(
      handle.get(), [](void*, const PGresult*) noexcept {}, nullptr);
  if (!settings.several_hosts()) {
    status = Connect(handle.get(), settings, limits);
    if (!status.ok()) return status;
  }
  std::unique_ptr<Connection> connection(
      new Connection(std::move(handle), options));
  status = connection->ApplySettings(options.prepare, limits);
  if (!status.ok()) return status;
  return connection;
}

// By SET, for poolers refuse settings in the startup message.
absl::Status Connection::ApplySettings(bool prepare, const CallLimits* limits) {
  constexpr absl::string_view kAlways =
      "SET TimeZone='UTC';SET DateStyle='ISO, YMD';"
      // Literals are written without escapes.
      "SET standard_conforming_strings=on";
  // A pooler that gives each transaction another connection takes those above
  // along, but leaves these behind for other clients.
  constexpr absl::string_view kSessions =
      ";SET IntervalStyle='postgres';SET extra_float_digits=3";
  // A database without an encoding may have any bytes, which the server refuses
  // to call UTF-8: a row of such would take all the others with it.
  constexpr absl::string_view kAnyBytes = ";SET client_encoding='SQL_ASCII'";
  const char* const encoding = PQparameterStatus(handle(), "server_encoding");
  const bool has_none =
      encoding != nullptr && absl::string_view(encoding) == "SQL_ASCII";
  return Command(absl::StrCat(kAlways, prepare ? kSessions : "",
                              has_none ? kAnyBytes : ""),
                 limits);
}

}  // namespace modelservice::postgres
