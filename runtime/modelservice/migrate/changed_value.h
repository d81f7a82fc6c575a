// A column's values before and after its field's type changed, and what scripts
// say of those that cannot stay. For value_change.h.
#ifndef MODELSERVICE_MIGRATE_CHANGED_VALUE_H_
#define MODELSERVICE_MIGRATE_CHANGED_VALUE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "modelservice/migrate/value_change.h"

namespace modelservice {

// What values are, by type and form.
enum class Shape {
  kBool,
  kInteger,
  kUnsigned,
  kReal,  // decimals, too
  kText,
  kName,  // of an enum
  kBytes,
  kWire,  // of a message
  kJson,
  kList,
  kTime,  // a date, or the time of a day
  kTimestamp,
  kSpan,
  kLetters,  // UUIDs, addresses: what has one text
  kOther,    // what the database alone knows
};

bool IsNumber(Shape shape);
bool IsDate(const StoredAs& values);
// SQLite's decimal, which is a text.
bool IsDigits(const StoredAs& values);

// 'text'
std::string QuotedText(absl::string_view text);

struct ChangedValue {
  ChangedValue(const StoredAs& before, const StoredAs& after,
               absl::string_view column, absl::string_view place,
               bool on_postgres);

  // An expression that fails on any value, and tells it. NULL stays NULL.
  std::string Refused(absl::string_view why) const;
  ValueChange Impossible() const;
  ValueChange If(absl::string_view condition, absl::string_view value,
                 absl::string_view why) const;
  // With what comes first: " WHEN ... THEN ...".
  ValueChange IfNot(absl::string_view first, absl::string_view condition,
                    absl::string_view value, absl::string_view why) const;
  // Of a text, of which an empty one is none.
  ValueChange IfText(absl::string_view condition, absl::string_view value,
                     absl::string_view why) const;
  // What SQLite needs; PostgreSQL has a cast.
  ValueChange Cast(std::string sqlite) const;
  // Whatever its format is.
  bool IsKeptAsText() const;
  // Of a text that stays one on PostgreSQL, as `type` reads and writes it.
  ValueChange ByWayOf(absl::string_view type) const;

  const StoredAs before;
  const StoredAs after;
  const Shape from;
  const Shape to;
  const absl::string_view column;
  const absl::string_view place;
  const bool on_postgres;
};

// Behind a number: what "uint32" and "uint64" hold.
std::string RangeOfUnsigned(absl::string_view type);

// Of texts that become anything but bytes, names, lists and JSON.
ValueChange ChangeOfText(const ChangedValue& value);

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_CHANGED_VALUE_H_
