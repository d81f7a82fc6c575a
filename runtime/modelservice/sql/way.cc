#include "modelservice/sql/way.h"

#include <algorithm>
#include <utility>

#include "modelservice/sql/parts.h"
#include "modelservice/sql/select.h"

namespace modelservice {
namespace {

// The position of the column that the other one refers to.
int KeyOf(const Reference* reference, const Table& to) {
  for (size_t i = 0; reference != nullptr && i < to.columns.size(); ++i) {
    if (to.columns[i].name == reference->column) return static_cast<int>(i);
  }
  return to.key.front();
}

class Collector {
 public:
  void Add(const Expression& e, int depth) {
    const auto* const column = e.As<Expression::ColumnNode>();
    if (column != nullptr) {
      if (depth == 0) Add(column->way.get());
      return;
    }
    ForEachPart(e, [this, depth](const Expression& part, int deeper) {
      Add(part, depth + deeper);
    });
  }

  std::vector<const Way*> Take() { return std::move(ways_); }

 private:
  void Add(const Way* way) {
    if (way == nullptr) return;
    Add(way->before.get());
    const bool known =
        std::any_of(ways_.begin(), ways_.end(),
                    [way](const Way* other) { return SameWay(way, other); });
    if (!known) ways_.push_back(way);
  }

  std::vector<const Way*> ways_;
};

void AddTable(const Table* table, std::vector<const Table*>* tables) {
  if (table == nullptr) return;
  if (std::find(tables->begin(), tables->end(), table) == tables->end()) {
    tables->push_back(table);
  }
}

}  // namespace

std::shared_ptr<const Way> MakeWay(std::shared_ptr<const Way> before,
                                   const Table& from, int column,
                                   const Table& to) {
  const Column& described = from.columns[static_cast<size_t>(column)];
  const bool always =
      !described.nullable && (before == nullptr || before->always);
  return std::make_shared<const Way>(Way{std::move(before), &from, column, &to,
                                         KeyOf(described.reference, to),
                                         always});
}

bool SameWay(const Way* a, const Way* b) {
  if (a == b) return true;
  return a != nullptr && b != nullptr && a->from == b->from &&
         a->column == b->column && a->to == b->to &&
         SameWay(a->before.get(), b->before.get());
}

std::shared_ptr<const Way> WithoutFirstStep(const Way& way) {
  if (way.before == nullptr) return nullptr;
  return MakeWay(WithoutFirstStep(*way.before), *way.from, way.column, *way.to);
}

Select RelatedTo(std::shared_ptr<const Way> way, const Table& table,
                 const Table& related, int column,
                 const Expression& condition) {
  const int key =
      KeyOf(related.columns[static_cast<size_t>(column)].reference, table);
  Select select;
  select.from = TableName(related);
  select.related = &related;
  select.where =
      Expression::Compare(
          Expression::Column(related, column), Comparison::kEqual,
          Expression::Outer(way == nullptr
                                ? Expression::Column(table, key)
                                : Expression::Through(std::move(way), key))) &&
      condition;
  return select;
}

std::vector<const Way*> WaysOf(const Select& select) {
  Collector collector;
  ForEachExpression(select, [&](const Expression& e) { collector.Add(e, 0); });
  return collector.Take();
}

void AddTablesOf(const Expression& e, std::vector<const Table*>* tables) {
  if (const auto* const column = e.As<Expression::ColumnNode>()) {
    for (const Way* way = column->way.get(); way != nullptr;
         way = way->before.get()) {
      AddTable(way->to, tables);
    }
    return;
  }
  if (const auto* const node = e.As<Expression::ExistsNode>()) {
    AddTable(node->select->related, tables);
  }
  if (const auto* const node = e.As<Expression::SubselectNode>()) {
    AddTable(node->select->related, tables);
  }
  ForEachPart(
      e, [tables](const Expression& part, int) { AddTablesOf(part, tables); });
}

}  // namespace modelservice
