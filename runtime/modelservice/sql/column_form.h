// How a field lies in a live column, which may be of another type than the
// model would have made: the one form of each pair, for reading and writing.
//
//   auto form = ColumnForm::Of(column, live, dialect);
//   Value value = form->Stored(Value::Text("1 02:03:04"), arena);
//   std::string text;
//   if (form->Show(value, &text)) ...  // "1 02:03:04"
//
// A string shows what is no text in the forms of Django REST framework: a time
// as ISO 8601 in UTC, `2024-02-29T13:14:15.123456Z`; a date `2024-02-29`; a
// time of day `13:14:15`; a span `[D ]HH:MM:SS[.ffffff]`; bytes in base64; a
// UUID with hyphens and small letters; a number in its digits, a decimal with
// those of its scale; `true` and `false`; JSON as the text it is. It is what a
// client writes, too, checked in that framework's words. A pair without such a
// form is refused.
//
// Plain data; safe to share.
#ifndef MODELSERVICE_SQL_COLUMN_FORM_H_
#define MODELSERVICE_SQL_COLUMN_FORM_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "modelservice/schema/table.h"
#include "modelservice/sql/column_limits.h"
#include "modelservice/sql/dialect.h"
#include "modelservice/sql/live_column.h"
#include "modelservice/sql/spelling.h"
#include "modelservice/value.h"

namespace modelservice {

class ColumnForm {
 public:
  // Of a field whose column keeps its values as they are.
  ColumnForm() = default;
  // FAILED_PRECONDITION, in words that name the field, the column and the mend,
  // for a pair that has none.
  static absl::StatusOr<ColumnForm> Of(const Table& table, const Column& field,
                                       const LiveColumn& live,
                                       const Dialect& dialect);

  // Whether values are stored as they are.
  bool is_plain() const { return kind_ == Kind::kPlain; }
  // Whether, besides, nothing of the field is too much for the column.
  bool takes_all() const { return is_plain() && limits_.takes_all(); }
  // Whether values are shown as the database gives them.
  bool shows_as_is() const { return shows_as_is_; }
  // Whether what the column holds is what Stored makes of a value, byte by
  // byte.
  bool keeps() const { return keeps_; }
  // Whether JSON lies there as a text, and any text may: to ask for what is
  // inside of it fails unless it is looked at as JsonLies::kInText.
  bool is_json_text() const { return is_json_text_; }
  // Whether JSON lies there as bytes, and cannot be looked into.
  bool is_json_bytes() const { return is_json_bytes_; }

  // Whether decimals lie there, as such or as text.
  bool is_decimal() const { return kind_ == Kind::kDecimal; }
  // Whether numbers or spans may lie there, which add up.
  bool adds_up() const { return adds_up_; }
  // `computed`, what the column is set to, as it holds it.
  Expression Fitted(Expression computed) const;

  // What is written for a value of the field; kInvalid, in words for the
  // client, for what the column cannot hold. Views `given`, `arena`, or
  // neither.
  Value Stored(Value given, TextArena& arena) const;

  // The time before it that the column can hold, where `given` is a time
  // between two such; else nullopt.
  std::optional<Value> Below(Value given) const;

  // The same of what a row is given: kInvalid, too, where the column would
  // round or cut it. What is looked for may have more than any row.
  Value Written(Value given, TextArena& arena) const;

  // Words for the client where a number of floating point is too large for the
  // column; "" for every other value.
  std::string RangeFault(Value given) const {
    return given.kind() == Value::Kind::kReal ? limits_.RangeFault(given.real())
                                              : std::string();
  }

  // One of the keys that are there which no request would find, for it shows as
  // another one; "" where there is none. `live` is the column's own.
  std::string OddKey(const LiveColumn& live) const;

  // A string field's text, or a list's JSON, for what the column holds, as
  // `text`; false where it is the value's own.
  bool Show(Value stored, std::string* text) const;

 private:
  enum class Kind : uint8_t {
    kPlain,
    // Of strings.
    kTimestamp,
    kDate,
    kTime,
    kInterval,
    kMicros,  // a span in an integer
    kBase64,
    kUuid,
    kUuidDigits,  // without hyphens
    kDecimal,
    kInteger,
    kReal,
    kBool,
    kJson,
    kMaybeNumber,  // what looks like a number becomes one
    kPadded,       // with blanks
    // Of lists in PostgreSQL's arrays.
    kArray,  // whose elements only the database knows, in its own form
    kSpans,  // which may have days and months
    // Of Timestamps.
    kDayOfTime,
    kUnixTime,
    kStamp,  // the server's own, which is cut
  };

  static std::string Fault(const Column& field, const LiveColumn& live,
                           bool typed);
  void ChooseForList(const Column& field, const LiveColumn& live);
  void ChooseForString(const Column& field, const LiveColumn& live, bool typed);
  // `stored`, unless the column would lose something of it.
  Value Limited(Value stored, TextArena& arena) const;
  Value Formed(Value given, TextArena& arena) const;
  bool ShowFormed(Value stored, std::string* text) const;
  Value StoredText(absl::string_view text, TextArena& arena) const;
  Value StoredDecimal(absl::string_view text, TextArena& arena) const;
  Value StoredTime(absl::string_view text, TextArena& arena) const;
  bool ShowDecimal(Value stored, std::string* text) const;

  Kind kind_ = Kind::kPlain;
  bool shows_as_is_ = true;
  bool keeps_ = true;
  bool is_json_text_ = false;
  bool is_json_bytes_ = false;
  bool is_jsonb_ = false;  // PostgreSQL's, which takes less than JSON has
  bool adds_up_ = true;
  // Whether the column holds nothing but values of its type, and what the
  // database alone knows of these.
  bool typed_ = false;
  // Whether times may be those that PostgreSQL has beyond ours: infinity, 44
  // BC, the year 12024, 24:00. In a text they would have no order.
  bool has_far_times_ = false;
  bool nullable_ = false;
  // Blanks at the end are none of the value.
  bool padded_ = false;
  ColumnLimits limits_;
  // Of keys that are times or UUIDs.
  Spelling spelling_;
  FieldType element_ = FieldType::kString;  // of kArray
  // Whether "" is a span of no length.
  bool empty_is_zero_ = false;
  // Of decimals: their digits, and what is done to them.
  int precision_ = -1;
  int scale_ = -1;
  bool may_be_nan_ = false;
  bool strips_ = false;
};

// ColumnForm::Stored of the form of a model's column; as it is where there are
// no forms.
inline Value StoredIn(absl::Span<const ColumnForm> forms, int column,
                      Value given, TextArena& arena) {
  return forms.empty()
             ? given
             : forms[static_cast<size_t>(column)].Stored(given, arena);
}

// The same of ColumnForm::Written.
inline Value WrittenIn(absl::Span<const ColumnForm> forms, int column,
                       Value given, TextArena& arena) {
  return forms.empty()
             ? given
             : forms[static_cast<size_t>(column)].Written(given, arena);
}

// Whether the column is in a unique index of the table's.
bool IsInUniqueIndex(const Table& table, absl::string_view column);

// A table as the live database has it; without columns where it has none.
struct LiveTable {
  std::vector<LiveColumn> columns;
  // Of the model's columns, in their order; those that the live table lacks are
  // plain.
  std::vector<ColumnForm> forms;
};

absl::StatusOr<LiveTable> MakeLiveTable(const Table& table,
                                        std::vector<LiveColumn> columns,
                                        const Dialect& dialect);

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_COLUMN_FORM_H_
