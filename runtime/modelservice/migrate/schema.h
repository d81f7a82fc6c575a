// All tables of the models at one time, as one kind of database makes them:
// what migrations lead from and to.
//
//   absl::StatusOr<Schema> before = ReadSchema(text, "schema.textproto");
//   absl::StatusOr<Schema> after = SchemaOf(models, SqliteDialect());
//
// Plain values.
#ifndef MODELSERVICE_MIGRATE_SCHEMA_H_
#define MODELSERVICE_MIGRATE_SCHEMA_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/migrate/value_change.h"
#include "modelservice/schema/model.h"
#include "modelservice/schema/table_spec.h"
#include "modelservice/sql/dialect.h"

namespace google::protobuf {
class Descriptor;
}  // namespace google::protobuf

namespace modelservice {

struct SchemaTable {
  // As MadeTable gives it, but that `message` is the message's full name and
  // each column has its field: name and number.
  TableSpec spec;
  // Of the options; the full name of a message.
  std::string renamed_from;
  // By column, the name of a field.
  std::map<std::string, std::string> columns_renamed_from;
  // By column; of the file beside migrations, without the names of enums.
  std::map<std::string, ValueForm> forms;
};

struct Schema {
  // The last migration that is in it; empty: none.
  std::string last;
  std::vector<SchemaTable> tables;
};

// What the models say. Of two that store one table, the first that has all
// columns counts; FAILED_PRECONDITION where neither does, or where two tables
// or columns would be one to the database.
absl::StatusOr<Schema> SchemaOf(absl::Span<const Model* const> models,
                                const Dialect& dialect);

// A table of a model whose message is called so.
SchemaTable SchemaTableOf(const Table& table, absl::string_view message,
                          const Dialect& dialect);

// What the options of the message, whose table it is, say of renames, and what
// its enums call their values.
void ReadRenames(const google::protobuf::Descriptor& message,
                 SchemaTable* table);

// The file beside migrations: text in which each line says one thing.
std::string WriteSchema(const Schema& schema);
// `place` is for errors, which name what to do.
absl::StatusOr<Schema> ReadSchema(absl::string_view text,
                                  absl::string_view place);

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_SCHEMA_H_
