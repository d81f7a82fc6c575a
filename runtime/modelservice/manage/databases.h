// Databases by URL: the one place that names backends.
#ifndef MODELSERVICE_MANAGE_DATABASES_H_
#define MODELSERVICE_MANAGE_DATABASES_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modelservice/database.h"
#include "modelservice/db/session.h"
#include "modelservice/sql/dialect.h"

namespace modelservice {

enum class DatabaseAccess {
  kReadWrite,
  kReadOnly,  // leaves an SQLite file as it is, and makes none
};

// Opens sqlite:path or postgresql://... . The error's message is a line for the
// user that says what is wrong and how to mend it.
absl::StatusOr<std::unique_ptr<Database>> OpenDatabase(
    absl::string_view url, DatabaseAccess access = DatabaseAccess::kReadWrite);

// A connection of its own to it.
absl::StatusOr<std::unique_ptr<DatabaseSession>> OpenSession(
    absl::string_view url);

// The dialect of the database, which is not opened.
absl::StatusOr<const Dialect*> DialectOf(absl::string_view url);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_DATABASES_H_
