#include "modelservice/protogen/table_options.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/introspect/sql_rules.h"
#include "modelservice/protogen/proto_names.h"
#include "modelservice/protogen/unsaid_sql.h"
#include "modelservice/sql/identifier.h"

namespace modelservice::proto {
namespace {

ReferenceSettings::Action ActionOf(ReferentialAction action) {
  switch (action) {
    case ReferentialAction::kNoAction:
      return ReferenceSettings::NO_ACTION;
    case ReferentialAction::kRestrict:
      return ReferenceSettings::RESTRICT;
    case ReferentialAction::kCascade:
      return ReferenceSettings::CASCADE;
    case ReferentialAction::kSetNull:
      return ReferenceSettings::SET_NULL;
    case ReferentialAction::kSetDefault:
      return ReferenceSettings::SET_DEFAULT;
  }
  return ReferenceSettings::NO_ACTION;
}

bool IsRequired(const FieldSettings& settings) {
  return std::find(settings.behavior().begin(), settings.behavior().end(),
                   FieldSettings::REQUIRED) != settings.behavior().end();
}

// Whether the plugin takes the action for the field: a column that is NOT NULL
// cannot be set to NULL, nor one without a default to its default.
bool Allows(const Field& field, ReferentialAction action) {
  if (action == ReferentialAction::kSetNull) {
    return field.label == "optional" && !IsRequired(field.settings);
  }
  return action != ReferentialAction::kSetDefault ||
         field.settings.has_default_value();
}

// Sets what becomes of rows that refer by `fields`; false where not all of it
// can be said.
template <class Settings>
bool SetActions(const catalog::Table& table, const catalog::ForeignKey& key,
                const std::vector<const Field*>& fields, Settings* settings) {
  const auto allowed = [&](ReferentialAction action) {
    return std::all_of(fields.begin(), fields.end(), [&](const Field* field) {
      return Allows(*field, action);
    });
  };
  const bool deletes = !table.SetsSome(key) && allowed(key.on_delete);
  const bool updates = allowed(key.on_update);
  if (deletes && key.on_delete != ReferentialAction::kNoAction) {
    settings->set_on_delete(ActionOf(key.on_delete));
  }
  if (updates && key.on_update != ReferentialAction::kNoAction) {
    settings->set_on_update(ActionOf(key.on_update));
  }
  return deletes && updates;
}

std::string ColumnNames(const std::vector<std::string>& columns) {
  return absl::StrJoin(columns, ", ");
}

// As the plugin names an index that has no name.
std::string UsualName(const catalog::Table& table,
                      const catalog::Index& index) {
  std::string name = table.name;
  for (const catalog::IndexPart& part : index.parts) {
    absl::StrAppend(&name, "_", part.column);
  }
  return GeneratedName(name, index.unique ? "_key" : "_idx");
}

// One for the way by a foreign key, that no field and no other way has, in
// whatever case: in small letters, as the plugin wants it.
std::string WayName(const Message& message, const ForeignKeySettings& key) {
  const auto is_taken = [&](const std::string& name) {
    return std::any_of(message.fields.begin(), message.fields.end(),
                       [&](const Field& field) {
                         return absl::EqualsIgnoreCase(field.name, name) ||
                                absl::EqualsIgnoreCase(
                                    field.name, absl::StrCat(name, "_id"));
                       }) ||
           std::any_of(message.settings.foreign_key().begin(),
                       message.settings.foreign_key().end(),
                       [&](const ForeignKeySettings& other) {
                         return other.name() == name;
                       });
  };
  std::string name = absl::AsciiStrToLower(SnakeCase(key.model()));
  if (!is_taken(name)) return name;
  absl::StrAppend(&name, "_by_",
                  absl::AsciiStrToLower(absl::StrJoin(key.field(), "_")));
  while (is_taken(name)) name += "_";
  return name;
}

// SQLite takes a name in double quotes that no column has for a text; the
// plugin does not.
bool HasQuotedText(const catalog::Table& table, absl::string_view sql) {
  for (size_t i = 0; i < sql.size(); ++i) {
    const char quote = sql[i];
    if (quote != '\'' && quote != '"') continue;
    std::string name;
    for (++i; i < sql.size(); ++i) {
      if (sql[i] == quote && sql.substr(i + 1, 1) != sql.substr(i, 1)) break;
      if (sql[i] == quote) ++i;
      name.push_back(sql[i]);
    }
    const bool is_column =
        std::any_of(table.columns.begin(), table.columns.end(),
                    [&](const catalog::Column& column) {
                      return absl::EqualsIgnoreCase(column.name, name);
                    });
    if (quote == '"' && !is_column) return true;
  }
  return false;
}

}  // namespace

void TableOptions::Describe(const catalog::Column& column,
                            MappedField* mapped) {
  Field& field = mapped->field;
  const catalog::Table& table = *selected_.table;
  if (field.name != column.name) field.settings.set_column(column.name);
  checks_.insert(mapped->checks.begin(), mapped->checks.end());
  const bool comparable =
      field.label != "repeated" && field.type != "google.protobuf.Value";
  if (!comparable) {
    incomparable_.insert(column.name);
  } else {
    for (const catalog::Index& index : table.indexes) {
      if (index.parts.size() != 1 || index.parts[0].column != column.name ||
          index.parts[0].descending || !index.where.empty() ||
          !index.beyond.empty()) {
        continue;
      }
      index.unique ? field.settings.set_unique(true)
                   : field.settings.set_index(true);
      indexes_.insert(&index);
    }
  }
  DescribeReference(column, mapped);
}

void TableOptions::DescribeReference(const catalog::Column& column,
                                     MappedField* mapped) {
  Field* field = &mapped->field;
  const catalog::ForeignKey* key = selected_.table->ReferenceOf(column.name);
  if (key == nullptr) return;
  const catalog::Table* table = catalog_.FindReferenced(*key);
  const SelectedTable* target = FindSelected(table);
  const std::string referenced =
      key->referenced.empty() ? "" : key->referenced[0];
  const std::string name = target == nullptr ? "" : target->FieldOf(referenced);
  field->column.refers_elsewhere = table != nullptr && target == nullptr;
  if (name.empty() || !table->IsUnique(referenced)) {
    absl::StrAppend(&field->comment, field->comment.empty() ? "" : "\n",
                    "References ", key->table, "(", referenced, "), which ",
                    table == nullptr
                        ? "does not exist: SQLite refuses each write to this "
                          "table."
                        : "is not in this file.");
    return;
  }
  if (!IsSame(*mapped, column, *table, referenced)) {
    absl::StrAppend(&field->comment, field->comment.empty() ? "" : "\n",
                    "References ", key->table, "(", referenced,
                    "), of a type that no option refers to from here.");
    return;
  }
  ReferenceSettings& settings = *field->settings.mutable_references();
  settings.set_model(target->message);
  if (table->primary_key.size() != 1 || !table->IsKey(referenced)) {
    settings.set_field(name);
  }
  if (!SetActions(*selected_.table, *key, {field}, &settings)) {
    undescribed_.push_back(absl::StrCat("what becomes of ", column.name,
                                        " with the row that it refers to"));
  }
}

bool TableOptions::IsSame(const MappedField& mapped,
                          const catalog::Column& column,
                          const catalog::Table& table,
                          const std::string& referenced) const {
  // It wants the same type on both sides, and one that can be compared;
  // databases do not.
  const Field& field = mapped.field;
  const auto other = MapField(catalog_, table, *table.FindColumn(referenced));
  const bool same_type =
      other.ok() &&
      (mapped.values.has_value()
           ? other->values.has_value() &&
                 table.FindColumn(referenced)->type.name == column.type.name
           : !other->values.has_value() && other->field.type == field.type);
  return same_type &&
         other->field.settings.format() == field.settings.format() &&
         field.label != "repeated" && field.type != "google.protobuf.Value";
}

void TableOptions::AddForeignKey(const catalog::ForeignKey& key,
                                 Message* message) {
  const catalog::Table* const table = catalog_.FindReferenced(key);
  const SelectedTable* const target = FindSelected(table);
  ForeignKeySettings settings;
  // SQLite takes a key of several columns to one of fewer, which nothing keeps.
  bool fits = target != nullptr &&
              key.referenced.size() == key.columns.size() &&
              table->AreUnique(key.referenced);
  std::vector<const Field*> fields;
  for (size_t i = 0; fits && i < key.columns.size(); ++i) {
    const std::string name = selected_.FieldOf(key.columns[i]);
    const std::string referred = target->FieldOf(key.referenced[i]);
    const catalog::Column& column =
        *selected_.table->FindColumn(key.columns[i]);
    const auto field =
        std::find_if(message->fields.begin(), message->fields.end(),
                     [&](const Field& other) { return other.name == name; });
    const auto mapped = MapField(catalog_, *selected_.table, column);
    fits = field != message->fields.end() && !referred.empty() && mapped.ok() &&
           IsSame(*mapped, column, *table, key.referenced[i]);
    if (!fits) break;
    fields.push_back(&*field);
    settings.add_field(name);
    settings.add_to(referred);
  }
  if (!fits) {
    undescribed_.push_back(
        absl::StrCat("the reference of (", ColumnNames(key.columns), ") to ",
                     key.table, "(", ColumnNames(key.referenced), ")"));
    return;
  }
  settings.set_model(target->message);
  if (key.referenced == table->primary_key) settings.clear_to();
  if (!SetActions(*selected_.table, key, fields, &settings)) {
    undescribed_.push_back(absl::StrCat("what becomes of (",
                                        ColumnNames(key.columns),
                                        ") with the row that it refers to"));
  }
  settings.set_name(WayName(*message, settings));
  *message->settings.add_foreign_key() = settings;
}

const SelectedTable* TableOptions::FindSelected(
    const catalog::Table* table) const {
  for (const SelectedTable& candidate : all_) {
    if (candidate.table == table) return &candidate;
  }
  return nullptr;
}

void TableOptions::AddIndex(const catalog::Index& index, Message* message) {
  std::string unfit = index.beyond;
  std::set<std::string> columns;
  for (const catalog::IndexPart& part : index.parts) {
    if (!unfit.empty()) break;
    if (!columns.insert(part.column).second) {
      unfit = absl::StrCat("over ", part.column, " twice");
    }
    if (selected_.FieldOf(part.column).empty()) {
      unfit = absl::StrCat("over ", part.column, ", which is left out");
    } else if (incomparable_.count(part.column) > 0) {
      unfit =
          absl::StrCat("over ", part.column, ", which holds no single value");
    }
  }
  if (unfit.empty() && !index.where.empty() && NamesUnselected(index.where)) {
    unfit = "for its condition is about what is left out";
  }
  if (const auto part = UnsaidPart(index.where);
      unfit.empty() && !part.empty()) {
    unfit = absl::StrCat("for its condition has ", part);
  }
  if (unfit.empty() && !catalog_.postgres &&
      HasQuotedText(*selected_.table, index.where)) {
    unfit = "for its condition has a text in double quotes";
  }
  if (!unfit.empty()) {
    undescribed_.push_back(
        absl::StrCat(index.unique ? "unique index " : "index ", index.name,
                     " (", unfit, ")"));
    return;
  }
  IndexSettings& settings = *message->settings.add_index();
  for (const catalog::IndexPart& part : index.parts) {
    settings.add_field(absl::StrCat(part.descending ? "-" : "",
                                    selected_.FieldOf(part.column)));
  }
  if (index.unique) settings.set_unique(true);
  if (index.name != UsualName(*selected_.table, index) &&
      !absl::StartsWith(index.name, "sqlite_autoindex_")) {
    settings.set_name(index.name);
  }
  if (!index.where.empty()) settings.set_where(index.where);
}

bool TableOptions::NamesUnselected(const std::string& sql) const {
  return std::any_of(selected_.table->columns.begin(),
                     selected_.table->columns.end(),
                     [&](const catalog::Column& column) {
                       return selected_.FieldOf(column.name).empty() &&
                              catalog::Names(sql, column.name);
                     });
}

void TableOptions::AddChecks(Message* message) {
  for (const catalog::Check& check : selected_.table->checks) {
    if (checks_.count(&check) > 0) continue;
    if (NamesUnselected(check.sql)) {
      undescribed_.push_back(absl::StrCat(
          "CHECK (", check.sql, "), which is about what is left out"));
      continue;
    }
    if (const auto part = UnsaidPart(check.sql); !part.empty()) {
      undescribed_.push_back(
          absl::StrCat("CHECK (", Printable(check.sql), "), which has ", part));
      continue;
    }
    if (!catalog_.postgres && HasQuotedText(*selected_.table, check.sql)) {
      undescribed_.push_back(absl::StrCat(
          "CHECK (", check.sql, "), which has a text in double quotes"));
      continue;
    }
    CheckSettings& settings = *message->settings.add_check();
    if (!check.name.empty()) settings.set_name(check.name);
    settings.set_sql(check.sql);
  }
}

void TableOptions::Finish(Message* message) {
  const catalog::Table& table = *selected_.table;
  message->settings.set_table(table.name);
  if (!table.schema.empty()) message->settings.set_schema(table.schema);
  if (table.primary_key.size() > 1) {
    for (const std::string& column : table.primary_key) {
      message->settings.add_primary_key(selected_.FieldOf(column));
    }
  }
  for (const catalog::Index& index : table.indexes) {
    if (indexes_.count(&index) == 0) AddIndex(index, message);
  }
  AddChecks(message);
  for (const catalog::ForeignKey& key : table.foreign_keys) {
    if (key.columns.size() > 1) AddForeignKey(key, message);
  }
  for (const ToMany& relation : selected_.relations) {
    if (FindSelected(relation.through) != nullptr) continue;
    notes_.push_back(absl::StrCat("To many: ", relation.name,
                                  ", through table ",
                                  relation.through->FullName(), "."));
  }
  if (!selected_.key_note.empty()) notes_.push_back(selected_.key_note);
  for (const std::string& dropped : selected_.dropped) {
    notes_.push_back(absl::StrCat("Left out: ", dropped, "."));
  }
  if (!selected_.missing.empty()) {
    notes_.push_back(
        absl::StrCat("The database refuses a Create while NOT NULL columns "
                     "without a DEFAULT are left out: ",
                     ColumnNames(selected_.missing), "."));
  }
  if (!undescribed_.empty()) {
    notes_.insert(notes_.begin(),
                  absl::StrCat("Without an option: ",
                               absl::StrJoin(undescribed_, "; "), "."));
  }
  std::string& comment = message->comment;
  for (const std::string& note : notes_) {
    absl::StrAppend(&comment, comment.empty() ? "" : "\n", note);
  }
}

}  // namespace modelservice::proto
