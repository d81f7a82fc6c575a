#include "modelservice/migrate/type_change.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "modelservice/migrate/value_change.h"
#include "modelservice/sql/live_column.h"

namespace modelservice {
namespace {

using Kind = SqlType::Kind;

bool IsNumber(const SqlType& type) {
  return type.kind == Kind::kInteger || type.kind == Kind::kReal ||
         type.kind == Kind::kDecimal;
}

bool IsLonger(const SqlType& before, const SqlType& after) {
  return after.length < 0 ||
         (before.length >= 0 && before.length <= after.length);
}

LiveColumn DigitsOf(const SqlType& type) {
  return ParseLiveType("", absl::StripSuffix(type.text, "[]"));
}

// Whether each number of one type is one of the other, to the last digit.
bool HasMoreDigits(const SqlType& before, const SqlType& after) {
  const LiveColumn from = DigitsOf(before);
  const LiveColumn to = DigitsOf(after);
  if (to.precision < 0) return true;
  return from.precision >= 0 && from.scale <= to.scale &&
         from.precision - from.scale <= to.precision - to.scale;
}

// Whether one is cast to the other as what it is; else by way of its text.
bool HasCast(const SqlType& before, const SqlType& after) {
  if (before.array || after.array) return before.array == after.array;
  if (before.kind == after.kind || before.kind == Kind::kText ||
      after.kind == Kind::kText) {
    return true;
  }
  const auto is_time = [](const SqlType& type) {
    return type.kind == Kind::kTimestamp || type.kind == Kind::kDate;
  };
  return (IsNumber(before) && IsNumber(after)) ||
         (is_time(before) && is_time(after));
}

}  // namespace

bool IsWider(const SqlType& before, const SqlType& after) {
  if (before.text == after.text) return true;
  if (before.array != after.array || before.fixed_length ||
      after.fixed_length) {
    return false;
  }
  if (after.kind == Kind::kText && after.length < 0) {
    return before.kind != Kind::kBytes && !before.array;
  }
  if (before.kind != after.kind) {
    return before.kind == Kind::kInteger && after.kind == Kind::kDecimal &&
           after.text.find('(') == std::string::npos;
  }
  switch (before.kind) {
    case Kind::kInteger:
    case Kind::kReal:
      return before.bits <= after.bits &&
             before.is_unsigned == after.is_unsigned;
    case Kind::kText:
      return IsLonger(before, after);
    case Kind::kDecimal:
      return HasMoreDigits(before, after);
    default:
      return false;
  }
}

bool IsFree(const SqlType& before, const SqlType& after) {
  if (before.kind != after.kind || !IsWider(before, after)) return false;
  if (before.kind == Kind::kDecimal) {
    const LiveColumn to = DigitsOf(after);
    return to.precision < 0 || to.scale == DigitsOf(before).scale;
  }
  return before.kind == Kind::kText || before.text == after.text;
}

std::string UsingSql(const SqlType& before, const SqlType& after,
                     absl::string_view column, bool nullable,
                     absl::string_view default_sql) {
  const ValueForm unknown;
  const ValueChange change =
      ValueChangeOf({before, unknown}, {after, unknown}, column, column, true);
  if (!change.sql.empty()) return absl::StrCat(" USING ", change.sql);
  const bool is_text = before.kind == Kind::kText && !before.array;
  if (after.kind == Kind::kText && !after.array) {
    // A cast that is written down cuts what is too long; the assignment that
    // follows refuses it.
    return is_text ? "" : absl::StrCat(" USING ", column, "::text");
  }
  if (before.kind == after.kind && after.kind == Kind::kText && before.array) {
    return "";
  }
  if (!before.array && !after.array) {
    // Their texts are words.
    if (before.kind == Kind::kBool && IsNumber(after)) {
      return absl::StrCat(" USING ", column, "::integer::", after.text);
    }
    if (IsNumber(before) && after.kind == Kind::kBool) {
      return absl::StrCat(" USING ", column, " <> 0");
    }
  }
  if (is_text && after.kind != Kind::kBytes) {
    const std::string value =
        absl::StrCat("nullif(", column, ", '')::", after.text);
    if (nullable) return absl::StrCat(" USING ", value);
    if (!default_sql.empty()) {
      return absl::StrCat(" USING coalesce(", value, ", ", default_sql, ")");
    }
  }
  return absl::StrCat(" USING ", column, HasCast(before, after) ? "" : "::text",
                      "::", after.text);
}

std::string SqliteValueSql(const SqlType& before, const SqlType& after,
                           absl::string_view column) {
  const std::string same(column);
  if (before.text == after.text || before.array || after.array) return same;
  const bool is_text = before.kind == Kind::kText;
  if (before.kind == Kind::kBool && after.kind == Kind::kText) {
    return absl::StrCat("CASE ", column,
                        " WHEN 0 THEN 'false' WHEN 1 THEN 'true' ELSE ", column,
                        " END");
  }
  if (is_text && after.kind == Kind::kBool) {
    return absl::StrCat("CASE lower(", column,
                        ") WHEN '' THEN NULL WHEN 'false' THEN 0 WHEN 'true' "
                        "THEN 1 ELSE ",
                        column, " END");
  }
  if (IsNumber(before) && after.kind == Kind::kBool) {
    return absl::StrCat(column, " <> 0");
  }
  if (before.kind == Kind::kReal && after.kind == Kind::kInteger) {
    return absl::StrCat("CAST(round(", column, ") AS INTEGER)");
  }
  if (is_text && after.kind != Kind::kText && after.kind != Kind::kBytes) {
    return absl::StrCat("nullif(", column, ", '')");
  }
  return same;
}

}  // namespace modelservice
