#include "plugin/schema/list_filter.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "plugin/schema/column_filter.h"
#include "plugin/schema/lookups.h"
#include "plugin/schema/method_binder.h"

namespace modelservice::plugin {
namespace {

using RequestRole = RequestField::Role;

// A field of a model that the model refers to, or of itself.
struct FilterPath {
  RequestField::Path path;
  const Model* model = nullptr;  // at its end
};

// The reference that `name` leads along: a field of the name, or of the name
// and "_id".
int FindReference(const Model& model, absl::string_view name) {
  for (const std::string& field :
       {std::string(name), absl::StrCat(name, "_id")}) {
    const int column = model.FindColumn(field);
    if (column >= 0 &&
        model.columns[static_cast<size_t>(column)].target != nullptr) {
      return column;
    }
  }
  return -1;
}

// Where `path` leads to from `model`; else `fault` says why nowhere.
bool FindFilterPath(const Model& model, absl::string_view path,
                    FilterPath* found, std::string* fault) {
  const std::vector<absl::string_view> names = absl::StrSplit(path, '.');
  if (std::count(names.begin(), names.end(), "") > 0) {
    *fault = path.empty() ? "it is empty" : "a name in it is empty";
    return false;
  }
  found->model = &model;
  for (size_t i = 0; i + 1 < names.size(); ++i) {
    const int column = FindReference(*found->model, names[i]);
    if (column < 0) {
      *fault = absl::StrCat(found->model->short_name, " has no reference ",
                            names[i]);
      return false;
    }
    found->model = found->model->columns[static_cast<size_t>(column)].target;
    found->path.steps.push_back({column, found->model});
  }
  found->path.column = found->model->FindColumn(std::string(names.back()));
  if (found->path.column >= 0) return true;
  *fault =
      absl::StrCat(found->model->short_name, " has no field ", names.back());
  return false;
}

class FilterBinder : private MethodBinder {
 public:
  using MethodBinder::MethodBinder;

  void Bind(const MessageField& field, const FilterSettings& filter) {
    if (filter.custom()) {
      if (filter.field_size() > 0 || filter.has_op()) {
        Report(field,
               absl::StrCat("filter: what ", field.name,
                            " asks is left to FilterList (custom)"),
               "drop field and op, or custom");
        return;
      }
      method_.request_fields.push_back(
          {field.number, RequestRole::kCustomFilter, -1, "", {}});
      return;
    }
    if (filter.field_size() == 0) {
      Report(field, absl::StrCat("filter: ", field.name, " names no field"),
             "name one with field, or set custom: true");
      return;
    }
    const LookupKind* const lookup = FindLookup(
        filter.has_op() && filter.op() != FilterSettings::OP_UNSPECIFIED
            ? absl::AsciiStrToLower(FilterSettings::Op_Name(filter.op()))
        : field.repeated && !field.map ? "in"
                                       : "exact");
    RequestField bound;
    bound.number = field.number;
    bound.role = RequestRole::kFilterOf;
    bound.lookup = std::string(lookup->constant);
    for (const std::string& path : filter.field()) {
      if (!BindPath(field, path, *lookup, &bound)) return;
    }
    method_.request_fields.push_back(std::move(bound));
  }

 private:
  bool BindPath(const MessageField& field, const std::string& path,
                const LookupKind& lookup, RequestField* bound) {
    FilterPath found;
    std::string fault;
    if (!FindFilterPath(model_, path, &found, &fault)) {
      Report(field, absl::StrCat("filter: field: \"", path, "\": ", fault),
             "name a field of the model, or one behind its references");
      return false;
    }
    const auto is_closed = [](const Field& column) {
      return column.settings.has_read_requires() &&
             column.settings.read_requires() != "any";
    };
    const auto* from = &model_;
    for (const auto& step : found.path.steps) {
      const Field& key = from->columns[static_cast<size_t>(step.column)];
      if (is_closed(key)) {
        Report(field,
               absl::StrCat("filter: ", from->short_name, ".", key.name,
                            " is not for everybody to read"),
               "drop it");
        return false;
      }
      from = step.model;
    }
    const Field& target =
        found.model->columns[static_cast<size_t>(found.path.column)];
    const bool is_hidden = is_closed(target);
    if ((target.settings.has_filterable() && !target.settings.filterable()) ||
        (is_hidden && !found.path.steps.empty())) {
      Report(field,
             absl::StrCat("filter: ", found.model->short_name, ".", target.name,
                          is_hidden ? " is not for everybody to read"
                                    : " is not filterable"),
             "drop it");
      return false;
    }
    // What is told of a column's own filter holds here.
    Method scratch;
    scratch.request = method_.request;
    ColumnFilterBinder(*found.model, element_, scratch, diagnostics_)
        .BindLookupOf(field, found.path.column, lookup);
    if (scratch.request_fields.empty()) return false;
    bound->any_of.push_back(std::move(found.path));
    return true;
  }
};

}  // namespace

void BindFilter(const Model& model, const std::string& element,
                const MessageField& field, const FilterSettings& filter,
                Method& method, Diagnostics& diagnostics) {
  FilterBinder(model, element, method, diagnostics).Bind(field, filter);
}

}  // namespace modelservice::plugin
