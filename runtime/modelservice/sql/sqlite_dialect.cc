#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "modelservice/sql/dialect.h"

namespace modelservice {
namespace {

// Whether writers of JSON may escape it, or SQLite's paths cannot have it.
bool IsEscaped(char c) {
  return !absl::ascii_isprint(static_cast<unsigned char>(c)) ||
         absl::string_view("\"\\/<>&'").find(c) != absl::string_view::npos;
}

bool HasEscapes(const std::vector<JsonStep>& path) {
  return absl::c_any_of(path, [](const JsonStep& step) {
    return step.index < 0 && absl::c_any_of(step.key, IsEscaped);
  });
}

// A column may hold any text, and SQLite's functions of JSON fail of what is
// none. To its newer versions text in a BLOB is JSON, but not valid.
std::string IfJson(absl::string_view value) {
  return absl::StrCat("CASE WHEN json_valid(CAST(@ AS TEXT)) THEN ", value,
                      " END");
}
std::string IfJsonIs(absl::string_view types, absl::string_view value) {
  return IfJson(absl::StrCat("CASE WHEN json_type(@, ?) IN (", types, ") THEN ",
                             value, " END"));
}

struct SqliteJson {
  const std::string type = IfJson("json_type(@, ?)");
  const std::string number =
      IfJsonIs("'integer', 'real'", "json_extract(@, ?)");
  const std::string number_in_text = IfJsonIs(
      "'integer', 'real', 'text'", "modelservice_integer(json_extract(@, ?))");
  const std::string text = IfJsonIs("'text'", "json_extract(@, ?)");
  const std::string truth =
      IfJson("CASE json_type(@, ?) WHEN 'true' THEN 1 WHEN 'false' THEN 0 END");
  const std::string timestamp =
      IfJsonIs("'text'", "modelservice_timestamp(json_extract(@, ?))");
  const std::string duration =
      IfJsonIs("'text'", "modelservice_duration(json_extract(@, ?))");
  // Keys of a list are numbers.
  const std::string elements = absl::StrCat(
      "(SELECT CASE type WHEN 'text' THEN json_quote(value) WHEN 'true' THEN "
      "'true' WHEN 'false' THEN 'false' WHEN 'null' THEN 'null' ELSE value END "
      "AS value FROM json_each(",
      IfJson("@"), ", ?) AS modelservice_each WHERE typeof(key) = 'integer')");
};

class Sqlite final : public Dialect {
 public:
  absl::string_view name() const override { return "sqlite"; }

  void AppendPlaceholder(int position, std::string* sql) const override {
    absl::StrAppend(sql, "?", position);
  }

  std::string ColumnType(const Column& column) const override {
    if (!column.sql_type.empty()) return std::string(column.sql_type);
    // JSON and decimals are TEXT: a declared JSON or NUMERIC would turn what
    // looks like a number into one
    // (https://sqlite.org/datatype3.html#affinity).
    if (column.storage == Storage::kJson || column.storage == Storage::kArray) {
      return "TEXT";
    }
    if (column.storage == Storage::kBytes) return "BLOB";
    if (column.storage == Storage::kName) return "TEXT";
    if (column.format == Format::kDecimal) return "TEXT";
    switch (column.type) {
      case FieldType::kDuration:
        return "BIGINT";
      case FieldType::kBytes:
        return "BLOB";
      case FieldType::kTimestamp:
        return "DATETIME";
      case FieldType::kMessage:
        return "TEXT";
      default:
        break;
    }
    std::string type = StandardType(column);
    // Only "INTEGER PRIMARY KEY" is the table's own B-tree key.
    return type == "BIGINT" && column.primary_key ? "INTEGER" : type;
  }

  std::string AutoIncrement(bool* declares_key) const override {
    *declares_key = true;
    return "PRIMARY KEY AUTOINCREMENT";
  }

  // A table function of our connections (db/sqlite/list_table.h).
  int64_t time_step() const override { return 1; }
  absl::string_view placeholder_cast(Value::Kind) const override { return ""; }
  ListForm list_form() const override {
    return {" IN (SELECT value FROM modelservice_list(", "))"};
  }
  MatchForm Match(TextMatch match, absl::string_view text,
                  bool ignore_case) const override {
    if (match == TextMatch::kRegex) {
      // A function of our connections (db/sqlite/regexp.h).
      return {" REGEXP ", absl::StrCat(ignore_case ? "(?i)" : "", text), ""};
    }
    if (ignore_case) {
      return {" LIKE ", LikePattern(match, text), " ESCAPE '\\'"};
    }
    if (match == TextMatch::kIs) return {" = ", std::string(text), ""};
    return {" GLOB ", GlobPattern(match, text), ""};
  }
  bool matches_as_text(const Column&) const override { return false; }
  // By its place in the text, which is always the same. SQLite's own functions
  // round to milliseconds, and so into the next year.
  std::string date_part(DatePart part) const override {
    switch (part) {
      case DatePart::kYear:
        return "CAST(substr(@, 1, 4) AS INTEGER)";
      case DatePart::kMonth:
        return "CAST(substr(@, 6, 2) AS INTEGER)";
      case DatePart::kDay:
        return "CAST(substr(@, 9, 2) AS INTEGER)";
      case DatePart::kWeekDay:
        return "(CAST(strftime('%w', substr(@, 1, 10)) AS INTEGER) + 1)";
      case DatePart::kHour:
        return "CAST(substr(@, 12, 2) AS INTEGER)";
      case DatePart::kMinute:
        return "CAST(substr(@, 15, 2) AS INTEGER)";
      case DatePart::kSecond:
        break;
    }
    return "CAST(substr(@, 18, 2) AS INTEGER)";
  }
  // The functions with our name are those of our connections
  // (db/sqlite/json_values.h).
  absl::string_view json_form(JsonKind kind, JsonLies) const override {
    switch (kind) {
      case JsonKind::kType:
        break;
      case JsonKind::kNumber:
        return json_.number;
      case JsonKind::kNumberInText:
        return json_.number_in_text;
      case JsonKind::kText:
        return json_.text;
      case JsonKind::kBool:
        return json_.truth;
      case JsonKind::kTimestamp:
        return json_.timestamp;
      case JsonKind::kDuration:
        return json_.duration;
    }
    return json_.type;
  }
  absl::string_view json_elements_form(JsonLies) const override {
    return json_.elements;
  }
  // All of what lies there (db/sqlite/json_inside.h).
  std::string JsonFormFor(const std::vector<JsonStep>& path, JsonLies,
                          absl::string_view form) const override {
    if (!HasEscapes(path)) return "";
    return absl::StrReplaceAll(
        form, {{"@", "modelservice_inside(@, ?)"}, {"?", "'$'"}});
  }
  // https://sqlite.org/json1.html#path_arguments
  Value JsonPath(const std::vector<JsonStep>& path,
                 TextArena& arena) const override {
    const bool is_inside = HasEscapes(path);
    std::string text = is_inside ? "" : "$";
    for (const JsonStep& step : path) {
      if (step.index >= 0) {
        absl::StrAppend(&text, "[", step.index, "]");
      } else if (is_inside) {
        absl::StrAppend(&text, step.key.size(), ":", step.key);
      } else {
        absl::StrAppend(&text, ".\"", step.key, "\"");
      }
    }
    return Value::Text(arena.Own(std::move(text)));
  }
  absl::string_view explain() const override { return "EXPLAIN QUERY PLAN "; }
  absl::string_view cast_form(CastType type) const override {
    // CAST to TEXT is not the same of a number in all versions of SQLite.
    return type == CastType::kReal ? "CAST(@ AS REAL)" : "modelservice_text(@)";
  }
  absl::string_view wide_type(const Column&) const override { return ""; }
  absl::string_view real_average() const override { return ""; }
  bool division_by_zero_fails() const override { return false; }
  bool sums_are_decimal() const override { return false; }
  std::string BoolLiteral(bool value) const override {
    return value ? "1" : "0";
  }
  std::string BytesLiteral(absl::string_view bytes) const override {
    return absl::StrCat("x'", absl::BytesToHexString(bytes), "'");
  }
  std::string EmptyArray(const Column&) const override { return "'[]'"; }

  bool has_schemas() const override { return false; }
  bool allows_forward_references() const override { return true; }
  bool alters_constraints() const override { return false; }
  bool needs_limit_for_offset() const override { return true; }
  bool reports_inserted_key() const override { return true; }
  // RETURNING collects its rows in a table of its own, made for each run.
  bool reads_back() const override { return true; }
  bool keeps_types() const override { return false; }
  bool locks_rows() const override { return false; }
  bool updates_see_themselves() const override { return true; }
  bool keeps_nan_as_text() const override { return true; }
  // Of our connections (db/sqlite/decimal_collation.h).
  absl::string_view decimal_collation() const override {
    return "modelservice_decimal";
  }
  // No type of the user's choice, which may convert what it is given.
  bool StoresAsGiven(const Column& column) const override {
    return column.sql_type.empty() && column.format != Format::kDecimal;
  }

 private:
  const SqliteJson json_ = {};

  // The pattern of GLOB, in which capitals differ, that finds `text` so. What
  // means something there stands in brackets
  // (https://sqlite.org/lang_expr.html#glob).
  static std::string GlobPattern(TextMatch match, absl::string_view text) {
    const bool whole = match == TextMatch::kPattern;
    std::string pattern = whole || match == TextMatch::kStartsWith ? "" : "*";
    ForEachCharacter(match, text, [&pattern](char c, bool any) {
      const bool is_special = c == '*' || c == '?' || c == '[';
      if (is_special && !any) {
        absl::StrAppend(&pattern, "[", absl::string_view(&c, 1), "]");
      } else {
        pattern.push_back(c);
      }
    });
    if (!whole && match != TextMatch::kEndsWith) pattern.push_back('*');
    return pattern;
  }
};

}  // namespace

const Dialect& SqliteDialect() {
  static const Sqlite dialect;
  return dialect;
}

}  // namespace modelservice
