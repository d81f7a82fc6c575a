#include "plugin/emit/table.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "modelservice/schema/owned_table.h"
#include "plugin/emit/column.h"
#include "plugin/emit/text.h"
#include "plugin/schema/words.h"

namespace modelservice::plugin {
namespace {

// The runtime's ReferentialAction.
std::string ActionName(ReferentialAction action) {
  switch (action) {
    case ReferentialAction::kNoAction:
      return "kNoAction";
    case ReferentialAction::kRestrict:
      return "kRestrict";
    case ReferentialAction::kCascade:
      return "kCascade";
    case ReferentialAction::kSetNull:
      return "kSetNull";
    case ReferentialAction::kSetDefault:
      return "kSetDefault";
  }
  return "kNoAction";
}

// {{3, true}, {0}}, of an order or an index.
template <class Use>
std::string Uses(absl::Span<const Use> uses) {
  return absl::StrCat("{",
                      absl::StrJoin(uses, ", ",
                                    [](std::string* out, const Use& use) {
                                      absl::StrAppend(
                                          out, "{", use.column,
                                          use.descending ? ", true}" : "}");
                                    }),
                      "}");
}

// Emits the constants of one table; each method those of one kind.
class TableEmitter {
 public:
  TableEmitter(const Model& model, UniqueNames& names, Printer& out)
      : model_(model),
        owned_(model.table),
        table_(owned_.table()),
        names_(names),
        out_(out) {}

  std::string Emit() {
    const std::string columns = EmitColumns();
    const std::string key = Name("Key");
    out_.Emit({{"name", key}, {"key", absl::StrJoin(table_.key, ", ")}},
              R"(
                constexpr int $name$[] = {$key$};
              )");
    const std::string ordering = Name("Ordering");
    out_.Emit({{"name", ordering}, {"ordering", Uses(table_.ordering)}},
              R"(
                constexpr ::modelservice::Ordering $name$[] = $ordering$;
              )");
    std::vector<std::string> pieces;
    pieces.push_back(
        absl::StrCat("::modelservice::Table(", StringLiteral(table_.name), ", ",
                     StringLiteral(table_.message), ", ", columns, ",\n",
                     "                      ", key, ", ", ordering, ")"));
    if (!table_.schema.empty()) {
      pieces.push_back(
          absl::StrCat(".InSchema(", StringLiteral(table_.schema), ")"));
    }
    if (!table_.indexes.empty()) {
      pieces.push_back(absl::StrCat(".Indexes(", EmitIndexes(), ")"));
    }
    if (!table_.checks.empty()) {
      pieces.push_back(absl::StrCat(".Checks(", EmitChecks(), ")"));
    }
    const TableSpec usual;
    if (table_.default_page_size != usual.default_page_size ||
        table_.max_page_size != usual.max_page_size) {
      pieces.push_back(absl::StrCat(".PageSizes(", table_.default_page_size,
                                    ", ", table_.max_page_size, ")"));
    }
    const std::string table = Name("Table");
    out_.Emit({{"name", table}, {"table", absl::StrJoin(pieces, "\n    ")}},
              R"(
                constexpr ::modelservice::Table $name$ =
                    $table$;

              )");
    return table;
  }

 private:
  std::string Name(absl::string_view what) {
    return names_.Make(absl::StrCat("k", model_.class_name, what));
  }

  std::string EmitColumns() {
    std::vector<std::string> columns;
    for (const Column& column : table_.columns) {
      const std::string stem = CamelCase(column.field);
      std::string allowed;
      if (!column.in.empty()) {
        allowed = Name(absl::StrCat(stem, "Values"));
        EmitAllowed(column, allowed);
      }
      std::string reference;
      if (column.reference != nullptr) {
        reference = Name(absl::StrCat(stem, "Reference"));
        EmitReference(*column.reference, reference);
      }
      columns.push_back(absl::StrCat(
          Chain(ColumnPieces(column, allowed, reference), 5), ","));
    }
    const std::string name = Name("Columns");
    out_.Emit({{"name", name}, {"columns", absl::StrJoin(columns, "\n")}},
              R"(
                constexpr ::modelservice::Column $name$[] = {
                    $columns$
                };
              )");
    return name;
  }

  void EmitAllowed(const Column& column, const std::string& name) {
    std::vector<std::string> values;
    for (const absl::string_view value : column.in) {
      values.push_back(StringLiteral(value) + ",");
    }
    out_.Emit({{"name", name}, {"values", absl::StrJoin(values, "\n")}},
              R"(
                constexpr ::absl::string_view $name$[] = {
                    $values$
                };
              )");
  }

  void EmitReference(const Reference& reference, const std::string& name) {
    out_.Emit({{"name", name},
               {"table", StringLiteral(reference.table)},
               {"column", StringLiteral(reference.column)},
               {"on_delete", ActionName(reference.on_delete)},
               {"on_update", ActionName(reference.on_update)},
               {"schema", reference.schema.empty() && !reference.visible_only
                              ? ""
                              : ",\n" + StringLiteral(reference.schema)},
               {"visible_only", reference.visible_only ? ", true" : ""}},
              R"(
                constexpr ::modelservice::Reference $name$ = {
                    $table$, $column$,
                    ::modelservice::ReferentialAction::$on_delete$,
                    ::modelservice::ReferentialAction::$on_update$$schema$$visible_only$};
              )");
  }

  std::string EmitIndexes() {
    std::vector<std::string> indexes;
    for (size_t i = 0; i < table_.indexes.size(); ++i) {
      const Index& index = table_.indexes[i];
      const std::string columns = Name(absl::StrCat("Index", i, "Columns"));
      out_.Emit({{"name", columns}, {"columns", Uses(index.columns)}},
                R"(
                  constexpr ::modelservice::IndexColumn $name$[] = $columns$;
                )");
      indexes.push_back(absl::StrCat("{", StringLiteral(index.name), ", ",
                                     columns, ", ",
                                     index.unique ? "true" : "false", ", ",
                                     StringLiteral(index.where), "},"));
    }
    const std::string name = Name("Indexes");
    out_.Emit({{"name", name}, {"indexes", absl::StrJoin(indexes, "\n")}},
              R"(
                constexpr ::modelservice::Index $name$[] = {
                    $indexes$
                };
              )");
    return name;
  }

  std::string EmitChecks() {
    std::vector<std::string> checks;
    for (const Check& check : table_.checks) {
      checks.push_back(absl::StrCat("{", StringLiteral(check.name), ",\n ",
                                    StringLiteral(check.sql), "},"));
    }
    const std::string name = Name("Checks");
    out_.Emit({{"name", name}, {"checks", absl::StrJoin(checks, "\n")}},
              R"(
                constexpr ::modelservice::Check $name$[] = {
                    $checks$
                };
              )");
    return name;
  }

  const Model& model_;
  const OwnedTable owned_;
  const Table& table_;  // as generated code will hold it
  UniqueNames& names_;
  Printer& out_;
};

}  // namespace

std::string EmitTable(const Model& model, UniqueNames& names, Printer& out) {
  return TableEmitter(model, names, out).Emit();
}

}  // namespace modelservice::plugin
