#include "absl/strings/str_cat.h"
#include "modelservice/migrate/changed_value.h"

namespace modelservice {
namespace {

// As modelservice_timestamp() reads it: with seconds and a zone of two parts.
// To UTC, from any zone.
std::string UtcSql(const std::string& text) {
  return absl::StrCat(
      "(SELECT modelservice_timestamp(t || CASE length(t) WHEN 10 THEN "
      "'T00:00:00' WHEN 16 THEN ':00' ELSE '' END || CASE length(zone) WHEN 6 "
      "THEN zone WHEN 5 THEN substr(zone, 1, 3) || ':' || substr(zone, 4) WHEN "
      "3 THEN zone || ':00' ELSE 'Z' END) FROM (SELECT replace(substr(",
      text, ", 1, length(", text, ") - modelservice_zone), ' ', 'T') AS t, ",
      "substr(", text, ", length(", text, ") - modelservice_zone + 1) AS zone ",
      "FROM (SELECT CASE WHEN ", text, " REGEXP '[Zz]\\z' THEN 1 WHEN ", text,
      " REGEXP ':\\d\\d(\\.\\d+)?[+-]\\d\\d\\z' THEN 3 WHEN ", text,
      " REGEXP ':.*[+-]\\d{4}\\z' THEN 5 WHEN ", text,
      " REGEXP '[+-]\\d\\d:\\d\\d\\z' THEN 6 ELSE 0 END AS "
      "modelservice_zone)))");
}

// As its column keeps it: by its digits, or with hyphens.
std::string UuidSql(const std::string& text, const SqlType& after) {
  const std::string digits =
      absl::StrCat("lower(replace(replace(replace(", text,
                   ", '-', ''), '{', ''), '}', ''))");
  constexpr int kDigits = 32;
  if (after.fixed_length && after.length == kDigits) return digits;
  return absl::StrCat(
      "(SELECT substr(digits, 1, 8) || '-' || substr(digits, 9, 4) || '-' || "
      "substr(digits, 13, 4) || '-' || substr(digits, 17, 4) || '-' || "
      "substr(digits, 21) FROM (SELECT ",
      digits, " AS digits))");
}

// '+.50' is '0.50', as the server writes it.
std::string DecimalSql(const std::string& text) {
  const std::string digits = absl::StrCat("ltrim(", text, ", '+-0')");
  return absl::StrCat("CASE WHEN ", text, " LIKE '-%' AND ", text,
                      " GLOB '*[1-9]*' THEN '-' ELSE '' END || CASE WHEN ",
                      digits, " GLOB '[1-9]*' THEN '' ELSE '0' END || CASE ",
                      "WHEN ", text, " LIKE '%.%' THEN rtrim(", digits,
                      ", '.') ELSE ", digits, " END");
}

// Only what PostgreSQL has a type for it refuses by itself.
ValueChange OfTextOnSqlite(const ChangedValue& value) {
  const std::string text(value.column);
  switch (value.to) {
    case Shape::kTimestamp: {
      const std::string utc = UtcSql(text);
      return value.IfText(absl::StrCat(utc, " IS NOT NULL"), utc,
                          "is no timestamp");
    }
    case Shape::kReal:
      if (!IsDigits(value.after)) return {};
      return value.IfText(
          absl::StrCat(text, " REGEXP '\\A[+-]?(\\d+(\\.\\d*)?|\\.\\d+)\\z'"),
          DecimalSql(text), "is no number");
    case Shape::kLetters:
      if (value.after.type.kind == SqlType::Kind::kAddress) return {};
      return value.IfText(absl::StrCat(text,
                                       " REGEXP '\\A\\{?[[:xdigit:]]{4}"
                                       "(-?[[:xdigit:]]{4}){7}\\}?\\z'"),
                          UuidSql(text, value.after.type), "is no UUID");
    case Shape::kTime:
      if (IsDate(value.after)) {
        return value.IfText(
            absl::StrCat("date(", text, ", '+0 days') IS ", text), text,
            "is no date");
      }
      return value.IfText(
          absl::StrCat(text,
                       " REGEXP '\\A([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d"
                       "(\\.\\d{1,6})?)?\\z'"),
          absl::StrCat("substr(modelservice_timestamp('2000-01-01T' || substr(",
                       text, " || ':00', 1, max(8, length(", text,
                       "))) || 'Z'), 12)"),
          "is no time of day");
    default:
      return {};
  }
}

// What a text type keeps has to be what its format says; the type of the format
// reads it, and writes it as the server does.
ValueChange OfTextOnPostgres(const ChangedValue& value) {
  const bool keeps_text = value.after.type.kind == SqlType::Kind::kText;
  const std::string text = absl::StrCat("nullif(", value.column, ", '')");
  // Not of the day of the migration.
  const std::string is_fixed =
      absl::StrCat(value.column, " !~* '(now|today|tomorrow|yesterday)'");
  const auto read_as = [&](absl::string_view type, absl::string_view why) {
    return value.IfText(is_fixed, absl::StrCat(text, "::", type), why);
  };
  const std::string& type = value.after.type.text;
  switch (value.to) {
    case Shape::kLetters:
      return keeps_text ? value.ByWayOf("uuid") : ValueChange();
    case Shape::kReal:
      if (!keeps_text) return {};
      return value.IfText(absl::StrCat(value.column, " !~* '(nan|inf)'"),
                          absl::StrCat(text, "::numeric::text"),
                          "is no number");
    case Shape::kTimestamp:
      return read_as(type, "is no timestamp");
    case Shape::kTime:
      break;
    default:
      return {};
  }
  if (IsDate(value.after)) {
    return read_as(keeps_text ? "date::text" : type, "is no date");
  }
  if (!keeps_text) return read_as(type, "is no time of day");
  const std::string time = absl::StrCat(text, "::time");
  return value.IfText(absl::StrCat(is_fixed, " AND ", time, " < '24:00'"),
                      absl::StrCat("replace(to_char('2000-01-01'::date + ",
                                   time, ", 'HH24:MI:SS.US'), '.000000', '')"),
                      "is no time of day");
}

// Whether it is a number is the type's to say.
ValueChange TextToUnsigned(const ChangedValue& value) {
  const std::string number =
      value.on_postgres ? absl::StrCat("nullif(", value.column,
                                       ", '')::", value.after.type.text)
                        : absl::StrCat("nullif(", value.column, ", '')");
  return value.IfText(
      absl::StrCat(value.on_postgres
                       ? number
                       : absl::StrCat("CAST(", value.column, " AS NUMERIC)"),
                   RangeOfUnsigned(value.after.form.text)),
      number, absl::StrCat("is no ", value.after.form.text));
}

}  // namespace

ValueChange ChangeOfText(const ChangedValue& value) {
  if (value.to == Shape::kUnsigned) return TextToUnsigned(value);
  if (!value.on_postgres) return OfTextOnSqlite(value);
  return OfTextOnPostgres(value);
}

}  // namespace modelservice
