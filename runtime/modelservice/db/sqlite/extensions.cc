#include "modelservice/db/sqlite/extensions.h"

#include "modelservice/db/sqlite/decimal_arithmetic.h"
#include "modelservice/db/sqlite/decimal_collation.h"
#include "modelservice/db/sqlite/decimal_sum.h"
#include "modelservice/db/sqlite/json_inside.h"
#include "modelservice/db/sqlite/json_values.h"
#include "modelservice/db/sqlite/list_table.h"
#include "modelservice/db/sqlite/real_numbers.h"
#include "modelservice/db/sqlite/regexp.h"

namespace modelservice::sqlite {

int AddExtensions(sqlite3* connection) {
  for (const auto add : {&AddDecimalArithmetic, &AddDecimalCollation,
                         &AddDecimalSum, &AddJsonValues, &AddJsonInside,
                         &AddListTable, &AddRealNumbers, &AddRegexp}) {
    if (const int code = add(connection); code != SQLITE_OK) return code;
  }
  return SQLITE_OK;
}

}  // namespace modelservice::sqlite
