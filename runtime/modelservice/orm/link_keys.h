// Keys that rows in between hold, and those of the rows that they lead to.
#ifndef MODELSERVICE_ORM_LINK_KEYS_H_
#define MODELSERVICE_ORM_LINK_KEYS_H_

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "modelservice/database.h"
#include "modelservice/orm/session.h"
#include "modelservice/schema/model.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/literal.h"
#include "modelservice/sql/select.h"

namespace modelservice {

struct LinkWay;

// The rows of the model with one of `keys` in the column.
Expression IsAmong(const Model& model, int column,
                   absl::Span<const Literal> keys);

// By their texts.
using KeysByText = std::map<std::string, Literal>;
std::string TextOfKey(const Literal& key);

// Values of `column`, as its field has them, among the rows that meet `where`,
// whose values are as the live table has them.
absl::StatusOr<KeysByText> SelectKeys(const Session& session,
                                      const Table& table, const LiveTable& live,
                                      int column, Expression where,
                                      RowLock lock);

// The same among the rows that are there and meet `where`, as fields have it.
absl::StatusOr<KeysByText> ReadKeys(const Session& session, const Model& model,
                                    int column, const Expression& where);

// INVALID_ARGUMENT, naming them, for those of `keys` that no row has which the
// way could lead to.
absl::Status CheckLinkKeys(const Session& session, const LinkWay& way,
                           absl::Span<const Literal> keys);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_LINK_KEYS_H_
