#include "modelservice/db/postgres/statement_cache.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace modelservice::postgres {

PreparedStatement* StatementCache::Find(absl::string_view text) {
  // Calls come in runs of the same.
  if (!statements_.empty() && statements_.front().text == text) {
    return &statements_.front();
  }
  const auto found = by_text_.find(text);
  if (found == by_text_.end()) return nullptr;
  statements_.splice(statements_.begin(), statements_, found->second);
  return &*found->second;
}

std::string StatementCache::NewName() {
  return named_ ? absl::StrCat("modelservice_", ++names_) : std::string();
}

PreparedStatement& StatementCache::Add(std::string name, absl::string_view text,
                                       const PGresult* described) {
  Forget(text, /*at_server=*/true);
  PreparedStatement& statement = statements_.emplace_front();
  statement.name = std::move(name);
  statement.text = std::string(text);
  const int count = PQnparams(described);
  for (int i = 0; i < count; ++i) {
    statement.parameters.push_back(PQparamtype(described, i));
  }
  statement.columns = Columns(described);
  by_text_.emplace(statement.text, statements_.begin());
  return statement;
}

void StatementCache::Forget(absl::string_view text, bool at_server) {
  const auto found = by_text_.find(text);
  if (found == by_text_.end()) return;
  const auto statement = found->second;
  by_text_.erase(found);
  if (named_ && at_server) forgotten_.push_back(std::move(statement->name));
  statements_.erase(statement);
}

void StatementCache::DropOldest() {
  while (statements_.size() > capacity_) {
    Forget(statements_.back().text, /*at_server=*/true);
  }
}

std::vector<std::string> StatementCache::TakeForgotten() {
  return std::exchange(forgotten_, {});
}

}  // namespace modelservice::postgres
