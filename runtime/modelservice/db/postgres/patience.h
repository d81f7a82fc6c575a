// How long the statements of a lane may take, as the server is told.
#ifndef MODELSERVICE_DB_POSTGRES_PATIENCE_H_
#define MODELSERVICE_DB_POSTGRES_PATIENCE_H_

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "modelservice/db/postgres/limits.h"
#include "modelservice/postgres.h"

namespace modelservice::postgres {

// The server itself ends a statement that takes too long: it knows which one of
// a batch that is, and does not disturb a commit.
//
// A wait for a lock is told from work by its shorter limit. After one a lane
// has little patience with others for a while: many may wait for the same lock.
class Patience {
 public:
  explicit Patience(const PostgresOptions& options)
      : Patience(options.prepare, options.slow_statement) {}

  // For a lane's session from its start; empty where sessions are shared, by a
  // pooler.
  const std::string& session() const { return session_; }
  // Goes ahead of the statements of one transaction, and counts for these; may
  // be empty.
  const std::string& usual() const { return usual_; }
  const std::string& little() const { return little_; }

 private:
  Patience(bool own_session, absl::Duration slow) {
    const auto set = [](absl::string_view setting, absl::Duration time,
                        absl::string_view local) {
      return absl::StrCat("set_config('", setting, "','",
                          Milliseconds(std::max(time, absl::Milliseconds(1))),
                          "',", local, ")");
    };
    const auto both = [&](absl::string_view local) {
      return absl::StrCat("SELECT ", set("statement_timeout", slow, local), ",",
                          set("lock_timeout", slow / 2, local));
    };
    // Not SET LOCAL: the server would warn that there is no BEGIN.
    little_ = absl::StrCat("SELECT ", set("lock_timeout", slow / 20, "true"));
    if (own_session) {
      session_ = both("false");
    } else {
      usual_ = both("true");
      absl::StrAppend(&little_, ",", set("statement_timeout", slow, "true"));
    }
  }

  std::string session_;
  std::string usual_;
  std::string little_;
};

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_PATIENCE_H_
