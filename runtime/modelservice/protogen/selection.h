// Which tables and columns are to become messages and fields.
#ifndef MODELSERVICE_PROTOGEN_SELECTION_H_
#define MODELSERVICE_PROTOGEN_SELECTION_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "modelservice/introspect/catalog.h"
#include "modelservice/protogen/proto_file.h"

namespace modelservice::proto {

// What a file that is there calls a table and its columns.
struct KnownModel {
  std::string message;
  std::map<std::string, std::string> fields;  // by column
  std::set<std::string> relations;            // to many
  // Names in the message that no new field may have.
  std::set<std::string> taken;
};

// What the flags of generateproto say.
struct SelectionOptions {
  // Names of tables; `*` and `?` stand for any characters and any one.
  std::vector<std::string> tables;
  // The messages' names, one for each table; empty: by the tables'.
  std::vector<std::string> models;
  // Columns or fields, as `name` or `table.name`; empty: all.
  std::vector<std::string> fields;
  // Columns, fields or tables to leave out.
  std::vector<std::string> exclude;
  // By the table's full name.
  std::map<std::string, KnownModel> known;
  // What GiveKeys says of tables, by their full names.
  std::map<std::string, std::string> key_notes;
};

// A relation to many rows through a table of its own.
struct ToMany {
  std::string name;  // "groups", for the table auth_user_groups
  const catalog::Table* through;
  const catalog::Table* target;
  // The column of the target that the other table refers to.
  const catalog::Column* key;
};

// A column, or a relation to many, and the field's name.
struct SelectedField {
  const catalog::Column* column = nullptr;
  const ToMany* to_many = nullptr;
  std::string name;
};

struct SelectedTable {
  const catalog::Table* table;
  std::string message;
  std::vector<ToMany> relations;
  // The primary key, selected or not.
  std::vector<SelectedField> key;
  // In the order of the fields' numbers.
  std::vector<SelectedField> fields;
  // Columns without a DEFAULT that are NOT NULL and not selected.
  std::vector<std::string> missing;
  // Why columns of a table that a pattern names are left out.
  std::vector<std::string> dropped;
  // Of its key.
  std::string key_note;

  // The name of the field of a column; empty when it is not selected.
  std::string FieldOf(absl::string_view column) const;
};

// In the order of `options.tables`. With `django`, a foreign key's field is
// named as Django's is, "user" for user_id, and relations come last. What only
// a pattern names and cannot be had is left out, and why is added to
// `left_out`. The error names what is not there, and the nearest names that
// are.
absl::StatusOr<std::vector<SelectedTable>> Select(
    const catalog::Catalog& catalog, const SelectionOptions& options,
    bool django, bool to_many, std::vector<LeftOut>* left_out);

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_SELECTION_H_
