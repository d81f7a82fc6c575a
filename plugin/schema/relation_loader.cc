#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "plugin/schema/model_loader.h"
#include "plugin/schema/type_families.h"

namespace modelservice::plugin {
namespace {

using Kind = Relation::Kind;

// Finds what fills one field.
class RelationLoader {
 public:
  RelationLoader(ModelFinder& finder, Model& model, Relation& relation,
                 Diagnostics& diagnostics)
      : finder_(finder),
        model_(model),
        relation_(relation),
        field_(relation.field),
        settings_(relation.field.settings.relation()),
        diagnostics_(diagnostics) {}

  void Load() {
    CheckSettings();
    if (field_.map || field_.group || !field_.oneof.empty()) {
      Report(setting(),
             "no map, group or member of a oneof is filled with rows",
             absl::StrCat("drop ", setting(), ", or make it a plain field"));
    } else if (has_through()) {
      LoadThrough();
    } else if (field_.type != FieldType::kMessage) {
      Report("relation", absl::StrCat("no row is of type ", field_.type_name),
             "make its type a model, or name in `through` the one in between");
    } else if (settings_.has_to()) {
      Report("relation", "`to` is of a model in between, and there is none",
             "drop it, or set through");
    } else if (const Model* const target = FindType()) {
      LoadDirect(*target);
    }
    if (relation_.target == nullptr) return;
    CheckTwice();
    if (settings_.write() > RelationSettings::NONE &&
        relation_.kind != Kind::kBack) {
      Report("relation", "only rows that refer to this one are written with it",
             "drop write");
    } else if (settings_.write() > RelationSettings::NONE) {
      CheckWritten(*relation_.target);
    }
  }

 private:
  bool has_through() const { return field_.settings.has_through(); }
  const char* setting() const { return has_through() ? "through" : "relation"; }

  // It is no column's.
  void CheckSettings() {
    std::vector<const google::protobuf::FieldDescriptor*> set;
    field_.settings.GetReflection()->ListFields(field_.settings, &set);
    for (const google::protobuf::FieldDescriptor* other : set) {
      if (other->number() == FieldSettings::kRelationFieldNumber ||
          other->number() == FieldSettings::kThroughFieldNumber ||
          other->number() == FieldSettings::kFullViewFieldNumber) {
        continue;
      }
      diagnostics_.Report(
          field_.places.Of({other->number()}), Element(),
          absl::StrCat(other->name(),
                       " has no effect on a field that a relation fills"),
          absl::StrCat("drop it, or ", setting()));
    }
    if (field_.label_required) {
      Report(setting(), "a required field is not there until it is asked for",
             "make it optional");
    }
  }

  const Model* FindType() {
    NameFault fault;
    const Model* const target = finder_.Find(
        model_.full_name, absl::StrCat(".", field_.type_name), &fault);
    if (target == nullptr) Report("relation", fault.fault, fault.mend);
    return target;
  }

  // By a key of this model's, or by one of the other's.
  void LoadDirect(const Model& target) {
    const std::vector<int> back = KeysTo(target, model_);
    if (!field_.repeated) {
      const std::vector<int> own = KeysTo(model_, target);
      const auto is_named = [&](int key) {
        return NameOf(target, key) == settings_.field();
      };
      const bool means_back =
          settings_.has_field() && model_.FindColumn(settings_.field()) < 0 &&
          std::any_of(back.begin(), back.end(), is_named) &&
          std::none_of(own.begin(), own.end(), [&](int key) {
            return NameOf(model_, key) == settings_.field();
          });
      if (!own.empty() && !means_back) {
        Set(Kind::kOne, target, Choose(own, model_, target));
        return;
      }
    }
    if (back.empty()) {
      const bool many = field_.repeated;
      Report(
          "relation",
          absl::StrCat(many ? target.name : model_.name,
                       " has no reference to ",
                       many ? model_.name : target.name),
          absl::StrCat("give a field of ", many ? target.name : model_.name,
                       " references { model: \"",
                       many ? model_.short_name : target.short_name, "\" }"));
      return;
    }
    const int key = Choose(back, target, model_);
    if (key >= 0 && !field_.repeated && !target.IsUniqueKey(key)) {
      Report("relation",
             absl::StrCat("many rows of ", target.name, " may refer to one of ",
                          model_.name, " by ", NameOf(target, key)),
             "make it repeated, or set unique there");
      return;
    }
    Set(Kind::kBack, target, key);
  }

  void LoadThrough() {
    if (!field_.repeated) {
      Report("through", "rows in between lead to many", "make it repeated");
      return;
    }
    NameFault fault;
    const Model* const through =
        finder_.Find(model_.full_name, field_.settings.through(), &fault);
    if (through == nullptr) {
      Report("through", fault.fault, fault.mend);
      return;
    }
    const bool of_rows = field_.type == FieldType::kMessage && !field_.wrapper;
    const Model* const type = of_rows ? FindType() : nullptr;
    if (of_rows && type == nullptr) return;

    std::vector<int> from = ColumnsTo(*through, model_);
    if (from.empty() && !KeysTo(*through, model_).empty()) {
      Report("through",
             absl::StrCat(through->name, " refers to ", model_.name,
                          " by several fields, and rows are related through "
                          "keys of one"),
             "fill a repeated field of the model in between");
      return;
    }
    if (from.empty()) {
      Report("through",
             absl::StrCat(through->name, " has no reference to ", model_.name),
             absl::StrCat("give a field of it references { model: \"",
                          model_.short_name, "\" }"));
      return;
    }
    if (!settings_.has_field()) {
      if (settings_.has_to()) {
        from.erase(std::remove_if(from.begin(), from.end(),
                                  [&](int key) {
                                    return NameOf(*through, key) ==
                                           settings_.to();
                                  }),
                   from.end());
      } else if (from.size() == 2 && OthersOf(*through, {}).size() == 2) {
        from.resize(1);  // between a model and itself
      }
    }
    if (from.empty()) {
      Report("relation",
             absl::StrCat("`to` is ", settings_.to(), ", which refers to ",
                          model_.name),
             "name the field that refers to the other model");
      return;
    }
    const int column = Choose(from, *through, model_);
    if (column < 0) return;
    const std::vector<int> others = OthersOf(*through, {column}, type);
    const std::string of =
        type == nullptr ? "another model" : std::string(type->name);
    if (others.empty()) {
      Report("through",
             absl::StrCat(through->name, " has no reference to ", of,
                          " beside ", NameOf(*through, column)),
             "give one of its fields references to it");
      return;
    }
    const int to = ChooseBy(others, *through, of, settings_.has_to(),
                            settings_.to(), "to");
    if (to < 0) return;
    const Field& key = through->columns[static_cast<size_t>(to)];
    relation_.through = through;
    relation_.to = to;
    if (type == nullptr &&
        (field_.wrapper || !SameFamily(Single(field_), Single(key)))) {
      Report("through",
             absl::StrCat("its type ", field_.type_name,
                          " is not that of keys of ", key.target->name, ", ",
                          key.type_name),
             absl::StrCat("make it a repeated ", key.type_name));
      return;
    }
    Set(type == nullptr ? Kind::kKeys : Kind::kThrough, *key.target, column);
  }

  static MessageField Single(MessageField field) {
    field.repeated = false;
    return field;
  }

  // The keys of `from` that refer to `to`.
  static std::vector<int> KeysTo(const Model& from, const Model& to) {
    std::vector<int> keys;
    for (int key = 0; key < from.key_count(); ++key) {
      if (from.TargetOf(key) == &to) keys.push_back(key);
    }
    return keys;
  }
  // Those that are a column.
  static std::vector<int> ColumnsTo(const Model& from, const Model& to) {
    std::vector<int> keys = KeysTo(from, to);
    keys.erase(std::remove_if(keys.begin(), keys.end(),
                              [&](int key) {
                                return key >=
                                       static_cast<int>(from.columns.size());
                              }),
               keys.end());
    return keys;
  }
  // Those that refer to `to`, or to anything when null.
  static std::vector<int> OthersOf(const Model& through,
                                   const std::vector<int>& but,
                                   const Model* to = nullptr) {
    std::vector<int> keys;
    for (size_t i = 0; i < through.columns.size(); ++i) {
      const int column = static_cast<int>(i);
      const Model* const target = through.columns[i].target;
      if (target == nullptr || (to != nullptr && target != to)) continue;
      if (std::find(but.begin(), but.end(), column) == but.end()) {
        keys.push_back(column);
      }
    }
    return keys;
  }

  // The one that `relation.field` names, or the only one.
  int Choose(const std::vector<int>& keys, const Model& from, const Model& to) {
    return ChooseBy(keys, from, to.name, settings_.has_field(),
                    settings_.field(), "field");
  }
  int ChooseBy(const std::vector<int>& keys, const Model& from,
               const std::string& to, bool named, const std::string& name,
               absl::string_view name_setting) {
    std::vector<std::string> names;
    for (const int key : keys) {
      if (named && NameOf(from, key) == name) return key;
      names.push_back(NameOf(from, key));
    }
    if (!named && keys.size() == 1) return keys.front();
    const std::string list = absl::StrJoin(names, ", ");
    if (named) {
      Report("relation",
             absl::StrCat(from.name, " refers to ", to, " by ", list,
                          ", and not by \"", name, "\""),
             absl::StrCat("name it in relation.", name_setting));
    } else {
      Report(setting(),
             absl::StrCat(from.name, " refers to ", to, " by ", list),
             absl::StrCat("name one of them in relation.", name_setting));
    }
    return -1;
  }

  void Set(Kind kind, const Model& target, int key) {
    if (key < 0) return;
    relation_.kind = kind;
    relation_.target = &target;
    relation_.key = key;
  }

  // Whoever may write the row may write these.
  void CheckWritten(const Model& target) {
    for (const Field& field : target.columns) {
      if (field.settings.write_requires().empty()) continue;
      Report("relation",
             absl::StrCat("write: ", target.name, ".", field.name,
                          " has write_requires, which only methods of its own "
                          "service ask for"),
             "drop one of the two");
      return;
    }
  }

  // A way fills one field.
  void CheckTwice() {
    for (const Relation& other : model_.relations) {
      if (&other == &relation_) return;
      if (other.target == nullptr || other.kind != relation_.kind ||
          other.target != relation_.target ||
          other.through != relation_.through || other.key != relation_.key ||
          other.to != relation_.to) {
        continue;
      }
      Report(setting(),
             absl::StrCat("it is filled as ", other.field.name, " is"),
             "drop one of the two");
    }
  }

  static const std::string& NameOf(const Model& model, int key) {
    return model.NameOfKey(key);
  }
  std::string Element() const {
    return absl::StrCat(model_.name, ".", field_.name);
  }
  void Report(absl::string_view what, absl::string_view fault,
              absl::string_view mend) {
    const int number = what == "through" ? FieldSettings::kThroughFieldNumber
                                         : FieldSettings::kRelationFieldNumber;
    diagnostics_.Report(field_.places.Of({number}), Element(),
                        absl::StrCat(what, ": ", fault), mend);
  }

  ModelFinder& finder_;
  Model& model_;
  Relation& relation_;
  const Field& field_;
  const RelationSettings& settings_;
  Diagnostics& diagnostics_;
};

}  // namespace

void LoadRelations(ModelFinder& finder, Model& model,
                   Diagnostics& diagnostics) {
  for (Relation& relation : model.relations) {
    RelationLoader(finder, model, relation, diagnostics).Load();
  }
}

}  // namespace modelservice::plugin
