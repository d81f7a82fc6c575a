// Fields and relations of a model that a client names, in a filter or an order.
#ifndef MODELSERVICE_SERVICE_FIELD_NAMES_H_
#define MODELSERVICE_SERVICE_FIELD_NAMES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/schema/model.h"
#include "modelservice/schema/table.h"

namespace modelservice {

// A position in `table`'s columns, or -1.
int FindColumn(const Table& table, absl::string_view field);

// What to say of a name that is no field's, with those that are: of columns,
// and `others`.
std::string NoSuchField(const Table& table, absl::string_view name,
                        absl::Span<const absl::string_view> others = {});

// Null where the model has no such relation, or there is no model.
const RelatedField* FindRelated(const Model* model, absl::string_view name);

// How many relations may lead to a field. Each is a look at other rows for each
// row of the one before it: going back and forth, they would be a power of the
// rows.
inline constexpr int kMostRelations = 3;

// NoSuchField, of what is no relation either.
std::string NoSuchPath(const Table& table, const Model* model,
                       absl::string_view name);

// Whether everybody who may call may read the column: nothing else may decide
// which rows come, or in which order, for that would tell its values.
bool IsReadByAll(const Column& column);

// Whether every caller may read, and filter by, the columns that refer.
bool IsKnownToAll(const Table& table, int key);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_FIELD_NAMES_H_
