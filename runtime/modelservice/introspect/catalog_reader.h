// What the readers of the catalogs share: statements, and their rows as text.
#ifndef MODELSERVICE_INTROSPECT_CATALOG_READER_H_
#define MODELSERVICE_INTROSPECT_CATALOG_READER_H_

#include <string>

#include "absl/base/attributes.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "modelservice/database.h"
#include "modelservice/introspect/catalog.h"

namespace modelservice::catalog {

// The values of one row; valid inside the callback.
class TextRow {
 public:
  explicit TextRow(Row row ABSL_ATTRIBUTE_LIFETIME_BOUND) : row_(row) {}

  bool IsNull(size_t column) const { return row_[column].is_null(); }
  // Empty for NULL.
  std::string Text(size_t column) const;
  int64_t Integer(size_t column) const;
  bool IsTrue(size_t column) const { return Integer(column) != 0; }

 private:
  Row row_;
};

// Calls `on_row` for each row of `sql`, which needs no parameters.
absl::Status ForEachRow(Transaction& transaction, absl::string_view sql,
                        absl::FunctionRef<void(const TextRow&)> on_row);

// A .proto file and our options are UTF-8; a table whose names or SQL are not
// has that for its fault. Comments that are not go.
void CheckEncoding(Table* table);

absl::Status ReadSqlite(Transaction& transaction, Catalog* catalog);
absl::Status ReadPostgres(Transaction& transaction, Catalog* catalog);

}  // namespace modelservice::catalog

#endif  // MODELSERVICE_INTROSPECT_CATALOG_READER_H_
