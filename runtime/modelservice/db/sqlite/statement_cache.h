// The prepared statements of one connection, kept by their text.
#ifndef MODELSERVICE_DB_SQLITE_STATEMENT_CACHE_H_
#define MODELSERVICE_DB_SQLITE_STATEMENT_CACHE_H_

#include <sqlite3.h>

#include <cstddef>
#include <list>
#include <memory>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modelservice/base/measures.h"
#include "modelservice/db/sqlite/prepared_statement.h"

namespace modelservice::sqlite {

// Keeps the statements that were used last. Belongs to one connection and, like
// it, to one thread at a time; every lease must be back before it goes.
class StatementCache {
  struct Entry;
  struct Return {
    void operator()(Entry* entry) const;
  };

 public:
  // The sole use of a statement; gives it back, reset.
  class Lease {
   public:
    Lease() = default;
    PreparedStatement& operator*() const { return entry_->statement; }
    PreparedStatement* operator->() const { return &entry_->statement; }

   private:
    friend class StatementCache;
    explicit Lease(Entry* entry) : entry_(entry) {}
    std::unique_ptr<Entry, Return> entry_;
  };

  // `counts`, which may be null, outlives it.
  StatementCache(sqlite3* connection, size_t capacity,
                 CacheCounts* counts = nullptr)
      : connection_(connection), capacity_(capacity), counts_(counts) {}

  // A text whose statement is leased already is prepared once more.
  absl::StatusOr<Lease> Get(absl::string_view text);

  size_t size() const { return by_text_.size(); }

 private:
  struct Entry {
    Entry(absl::string_view text, sqlite3_stmt* prepared, bool kept)
        : statement(text, prepared), kept(kept) {}
    PreparedStatement statement;
    const bool kept;  // in entries_; else it goes when its lease does
    bool leased = true;
  };

  // Of those that are kept; null where it has to be prepared.
  Entry* Find(absl::string_view text);
  absl::StatusOr<sqlite3_stmt*> Prepare(absl::string_view text);
  void MakeRoom();

  sqlite3* const connection_;
  const size_t capacity_;
  CacheCounts* const counts_;
  // In the order of their last use, the latest first.
  std::list<Entry> entries_;
  // The keys are the statements' own texts.
  absl::flat_hash_map<absl::string_view, std::list<Entry>::iterator> by_text_;
};

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_STATEMENT_CACHE_H_
