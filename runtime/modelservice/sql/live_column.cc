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

using Kind = ColumnKind;

struct Name {
  absl::string_view name;
  Kind kind;
  int bits = 0;
};

constexpr Name kNames[] = {
    {"bool", Kind::kBool},
    {"boolean", Kind::kBool},
    {"tinyint", Kind::kInteger, 8},
    {"smallint", Kind::kInteger, 16},
    {"int2", Kind::kInteger, 16},
    {"mediumint", Kind::kInteger, 32},
    {"int", Kind::kInteger, 32},
    {"integer", Kind::kInteger, 32},
    {"int4", Kind::kInteger, 32},
    {"bigint", Kind::kInteger, 64},
    {"int8", Kind::kInteger, 64},
    {"real", Kind::kReal},
    {"float4", Kind::kReal},
    {"float", Kind::kReal},
    {"float8", Kind::kReal},
    {"double", Kind::kReal},
    {"double precision", Kind::kReal},
    {"decimal", Kind::kDecimal},
    {"numeric", Kind::kDecimal},
    {"text", Kind::kText},
    {"clob", Kind::kText},
    {"citext", Kind::kText},
    {"name", Kind::kText},
    {"varchar", Kind::kText},
    {"nvarchar", Kind::kText},
    {"character varying", Kind::kText},
    {"varying character", Kind::kText},
    {"char", Kind::kText},
    {"nchar", Kind::kText},
    {"character", Kind::kText},
    {"bpchar", Kind::kText},
    {"blob", Kind::kBytes},
    {"bytea", Kind::kBytes},
    {"varbinary", Kind::kBytes},
    {"datetime", Kind::kTimestamp},
    {"timestamp", Kind::kTimestamp},
    {"timestamptz", Kind::kTimestamp},
    {"timestamp with time zone", Kind::kTimestamp},
    {"timestamp without time zone", Kind::kTimestamp},
    {"date", Kind::kDate},
    {"time", Kind::kTime},
    {"time without time zone", Kind::kTime},
    {"uuid", Kind::kUuid},
    {"json", Kind::kJson},
    {"jsonb", Kind::kJson},
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

}  // namespace

LiveColumn ParseLiveType(absl::string_view column, absl::string_view type) {
  LiveColumn live;
  live.name = std::string(column);
  live.type = std::string(absl::StripAsciiWhitespace(type));
  std::string name = absl::AsciiStrToLower(live.type);
  if (absl::EndsWith(name, "]")) {
    live.kind = Kind::kArray;
    return live;
  }
  const std::vector<int> arguments = TakeArguments(&name);
  name = absl::StrReplaceAll(name, {{"unsigned", ""}});
  absl::RemoveExtraAsciiWhitespace(&name);
  // Also "interval hour to minute".
  if (name == "interval" || absl::StartsWith(name, "interval ")) {
    live.kind = Kind::kInterval;
    return live;
  }
  const auto* const found =
      std::find_if(std::begin(kNames), std::end(kNames),
                   [&](const Name& known) { return known.name == name; });
  if (found == std::end(kNames)) return live;
  live.kind = found->kind;
  live.bits = found->bits;
  if (live.kind == Kind::kText) {
    live.fixed_length = name == "char" || name == "nchar" ||
                        name == "character" || name == "bpchar";
    if (!arguments.empty()) live.length = arguments[0];
  } else if (live.kind == Kind::kDecimal && !arguments.empty()) {
    live.precision = arguments[0];
    live.scale = arguments.size() > 1 ? arguments[1] : 0;
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
