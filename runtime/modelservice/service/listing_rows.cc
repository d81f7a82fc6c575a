// The statements of a Listing: the rows of a page, those behind a place, and
// how many there are.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "modelservice/service/listing.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {

// It would be taken for the row whose key is the field's zero, which is another
// one's.
absl::Status Listing::NoKey(int column) const {
  return absl::DataLossError(absl::StrCat(
      "column ", table().name, ".",
      table().columns[static_cast<size_t>(column)].name,
      ", a part of the key, is NULL, so that no call can name the row; give it "
      "a key, and declare the column NOT NULL"));
}

bool Listing::IsOddNull(size_t part, const Literal& value) const {
  const Ordering& ordering = order()[part];
  return value.value().is_null() && IsOwn(ordering) &&
         !table().columns[static_cast<size_t>(ordering.column)].nullable;
}

bool Listing::HasOddNull(absl::Span<const Literal> place) const {
  for (size_t i = 0; i < place.size(); ++i) {
    if (IsOddNull(i, place[i])) return true;
  }
  return false;
}

std::vector<OrderBy> Listing::OrderParts() const {
  std::vector<OrderBy> parts;
  for (const Ordering& part : order()) {
    const auto column = static_cast<size_t>(part.column);
    const size_t own = table().columns.size();
    if (IsOwn(part)) {
      parts.push_back({Expression::Column(table(), part.column),
                       part.descending, table().columns[column].nullable});
    } else {
      parts.push_back({others_[column - own].value, part.descending});
    }
  }
  return parts;
}

Expression Listing::Behind(absl::Span<const Literal> place) const {
  const std::vector<OrderBy> parts = OrderParts();
  if (!HasOddNull(place)) return After(parts, place);
  // Statements say where NULLs stand of columns that may have them. These are
  // where the database puts them.
  const bool is_lowest = !service_.database->dialect().keeps_types();
  Expression behind;
  for (size_t i = place.size(); i-- > 0;) {
    const OrderBy& part = parts[i];
    Expression here;
    if (!IsOddNull(i, place[i])) {
      here = After(absl::MakeConstSpan(&part, 1), place.subspan(i, 1));
    } else if (part.descending == is_lowest) {
      here = Expression::False();
    } else {
      here = !Expression::IsNull(part.by);
    }
    const Expression same =
        Expression::Compare(part.by, Comparison::kEqual, place[i]);
    behind = i + 1 == place.size() ? here : here || (same && behind);
  }
  return behind;
}

Statement Listing::SelectAfter(absl::Span<const Literal> last,
                               std::optional<int64_t> limit) const {
  const absl::Span<const Literal> after =
      last.empty() ? absl::MakeConstSpan(after_) : last;
  const bool unary = plan_.method->streaming == Streaming::kUnary;
  // Only the first rows are to be left out.
  const int64_t skip = last.empty() ? skip_ : 0;
  const bool fixed = !HasOddNull(after) && where_.is_true() &&
                     readable_.empty() && own_order_.empty() && skip == 0 &&
                     unary == limit.has_value() &&
                     (after.empty() || !plan_.next_page_sql.empty());
  if (!fixed) {
    Select page;
    page.columns =
        readable_.empty() ? service_.projection->columns() : readable_;
    page.from = TableName(table());
    page.where = after.empty() ? where_ : where_ && Behind(after);
    page.order = OrderParts();
    for (size_t i = 0; i < page.order.size(); ++i) {
      if (IsOwn(order()[i])) continue;
      page.order[i].place = order()[i].column + 1;
    }
    for (const OtherValue& other : others_) {
      page.columns.push_back(other.value);
    }
    page.limit = limit;
    if (skip > 0) page.offset = skip;
    return Write(page, service_.database->dialect());
  }
  Statement statement;
  statement.text = after.empty() ? plan_.sql : plan_.next_page_sql;
  // The rows come in the order of an index.
  statement.quick = plan_.ordered_by_index;
  // In the order in which After writes them: each column but the last is
  // compared twice.
  for (size_t i = 0; i < after.size(); ++i) {
    // The caller's place goes on while the statement runs.
    const Value value = statement.arena.OwnTextOf(after[i].value());
    statement.parameters.push_back(value);
    if (i + 1 < after.size()) statement.parameters.push_back(value);
  }
  if (limit.has_value()) statement.parameters.push_back(Value::Integer(*limit));
  return statement;
}

absl::Status Listing::FindLastPage(const CallContext& call) {
  CountSink counted;
  auto outcome = service_.database->Run(Count(std::nullopt), counted, &call);
  if (!outcome.ok()) return outcome.status();
  // The first page may be empty.
  page_ = std::max<int64_t>(
      1, (counted.count + requested_size_ - 1) / requested_size_);
  skip_ += (page_ - 1) * requested_size_;
  return absl::OkStatus();
}

Statement Listing::Count(std::optional<int64_t> most) const {
  return Write(SelectCount(table(), where_, most),
               service_.database->dialect());
}

std::vector<Literal> Listing::PlaceOf(Row row) const {
  std::vector<Literal> place;
  for (const Ordering& part : order()) {
    place.push_back(Literal(row[static_cast<size_t>(part.column)]));
  }
  return place;
}

std::string Listing::TokenAfter(Row row) const { return TokenAt(PlaceOf(row)); }

std::string Listing::TokenAt(const std::vector<Literal>& place) const {
  return service_.tokens->Seal(binding_, place);
}

}  // namespace modelservice
