// The SQL of a file's models.
#ifndef MODELSERVICE_PLUGIN_EMIT_SQL_H_
#define MODELSERVICE_PLUGIN_EMIT_SQL_H_

#include <deque>
#include <string>
#include <vector>

#include "modelservice/schema/table.h"
#include "modelservice/sql/dialect.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// The runtime's description of a model's table, as generated code would build
// it. Views the model, which must outlive it.
class TableDescription {
 public:
  explicit TableDescription(const Model& model);

  // Valid as long as this object.
  const Table& table() const { return table_; }

 private:
  // In the order of construction: later ones point into earlier ones.
  std::deque<std::vector<absl::string_view>> allowed_;
  std::deque<Reference> references_;
  std::vector<Column> columns_;
  std::vector<Ordering> ordering_;
  std::deque<std::vector<IndexColumn>> index_columns_;
  std::vector<Index> indexes_;
  std::vector<Check> checks_;
  Table table_;
};

// x.sql: the DDL of every model in the file.
std::string EmitSql(const File& file, const Dialect& dialect);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_SQL_H_
