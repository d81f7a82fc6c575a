#include "modelservice/service/order_by.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "modelservice/schema/utf8.h"
#include "modelservice/schema/white_space.h"
#include "modelservice/service/field_names.h"

namespace modelservice {
namespace {

// No longer than all columns' names, with blanks to spare.
constexpr size_t kMostBytes = 4096;

class Parser {
 public:
  Parser(absl::string_view text, const Table& table, OtherOrdering other,
         TextFault* fault)
      : text_(text), table_(table), other_(other), fault_(fault) {}

  bool Parse() {
    if (text_.size() > kMostBytes) {
      return Fail(kMostBytes, absl::StrCat("The order is longer than ",
                                           kMostBytes, " bytes."));
    }
    if (!IsUtf8(text_)) return Fail(0, "Expected UTF-8.");
    if (TakeWord().empty()) return AtEnd() || FailExpected("a field");
    at_ = 0;
    for (;;) {
      if (!ParsePart()) return false;
      SkipSpace();
      if (AtEnd()) break;
      if (text_[at_] != ',') return FailExpected("a comma or the end");
      ++at_;
    }
    EndWithKey();
    return true;
  }

  std::vector<Ordering> Take() { return std::move(order_); }

 private:
  bool ParsePart() {
    absl::string_view name = TakeWord();
    size_t at = at_ - name.size();
    if (name.empty()) return FailExpected("a field");
    Ordering part{0, absl::ConsumePrefix(&name, "-")};
    if (part.descending) {
      ++at;
      if (name.empty()) return Fail(at, "Expected a field behind \"-\".");
    }
    part.column = FindColumn(table_, name);
    if (part.column < 0) {
      std::string fault;
      part.column = other_(name, &fault);
      if (part.column < 0) {
        return Fail(at, fault.empty() ? NoSuchField(table_, name) : fault);
      }
    } else if (!IsSortable(table_.columns[static_cast<size_t>(part.column)])) {
      return Fail(at, absl::StrCat(Quoted(name), " cannot be ordered by."));
    }
    if (Has(part.column)) {
      return Fail(at, absl::StrCat(Quoted(name), " is named twice."));
    }
    const absl::string_view direction = TakeWord();
    if (direction == "desc" && !part.descending) {
      part.descending = true;
    } else if (!direction.empty() && (direction != "asc" || part.descending)) {
      return Fail(at_ - direction.size(),
                  absl::StrCat("Expected ",
                               part.descending
                                   ? "a comma or the end, for \"-\" says desc"
                                   : "asc, desc, a comma or the end",
                               ", not ", Quoted(direction), "."));
    }
    order_.push_back(part);
    return true;
  }

  bool Has(int column) const {
    return std::any_of(
        order_.begin(), order_.end(),
        [column](const Ordering& part) { return part.column == column; });
  }

  void EndWithKey() {
    for (const int column : table_.key) {
      if (!Has(column)) order_.push_back({column, false});
    }
    // Without a key the model's own order has to tell the rows apart.
    if (!table_.key.empty()) return;
    for (const Ordering& part : table_.ordering) {
      if (!Has(part.column)) order_.push_back(part);
    }
  }

  // What stands before the next blank, comma or end; skips blanks before it.
  absl::string_view TakeWord() {
    SkipSpace();
    const size_t from = at_;
    while (!AtEnd() && text_[at_] != ',' && !IsSpace(text_[at_])) ++at_;
    return text_.substr(from, at_ - from);
  }

  void SkipSpace() {
    while (!AtEnd() && IsSpace(text_[at_])) ++at_;
  }
  bool AtEnd() const { return at_ >= text_.size(); }

  bool FailExpected(absl::string_view expected) {
    return Fail(at_, AtEnd() ? absl::StrCat("Expected ", expected, ".")
                             : absl::StrCat("Expected ", expected, ", not ",
                                            Quoted(text_.substr(at_)), "."));
  }
  bool Fail(size_t at, std::string fault) {
    *fault_ = {at, std::move(fault)};
    return false;
  }

  const absl::string_view text_;
  const Table& table_;
  const OtherOrdering other_;
  TextFault* const fault_;
  size_t at_ = 0;
  std::vector<Ordering> order_;
};

}  // namespace

bool IsSortable(const Column& column) {
  return column.sortable && IsReadByAll(column) &&
         (column.storage == Storage::kNative ||
          column.storage == Storage::kName);
}

std::optional<std::vector<Ordering>> ParseOrderBy(absl::string_view text,
                                                  const Table& table,
                                                  OtherOrdering other,
                                                  TextFault* fault) {
  Parser parser(text, table, other, fault);
  if (!parser.Parse()) return std::nullopt;
  std::vector<Ordering> order = parser.Take();
  if (order.empty()) {
    order.assign(table.ordering.begin(), table.ordering.end());
  }
  return order;
}

}  // namespace modelservice
