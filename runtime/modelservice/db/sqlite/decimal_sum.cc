#include "modelservice/db/sqlite/decimal_sum.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "modelservice/sql/decimal_sum.h"

namespace modelservice::sqlite {

std::string DecimalTextOf(sqlite3_value* value) {
  if (sqlite3_value_type(value) == SQLITE_FLOAT) {
    return absl::StrFormat("%.15g", sqlite3_value_double(value));
  }
  const auto* const text =
      reinterpret_cast<const char*>(sqlite3_value_text(value));
  return std::string(text, static_cast<size_t>(sqlite3_value_bytes(value)));
}

void RefuseDecimal(sqlite3_context* context, absl::string_view text) {
  const std::string error = absl::StrCat("no decimal number: ", text);
  sqlite3_result_error(context, error.c_str(), -1);
}

namespace {

// SQLite gives memory for a group that is all zero, and no destructor: a
// pointer in it is ours until the last call, which always comes.
DecimalSum** SumOf(sqlite3_context* context, bool make) {
  return static_cast<DecimalSum**>(sqlite3_aggregate_context(
      context, make ? static_cast<int>(sizeof(void*)) : 0));
}

void Add(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (sqlite3_value_type(arguments[0]) == SQLITE_NULL) return;
  DecimalSum** const sum = SumOf(context, true);
  if (sum == nullptr) return sqlite3_result_error_nomem(context);
  if (*sum == nullptr) *sum = new DecimalSum();
  const std::string text = DecimalTextOf(arguments[0]);
  if (!(*sum)->Add(text)) RefuseDecimal(context, text);
}

void End(sqlite3_context* context) {
  DecimalSum** const sum = SumOf(context, false);
  if (sum == nullptr || *sum == nullptr) return;
  const std::string text = (*sum)->Text();
  sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT,
                        SQLITE_UTF8);
  delete *sum;
}

}  // namespace

int AddDecimalSum(sqlite3* connection) {
  return sqlite3_create_function(connection, "modelservice_decimal_sum", 1,
                                 SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                                 nullptr, Add, End);
}

}  // namespace modelservice::sqlite
