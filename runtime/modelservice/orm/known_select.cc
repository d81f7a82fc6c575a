#include "modelservice/orm/known_select.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include "modelservice/schema/table.h"
#include "modelservice/sql/number_kind.h"
#include "modelservice/sql/stored_literals.h"

namespace modelservice {
namespace {

// A column of the statement's own table.
const Column* ColumnOf(const Expression& e) {
  const auto* const node = e.As<Expression::ColumnNode>();
  const bool is_own =
      node != nullptr && node->way == nullptr && node->alias.empty();
  return is_own ? node->described : nullptr;
}

// Whether the column, which `e` is, holds what it is compared with as it is.
bool IsPlain(const Expression& e, const Table& table, const LiveTable& live) {
  const TableForms forms = {&table, live.forms};
  const ColumnForm* const form = FormOf(e, {&forms, 1});
  return !IsDecimal(e) && form != nullptr && form->is_plain() &&
         !form->is_json_text();
}

}  // namespace

KnownSelect::KnownSelect(const Projection& projection, const RowSet& rows,
                         const LiveTable& live, KeptTexts& texts)
    : table_(*projection.model().table),
      live_(live),
      texts_(texts),
      has_form_(Describe(projection, rows)) {}

template <class T>
void KnownSelect::Add(T part) {
  static_assert(std::is_trivially_copyable_v<T>);
  if (size_ + sizeof(T) <= form_.size()) {
    std::memcpy(form_.data() + size_, &part, sizeof(T));
  }
  size_ += sizeof(T);
}

void KnownSelect::AddAddress(const void* of) {
  Add(reinterpret_cast<std::uintptr_t>(of));
}

bool KnownSelect::Describe(const Projection& projection, const RowSet& rows) {
  const bool is_whole = !projection.column_list().text.empty();
  if (!is_whole || !rows.unread.empty() || !rows.loads.empty() ||
      rows.distinct || rows.lock != RowLock::kNone ||
      ColumnIn(Role::kTenant, table_) >= 0) {
    return false;
  }
  AddAddress(&table_);
  Add(rows.deleted);
  Add(rows.limit.has_value());
  Add(rows.offset.has_value());
  Add(rows.order.size());
  for (const OrderBy& part : rows.order) {
    if (!DescribeOrder(part)) return false;
  }
  if (!DescribeWhere(rows.where)) return false;
  for (const auto& bound : {rows.limit, rows.offset}) {
    if (!bound.has_value()) continue;
    statement_.parameters.push_back(Value::Integer(*bound));
  }
  return size_ <= form_.size();
}

bool KnownSelect::DescribeOrder(const OrderBy& part) {
  const Column* const column = ColumnOf(part.by);
  if (column == nullptr) return false;
  AddAddress(column);
  Add(part.descending);
  Add(part.nullable);
  Add(part.nulls);
  return true;
}

bool KnownSelect::DescribeWhere(const Expression& where) {
  if (where.is_true()) return true;
  const auto* const all = where.As<Expression::AndNode>();
  if (all == nullptr) return DescribeComparison(where);
  return std::all_of(
      all->parts.begin(), all->parts.end(),
      [this](const Expression& part) { return DescribeComparison(part); });
}

bool KnownSelect::DescribeComparison(const Expression& e) {
  const auto* const compare = e.As<Expression::CompareNode>();
  if (compare == nullptr) return false;
  const Column* const column = ColumnOf(compare->left);
  const auto* const literal = compare->right.As<Expression::LiteralNode>();
  if (column == nullptr || literal == nullptr ||
      !IsPlain(compare->left, table_, live_)) {
    return false;
  }
  const Value value = literal->literal.value();
  if (value.kind() != Value::Kind::kInteger &&
      value.kind() != Value::Kind::kText) {
    return false;
  }
  AddAddress(column);
  Add(compare->comparison);
  Add(value.kind());
  statement_.parameters.push_back(value);
  return true;
}

bool KnownSelect::Find() {
  if (!has_form_) return false;
  statement_.text = texts_.Find(form());
  return !statement_.text.empty();
}

Statement KnownSelect::TakeStatement() { return std::move(statement_); }

void KnownSelect::Keep(const Statement& written) {
  if (has_form_ && written.parameters.size() == statement_.parameters.size()) {
    texts_.Keep(form(), written.text);
  }
}

}  // namespace modelservice
