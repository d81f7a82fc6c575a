// Random schemas, and others that they become, with rows that any of them take.
#ifndef MODELSERVICE_MIGRATE_RANDOM_SCHEMA_TEST_SUPPORT_H_
#define MODELSERVICE_MIGRATE_RANDOM_SCHEMA_TEST_SUPPORT_H_

#include <random>
#include <set>
#include <string>
#include <vector>

#include "modelservice/migrate/schema.h"
#include "modelservice/schema/table_spec.h"

namespace modelservice {

// Tables as models describe them; `message` is the full name.
using Tables = std::vector<TableSpec>;

Schema SchemaOf(const Tables& tables, const Dialect& dialect);

class RandomSchema {
 public:
  explicit RandomSchema(unsigned seed) : random_(seed) {}

  Tables Make();
  // What developers do between two versions. What rows there cannot stay is
  // left as it is: nothing is made unique that is not.
  Tables Change(const Tables& before);

 private:
  int Pick(int most) {
    return std::uniform_int_distribution<int>(0, most - 1)(random_);
  }
  bool Chance(int percent) { return Pick(100) < percent; }

  ColumnSpec NewColumn();
  TableSpec NewTable();
  void AddRules(TableSpec* table);
  void AddReference(const Tables& tables, TableSpec* table);
  void ChangeTable(const Tables& tables, TableSpec* table);
  void ChangeColumn(TableSpec* table, ColumnSpec* column);
  void Rename(TableSpec* table, const std::string& from, const std::string& to);

  std::mt19937 random_;
  int number_ = 1;  // of the last field
  int message_ = 0;
  int name_ = 0;
};

// Whether the column's values are what they were.
bool KeepsValues(const ColumnSpec& before, const ColumnSpec& after);

// A row of a table for each of the keys 1 to `count`, as SQL.
std::string RowsSql(const TableSpec& table, int count, const Dialect& dialect);

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_RANDOM_SCHEMA_TEST_SUPPORT_H_
