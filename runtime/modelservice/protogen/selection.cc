#include "modelservice/protogen/selection.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "modelservice/protogen/django_order.h"
#include "modelservice/protogen/field_mapping.h"
#include "modelservice/protogen/proto_names.h"
#include "modelservice/protogen/table_search.h"

namespace modelservice::proto {
namespace {

// Django makes such a table for a ManyToManyField: a key of its own, two
// foreign keys, and no two rows for the same pair.
const catalog::ForeignKey* OtherSide(const catalog::Table& through,
                                     const catalog::Table& owner) {
  absl::string_view suffix = through.name;
  if (through.schema != owner.schema || through.foreign_keys.size() != 2 ||
      !absl::ConsumePrefix(&suffix, absl::StrCat(owner.name, "_")) ||
      through.columns.size() > 3) {
    return nullptr;
  }
  const catalog::ForeignKey* own = nullptr;
  const catalog::ForeignKey* other = nullptr;
  for (const catalog::Column& column : through.columns) {
    const catalog::ForeignKey* key = through.ReferenceOf(column.name);
    if (key == nullptr) {
      if (!through.IsKey(column.name)) return nullptr;
    } else if (own == nullptr && key->table == owner.name) {
      own = key;
    } else {
      other = key;
    }
  }
  return own == nullptr ? nullptr : other;
}

std::vector<ToMany> RelationsOf(const catalog::Catalog& catalog,
                                const catalog::Table& table) {
  std::vector<ToMany> relations;
  for (const catalog::Table& through : catalog.tables) {
    const catalog::ForeignKey* other = OtherSide(through, table);
    if (other == nullptr || other->referenced.empty()) continue;
    const catalog::Table* target = catalog.FindReferenced(*other);
    if (target == nullptr) continue;
    const catalog::Column* key = target->FindColumn(other->referenced[0]);
    if (key == nullptr) continue;
    relations.push_back(
        {through.name.substr(table.name.size() + 1), &through, target, key});
  }
  return relations;
}

// Chooses the columns of one table.
class TableSelector {
 public:
  TableSelector(const catalog::Catalog& catalog, const catalog::Table& table,
                const SelectionOptions& options, bool django, bool to_many,
                bool by_pattern)
      : catalog_(catalog),
        table_(table),
        options_(options),
        django_(django),
        to_many_(to_many),
        by_pattern_(by_pattern) {
    selected_.table = &table;
    selected_.relations = RelationsOf(catalog, table);
    const auto note = options.key_notes.find(table.FullName());
    if (note != options.key_notes.end()) selected_.key_note = note->second;
  }

  absl::StatusOr<SelectedTable> Select(std::set<std::string>* used) {
    NameAll();
    std::vector<SelectedField> chosen;
    if (options_.fields.empty()) {
      chosen = all_;
      if (!to_many_) {
        chosen.erase(std::remove_if(chosen.begin(), chosen.end(),
                                    [](const SelectedField& field) {
                                      return field.to_many != nullptr;
                                    }),
                     chosen.end());
      }
    } else {
      for (const std::string& wanted : options_.fields) {
        const SelectedField* field = Find(wanted);
        if (field == nullptr) continue;
        used->insert(wanted);
        if (field->to_many != nullptr && !to_many_) {
          return RefuseRelation(*field->to_many);
        }
        if (!Contains(chosen, *field)) chosen.push_back(*field);
      }
      if (chosen.empty()) {
        return absl::InvalidArgumentError(
            absl::StrCat("--fields names no column of table \"",
                         table_.FullName(), "\"; it has ", KnownFields()));
      }
    }
    for (const std::string& unwanted : options_.exclude) {
      const SelectedField* field = Find(unwanted);
      if (field == nullptr) continue;
      used->insert(unwanted);
      chosen.erase(std::remove_if(chosen.begin(), chosen.end(),
                                  [&](const SelectedField& other) {
                                    return other.name == field->name;
                                  }),
                   chosen.end());
    }
    if (chosen.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--exclude leaves no column of table \"", table_.FullName(), "\""));
    }
    for (const SelectedField& field : chosen) {
      if (field.column == nullptr || !field.column->name.empty()) continue;
      return absl::FailedPreconditionError(absl::StrCat(
          "table \"", table_.FullName(),
          "\" has a column without a name; name the others with --fields"));
    }
    if (by_pattern_ && !to_many_) {
      if (auto status = DropUnfit(&chosen); !status.ok()) return status;
    }
    selected_.fields = std::move(chosen);
    for (const std::string& column : table_.primary_key) {
      selected_.key.push_back(*Find(column));
    }
    FindMissing();
    return std::move(selected_);
  }

  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const SelectedField& field : all_) names.push_back(field.name);
    return names;
  }

 private:
  static bool Contains(const std::vector<SelectedField>& fields,
                       const SelectedField& field) {
    return std::any_of(
        fields.begin(), fields.end(),
        [&](const SelectedField& other) { return other.name == field.name; });
  }

  // Django's order: the key, columns, foreign keys, relations to many.
  void NameAll() {
    FieldNames names;
    KnownModel known;
    const auto found = options_.known.find(table_.FullName());
    if (found != options_.known.end()) known = found->second;
    for (const std::string& taken : known.taken) names.Take(taken);
    const auto name_of = [&](const catalog::Column& column) {
      const auto field = known.fields.find(column.name);
      return field == known.fields.end() ? names.Add(NameOf(column))
                                         : field->second;
    };
    const auto rank = [&](const catalog::Column& column) {
      if (!django_) return 0;
      if (table_.primary_key.size() == 1 && table_.IsKey(column.name)) return 0;
      return table_.ReferenceOf(column.name) == nullptr ? 1 : 2;
    };
    std::vector<const catalog::Column*> columns;
    for (const catalog::Column& column : table_.columns) {
      columns.push_back(&column);
    }
    const auto place = [&](const catalog::Column* column) {
      return std::make_pair(rank(*column),
                            django_ && catalog_.django
                                ? DjangoPlace(table_.name, column->name)
                                : 0);
    };
    std::stable_sort(columns.begin(), columns.end(),
                     [&](const catalog::Column* a, const catalog::Column* b) {
                       return place(a) < place(b);
                     });
    for (const catalog::Column* column : columns) {
      all_.push_back({column, nullptr, name_of(*column)});
    }
    for (const ToMany& relation : selected_.relations) {
      const std::string name = Identifier(relation.name);
      all_.push_back(
          {nullptr, &relation,
           known.relations.count(name) > 0 ? name : names.Add(name)});
    }
  }

  std::string NameOf(const catalog::Column& column) const {
    const std::string name = Identifier(column.name);
    if (!django_) return SnakeCase(name);
    absl::string_view relation = name;
    if (table_.ReferenceOf(column.name) != nullptr &&
        absl::ConsumeSuffix(&relation, "_id") && !relation.empty() &&
        table_.FindColumn(relation) == nullptr) {
      return std::string(relation);
    }
    return name;
  }

  // By "name", "table.name" or the column's own name.
  const SelectedField* Find(absl::string_view wanted) const {
    if (!absl::ConsumePrefix(&wanted, absl::StrCat(table_.FullName(), "."))) {
      absl::ConsumePrefix(&wanted, absl::StrCat(table_.name, "."));
    }
    for (const SelectedField& field : all_) {
      if (field.column != nullptr && field.column->name == wanted) {
        return &field;
      }
    }
    for (const SelectedField& field : all_) {
      if (field.name == wanted) return &field;
    }
    return nullptr;
  }

  std::string KnownFields() const {
    std::string names;
    for (const SelectedField& field : all_) {
      absl::StrAppend(&names, names.empty() ? "" : ", ", field.name);
    }
    return names;
  }

  absl::Status RefuseRelation(const ToMany& relation) const {
    return absl::InvalidArgumentError(absl::StrCat(
        "--fields: \"", relation.name, "\" of table \"", table_.FullName(),
        "\" has no column, for it is a relation through table \"",
        relation.through->FullName(),
        "\"; add that table to --table, or write no options with "
        "--annotate=false"));
  }

  // What no field can stand for is left out, but named.
  absl::Status DropUnfit(std::vector<SelectedField>* fields) {
    std::vector<SelectedField> fit;
    for (const SelectedField& field : *fields) {
      const absl::Status status =
          MapField(catalog_, table_, *field.column).status();
      if (status.ok()) {
        fit.push_back(field);
        continue;
      }
      if (table_.IsKey(field.column->name)) return status;
      selected_.dropped.push_back(std::string(
          status.message().substr(0, status.message().find("; leave"))));
    }
    *fields = std::move(fit);
    return absl::OkStatus();
  }

  void FindMissing() {
    for (const catalog::Column& column : table_.columns) {
      if (column.nullable || column.default_sql.has_value() ||
          column.generated != catalog::Column::Generated::kNo) {
        continue;
      }
      if (selected_.FieldOf(column.name).empty()) {
        selected_.missing.push_back(column.name);
      }
    }
  }

  const catalog::Catalog& catalog_;
  const catalog::Table& table_;
  const SelectionOptions& options_;
  const bool django_;
  const bool to_many_;
  const bool by_pattern_;
  SelectedTable selected_;
  std::vector<SelectedField> all_;
};

}  // namespace

std::string SelectedTable::FieldOf(absl::string_view column) const {
  for (const SelectedField& field : fields) {
    if (field.column != nullptr && field.column->name == column) {
      return field.name;
    }
  }
  return "";
}

absl::StatusOr<std::vector<SelectedTable>> Select(
    const catalog::Catalog& catalog, const SelectionOptions& options,
    bool django, bool to_many, std::vector<LeftOut>* left_out) {
  std::set<std::string> used;
  const auto tables =
      FindTables(catalog, options.tables, options.exclude, &used);
  if (!tables.ok()) return tables.status();
  if (!options.models.empty() && options.models.size() != tables->size()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--model has ", options.models.size(), " names, but there are ",
        tables->size(), " tables; give one for each, or drop it"));
  }
  std::vector<SelectedTable> selection;
  std::vector<std::string> names;
  for (size_t i = 0; i < tables->size(); ++i) {
    const catalog::Table& table = *(*tables)[i].table;
    const bool by_pattern = (*tables)[i].by_pattern;
    TableSelector selector(catalog, table, options, django, to_many,
                           by_pattern);
    const absl::Status fit = CheckTable(table);
    auto selected =
        fit.ok() ? selector.Select(&used) : absl::StatusOr<SelectedTable>(fit);
    if (!selected.ok()) {
      if (!by_pattern) return selected.status();
      left_out->push_back(
          {table.FullName(), std::string(selected.status().message())});
      continue;
    }
    for (const std::string& dropped : selected->dropped) {
      left_out->push_back({table.FullName(), dropped});
    }
    const auto known = options.known.find(table.FullName());
    selected->message = known != options.known.end() ? known->second.message
                        : options.models.empty() ? MessageName(catalog, table)
                                                 : options.models[i];
    selection.push_back(*std::move(selected));
    for (std::string& name : selector.Names()) names.push_back(std::move(name));
  }
  if (selection.empty() && !left_out->empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("no table of --table makes a message: ",
                     absl::StrJoin(*left_out, "; ",
                                   [](std::string* text, const LeftOut& one) {
                                     *text += one.reason;
                                   })));
  }
  for (const auto& [flag, entries] :
       {std::pair("--fields", options.fields),
        std::pair("--exclude", options.exclude)}) {
    for (const std::string& entry : entries) {
      if (used.count(entry) > 0) continue;
      return absl::InvalidArgumentError(
          absl::StrCat(flag, ": there is no field \"", entry, "\"",
                       DidYouMean(entry, names)));
    }
  }
  return selection;
}

}  // namespace modelservice::proto
