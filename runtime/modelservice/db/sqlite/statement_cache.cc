#include "modelservice/db/sqlite/statement_cache.h"

#include <iterator>

#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"
#include "modelservice/db/sqlite/errors.h"

namespace modelservice::sqlite {

void StatementCache::Return::operator()(Entry* entry) const {
  entry->statement.Reset();
  if (entry->kept) {
    entry->leased = false;
  } else {
    delete entry;
  }
}

StatementCache::Entry* StatementCache::Find(absl::string_view text) {
  // Most often it is one of those used last, which is told faster than a hash
  // is made.
  int looks = 3;
  for (auto recent = entries_.begin(); recent != entries_.end() && looks > 0;
       ++recent, --looks) {
    if (recent->leased || recent->statement.text() != text) continue;
    if (recent != entries_.begin()) {
      entries_.splice(entries_.begin(), entries_, recent);
    }
    return &*recent;
  }
  const auto found = by_text_.find(text);
  if (found == by_text_.end() || found->second->leased) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return &*found->second;
}

absl::StatusOr<StatementCache::Lease> StatementCache::Get(
    absl::string_view text) {
  Entry* const kept = Find(text);
  if (counts_ != nullptr) counts_->Note(kept != nullptr);
  if (kept != nullptr) {
    kept->leased = true;
    return Lease(kept);
  }
  absl::StatusOr<sqlite3_stmt*> prepared = Prepare(text);
  if (!prepared.ok()) return prepared.status();
  if (by_text_.contains(text)) {
    return Lease(new Entry(text, *prepared, /*kept=*/false));
  }
  MakeRoom();
  entries_.emplace_front(text, *prepared, /*kept=*/true);
  by_text_.emplace(entries_.front().statement.text(), entries_.begin());
  return Lease(&entries_.front());
}

// Lets the statement go that was not used for longest.
void StatementCache::MakeRoom() {
  if (entries_.size() < capacity_) return;
  for (auto last = entries_.end(); last != entries_.begin();) {
    --last;
    if (last->leased) continue;
    by_text_.erase(last->statement.text());
    entries_.erase(last);
    return;
  }
}

absl::StatusOr<sqlite3_stmt*> StatementCache::Prepare(absl::string_view text) {
  sqlite3_stmt* statement = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v3(
      connection_, text.data(), static_cast<int>(text.size()),
      SQLITE_PREPARE_PERSISTENT, &statement, &rest);
  if (code != SQLITE_OK) {
    return PrepareErrorOf(code, connection_);
  }
  const absl::string_view tail(
      rest, static_cast<size_t>(text.data() + text.size() - rest));
  if (statement == nullptr ||
      tail.find_first_not_of(" \t\r\n;") != absl::string_view::npos) {
    sqlite3_finalize(statement);
    return MakeDatabaseError(DatabaseError::Kind::kSyntax,
                             absl::StrCat("not one statement: ", text));
  }
  return statement;
}

}  // namespace modelservice::sqlite
