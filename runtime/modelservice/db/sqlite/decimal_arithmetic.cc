#include "modelservice/db/sqlite/decimal_arithmetic.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "modelservice/db/sqlite/decimal_sum.h"
#include "modelservice/schema/decimal_text.h"
#include "modelservice/sql/decimal_arithmetic.h"

namespace modelservice::sqlite {
namespace {

bool IsNull(sqlite3_value* value) {
  return sqlite3_value_type(value) == SQLITE_NULL;
}

void SetText(sqlite3_context* context, const std::string& text) {
  sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT,
                        SQLITE_UTF8);
}

template <auto kCompute>
void Compute(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (IsNull(arguments[0]) || IsNull(arguments[1])) return;
  const std::string a = DecimalTextOf(arguments[0]);
  const std::string b = DecimalTextOf(arguments[1]);
  const std::optional<std::string> result = kCompute(a, b);
  if (result.has_value()) return SetText(context, *result);
  Decimal decimal;
  RefuseDecimal(context, Decimal::Parse(a, &decimal) ? b : a);
}

// -1 is any number of digits. Without places, zeros at the end are none.
void Fit(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (IsNull(arguments[0])) return;
  const int max_digits = sqlite3_value_int(arguments[1]);
  const int places = sqlite3_value_int(arguments[2]);
  std::string text = DecimalTextOf(arguments[0]);
  if (places >= 0) {
    const auto rounded = RoundDecimal(text, static_cast<size_t>(places));
    if (!rounded.has_value()) return RefuseDecimal(context, text);
    text = *rounded;
  }
  Decimal decimal;
  if (!Decimal::Parse(text, &decimal)) return RefuseDecimal(context, text);
  if (places < 0) decimal.Strip();
  if (max_digits >= 0 &&
      static_cast<int>(decimal.whole().size()) > max_digits - places) {
    const std::string error =
        absl::StrCat(kTooManyDigits, ": more than ", max_digits - places,
                     " digits before the decimal point");
    sqlite3_result_error(context, error.c_str(), -1);
    return;
  }
  SetText(context, decimal.Text());
}

}  // namespace

int AddDecimalArithmetic(sqlite3* connection) {
  const auto add = [connection](const char* name, int arguments,
                                decltype(&Fit) function) {
    return sqlite3_create_function(connection, name, arguments,
                                   SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                                   function, nullptr, nullptr);
  };
  for (const int code :
       {add("modelservice_decimal_add", 2, &Compute<&AddDecimals>),
        add("modelservice_decimal_subtract", 2, &Compute<&SubtractDecimals>),
        add("modelservice_decimal_multiply", 2, &Compute<&MultiplyDecimals>),
        add("modelservice_decimal_fit", 3, &Fit)}) {
    if (code != SQLITE_OK) return code;
  }
  return SQLITE_OK;
}

}  // namespace modelservice::sqlite
