#include "plugin/schema/stored_type.h"

#include <map>
#include <set>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "modelservice/schema/owned_table.h"
#include "modelservice/sql/dialect.h"

namespace modelservice::plugin {
namespace {

// `type` in lower case, without what stands in parentheses, and spaced once.
std::string BaseOf(const std::string& type) {
  std::string base;
  int depth = 0;
  for (const char c : type) {
    if (c == '(') ++depth;
    if (depth == 0) base.push_back(absl::ascii_tolower(c));
    if (c == ')') --depth;
  }
  const std::vector<std::string> words =
      absl::StrSplit(base, absl::ByAnyChar(" \t\r\n"), absl::SkipEmpty());
  base = absl::StrJoin(words, " ");
  // "public.citext"
  return base.substr(base.rfind('.') + 1);
}

// Types that are compared with each other, under one name. Empty for a type
// that is not PostgreSQL's own: it may be a domain over any of them.
std::string FamilyOf(const std::string& type) {
  static const auto* const kFamilies = new std::map<std::string, std::string>{
      {"bigint", "integer"},
      {"int", "integer"},
      {"int2", "integer"},
      {"int4", "integer"},
      {"int8", "integer"},
      {"integer", "integer"},
      {"smallint", "integer"},
      {"bool", "boolean"},
      {"boolean", "boolean"},
      {"dec", "numeric"},
      {"decimal", "numeric"},
      {"numeric", "numeric"},
      {"float", "real"},
      {"float4", "real"},
      {"float8", "real"},
      {"real", "real"},
      {"double", "real"},
      {"double precision", "real"},
      {"bpchar", "text"},
      {"char", "text"},
      {"char varying", "text"},
      {"character", "text"},
      {"character varying", "text"},
      {"text", "text"},
      {"varchar", "text"},
      {"timestamp", "timestamp"},
      {"timestamptz", "timestamp"},
      {"timestamp with time zone", "timestamp"},
      {"timestamp without time zone", "timestamp"},
      {"bytea", "bytea"},
      {"cidr", "inet"},
      {"citext", "citext"},
      {"date", "date"},
      {"inet", "inet"},
      {"interval", "interval"},
      {"json", "json"},
      {"jsonb", "json"},
      {"money", "money"},
      {"oid", "oid"},
      {"time", "time"},
      {"time without time zone", "time"},
      {"time with time zone", "timetz"},
      {"timetz", "timetz"},
      {"uuid", "uuid"},
  };
  const auto family = kFamilies->find(BaseOf(type));
  return family == kFamilies->end() ? "" : family->second;
}

}  // namespace

std::string StoredAs(const Field& field) {
  return PostgresDialect().ColumnType(ViewOf(*field.column));
}

bool CanReferTo(const Field& field, const Field& target) {
  const std::string from = FamilyOf(StoredAs(field));
  const std::string to = FamilyOf(StoredAs(target));
  if (from == to || from.empty() || to.empty()) return true;
  // What PostgreSQL turns into the other by itself.
  return (from == "integer" && (to == "numeric" || to == "real")) ||
         (from == "numeric" && to == "real");
}

bool IsTypeOf(const std::string& type, const std::string& name) {
  return BaseOf(type) == name || FamilyOf(type) == name;
}

bool IsSerial(const std::string& type) {
  static const auto* const kSerials = new std::set<std::string>{
      "bigserial", "serial", "serial2", "serial4", "serial8", "smallserial"};
  return kSerials->count(BaseOf(type)) > 0;
}

bool CanBeNumbered(const std::string& type) {
  static const auto* const kIntegers = new std::set<std::string>{
      "bigint", "int", "int2", "int4", "int8", "integer", "smallint"};
  return kIntegers->count(BaseOf(type)) > 0;
}

}  // namespace modelservice::plugin
