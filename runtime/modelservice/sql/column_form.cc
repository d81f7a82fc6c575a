#include "modelservice/sql/column_form.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "modelservice/schema/sql_type.h"
#include "modelservice/schema/timestamp_text.h"

namespace modelservice {
namespace {

using Live = ColumnKind;

// What SQLite's NUMERIC keeps of a decimal, as Django knows
// (https://sqlite.org/datatype3.html#type_affinity).
constexpr int kLossyDigits = 15;

constexpr int kUuidLength = 36;  // with its hyphens

template <class Kind>
bool IsAmong(Kind kind, std::initializer_list<Kind> kinds) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

// Of two bounds, of which -1 is none.
int Narrower(int a, int b) { return a < 0 ? b : b < 0 ? a : std::min(a, b); }

// What only the database judges.
bool IsOpen(Live kind) {
  return IsAmong(kind, {Live::kOther, Live::kEnum, Live::kArray});
}

// The columns that a string of a format may lie in, besides those.
bool HasFormat(Format format, Live kind) {
  switch (format) {
    case Format::kUuid:
      return IsAmong(kind, {Live::kUuid, Live::kText});
    case Format::kDecimal:
      return IsAmong(
          kind, {Live::kDecimal, Live::kText, Live::kInteger, Live::kReal});
    case Format::kDate:
      return IsAmong(kind, {Live::kDate, Live::kText});
    case Format::kTime:
      return IsAmong(kind, {Live::kTime, Live::kText});
    default:
      return true;
  }
}

// The field that a column of a kind wants.
absl::string_view MendOf(Live kind) {
  switch (kind) {
    case Live::kBool:
      return "bool";
    case Live::kInteger:
      return "int32 or int64";
    case Live::kReal:
      return "double";
    case Live::kDecimal:
      return "string with format: DECIMAL";
    case Live::kBytes:
      return "bytes";
    case Live::kTimestamp:
      return "google.protobuf.Timestamp or string";
    case Live::kDate:
      return "string with format: DATE";
    case Live::kTime:
      return "string with format: TIME";
    case Live::kInterval:
      return "google.protobuf.Duration or string";
    case Live::kUuid:
      return "string with format: UUID";
    case Live::kJson:
      return "google.protobuf.Value or string";
    case Live::kArray:
      return "repeated field";
    default:
      return "string";
  }
}

// Whether the column is in a key of several: what is unique, and may be
// referred to, or what refers.
bool IsPartOfKey(const Table& table, const Column& field) {
  const auto is_it = [&](int column) {
    return table.columns[static_cast<size_t>(column)].name == field.name;
  };
  return IsInUniqueIndex(table, field.name) ||
         std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(),
                     [&](const ForeignKey& key) {
                       return std::any_of(key.columns.begin(),
                                          key.columns.end(), is_it);
                     });
}

}  // namespace

bool IsInUniqueIndex(const Table& table, absl::string_view column) {
  return absl::c_any_of(table.indexes, [&](const Index& index) {
    return index.unique &&
           absl::c_any_of(index.columns, [&](const IndexColumn& part) {
             return table.columns[static_cast<size_t>(part.column)].name ==
                    column;
           });
  });
}

std::string ColumnForm::Fault(const Column& field, const LiveColumn& live,
                              bool typed) {
  if (IsOpen(live.kind)) return "";
  const auto lies_in = [&](std::initializer_list<Live> kinds) {
    return IsAmong(live.kind, kinds)
               ? std::string()
               : absl::StrCat("make it ", MendOf(live.kind));
  };
  switch (field.storage) {
    case Storage::kJson:
      return lies_in({Live::kJson, Live::kText, Live::kBytes});
    case Storage::kArray:
      return lies_in({Live::kJson, Live::kText});
    case Storage::kBytes:
      return !typed && live.kind == Live::kText ? "" : lies_in({Live::kBytes});
    case Storage::kName:
      return lies_in({Live::kText});
    case Storage::kNative:
      break;
  }
  switch (field.type) {
    case FieldType::kString:
      if (HasFormat(field.format, live.kind)) return "";
      return absl::StrCat("make it ", MendOf(live.kind),
                          ", or leave its format out");
    case FieldType::kBytes:
      return lies_in({Live::kBytes, Live::kText, Live::kJson});
    case FieldType::kTimestamp:
      return lies_in(
          {Live::kTimestamp, Live::kDate, Live::kText, Live::kInteger});
    case FieldType::kDuration:
      // What is written is a time, of which nothing would be left.
      if (typed && live.unit >= SpanUnit::kDay) return "make it string";
      return lies_in({Live::kInterval, Live::kInteger, Live::kReal,
                      Live::kDecimal, Live::kText});
    case FieldType::kMessage:
      return lies_in({Live::kJson, Live::kText, Live::kBytes});
    default:
      return lies_in({Live::kBool, Live::kInteger, Live::kReal, Live::kDecimal,
                      Live::kText});
  }
}

absl::StatusOr<ColumnForm> ColumnForm::Of(const Table& table,
                                          const Column& field,
                                          const LiveColumn& live,
                                          const Dialect& dialect) {
  ColumnForm form;
  form.typed_ = dialect.keeps_types();
  form.nullable_ = field.nullable;
  const std::string mend = Fault(field, live, form.typed_);
  if (!mend.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        table.message, ".", field.field, " has no form in column \"", live.name,
        "\" of table \"", table.name, "\", which is of type ", live.type, "; ",
        mend));
  }
  if (IsAmong(field.storage, {Storage::kJson, Storage::kArray})) {
    // PostgreSQL's `json` is a text, too: of what jsonb is not, like "\u0000".
    form.is_json_text_ =
        form.typed_ && (live.kind == Live::kText ||
                        (live.kind == Live::kJson &&
                         !absl::EqualsIgnoreCase(live.type, "jsonb")));
    form.is_json_bytes_ = form.typed_ && live.kind == Live::kBytes;
  }
  form.limits_ = ColumnLimits::Of(field, live, dialect);
  // Messages are JSON, where the model makes the column.
  const bool is_list = field.storage == Storage::kArray ||
                       (field.storage == Storage::kJson && field.repeated);
  if (form.typed_ && is_list && live.kind == Live::kArray) {
    form.ChooseForList(field, live);
  }
  if (field.storage != Storage::kNative || field.repeated) return form;
  form.empty_is_zero_ = table.style != ClientStyle::kNone;
  if (field.type == FieldType::kString) {
    form.ChooseForString(field, live, form.typed_);
    form.has_far_times_ = form.typed_ && live.kind != Live::kText;
    if (form.kind_ == Kind::kTimestamp) {
      form.spelling_ = Spelling::OfTimes(live.keys);
    } else if (form.kind_ == Kind::kTime) {
      form.spelling_ = Spelling::OfTimesOfDay(live.keys);
    } else if (form.kind_ == Kind::kUuid || form.kind_ == Kind::kUuidDigits) {
      form.spelling_ = Spelling::OfUuids(live.keys, form.kind_ == Kind::kUuid);
    }
    // Where equal numbers have to be equal texts.
    form.strips_ = form.kind_ == Kind::kDecimal && live.kind == Live::kText &&
                   (field.unique || field.primary_key ||
                    field.reference != nullptr || IsPartOfKey(table, field));
    if (form.typed_ && live.kind == Live::kText && live.fixed_length) {
      form.padded_ = true;
      form.shows_as_is_ = false;
      form.keeps_ = false;
      if (form.kind_ == Kind::kPlain) form.kind_ = Kind::kPadded;
    }
  } else if (field.type == FieldType::kTimestamp) {
    if (live.kind == Live::kDate) form.kind_ = Kind::kDayOfTime;
    if (live.kind == Live::kInteger) form.kind_ = Kind::kUnixTime;
    if (field.role != Role::kNone && form.limits_.cuts_times()) {
      form.kind_ = Kind::kStamp;
      form.keeps_ = false;
    }
  }
  return form;
}

std::string ColumnForm::OddKey(const LiveColumn& live) const {
  if (!IsAmong(kind_, {Kind::kTimestamp, Kind::kDate, Kind::kTime, Kind::kUuid,
                       Kind::kUuidDigits})) {
    return "";
  }
  for (const std::string& key : live.keys) {
    int64_t seconds = 0;
    // A number of seconds is shown as a time by what reads it.
    if (absl::SimpleAtoi(key, &seconds)) {
      if (!spelling_.is_unix() && kind_ == Kind::kTimestamp) return key;
      continue;
    }
    std::string shown;
    if (!ShowFormed(Value::Text(key), &shown)) shown = key;
    TextArena arena;
    const Value stored = Formed(Value::Text(shown), arena);
    // What has no form at all is shown as it is.
    if (stored.kind() == Value::Kind::kInvalid) continue;
    std::string text;
    if (stored.kind() == Value::Kind::kTimestamp) {
      text = FormatTimestamp(stored.seconds(), stored.nanos());
    } else if (stored.kind() == Value::Kind::kText) {
      text = std::string(stored.text());
    }
    const bool is_same =
        live.loosely_equal ? absl::EqualsIgnoreCase(text, key) : text == key;
    if (!is_same) return key;
  }
  return "";
}

void ColumnForm::ChooseForList(const Column& field, const LiveColumn& live) {
  const LiveColumn element =
      ParseLiveType(live.name, absl::StripSuffix(live.type, "[]"));
  element_ = field.type;
  if (element.kind == Live::kInterval && field.type == FieldType::kDuration) {
    kind_ = Kind::kSpans;
  } else if (element.kind == Live::kOther || element.type == "citext") {
    kind_ = Kind::kArray;
  } else {
    return;
  }
  shows_as_is_ = false;
  keeps_ = false;
}

void ColumnForm::ChooseForString(const Column& field, const LiveColumn& live,
                                 bool typed) {
  const auto choose = [&](Kind kind, bool shows_as_is, bool keeps = false) {
    kind_ = kind;
    shows_as_is_ = shows_as_is;
    keeps_ = keeps;
  };
  Live lies_in = live.kind;
  if (lies_in == Live::kOther && !typed) {
    // By the affinity of its name: "MONEY", "STRING".
    if (TypeOfSqlite(live.type).kind == SqlType::Kind::kDecimal) {
      lies_in = Live::kDecimal;
    } else if (AffinityOf(live.type) == Affinity::kNumeric) {
      return choose(Kind::kMaybeNumber, true, true);
    }
  }
  adds_up_ = IsAmong(lies_in, {Live::kInteger, Live::kReal, Live::kDecimal,
                               Live::kInterval, Live::kOther});
  switch (lies_in) {
    case Live::kText:
      // SQLite's JSON of other programs is a text.
      if (!typed &&
          ParseLiveType(field.name, field.sql_type).kind == Live::kJson) {
        is_json_text_ = true;
        return choose(Kind::kJson, true, true);
      }
      break;
    case Live::kBool:
      return choose(Kind::kBool, false);
    case Live::kInteger: {
      if (field.format == Format::kDecimal) break;
      // Django's DurationField on SQLite is a bigint. What says that it is one
      // in its options, is a number.
      const std::string declared = absl::AsciiStrToLower(field.sql_type);
      const bool is_span = absl::StartsWith(declared, "interval") ||
                           (!typed && declared.empty() &&
                            absl::EqualsIgnoreCase(live.type, "bigint"));
      return choose(is_span ? Kind::kMicros : Kind::kInteger, false);
    }
    case Live::kReal:
      if (field.format == Format::kDecimal) break;
      return choose(Kind::kReal, false);
    case Live::kDecimal:
      break;
    case Live::kBytes:
      return choose(Kind::kBase64, false);
    case Live::kTimestamp:
      return choose(Kind::kTimestamp, false);
    case Live::kDate:
      return choose(Kind::kDate, true);
    case Live::kTime:
      return choose(Kind::kTime, false);
    case Live::kInterval:
      return typed ? choose(Kind::kInterval, true)
                   : choose(Kind::kMicros, false);
    case Live::kUuid:
      return choose(Kind::kUuid, typed);
    case Live::kJson:
      is_jsonb_ = typed && absl::EqualsIgnoreCase(live.type, "jsonb");
      return choose(Kind::kJson, true);
    default:
      return;
  }
  if (field.format == Format::kDecimal || lies_in == Live::kDecimal) {
    const bool is_text = live.kind == Live::kText;
    // Django's on SQLite are `decimal`, whatever their digits are.
    const LiveColumn declared = ParseLiveType(field.name, field.sql_type);
    precision_ = live.precision < 0 ? declared.precision : live.precision;
    scale_ = live.kind == Live::kInteger ? 0
             : live.precision < 0        ? declared.scale
                                         : live.scale;
    // numeric(3,-2) and numeric(2,4) are not counted as Django does.
    if (typed && live.precision >= 0 &&
        (live.scale < 0 || live.scale > live.precision)) {
      precision_ = -1;
      scale_ = -1;
    }
    const bool keeps_scale = scale_ >= 0;
    precision_ = Narrower(precision_, field.max_digits);
    scale_ = Narrower(scale_, field.decimal_places);
    if (!typed && !is_text && (precision_ < 0 || precision_ > kLossyDigits)) {
      precision_ = kLossyDigits;
    }
    may_be_nan_ = typed && field.format == Format::kNone && precision_ < 0;
    return choose(Kind::kDecimal, typed && (keeps_scale || scale_ < 0),
                  is_text);
  }
  if (field.format == Format::kDate) return choose(Kind::kDate, true, true);
  if (field.format == Format::kTime) return choose(Kind::kTime, false, true);
  // Django's UUIDField on SQLite; what is no longer than its digits is no UUID.
  const bool has_digits =
      !typed && live.fixed_length && live.length == 32 &&
      field.pattern.empty() &&
      (field.max_length < 0 || field.max_length >= kUuidLength);
  if (has_digits && IsAmong(field.format, {Format::kNone, Format::kUuid})) {
    return choose(Kind::kUuidDigits, false);
  }
  if (field.format == Format::kUuid) return choose(Kind::kUuid, false, true);
}

absl::StatusOr<LiveTable> MakeLiveTable(const Table& table,
                                        std::vector<LiveColumn> columns,
                                        const Dialect& dialect) {
  LiveTable live;
  live.columns = std::move(columns);
  live.forms.reserve(table.columns.size());
  for (const Column& field : table.columns) {
    const LiveColumn* const column = FindColumn(live.columns, field.name);
    if (column == nullptr) {
      live.forms.emplace_back();
      continue;
    }
    auto form = ColumnForm::Of(table, field, *column, dialect);
    if (!form.ok()) return form.status();
    live.forms.push_back(*form);
  }
  return live;
}

}  // namespace modelservice
