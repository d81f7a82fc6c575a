// A column as the live database has it, whatever the model would have made.
//
//   const LiveColumn price = ParseLiveType("price", "decimal(10,2)");
//   // price.kind == ColumnKind::kDecimal, price.scale == 2
#ifndef MODELSERVICE_SQL_LIVE_COLUMN_H_
#define MODELSERVICE_SQL_LIVE_COLUMN_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace modelservice {

enum class ColumnKind {
  kOther,  // whose values only its own database knows
  kBool,
  kInteger,  // of `bits`
  kReal,     // of 32 bits where `bits` says so; not to SQLite
  kDecimal,
  kText,
  kBytes,
  kTimestamp,
  kDate,
  kTime,
  kInterval,
  kUuid,
  kJson,
  kEnum,
  kArray,
};

// The least that a span keeps: `interval day`, `interval hour to minute`.
enum class SpanUnit { kMicrosecond, kMinute, kHour, kDay, kMonth, kYear };

struct LiveColumn {
  std::string name;
  // As the database writes it, of a domain what it is made of: "numeric(10,2)".
  std::string type;
  ColumnKind kind = ColumnKind::kOther;
  int bits = 0;
  // In characters; padded with blanks, as char(n), or not. Of bit(n) the bits,
  // which are as many, or no more. -1 is none.
  int length = -1;
  bool fixed_length = false;
  // Of a decimal: all digits, and those behind the point; of a time or a span
  // those of its seconds. -1 is any.
  int precision = -1;
  int scale = -1;
  SpanUnit unit = SpanUnit::kMicrosecond;
  // Texts may be equal whose bytes differ: by the type (citext, char(n)) or the
  // collation. Only the database knows there what is equal.
  bool loosely_equal = false;
  // Of keys that may be spelled in several ways, and of those that a column
  // refers to, some that are there, as texts.
  std::vector<std::string> keys;
};

// Reads the names that SQL, SQLite's users and PostgreSQL have for types.
LiveColumn ParseLiveType(absl::string_view name, absl::string_view type);

// The one of this name, whatever its letters' case; null when there is none.
const LiveColumn* FindColumn(const std::vector<LiveColumn>& columns,
                             absl::string_view name);

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_LIVE_COLUMN_H_
