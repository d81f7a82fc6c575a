#include "modelservice/service/filter_path.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/service/field_names.h"
#include "modelservice/service/fields.h"
#include "modelservice/service/filter_column.h"
#include "modelservice/service/filter_json.h"
#include "modelservice/service/filter_text.h"
#include "modelservice/sql/select.h"
#include "modelservice/sql/way.h"

namespace modelservice {
namespace {

using RelatedKind = RelatedField::Kind;
using Rows = std::optional<Expression>;

bool RefersForAll(const FilterTarget& target, const RelatedField& related) {
  switch (related.kind) {
    case RelatedField::Kind::kOne:
      return IsKnownToAll(target.table, related.key);
    case RelatedField::Kind::kBack:
      return IsKnownToAll(*related.target().table, related.key);
    case RelatedField::Kind::kThrough: {
      const Table& between = *related.through().table;
      return IsKnownToAll(between, related.key) &&
             IsKnownToAll(between, related.to);
    }
    case RelatedField::Kind::kKeys:
      break;
  }
  return false;
}

bool IsEquality(FilterOperator op) {
  return op == FilterOperator::kEqual || op == FilterOperator::kNotEqual;
}

// One value of a comparison, along the names of its path: through relations,
// and then into a column.
//
// Rows related to one by one name are one, or are any of several. What is not
// equal, and what is null, is told of the one from outside: where it is not
// there at all, its fields are absent.
class PathComparison {
 public:
  PathComparison(const FilterNode& node, const FilterText& value,
                 TextFault* fault)
      : node_(node), value_(value), fault_(fault) {}

  Rows Of(const FilterTarget& target) {
    const Rows rows = Along(target, 0);
    if (!rows.has_value() || !through_) return rows;
    const bool negated = (node_.op == FilterOperator::kNotEqual) != is_null_;
    return negated ? !*rows : rows;
  }

 private:
  // From the name at `i` on.
  Rows Along(const FilterTarget& target, size_t i) {
    const FilterText& name = node_.path[i];
    if (const RelatedField* const related =
            FindRelated(target.model, name.text)) {
      return Behind(target, *related, i);
    }
    const int position = FindColumn(target.table, name.text);
    if (position < 0) {
      return Fail(name.at, NoSuchPath(target.table, target.model, name.text));
    }
    const Column& column = target.table.columns[static_cast<size_t>(position)];
    if (!column.filterable || !IsReadByAll(column)) {
      return Fail(name.at,
                  absl::StrCat(Quoted(name.text), " cannot be filtered by."));
    }
    const auto inside = absl::MakeConstSpan(node_.path).subspan(i + 1);
    if (!inside.empty() && !HasInside(target, position)) {
      return Fail(inside[0].at,
                  absl::StrCat("There is nothing to filter by inside of ",
                               Quoted(name.text), "."));
    }
    FilterComparison asked{name.at, node_.op, value_};
    const bool goes_inside =
        !inside.empty() || AsksInside(target, position, asked);
    if (through_ && many_ && node_.op == FilterOperator::kNotEqual) {
      return Fail(node_.path[0].at,
                  absl::StrCat("\"!=\" takes no field of several rows; NOT ",
                               node_.path[0].text,
                               "... = finds where none of them has it."));
    }
    if (through_ && IsEquality(node_.op)) {
      is_null_ =
          !many_ && IsNullWord(value_) && (goes_inside || column.nullable);
      asked.op = is_null_ ? FilterOperator::kNotEqual : FilterOperator::kEqual;
    }
    return goes_inside ? CompareInside(target, position, inside, asked, fault_)
                       : CompareColumn(target, position, asked, fault_);
  }

  // Through a relation.
  Rows Behind(const FilterTarget& target, const RelatedField& related,
              size_t i) {
    const FilterText& name = node_.path[i];
    if (!RefersForAll(target, related) ||
        (through_ && !target.ways->Shows(*target.model))) {
      return Fail(name.at,
                  absl::StrCat(Quoted(name.text), " cannot be filtered by."));
    }
    if (++relations_ > kMostRelations) {
      return Fail(name.at, absl::StrCat("A field is at most ", kMostRelations,
                                        " relations away."));
    }
    through_ = true;
    many_ = many_ || related.repeated;
    const Model& to = related.target();
    Rows rows = Expression::True();
    if (i + 1 < node_.path.size()) {
      std::vector<const google::protobuf::FieldDescriptor*> fields;
      for (size_t c = 0; c < to.table->columns.size(); ++c) {
        fields.push_back(&FieldOf(to, static_cast<int>(c)));
      }
      rows =
          Along({*to.table, fields, target.ways->FormsOf(to), &to, target.ways},
                i + 1);
    } else if (!many_ && IsEquality(node_.op) && IsNullWord(value_)) {
      is_null_ = true;
    } else if (node_.op != FilterOperator::kHas || !IsStar(value_)) {
      return Fail(
          name.at,
          absl::StrCat(Quoted(name.text),
                       related.repeated ? " are rows of " : " is a row of ",
                       to.table->message, "; compare a field of ",
                       related.repeated ? "theirs" : "it", ", as in ",
                       name.text, ".field = value, or ask with ", name.text,
                       ":* whether there is one."));
    }
    if (!rows.has_value()) return rows;
    return Expression::Exists(
        Related(target, related, to, target.ways->RowsOf(to) && *rows));
  }

  static Select Related(const FilterTarget& target, const RelatedField& related,
                        const Model& to, const Expression& rows) {
    const Table& from = target.table;
    switch (related.kind) {
      case RelatedKind::kOne:
        return ReferredTo(from, related.key, *to.table, rows);
      case RelatedKind::kBack:
        return RelatedTo(nullptr, from, *to.table, related.key, rows);
      case RelatedKind::kThrough:
      case RelatedKind::kKeys:
        break;
    }
    const Table& between = *related.through().table;
    return RelatedThrough(nullptr, from, *to.table, between, related.key,
                          related.to,
                          target.ways->RowsBetween(between, kBetween) && rows);
  }

  Rows Fail(size_t at, std::string fault) {
    *fault_ = {at, std::move(fault)};
    return std::nullopt;
  }

  const FilterNode& node_;
  const FilterText& value_;
  TextFault* const fault_;
  int relations_ = 0;     // so far
  bool through_ = false;  // a relation
  bool many_ = false;     // one of many rows
  bool is_null_ = false;  // asks for a null behind a relation
};

}  // namespace

std::optional<Expression> ComparePath(const FilterTarget& target,
                                      const FilterNode& node,
                                      const FilterText& value,
                                      TextFault* fault) {
  return PathComparison(node, value, fault).Of(target);
}

}  // namespace modelservice
