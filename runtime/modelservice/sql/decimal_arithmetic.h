// Exact arithmetic of decimal numbers as texts, as PostgreSQL does that of its
// NUMERIC: for databases that have none.
//
//   AddDecimals("10.50", "1");         // "11.50"
//   MultiplyDecimals("1.5", "-0.20");  // "-0.300"
//   DivideDecimal("10", 4);            // "2.5000000000000000"
//   RoundDecimal("2.345", 2);          // "2.35"
//
// Of what is no decimal (schema/decimal_text.h) there is no result. Pure; safe
// from any thread.
#ifndef MODELSERVICE_SQL_DECIMAL_ARITHMETIC_H_
#define MODELSERVICE_SQL_DECIMAL_ARITHMETIC_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace modelservice {

// With as many digits behind the point as the one that has more.
std::optional<std::string> AddDecimals(absl::string_view a,
                                       absl::string_view b);
std::optional<std::string> SubtractDecimals(absl::string_view a,
                                            absl::string_view b);
// With as many as both.
std::optional<std::string> MultiplyDecimals(absl::string_view a,
                                            absl::string_view b);
// With sixteen digits that count, or a few more, and no fewer behind the point
// than it has. None by zero.
std::optional<std::string> DivideDecimal(absl::string_view a, uint64_t by);
// With so many, half of the last one away from zero.
std::optional<std::string> RoundDecimal(absl::string_view a, size_t scale);

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_DECIMAL_ARITHMETIC_H_
