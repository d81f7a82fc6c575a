#include "plugin/emit/table.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "plugin/emit/column.h"
#include "plugin/emit/naming.h"
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

// Emits the constants of one table; each method those of one kind.
class TableEmitter {
 public:
  TableEmitter(const Model& model, UniqueNames& names, Printer& out)
      : model_(model), names_(names), out_(out) {}

  std::string Emit() {
    const std::string columns = EmitColumns();
    const std::string key = Name("Key");
    std::vector<std::string> key_columns;
    for (const int column : model_.key) key_columns.push_back(Position(column));
    EmitArray("int", key, key_columns);
    const std::string ordering = Name("Ordering");
    EmitArray("::modelservice::Ordering", ordering, Uses(model_.ordering));
    std::vector<std::string> pieces;
    pieces.push_back(absl::StrCat("::modelservice::Table(",
                                  StringLiteral(model_.table), ", ",
                                  StringLiteral(model_.short_name), ", ",
                                  columns, ", ", key, ", ", ordering, ")"));
    if (model_.settings.has_schema()) {
      pieces.push_back(absl::StrCat(
          ".InSchema(", StringLiteral(model_.settings.schema()), ")"));
    }
    if (!model_.indexes.empty()) {
      pieces.push_back(absl::StrCat(".Indexes(", EmitIndexes(), ")"));
    }
    if (!model_.checks.empty()) {
      pieces.push_back(absl::StrCat(".Checks(", EmitChecks(), ")"));
    }
    if (model_.settings.has_default_page_size() ||
        model_.settings.has_max_page_size()) {
      pieces.push_back(absl::StrCat(".PageSizes(", model_.default_page_size,
                                    ", ", model_.max_page_size, ")"));
    }
    const std::string table = Name("Table");
    out_.Emit({{"name", table}, {"table", absl::StrJoin(pieces, "")}},
              R"(
                constexpr ::modelservice::Table $name$ = $table$;

              )");
    return table;
  }

 private:
  std::string Name(absl::string_view what) {
    return names_.Make(absl::StrCat("k", model_.class_name, what));
  }

  std::string Position(int column) const {
    return absl::StrCat(ModelClass(model_),
                        "::", ColumnConstant(model_, column));
  }

  // Of the columns of an order or an index.
  std::vector<std::string> Uses(const std::vector<ColumnUse>& uses) const {
    std::vector<std::string> items;
    for (const ColumnUse& use : uses) {
      items.push_back(absl::StrCat("{", Position(use.column),
                                   use.descending ? ", true}" : "}"));
    }
    return items;
  }

  void EmitArray(absl::string_view type, const std::string& name,
                 const std::vector<std::string>& items) {
    out_.EmitList(absl::StrCat("constexpr ", type, " ", name, "[]"), items);
  }

  std::string EmitColumns() {
    std::vector<std::string> columns;
    for (const Field& field : model_.columns) {
      const std::string stem = CamelCase(field.name);
      std::string allowed;
      if (!field.allowed.empty()) {
        allowed = Name(absl::StrCat(stem, "Values"));
        EmitAllowed(field, allowed);
      }
      std::string reference;
      if (field.reference.has_value()) {
        reference = Name(absl::StrCat(stem, "Reference"));
        EmitReference(*field.reference, reference);
      }
      columns.push_back(
          absl::StrJoin(ColumnPieces(field, allowed, reference), ""));
    }
    const std::string name = Name("Columns");
    EmitArray("::modelservice::Column", name, columns);
    return name;
  }

  void EmitAllowed(const Field& field, const std::string& name) {
    std::vector<std::string> values;
    for (const std::string& value : field.allowed) {
      values.push_back(StringLiteral(value));
    }
    EmitArray("::absl::string_view", name, values);
  }

  void EmitReference(const ModelReference& reference, const std::string& name) {
    std::vector<std::string> parts = {
        StringLiteral(reference.table), StringLiteral(reference.column),
        absl::StrCat("::modelservice::ReferentialAction::",
                     ActionName(reference.on_delete)),
        absl::StrCat("::modelservice::ReferentialAction::",
                     ActionName(reference.on_update))};
    if (!reference.schema.empty() || reference.visible_only) {
      parts.push_back(StringLiteral(reference.schema));
    }
    if (reference.visible_only) parts.push_back("true");
    out_.EmitList(absl::StrCat("constexpr ::modelservice::Reference ", name),
                  parts);
  }

  std::string EmitIndexes() {
    std::vector<std::string> indexes;
    for (size_t i = 0; i < model_.indexes.size(); ++i) {
      const ModelIndex& index = model_.indexes[i];
      const std::string columns = Name(absl::StrCat("Index", i, "Columns"));
      EmitArray("::modelservice::IndexColumn", columns, Uses(index.columns));
      indexes.push_back(absl::StrCat("{", StringLiteral(index.name), ", ",
                                     columns, ", ",
                                     index.unique ? "true" : "false", ", ",
                                     StringLiteral(index.where), "}"));
    }
    const std::string name = Name("Indexes");
    EmitArray("::modelservice::Index", name, indexes);
    return name;
  }

  std::string EmitChecks() {
    std::vector<std::string> checks;
    for (const ModelCheck& check : model_.checks) {
      checks.push_back(absl::StrCat("{", StringLiteral(check.name), ", ",
                                    StringLiteral(check.sql), "}"));
    }
    const std::string name = Name("Checks");
    EmitArray("::modelservice::Check", name, checks);
    return name;
  }

  const Model& model_;
  UniqueNames& names_;
  Printer& out_;
};

}  // namespace

std::string EmitTable(const Model& model, UniqueNames& names, Printer& out) {
  return TableEmitter(model, names, out).Emit();
}

}  // namespace modelservice::plugin
