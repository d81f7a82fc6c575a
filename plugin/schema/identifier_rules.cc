#include "plugin/schema/identifier_rules.h"

#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"
#include "modelservice/schema/own_tables.h"
#include "modelservice/schema/utf8.h"
#include "modelservice/sql/identifier.h"
#include "plugin/schema/row_width.h"

namespace modelservice::plugin {
namespace {

// PostgreSQL's MaxHeapAttributeNumber, and SQLite's SQLITE_MAX_COLUMN, which is
// for keys, too.
constexpr size_t kMaxColumns = 1600;
constexpr size_t kMaxOfSqlite = 2000;

class IdentifierChecker {
 public:
  IdentifierChecker(const Model& model, Target target, Diagnostics& diagnostics)
      : model_(model),
        on_postgres_(target != Target::kSqlite),
        max_columns_(on_postgres_ ? kMaxColumns : kMaxOfSqlite),
        max_key_columns_(on_postgres_ ? kMaxKeyColumns : kMaxOfSqlite),
        diagnostics_(diagnostics) {}

  void Check() {
    CheckTable();
    for (const Field& field : model_.columns) CheckColumn(field);
    // What has no name of the user's is short.
    for (int i = 0; i < model_.settings.index_size(); ++i) {
      CheckName(model_.settings.index(i).name(), "index: its name",
                model_.places.Of({ModelSettings::kIndexFieldNumber, i}),
                model_.name, "shorten it, or drop name");
    }
    for (int i = 0; i < model_.settings.check_size(); ++i) {
      CheckName(model_.settings.check(i).name(), "check: its name",
                model_.places.Of({ModelSettings::kCheckFieldNumber, i}),
                model_.name, "shorten it, or drop name");
    }
    CheckNumbers();
  }

 private:
  void CheckTable() {
    const Place& place = model_.places.Of({ModelSettings::kTableFieldNumber});
    CheckName(model_.table.name, "its table", place, model_.name,
              "set a shorter table");
    if (IsOwnTable(model_.table.name)) {
      Report(place, model_.name,
             absl::StrCat("its table \"", model_.table.name,
                          "\" is one that modelservice makes for itself"),
             "set another table");
    }
    const std::string& schema = model_.table.schema;
    const Place& of_schema =
        model_.places.Of({ModelSettings::kSchemaFieldNumber});
    CheckName(schema, "schema", of_schema, model_.name, "set a shorter one");
    if (!on_postgres_) return;
    if (IsPostgresOwn(schema)) {
      Report(of_schema, model_.name,
             absl::StrCat("schema: \"", schema,
                          "\": PostgreSQL keeps names with pg_ for itself"),
             "name it differently");
    } else if (schema.empty() && IsPostgresOwn(model_.table.name)) {
      Report(place, model_.name,
             absl::StrCat("its table \"", model_.table.name,
                          "\": PostgreSQL looks for names with pg_ among its "
                          "own tables first"),
             "set another table, or a schema");
    }
  }

  void CheckColumn(const Field& field) {
    const Place& place = field.places.Of({FieldSettings::kColumnFieldNumber});
    const std::string element = absl::StrCat(model_.name, ".", field.name);
    CheckName(field.column->name, "its column", place, element,
              "set a shorter column");
    if (on_postgres_ && IsPostgresColumn(field.column->name)) {
      Report(place, element,
             absl::StrCat("its column \"", field.column->name,
                          "\" is one that every table of PostgreSQL has"),
             "set another column");
    }
  }

  void CheckNumbers() {
    if (model_.columns.size() > max_columns_) {
      Report(
          model_.places.Of(), model_.name,
          absl::StrCat("it has ", model_.columns.size(),
                       " columns, and a table has ", max_columns_, " at most"),
          "group fields in messages, which are one column each");
    }
    if (on_postgres_ && SmallestRow(model_) > kMaxRowBytes) {
      Report(model_.places.Of(), model_.name,
             absl::StrCat("its smallest row takes ", SmallestRow(model_),
                          " bytes on PostgreSQL, where a row has ",
                          kMaxRowBytes, " at most"),
             "make fields optional, or group them in messages");
    }
    if (model_.table.primary_key.size() > max_key_columns_) {
      Report(
          model_.places.Of({ModelSettings::kPrimaryKeyFieldNumber}),
          model_.name,
          absl::StrCat("primary_key: it has ", model_.table.primary_key.size(),
                       " fields, and a key has ", max_key_columns_, " at most"),
          "name fewer");
    }
    for (size_t i = 0; i < model_.table.indexes.size(); ++i) {
      const IndexSpec& index = model_.table.indexes[i];
      if (index.parts.size() <= max_key_columns_) continue;
      Report(model_.index_places[i], model_.name,
             absl::StrCat("index: it has ", index.parts.size(),
                          " fields, and an index has ", max_key_columns_,
                          " at most"),
             "name fewer");
    }
  }

  void CheckName(const std::string& name, absl::string_view what,
                 const Place& place, const std::string& element,
                 absl::string_view mend) {
    if (!IsUtf8(name)) {
      Report(place, element, absl::StrCat(what, " is not UTF-8"),
             "write it in UTF-8");
    } else if (on_postgres_ && name.size() > kMaxIdentifierBytes) {
      Report(place, element,
             absl::StrCat(what, " \"", name, "\" has ", name.size(),
                          " bytes, and PostgreSQL keeps ", kMaxIdentifierBytes,
                          " of a name"),
             mend);
    }
  }

  void Report(const Place& place, const std::string& element,
              absl::string_view fault, absl::string_view mend) {
    diagnostics_.Report(place, element, fault, mend);
  }

  const Model& model_;
  const bool on_postgres_;
  const size_t max_columns_;
  const size_t max_key_columns_;
  Diagnostics& diagnostics_;
};

}  // namespace

void CheckIdentifiers(const Model& model, Target target,
                      Diagnostics& diagnostics) {
  IdentifierChecker(model, target, diagnostics).Check();
}

}  // namespace modelservice::plugin
