// A written `type` against what else is said of its field: what the column of
// such a type cannot hold, no row will.
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "modelservice/schema/decimal_text.h"
#include "modelservice/schema/owned_table.h"
#include "modelservice/schema/utf8.h"
#include "modelservice/sql/column_form.h"
#include "modelservice/sql/dialect.h"
#include "modelservice/sql/live_column.h"
#include "plugin/schema/field_rules.h"
#include "plugin/schema/kept_rules.h"
#include "plugin/schema/postgres_literal.h"
#include "plugin/schema/stored_type.h"
#include "plugin/schema/type_families.h"
#include "plugin/schema/written_value.h"

namespace modelservice::plugin {
namespace {

constexpr int kType = FieldSettings::kTypeFieldNumber;
constexpr int kMin = FieldSettings::kMinFieldNumber;
constexpr int kMax = FieldSettings::kMaxFieldNumber;
constexpr int kUuidDigits = 32;
constexpr char kChange[] = "change one of the two";

// Of a type that PostgreSQL knows by this name, texts of the format are read in
// another form: with a zone, a currency, a mask.
bool ShowsOtherwise(Format format, const std::string& type) {
  switch (format) {
    case Format::kTime:
      return IsTypeOf(type, "timetz");
    case Format::kDecimal:
      return IsTypeOf(type, "money");
    case Format::kIp:
    case Format::kIpv4:
    case Format::kIpv6:
      return IsTypeOf(type, "cidr");
    default:
      return false;
  }
}

// Of PostgreSQL's own types that the runtime leaves to the database, whether no
// truth and no number is a value.
bool TakesNoNumber(const std::string& type) {
  for (const char* one :
       {"bit", "bit varying", "varbit", "point", "line", "lseg", "box", "path",
        "polygon", "circle", "inet", "cidr", "macaddr", "macaddr8", "timetz",
        "xml", "tsvector", "tsquery"}) {
    if (IsTypeOf(type, one)) return true;
  }
  return false;
}

// Whether no text of the format is a value of the type.
bool IsApart(Format format, ColumnKind kind) {
  switch (format) {
    case Format::kEmail:
    case Format::kUri:
    case Format::kIp:
    case Format::kIpv4:
    case Format::kIpv6:
      return kind != ColumnKind::kText && kind != ColumnKind::kOther &&
             kind != ColumnKind::kEnum && kind != ColumnKind::kArray;
    default:
      return false;
  }
}

class TypeChecker {
 public:
  TypeChecker(FieldUnderTest& test, Target target)
      : test_(test),
        field_(test.field()),
        target_(target),
        on_postgres_(target != Target::kSqlite),
        type_(field_.column->type),
        live_(ParseLiveType(field_.column->name, type_.text)) {}

  void Check() {
    if (type_.text.empty() || !CheckPair()) return;
    if (IsText()) {
      if (!CheckJson()) return;
      if (on_postgres_ && type_.length > 0) CheckLength();
    }
    CheckDigits();
    if (!MakeForm()) return;
    CheckBounds();
    CheckGiven();
  }

 private:
  // A string that is the column's value.
  bool IsText() const {
    return field_.type == FieldType::kString && !field_.repeated &&
           field_.spec().storage == Storage::kNative;
  }
  bool IsBool() const {
    return field_.type == FieldType::kBool && !field_.repeated;
  }
  bool IsNumber() const {
    return !field_.repeated && field_.spec().storage == Storage::kNative &&
           (IsInteger(field_.type) || IsFloating(field_.type) ||
            field_.type == FieldType::kEnum);
  }

  bool CheckPair() {
    if (on_postgres_ && (IsNumber() || IsBool()) && TakesNoNumber(type_.text)) {
      Report(kType, absl::StrCat("type: no value of the field is ", OfType()),
             "choose another type");
      return false;
    }
    const Format format = field_.spec().format;
    if (!IsText() || format == Format::kNone) return true;
    if (on_postgres_ && ShowsOtherwise(format, type_.text)) {
      Report(
          kType,
          absl::StrCat("type: what is read ", OfType(), " has not the format ",
                       NameOf(format), " that is asked of what is written"),
          "leave the format out, or choose another type");
      return false;
    }
    if (live_.kind == ColumnKind::kJson || !IsApart(format, live_.kind)) {
      return true;
    }
    Report(kType,
           absl::StrCat("type: no text of format ", NameOf(format),
                        " is of type ", type_.text),
           kChange);
    return false;
  }

  // JSON is a text that the database may write in another way. Whether the
  // field has no format.
  bool CheckJson() {
    if (live_.kind != ColumnKind::kJson) return true;
    const auto refuse = [&](bool set, int setting, absl::string_view name) {
      if (!set) return;
      Report(setting,
             absl::StrCat(name,
                          ": the column holds JSON, whose text a database "
                          "may write in another way"),
             "drop it, or store a text");
    };
    const FieldSettings& settings = field_.settings;
    const bool has_format = field_.spec().format != Format::kNone;
    refuse(has_format, FieldSettings::kFormatFieldNumber, "format");
    refuse(settings.has_pattern(), FieldSettings::kPatternFieldNumber,
           "pattern");
    refuse(settings.in_size() > 0, FieldSettings::kInFieldNumber, "in");
    // SQLite keeps the text, and so its length.
    refuse(on_postgres_ && settings.has_min_length(),
           FieldSettings::kMinLengthFieldNumber, "min_length");
    refuse(on_postgres_ && settings.has_max_length(),
           FieldSettings::kMaxLengthFieldNumber, "max_length");
    return !has_format;
  }

  // Of texts and of enums by name.
  void CheckLength() {
    const auto most = static_cast<size_t>(type_.length);
    const FormatLengths lengths = LengthsOf(field_.spec().format);
    // Django's form of a UUID on SQLite.
    const bool is_digits = type_.fixed_length && type_.length == kUuidDigits &&
                           field_.spec().format == Format::kUuid;
    if (field_.spec().format != Format::kNone && !is_digits &&
        static_cast<size_t>(lengths.least) > most) {
      Report(
          kType,
          absl::StrCat("type: a text of format ", NameOf(field_.spec().format),
                       " has ", lengths.least, " characters at least"),
          "widen it");
    }
    if (field_.spec().role == Role::kEtag && type_.length < kEtagLength) {
      Report(kType,
             absl::StrCat("type: what the server gives (role ETAG) has ",
                          kEtagLength, " characters"),
             "widen it");
    }
    const FieldSettings& settings = field_.settings;
    const auto check = [&](int setting, absl::string_view name, int length) {
      if (length <= type_.length) return;
      Report(setting,
             absl::StrCat(name, ": a text ", OfType(), " has ", type_.length,
                          " characters at most"),
             "lower it, or widen the type");
    };
    check(FieldSettings::kMinLengthFieldNumber, "min_length",
          settings.min_length());
    // The digits of a UUID alone are stored.
    if (type_.fixed_length && type_.length == kUuidDigits) return;
    check(FieldSettings::kMaxLengthFieldNumber, "max_length",
          settings.max_length());
  }

  // Digits that are allowed, and that the column has no room for.
  void CheckDigits() {
    if (!IsText() || !HasSoundDigits()) return;
    const FieldSettings& settings = field_.settings;
    const auto check = [&](bool set, int setting, absl::string_view name,
                           int number, int most, absl::string_view what) {
      if (!set || number <= most) return;
      Report(setting,
             absl::StrCat(name, ": a number ", OfType(), " has ", most, what,
                          " at most"),
             "lower it, or widen the type");
    };
    check(settings.has_max_digits(), FieldSettings::kMaxDigitsFieldNumber,
          "max_digits", settings.max_digits(), live_.precision, " digits");
    check(settings.has_decimal_places(),
          FieldSettings::kDecimalPlacesFieldNumber, "decimal_places",
          settings.decimal_places(), live_.scale, " decimal places");
  }
  bool HasSoundDigits() const {
    return live_.kind == ColumnKind::kDecimal && live_.precision > 0 &&
           live_.scale >= 0 && live_.scale <= live_.precision;
  }

  // How the server would write the field there. Of models for both databases a
  // type may be one's own: one of the two has to have a form.
  bool MakeForm() {
    Table table("", "", {}, {}, {});
    table.style = test_.model().table.style;
    const Column column = ViewOf(*field_.column);
    auto form =
        ColumnForm::Of(table, column, live_,
                       on_postgres_ ? PostgresDialect() : SqliteDialect());
    if (!form.ok() && target_ == Target::kBoth) {
      form = ColumnForm::Of(table, column, live_, SqliteDialect());
    }
    if (form.ok()) {
      form_ = *form;
      return true;
    }
    const std::string words(form.status().message());
    Report(kType,
           absl::StrCat("type: the field has no form in a column ", OfType()),
           absl::StrCat(words.substr(words.rfind("; ") + 2),
                        ", or choose another type"));
    return false;
  }

  // Bounds that leave nothing the column holds.
  void CheckBounds() {
    const FieldSettings& settings = field_.settings;
    const auto check = [&](bool set, int setting, absl::string_view name,
                           const std::string& bound, bool is_lower) {
      if (!set || !IsNumeric(field_) || !IsValueOf(field_, bound, &ignored_) ||
          IsGreater(field_, bound, "0") != is_lower) {
        return;
      }
      if (!IsTooLarge(bound)) return;
      Report(
          setting,
          absl::StrCat(name, ": no number ", OfType(), " is as ",
                       is_lower ? "large" : "small"),
          absl::StrCat(is_lower ? "lower" : "raise", " it, or widen the type"));
    };
    check(settings.has_min(), kMin, "min", settings.min(), true);
    check(settings.has_max(), kMax, "max", settings.max(), false);
  }

  static double NumberFrom(const std::string& text) {
    double number = 0;
    return absl::SimpleAtod(text, &number) ? number : 0;
  }
  // Whether the number has more in front of its point than the column.
  bool IsTooLarge(const std::string& number) const {
    int64_t integer = 0;
    if (on_postgres_ && live_.kind == ColumnKind::kInteger && live_.bits > 0 &&
        live_.bits < 64 && absl::SimpleAtoi(number, &integer)) {
      const int64_t most = (int64_t{1} << (live_.bits - 1)) - 1;
      return integer > most || integer < -most - 1;
    }
    if (IsFloating(field_.type) &&
        !form_.RangeFault(Value::Real(NumberFrom(number))).empty()) {
      return true;
    }
    Decimal decimal;
    return HasSoundDigits() && Decimal::Parse(number, &decimal) &&
           decimal.whole().size() >
               static_cast<size_t>(live_.precision - live_.scale);
  }

  // default_value and in.
  void CheckGiven() {
    const FieldSettings& settings = field_.settings;
    if (settings.has_default_value() && field_.presence) {
      const std::string fault = FaultOf(settings.default_value(), true);
      if (!fault.empty()) {
        Report(FieldSettings::kDefaultValueFieldNumber,
               absl::StrCat("default_value: ", fault),
               "write another one, or change the type");
      }
    }
    if (IsText() && live_.kind == ColumnKind::kJson) return;
    for (int i = 0; i < settings.in_size(); ++i) {
      const std::string& text = settings.in(i);
      std::string fault = FaultOf(text, false);
      const bool is_value = fault.empty();
      if (is_value) fault = SpellingFault(text);
      if (fault.empty()) continue;
      test_.Report({FieldSettings::kInFieldNumber, i},
                   absl::StrCat("in: ", fault),
                   is_value ? "write it so" : "drop it, or change the type");
    }
  }

  // Where a text is read back as another one, and so is no choice then. Of one
  // of a format SpelledAs says so.
  std::string SpellingFault(const std::string& text) const {
    if (!IsText() || field_.spec().format != Format::kNone) return "";
    TextArena arena;
    const Value stored = form_.Stored(Value::Text(text), arena);
    std::string shown = text;
    if (!form_.Show(stored, &shown)) {
      if (stored.kind() == Value::Kind::kInteger) {
        shown = absl::StrCat(stored.integer());
      } else if (stored.kind() == Value::Kind::kText) {
        shown = std::string(stored.text());
      }
    }
    if (text.empty() || shown == text) return "";
    return absl::StrCat("\"", text, "\" is read as \"", shown, "\" ", OfType());
  }

  // Why the column cannot hold a value that is written; "" where it can.
  std::string FaultOf(const std::string& text, bool is_default) {
    // What is none of the field's has a diagnostic of its own.
    if (field_.repeated || !IsValueOf(field_, text, &ignored_)) return "";
    const std::string quoted = absl::StrCat("\"", text, "\" ");
    if (IsText() || field_.spec().storage == Storage::kName) {
      const std::string stored = StoredForm(field_, text);
      if (on_postgres_ && type_.length > 0 && IsUtf8(stored) &&
          Utf8Length(stored) > static_cast<size_t>(type_.length)) {
        return absl::StrCat(quoted, "is longer than a text ", OfType());
      }
    }
    if (IsText()) return TextFault(text, quoted);
    if (is_default && on_postgres_ && !HasLiteral()) {
      return absl::StrCat(quoted, "is no value ", OfType());
    }
    if (!IsNumber()) return "";
    return IsTooLarge(StoredForm(field_, text))
               ? absl::StrCat(quoted, "is no value ", OfType())
               : "";
  }

  std::string TextFault(const std::string& text, const std::string& quoted) {
    // An empty one may be NULL to the server, but is no DEFAULT.
    const bool is_other =
        live_.kind != ColumnKind::kText && live_.kind != ColumnKind::kOther &&
        live_.kind != ColumnKind::kBytes && live_.kind != ColumnKind::kEnum &&
        live_.kind != ColumnKind::kArray;
    if (text.empty()) {
      return is_other ? absl::StrCat(quoted, "is no value ", OfType()) : "";
    }
    TextArena arena;
    const Value stored = form_.Stored(Value::Text(text), arena);
    const bool is_none =
        target_ == Target::kPostgres && !MayBeOfType(type_.text, text);
    return is_none || stored.kind() == Value::Kind::kInvalid
               ? absl::StrCat(quoted, "is no value ", OfType())
               : "";
  }

  // Whether the DEFAULT that is written of the field is a value of the type.
  bool HasLiteral() const {
    using Kind = ColumnKind;
    if (live_.kind == Kind::kOther || live_.kind == Kind::kEnum) return true;
    if (field_.type == FieldType::kBool) return live_.kind == Kind::kBool;
    if (field_.type == FieldType::kBytes) return live_.kind == Kind::kBytes;
    return live_.kind != Kind::kBool;
  }

  std::string OfType() const { return absl::StrCat("of type ", type_.text); }
  void Report(int setting, absl::string_view fault, absl::string_view mend) {
    test_.Report(setting, fault, mend);
  }

  FieldUnderTest& test_;
  const Field& field_;
  const Target target_;
  const bool on_postgres_;
  const SqlType& type_;
  const LiveColumn live_;
  ColumnForm form_;
  std::string ignored_;
};

}  // namespace

void CheckWrittenType(FieldUnderTest test, Target target) {
  TypeChecker(test, target).Check();
}

}  // namespace modelservice::plugin
