#include "modelservice/schema/sql_type.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace modelservice {
namespace {

using Kind = SqlType::Kind;

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
    {"real", Kind::kReal, 32},
    {"float4", Kind::kReal, 32},
    {"float", Kind::kReal, 64},
    {"float8", Kind::kReal, 64},
    {"double", Kind::kReal, 64},
    {"double precision", Kind::kReal, 64},
    {"decimal", Kind::kDecimal},
    {"numeric", Kind::kDecimal},
    {"text", Kind::kText},
    {"clob", Kind::kText},
    {"citext", Kind::kText},
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
    {"binary", Kind::kBytes},
    {"datetime", Kind::kTimestamp},
    {"timestamp", Kind::kTimestamp},
    {"timestamptz", Kind::kTimestamp},
    {"timestamp with time zone", Kind::kTimestamp},
    {"timestamp without time zone", Kind::kTimestamp},
    {"date", Kind::kDate},
    {"time", Kind::kTime},
    {"time without time zone", Kind::kTime},
    {"interval", Kind::kInterval},
    {"uuid", Kind::kUuid},
    {"json", Kind::kJson},
    {"jsonb", Kind::kJson},
    {"inet", Kind::kAddress},
};

// Takes "(150)" or "(10, 2)" out of `name`; the first number is the length.
void TakeArguments(std::string* name, SqlType* type) {
  const size_t open = name->find('(');
  const size_t close = name->find(')', open);
  if (open == std::string::npos || close == std::string::npos) return;
  const std::string arguments = name->substr(open + 1, close - open - 1);
  int length;
  if (absl::SimpleAtoi(arguments.substr(0, arguments.find(',')), &length)) {
    type->length = length;
  }
  name->erase(open, close - open + 1);
}

// Names every member: one that is added and forgotten here does not compile.
auto MembersOf(const SqlType& t) {
  const auto& [kind, text, bits, is_unsigned, length, fixed_length, local,
               array, name, labels] = t;
  return std::tie(kind, text, bits, is_unsigned, length, fixed_length, local,
                  array, name, labels);
}

}  // namespace

bool operator==(const SqlType& a, const SqlType& b) {
  return MembersOf(a) == MembersOf(b);
}

SqlType ParseSqlType(absl::string_view text) {
  SqlType type;
  type.text = std::string(absl::StripAsciiWhitespace(text));
  std::string name = absl::AsciiStrToLower(type.text);
  if (absl::EndsWith(name, "[]")) {
    type.array = true;
    name.resize(name.size() - 2);
  }
  TakeArguments(&name, &type);
  type.is_unsigned = absl::StrContains(name, "unsigned");
  name = absl::StrReplaceAll(name, {{"unsigned", ""}});
  absl::RemoveExtraAsciiWhitespace(&name);
  // "interval hour to minute"; one of days, months or years alone keeps no
  // seconds.
  if (absl::StartsWith(name, "interval ") && !absl::StrContains(name, "year") &&
      !absl::EndsWith(name, "month") && name != "interval day") {
    name = "interval";
  }
  const auto* const found =
      std::find_if(std::begin(kNames), std::end(kNames),
                   [&](const Name& known) { return known.name == name; });
  if (found == std::end(kNames)) return type;
  type.kind = found->kind;
  type.bits = found->bits;
  if (type.kind != Kind::kText) type.length = -1;
  type.fixed_length = name == "char" || name == "nchar" ||
                      name == "character" || name == "bpchar";
  // SQL: character without a length is of one.
  if (type.fixed_length && name != "bpchar" && type.length < 0) {
    type.length = 1;
  }
  type.local = name == "timestamp" || name == "timestamp without time zone";
  return type;
}

SqlType TypeOfSqlite(absl::string_view declared) {
  SqlType type = ParseSqlType(declared);
  const std::string name = absl::AsciiStrToLower(type.text);
  if (type.kind != Kind::kUnknown || name.empty() || name == "any") {
    return type;
  }
  // SpatiaLite's, whatever their affinity: blobs.
  for (const absl::string_view shape :
       {"geometry", "point", "linestring", "polygon", "multipoint",
        "multilinestring", "multipolygon", "geometrycollection"}) {
    if (absl::StartsWith(name, shape)) {
      type.kind = Kind::kBytes;
      return type;
    }
  }
  switch (AffinityOf(name)) {
    case Affinity::kInteger:
      type.kind = Kind::kInteger;
      type.bits = 64;
      type.length = -1;
      break;
    case Affinity::kText:
      type.kind = Kind::kText;
      break;
    case Affinity::kBlob:
      type.kind = Kind::kBytes;
      type.length = -1;
      break;
    case Affinity::kReal:
      type.kind = Kind::kReal;
      type.bits = 64;
      type.length = -1;
      break;
    case Affinity::kNumeric: {
      // What says that it is a number is one; of the rest, as of ENUM, nothing
      // is known, and text that is no number stays text there.
      const bool is_number =
          !absl::StartsWith(name, "enum") &&
          (absl::StrContains(name, "num") || absl::StrContains(name, "money") ||
           absl::StrContains(name, "dec") ||
           absl::StrContains(name, "currency"));
      type.kind = is_number ? Kind::kDecimal : Kind::kOther;
      break;
    }
  }
  return type;
}

Affinity AffinityOf(absl::string_view declared_type) {
  const std::string type = absl::AsciiStrToLower(declared_type);
  const auto has = [&](absl::string_view part) {
    return absl::StrContains(type, part);
  };
  if (has("int")) return Affinity::kInteger;
  if (has("char") || has("clob") || has("text")) return Affinity::kText;
  if (type.empty() || has("blob")) return Affinity::kBlob;
  if (has("real") || has("floa") || has("doub")) return Affinity::kReal;
  return Affinity::kNumeric;
}

}  // namespace modelservice
