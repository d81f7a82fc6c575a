// What a field may be to a List: filtered by, ordered by, searched, left out.
#include "absl/strings/str_cat.h"
#include "modelservice/schema/text_column.h"
#include "plugin/schema/field_rules.h"

namespace modelservice::plugin {
namespace {

// Why not everybody who may call may read the field; or "".
absl::string_view WhyHidden(const Field& field) {
  if (field.spec().input_only) return "INPUT_ONLY";
  const bool has_rule = field.settings.has_read_requires() &&
                        field.settings.read_requires() != "any";
  return has_rule ? "read_requires" : "";
}

// Which rows come, and in which order, tells what is in a field.
void CheckReadByAll(FieldUnderTest& test, int setting, absl::string_view name) {
  const absl::string_view why = WhyHidden(test.field());
  if (why.empty()) return;
  test.Report(
      setting,
      absl::StrCat(name, ": the field is not for everybody to read (", why,
                   "), but which rows a List gives would tell "
                   "its values"),
      absl::StrCat("drop it, or ", why));
}

}  // namespace

void CheckListing(FieldUnderTest test) {
  const Field& field = test.field();
  const FieldSettings& settings = field.settings;
  if (settings.filterable()) {
    CheckReadByAll(test, FieldSettings::kFilterableFieldNumber, "filterable");
  }
  if (settings.sortable()) {
    CheckReadByAll(test, FieldSettings::kSortableFieldNumber, "sortable");
    if (!field.comparable()) {
      test.Report(FieldSettings::kSortableFieldNumber,
                  "sortable: the field holds no single value to compare",
                  "drop it");
    }
  }
  if (settings.full_view() && test.model().IsKey(field)) {
    test.Report(FieldSettings::kFullViewFieldNumber,
                "full_view: a key is in every view, for rows are named by it",
                "drop it");
  }
  if (!settings.searchable()) return;
  CheckReadByAll(test, FieldSettings::kSearchableFieldNumber, "searchable");
  if (field.spec().storage != Storage::kNative ||
      !HoldsText(field.type, field.repeated, field.spec().format,
                 settings.type())) {
    test.Report(FieldSettings::kSearchableFieldNumber,
                "searchable: words are looked for in texts, and the field is "
                "none",
                "drop it");
  }
}

void CheckFiltersNothing(FieldUnderTest test) {
  if (!test.field().filter.has_value()) return;
  test.ReportField("filter: it is for a field of a List's request",
                   "drop it; (modelservice.field).filterable is for the model");
}

}  // namespace modelservice::plugin
