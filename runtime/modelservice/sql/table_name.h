// A table as statements name it.
#ifndef MODELSERVICE_SQL_TABLE_NAME_H_
#define MODELSERVICE_SQL_TABLE_NAME_H_

#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "modelservice/schema/table.h"

namespace modelservice {

struct TableName {
  std::string schema;  // empty: where the database looks first
  std::string name;
  std::string alias;  // empty: none

  TableName() = default;
  explicit TableName(absl::string_view table, absl::string_view alias_ = {})
      : name(table), alias(alias_) {}
  explicit TableName(const Table& table, absl::string_view alias_ = {})
      : schema(table.schema), name(table.name), alias(alias_) {}

  friend bool operator==(const TableName& a, const TableName& b) {
    return a.schema == b.schema && a.name == b.name && a.alias == b.alias;
  }
};

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_TABLE_NAME_H_
