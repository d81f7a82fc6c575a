// The texts of a table's UPDATEs by key, one for each set of columns that calls
// write: made when it is first needed and kept, so that a PartialUpdate writes
// no SQL of its own.
//
// Thread-safe.
#ifndef MODELSERVICE_SERVICE_UPDATE_TEXTS_H_
#define MODELSERVICE_SERVICE_UPDATE_TEXTS_H_

#include <memory>
#include <mutex>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/schema/table.h"
#include "modelservice/schema/value.h"
#include "modelservice/sql/dialect.h"
#include "modelservice/sql/statements.h"

namespace modelservice {

class UpdateTexts {
 public:
  // Table and dialect outlive this.
  UpdateTexts(const Table& table, const Dialect& dialect, Returning returning)
      : table_(table), dialect_(dialect), returning_(returning) {}

  // See UpdateSql. The text is kept here or, once there are very many, in
  // `arena`.
  absl::string_view For(absl::Span<const int> columns, TextArena& arena);

 private:
  const Table& table_;
  const Dialect& dialect_;
  const Returning returning_;
  std::mutex mutex_;
  // By the columns' own bytes. The texts stay where they are.
  absl::flat_hash_map<std::string, std::unique_ptr<const std::string>> texts_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_UPDATE_TEXTS_H_
