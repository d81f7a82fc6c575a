#include "plugin/schema/request_fault.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "plugin/schema/words.h"

namespace modelservice::plugin {
namespace {

constexpr absl::string_view kCustom =
    ", or set kind: CUSTOM and implement the method";

bool IsTransient(const std::string& name, const Model& model) {
  return std::any_of(model.transients.begin(), model.transients.end(),
                     [&](const Field& field) { return field.name == name; });
}

bool IsFilled(const std::string& name, const Model& model) {
  return std::any_of(
      model.relations.begin(), model.relations.end(),
      [&](const Relation& relation) { return relation.field.name == name; });
}

// What to do with a field that was meant for another one; or "".
std::string Meant(const Model& model, const Method& method,
                  const MessageField& field, std::vector<std::string> names) {
  const bool updates = method.kind == MethodKind::kUpdate ||
                       method.kind == MethodKind::kPartialUpdate;
  if (updates && IsFieldMask(field)) return "name it update_mask";
  // These two have the model in a field, not beside others.
  if (SingleKind(method.kind) != MethodKind::kCreate &&
      method.kind != MethodKind::kUpdate) {
    for (const Field& column : model.columns) names.push_back(column.name);
  }
  // "order" is farther from "order_by" than a slip of the hand.
  constexpr size_t kShortest = 4;
  const auto longer =
      std::find_if(names.begin(), names.end(), [&](const std::string& name) {
        return field.name.size() >= kShortest &&
               absl::StartsWith(name, absl::StrCat(field.name, "_"));
      });
  const std::string closest =
      longer != names.end() ? *longer : Closest(field.name, names);
  return closest.empty() ? "" : absl::StrCat("did you mean \"", closest, "\"?");
}

}  // namespace

RequestFault FaultOfRequestField(const Model& model, const Method& method,
                                 const MessageField& field,
                                 absl::string_view mend,
                                 std::vector<std::string> names) {
  const std::string what =
      absl::StrCat(field.name, " of ", method.request.name);
  const size_t lookup = field.name.find("__");
  if (lookup != std::string::npos &&
      model.FindColumn(field.name.substr(0, lookup)) >= 0) {
    return {absl::StrCat(what, ": not supported yet"),
            absl::StrCat("remove it", kCustom)};
  }
  if (field.name == "show_deleted" || field.name == "etag") {
    const bool etag = field.name == "etag";
    if (model.FieldIn(etag ? Role::kEtag : Role::kDeleteTime) != nullptr) {
      return {absl::StrCat(what, " has no meaning in a method of this kind"),
              absl::StrCat("drop it", kCustom)};
    }
    return {
        absl::StrCat(what, " has no meaning, for ", model.short_name,
                     " has no field of role ", etag ? "ETAG" : "DELETE_TIME"),
        absl::StrCat("give it one, drop ", field.name, kCustom)};
  }
  if (IsTransient(field.name, model)) {
    return {absl::StrCat(what, " has no meaning, for ", model.short_name, ".",
                         field.name, " is transient"),
            absl::StrCat("drop it, or transient", kCustom)};
  }
  if (IsFilled(field.name, model)) {
    return {absl::StrCat(what, " has no meaning, for ", model.short_name, ".",
                         field.name, " has no column"),
            absl::StrCat("drop it", kCustom)};
  }
  std::string meant = Meant(model, method, field, std::move(names));
  if (meant.empty()) meant = absl::StrCat(mend, kCustom);
  return {absl::StrCat(what, " has no meaning"), std::move(meant)};
}

RequestFault FaultOfType(const Model& model, const MessageField& field,
                         const MessageField& target) {
  const std::string has = absl::StrCat(
      field.repeated && !field.map ? "repeated " : "", field.type_name);
  const std::string wants = absl::StrCat(
      target.repeated && !target.map ? "repeated " : "", target.type_name);
  return {absl::StrCat(field.name, " is ", has, ", but ", model.short_name, ".",
                       target.name, " is ", wants),
          absl::StrCat("make it ", wants)};
}

RequestFault NoteOfShadowed(const Model& model, const Method& method,
                            const MessageField& field,
                            absl::string_view meaning) {
  return {absl::StrCat(field.name, " of ", method.request.name, " ", meaning,
                       ", and not ", model.short_name, ".", field.name),
          absl::StrCat("rename that field, with column: \"", field.name,
                       "\", if it was meant")};
}

std::string MendOfMessage(const Message& message, absl::string_view what) {
  return absl::StartsWith(message.full_name, "google.protobuf.")
             ? absl::StrCat("name a message of your own with ", what,
                            " in place of ", message.full_name)
             : absl::StrCat("give ", message.name, " ", what);
}

bool IsFieldMask(const MessageField& field) {
  return !field.repeated && field.type_name == "google.protobuf.FieldMask";
}

}  // namespace modelservice::plugin
