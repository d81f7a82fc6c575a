// What renamed_from says of names that are gone.
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "plugin/schema/field_rules.h"
#include "plugin/schema/model_rules.h"

namespace modelservice::plugin {
namespace {

void CheckField(FieldUnderTest test, std::set<std::string>& seen) {
  constexpr int kSetting = FieldSettings::kRenamedFromFieldNumber;
  const Field& field = test.field();
  if (!field.settings.has_renamed_from()) return;
  const std::string& old_name = field.settings.renamed_from();
  const auto report = [&](absl::string_view fault, absl::string_view mend) {
    test.Report(kSetting, absl::StrCat("renamed_from: ", fault), mend);
  };
  if (old_name.empty()) {
    report("it is empty", "name the field that was, or drop it");
  } else if (old_name == field.name) {
    report("it is the field's own name", "name the one that was, or drop it");
  } else if (test.model().FindColumn(old_name) >= 0) {
    report(absl::StrCat(test.model().short_name, " has a field ", old_name,
                        " still"),
           "drop renamed_from, or that field");
  } else if (!seen.insert(old_name).second) {
    report(absl::StrCat("another field was \"", old_name, "\", too"),
           "leave it to the one that takes over its values");
  }
}

}  // namespace

void CheckFieldsRenamed(const Model& model, Diagnostics& diagnostics) {
  std::set<std::string> seen;
  for (const Field& field : model.columns) {
    CheckField({model, field, diagnostics}, seen);
  }
}

void CheckModelsRenamed(const File& file, Diagnostics& diagnostics) {
  std::set<std::string> seen;
  for (const auto& model : file.models) {
    if (!model->settings.has_renamed_from()) continue;
    const auto report = [&](absl::string_view fault, absl::string_view mend) {
      diagnostics.Report(
          model->places.Of({ModelSettings::kRenamedFromFieldNumber}),
          model->name, absl::StrCat("renamed_from: ", fault), mend);
    };
    const std::string& written = model->settings.renamed_from();
    const std::string package = model->full_name.substr(
        0, model->full_name.size() - model->name.size());
    const std::string old_name = absl::StrContains(written, '.')
                                     ? written
                                     : absl::StrCat(package, written);
    if (written.empty()) {
      report("it is empty", "name the message that was, or drop it");
      continue;
    }
    if (old_name == model->full_name) {
      report("it is the message's own name",
             "name the one that was, or drop it");
      continue;
    }
    for (const auto& other : file.models) {
      if (other->full_name != old_name) continue;
      report(absl::StrCat(other->name, " is a model still"),
             "drop renamed_from, or that message");
    }
    if (!seen.insert(old_name).second) {
      report(absl::StrCat("another message was \"", written, "\", too"),
             "leave it to the one that takes over its rows");
    }
  }
}

}  // namespace modelservice::plugin
