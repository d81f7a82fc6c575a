// A table, and expressions over its columns, for tests of what they are as SQL.
#ifndef MODELSERVICE_SQL_EXPRESSION_TEST_SUPPORT_H_
#define MODELSERVICE_SQL_EXPRESSION_TEST_SUPPORT_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "modelservice/schema/table.h"
#include "modelservice/sql/expression.h"
#include "modelservice/value.h"

namespace modelservice::expression_testing {

inline constexpr Column kColumns[] = {
    Column("id", 1, FieldType::kInt64).PrimaryKey().AutoIncrement(),
    Column("name", 2, FieldType::kString),
    Column("age", 3, FieldType::kInt32).Presence().Nullable(),
    Column("price", 4, FieldType::kString).OfFormat(Format::kDecimal),
};
inline constexpr int kKey[] = {0};
inline constexpr Ordering kById[] = {{0}};
inline constexpr Table kTable("t", "T", kColumns, kKey, kById);

inline Literal Int(int64_t value) { return Literal(Value::Integer(value)); }
inline Literal Text(absl::string_view value) {
  return Literal(Value::Text(value));
}
inline Expression Id() { return Expression::Column(kTable, 0); }
inline Expression Name() { return Expression::Column(kTable, 1); }
inline Expression Age() { return Expression::Column(kTable, 2); }
inline Expression Price() { return Expression::Column(kTable, 3); }
inline Expression Adult() {
  return Expression::Compare(Age(), Comparison::kGreaterOrEqual, Int(18));
}

}  // namespace modelservice::expression_testing

#endif  // MODELSERVICE_SQL_EXPRESSION_TEST_SUPPORT_H_
