#include "plugin/emit/model.h"

#include "absl/strings/str_cat.h"
#include "plugin/emit/naming.h"
#include "plugin/emit/table.h"
#include "plugin/emit/text.h"
#include "plugin/emit/types.h"
#include "plugin/emit/value.h"

namespace modelservice::plugin {
namespace {

// The type beside each is for the compiler to name the column by.
void EmitTypedColumns(const Model& model, Printer& out) {
  for (size_t i = 0; i < model.columns.size(); ++i) {
    const Field& field = model.columns[i];
    const std::string member = ColumnMember(model, field);
    out.Emit(
        {{"comment", DocComment(field.comment)},
         {"member", member},
         {"column",
          absl::StrCat("static constexpr ::modelservice::TypedColumn<Message, ",
                       ColumnCppType(field), ", struct ", member, "> ", member,
                       "{", ColumnConstant(model, static_cast<int>(i)), "};")}},
        R"(
          struct $member$;
          $comment$
          $column$
        )");
  }
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
            {"columns", [&] { EmitTypedColumns(model, out); }}},
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
  out.Emit({{"message", model.cpp_type}, {"get", emit_get}},
           R"(
             template <>
             struct ModelOf<$message$> {
               $get$
             };

           )");
}

std::string EmitModelTable(const Model& model, UniqueNames& names,
                           Printer& out) {
  const std::string table = EmitTable(model, names, out);
  const std::string get = names.Make(absl::StrCat("Get", model.class_name));
  EmitGet(model, get, out);
  const std::string constant =
      names.Make(absl::StrCat("k", model.class_name, "Model"));
  out.EmitList(
      absl::StrCat("constexpr ::modelservice::Model ", constant),
      {absl::StrCat("&", table),
       absl::StrCat("&::modelservice::Prototype<", model.cpp_type, ">"),
       absl::StrCat("&", get)});
  out.Blank();
  return constant;
}

void EmitModelAccessor(const Model& model, const std::string& constant,
                       Printer& out) {
  out.EmitFunction(absl::StrCat("const ::modelservice::Model& ",
                                ModelClass(model), "::Model()"),
                   {absl::StrCat("return ", constant, ";")});
  out.Blank();
}

}  // namespace modelservice::plugin
