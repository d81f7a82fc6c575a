#include "modelservice/orm/projection.h"

#include <utility>

namespace modelservice {
namespace {

void AppendColumns(const Table& table, absl::string_view alias,
                   std::vector<Expression>* columns) {
  for (size_t i = 0; i < table.columns.size(); ++i) {
    columns->push_back(Expression::Column(table, static_cast<int>(i), alias));
  }
}

}  // namespace

Projection::Projection(const Model& model, absl::string_view alias,
                       absl::Span<const ColumnForm> forms)
    : model_(model), codec_(model, forms) {
  AppendColumns(*model.table, alias, &columns_);
}

void Projection::AddComputed(Expression value, const Column& field) {
  columns_.push_back(std::move(value));
  codec_.AddColumn(field);
}

void Projection::AddNested(int field, const Model& model,
                           absl::string_view alias) {
  AppendColumns(*model.table, alias, &columns_);
  codec_.AddNested(field, model);
}

}  // namespace modelservice
