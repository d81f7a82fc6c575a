// What a change of schema is, in words: why each statement is there, and what
// of it is dangerous.
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_MIGRATE_REASONS_H_
#define MODELSERVICE_MIGRATE_REASONS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "modelservice/migrate/schema_change.h"
#include "modelservice/sql/dialect.h"

namespace modelservice {

// A step that somebody has to allow.
struct Danger {
  // What --allow calls it: "drop", "narrow", "not_null", "rewrite".
  std::string kind;
  // What is lost or held up, under which lock, and what to do instead.
  std::string text;
};

inline constexpr absl::string_view kDangers = "drop, narrow, not_null, rewrite";

// Its parts, in order: "(a, b DESC)".
std::string Listed(const IndexSpec& index);

// A line each.
std::vector<std::string> ReasonsOf(const SchemaChange& change);
std::vector<Danger> DangersOf(const SchemaChange& change,
                              const Dialect& dialect);
// FAILED_PRECONDITION where no SQL makes what a column holds into what it is to
// hold, with each such column.
absl::Status CheckValues(const SchemaChange& change, const Dialect& dialect);
// A word for a file's name: "customer_phone".
std::string NameOf(const SchemaChange& change);

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_REASONS_H_
