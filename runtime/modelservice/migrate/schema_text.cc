#include <google/protobuf/text_format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "modelservice/base/compat.h"
#include "modelservice/migrate/schema.h"
#include "modelservice/migration.pb.h"
#include "modelservice/schema/utf8.h"
#include "modelservice/sql/ddl.h"

namespace modelservice {
namespace {

namespace pb = google::protobuf;

constexpr absl::string_view kTitle =
    "# What the tables are after the last migration here. makemigrations reads "
    "and\n# writes it; after a merge it has what both branches have, one line "
    "for each\n# thing, and the last of the migrations.\n";
constexpr absl::string_view kDescending = " DESC";

// One line: `name { ... }`.
void AppendLine(absl::string_view name, const pb::Message& message,
                std::string* text) {
  pb::TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  printer.SetUseUtf8StringEscaping(true);
  std::string line;
  (void)printer.PrintToString(message, &line);
  absl::StrAppend(text, name, " { ", line, absl::EndsWith(line, " ") ? "" : " ",
                  "}\n");
}

std::string ActionText(ReferentialAction action) {
  return action == ReferentialAction::kNoAction
             ? ""
             : std::string(ActionSql(action));
}

absl::StatusOr<ReferentialAction> ActionOf(const std::string& text) {
  using Action = ReferentialAction;
  if (text.empty()) return Action::kNoAction;
  for (const Action action : {Action::kRestrict, Action::kCascade,
                              Action::kSetNull, Action::kSetDefault}) {
    if (text == ActionSql(action)) return action;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is no action of a reference"));
}

// Behind a column's line, what its type does not tell: "}  # enum NAME". So
// earlier programs wrote it.
constexpr absl::string_view kForm = "}  # ";

// Of each line that has a column.
std::vector<std::string> FormsIn(absl::string_view text) {
  std::vector<std::string> forms;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (!absl::StartsWith(line, "column {")) continue;
    line = absl::StripTrailingAsciiWhitespace(line);
    const size_t at = line.rfind(kForm);
    const absl::string_view form =
        at == absl::string_view::npos ? "" : line.substr(at + kForm.size());
    const bool is_form = std::all_of(form.begin(), form.end(), [](char c) {
      return c == ' ' || absl::ascii_isalnum(static_cast<unsigned char>(c));
    });
    forms.emplace_back(is_form ? form : "");
  }
  return forms;
}

void AppendTable(const SchemaTable& whole, std::string* text) {
  const TableSpec& table = whole.spec;
  const std::string name = table.FullName();
  TableState state;
  state.set_name(table.name);
  state.set_schema(table.schema);
  state.set_message(table.message);
  for (const std::string& column : table.primary_key) {
    state.add_primary_key(column);
  }
  absl::StrAppend(text, "\n");
  AppendLine("table", state, text);

  std::vector<const ColumnSpec*> columns;
  for (const ColumnSpec& column : table.columns) columns.push_back(&column);
  std::stable_sort(columns.begin(), columns.end(),
                   [](const ColumnSpec* a, const ColumnSpec* b) {
                     return a->field->number < b->field->number;
                   });
  for (const ColumnSpec* const column : columns) {
    ColumnState line;
    line.set_table(name);
    line.set_number(column->field->number);
    line.set_name(column->name);
    line.set_field(column->field->name);
    line.set_type(column->type.text);
    line.set_not_null(!column->nullable);
    line.set_generated(column->generated == ColumnSpec::Generated::kKey);
    if (column->default_sql.has_value())
      line.set_default_(*column->default_sql);
    const auto form = whole.forms.find(column->name);
    if (form != whole.forms.end()) line.set_form(form->second.text);
    AppendLine("column", line, text);
  }
  std::set<std::string> lines;  // in the order of their texts
  for (const IndexSpec& index : table.indexes) {
    IndexState line;
    line.set_table(name);
    line.set_name(index.name);
    for (const ColumnOrder& part : index.parts) {
      line.add_column(
          absl::StrCat(part.column, part.descending ? kDescending : ""));
    }
    line.set_unique(index.unique);
    line.set_where(index.where);
    std::string printed;
    AppendLine("index", line, &printed);
    lines.insert(std::move(printed));
  }
  for (const CheckSpec& check : table.checks) {
    CheckState line;
    line.set_table(name);
    line.set_name(check.name);
    line.set_sql(check.sql);
    std::string printed;
    AppendLine("check", line, &printed);
    lines.insert(std::move(printed));
  }
  for (const ReferenceSpec& reference : table.foreign_keys) {
    ReferenceState line;
    line.set_table(name);
    for (const std::string& column : reference.columns) line.add_column(column);
    line.set_to_schema(reference.schema);
    line.set_to_table(reference.table);
    for (const std::string& column : reference.referenced) {
      line.add_to_column(column);
    }
    line.set_on_delete(ActionText(reference.on_delete));
    line.set_on_update(ActionText(reference.on_update));
    std::string printed;
    AppendLine("reference", line, &printed);
    lines.insert(std::move(printed));
  }
  for (const std::string& line : lines) absl::StrAppend(text, line);
}

// Puts the lines of a state together.
class Reader {
 public:
  Reader(const SchemaState& state, std::vector<std::string> forms,
         absl::string_view place)
      : state_(state), forms_(std::move(forms)), place_(place) {}

  absl::StatusOr<Schema> Read() {
    schema_.last = state_.last();
    for (const TableState& line : state_.table()) {
      TableSpec& table = schema_.tables.emplace_back().spec;
      table.name = line.name();
      table.schema = line.schema();
      table.message = line.message();
      table.primary_key.assign(line.primary_key().begin(),
                               line.primary_key().end());
      if (TableOf(table.FullName()) != &table) {
        return Fault(
            absl::StrCat("table \"", table.FullName(), "\" is there twice"));
      }
    }
    for (int i = 0; i < state_.column_size(); ++i) {
      const ColumnState& line = state_.column(i);
      TableSpec* const table = TableOf(line.table());
      if (table == nullptr) return NoTable(line.table());
      if (table->FindColumn(line.name()) != nullptr) {
        return Fault(absl::StrCat("column \"", line.name(), "\" of \"",
                                  line.table(), "\" is there twice"));
      }
      ColumnSpec& column = table->columns.emplace_back();
      column.name = line.name();
      column.type = WrittenType(line.type());
      column.nullable = !line.not_null();
      if (line.generated()) column.generated = ColumnSpec::Generated::kKey;
      if (line.has_default_()) column.default_sql = line.default_();
      FieldSpec& field = column.field.emplace();
      field.name = line.field();
      field.number = line.number();
      ValueForm& form = FormsOf(line.table())[line.name()];
      form.text = line.form();
      // Else somebody has written lines otherwise.
      if (form.text.empty() &&
          forms_.size() == static_cast<size_t>(state_.column_size())) {
        form.text = forms_[static_cast<size_t>(i)];
        form.without_format = true;
      }
    }
    for (const IndexState& line : state_.index()) {
      TableSpec* const table = TableOf(line.table());
      if (table == nullptr) return NoTable(line.table());
      IndexSpec& index = table->indexes.emplace_back();
      index.name = line.name();
      for (absl::string_view part : line.column()) {
        const bool descending = absl::EndsWith(part, kDescending);
        if (descending) part.remove_suffix(kDescending.size());
        index.parts.push_back({std::string(part), descending});
      }
      index.unique = line.unique();
      index.of_constraint = line.name().empty();
      index.where = line.where();
    }
    for (const CheckState& line : state_.check()) {
      TableSpec* const table = TableOf(line.table());
      if (table == nullptr) return NoTable(line.table());
      table->checks.push_back({line.name(), line.sql()});
    }
    for (const ReferenceState& line : state_.reference()) {
      if (auto status = AddReference(line); !status.ok()) return status;
    }
    return std::move(schema_);
  }

 private:
  absl::Status AddReference(const ReferenceState& line) {
    TableSpec* const table = TableOf(line.table());
    if (table == nullptr) return NoTable(line.table());
    ReferenceSpec reference;
    reference.columns.assign(line.column().begin(), line.column().end());
    reference.schema = line.to_schema();
    reference.table = line.to_table();
    reference.referenced.assign(line.to_column().begin(),
                                line.to_column().end());
    const auto on_delete = ActionOf(line.on_delete());
    const auto on_update = ActionOf(line.on_update());
    if (!on_delete.ok()) return Fault(on_delete.status().message());
    if (!on_update.ok()) return Fault(on_update.status().message());
    reference.on_delete = *on_delete;
    reference.on_update = *on_update;
    table->foreign_keys.push_back(std::move(reference));
    return absl::OkStatus();
  }

  std::map<std::string, ValueForm>& FormsOf(absl::string_view name) {
    return std::find_if(schema_.tables.begin(), schema_.tables.end(),
                        [&](const SchemaTable& table) {
                          return table.spec.FullName() == name;
                        })
        ->forms;
  }
  TableSpec* TableOf(absl::string_view name) {
    for (SchemaTable& table : schema_.tables) {
      if (table.spec.FullName() == name) return &table.spec;
    }
    return nullptr;
  }
  absl::Status NoTable(absl::string_view name) const {
    return Fault(absl::StrCat("there is no line for table \"", name, "\""));
  }
  absl::Status Fault(absl::string_view what) const {
    return absl::FailedPreconditionError(
        absl::StrCat(place_, ": ", what,
                     "; after a merge it has each line of both branches once"));
  }

  const SchemaState& state_;
  const std::vector<std::string> forms_;
  const absl::string_view place_;
  Schema schema_;
};

}  // namespace

std::string WriteSchema(const Schema& schema) {
  SchemaState last;
  last.set_last(schema.last);
  std::string text(kTitle);
  std::string line;
  (void)pb::TextFormat::PrintToString(last, &line);
  absl::StrAppend(&text, line);
  std::vector<const SchemaTable*> tables;
  for (const SchemaTable& table : schema.tables) tables.push_back(&table);
  std::sort(tables.begin(), tables.end(),
            [](const SchemaTable* a, const SchemaTable* b) {
              return a->spec.FullName() < b->spec.FullName();
            });
  for (const SchemaTable* const table : tables) AppendTable(*table, &text);
  return text;
}

absl::StatusOr<Schema> ReadSchema(absl::string_view text,
                                  absl::string_view place) {
  text = WithoutByteOrderMark(text);
  SchemaState state;
  pb::TextFormat::Parser parser;
  compat::FirstError error;
  parser.RecordErrorsTo(&error);
  if (!parser.ParseFromString(std::string(text), &state)) {
    return absl::FailedPreconditionError(
        absl::StrCat(place, ":", error.text,
                     "; after a merge it has each line of both branches once"));
  }
  return Reader(state, FormsIn(text), place).Read();
}

}  // namespace modelservice
