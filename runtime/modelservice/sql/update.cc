#include "modelservice/sql/update.h"

#include <algorithm>

#include "modelservice/sql/parts.h"
#include "modelservice/sql/statement_writer.h"

namespace modelservice {
namespace {

// Whether it reads rows: by a SELECT of its own, or through a reference.
bool ReadsRows(const Expression& e);

class Finder {
 public:
  bool operator()(const Expression::ExistsNode&) const { return true; }
  bool operator()(const Expression::SubselectNode&) const { return true; }
  bool operator()(const Expression::ColumnNode& node) const {
    return node.way != nullptr;
  }
  template <class Node>
  bool operator()(const Node& node) const {
    bool reads = false;
    const auto each = [&](const Expression& part, int) {
      reads = reads || ReadsRows(part);
    };
    Parts<decltype(each)> parts(each);
    parts(node);
    return reads;
  }
};

bool ReadsRows(const Expression& e) { return e.Visit(Finder()); }

bool ReadsRows(const Update& update) {
  return ReadsRows(update.where) ||
         std::any_of(
             update.set.begin(), update.set.end(),
             [](const auto& change) { return ReadsRows(change.second); });
}

}  // namespace

Statement Write(const Update& update, const Dialect& dialect,
                absl::Span<const Value> values) {
  StatementWriter out(dialect, values);
  out.Text("UPDATE ").Target(update.table).Text(" SET ").Set(update.set);
  if (dialect.updates_see_themselves() && ReadsRows(update)) {
    // Then all of it is read before anything is written.
    out.Text(" FROM (SELECT 1)");
  }
  return out.Where(update.where)
      .Returning(update.returning)
      .Finish(/*writes=*/true);
}

}  // namespace modelservice
