#include "plugin/emit/model.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "plugin/emit/naming.h"
#include "plugin/emit/relation.h"
#include "plugin/emit/table.h"
#include "plugin/emit/text.h"
#include "plugin/emit/types.h"
#include "plugin/emit/value.h"

namespace modelservice::plugin {
namespace {

std::string RelationArguments(const Model& model, size_t column) {
  return absl::StrCat(model.columns[column].target->cpp_type, ", ",
                      ColumnConstant(model, static_cast<int>(column)));
}

// Whether the key is its column and the way in one.
bool IsWayItself(const Model& model, const Field& field) {
  return field.target != nullptr &&
         RelationMember(model, field) == ColumnMember(model, field);
}

// The type that a key has as a column and a way, or the way alone.
std::string RelationType(const Model& model, size_t column,
                         absl::string_view from, absl::string_view name) {
  const Field& field = model.columns[column];
  if (!IsWayItself(model, field)) {
    return absl::StrCat("::modelservice::Relation<", from, ", ",
                        RelationArguments(model, column), ">");
  }
  return absl::StrCat("::modelservice::KeyColumn<", from, ", ",
                      ColumnCppType(field), ", struct ", name, ", ",
                      RelationArguments(model, column), ">");
}

// The type beside each is for the compiler to name the column by.
void EmitTypedColumns(const Model& model, Printer& out) {
  for (size_t i = 0; i < model.columns.size(); ++i) {
    const Field& field = model.columns[i];
    const std::string member = ColumnMember(model, field);
    const bool is_way = IsWayItself(model, field);
    out.Emit(
        {{"comment", DocComment(field.comment)},
         {"member", member},
         {"column",
          is_way ? absl::StrCat("static const ",
                                RelationType(model, i, "Message", member), "& ",
                                member, ";")
                 : absl::StrCat(
                       "static constexpr ::modelservice::TypedColumn<Message, ",
                       ColumnCppType(field), ", struct ", member, "> ", member,
                       "{", ColumnConstant(model, static_cast<int>(i)), "};")}},
        R"(
          struct $member$;
          $comment$
          $column$
        )");
    if (field.target == nullptr || is_way) continue;
    out.Emit(
        {{"target", CommentLine(field.target->name)},
         {"field", CommentLine(field.name)},
         {"relation", absl::StrCat("static const ",
                                   RelationType(model, i, "Message", member),
                                   "& ", RelationMember(model, field), ";")}},
        R"(
               /// By $field$ to $target$.
               $relation$
             )");
  }
}

// The same of a model that another one refers to.
void EmitColumnsThrough(const Model& model, Printer& out) {
  for (size_t i = 0; i < model.columns.size(); ++i) {
    const Field& field = model.columns[i];
    const std::string member = ColumnMember(model, field);
    const std::string name = absl::StrCat(ModelClass(model), "::", member);
    const auto emit_relation = [&](const std::string& relation) {
      out.Emit({{"relation",
                 absl::StrCat("static constexpr const ",
                              RelationType(model, i, "Via", name), "& ",
                              relation, " = ::modelservice::kRelation;")}},
               R"(
                 $relation$
               )");
    };
    if (IsWayItself(model, field)) {
      emit_relation(member);
      continue;
    }
    out.Emit({{"column",
               absl::StrCat("static constexpr ::modelservice::RelatedColumn<",
                            "Via, ", ColumnCppType(field), ", struct ", name,
                            "> ", member, "{",
                            ColumnConstant(model, static_cast<int>(i)), "};")}},
             R"(
               $column$
             )");
    if (field.target != nullptr) emit_relation(RelationMember(model, field));
  }
}

// The type of the way by a foreign key of several.
std::string ForeignKeyType(const Model& model, size_t position,
                           absl::string_view from) {
  return absl::StrCat("::modelservice::Relation<", from, ", ",
                      model.foreign_keys[position].target->cpp_type, ", ",
                      model.columns.size() + position, ">");
}

void EmitForeignKeyWays(const Model& model, Printer& out) {
  for (size_t i = 0; i < model.foreign_keys.size(); ++i) {
    const ForeignKey& key = model.foreign_keys[i];
    std::vector<std::string> fields;
    for (const int column : key.columns) {
      fields.push_back(model.columns[static_cast<size_t>(column)].name);
    }
    out.Emit(
        {{"target", CommentLine(key.target->name)},
         {"fields", CommentLine(absl::StrJoin(fields, ", "))},
         {"relation",
          absl::StrCat("static const ", ForeignKeyType(model, i, "Message"),
                       "& ", ForeignKeyMember(model, key), ";")}},
        R"(
               /// By $fields$ to $target$.
               $relation$
             )");
  }
}

void EmitForeignKeysThrough(const Model& model, Printer& out) {
  for (size_t i = 0; i < model.foreign_keys.size(); ++i) {
    out.Emit({{"relation",
               absl::StrCat("static constexpr const ",
                            ForeignKeyType(model, i, "Via"), "& ",
                            ForeignKeyMember(model, model.foreign_keys[i]),
                            " = ::modelservice::kRelation;")}},
             R"(
          $relation$
        )");
  }
}

// The ways back. The other model's class may come later: its column is a
// number.
void EmitRelatedRows(const Model& model, absl::string_view from, Printer& out) {
  for (const RelatedRows& related : model.ways_back) {
    const std::string comment =
        absl::StrCat("/// The rows of ", CommentLine(related.model->name),
                     " that refer to one by ",
                     CommentLine(related.model->NameOfKey(related.key)), ".");
    out.Emit(
        {{"comment", from == "Message" ? comment : ""},
         {"related",
          absl::StrCat("static constexpr ::modelservice::RelatedRows<", from,
                       ", ", related.model->cpp_type, ", ", related.key, "> ",
                       RelatedMember(model, related), "{};")}},
        R"(
               $comment$
               $related$
             )");
  }
}

bool IsPosition(const Model& model, absl::string_view name) {
  for (size_t i = 0; i < model.columns.size(); ++i) {
    if (ColumnConstant(model, static_cast<int>(i)) == name) return true;
  }
  return false;
}

void EmitPositions(const Model& model, Printer& out) {
  for (size_t i = 0; i < model.columns.size(); ++i) {
    out.Emit({{"position", ColumnConstant(model, static_cast<int>(i))}},
             R"(
               $position$,
             )");
  }
}

}  // namespace

void EmitModelClass(const Model& model, Printer& out) {
  const std::string comment = DocComment(model.comment);
  out.Emit({{"comment", comment.empty() ? "" : comment + "\n///"},
            {"table", CommentLine(model.table.name)},
            {"class", ModelClass(model)},
            {"message", model.cpp_type},
            {"positions", [&] { EmitPositions(model, out); }},
            {"columns",
             [&] {
               EmitTypedColumns(model, out);
               EmitForeignKeyWays(model, out);
               EmitRelatedRows(model, "Message", out);
               EmitThroughRows(model, "Message", out);
             }},
            {"through",
             [&] {
               EmitColumnsThrough(model, out);
               EmitForeignKeysThrough(model, out);
               EmitRelatedRows(model, "Via", out);
               EmitThroughRows(model, "Via", out);
             }}},
           R"(
             $comment$
             /// The columns of table "$table$".
             struct $class$ {
               using Message = $message$;

               /// The columns' positions in Model().table->columns.
               enum : int {
                 $positions$
               };

               $columns$

               /// The columns as those of models that refer to this one.
               template <class Via>
               struct Through {
                 $through$
               };

               /// The table, and how its rows become messages.
               static const ::modelservice::Model& Model();
             };

           )");
}

void EmitModelOf(const File& file, const Model& model, Printer& out) {
  const auto emit_get = [&] {
    out.EmitFunction(
        "static const Model& Get()",
        {absl::StrCat("return ", Qualified(file, ModelClass(model)),
                      "::Model();")});
  };
  out.Emit({{"message", model.cpp_type},
            {"get", emit_get},
            {"through", absl::StrCat("using Through = ",
                                     Qualified(file, ModelClass(model)),
                                     "::Through<Via>;")}},
           R"(
             template <>
             struct ModelOf<$message$> {
               $get$
               template <class Via>
               $through$
             };

           )");
  EmitFilledFields(model, out);
}

std::string EmitModelTable(const File& file, const Model& model,
                           UniqueNames& names, Printer& out) {
  const std::string table = EmitTable(file, model, names, out);
  const std::string get = names.Make(absl::StrCat("Get", model.class_name));
  EmitGet(model, get, out);
  const std::string set = names.Make(absl::StrCat("Set", model.class_name));
  const bool sets = EmitSet(model, set, out);
  const std::string related = EmitRelatedFields(model, names, out);
  std::string constant =
      names.Make(absl::StrCat("k", model.class_name, "Model"));
  // In the class a column's position of the name would be found first.
  while (IsPosition(model, constant)) constant = names.Make(constant + "Of");
  std::vector<std::string> parts = {
      absl::StrCat("&", table),
      absl::StrCat("&::modelservice::Prototype<", model.cpp_type, ">"),
      absl::StrCat("&", get)};
  if (sets || !related.empty()) {
    parts.push_back(sets ? absl::StrCat("&", set) : "nullptr");
  }
  if (!related.empty()) parts.push_back(related);
  out.EmitList(absl::StrCat("constexpr ::modelservice::Model ", constant),
               parts);
  out.Blank();
  return constant;
}

void EmitModelAccessor(const Model& model, const std::string& constant,
                       Printer& out) {
  out.EmitFunction(absl::StrCat("const ::modelservice::Model& ",
                                ModelClass(model), "::Model()"),
                   {absl::StrCat("return ", constant, ";")});
  out.Blank();
  std::vector<std::string> ways;
  for (const Field& field : model.columns) {
    if (field.target != nullptr) ways.push_back(RelationMember(model, field));
  }
  for (const ForeignKey& key : model.foreign_keys) {
    ways.push_back(ForeignKeyMember(model, key));
  }
  for (const std::string& way : ways) {
    const std::string relation = absl::StrCat(ModelClass(model), "::", way);
    out.Emit({{"relation", absl::StrCat("decltype(", relation, ") ", relation,
                                        " = ::modelservice::kRelation;")}},
             R"(
               $relation$

             )");
  }
}

}  // namespace modelservice::plugin
