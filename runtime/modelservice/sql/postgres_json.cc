#include "modelservice/sql/postgres_json.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace modelservice {
namespace {

// In patterns `{0,1}` stands for what is a parameter's mark in a form.

// Times of RFC 3339 that are times: a cast of any other text is an error of the
// whole statement.
constexpr absl::string_view kTimestampPattern =
    "'^(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-"
    "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|"
    "(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|"
    "([0-9]{2}(0[48]|[2468][048]|[13579][26])|"
    "(0[48]|[2468][048]|[13579][26])00)-02-29)"
    "T([01][0-9]|2[0-3])(:[0-5][0-9]){2}([.][0-9]{1,9}){0,1}"
    "(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])$'";

// Whether the text `@` is jsonb. PostgreSQL answers that from version 16 on
// (pg_input_is_valid); to ask older ones is an error of the statement. The text
// is of JSON's words and signs, with a comma or colon between any two values.
// Then strings become `s` and what is without anything inside of it `v`, again
// and again, until nothing changes: JSON comes to `v`. jsonb takes neither NUL
// nor halves of surrogates, and bounds numbers and what is inside of each
// other.
std::string IsJsonb() {
  constexpr absl::string_view hex = "[0-9a-fA-F]";
  constexpr absl::string_view blanks = R"([ \t\n\r]*)";
  constexpr absl::string_view atom = "[^][{},:]+";
  const std::string escape = absl::StrCat(
      R"(\\(["\\/bfnrt]|u([1-9a-cefA-CEF])", hex, "{3}|0([1-9a-fA-F]", hex,
      "{2}|0([1-9a-fA-F]", hex, "|0[1-9a-fA-F]))|[dD]([0-7]", hex,
      "{2}|[89abAB]", hex, R"({2}\\u[dD][c-fC-F])", hex, "{2})))");
  const std::string word = absl::StrCat(
      R"(("([^"\\\x01-\x1f]|)", escape,
      R"()*"|-{0,1}(0|[1-9][0-9]*)([.][0-9]+){0,1}([eE][+-]{0,1}[0-9]{1,4}))"
      "{0,1}|true|false|null)");
  const std::string words =
      absl::StrCat("'^", blanks, "(([[{]", blanks, ")*(", word, blanks,
                   "){0,1}([]}]", blanks, ")*([,:]", blanks, "|$))*$'");
  const std::string whole =
      absl::StrCat("'^", atom, "$|[[](", atom, "(,", atom,
                   ")*){0,1}[]]|[{](s:", atom, "(,s:", atom, ")*){0,1}[}]'");
  return absl::StrCat(
      "octet_length(@) <= 10000000 AND @ ~ ", words,
      " AND 'v' IN (WITH RECURSIVE modelservice_json(rest) AS (SELECT "
      R"(translate(regexp_replace(regexp_replace(@, '\\.', 'x', 'g'), )"
      R"('"[^"]*"', 's', 'g'), E' \t\n\r', ''))"
      " UNION SELECT regexp_replace(rest, ",
      whole,
      ", 'v', 'g') FROM modelservice_json WHERE rest !~ '([0-9]{200}){2}')"
      " SELECT rest FROM modelservice_json LIMIT 101)");
}

constexpr absl::string_view kJson = "CAST(@ AS JSONB)";
constexpr absl::string_view kArray = "to_jsonb(@)";

// What a path's operators take for a key of an object and for a place in a
// list, whichever is there.
bool IsKeyOrPlace(const JsonStep& step) {
  return step.index >= 0 ||
         (!step.key.empty() &&
          step.key.find_first_not_of("0123456789+- \t\n\v\f\r") ==
              std::string::npos);
}

class JsonForms {
 public:
  JsonForms(absl::string_view json, absl::string_view guard)
      : json_(json), guard_(guard) {}

  std::string Guarded(absl::string_view value) const {
    return guard_.empty()
               ? std::string(value)
               : absl::StrCat("CASE WHEN ", guard_, " THEN ", value, " END");
  }
  std::string Type() const {
    return Guarded(absl::StrCat("jsonb_typeof(", json_, " #> ?)"));
  }
  std::string OfType(absl::string_view type, absl::string_view cast) const {
    const std::string value = absl::StrCat(json_, " #>> ?");
    return Guarded(absl::StrCat(
        "CASE WHEN jsonb_typeof(", json_, " #> ?) = '", type, "' THEN ",
        cast.empty() ? value : absl::StrCat("CAST(", value, " AS ", cast, ")"),
        " END"));
  }
  // `front` and `behind` are around the text there.
  std::string OfPattern(absl::string_view pattern, absl::string_view front,
                        absl::string_view behind) const {
    return Guarded(absl::StrCat("CASE WHEN (", json_, " #>> ?) ~ ", pattern,
                                " THEN ", front, json_, " #>> ?", behind,
                                " END"));
  }
  // Seconds since 1970, for a TIMESTAMPTZ has no nanoseconds. Before version 14
  // the whole ones are a double, which has them all.
  std::string Timestamp() const {
    const std::string text = absl::StrCat("(", json_, " #>> ?)");
    return Guarded(
        absl::StrCat("CASE WHEN ", text, " ~ ", kTimestampPattern,
                     " THEN CAST(EXTRACT(EPOCH FROM CAST(regexp_replace(", text,
                     ", '[.][0-9]+', '') AS TIMESTAMPTZ)) AS NUMERIC) + "
                     "CAST(COALESCE(substring(",
                     text, " FROM '[.][0-9]+'), '0') AS NUMERIC) END"));
  }
  std::string Elements() const {
    return absl::StrCat(
        "(SELECT value FROM jsonb_array_elements(",
        Guarded(absl::StrCat("CASE WHEN jsonb_typeof(", json_,
                             " #> ?) = 'array' THEN ", json_, " #> ? END")),
        ") AS modelservice_each(value))");
  }

 private:
  const absl::string_view json_;
  const absl::string_view guard_;
};

}  // namespace

PostgresJson::PostgresJson(absl::string_view json, absl::string_view guard) {
  const JsonForms forms(json, guard);
  type_ = forms.Type();
  text_ = forms.OfType("string", "");
  number_ = forms.OfType("number", "NUMERIC");
  truth_ = forms.OfType("boolean", "BOOLEAN");
  number_in_text_ = forms.OfPattern(
      "'^-{0,1}[0-9]{1,30}([.][0-9]{1,30}){0,1}$'", "CAST(", " AS NUMERIC)");
  timestamp_ = forms.Timestamp();
  duration_ = forms.OfPattern("'^-{0,1}[0-9]{1,12}([.][0-9]{1,9}){0,1}s$'",
                              "CAST(rtrim(", ", 's') AS NUMERIC) * 1000000");
  elements_ = forms.Elements();
}

const PostgresJson& PostgresJson::In(JsonLies lies) {
  static const PostgresJson json(kJson, "");
  static const PostgresJson text(kJson, IsJsonb());
  static const PostgresJson array(kArray, "");
  switch (lies) {
    case JsonLies::kInText:
      return text;
    case JsonLies::kInArray:
      return array;
    case JsonLies::kInJson:
      break;
  }
  return json;
}

// The path is NULL, and so is what is there, where something else is around a
// step than its kind.
std::string PostgresJson::FormFor(const std::vector<JsonStep>& path,
                                  JsonLies lies, absl::string_view form) {
  const absl::string_view json = lies == JsonLies::kInArray ? kArray : kJson;
  std::string around;
  for (size_t i = 0; i < path.size(); ++i) {
    if (!IsKeyOrPlace(path[i])) continue;
    absl::StrAppend(&around, around.empty() ? "" : " AND ", "jsonb_typeof(",
                    json, " #> (CAST(? AS TEXT[]))[1:", i,
                    "]) = ", path[i].index >= 0 ? "'array'" : "'object'");
  }
  if (around.empty()) return "";
  return absl::StrReplaceAll(
      form, {{"?", absl::StrCat("CASE WHEN ", around,
                                " THEN CAST(? AS TEXT[]) END")}});
}

const std::string& PostgresJson::Of(JsonKind kind) const {
  switch (kind) {
    case JsonKind::kType:
      break;
    case JsonKind::kNumber:
      return number_;
    case JsonKind::kNumberInText:
      return number_in_text_;
    case JsonKind::kText:
      return text_;
    case JsonKind::kBool:
      return truth_;
    case JsonKind::kTimestamp:
      return timestamp_;
    case JsonKind::kDuration:
      return duration_;
  }
  return type_;
}

}  // namespace modelservice
