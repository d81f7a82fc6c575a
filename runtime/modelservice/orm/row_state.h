// Which state of a row a write is about: its VERSION and its ETAG, as the write
// brings them.
#ifndef MODELSERVICE_ORM_ROW_STATE_H_
#define MODELSERVICE_ORM_ROW_STATE_H_

#include <google/protobuf/message.h>

#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/orm/session.h"
#include "modelservice/schema/model.h"
#include "modelservice/sql/column_form.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/literal.h"

namespace modelservice {

class RowState {
 public:
  // Any.
  RowState() = default;
  // That of a message: a VERSION that is not 0, an ETAG that is not "".
  RowState(const Model& model, const google::protobuf::Message& message);

  // And that `column`, which TellsStates, is `value`; what is zero, empty or
  // NULL says nothing.
  void Add(int column, Value value);
  void AddEtag(const Table& table, absl::string_view etag);

  bool is_any() const { return columns_.empty(); }
  // The value that `column` has in it; none: any.
  const Literal* Of(int column) const;
  // The rows that are in it.
  Expression Condition(const Table& table,
                       absl::Span<const ColumnForm> forms) const;
  // ABORTED with a StaleRow, for a row, by its key, that is in another one; OK
  // for one that is not. `current` has the table's columns.
  absl::Status Check(const Table& table, absl::Span<const Value> key,
                     Row current) const;
  // Why a write found no row among `where` that is in it: ABORTED, or NOT_FOUND
  // where there is none at all.
  absl::Status Explain(const Session& session, const Model& model,
                       const Expression& where,
                       absl::Span<const Value> key) const;

 private:
  std::vector<std::pair<int, Literal>> columns_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_ROW_STATE_H_
