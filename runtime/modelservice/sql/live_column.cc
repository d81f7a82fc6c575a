#include "modelservice/sql/live_column.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace modelservice {
namespace {

// Of PostgreSQL's type "name", in bytes.
constexpr int kNameLength = 63;

struct Name {
  absl::string_view name;
  ColumnKind kind;
  int bits = 0;
};

constexpr Name kNames[] = {
    {"bool", ColumnKind::kBool},
    {"boolean", ColumnKind::kBool},
    {"tinyint", ColumnKind::kInteger, 8},
    {"smallint", ColumnKind::kInteger, 16},
    {"int2", ColumnKind::kInteger, 16},
    {"mediumint", ColumnKind::kInteger, 32},
    {"int", ColumnKind::kInteger, 32},
    {"integer", ColumnKind::kInteger, 32},
    {"int4", ColumnKind::kInteger, 32},
    {"bigint", ColumnKind::kInteger, 64},
    {"int8", ColumnKind::kInteger, 64},
    {"real", ColumnKind::kReal, 32},
    {"float4", ColumnKind::kReal, 32},
    {"float", ColumnKind::kReal},
    {"float8", ColumnKind::kReal},
    {"double", ColumnKind::kReal},
    {"double precision", ColumnKind::kReal},
    {"decimal", ColumnKind::kDecimal},
    {"numeric", ColumnKind::kDecimal},
    {"text", ColumnKind::kText},
    {"clob", ColumnKind::kText},
    {"citext", ColumnKind::kText},
    {"name", ColumnKind::kText},
    {"varchar", ColumnKind::kText},
    {"nvarchar", ColumnKind::kText},
    {"character varying", ColumnKind::kText},
    {"varying character", ColumnKind::kText},
    {"char", ColumnKind::kText},
    {"nchar", ColumnKind::kText},
    {"character", ColumnKind::kText},
    {"bpchar", ColumnKind::kText},
    {"blob", ColumnKind::kBytes},
    {"bytea", ColumnKind::kBytes},
    {"varbinary", ColumnKind::kBytes},
    {"binary", ColumnKind::kBytes},
    {"datetime", ColumnKind::kTimestamp},
    {"timestamp", ColumnKind::kTimestamp},
    {"timestamptz", ColumnKind::kTimestamp},
    {"timestamp with time zone", ColumnKind::kTimestamp},
    {"timestamp without time zone", ColumnKind::kTimestamp},
    {"date", ColumnKind::kDate},
    {"time", ColumnKind::kTime},
    {"time without time zone", ColumnKind::kTime},
    {"timetz", ColumnKind::kOther},
    {"time with time zone", ColumnKind::kOther},
    {"bit", ColumnKind::kOther},
    {"varbit", ColumnKind::kOther},
    {"bit varying", ColumnKind::kOther},
    {"uuid", ColumnKind::kUuid},
    {"json", ColumnKind::kJson},
    {"jsonb", ColumnKind::kJson},
};

// Takes "(150)" or "(10, 2)" out of `name`.
std::vector<int> TakeArguments(std::string* name) {
  std::vector<int> numbers;
  const size_t open = name->find('(');
  const size_t close = name->find(')', open);
  if (open == std::string::npos || close == std::string::npos) return numbers;
  for (const absl::string_view part : absl::StrSplit(
           absl::string_view(*name).substr(open + 1, close - open - 1), ',')) {
    int number = 0;
    if (!absl::SimpleAtoi(part, &number)) break;
    numbers.push_back(number);
  }
  name->erase(open, close - open + 1);
  return numbers;
}

// By the last word of "interval day to hour".
SpanUnit UnitOf(absl::string_view interval) {
  constexpr std::pair<absl::string_view, SpanUnit> kUnits[] = {
      {"year", SpanUnit::kYear},
      {"month", SpanUnit::kMonth},
      {"day", SpanUnit::kDay},
      {"hour", SpanUnit::kHour},
      {"minute", SpanUnit::kMinute}};
  for (const auto& [word, unit] : kUnits) {
    if (absl::EndsWith(interval, word)) return unit;
  }
  return SpanUnit::kMicrosecond;
}

}  // namespace

LiveColumn ParseLiveType(absl::string_view column, absl::string_view type) {
  LiveColumn live;
  live.name = std::string(column);
  live.type = std::string(absl::StripAsciiWhitespace(type));
  std::string name = absl::AsciiStrToLower(live.type);
  if (absl::EndsWith(name, "]")) {
    live.kind = ColumnKind::kArray;
    return live;
  }
  const std::vector<int> arguments = TakeArguments(&name);
  name = absl::StrReplaceAll(name, {{"unsigned", ""}});
  absl::RemoveExtraAsciiWhitespace(&name);
  // Also "interval hour to minute".
  if (name == "interval" || absl::StartsWith(name, "interval ")) {
    live.kind = ColumnKind::kInterval;
    live.unit = UnitOf(name);
    if (!arguments.empty()) live.scale = arguments[0];
    return live;
  }
  const auto* const found =
      std::find_if(std::begin(kNames), std::end(kNames),
                   [&](const Name& known) { return known.name == name; });
  if (found == std::end(kNames)) return live;
  live.kind = found->kind;
  live.bits = found->bits;
  if (live.kind == ColumnKind::kText) {
    live.fixed_length = name == "char" || name == "nchar" ||
                        name == "character" || name == "bpchar";
    if (!arguments.empty()) live.length = arguments[0];
    if (name == "name") live.length = kNameLength;
    // SQL: character without a length is of one.
    if (live.fixed_length && name != "bpchar" && live.length < 0) {
      live.length = 1;
    }
  } else if (live.kind == ColumnKind::kDecimal && !arguments.empty()) {
    live.precision = arguments[0];
    live.scale = arguments.size() > 1 ? arguments[1] : 0;
  } else if (absl::StartsWith(name, "bit") || name == "varbit") {
    live.fixed_length = name == "bit";
    if (!arguments.empty()) live.length = arguments[0];
    if (live.fixed_length && live.length < 0) live.length = 1;
  } else if ((live.kind == ColumnKind::kTimestamp ||
              live.kind == ColumnKind::kTime ||
              absl::StartsWith(name, "time")) &&
             !arguments.empty()) {
    live.scale = arguments[0];
  }
  return live;
}

const LiveColumn* FindColumn(const std::vector<LiveColumn>& columns,
                             absl::string_view name) {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const LiveColumn& live) {
        return absl::EqualsIgnoreCase(live.name, name);
      });
  return found == columns.end() ? nullptr : &*found;
}

}  // namespace modelservice
