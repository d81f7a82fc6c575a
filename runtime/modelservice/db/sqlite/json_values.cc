#include "modelservice/db/sqlite/json_values.h"

#include <cstdint>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "modelservice/schema/timestamp_text.h"

namespace modelservice::sqlite {
namespace {

using JsonFunction = void (*)(sqlite3_context* context, int count,
                              sqlite3_value** arguments);

// False for what is no text.
bool GetJsonText(sqlite3_value* value, absl::string_view* text) {
  if (sqlite3_value_type(value) != SQLITE_TEXT) return false;
  const auto* const bytes =
      reinterpret_cast<const char*>(sqlite3_value_text(value));
  if (bytes == nullptr) return false;  // no memory
  *text = {bytes, static_cast<size_t>(sqlite3_value_bytes(value))};
  return true;
}

void JsonInteger(sqlite3_context* context, int, sqlite3_value** arguments) {
  absl::string_view text;
  if (!GetJsonText(arguments[0], &text)) {
    sqlite3_result_value(context, arguments[0]);
    return;
  }
  if (text.find_first_not_of("0123456789.-") != absl::string_view::npos) return;
  int64_t integer = 0;
  double real = 0;
  if (absl::SimpleAtoi(text, &integer)) {
    sqlite3_result_int64(context, integer);
  } else if (absl::SimpleAtod(text, &real)) {  // past 64 bits, too
    sqlite3_result_double(context, real);
  }
}

// As RFC 3339 has them, of which only the form is looked at here.
bool IsJsonTimestamp(absl::string_view text) {
  if (text.size() < 20 || text[10] != 'T' || text[16] != ':') return false;
  if (text.back() == 'Z') return true;
  const absl::string_view zone = text.substr(text.size() - 6);
  return (zone[0] == '+' || zone[0] == '-') && zone[3] == ':';
}

void JsonTimestamp(sqlite3_context* context, int, sqlite3_value** arguments) {
  absl::string_view text;
  int64_t seconds = 0;
  int32_t nanos = 0;
  if (!GetJsonText(arguments[0], &text) || !IsJsonTimestamp(text) ||
      !ParseTimestamp(text, &seconds, &nanos)) {
    return;
  }
  TimestampText form;
  const size_t size = WriteTimestamp(seconds, nanos, &form);
  if (size == 0) return;
  sqlite3_result_text64(context, form.data(), size, SQLITE_TRANSIENT,
                        SQLITE_UTF8);
}

void JsonDuration(sqlite3_context* context, int, sqlite3_value** arguments) {
  absl::string_view text;
  if (!GetJsonText(arguments[0], &text) || !absl::ConsumeSuffix(&text, "s")) {
    return;
  }
  const bool negative = absl::ConsumePrefix(&text, "-");
  const size_t point = text.find('.');
  const absl::string_view whole = text.substr(0, point);
  const absl::string_view fraction =
      point == absl::string_view::npos ? "" : text.substr(point + 1);
  constexpr absl::string_view kDigits = "0123456789";
  int64_t seconds = 0;
  if (whole.empty() || whole.size() > 12 || fraction.size() > 9 ||
      (point != absl::string_view::npos && fraction.empty()) ||
      whole.find_first_not_of(kDigits) != absl::string_view::npos ||
      fraction.find_first_not_of(kDigits) != absl::string_view::npos ||
      !absl::SimpleAtoi(whole, &seconds)) {
    return;
  }
  int64_t nanos = 0;
  for (size_t i = 0; i < 9; ++i) {
    nanos = nanos * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  }
  const int64_t micros = seconds * 1000000 + nanos / 1000;
  const int64_t rest = nanos % 1000;
  if (rest == 0) {
    sqlite3_result_int64(context, negative ? -micros : micros);
    return;
  }
  const double exact =
      static_cast<double>(micros) + static_cast<double>(rest) / 1000;
  sqlite3_result_double(context, negative ? -exact : exact);
}

}  // namespace

int AddJsonValues(sqlite3* connection) {
  for (const auto& [name, function] :
       {std::pair<const char*, JsonFunction>("modelservice_integer",
                                             &JsonInteger),
        std::pair<const char*, JsonFunction>("modelservice_timestamp",
                                             &JsonTimestamp),
        std::pair<const char*, JsonFunction>("modelservice_duration",
                                             &JsonDuration)}) {
    const int result = sqlite3_create_function(
        connection, name, 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
        function, nullptr, nullptr);
    if (result != SQLITE_OK) return result;
  }
  return SQLITE_OK;
}

}  // namespace modelservice::sqlite
