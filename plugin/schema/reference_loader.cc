#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "plugin/schema/model_loader.h"
#include "plugin/schema/stored_type.h"
#include "plugin/schema/type_families.h"

namespace modelservice::plugin {
namespace {

ReferentialAction ActionOf(ReferenceSettings::Action action) {
  switch (action) {
    case ReferenceSettings::ACTION_UNSPECIFIED:
    case ReferenceSettings::NO_ACTION:
      return ReferentialAction::kNoAction;
    case ReferenceSettings::RESTRICT:
      return ReferentialAction::kRestrict;
    case ReferenceSettings::CASCADE:
      return ReferentialAction::kCascade;
    case ReferenceSettings::SET_NULL:
      return ReferentialAction::kSetNull;
    case ReferenceSettings::SET_DEFAULT:
      return ReferentialAction::kSetDefault;
  }
  return ReferentialAction::kNoAction;
}

// Resolves the reference of one field.
class ReferenceLoader {
 public:
  // Of the field at `position` of the model's columns.
  ReferenceLoader(ModelFinder& finder, Model& model, size_t position,
                  Diagnostics& diagnostics)
      : finder_(finder),
        model_(model),
        field_(model.columns[position]),
        column_(model.table.columns[position]),
        diagnostics_(diagnostics) {}

  void Load() {
    const ReferenceSettings& settings = field_.settings.references();
    if (field_.repeated) {
      Report("references: a repeated field is no foreign key",
             "make it singular, or a model in between");
      return;
    }
    const Model* target = FindTarget(settings);
    if (target == nullptr) return;
    const Field* column = FindColumn(settings, *target);
    if (column == nullptr) return;
    if (!SameFamily(field_, *column)) {
      Report(absl::StrCat("references: its type ", field_.type_name,
                          " differs from ", column->type_name, " of ",
                          target->name, ".", column->name),
             "give both the same type");
      return;
    }
    // A reference to a UUID is a UUID.
    if (column_.field->format == Format::kNone) {
      column_.field->format = column->spec().format;
    }
    if (!CanReferTo(field_, *column)) {
      Report(absl::StrCat("references: it is stored as ", StoredAs(field_),
                          ", but ", target->name, ".", column->name, " as ",
                          StoredAs(*column)),
             "give both the same storage, format and type");
      return;
    }
    if (field_.empty_is_null() && !column_.field->required &&
        !model_.IsKey(field_)) {
      column_.nullable = true;
    }
    field_.target = target;
    CheckRelatedName(settings, *target);
    ReferenceSpec reference;
    reference.columns = {column_.name};
    reference.schema = target->table.schema;
    reference.table = target->table.name;
    reference.referenced = {column->column->name};
    reference.on_delete = ActionOf(settings.on_delete());
    reference.on_update = ActionOf(settings.on_update());
    reference.visible_only = settings.visible_only();
    model_.table.foreign_keys.push_back(std::move(reference));
  }

 private:
  const Model* FindTarget(const ReferenceSettings& settings) {
    if (settings.model().empty()) {
      Report("references: no model is named", "set references.model");
      return nullptr;
    }
    NameFault fault;
    const Model* const target =
        finder_.Find(model_.full_name, settings.model(), &fault);
    if (target == nullptr) {
      Report(absl::StrCat("references: ", fault.fault), fault.mend);
    }
    return target;
  }

  const Field* FindColumn(const ReferenceSettings& settings,
                          const Model& target) {
    if (!settings.has_field()) {
      const std::vector<std::string>& key = target.table.primary_key;
      if (key.size() == 1) return &target.FieldOf(key[0]);
      // A model without any key has a diagnostic of its own.
      if (!key.empty()) {
        Report(absl::StrCat("references: ", target.name,
                            " has a key of several fields"),
               "name one unique field of it in references.field");
      }
      return nullptr;
    }
    const int column = target.FindColumn(settings.field());
    if (column < 0) {
      std::string mend = MendOfField(settings.field(), target);
      if (!absl::EndsWith(mend, "?")) {
        absl::StrAppend(&mend, ", or none for the primary key");
      }
      Report(absl::StrCat("references: ", target.name, " has no field \"",
                          settings.field(), "\""),
             mend);
      return nullptr;
    }
    if (!target.IsUnique(column)) {
      Report(absl::StrCat("references: ", target.name, ".", settings.field(),
                          " is not unique"),
             "set unique there, or refer to the primary key");
      return nullptr;
    }
    return &target.columns[static_cast<size_t>(column)];
  }

  // The way back is a member of what is generated for the other model.
  void CheckRelatedName(const ReferenceSettings& settings,
                        const Model& target) {
    if (!settings.has_related_name()) return;
    if (!IsIdentifier(settings.related_name())) {
      Report(absl::StrCat("references: related_name: \"",
                          settings.related_name(), "\" is no name"),
             "write small letters, digits and underscores, a letter first");
    } else if (target.proto_file != model_.proto_file) {
      Report(absl::StrCat("references: related_name: the code of \"",
                          target.proto_file, "\", which has ", target.name,
                          ", cannot know of this file's"),
             absl::StrCat("drop it and write RowsBy(", model_.class_name,
                          "Model::...) in C++"));
    }
  }

  static bool IsIdentifier(absl::string_view name) {
    return !name.empty() && absl::ascii_islower(Unsigned(name.front())) &&
           std::all_of(name.begin(), name.end(), [](char c) {
             return absl::ascii_islower(Unsigned(c)) ||
                    absl::ascii_isdigit(Unsigned(c)) || c == '_';
           });
  }
  static unsigned char Unsigned(char c) {
    return static_cast<unsigned char>(c);
  }

  void Report(absl::string_view fault, absl::string_view mend) {
    diagnostics_.Report(
        field_.places.Of({FieldSettings::kReferencesFieldNumber}),
        absl::StrCat(model_.name, ".", field_.name), fault, mend);
  }

  ModelFinder& finder_;
  Model& model_;
  Field& field_;
  ColumnSpec& column_;
  Diagnostics& diagnostics_;
};

}  // namespace

void LoadReferences(ModelFinder& finder, Model& model,
                    Diagnostics& diagnostics) {
  for (size_t i = 0; i < model.columns.size(); ++i) {
    if (!model.columns[i].settings.has_references()) continue;
    ReferenceLoader(finder, model, i, diagnostics).Load();
  }
}

}  // namespace modelservice::plugin
