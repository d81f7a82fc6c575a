#include "plugin/schema/index_rules.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"

namespace modelservice::plugin {
namespace {

// Whether rows are found by the lookup where they stand in order.
bool MayUseIndex(const std::string& lookup) {
  for (const char* one : {"", "kExact", "kIn", "kGt", "kGte", "kLt", "kLte",
                          "kRange", "kStartsWith", "kIsNull"}) {
    if (lookup == one) return true;
  }
  return false;
}

class IndexRules {
 public:
  IndexRules(bool strict, Diagnostics& diagnostics)
      : strict_(strict), diagnostics_(diagnostics) {}

  void Check(const Model& model) {
    for (const Field& field : model.columns) {
      if (field.settings.filterable()) {
        Check(model, field, "is filterable",
              field.places.Of({FieldSettings::kFilterableFieldNumber}));
      } else if (field.settings.sortable()) {
        Check(model, field, "is sortable",
              field.places.Of({FieldSettings::kSortableFieldNumber}));
      }
    }
  }

  void Check(const Service& service, const Method& method) {
    if (method.kind != MethodKind::kList &&
        method.kind != MethodKind::kAggregate) {
      return;
    }
    for (const RequestField& asked : method.request_fields) {
      if (!MayUseIndex(asked.lookup)) continue;
      if (asked.role == RequestField::Role::kColumn) {
        Check(service, method, *service.model, asked.column);
      }
      for (const RequestField::Path& path : asked.any_of) {
        Check(service, method,
              path.steps.empty() ? *service.model : *path.steps.back().model,
              path.column);
      }
    }
  }

 private:
  void Check(const Service& service, const Method& method, const Model& model,
             int column) {
    Check(
        model, model.columns[static_cast<size_t>(column)],
        absl::StrCat("is what ", service.name, ".", method.name, " filters by"),
        method.places.element);
  }

  void Check(const Model& model, const Field& field, absl::string_view use,
             const Place& place) {
    if (model.IsIndexed(field.column->name)) return;
    const std::string element = absl::StrCat(model.name, ".", field.name);
    const std::string fact =
        absl::StrCat("it ", use, ", and no index begins with it");
    const std::string mend =
        absl::StrCat("give ", model.short_name, " index { field: \"",
                     field.name, "\" }, or leave strict_index out");
    if (strict_) {
      diagnostics_.Report(place, element, fact, mend);
    } else {
      diagnostics_.Warn(place, element, fact, mend);
    }
  }

  const bool strict_;
  Diagnostics& diagnostics_;
};

}  // namespace

void CheckIndexed(const Schema& schema, bool strict, Diagnostics& diagnostics) {
  IndexRules rules(strict, diagnostics);
  for (const std::unique_ptr<File>& file : schema.files) {
    for (const auto& model : file->models) rules.Check(*model);
    for (const Service& service : file->services) {
      if (service.model == nullptr) continue;
      for (const Method& method : service.methods) {
        rules.Check(service, method);
      }
    }
  }
}

}  // namespace modelservice::plugin
