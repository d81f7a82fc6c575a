#include "modelservice/service/order_ways.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "modelservice/service/field_names.h"
#include "modelservice/service/order_by.h"
#include "modelservice/service/text_fault.h"

namespace modelservice {
namespace {

using Steps = std::vector<RequestField::Path::Step>;

std::string NoPlace(absl::string_view rows) {
  return absl::StrCat(
      Quoted(rows),
      " are several rows: none of them has a place in the order.");
}

// Why the relation is no step of an order; "" for one that is.
std::string FaultOf(const Model& model, const RelatedField* related,
                    absl::string_view name, const Steps& before,
                    const CallWays& ways) {
  const Table& table = *model.table;
  if (related == nullptr) {
    return FindColumn(table, name) < 0
               ? NoSuchPath(table, &model, name)
               : absl::StrCat("There is nothing to order by inside of ",
                              Quoted(name), ".");
  }
  if (related->kind != RelatedField::Kind::kOne) {
    return NoPlace(name);
  }
  if (!IsKnownToAll(table, related->key) ||
      (!before.empty() && !ways.Shows(model))) {
    return absl::StrCat(Quoted(name), " cannot be ordered by.");
  }
  if (before.size() == kMostRelations) {
    return absl::StrCat("A field is at most ", kMostRelations,
                        " relations away.");
  }
  return "";
}

}  // namespace

std::string DottedPath(absl::string_view name) {
  std::string path = absl::StrReplaceAll(name, {{"__", "."}});
  return absl::StrContains(path, '.') ? path : "";
}

std::optional<Expression> ValueAlong(const Model& model, absl::string_view path,
                                     CallWays& ways, std::string* fault) {
  const std::vector<absl::string_view> names = absl::StrSplit(path, '.');
  const Model* at = &model;
  Steps steps;
  for (size_t i = 0; i + 1 < names.size(); ++i) {
    const RelatedField* const related = FindRelated(at, names[i]);
    *fault = FaultOf(*at, related, names[i], steps, ways);
    if (!fault->empty()) return std::nullopt;
    steps.push_back({related->key, related->target});
    at = &related->target();
  }
  const Table& table = *at->table;
  const int column = FindColumn(table, names.back());
  if (column < 0) {
    const RelatedField* const related = FindRelated(at, names.back());
    if (related == nullptr) {
      *fault = NoSuchPath(table, at, names.back());
    } else if (related->kind != RelatedField::Kind::kOne) {
      *fault = NoPlace(path);
    } else {
      *fault = absl::StrCat(Quoted(path), " is a row of ",
                            related->target().table->message,
                            "; order by a field of it.");
    }
    return std::nullopt;
  }
  if (!IsSortable(table.columns[static_cast<size_t>(column)])) {
    *fault = absl::StrCat(Quoted(path), " cannot be ordered by.");
    return std::nullopt;
  }
  return ways.ValueAt(*model.table, steps, column);
}

}  // namespace modelservice
