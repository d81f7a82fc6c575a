#include "modelservice/migrate/column_fit.h"

#include <algorithm>
#include <initializer_list>

#include "absl/strings/match.h"
#include "modelservice/migrate/type_change.h"
#include "modelservice/sql/live_column.h"

namespace modelservice {
namespace {

bool IsAddress(Format format) {
  return format == Format::kIp || format == Format::kIpv4 ||
         format == Format::kIpv6;
}

using Kind = SqlType::Kind;

// What a double holds of whole numbers.
constexpr int kBitsOfDouble = 53;

bool IsOneOf(Kind kind, std::initializer_list<Kind> kinds) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

// A domain's text is its name, which says nothing of digits.
bool HasOtherDigits(const SqlType& made, const SqlType& live) {
  // A model that says no digits takes those of its column.
  return made.kind == Kind::kDecimal && live.kind == Kind::kDecimal &&
         absl::StrContains(made.text, '(') &&
         ParseLiveType("", live.text).kind == ColumnKind::kDecimal &&
         !(IsWider(made, live) && IsWider(live, made));
}

// What a number of so many digits needs.
bool HoldsIntegers(int bits, const SqlType& decimal) {
  const LiveColumn live = ParseLiveType("", decimal.text);
  const int digits = bits > 32 ? 19 : 10;
  return live.precision < 0 || live.precision - live.scale >= digits;
}

bool HoldsOnTyped(const Column& field, const SqlType& made,
                  const SqlType& live) {
  if (made.array != live.array) return false;
  const bool is_enum = field.type == FieldType::kEnum;
  switch (made.kind) {
    case Kind::kInteger:
      if (live.kind == Kind::kInteger) {
        // There is no narrower field than one of 32 bits.
        return is_enum || made.bits <= std::max(live.bits, 32);
      }
      if (live.kind == Kind::kDecimal) return HoldsIntegers(made.bits, live);
      return live.kind == Kind::kReal && live.bits == 64 &&
             made.bits < kBitsOfDouble;
    case Kind::kReal:
      if (live.kind == Kind::kReal) return made.bits <= live.bits;
      return live.kind == Kind::kDecimal &&
             ParseLiveType("", live.text).precision < 0;
    case Kind::kTimestamp:
      return live.kind == Kind::kTimestamp;
    case Kind::kUuid:
      // Its field is a string.
      return live.kind == Kind::kText && (live.length < 0 || live.length >= 36);
    case Kind::kDecimal:
      return live.kind == Kind::kDecimal && IsWider(made, live);
    case Kind::kText:
      if (live.kind == Kind::kText) return IsWider(made, live);
      // The database judges the names of an enum.
      return live.kind == Kind::kEnum ||
             (live.kind == Kind::kDate && field.format == Format::kDate) ||
             (live.kind == Kind::kTime && field.format == Format::kTime) ||
             (live.kind == Kind::kAddress && IsAddress(field.format));
    default:
      return live.kind == made.kind;
  }
}

// Whether a text holds spans, as Django's DurationField on SQLite does, and so
// nothing that the column would change: it is no number, unless its options say
// so.
bool IsSpan(const Column& field, const SqlType& live) {
  return field.type == FieldType::kString && field.format == Format::kNone &&
         field.sql_type.empty() && absl::EqualsIgnoreCase(live.text, "bigint");
}

// SQLite keeps what it is given, but for what the affinity turns into another.
bool HoldsOnUntyped(const Column& field, const SqlType& made,
                    const SqlType& live) {
  const Affinity affinity = AffinityOf(live.text);
  if (affinity == Affinity::kBlob) return true;
  const bool is_number = IsOneOf(
      live.kind,
      {Kind::kBool, Kind::kInteger, Kind::kReal, Kind::kDecimal, Kind::kBytes});
  switch (made.kind) {
    case Kind::kInteger:
      return affinity != Affinity::kText &&
             (affinity != Affinity::kReal || made.bits < kBitsOfDouble);
    case Kind::kBool:
    case Kind::kReal:
      return affinity != Affinity::kText;
    case Kind::kTimestamp:
      return affinity != Affinity::kInteger && affinity != Affinity::kReal;
    case Kind::kText:
      // "007" would be 7 there.
      return affinity == Affinity::kText || !is_number ||
             field.format == Format::kDecimal;
    default:
      return true;
  }
}

}  // namespace

ColumnFit FitOf(const Column& field, const SqlType& made, const SqlType& live,
                const Dialect& dialect) {
  if (IsOneOf(live.kind, {Kind::kOther, Kind::kUnknown})) {
    return ColumnFit::kSame;
  }
  if (!dialect.keeps_types()) {
    if (AffinityOf(made.text) == AffinityOf(live.text) || IsSpan(field, live)) {
      return ColumnFit::kSame;
    }
    return HoldsOnUntyped(field, made, live) ? ColumnFit::kHolds
                                             : ColumnFit::kDiffers;
  }
  // A type of the user's own, like a domain, is known by its name alone.
  if (absl::EqualsIgnoreCase(made.text, live.text)) return ColumnFit::kSame;
  const bool is_same =
      made.kind == live.kind && made.array == live.array &&
      made.bits == live.bits && made.local == live.local &&
      (made.length == live.length || made.kind != Kind::kText) &&
      !HasOtherDigits(made, live);
  if (is_same) return ColumnFit::kSame;
  return HoldsOnTyped(field, made, live) ? ColumnFit::kHolds
                                         : ColumnFit::kDiffers;
}

bool IsZero(const Column& field, const ColumnSpec& made) {
  return !field.has_default && made.default_sql.has_value();
}

}  // namespace modelservice
