#include "modelservice/db/sqlite/real_numbers.h"

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace modelservice::sqlite {
namespace {

bool IsNone(sqlite3_value* value) {
  return sqlite3_value_type(value) == SQLITE_NULL;
}

double RealOf(sqlite3_value* value) {
  if (sqlite3_value_type(value) == SQLITE_TEXT) {
    const absl::string_view text(
        reinterpret_cast<const char*>(sqlite3_value_text(value)),
        static_cast<size_t>(sqlite3_value_bytes(value)));
    if (absl::EqualsIgnoreCase(text, "NaN")) {
      return std::numeric_limits<double>::quiet_NaN();
    }
  }
  return sqlite3_value_double(value);
}

void SetReal(sqlite3_context* context, double number) {
  if (std::isnan(number)) {
    sqlite3_result_text(context, "NaN", -1, SQLITE_STATIC);
  } else {
    sqlite3_result_double(context, number);
  }
}

template <class Operation>
void ComputeReal(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (IsNone(arguments[0]) || IsNone(arguments[1])) return;
  SetReal(context, Operation()(RealOf(arguments[0]), RealOf(arguments[1])));
}

void DivideReal(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (IsNone(arguments[0]) || IsNone(arguments[1])) return;
  const double by = RealOf(arguments[1]);
  if (by != 0) SetReal(context, RealOf(arguments[0]) / by);
}

// Large numbers are added apart and made smaller, for their sum may have no
// room where their mean has. SQLite gives memory for a group that is all zero.
struct RealSum {
  double sum;
  double large;
  int64_t count;
};
constexpr double kLarge = 1e100;
constexpr int kLargePower = 600;

RealSum* RealSumOf(sqlite3_context* context, bool make) {
  return static_cast<RealSum*>(sqlite3_aggregate_context(
      context, make ? static_cast<int>(sizeof(RealSum)) : 0));
}

void AddReal(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (IsNone(arguments[0])) return;
  RealSum* const sum = RealSumOf(context, true);
  if (sum == nullptr) return sqlite3_result_error_nomem(context);
  const double number = RealOf(arguments[0]);
  if (std::fabs(number) < kLarge) {
    sum->sum += number;
  } else {
    sum->large += std::ldexp(number, -kLargePower);
  }
  ++sum->count;
}

void EndRealSum(sqlite3_context* context) {
  const RealSum* const sum = RealSumOf(context, false);
  if (sum == nullptr || sum->count == 0) return;
  SetReal(context, sum->sum + std::ldexp(sum->large, kLargePower));
}

void EndRealAverage(sqlite3_context* context) {
  const RealSum* const sum = RealSumOf(context, false);
  if (sum == nullptr || sum->count == 0) return;
  const auto count = static_cast<double>(sum->count);
  SetReal(context,
          sum->sum / count + std::ldexp(sum->large / count, kLargePower));
}

void MakeText(sqlite3_context* context, int, sqlite3_value** arguments) {
  sqlite3_value* const value = arguments[0];
  if (IsNone(value)) return;
  if (sqlite3_value_type(value) == SQLITE_FLOAT) {
    char* const text = sqlite3_mprintf("%!.15g", sqlite3_value_double(value));
    if (text == nullptr) return sqlite3_result_error_nomem(context);
    return sqlite3_result_text(context, text, -1, &sqlite3_free);
  }
  const auto* const text =
      reinterpret_cast<const char*>(sqlite3_value_text(value));
  if (text == nullptr) return sqlite3_result_error_nomem(context);
  sqlite3_result_text(context, text, sqlite3_value_bytes(value),
                      SQLITE_TRANSIENT);
}

}  // namespace

int AddRealNumbers(sqlite3* connection) {
  using Step = void(sqlite3_context*, int, sqlite3_value**);
  using End = void(sqlite3_context*);
  const auto add = [connection](const char* name, int arguments, Step* function,
                                Step* step, End* end) {
    return sqlite3_create_function(connection, name, arguments,
                                   SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                                   function, step, end);
  };
  for (const int code :
       {add("modelservice_real_add", 2, &ComputeReal<std::plus<>>, nullptr,
            nullptr),
        add("modelservice_real_subtract", 2, &ComputeReal<std::minus<>>,
            nullptr, nullptr),
        add("modelservice_real_multiply", 2, &ComputeReal<std::multiplies<>>,
            nullptr, nullptr),
        add("modelservice_real_divide", 2, &DivideReal, nullptr, nullptr),
        add("modelservice_real_sum", 1, nullptr, &AddReal, &EndRealSum),
        add("modelservice_real_average", 1, nullptr, &AddReal, &EndRealAverage),
        add("modelservice_text", 1, &MakeText, nullptr, nullptr)}) {
    if (code != SQLITE_OK) return code;
  }
  return SQLITE_OK;
}

}  // namespace modelservice::sqlite
