#include "modelservice/db/sqlite/decimal_sum.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "modelservice/sql/decimal_arithmetic.h"
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

struct Total {
  DecimalSum sum;
  uint64_t count = 0;
};

// SQLite gives memory for a group that is all zero, and no destructor: a
// pointer in it is ours until the last call, which always comes.
Total** TotalOf(sqlite3_context* context, bool make) {
  return static_cast<Total**>(sqlite3_aggregate_context(
      context, make ? static_cast<int>(sizeof(void*)) : 0));
}

void Add(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (sqlite3_value_type(arguments[0]) == SQLITE_NULL) return;
  Total** const total = TotalOf(context, true);
  if (total == nullptr) return sqlite3_result_error_nomem(context);
  if (*total == nullptr) *total = new Total();
  const std::string text = DecimalTextOf(arguments[0]);
  if (!(*total)->sum.Add(text)) return RefuseDecimal(context, text);
  ++(*total)->count;
}

std::string SumOf(const Total& total) { return total.sum.Text(); }

std::string MeanOf(const Total& total) {
  return DivideDecimal(total.sum.Text(), total.count).value_or("");
}

template <std::string (*kResult)(const Total&)>
void End(sqlite3_context* context) {
  Total** const total = TotalOf(context, false);
  if (total == nullptr || *total == nullptr) return;
  const std::string text = kResult(**total);
  sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT,
                        SQLITE_UTF8);
  delete *total;
}

}  // namespace

int AddDecimalSum(sqlite3* connection) {
  const auto add = [connection](const char* name,
                                void (*end)(sqlite3_context*)) {
    return sqlite3_create_function(connection, name, 1,
                                   SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                                   nullptr, Add, end);
  };
  const int code = add("modelservice_decimal_sum", &End<&SumOf>);
  return code != SQLITE_OK ? code
                           : add("modelservice_decimal_average", &End<&MeanOf>);
}

}  // namespace modelservice::sqlite
