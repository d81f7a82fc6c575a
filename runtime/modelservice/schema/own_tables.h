// The names of tables that are the library's own in every database: no model
// stores its rows in one.
#ifndef MODELSERVICE_SCHEMA_OWN_TABLES_H_
#define MODELSERVICE_SCHEMA_OWN_TABLES_H_

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace modelservice {

// Which migrations a database has had (migrate/account.h).
inline constexpr absl::string_view kMigrationTable = "modelservice_migration";
// The replies that are kept for requests with an id (service/kept_replies.h).
inline constexpr absl::string_view kRequestTable = "modelservice_request";

// On SQLite a table that is made anew is called so until it takes the place of
// the old one.
inline constexpr absl::string_view kRebuiltPrefix = "modelservice_new_";
// And columns that go with the old one, where another gets their name.
inline constexpr absl::string_view kGonePrefix = "modelservice_gone_";
// Tables and columns that change names in a circle.
inline constexpr absl::string_view kAsidePrefix = "modelservice_aside_";

// Whatever its case, which SQLite's names do not tell apart. The table of
// tokens is not among them: its name is a setting.
inline bool IsOwnTable(absl::string_view name) {
  return absl::EqualsIgnoreCase(name, kMigrationTable) ||
         absl::EqualsIgnoreCase(name, kRequestTable) ||
         absl::StartsWithIgnoreCase(name, kRebuiltPrefix) ||
         absl::StartsWithIgnoreCase(name, kAsidePrefix);
}

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_OWN_TABLES_H_
