// The texts of a table's UPDATEs by key, one for each set of columns that calls
// write: made when it is first needed and kept while it is used, so that a
// PartialUpdate writes no SQL of its own. Of the sets that clients may name,
// which are many, those are kept that were used last.
//
// Thread-safe.
#ifndef MODELSERVICE_SERVICE_UPDATE_TEXTS_H_
#define MODELSERVICE_SERVICE_UPDATE_TEXTS_H_

#include <list>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/base/mutex.h"
#include "modelservice/schema/table.h"
#include "modelservice/sql/dialect.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {

class UpdateTexts {
 public:
  // Table, dialect and `other_forms` (orm/kept_values.h) outlive this.
  UpdateTexts(const Table& table, const Dialect& dialect, Returning returning,
              absl::Span<const int> other_forms = {})
      : table_(table),
        dialect_(dialect),
        returning_(returning),
        other_forms_(other_forms) {}

  // With the parameters of each of `columns`, then the key's: UpdateKeeping.
  // Never null; outlives what is kept here.
  std::shared_ptr<const std::string> For(absl::Span<const int> columns);

 private:
  struct Kept {
    std::string columns;  // their own bytes
    std::shared_ptr<const std::string> text;
  };

  const Table& table_;
  const Dialect& dialect_;
  const Returning returning_;
  const absl::Span<const int> other_forms_;
  Mutex mutex_;
  // In the order of their last use, the latest first.
  std::list<Kept> kept_ ABSL_GUARDED_BY(mutex_);
  // The keys are those of the list.
  absl::flat_hash_map<absl::string_view, std::list<Kept>::iterator> by_columns_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_UPDATE_TEXTS_H_
