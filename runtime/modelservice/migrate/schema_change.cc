#include "modelservice/migrate/schema_change.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace modelservice {
namespace {

// What is no name in any schema, so that nothing is equal to it.
std::string Gone(absl::string_view name) { return absl::StrCat("\1", name); }

void MatchColumns(const SchemaTable& after, TableMatch* match) {
  const std::vector<ColumnSpec>& old = match->before->columns;
  std::set<std::string> taken;
  std::set<std::string> placed;
  const auto match_by = [&](auto is_same) {
    for (const ColumnSpec& column : after.spec.columns) {
      if (placed.count(column.name) > 0) continue;
      for (const ColumnSpec& before : old) {
        if (taken.count(before.name) > 0 || !is_same(before, column)) continue;
        taken.insert(before.name);
        placed.insert(column.name);
        match->columns.emplace_back(before.name, column.name);
        break;
      }
    }
  };
  match_by([&](const ColumnSpec& a, const ColumnSpec& b) {
    const auto from = after.columns_renamed_from.find(b.name);
    return from != after.columns_renamed_from.end() &&
           (a.field->name == from->second || a.name == from->second);
  });
  match_by([](const ColumnSpec& a, const ColumnSpec& b) {
    return a.field->number == b.field->number && a.field->number != 0;
  });
  match_by([](const ColumnSpec& a, const ColumnSpec& b) {
    return a.name == b.name;
  });
}

// A column with its key, indexes, checks and references by other names.
class Mover {
 public:
  Mover(const SchemaMatch& match, const TableMatch& table)
      : match_(match), table_(table) {}

  TableSpec Move() const {
    TableSpec moved = *table_.before;
    moved.name = table_.after->name;
    moved.schema = table_.after->schema;
    moved.columns.clear();
    for (const ColumnSpec& column : table_.before->columns) {
      const std::string* const name = NewName(table_, column.name);
      if (name == nullptr) continue;
      moved.columns.push_back(column);
      moved.columns.back().name = *name;
    }
    MoveAll(table_, &moved.primary_key);
    for (IndexSpec& index : moved.indexes) {
      for (ColumnOrder& part : index.parts) Move(table_, &part.column);
      if (SpeaksOfRenamed(index.where)) index.where = Gone(index.where);
    }
    for (CheckSpec& check : moved.checks) {
      if (SpeaksOfRenamed(check.sql)) check.sql = Gone(check.sql);
    }
    for (ReferenceSpec& reference : moved.foreign_keys) {
      MoveAll(table_, &reference.columns);
      MoveTarget(&reference);
    }
    return moved;
  }

 private:
  // Whether a condition may name a column by what another one is called now.
  bool SpeaksOfRenamed(const std::string& sql) const {
    const std::string text = absl::AsciiStrToLower(sql);
    return std::any_of(
        table_.columns.begin(), table_.columns.end(), [&](const auto& pair) {
          return pair.first != pair.second &&
                 absl::StrContains(text, absl::AsciiStrToLower(pair.first));
        });
  }
  static const std::string* NewName(const TableMatch& table,
                                    const std::string& column) {
    for (const Renaming& pair : table.columns) {
      if (pair.first == column) return &pair.second;
    }
    return nullptr;
  }
  static void Move(const TableMatch& table, std::string* column) {
    const std::string* const name = NewName(table, *column);
    *column = name == nullptr ? Gone(*column) : *name;
  }
  static void MoveAll(const TableMatch& table,
                      std::vector<std::string>* columns) {
    for (std::string& column : *columns) Move(table, &column);
  }
  void MoveTarget(ReferenceSpec* reference) const {
    for (const TableMatch& other : match_) {
      if (other.before == nullptr || other.before->name != reference->table ||
          other.before->schema != reference->schema) {
        continue;
      }
      if (other.after == nullptr) {
        reference->table = Gone(reference->table);
        return;
      }
      reference->table = other.after->name;
      reference->schema = other.after->schema;
      MoveAll(other, &reference->referenced);
      return;
    }
  }

  const SchemaMatch& match_;
  const TableMatch& table_;
};

// Leaves those of both lists that have no equal partner in the other one.
template <class T, class Same>
void Part(const std::vector<T>& before, const std::vector<T>& moved,
          const std::vector<T>& after, Same same,
          std::vector<const T*>* dropped, std::vector<const T*>* added,
          std::vector<Renaming>* renamed) {
  std::set<const T*> kept;
  std::set<const T*> open;
  for (const T& one : after) open.insert(&one);
  const auto pair_up = [&](bool by_name) {
    for (const T& one : after) {
      if (open.count(&one) == 0) continue;
      for (size_t i = 0; i < moved.size(); ++i) {
        if (kept.count(&before[i]) > 0 || !same(moved[i], one) ||
            (by_name && moved[i].name != one.name)) {
          continue;
        }
        kept.insert(&before[i]);
        open.erase(&one);
        if (!by_name && renamed != nullptr) {
          renamed->emplace_back(before[i].name, one.name);
        }
        break;
      }
    }
  };
  pair_up(true);
  pair_up(false);
  for (const T& one : before) {
    if (kept.count(&one) == 0) dropped->push_back(&one);
  }
  for (const T& one : after) {
    if (open.count(&one) > 0) added->push_back(&one);
  }
}

bool SameIndex(const IndexSpec& a, const IndexSpec& b) {
  return a.parts == b.parts && a.unique == b.unique && a.where == b.where &&
         a.of_constraint == b.of_constraint;
}
bool SameCheck(const CheckSpec& a, const CheckSpec& b) {
  return a.sql == b.sql;
}
bool SameReference(const ReferenceSpec& a, const ReferenceSpec& b) {
  return a.columns == b.columns && a.schema == b.schema && a.table == b.table &&
         a.referenced == b.referenced && a.on_delete == b.on_delete &&
         a.on_update == b.on_update;
}

const ValueForm* FormOf(const std::map<std::string, ValueForm>* forms,
                        const std::string& column) {
  static const auto* const kUnknown = new ValueForm();
  if (forms == nullptr) return kUnknown;
  const auto found = forms->find(column);
  return found == forms->end() ? kUnknown : &found->second;
}

TableChange ChangeOfTable(const SchemaMatch& match, const TableMatch& table) {
  TableChange change{};
  change.before = table.before;
  change.after = table.after;
  change.moved = Mover(match, table).Move();
  std::set<std::string> kept;
  for (const Renaming& pair : table.columns) {
    kept.insert(pair.first);
    if (pair.first != pair.second) change.renamed_columns.push_back(pair);
    change.forms[pair.second] = {FormOf(table.forms_before, pair.first),
                                 FormOf(table.forms_after, pair.second)};
  }
  for (const ColumnSpec& column : table.before->columns) {
    if (kept.count(column.name) == 0) change.dropped_columns.push_back(&column);
  }
  for (const ColumnSpec& column : table.after->columns) {
    if (change.moved.FindColumn(column.name) == nullptr) {
      change.added_columns.push_back(&column);
    }
  }
  change.key = change.moved.primary_key != table.after->primary_key;
  Part(table.before->indexes, change.moved.indexes, table.after->indexes,
       SameIndex, &change.dropped_indexes, &change.added_indexes,
       &change.renamed_indexes);
  Part(table.before->checks, change.moved.checks, table.after->checks,
       SameCheck, &change.dropped_checks, &change.added_checks,
       &change.renamed_checks);
  Part(table.before->foreign_keys, change.moved.foreign_keys,
       table.after->foreign_keys, SameReference, &change.dropped_references,
       &change.added_references, nullptr);
  return change;
}

// Into `moved`, which has its place by now.
void FindAltered(TableChange* change) {
  for (const ColumnSpec& column : change->moved.columns) {
    const auto& [before, after] = change->forms.at(column.name);
    const AlteredColumn one{&column, change->after->FindColumn(column.name),
                            before, after};
    if (one.type() || one.nullable() || one.default_sql() || one.generated()) {
      change->altered_columns.push_back(one);
    }
  }
}

}  // namespace

bool AlteredColumn::may_hold_the_same() const {
  if (before->type.text != after->type.text) return false;
  const auto may_be = [](const ValueForm& a, const ValueForm& b) {
    return a.text.empty() ||
           (a.without_format && absl::StartsWith(b.text, a.text + " "));
  };
  return may_be(*form_before, *form_after) || may_be(*form_after, *form_before);
}

bool AlteredColumn::form() const {
  if (before->type.text != after->type.text || may_hold_the_same()) {
    return false;
  }
  // Either way, for there is a way back. Where the type is the same, the
  // databases differ in nothing.
  const StoredAs a{before->type, *form_before};
  const StoredAs b{after->type, *form_after};
  const ValueChange there = ValueChangeOf(a, b, "", "", /*on_postgres=*/false);
  const ValueChange back = ValueChangeOf(b, a, "", "", /*on_postgres=*/false);
  return !there.sql.empty() || !back.sql.empty();
}

bool TableChange::empty() const {
  return !renamed() && renamed_columns.empty() && dropped_columns.empty() &&
         added_columns.empty() && altered_columns.empty() && !key &&
         dropped_indexes.empty() && added_indexes.empty() &&
         renamed_indexes.empty() && dropped_checks.empty() &&
         added_checks.empty() && renamed_checks.empty() &&
         dropped_references.empty() && added_references.empty();
}

SchemaMatch MatchOf(const Schema& before, const Schema& after) {
  SchemaMatch match;
  std::set<const SchemaTable*> taken;
  std::set<const SchemaTable*> placed;
  const auto match_by = [&](auto is_same) {
    for (const SchemaTable& table : after.tables) {
      if (placed.count(&table) > 0) continue;
      for (const SchemaTable& old : before.tables) {
        if (taken.count(&old) > 0 || !is_same(old, table)) continue;
        taken.insert(&old);
        placed.insert(&table);
        match.push_back({&old.spec, &table.spec, {}, &old.forms, &table.forms});
        MatchColumns(table, &match.back());
        break;
      }
    }
  };
  match_by([](const SchemaTable& a, const SchemaTable& b) {
    return !b.renamed_from.empty() && a.spec.message == b.renamed_from;
  });
  match_by([](const SchemaTable& a, const SchemaTable& b) {
    return a.spec.message == b.spec.message;
  });
  match_by([](const SchemaTable& a, const SchemaTable& b) {
    return a.spec.FullName() == b.spec.FullName();
  });
  for (const SchemaTable& old : before.tables) {
    if (taken.count(&old) == 0) match.push_back({&old.spec, nullptr, {}});
  }
  for (const SchemaTable& table : after.tables) {
    if (placed.count(&table) == 0) match.push_back({nullptr, &table.spec, {}});
  }
  return match;
}

SchemaMatch Reversed(const SchemaMatch& match) {
  SchemaMatch reversed;
  for (const TableMatch& table : match) {
    TableMatch& one = reversed.emplace_back();
    one.before = table.after;
    one.after = table.before;
    for (const auto& [before, after] : table.columns) {
      one.columns.emplace_back(after, before);
    }
    one.forms_before = table.forms_after;
    one.forms_after = table.forms_before;
  }
  return reversed;
}

SchemaChange ChangeOf(const SchemaMatch& match) {
  SchemaChange change;
  for (const TableMatch& table : match) {
    if (table.before == nullptr) {
      change.made.push_back(table.after);
    } else if (table.after == nullptr) {
      change.dropped.push_back(table.before);
    } else {
      change.changed.push_back(ChangeOfTable(match, table));
    }
  }
  for (TableChange& table : change.changed) FindAltered(&table);
  change.changed.erase(
      std::remove_if(change.changed.begin(), change.changed.end(),
                     [](const TableChange& table) { return table.empty(); }),
      change.changed.end());
  return change;
}

}  // namespace modelservice
