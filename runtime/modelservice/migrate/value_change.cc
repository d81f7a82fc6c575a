#include "modelservice/migrate/value_change.h"

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "modelservice/sql/dialect.h"

namespace modelservice {
namespace {

using Kind = SqlType::Kind;

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

bool IsNumber(Shape shape) {
  return shape == Shape::kInteger || shape == Shape::kUnsigned ||
         shape == Shape::kReal;
}

Shape ShapeOf(const StoredAs& values) {
  const absl::string_view form = values.form.text;
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

// Of a list: "int32"; of anything else, what it is itself.
absl::string_view ElementOf(absl::string_view form) {
  absl::ConsumePrefix(&form, "repeated ");
  return form.substr(0, form.find(' '));
}

bool IsInteger(absl::string_view element) {
  return element == "int32" || element == "int64" || element == "uint32" ||
         element == "uint64";
}

std::string Quoted(absl::string_view text) {
  std::string sql;
  AppendLiteral(text, &sql);
  return sql;
}

class Changer {
 public:
  Changer(const StoredAs& before, const StoredAs& after,
          absl::string_view column, absl::string_view place, bool on_postgres)
      : before_(before),
        after_(after),
        from_(ShapeOf(before)),
        to_(ShapeOf(after)),
        column_(column),
        place_(place),
        on_postgres_(on_postgres) {}

  ValueChange Change() const {
    if (from_ == Shape::kOther || to_ == Shape::kOther) return {};
    if (from_ == Shape::kWire || to_ == Shape::kWire) {
      return from_ == to_ ? ValueChange() : Impossible();
    }
    if (from_ == Shape::kList || to_ == Shape::kList) return OfLists();
    if (from_ == Shape::kJson || to_ == Shape::kJson) return OfJson();
    if (from_ == Shape::kBytes || to_ == Shape::kBytes) return OfBytes();
    if (from_ == Shape::kName || to_ == Shape::kName) return OfNames();
    if (from_ == Shape::kSpan || to_ == Shape::kSpan) return OfSpans();
    if (from_ == Shape::kText) return OfText();
    if (to_ == Shape::kText) return ToText();
    if (to_ == Shape::kUnsigned) return ToUnsigned();
    const bool has_cast =
        from_ == to_ ||
        ((IsNumber(from_) || from_ == Shape::kBool) &&
         (IsNumber(to_) || to_ == Shape::kBool)) ||
        (from_ == Shape::kTimestamp && after_.type.kind == Kind::kDate) ||
        (to_ == Shape::kTimestamp && before_.type.kind == Kind::kDate);
    return has_cast ? ValueChange() : Impossible();
  }

 private:
  // An expression that fails on any value, and tells it. NULL stays NULL.
  std::string Refused(absl::string_view why) const {
    const std::string told =
        Quoted(absl::StrCat(place_, " holds what ", why, ": "));
    // What fails to be read is in the error, on either database.
    return on_postgres_
               ? absl::StrCat("(", told, " || ", column_,
                              "::text)::integer::text::", after_.type.text)
               : absl::StrCat("json_extract('{}', ", told, " || ", column_,
                              ")");
  }
  ValueChange Impossible() const {
    return {false, true,
            Refused(absl::StrCat("no SQL makes ", after_.type.text))};
  }
  ValueChange If(absl::string_view condition, absl::string_view value,
                 absl::string_view why) const {
    return {true, true,
            absl::StrCat("CASE WHEN ", condition, " THEN ", value, " ELSE ",
                         Refused(why), " END")};
  }

  ValueChange OfBytes() const {
    if (from_ == to_) return {};
    if (from_ == Shape::kText || from_ == Shape::kName) {
      return {true, true,
              on_postgres_ ? absl::StrCat("convert_to(", column_, ", 'UTF8')")
                           : absl::StrCat("CAST(", column_, " AS BLOB)")};
    }
    if (to_ != Shape::kText) return Impossible();
    if (on_postgres_) {
      return {true, true, absl::StrCat("convert_from(", column_, ", 'UTF8')")};
    }
    const std::string text = absl::StrCat("CAST(", column_, " AS TEXT)");
    // A pattern finds nothing else in what is no UTF-8.
    return If(absl::StrCat(text, " REGEXP '\\A(?s:.*)\\z'"), text,
              "is no UTF-8");
  }

  ValueChange OfNames() const {
    if (from_ == to_) return {};
    const bool to_names = to_ == Shape::kName;
    // The state that migrations compare has none.
    const bool of_after =
        before_.form.names.empty() || (to_names && !after_.form.names.empty());
    const auto& names = of_after ? after_.form.names : before_.form.names;
    if (to_names && from_ == Shape::kText) {
      if (names.empty()) return {};
      std::string list;
      for (const auto& one : names) {
        absl::StrAppend(&list, list.empty() ? "" : ", ", Quoted(one.second));
      }
      return If(absl::StrCat(column_, " IN (", list, ")"), column_,
                "is no name of its enum");
    }
    const bool to_numbers = to_ == Shape::kInteger;
    if (!to_names && to_ == Shape::kText) return {};
    if (names.empty() || !(to_names ? from_ == Shape::kInteger : to_numbers)) {
      return Impossible();
    }
    return {true, true,
            Cases(names, to_names,
                  Refused(to_names ? "is no number of its enum"
                                   : "is no name of its enum"))};
  }

  std::string Cases(const std::vector<std::pair<int, std::string>>& names,
                    bool to_names, absl::string_view otherwise) const {
    std::string sql = absl::StrCat("CASE ", column_);
    std::set<int> told;  // of several names of a number, the first
    for (const auto& [number, name] : names) {
      if (to_names && !told.insert(number).second) continue;
      absl::StrAppend(&sql, " WHEN ",
                      to_names ? absl::StrCat(number) : Quoted(name), " THEN ",
                      to_names ? Quoted(name) : absl::StrCat(number));
    }
    return absl::StrCat(sql, " ELSE ", otherwise, " END");
  }

  // Of microseconds, on either database.
  ValueChange OfSpans() const {
    if (from_ == to_) return {};
    if (from_ == Shape::kSpan ? to_ != Shape::kInteger
                              : from_ != Shape::kInteger) {
      return Impossible();
    }
    if (!on_postgres_) return {};
    return {true, true,
            to_ == Shape::kSpan
                ? absl::StrCat(column_, " * interval '1 microsecond'")
                : absl::StrCat("(extract(epoch FROM ", column_,
                               ") * 1000000)::", after_.type.text)};
  }

  ValueChange OfText() const {
    // It may hold the names of what is kept by numbers now.
    if (to_ == Shape::kInteger && !after_.form.names.empty() &&
        before_.form.text.empty()) {
      const std::string digits = absl::StrCat("nullif(", column_, ", '')");
      return {true, true,
              Cases(after_.form.names, false,
                    on_postgres_ ? absl::StrCat(digits, "::", after_.type.text)
                                 : digits)};
    }
    if (to_ != Shape::kTimestamp || on_postgres_) return {};
    ValueChange change =
        If(absl::StrCat(column_, " LIKE '____-__-__%' AND datetime(", column_,
                        ") IS NOT NULL"),
           absl::StrCat("replace(replace(", column_, ", 'T', ' '), 'Z', '')"),
           "is no timestamp");
    change.sql.replace(0, 4,
                       absl::StrCat("CASE WHEN ", column_, " = '' THEN NULL"));
    return change;
  }

  ValueChange ToText() const {
    if (from_ != Shape::kTimestamp || !on_postgres_) return {};
    // As SQLite keeps it.
    return {true, false,
            absl::StrCat("replace(to_char(", column_,
                         before_.type.local ? "" : " AT TIME ZONE 'UTC'",
                         ", 'YYYY-MM-DD HH24:MI:SS.US'), '.000000', '')")};
  }

  ValueChange ToUnsigned() const {
    if (from_ == to_) {
      if (before_.form.text == after_.form.text ||
          after_.form.text != "uint32") {
        return {};
      }
    } else if (from_ != Shape::kInteger) {
      return IsNumber(from_) || from_ == Shape::kBool ? ValueChange()
                                                      : Impossible();
    }
    return If(absl::StrCat(column_, after_.form.text == "uint32"
                                        ? " BETWEEN 0 AND 4294967295"
                                        : " >= 0"),
              column_, absl::StrCat("is no ", after_.form.text));
  }

  ValueChange OfJson() const {
    if (from_ == Shape::kText || to_ == Shape::kText) return {};
    return from_ == to_ ? OfElements() : Impossible();
  }

  ValueChange OfLists() const {
    const bool was_list = from_ == Shape::kList;
    if (to_ == Shape::kJson || from_ == Shape::kJson) {
      const absl::string_view json =
          was_list ? after_.form.text : before_.form.text;
      if (!json.empty() && !absl::StartsWith(json, "repeated ")) {
        return Impossible();
      }
      if (!on_postgres_) return OfElements();
      const Kind kind = was_list ? before_.type.kind : after_.type.kind;
      const bool is_number = kind == Kind::kInteger || kind == Kind::kReal;
      if (was_list) {
        return is_number || kind == Kind::kText || kind == Kind::kBool
                   ? ValueChange{true, true,
                                 absl::StrCat("to_jsonb(", column_, ")")}
                   : Impossible();
      }
      if (!is_number) return Impossible();
      return {true, true,
              absl::StrCat("translate(", column_,
                           "::text, '[]', '{}')::", after_.type.text)};
    }
    if (from_ == to_) return OfElements();
    // Of one value, a list of one.
    const bool fits = (IsNumber(from_) && IsNumberOf(after_)) ||
                      (from_ == Shape::kText && IsTextOf(after_));
    if (was_list || !fits) return Impossible();
    if (!on_postgres_) return {true, true, OrNone("json_array(", ")", "'[]'")};
    return {true, true,
            OrNone("ARRAY[", absl::StrCat("]::", after_.type.text), "'{}'")};
  }
  std::string OrNone(absl::string_view begin, absl::string_view end,
                     absl::string_view none) const {
    return absl::StrCat("CASE WHEN ", column_, " IS NULL THEN ", none, " ELSE ",
                        begin, column_, end, " END");
  }
  // Of a list: on SQLite the form alone knows.
  bool IsNumberOf(const StoredAs& list) const {
    const absl::string_view element = ElementOf(list.form.text);
    return on_postgres_ ? list.type.kind == Kind::kInteger ||
                              list.type.kind == Kind::kReal
                        : IsInteger(element) || element == "float" ||
                              element == "double";
  }
  bool IsTextOf(const StoredAs& list) const {
    return on_postgres_ ? list.type.kind == Kind::kText
                        : ElementOf(list.form.text) == "string";
  }

  ValueChange OfElements() const {
    const absl::string_view a = ElementOf(before_.form.text);
    const absl::string_view b = ElementOf(after_.form.text);
    if (before_.type.array && after_.type.array) {
      const bool has_cast = before_.type.kind == after_.type.kind ||
                            ((IsNumberOf(before_) || IsTextOf(before_)) &&
                             (IsNumberOf(after_) || IsTextOf(after_)));
      return has_cast ? ValueChange() : Impossible();
    }
    if (a.empty() || b.empty() || a == b) return {};
    if (absl::StartsWith(before_.form.text, "repeated ") !=
        absl::StartsWith(after_.form.text, "repeated ")) {
      return Impossible();
    }
    if (IsInteger(a) && IsInteger(b)) return {};
    if (on_postgres_) return Impossible();
    const std::string each = absl::StrCat(" FROM json_each(", column_, "))");
    if (IsInteger(a) && b == "string") {
      return {
          true, true,
          absl::StrCat("(SELECT json_group_array(CAST(value AS TEXT))", each)};
    }
    if (a == "string" && IsInteger(b)) {
      return If(absl::StrCat("(SELECT count(*) FROM json_each(", column_,
                             ") WHERE CAST(CAST(value AS INTEGER) AS TEXT) <> "
                             "value) = 0"),
                absl::StrCat("(SELECT json_group_array(CAST(value AS INTEGER))",
                             each),
                "is no list of integers");
    }
    return Impossible();
  }

  const StoredAs before_;
  const StoredAs after_;
  const Shape from_;
  const Shape to_;
  const absl::string_view column_;
  const absl::string_view place_;
  const bool on_postgres_;
};

}  // namespace

ValueChange ValueChangeOf(const StoredAs& before, const StoredAs& after,
                          absl::string_view column, absl::string_view place,
                          bool on_postgres) {
  return Changer(before, after, column, place, on_postgres).Change();
}

}  // namespace modelservice
