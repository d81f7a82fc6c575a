#include "modelservice/migrate/reasons.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/migrate/script_parts.h"
#include "modelservice/migrate/type_change.h"
#include "modelservice/sql/ddl.h"

namespace modelservice {
namespace {

std::string WhatOf(const IndexSpec& index) {
  return absl::StrCat(
      index.unique ? "unique " : "index ", Listed(index),
      index.where.empty() ? "" : absl::StrCat(" where ", index.where));
}

std::string WhatOf(const ReferenceSpec& reference) {
  return absl::StrCat(
      "reference (", absl::StrJoin(reference.columns, ", "), ") to ",
      reference.table,
      reference.on_delete == ReferentialAction::kNoAction
          ? ""
          : absl::StrCat(", ON DELETE ", ActionSql(reference.on_delete)));
}

std::string FieldOf(const TableSpec& table, const ColumnSpec& column) {
  return absl::StrCat(table.message, ".", column.field->name, " (",
                      column.field->number, ")");
}

std::string WhatOf(const AlteredColumn& change) {
  std::vector<std::string> parts;
  const ColumnSpec& a = *change.before;
  const ColumnSpec& b = *change.after;
  if (change.form()) {
    parts.push_back(absl::StrCat(change.form_before->text, " becomes ",
                                 change.form_after->text));
  } else if (change.type()) {
    parts.push_back(absl::StrCat(a.type.text, " becomes ", b.type.text));
  }
  if (change.nullable()) {
    parts.push_back(b.nullable ? "may be NULL" : "is never NULL");
  }
  if (change.default_sql()) {
    parts.push_back(b.default_sql.has_value()
                        ? absl::StrCat("default ", *b.default_sql)
                        : "no default");
  }
  if (change.generated()) {
    parts.push_back(b.generated == ColumnSpec::Generated::kKey
                        ? "given by the database"
                        : "not given by the database");
  }
  return absl::StrJoin(parts, ", ");
}

// Puts one line for each thing together.
class Reasons {
 public:
  explicit Reasons(const SchemaChange& change) : change_(change) {}

  std::vector<std::string> Write() {
    for (const TableSpec* const table : change_.made) {
      Add("+ table ", table->FullName(), ", for ", table->message);
    }
    for (const TableSpec* const table : change_.dropped) {
      Add("- table ", table->FullName(), ": ", table->message, " is gone");
    }
    for (const TableChange& table : change_.changed) AddTable(table);
    return std::move(lines_);
  }

 private:
  template <class... Parts>
  void Add(const Parts&... parts) {
    std::string line = absl::StrCat(parts...);
    // A comment of one line.
    std::replace(line.begin(), line.end(), '\n', ' ');
    lines_.push_back(std::move(line));
  }

  void AddTable(const TableChange& change) {
    const TableSpec& after = *change.after;
    const std::string name = after.FullName();
    if (change.renamed()) {
      Add("~ table ", change.before->FullName(), " is now ", name, ", for ",
          after.message);
    }
    for (const auto& [from, to] : change.renamed_columns) {
      Add("~ ", name, ": column ", from, " is now ", to, ", for ",
          FieldOf(after, *after.FindColumn(to)));
    }
    for (const ColumnSpec* const column : change.added_columns) {
      Add("+ ", name, ": column ", column->name, ", for ",
          FieldOf(after, *column));
    }
    for (const ColumnSpec* const column : change.dropped_columns) {
      Add("- ", name, ": column ", column->name, ", of ",
          FieldOf(*change.before, *column));
    }
    for (const AlteredColumn& column : change.altered_columns) {
      Add("~ ", name, ": column ", column.after->name, ": ", WhatOf(column));
    }
    if (change.key) {
      Add("~ ", name, ": its key is (", absl::StrJoin(after.primary_key, ", "),
          ")");
    }
    for (const IndexSpec* const index : change.dropped_indexes) {
      Add("- ", name, ": ", WhatOf(*index));
    }
    for (const IndexSpec* const index : change.added_indexes) {
      Add("+ ", name, ": ", WhatOf(*index));
    }
    for (const auto& [from, to] : change.renamed_indexes) {
      Add("~ ", name, ": index ", from, " is now ", to);
    }
    for (const CheckSpec* const check : change.dropped_checks) {
      Add("- ", name, ": check ", check->name);
    }
    for (const CheckSpec* const check : change.added_checks) {
      Add("+ ", name, ": check ", check->name, ": ", check->sql);
    }
    for (const auto& [from, to] : change.renamed_checks) {
      Add("~ ", name, ": check ", from, " is now ", to);
    }
    for (const ReferenceSpec* const reference : change.dropped_references) {
      Add("- ", name, ": ", WhatOf(*reference));
    }
    for (const ReferenceSpec* const reference : change.added_references) {
      Add("+ ", name, ": ", WhatOf(*reference));
    }
  }

  const SchemaChange& change_;
  std::vector<std::string> lines_;
};

class Dangers {
 public:
  Dangers(const SchemaChange& change, const Dialect& dialect)
      : change_(change), on_postgres_(dialect.alters_constraints()) {}

  std::vector<Danger> Find() {
    for (const TableSpec* const table : change_.dropped) {
      Add("drop",
          absl::StrCat("table ", table->FullName(),
                       " goes, and all of its rows"),
          "copy what is to stay first",
          absl::StrCat("ACCESS EXCLUSIVE on ", table->FullName(),
                       ", for a moment"));
    }
    for (const TableChange& table : change_.changed) FindIn(table);
    return std::move(dangers_);
  }

 private:
  void FindIn(const TableChange& change) {
    const std::string name = change.after->FullName();
    const std::string moment =
        absl::StrCat("ACCESS EXCLUSIVE on ", name, ", for a moment");
    const std::string rewrite = absl::StrCat(
        "ACCESS EXCLUSIVE on ", name, " while all of its rows are written");
    for (const ColumnSpec* const column : change.dropped_columns) {
      Add("drop",
          absl::StrCat("column ", column->name, " of ", name,
                       " goes, and what it holds"),
          "copy what is to stay first; servers of the version before use it",
          moment);
    }
    for (const ColumnSpec* const column : change.added_columns) {
      if (column->nullable || column->default_sql.has_value() ||
          column->generated == ColumnSpec::Generated::kKey) {
        continue;
      }
      Add("not_null",
          absl::StrCat("column ", column->name, " of ", name,
                       " has no value for the rows that are there: it is "
                       "refused unless there are none"),
          "give the field default_value, or make it optional, fill it in a "
          "migration of its own, and then make it required",
          moment);
    }
    for (const AlteredColumn& column : change.altered_columns) {
      const ColumnSpec& a = *column.before;
      const ColumnSpec& b = *column.after;
      const std::string what = absl::StrCat(
          "column ", b.name, " of ", name, " becomes ",
          column.form() ? column.form_after->text : b.type.text, ", from ",
          column.form() ? column.form_before->text : a.type.text);
      const ValueChange values =
          ValueChangeOf(column, *change.after, on_postgres_);
      if (column.type() && (values.narrows || !IsWider(a.type, b.type))) {
        Add("narrow",
            absl::StrCat(what,
                         ": values that do not fit are refused, or are "
                         "others afterwards",
                         b.type.kind == SqlType::Kind::kDecimal && on_postgres_
                             ? ", rounded to its digits"
                             : ""),
            "look at what it holds, or add a field and copy", rewrite);
      } else if (column.type() && on_postgres_ && !IsFree(a.type, b.type)) {
        Add("rewrite", what,
            "add a field of the new type, copy in pieces, and drop the old one "
            "later",
            rewrite);
      }
      if (column.nullable() && !b.nullable && !b.default_sql.has_value()) {
        Add("not_null",
            absl::StrCat("column ", b.name, " of ", name,
                         " may hold NULL, and is never NULL from now on: it "
                         "is refused while one is there"),
            "fill it in a migration of its own first",
            absl::StrCat("SHARE UPDATE EXCLUSIVE on ", name,
                         " while its rows are read"));
      }
    }
    if (change.key && on_postgres_) {
      Add("rewrite", absl::StrCat("the key of ", name, " becomes another one"),
          "do it while nobody writes",
          absl::StrCat("ACCESS EXCLUSIVE on ", name,
                       " while its index is made"));
    }
  }

  void Add(absl::string_view kind, std::string what, absl::string_view mend,
           absl::string_view lock) {
    dangers_.push_back(
        {std::string(kind),
         absl::StrCat(what, on_postgres_ ? absl::StrCat("; ", lock) : "", "; ",
                      mend)});
  }

  const SchemaChange& change_;
  const bool on_postgres_;
  std::vector<Danger> dangers_;
};

}  // namespace

std::string Listed(const IndexSpec& index) {
  return absl::StrCat(
      "(",
      absl::StrJoin(index.parts, ", ",
                    [](std::string* text, const ColumnOrder& part) {
                      absl::StrAppend(text, part.column,
                                      part.descending ? " DESC" : "");
                    }),
      ")");
}

std::vector<std::string> ReasonsOf(const SchemaChange& change) {
  return Reasons(change).Write();
}

std::vector<Danger> DangersOf(const SchemaChange& change,
                              const Dialect& dialect) {
  return Dangers(change, dialect).Find();
}

absl::Status CheckValues(const SchemaChange& change, const Dialect& dialect) {
  std::string told;
  for (const TableChange& table : change.changed) {
    for (const AlteredColumn& column : table.altered_columns) {
      const auto values =
          ValueChangeOf(column, *table.after, dialect.alters_constraints());
      if (!column.type() || values.possible) continue;
      absl::StrAppend(&told, "\n  column ", column.after->name, " of ",
                      table.after->FullName(), ": ", WhatOf(column));
    }
  }
  if (told.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "no SQL makes the values of the one those of the other:", told,
      "\nadd a field of the new type under a number of its own, fill it in a "
      "migration of C++ (registry.AddMigration), and remove the old one "
      "later"));
}

std::string NameOf(const SchemaChange& change) {
  std::vector<std::string> words;
  for (const TableSpec* const table : change.made) {
    words.push_back(table->name);
  }
  for (const TableSpec* const table : change.dropped) {
    words.push_back(absl::StrCat("drop_", table->name));
  }
  for (const TableChange& table : change.changed) {
    words.push_back(
        table.added_columns.size() == 1
            ? absl::StrCat(table.after->name, "_", table.added_columns[0]->name)
            : table.after->name);
  }
  std::string name = words.size() > 2 ? absl::StrCat(words[0], "_and_more")
                                      : absl::StrJoin(words, "_");
  for (char& c : name) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  constexpr size_t kMost = 40;
  return absl::AsciiStrToLower(name.substr(0, kMost));
}

}  // namespace modelservice
