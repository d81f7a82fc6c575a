#include "modelservice/service/filter_condition.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/service/field_names.h"
#include "modelservice/service/filter_path.h"
#include "modelservice/service/filter_text.h"
#include "modelservice/service/search.h"

namespace modelservice {
namespace {

using Kind = FilterNode::Kind;
using Rows = std::optional<Expression>;

class Checker {
 public:
  Checker(const FilterTarget& target, TextFault* fault)
      : target_(target), fault_(fault) {}

  Rows Of(const FilterNode& node) {
    switch (node.kind) {
      case Kind::kAnd:
      case Kind::kOr:
      case Kind::kNot:
        return Joined(node,
                      [this](const FilterNode& part) { return Of(part); });
      case Kind::kCompare:
        return Compared(node);
      case Kind::kWord:
        break;
    }
    return Word(node.value);
  }

 private:
  // What a node of others makes of theirs.
  template <class OfPart>
  Rows Joined(const FilterNode& node, OfPart of_part) {
    if (node.kind == Kind::kNot) {
      Rows rows = of_part(node.parts[0]);
      if (rows.has_value()) rows = Expression::IsNotTrue(*std::move(rows));
      return rows;
    }
    const bool all = node.kind == Kind::kAnd;
    Expression joined = all ? Expression::True() : Expression::False();
    for (const FilterNode& part : node.parts) {
      const Rows rows = of_part(part);
      if (!rows.has_value()) return std::nullopt;
      joined = all ? joined && *rows : joined || *rows;
    }
    return joined;
  }

  // A word alone.
  Rows Word(const FilterText& word) {
    const Table& table = target_.table;
    if (!HasSearchable(table)) {
      return Fail(
          word.at,
          absl::StrCat(table.message, " has no searchable field to find ",
                       Quoted(word.text),
                       " in; compare a field, as in field = value."));
    }
    if (!word.quoted && FindColumn(table, word.text) >= 0) {
      return Fail(word.at, absl::StrCat("Expected a comparison behind ",
                                        Quoted(word.text),
                                        ", like = value; put it in "
                                        "quotes to look for it as a word."));
    }
    return AnySearchable(table, [&word](const Expression& column) {
      return HasWord(column, word);
    });
  }

  Rows Compared(const FilterNode& node) {
    if (node.parts.empty()) return OfValue(node, node.value);
    const FilterText& name = node.path[0];
    if (node.op == FilterOperator::kNotEqual &&
        node.parts[0].kind == Kind::kOr) {
      // Every value differs from one of two.
      return Fail(name.at, absl::StrCat("\"!=\" takes no list; NOT ", name.text,
                                        " = (...) finds what is none of it."));
    }
    return OfValues(node, node.parts[0]);
  }

  // Of a comparison with several values.
  Rows OfValues(const FilterNode& node, const FilterNode& values) {
    if (values.kind == Kind::kWord) return OfValue(node, values.value);
    return Joined(values,
                  [&](const FilterNode& part) { return OfValues(node, part); });
  }

  Rows OfValue(const FilterNode& node, const FilterText& value) {
    return ComparePath(target_, node, value, fault_);
  }

  Rows Fail(size_t at, std::string fault) {
    *fault_ = {at, std::move(fault)};
    return std::nullopt;
  }

  const FilterTarget& target_;
  TextFault* const fault_;
};

}  // namespace

std::optional<Expression> FilterCondition(const FilterNode& filter,
                                          const FilterTarget& target,
                                          TextFault* fault) {
  return Checker(target, fault).Of(filter);
}

}  // namespace modelservice
