// Fields of a model that a client names, in a filter or an order.
#ifndef MODELSERVICE_SERVICE_FIELD_NAMES_H_
#define MODELSERVICE_SERVICE_FIELD_NAMES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/schema/table.h"

namespace modelservice {

// A position in `table`'s columns, or -1.
int FindColumn(const Table& table, absl::string_view field);

// What to say of a name that is no field's, with those that are: of columns,
// and `others`.
std::string NoSuchField(const Table& table, absl::string_view name,
                        absl::Span<const absl::string_view> others = {});

// Whether everybody who may call may read the column: nothing else may decide
// which rows come, or in which order, for that would tell its values.
bool IsReadByAll(const Column& column);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_FIELD_NAMES_H_
