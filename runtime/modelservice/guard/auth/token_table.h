// The table of opaque tokens, which holds their hashes: who reads it cannot
// call in anybody's name.
//
//   const TokenTable table("modelservice_token");
//   CreateMissingTables(database, {&table.model()});
//   std::string token = NewToken();
//   absl::Status s = table.Add(database, token, {"7", "for the cron job"});
//
// Immutable, so safe to share between threads.
#ifndef MODELSERVICE_GUARD_AUTH_TOKEN_TABLE_H_
#define MODELSERVICE_GUARD_AUTH_TOKEN_TABLE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "modelservice/database.h"
#include "modelservice/schema/model.h"
#include "modelservice/schema/table.h"

namespace modelservice {

// 32 random bytes in base64url: 43 characters, and no dot, so that no token
// looks like a JSON Web Token.
std::string NewToken();

// What the table holds in its place: its SHA-256 in hex.
std::string TokenKey(absl::string_view token);

struct TokenOwner {
  std::string user_id;
  std::string name;  // what the token is for
  absl::Time expires = absl::InfiniteFuture();
  // What `role:...` in access expressions asks for. None has a comma.
  std::vector<std::string> roles = {};
};

class TokenTable {
 public:
  explicit TokenTable(std::string name);
  TokenTable(const TokenTable&) = delete;
  TokenTable& operator=(const TokenTable&) = delete;

  // For CreateMissingTables, CheckTables and TablesSql, which need the table
  // alone: it stores no message.
  const Model& model() const { return model_; }

  // Stores a token. Blocks.
  absl::Status Add(Database& database, absl::string_view token,
                   const TokenOwner& owner, absl::Time now) const;

 private:
  const std::string name_;
  const Table table_;
  const Model model_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_AUTH_TOKEN_TABLE_H_
