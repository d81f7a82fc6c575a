#include "absl/strings/str_cat.h"
#include "modelservice/migrate/changed_value.h"

namespace modelservice {
namespace {

// Only what PostgreSQL has a type for it refuses by itself.
ValueChange OfTextOnSqlite(const ChangedValue& value) {
  const std::string text(value.column);
  switch (value.to) {
    case Shape::kTimestamp: {
      // To UTC, from any zone.
      const std::string t = absl::StrCat("replace(", text, ", ' ', 'T')");
      const std::string utc =
          absl::StrCat("modelservice_timestamp(CASE WHEN length(", text,
                       ") = 10 THEN ", text, " || 'T00:00:00Z' WHEN ", text,
                       " REGEXP '(Z|[+-]\\d\\d:\\d\\d)\\z' THEN ", t, " ELSE ",
                       t, " || 'Z' END)");
      return value.IfText(absl::StrCat(utc, " IS NOT NULL"), utc,
                          "is no timestamp");
    }
    case Shape::kReal:
      if (!IsDigits(value.after)) return {};
      return value.IfText(
          absl::StrCat(text,
                       " REGEXP '\\A[+-]?(\\d+(\\.\\d*)?|\\.\\d+)"
                       "([eE][+-]?\\d+)?\\z'"),
          text, "is no number");
    case Shape::kLetters:
      if (value.after.type.kind == SqlType::Kind::kAddress) return {};
      return value.IfText(
          absl::StrCat(text,
                       " REGEXP '\\A[[:xdigit:]]{8}(-[[:xdigit:]]{4}){3}-"
                       "[[:xdigit:]]{12}\\z'"),
          absl::StrCat("lower(", text, ")"), "is no UUID");
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
          absl::StrCat("substr(", text, " || ':00', 1, max(8, length(", text,
                       ")))"),
          "is no time of day");
    default:
      return {};
  }
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
                   value.RangeOfUnsigned()),
      number, absl::StrCat("is no ", value.after.form.text));
}

}  // namespace

ValueChange ChangeOfText(const ChangedValue& value) {
  if (value.to == Shape::kUnsigned) return TextToUnsigned(value);
  if (!value.on_postgres) return OfTextOnSqlite(value);
  // A date that is kept as a text; what is none, the cast refuses.
  if (value.to != Shape::kTime ||
      value.after.type.kind != SqlType::Kind::kText) {
    return {};
  }
  return {true, true,
          absl::StrCat("nullif(", value.column, ", '')::",
                       IsDate(value.after) ? "date" : "time", "::text")};
}

}  // namespace modelservice
