#include "plugin/emit/model.h"

#include "absl/strings/str_cat.h"
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
    out.Emit({{"comment", DocComment(field.comment)},
              {"member", member},
              {"column",
               Fit(absl::StrCat("static constexpr ::modelservice::TypedColumn<"
                                "Message, ",
                                ColumnCppType(field), ", struct ", member, ">"),
                   absl::StrCat(member, "{", i, "};"), 2, 4)}},
             R"(
               struct $member$;
               $comment$
               $column$
             )");
  }
}

}  // namespace

void EmitModelClass(const Model& model, Printer& out) {
  const std::string comment = DocComment(model.comment);
  out.Emit({{"comment", comment.empty() ? "" : comment + "\n///"},
            {"table", CommentLine(model.table)},
            {"class", ModelClass(model)},
            {"message", model.cpp_type},
            {"columns", [&] { EmitTypedColumns(model, out); }}},
           R"(
             $comment$
             /// The columns of table "$table$".
             struct $class$ {
               using Message = $message$;

               $columns$

               static const ::modelservice::Model& Model();
             };

           )");
}

void EmitModelOf(const File& file, const Model& model, Printer& out) {
  out.Emit({{"message", model.cpp_type},
            {"class", Qualified(file, ModelClass(model))}},
           R"(
             template <>
             struct ModelOf<$message$> {
               static const Model& Get() { return $class$::Model(); }
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
  out.Emit({{"model", constant},
            {"table", table},
            {"message", model.cpp_type},
            {"get", get}},
           R"(
             constexpr ::modelservice::Model $model$ = {
                 &$table$, &::modelservice::Prototype<$message$>, &$get$};

           )");
  return constant;
}

void EmitModelAccessor(const Model& model, const std::string& constant,
                       Printer& out) {
  out.Emit({{"class", ModelClass(model)}, {"model", constant}},
           R"(
             const ::modelservice::Model& $class$::Model() { return $model$; }

           )");
}

}  // namespace modelservice::plugin
