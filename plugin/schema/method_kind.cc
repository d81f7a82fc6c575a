#include "plugin/schema/method_kind.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "plugin/schema/words.h"

namespace modelservice::plugin {
namespace {

// Whether `name` is `verb` and the model's name, in the singular or in the
// plural.
bool IsOfModel(absl::string_view name, absl::string_view verb,
               const Model& model, bool plural) {
  if (!absl::ConsumePrefix(&name, verb)) return false;
  if (name == model.short_name) return true;
  return plural &&
         (IsPluralOf(name, model.short_name) ||
          (!name.empty() && name == CamelCase(model.resource_plural)));
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
    case MethodSettings::UNDELETE:
      return MethodKind::kUndelete;
    case MethodSettings::BATCH_GET:
      return MethodKind::kBatchGet;
    case MethodSettings::BATCH_CREATE:
      return MethodKind::kBatchCreate;
    case MethodSettings::BATCH_UPDATE:
      return MethodKind::kBatchUpdate;
    case MethodSettings::BATCH_DELETE:
      return MethodKind::kBatchDelete;
    case MethodSettings::BULK_CREATE:
      return MethodKind::kBulkCreate;
    case MethodSettings::AGGREGATE:
      return MethodKind::kAggregate;
    // The others are refused as not supported yet.
    default:
      return MethodKind::kCustom;
  }
}

MethodKind ByName(const std::string& name, const Model& model) {
  if (name == "Stream" || name == "List" ||
      IsOfModel(name, "List", model, true)) {
    return MethodKind::kList;
  }
  if (name == "Retrieve" || name == "Get" ||
      IsOfModel(name, "Get", model, false)) {
    return MethodKind::kRetrieve;
  }
  if (name == "Create" || IsOfModel(name, "Create", model, false)) {
    return MethodKind::kCreate;
  }
  if (name == "Update" || IsOfModel(name, "Update", model, false)) {
    return MethodKind::kUpdate;
  }
  if (name == "PartialUpdate" || name == "Patch") {
    return MethodKind::kPartialUpdate;
  }
  if (name == "Destroy" || name == "Delete" ||
      IsOfModel(name, "Delete", model, false)) {
    return MethodKind::kDestroy;
  }
  if (name == "Undelete" || IsOfModel(name, "Undelete", model, false)) {
    return MethodKind::kUndelete;
  }
  constexpr std::pair<absl::string_view, MethodKind> kOfSeveral[] = {
      {"BatchGet", MethodKind::kBatchGet},
      {"BatchCreate", MethodKind::kBatchCreate},
      {"BatchUpdate", MethodKind::kBatchUpdate},
      {"BatchDelete", MethodKind::kBatchDelete},
      {"BulkCreate", MethodKind::kBulkCreate},
      {"Aggregate", MethodKind::kAggregate}};
  for (const auto& [verb, kind] : kOfSeveral) {
    if (name == verb || IsOfModel(name, verb, model, true)) return kind;
  }
  return MethodKind::kCustom;
}

// Whether the reply has rows of the model, as that of a List.
bool RepliesRows(const Method& method, const Model& model) {
  if (method.reply.full_name == model.full_name) {
    return method.server_streaming;
  }
  return std::any_of(method.reply.fields.begin(), method.reply.fields.end(),
                     [&](const MessageField& field) {
                       return field.repeated &&
                              field.type_name == model.full_name;
                     });
}

// The kind that a custom method looks like that is named almost like a standard
// one; "" for others.
absl::string_view Resembles(const Method& method, const Model& model) {
  absl::string_view name = method.name;
  if (absl::ConsumePrefix(&name, "List")) {
    return RepliesRows(method, model) ? "LIST" : "";
  }
  constexpr std::pair<absl::string_view, absl::string_view> kVerbs[] = {
      {"Get", "RETRIEVE"},
      {"Create", "CREATE"},
      {"Update", "UPDATE"},
      {"Delete", "DESTROY"},
      {"Undelete", "UNDELETE"}};
  for (const auto& [verb, kind] : kVerbs) {
    if (absl::ConsumePrefix(&name, verb)) {
      return Closest(name, {model.short_name}).empty() ? "" : kind;
    }
  }
  return "";
}

void NoteCustom(const Method& method, const Model& model,
                const std::string& element, Diagnostics& diagnostics) {
  const absl::string_view kind = Resembles(method, model);
  if (kind.empty()) return;
  diagnostics.Note(
      method.places.element, element,
      absl::StrCat("it is a custom method, for no ", kind, " of ",
                   model.short_name, " is named so"),
      absl::StrCat("set kind: ", kind, ", or kind: CUSTOM if that is meant"));
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
  const MethodKind by_name = ByName(method.name, *model);
  if (by_name == MethodKind::kCustom) {
    NoteCustom(method, *model, element, diagnostics);
  }
  return by_name;
}

}  // namespace modelservice::plugin
