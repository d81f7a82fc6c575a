#include "modelservice/migrate/changed_value.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/sql/dialect.h"

namespace modelservice {
namespace {

Shape ShapeOf(const StoredAs& values) {
  const absl::string_view form = values.form.text;
  using Kind = SqlType::Kind;
  switch (values.type.array ? Kind::kUnknown : values.type.kind) {
    case Kind::kBool:
      return Shape::kBool;
    case Kind::kInteger:
      if (form == "duration") return Shape::kSpan;
      return absl::StartsWith(form, "uint") ? Shape::kUnsigned
                                            : Shape::kInteger;
    case Kind::kReal:
    case Kind::kDecimal:
      return Shape::kReal;
    case Kind::kText:
      if (absl::EndsWith(form, " JSON")) return Shape::kJson;
      if (absl::EndsWith(form, " DECIMAL")) return Shape::kReal;
      if (absl::EndsWith(form, " UUID")) return Shape::kLetters;
      if (absl::EndsWith(form, " DATE") || absl::EndsWith(form, " TIME")) {
        return Shape::kTime;
      }
      // SQLite's.
      if (absl::StartsWith(form, "repeated ")) return Shape::kList;
      return absl::EndsWith(form, " NAME") ? Shape::kName : Shape::kText;
    case Kind::kBytes:
      return absl::EndsWith(form, " BYTES") ? Shape::kWire : Shape::kBytes;
    case Kind::kTimestamp:
      return Shape::kTimestamp;
    case Kind::kDate:
    case Kind::kTime:
      return Shape::kTime;
    case Kind::kInterval:
      return Shape::kSpan;
    case Kind::kUuid:
    case Kind::kAddress:
      return Shape::kLetters;
    case Kind::kJson:
      return Shape::kJson;
    default:
      return values.type.array ? Shape::kList : Shape::kOther;
  }
}

}  // namespace

bool IsNumber(Shape shape) {
  return shape == Shape::kInteger || shape == Shape::kUnsigned ||
         shape == Shape::kReal;
}

bool IsDate(const StoredAs& values) {
  return values.type.kind == SqlType::Kind::kDate ||
         absl::EndsWith(values.form.text, " DATE");
}

bool IsDigits(const StoredAs& values) {
  return values.type.kind == SqlType::Kind::kText &&
         absl::EndsWith(values.form.text, " DECIMAL");
}

std::string QuotedText(absl::string_view text) {
  std::string sql;
  AppendLiteral(text, &sql);
  return sql;
}

ChangedValue::ChangedValue(const StoredAs& was, const StoredAs& is,
                           absl::string_view of_column,
                           absl::string_view of_place, bool postgres)
    : before(was),
      after(is),
      from(ShapeOf(was)),
      to(ShapeOf(is)),
      column(of_column),
      place(of_place),
      on_postgres(postgres) {}

std::string ChangedValue::Refused(absl::string_view why) const {
  const std::string told =
      QuotedText(absl::StrCat(place, " holds what ", why, ": "));
  // What fails to be read is in the error, on either database.
  return on_postgres
             ? absl::StrCat("(", told, " || ", column,
                            "::text)::integer::text::", after.type.text)
             : absl::StrCat("json_extract('{}', ", told, " || ", column, ")");
}

ValueChange ChangedValue::Impossible() const {
  const std::string why = absl::StrCat("no SQL makes ", after.type.text);
  return {false, true, Refused(why), absl::StrCat(column, " IS NULL"), why};
}

ValueChange ChangedValue::If(absl::string_view condition,
                             absl::string_view value,
                             absl::string_view why) const {
  return IfNot("", condition, value, why);
}

ValueChange ChangedValue::IfNot(absl::string_view first,
                                absl::string_view condition,
                                absl::string_view value,
                                absl::string_view why) const {
  return {true, true,
          absl::StrCat("CASE", first, " WHEN ", condition, " THEN ", value,
                       " ELSE ", Refused(why), " END"),
          std::string(condition), std::string(why)};
}

ValueChange ChangedValue::IfText(absl::string_view condition,
                                 absl::string_view value,
                                 absl::string_view why) const {
  ValueChange change = IfNot(absl::StrCat(" WHEN ", column, " = '' THEN NULL"),
                             condition, value, why);
  change.empty_is_null = true;
  return change;
}

ValueChange ChangedValue::ByWayOf(absl::string_view type) const {
  ValueChange change{
      true, true, absl::StrCat("nullif(", column, ", '')::", type, "::text")};
  change.empty_is_null = true;
  return change;
}

ValueChange ChangedValue::Cast(std::string sqlite) const {
  ValueChange change;
  if (!on_postgres) change.sql = std::move(sqlite);
  return change;
}

bool ChangedValue::IsKeptAsText() const {
  return from == Shape::kText ||
         (before.type.kind == SqlType::Kind::kText &&
          (from == Shape::kTime || from == Shape::kLetters ||
           from == Shape::kReal));
}

std::string RangeOfUnsigned(absl::string_view type) {
  return type == "uint32" ? " BETWEEN 0 AND 4294967295"
                          : " BETWEEN 0 AND 9223372036854775807";
}

}  // namespace modelservice
