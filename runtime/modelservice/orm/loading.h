// Fields without a column, and how they are filled: by a join of the rows' own
// statement, or by one more statement for each of them, whatever the number of
// rows.
//
//   rows.loads has {customer, joined, {country, joined}}, {items}
//   Select: the order's columns, its customer's, that one's country's
//   FillRelated: SELECT ... FROM item WHERE order_id IN (?)
//
// Functions of the caller's thread; they wait for the database.
#ifndef MODELSERVICE_ORM_LOADING_H_
#define MODELSERVICE_ORM_LOADING_H_

#include <google/protobuf/message.h>

#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "modelservice/orm/codec.h"
#include "modelservice/orm/row_set.h"
#include "modelservice/orm/session.h"
#include "modelservice/schema/model.h"
#include "modelservice/sql/expression.h"

namespace modelservice {

// A field without a column of a model; of paths of them.
struct LoadStep {
  const Model* model;
  int field;  // its number
};

// Has the last field of `path` filled, and those that lead to it: by a join, or
// by a statement of its own, then of `which` of the rows; null: of all. What is
// already on the path stays as it is.
void JoinRelated(absl::Span<const LoadStep> path, RowSet* rows);
void PrefetchRelated(absl::Span<const LoadStep> path, const RowSet* which,
                     RowSet* rows);

// The field of that number, which the model has.
const RelatedField& RelatedFieldOf(const Model& model, int number);

// The columns of the model's own table by which the field is filled.
std::vector<int> OwnColumns(const Model& model, const RelatedField& field);

// Those of the table among these; none where they are not there.
absl::Span<const ColumnForm> FormsOf(const Table& table,
                                     absl::Span<const TableForms> tables);

// Whether anything is joined, at the first step; whether anything is not, at
// any.
bool HasJoined(absl::Span<const RelatedLoad> loads);
bool HasPrefetched(absl::Span<const RelatedLoad> loads);

// The columns that are not read, without those that the loads need.
std::vector<int> UnreadOf(const Model& model, const RowSet& rows);

// Adds what is joined: the columns, and what a codec makes of them where tables
// have these forms.
void AddJoinedColumns(const Model& model, absl::Span<const RelatedLoad> loads,
                      std::vector<Expression>* columns);
void AddJoined(absl::Span<const RelatedLoad> loads,
               absl::Span<const TableForms> forms, RowCodec* codec);

// Fills what is not joined of `messages`, which are rows of `model`, at any
// depth.
absl::Status FillRelated(const Session& session, const Model& model,
                         absl::Span<const RelatedLoad> loads,
                         absl::Span<google::protobuf::Message* const> messages);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_LOADING_H_
