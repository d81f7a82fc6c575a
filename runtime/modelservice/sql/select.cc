#include "modelservice/sql/select.h"

#include <algorithm>

#include "modelservice/sql/statement_writer.h"

namespace modelservice {
namespace {

bool Same(const Select& a, const Select& b) { return a == b; }

bool Same(const Join& a, const Join& b) {
  return a.kind == b.kind && a.table == b.table && a.on == b.on;
}

bool Same(const JsonElements& a, const JsonElements& b) {
  return a.path == b.path && a.operand == b.operand;
}

bool Same(const OrderBy& a, const OrderBy& b) {
  return a.by == b.by && a.descending == b.descending &&
         a.nullable == b.nullable && a.nulls == b.nulls && a.place == b.place;
}

template <class Source>
bool SameSources(const std::shared_ptr<const Source>& a,
                 const std::shared_ptr<const Source>& b) {
  return a == b || (a != nullptr && b != nullptr && Same(*a, *b));
}

template <class List>
bool SameLists(const List& a, const List& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return Same(x, y); });
}

}  // namespace

bool operator==(const Select& a, const Select& b) {
  return SameSources(a.from_select, b.from_select) &&
         SameSources(a.from_json, b.from_json) && a.distinct == b.distinct &&
         a.columns == b.columns && a.column_list == b.column_list &&
         a.from == b.from && a.related == b.related &&
         SameLists(a.joins, b.joins) && a.where == b.where &&
         a.group == b.group && a.group_by_first == b.group_by_first &&
         a.having == b.having && a.unions == b.unions &&
         SameLists(a.order, b.order) && a.limit == b.limit &&
         a.offset == b.offset && a.lock == b.lock && a.lock_wait == b.lock_wait;
}

Statement Write(const Select& select, const Dialect& dialect,
                absl::Span<const Value> values) {
  StatementWriter out(dialect, values);
  out.Write(select);
  return out.Finish(/*writes=*/false);
}

}  // namespace modelservice
