// Which columns hold texts that others can be looked for in.
#ifndef MODELSERVICE_SCHEMA_TEXT_COLUMN_H_
#define MODELSERVICE_SCHEMA_TEXT_COLUMN_H_

#include "absl/strings/string_view.h"
#include "modelservice/schema/table.h"

namespace modelservice {

// Whether a column of this kind is text to every database: not one that some
// have a type of its own for, like UUID. `sql_type` is Column::sql_type.
bool HoldsText(FieldType type, bool repeated, Format format,
               absl::string_view sql_type);

inline bool HoldsText(const Column& column) {
  return HoldsText(column.type, column.repeated, column.format,
                   column.sql_type);
}

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_TEXT_COLUMN_H_
