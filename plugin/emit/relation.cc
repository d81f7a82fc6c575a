#include "plugin/emit/relation.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "plugin/emit/text.h"

namespace modelservice::plugin {
namespace {

using Kind = Relation::Kind;

bool HasThrough(const Relation& relation) {
  return relation.kind == Kind::kThrough || relation.kind == Kind::kKeys;
}

// The runtime's type of the way.
std::string WayType(const Relation& relation, absl::string_view from) {
  const std::string& target = relation.target->cpp_type;
  switch (relation.kind) {
    case Kind::kOne:
      return absl::StrCat("Relation<", from, ", ", target, ", ", relation.key,
                          ">");
    case Kind::kBack:
      return absl::StrCat("RelatedRows<", from, ", ", target, ", ",
                          relation.key, ">");
    case Kind::kThrough:
    case Kind::kKeys:
      break;
  }
  return absl::StrCat(
      relation.kind == Kind::kKeys ? "ThroughKeys<" : "ThroughRows<", from,
      ", ", target, ", ", relation.through->cpp_type, ", ", relation.key, ", ",
      relation.to, ">");
}

std::string KindName(Kind kind) {
  switch (kind) {
    case Kind::kOne:
      return "kOne";
    case Kind::kBack:
      return "kBack";
    case Kind::kThrough:
      return "kThrough";
    case Kind::kKeys:
      return "kKeys";
  }
  return "kOne";
}

std::string WriteName(RelationSettings::Write write) {
  if (write == RelationSettings::REPLACE) return "kReplace";
  return write == RelationSettings::MERGE ? "kMerge" : "";
}

std::string GetModel(const Model& model) {
  return absl::StrCat("&::modelservice::ModelOf<", model.cpp_type, ">::Get");
}

}  // namespace

void EmitThroughRows(const Model& model, absl::string_view from, Printer& out) {
  for (const Relation& relation : model.relations) {
    if (!HasThrough(relation)) continue;
    const std::string comment = absl::StrCat(
        "/// The rows of ", CommentLine(relation.target->name),
        " that those of ", CommentLine(relation.through->name), " lead to.");
    out.Emit({{"comment", from == "Message" ? comment : ""},
              {"way", absl::StrCat("static constexpr ::modelservice::",
                                   WayType(relation, from), " ",
                                   FilledMember(model, relation), "{};")}},
             R"(
               $comment$
               $way$
             )");
  }
}

void EmitFilledFields(const Model& model, Printer& out) {
  for (const Relation& relation : model.relations) {
    out.Emit({{"field", absl::StrCat("inline constexpr int kFilledField<",
                                     WayType(relation, model.cpp_type),
                                     "> = ", relation.field.number, ";")}},
             R"(
               template <>
               $field$

             )");
  }
}

std::string EmitRelatedFields(const Model& model, UniqueNames& names,
                              Printer& out) {
  if (model.relations.empty()) return "";
  std::vector<std::string> fields;
  for (const Relation& relation : model.relations) {
    const Field& field = relation.field;
    std::string item = absl::StrCat(
        "{", StringLiteral(field.name), ", ", field.number,
        ", ::modelservice::RelatedField::Kind::", KindName(relation.kind), ", ",
        field.repeated ? "true, " : "false, ", GetModel(*relation.target), ", ",
        relation.key);
    const std::string write =
        HasThrough(relation) ? ""
                             : WriteName(field.settings.relation().write());
    const bool in_basic =
        field.settings.has_full_view() && !field.settings.full_view();
    const bool has_more = HasThrough(relation) || !write.empty() || in_basic;
    if (!field.repeated) {
      absl::StrAppend(&item, ", &::modelservice::MutableField<", model.cpp_type,
                      ", &", model.cpp_type, "::mutable_", field.cpp_name, ">");
    } else if (has_more) {
      absl::StrAppend(&item, ", nullptr");
    }
    if (HasThrough(relation)) {
      absl::StrAppend(&item, ", ", GetModel(*relation.through), ", ",
                      relation.to);
    } else if (has_more) {
      absl::StrAppend(&item, ", nullptr, -1");
    }
    if (!write.empty() || in_basic) {
      absl::StrAppend(&item, ", ::modelservice::RelatedField::Write::",
                      write.empty() ? "kNone" : write);
    }
    if (in_basic) absl::StrAppend(&item, ", /*in_basic=*/true");
    fields.push_back(item + "}");
  }
  const std::string name =
      names.Make(absl::StrCat("k", model.class_name, "Related"));
  out.EmitList(
      absl::StrCat("constexpr ::modelservice::RelatedField ", name, "[]"),
      fields);
  out.Blank();
  return name;
}

}  // namespace modelservice::plugin
