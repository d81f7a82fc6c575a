#include "modelservice/sql/update.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
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

// No table of a model is called so.
constexpr absl::string_view kGiven = "modelservice_given";

void WriteGiven(const Update& update, const Dialect& dialect,
                StatementWriter& out) {
  out.Text(" FROM (VALUES ");
  absl::string_view separator = "";
  if (dialect.keeps_types()) {
    // A parameter among values has the type of those above it, or is a text;
    // NULL joins nothing.
    for (const Expression& column : update.given.like) {
      out.Text(separator.empty() ? "(" : separator).Text("(SELECT ");
      out.Write(column).Text(" FROM ").Name(update.table);
      out.Text(" WHERE 1 = 0)");
      separator = ", ";
    }
    out.Text(")");
  }
  const std::vector<Expression> row(update.given.like.size(),
                                    Expression::Parameter());
  for (size_t i = 0; i < update.given.count; ++i) {
    out.Text(separator).Text("(").Write(row).Text(")");
    separator = ", ";
  }
  out.Text(") AS ").Identifier(kGiven);
}

bool ReadsRows(const Expression& e) { return e.Visit(Finder()); }

bool ReadsRows(const Update& update) {
  return ReadsRows(update.where) ||
         std::any_of(
             update.set.begin(), update.set.end(),
             [](const auto& change) { return ReadsRows(change.second); });
}

}  // namespace

// As both databases call the columns of VALUES.
Expression Given(size_t position) {
  return Expression::Named(absl::StrCat("column", position + 1), kGiven);
}

Statement Write(const Update& update, const Dialect& dialect,
                absl::Span<const Value> values) {
  StatementWriter out(dialect, values);
  out.Text("UPDATE ").Target(update.table);
  if (update.given.count > 0) out.Qualified();
  out.Text(" SET ").Set(update.set);
  if (update.given.count > 0) {
    WriteGiven(update, dialect, out);
  } else if (dialect.updates_see_themselves() && ReadsRows(update)) {
    // Then all of it is read before anything is written.
    out.Text(" FROM (SELECT 1)");
  }
  return out.Where(update.where)
      .Returning(update.returning)
      .Finish(/*writes=*/true);
}

}  // namespace modelservice
