#include "modelservice/db/sqlite/decimals.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "modelservice/sql/decimal.h"

namespace modelservice::sqlite {
namespace {

// A column of type NUMERIC, as Django's are, has numbers in it.
std::string TextOf(sqlite3_value* value) {
  if (sqlite3_value_type(value) == SQLITE_FLOAT) {
    const double real = sqlite3_value_double(value);
    // The shortest that means it; one without an exponent.
    const std::string text = absl::StrFormat("%.15g", real);
    return text.find('e') == std::string::npos ? text
                                               : absl::StrFormat("%f", real);
  }
  const auto* const text =
      reinterpret_cast<const char*>(sqlite3_value_text(value));
  return std::string(text, static_cast<size_t>(sqlite3_value_bytes(value)));
}

void Refuse(sqlite3_context* context, absl::string_view text) {
  const std::string error = absl::StrCat("no decimal number: ", text);
  sqlite3_result_error(context, error.c_str(), -1);
}

void GiveText(sqlite3_context* context, const std::string& text) {
  sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT,
                        SQLITE_UTF8);
}

// SQLite gives memory for a group that is all zero, and no destructor: a
// pointer in it is ours until the last call, which always comes.
template <class State>
State** StateOf(sqlite3_context* context, bool make) {
  return static_cast<State**>(sqlite3_aggregate_context(
      context, make ? static_cast<int>(sizeof(State*)) : 0));
}

void AddToSum(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (sqlite3_value_type(arguments[0]) == SQLITE_NULL) return;
  DecimalSum** const sum = StateOf<DecimalSum>(context, true);
  if (sum == nullptr) return sqlite3_result_error_nomem(context);
  if (*sum == nullptr) *sum = new DecimalSum();
  const std::string text = TextOf(arguments[0]);
  if (!(*sum)->Add(text)) Refuse(context, text);
}

void EndSum(sqlite3_context* context) {
  DecimalSum** const sum = StateOf<DecimalSum>(context, false);
  if (sum == nullptr || *sum == nullptr) return;
  GiveText(context, (*sum)->Text());
  delete *sum;
}

// kSign: -1 for the least, 1 for the greatest.
template <int kSign>
void Look(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (sqlite3_value_type(arguments[0]) == SQLITE_NULL) return;
  std::string** const best = StateOf<std::string>(context, true);
  if (best == nullptr) return sqlite3_result_error_nomem(context);
  std::string text = TextOf(arguments[0]);
  const auto order =
      OrderOfDecimals(text, *best == nullptr ? absl::string_view(text) : **best);
  if (!order.has_value()) return Refuse(context, text);
  if (*best == nullptr) {
    *best = new std::string(std::move(text));
  } else if (*order * kSign > 0) {
    **best = std::move(text);
  }
}

void EndLook(sqlite3_context* context) {
  std::string** const best = StateOf<std::string>(context, false);
  if (best == nullptr || *best == nullptr) return;
  GiveText(context, **best);
  delete *best;
}

int Add(sqlite3* connection, const char* name,
        void (*step)(sqlite3_context*, int, sqlite3_value**),
        void (*end)(sqlite3_context*)) {
  return sqlite3_create_function(connection, name, 1,
                                 SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                                 nullptr, step, end);
}

}  // namespace

int AddDecimals(sqlite3* connection) {
  int code = Add(connection, "modelservice_decimal_sum", AddToSum, EndSum);
  if (code == SQLITE_OK) {
    code = Add(connection, "modelservice_decimal_min", Look<-1>, EndLook);
  }
  if (code == SQLITE_OK) {
    code = Add(connection, "modelservice_decimal_max", Look<1>, EndLook);
  }
  return code;
}

}  // namespace modelservice::sqlite
