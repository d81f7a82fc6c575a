#include "modelservice/migrate/value_change.h"

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "modelservice/migrate/changed_value.h"
#include "modelservice/sql/dialect.h"

namespace modelservice {
namespace {

using Kind = SqlType::Kind;

// Of a list: "int32"; of anything else, what it is itself.
absl::string_view ElementOf(absl::string_view form) {
  absl::ConsumePrefix(&form, "repeated ");
  return form.substr(0, form.find(' '));
}

bool IsInteger(absl::string_view element) {
  return element == "int32" || element == "int64" || element == "uint32" ||
         element == "uint64";
}

class Changer : private ChangedValue {
 public:
  using ChangedValue::ChangedValue;

  ValueChange Change() const {
    if (from == Shape::kOther || to == Shape::kOther) return {};
    if (from == Shape::kWire || to == Shape::kWire) {
      return from == to ? ValueChange() : Impossible();
    }
    if (from == Shape::kList || to == Shape::kList) return OfLists();
    if (from == Shape::kJson || to == Shape::kJson) return OfJson();
    if (from == Shape::kBytes || to == Shape::kBytes) return OfBytes();
    if (from == Shape::kName || to == Shape::kName) return OfNames();
    if (from == Shape::kSpan || to == Shape::kSpan) return OfSpans();
    if (from == Shape::kText) return OfText();
    if (to == Shape::kText) return ToText();
    if (to == Shape::kUnsigned) return ToUnsigned();
    if (from == Shape::kTime && to == Shape::kTime) {
      return IsDate(before) == IsDate(after) ? ValueChange() : Impossible();
    }
    if (from == Shape::kTimestamp && IsDate(after) && on_postgres &&
        after.type.kind == Kind::kText) {
      return {true, true, absl::StrCat(column, "::date::text")};
    }
    if (from == Shape::kTimestamp && IsDate(after)) {
      return Cast(absl::StrCat("substr(", column, ", 1, 10)"));
    }
    if (to == Shape::kTimestamp && IsDate(before)) {
      return on_postgres ? ValueChange() : ChangeOfText(*this);
    }
    if (from == Shape::kBool && IsDigits(after)) {
      return Cast(std::string(column));
    }
    if (to == Shape::kBool && IsDigits(before)) {
      return Cast(absl::StrCat("CAST(", column, " AS REAL) <> 0"));
    }
    const bool has_cast =
        from == to || ((IsNumber(from) || from == Shape::kBool) &&
                       (IsNumber(to) || to == Shape::kBool));
    return has_cast ? ValueChange() : Impossible();
  }

 private:
  ValueChange OfBytes() const {
    if (from == to) return {};
    if (IsKeptAsText() || from == Shape::kName) {
      return {true, true,
              on_postgres ? absl::StrCat("convert_to(", column, ", 'UTF8')")
                          : absl::StrCat("CAST(", column, " AS BLOB)")};
    }
    const std::string text =
        on_postgres ? absl::StrCat("convert_from(", column, ", 'UTF8')")
                    : absl::StrCat("CAST(", column, " AS TEXT)");
    const bool has_format = to != Shape::kText;
    if (has_format && !IsTextWithFormat()) return Impossible();
    if (has_format) {
      SqlType type;
      type.kind = Kind::kText;
      ValueForm form;
      form.text = "string";
      return ChangeOfText(
          ChangedValue({type, form}, after, text, place, on_postgres));
    }
    if (on_postgres) return {true, true, text};
    // A pattern finds nothing else in what is no UTF-8.
    return If(absl::StrCat(text, " REGEXP '\\A(?s:.*)\\z'"), text,
              "is no UTF-8");
  }

  bool IsTextWithFormat() const {
    return after.type.kind == Kind::kText &&
           (to == Shape::kTime || to == Shape::kLetters || IsDigits(after));
  }

  ValueChange OfNames() const {
    if (from == to) return {};
    const bool to_names = to == Shape::kName;
    // The state that migrations compare has none.
    const bool of_after =
        before.form.names.empty() || (to_names && !after.form.names.empty());
    const auto& names = of_after ? after.form.names : before.form.names;
    if (to_names && IsKeptAsText()) {
      if (names.empty()) return {};
      std::string list;
      for (const auto& one : names) {
        absl::StrAppend(&list, list.empty() ? "" : ", ",
                        QuotedText(one.second));
      }
      return If(absl::StrCat(column, " IN (", list, ")"), column,
                "is no name of its enum");
    }
    const bool to_numbers = to == Shape::kInteger;
    if (!to_names && to == Shape::kText) return {};
    if (names.empty() || !(to_names ? from == Shape::kInteger : to_numbers)) {
      return Impossible();
    }
    const std::string why =
        to_names ? "is no number of its enum" : "is no name of its enum";
    std::string list;
    for (const auto& [number, name] : names) {
      absl::StrAppend(&list, list.empty() ? "" : ", ",
                      to_names ? absl::StrCat(number) : QuotedText(name));
    }
    return {true, true, Cases(names, to_names, Refused(why)),
            absl::StrCat(column, " IN (", list, ")"), why};
  }

  std::string Cases(const std::vector<std::pair<int, std::string>>& names,
                    bool to_names, absl::string_view otherwise) const {
    std::string sql = absl::StrCat("CASE ", column);
    std::set<int> told;  // of several names of a number, the first
    for (const auto& [number, name] : names) {
      if (to_names && !told.insert(number).second) continue;
      absl::StrAppend(
          &sql, " WHEN ", to_names ? absl::StrCat(number) : QuotedText(name),
          " THEN ", to_names ? QuotedText(name) : absl::StrCat(number));
    }
    return absl::StrCat(sql, " ELSE ", otherwise, " END");
  }

  // Of microseconds, on either database.
  ValueChange OfSpans() const {
    if (from == to) return {};
    if (from == Shape::kSpan ? to != Shape::kInteger
                             : from != Shape::kInteger) {
      return Impossible();
    }
    if (!on_postgres) return {};
    return {true, true,
            to == Shape::kSpan
                ? absl::StrCat(column, " * interval '1 microsecond'")
                : absl::StrCat("(extract(epoch FROM ", column,
                               ") * 1000000)::", after.type.text)};
  }

  ValueChange OfText() const {
    // It may hold the names of what is kept by numbers now.
    if (to == Shape::kInteger && !after.form.names.empty() &&
        before.form.text.empty()) {
      const std::string digits = absl::StrCat("nullif(", column, ", '')");
      return {true, true,
              Cases(after.form.names, false,
                    on_postgres ? absl::StrCat(digits, "::", after.type.text)
                                : digits)};
    }
    return ChangeOfText(*this);
  }

  ValueChange ToText() const {
    if (from != Shape::kTimestamp || !on_postgres) return {};
    // As SQLite keeps it.
    return {true, false,
            absl::StrCat("replace(to_char(", column,
                         before.type.local ? "" : " AT TIME ZONE 'UTC'",
                         ", 'YYYY-MM-DD HH24:MI:SS.US'), '.000000', '')")};
  }

  ValueChange ToUnsigned() const {
    if (from == to) {
      if (before.form.text == after.form.text || after.form.text != "uint32") {
        return {};
      }
    } else if (from == Shape::kBool) {
      return {};
    } else if (from == Shape::kReal) {
      return RealToUnsigned();
    } else if (from != Shape::kInteger) {
      return Impossible();
    }
    return If(absl::StrCat(column, after.form.text == "uint32"
                                       ? " BETWEEN 0 AND 4294967295"
                                       : " >= 0"),
              column, absl::StrCat("is no ", after.form.text));
  }

  ValueChange RealToUnsigned() const {
    const std::string rounded =
        IsDigits(before) ? absl::StrCat("round(CAST(", column, " AS REAL))")
                         : absl::StrCat("round(", column, ")");
    const std::string value =
        on_postgres        ? absl::StrCat(column, "::", after.type.text)
        : IsDigits(before) ? absl::StrCat("nullif(", column, ", '')")
                           : absl::StrCat("CAST(", rounded, " AS INTEGER)");
    return If(absl::StrCat(rounded, RangeOfUnsigned(after.form.text)), value,
              absl::StrCat("is no ", after.form.text));
  }

  ValueChange OfJson() const {
    if (IsKeptAsText() && !on_postgres) {
      return IfText(absl::StrCat("json_valid(", column, ")"), column,
                    "is no JSON");
    }
    if (on_postgres && IsKeptAsText() && after.type.kind == Kind::kText) {
      // As it is written, if it is any.
      return ByWayOf("json");
    }
    if (IsKeptAsText() || to == Shape::kText) return {};
    return from == to ? OfElements() : Impossible();
  }

  ValueChange OfLists() const {
    const bool was_list = from == Shape::kList;
    if (to == Shape::kJson || from == Shape::kJson) {
      const absl::string_view json =
          was_list ? after.form.text : before.form.text;
      if (!json.empty() && !absl::StartsWith(json, "repeated ")) {
        return Impossible();
      }
      if (!on_postgres) return OfElements();
      const Kind kind = was_list ? before.type.kind : after.type.kind;
      const bool is_number = kind == Kind::kInteger || kind == Kind::kReal;
      if (was_list) {
        return is_number || kind == Kind::kText || kind == Kind::kBool
                   ? ValueChange{true, true,
                                 absl::StrCat("to_jsonb(", column, ")")}
                   : Impossible();
      }
      if (!is_number) return Impossible();
      return {true, true,
              absl::StrCat("translate(", column,
                           "::text, '[]', '{}')::", after.type.text)};
    }
    if (from == to) return OfElements();
    // Of one value, a list of one.
    const bool fits = (IsNumber(from) && IsNumberOf(after)) ||
                      (IsKeptAsText() && IsTextOf(after));
    if (was_list || !fits) return Impossible();
    return OfOne();
  }

  ValueChange OfOne() const {
    const absl::string_view element = ElementOf(after.form.text);
    const std::string none = on_postgres ? "'{}'" : "'[]'";
    std::string one(column);
    if (!on_postgres && IsNumberOf(after)) {
      if (IsDigits(before)) one = absl::StrCat("CAST(", one, " AS NUMERIC)");
      if (from == Shape::kReal && IsInteger(element)) {
        one = absl::StrCat("CAST(round(", one, ") AS INTEGER)");
      }
    }
    const std::string list =
        on_postgres ? absl::StrCat("ARRAY[", one, "]::", after.type.text)
                    : absl::StrCat("json_array(", one, ")");
    const std::string is_none =
        absl::StrCat(" WHEN ", column, " IS NULL THEN ", none);
    const std::string range = RangeOf(element);
    if (range.empty() || !IsNumber(from)) {
      return {true, true,
              absl::StrCat("CASE", is_none, " ELSE ", list, " END")};
    }
    const std::string number = from == Shape::kReal && on_postgres
                                   ? absl::StrCat("round(", one, ")")
                                   : one;
    return IfNot(is_none, absl::StrCat(number, range), list,
                 absl::StrCat("is no ", element));
  }
  // What of integers neither the other type nor its list refuses.
  std::string RangeOf(absl::string_view element) const {
    if (element == "uint32") return RangeOfUnsigned(element);
    if (element == "uint64") return " >= 0";
    return element == "int32" && !on_postgres
               ? " BETWEEN -2147483648 AND 2147483647"
               : "";
  }
  // Of a list: on SQLite the form alone knows.
  bool IsNumberOf(const StoredAs& list) const {
    const absl::string_view element = ElementOf(list.form.text);
    return on_postgres ? list.type.kind == Kind::kInteger ||
                             list.type.kind == Kind::kReal
                       : IsInteger(element) || element == "float" ||
                             element == "double";
  }
  bool IsTextOf(const StoredAs& list) const {
    return on_postgres ? list.type.kind == Kind::kText
                       : ElementOf(list.form.text) == "string";
  }

  ValueChange OfElements() const {
    const absl::string_view a = ElementOf(before.form.text);
    const absl::string_view b = ElementOf(after.form.text);
    if (before.type.array && after.type.array) {
      const bool has_cast = before.type.kind == after.type.kind ||
                            ((IsNumberOf(before) || IsTextOf(before)) &&
                             (IsNumberOf(after) || IsTextOf(after)));
      return has_cast ? ValueChange() : Impossible();
    }
    if (a.empty() || b.empty() || a == b) return {};
    if (absl::StartsWith(before.form.text, "repeated ") !=
        absl::StartsWith(after.form.text, "repeated ")) {
      return Impossible();
    }
    if (IsInteger(a) && IsInteger(b)) return {};
    if (on_postgres) return Impossible();
    const std::string each = absl::StrCat(" FROM json_each(", column, "))");
    if (IsInteger(a) && b == "string") {
      return {
          true, true,
          absl::StrCat("(SELECT json_group_array(CAST(value AS TEXT))", each)};
    }
    if (a == "string" && IsInteger(b)) {
      return If(absl::StrCat("(SELECT count(*) FROM json_each(", column,
                             ") WHERE CAST(CAST(value AS INTEGER) AS TEXT) <> "
                             "value) = 0"),
                absl::StrCat("(SELECT json_group_array(CAST(value AS INTEGER))",
                             each),
                "is no list of integers");
    }
    return Impossible();
  }
};

}  // namespace

ValueChange ValueChangeOf(const StoredAs& before, const StoredAs& after,
                          absl::string_view column, absl::string_view place,
                          bool on_postgres) {
  return Changer(before, after, column, place, on_postgres).Change();
}

}  // namespace modelservice
