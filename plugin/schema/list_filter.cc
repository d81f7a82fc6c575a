#include "plugin/schema/list_filter.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace modelservice::plugin {
namespace {

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

}  // namespace

bool FindFilterPath(const Model& model, absl::string_view path,
                    FilterPath* found, std::string* fault) {
  const std::vector<absl::string_view> names = absl::StrSplit(path, '.');
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

}  // namespace modelservice::plugin
