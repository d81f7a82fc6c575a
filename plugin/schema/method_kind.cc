#include "plugin/schema/method_kind.h"

#include "absl/strings/str_cat.h"

namespace modelservice::plugin {
namespace {

// Whether `name` is `verb` and `noun`, in the singular or in the plural. Any
// plausible plural will do: nobody calls a custom method ListBoxs.
bool IsOfNoun(const std::string& name, absl::string_view verb,
              const std::string& noun, bool plural) {
  const std::string singular = absl::StrCat(verb, noun);
  if (name == singular) return true;
  if (!plural) return false;
  if (name == absl::StrCat(singular, "s") ||
      name == absl::StrCat(singular, "es")) {
    return true;
  }
  return noun.back() == 'y' &&
         name == absl::StrCat(singular.substr(0, singular.size() - 1), "ies");
}

MethodKind ByOption(MethodSettings::Kind kind) {
  switch (kind) {
    case MethodSettings::LIST:
      return MethodKind::kList;
    case MethodSettings::RETRIEVE:
      return MethodKind::kRetrieve;
    case MethodSettings::CREATE:
      return MethodKind::kCreate;
    case MethodSettings::UPDATE:
      return MethodKind::kUpdate;
    case MethodSettings::PARTIAL_UPDATE:
      return MethodKind::kPartialUpdate;
    case MethodSettings::DESTROY:
      return MethodKind::kDestroy;
    // The others are refused as not supported yet.
    default:
      return MethodKind::kCustom;
  }
}

MethodKind ByName(const std::string& name, const std::string& noun) {
  if (name == "Stream" || name == "List" ||
      IsOfNoun(name, "List", noun, true)) {
    return MethodKind::kList;
  }
  if (name == "Retrieve" || name == "Get" ||
      IsOfNoun(name, "Get", noun, false)) {
    return MethodKind::kRetrieve;
  }
  if (name == "Create" || IsOfNoun(name, "Create", noun, false)) {
    return MethodKind::kCreate;
  }
  if (name == "Update" || IsOfNoun(name, "Update", noun, false)) {
    return MethodKind::kUpdate;
  }
  if (name == "PartialUpdate" || name == "Patch") {
    return MethodKind::kPartialUpdate;
  }
  if (name == "Destroy" || name == "Delete" ||
      IsOfNoun(name, "Delete", noun, false)) {
    return MethodKind::kDestroy;
  }
  return MethodKind::kCustom;
}

// Whether the name is that of a standard method that is not built yet.
bool IsUnsupportedName(const std::string& name, const std::string& noun) {
  if (name == "Undelete" || IsOfNoun(name, "Undelete", noun, false)) {
    return true;
  }
  for (absl::string_view verb :
       {"BatchGet", "BatchCreate", "BatchUpdate", "BatchDelete"}) {
    if (name == verb || IsOfNoun(name, verb, noun, true)) return true;
  }
  return false;
}

}  // namespace

MethodKind FindKind(const Method& method, const Model* model,
                    const std::string& element, Diagnostics& diagnostics) {
  const MethodSettings::Kind kind = method.settings.kind();
  const Place& place = method.places.Of({MethodSettings::kKindFieldNumber});
  if (model == nullptr) {
    if (ByOption(kind) != MethodKind::kCustom) {
      diagnostics.Report(place, element,
                         absl::StrCat("kind: ", MethodSettings::Kind_Name(kind),
                                      " needs a model"),
                         "set model in the service's option, or drop kind");
    }
    return MethodKind::kCustom;
  }
  if (kind != MethodSettings::KIND_UNSPECIFIED) return ByOption(kind);
  if (IsUnsupportedName(method.name, model->short_name)) {
    diagnostics.Report(method.places.element, element,
                       "this standard method is not supported yet",
                       "remove it, or set kind: CUSTOM and implement it");
    return MethodKind::kCustom;
  }
  return ByName(method.name, model->short_name);
}

}  // namespace modelservice::plugin
