#include "plugin/emit/table.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "modelservice/schema/owned_table.h"
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

std::string StyleName(ClientStyle style) {
  switch (style) {
    case ClientStyle::kNone:
      return "kNone";
    case ClientStyle::kDjango:
      return "kDjango";
    case ClientStyle::kDjangoSocio:
      return "kDjangoSocio";
  }
  return "kNone";
}

// Emits the constants of one table; each method those of one kind.
class TableEmitter {
 public:
  TableEmitter(const File& file, const Model& model, UniqueNames& names,
               Printer& out)
      : file_(file),
        model_(model),
        owned_(model.table),
        table_(owned_.table()),
        names_(names),
        out_(out) {}

  std::string Emit() {
    const std::string columns = EmitColumns();
    const std::string key = Name("Key");
    std::vector<std::string> key_columns;
    for (const int column : table_.key) key_columns.push_back(Position(column));
    EmitArray("int", key, key_columns);
    const std::string ordering = Name("Ordering");
    EmitArray("::modelservice::Ordering", ordering, Uses(table_.ordering));
    std::vector<std::string> pieces;
    pieces.push_back(absl::StrCat("::modelservice::Table(",
                                  StringLiteral(table_.name), ", ",
                                  StringLiteral(table_.message), ", ", columns,
                                  ", ", key, ", ", ordering, ")"));
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
    if (const std::string dependents = EmitDependents(); !dependents.empty()) {
      pieces.push_back(absl::StrCat(".Dependents(", dependents, ")"));
    }
    if (!table_.foreign_keys.empty()) {
      pieces.push_back(absl::StrCat(".ForeignKeys(", EmitForeignKeys(), ")"));
    }
    const TableSpec usual;
    if (table_.default_page_size != usual.default_page_size ||
        table_.max_page_size != usual.max_page_size) {
      pieces.push_back(absl::StrCat(".PageSizes(", table_.default_page_size,
                                    ", ", table_.max_page_size, ")"));
    }
    if (table_.style != ClientStyle::kNone) {
      pieces.push_back(absl::StrCat(".OfStyle(::modelservice::ClientStyle::",
                                    StyleName(table_.style), ")"));
    }
    if (model_.FieldIn(Role::kTenant) != nullptr) {
      pieces.push_back(
          absl::StrCat(".TenantFrom(", StringLiteral(table_.tenant), ")"));
    }
    if (!table_.verbose_name.empty()) {
      pieces.push_back(absl::StrCat(".VerboseName(",
                                    StringLiteral(table_.verbose_name), ")"));
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
  template <class Use>
  std::vector<std::string> Uses(absl::Span<const Use> uses) const {
    std::vector<std::string> items;
    for (const Use& use : uses) {
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
        EmitReference(*column.reference, model_.FieldOf(column.name).target,
                      reference);
      }
      columns.push_back(
          absl::StrJoin(ColumnPieces(column, allowed, reference), ""));
    }
    const std::string name = Name("Columns");
    EmitArray("::modelservice::Column", name, columns);
    return name;
  }

  void EmitAllowed(const Column& column, const std::string& name) {
    std::vector<std::string> values;
    for (const absl::string_view value : column.in) {
      values.push_back(StringLiteral(value));
    }
    EmitArray("::absl::string_view", name, values);
  }

  static std::string Getter(const Model& model) {
    return absl::StrCat("&::modelservice::ModelOf<", model.cpp_type, ">::Get");
  }

  void EmitReference(const Reference& reference, const Model* target,
                     const std::string& name) {
    const bool hiding =
        target != nullptr && (target->FieldIn(Role::kDeleteTime) != nullptr ||
                              target->FieldIn(Role::kTenant) != nullptr);
    std::vector<std::string> parts = {
        StringLiteral(reference.table), StringLiteral(reference.column),
        absl::StrCat("::modelservice::ReferentialAction::",
                     ActionName(reference.on_delete)),
        absl::StrCat("::modelservice::ReferentialAction::",
                     ActionName(reference.on_update))};
    if (!reference.schema.empty() || reference.visible_only || hiding) {
      parts.push_back(StringLiteral(reference.schema));
    }
    if (reference.visible_only || hiding) {
      parts.push_back(reference.visible_only ? "true" : "false");
    }
    if (hiding) parts.push_back(Getter(*target));
    out_.EmitList(absl::StrCat("constexpr ::modelservice::Reference ", name),
                  parts);
  }

  // What refers to rows that may be hidden; "" for others.
  std::string EmitDependents() {
    std::vector<std::string> dependents;
    if (model_.FieldIn(Role::kDeleteTime) == nullptr) return "";
    for (const auto& other : file_.models) {
      for (size_t i = 0; i < other->columns.size(); ++i) {
        if (other->columns[i].target != &model_) continue;
        dependents.push_back(absl::StrCat(
            "{", Getter(*other), ", ", ModelClass(*other),
            "::", ColumnConstant(*other, static_cast<int>(i)), "}"));
      }
    }
    if (dependents.empty()) return "";
    const std::string name = Name("Dependents");
    EmitArray("::modelservice::Dependent", name, dependents);
    return name;
  }

  std::string EmitForeignKeys() {
    std::vector<std::string> keys;
    for (size_t i = 0; i < table_.foreign_keys.size(); ++i) {
      const ::modelservice::ForeignKey& key = table_.foreign_keys[i];
      const std::string stem = absl::StrCat("ForeignKey", i);
      std::vector<std::string> items;
      for (const int column : key.columns) items.push_back(Position(column));
      const std::string columns = Name(absl::StrCat(stem, "Columns"));
      EmitArray("int", columns, items);
      items.clear();
      for (const absl::string_view column : key.referenced) {
        items.push_back(StringLiteral(column));
      }
      const std::string referenced = Name(absl::StrCat(stem, "Referenced"));
      EmitArray("::absl::string_view", referenced, items);
      const std::string to = Name(absl::StrCat(stem, "Reference"));
      EmitReference(key.to, nullptr, to);
      keys.push_back(
          absl::StrCat("{", columns, ", ", referenced, ", ", to, "}"));
    }
    const std::string name = Name("ForeignKeys");
    EmitArray("::modelservice::ForeignKey", name, keys);
    return name;
  }

  std::string EmitIndexes() {
    std::vector<std::string> indexes;
    for (size_t i = 0; i < table_.indexes.size(); ++i) {
      const Index& index = table_.indexes[i];
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
    for (const Check& check : table_.checks) {
      checks.push_back(absl::StrCat("{", StringLiteral(check.name), ", ",
                                    StringLiteral(check.sql), "}"));
    }
    const std::string name = Name("Checks");
    EmitArray("::modelservice::Check", name, checks);
    return name;
  }

  const File& file_;
  const Model& model_;
  const OwnedTable owned_;
  const Table& table_;  // as generated code will hold it
  UniqueNames& names_;
  Printer& out_;
};

}  // namespace

std::string EmitTable(const File& file, const Model& model, UniqueNames& names,
                      Printer& out) {
  return TableEmitter(file, model, names, out).Emit();
}

}  // namespace modelservice::plugin
