#include "modelservice/orm/projection.h"

#include <utility>

#include "modelservice/sql/dialect.h"

namespace modelservice {

Projection::Projection(const Model& model, absl::string_view alias,
                       absl::Span<const ColumnForm> forms)
    : model_(model), codec_(model, forms) {
  Append(*model.table, alias);
  if (!alias.empty()) return;
  for (const Column& column : model.table->columns) {
    if (!list_.text.empty()) list_.text += ", ";
    AppendIdentifier(column.name, &list_.text);
  }
}

void Projection::Append(const Table& table, absl::string_view alias) {
  for (size_t i = 0; i < table.columns.size(); ++i) {
    list_.columns.push_back(
        Expression::Column(table, static_cast<int>(i), alias));
  }
}

void Projection::AddComputed(Expression value, const Column& field) {
  list_.text.clear();
  list_.columns.push_back(std::move(value));
  codec_.AddColumn(field);
}

void Projection::AddNested(int field, const Model& model,
                           absl::string_view alias) {
  list_.text.clear();
  Append(*model.table, alias);
  codec_.AddNested(field, model);
}

}  // namespace modelservice
