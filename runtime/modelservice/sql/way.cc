#include "modelservice/sql/way.h"

#include <algorithm>
#include <utility>

#include "modelservice/sql/hidden_rows.h"
#include "modelservice/sql/parts.h"
#include "modelservice/sql/select.h"

namespace modelservice {
namespace {

int PositionOf(absl::string_view column, const Table& table) {
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].name == column) return static_cast<int>(i);
  }
  return table.key.front();
}

// Null for a key of one column.
const ForeignKey* ForeignKeyAt(const Table& table, int key) {
  const size_t columns = table.columns.size();
  const size_t position = static_cast<size_t>(key);
  return position < columns ? nullptr : &table.foreign_keys[position - columns];
}

Expression OuterColumn(std::shared_ptr<const Way> way, const Table& table,
                       int column) {
  return Expression::Outer(way == nullptr
                               ? Expression::Column(table, column)
                               : Expression::Through(std::move(way), column));
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
                                   const Table& from, int key,
                                   const Table& to) {
  std::vector<KeyPart> parts = KeyParts(from, key, to);
  bool always = !MayHide(to) && (before == nullptr || before->always);
  for (const KeyPart& part : parts) {
    always = always && !from.columns[static_cast<size_t>(part.column)].nullable;
  }
  return std::make_shared<const Way>(
      Way{std::move(before), &from, key, &to, std::move(parts), always});
}

std::vector<int> KeyColumns(const Table& from, int key) {
  const ForeignKey* const several = ForeignKeyAt(from, key);
  if (several == nullptr) return {key};
  return {several->columns.begin(), several->columns.end()};
}

std::vector<KeyPart> KeyParts(const Table& from, int key, const Table& to) {
  const ForeignKey* const several = ForeignKeyAt(from, key);
  if (several == nullptr) {
    const Reference* const reference =
        from.columns[static_cast<size_t>(key)].reference;
    return {{key, reference == nullptr ? to.key.front()
                                       : PositionOf(reference->column, to)}};
  }
  std::vector<KeyPart> parts;
  for (size_t i = 0; i < several->columns.size(); ++i) {
    parts.push_back(
        {several->columns[i], PositionOf(several->referenced[i], to)});
  }
  return parts;
}

int KeyReferredTo(const Table& from, int column, const Table& to) {
  return KeyParts(from, column, to).front().referred;
}

bool SameWay(const Way* a, const Way* b) {
  if (a == b) return true;
  return a != nullptr && b != nullptr && a->from == b->from &&
         a->key == b->key && a->to == b->to &&
         SameWay(a->before.get(), b->before.get());
}

std::shared_ptr<const Way> WithoutFirstStep(const Way& way) {
  if (way.before == nullptr) return nullptr;
  return MakeWay(WithoutFirstStep(*way.before), *way.from, way.key, *way.to);
}

Select RelatedTo(std::shared_ptr<const Way> way, const Table& table,
                 const Table& related, int key, const Expression& condition) {
  Select select;
  select.from = TableName(related);
  select.related = &related;
  for (const KeyPart& part : KeyParts(related, key, table)) {
    select.where = select.where &&
                   Expression::Compare(Expression::Column(related, part.column),
                                       Comparison::kEqual,
                                       OuterColumn(way, table, part.referred));
  }
  select.where = select.where && NotHidden(related) && condition;
  return select;
}

Select ReferredTo(const Table& from, int key, const Table& to,
                  const Expression& condition) {
  Select select;
  select.from = TableName(to);
  select.related = &to;
  for (const KeyPart& part : KeyParts(from, key, to)) {
    select.where = select.where &&
                   Expression::Compare(Expression::Column(to, part.referred),
                                       Comparison::kEqual,
                                       OuterColumn(nullptr, from, part.column));
  }
  select.where = select.where && NotHidden(to) && condition;
  return select;
}

Select SelectThrough(const Table& related, const Table& between, int to) {
  Select select;
  select.from = TableName(related);
  select.related = &related;
  const int key = KeyReferredTo(between, to, related);
  select.joins.push_back(
      {Join::Kind::kInner, TableName(between, kBetween),
       Expression::Compare(Expression::Column(between, to, kBetween),
                           Comparison::kEqual,
                           Expression::Column(related, key))});
  return select;
}

Select RelatedThrough(std::shared_ptr<const Way> way, const Table& table,
                      const Table& related, const Table& between, int from,
                      int to, const Expression& condition) {
  const int key = KeyReferredTo(between, from, table);
  Select select = SelectThrough(related, between, to);
  select.where =
      Expression::Compare(Expression::Column(between, from, kBetween),
                          Comparison::kEqual,
                          OuterColumn(std::move(way), table, key)) &&
      NotHidden(related) && NotHidden(between, kBetween) && condition;
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
