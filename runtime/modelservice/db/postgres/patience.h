// How long the statements of a lane may take, as the server is told.
#ifndef MODELSERVICE_DB_POSTGRES_PATIENCE_H_
#define MODELSERVICE_DB_POSTGRES_PATIENCE_H_

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "modelservice/db/postgres/limits.h"
#include "modelservice/db/postgres/postgres.h"

namespace modelservice::postgres {

// The server itself ends a statement that takes too long: it knows which one of
// a batch that is, and does not disturb a commit.
//
// A wait for a lock is told from work by its shorter limit. After one a lane
// has little patience with others for a while: many may wait for the same lock.
class Patience {
 public:
  // Around the statements of one transaction; both may be empty.
  struct Frame {
    std::string ahead;
    std::string behind;
  };

  explicit Patience(const PostgresOptions& options)
      : Patience(options.prepare, options.slow_statement) {}

  // For a lane's session from its start; empty where sessions are shared, by a
  // pooler.
  const std::string& session() const { return session_; }
  const Frame& usual() const { return usual_; }
  const Frame& little() const { return little_; }

 private:
  Patience(bool own_session, absl::Duration slow) {
    const std::string usual = Set("lock_timeout", std::max(slow / 2, kLeast));
    const std::string little = Set("lock_timeout", std::max(slow / 20, kLeast));
    const std::string statement =
        Set("statement_timeout", std::max(slow, kLeast));
    if (own_session) {
      session_ = absl::StrCat("SELECT ", statement, ",", usual);
      little_ = {absl::StrCat("SELECT ", little),
                 absl::StrCat("SELECT ", usual)};
      return;
    }
    const std::string reset =
        "SELECT set_config('statement_timeout',NULL,false),"
        "set_config('lock_timeout',NULL,false)";
    usual_ = {absl::StrCat("SELECT ", statement, ",", usual), reset};
    little_ = {absl::StrCat("SELECT ", statement, ",", little), reset};
  }

  // Like a SET it is undone with its transaction.
  static std::string Set(absl::string_view setting, absl::Duration time) {
    return absl::StrCat("set_config('", setting, "','", Milliseconds(time),
                        "',false)");
  }

  static constexpr absl::Duration kLeast = absl::Milliseconds(1);

  std::string session_;
  Frame usual_;
  Frame little_;
};

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_PATIENCE_H_
