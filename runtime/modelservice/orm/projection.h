// What a SELECT yields and how a row of it becomes a message: the columns of a
// model, perhaps values that are computed, and messages of other models inside
// of it, whose columns a join brings.
//
//   Projection orders(OrderModel::Model());
//   orders.AddComputed(total, kTotalColumn);
//   orders.AddNested(kCustomerField, ProjectionOf<Customer>(), "c");
//   select.columns = orders.columns();
//   ... orders.codec().Encode(row, Audience::kClient, wire);
//
// Filled by one thread, then immutable and safe to share. The models outlive
// it.
#ifndef MODELSERVICE_ORM_PROJECTION_H_
#define MODELSERVICE_ORM_PROJECTION_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "modelservice/orm/codec.h"
#include "modelservice/schema/model.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/select.h"

namespace modelservice {

class Projection {
 public:
  // Every column of the model's table, in its order. `alias` is the table's in
  // the statement; the columns are of `forms`, or, without any, as the model
  // would have made them.
  explicit Projection(const Model& model, absl::string_view alias = {},
                      absl::Span<const ColumnForm> forms = {});

  // A value of the database's own as the field that `field` describes, which
  // outlives the projection.
  void AddComputed(Expression value, const Column& field);
  // The message of another model as field `field` of this one: absent where its
  // key is NULL, as a left join leaves it. Its columns are those of `alias`.
  void AddNested(int field, const Model& model, absl::string_view alias);

  const Model& model() const { return model_; }
  const std::vector<Expression>& columns() const { return list_.columns; }
  const ColumnList& column_list() const { return list_; }
  const RowCodec& codec() const { return codec_; }

 private:
  void Append(const Table& table, absl::string_view alias);

  const Model& model_;
  ColumnList list_;
  RowCodec codec_;
};

// The projection of every column of Message's model, made once.
template <class Message>
const Projection& ProjectionOf() {
  static const auto* const projection = new Projection(ModelOf<Message>::Get());
  return *projection;
}

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_PROJECTION_H_
