// The statements that one connection knows, kept by their text.
#ifndef MODELSERVICE_DB_POSTGRES_STATEMENT_CACHE_H_
#define MODELSERVICE_DB_POSTGRES_STATEMENT_CACHE_H_

#include <libpq-fe.h>

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "modelservice/db/postgres/columns.h"

namespace modelservice::postgres {

// What the server said of a statement.
struct PreparedStatement {
  std::string name;  // at the server; empty when it keeps none
  std::string text;
  std::vector<Oid> parameters;
  Columns columns;
};

// Belongs to one connection and, like it, to one thread at a time. Statements
// stay where they are until Forget or DropOldest.
class StatementCache {
 public:
  // `named`: whether the server keeps the statements.
  StatementCache(bool named, size_t capacity)
      : named_(named), capacity_(capacity) {}

  // Null when it is not there.
  PreparedStatement* Find(absl::string_view text);

  // A name for a statement to be prepared; empty where there are none.
  std::string NewName();

  // `described` is the server's description of it.
  PreparedStatement& Add(std::string name, absl::string_view text,
                         const PGresult* described);

  // No longer of use. `at_server`: the server may still have it.
  void Forget(absl::string_view text, bool at_server);

  // Forgets what was not used for longest, beyond the capacity.
  void DropOldest();

  // The names of those forgotten, for DEALLOCATE.
  std::vector<std::string> TakeForgotten();

  size_t size() const { return by_text_.size(); }

 private:
  const bool named_;
  const size_t capacity_;
  int64_t names_ = 0;
  // In the order of their last use, the latest first.
  std::list<PreparedStatement> statements_;
  // The keys are the statements' own texts.
  absl::flat_hash_map<absl::string_view, std::list<PreparedStatement>::iterator>
      by_text_;
  std::vector<std::string> forgotten_;
};

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_STATEMENT_CACHE_H_
