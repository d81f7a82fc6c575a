#include "plugin/schema/stored_type.h"

#include <map>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
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
  return std::string(absl::StripPrefix(base, "pg_catalog."));
}

// Types that are compared with each other, under one name.
std::string FamilyOf(const Field& field) {
  static const auto* const kFamilies = new std::map<std::string, std::string>{
      {"bigint", "integer"},
      {"bigserial", "integer"},
      {"int", "integer"},
      {"int2", "integer"},
      {"int4", "integer"},
      {"int8", "integer"},
      {"serial", "integer"},
      {"serial2", "integer"},
      {"serial4", "integer"},
      {"serial8", "integer"},
      {"smallint", "integer"},
      {"smallserial", "integer"},
      {"bool", "boolean"},
      {"dec", "numeric"},
      {"decimal", "numeric"},
      {"float", "real"},
      {"float4", "real"},
      {"float8", "real"},
      {"double", "real"},
      {"double precision", "real"},
      {"bpchar", "text"},
      {"char", "text"},
      {"char varying", "text"},
      {"character", "text"},
      {"character varying", "text"},
      {"varchar", "text"},
      {"timestamptz", "timestamp"},
      {"timestamp with time zone", "timestamp"},
      {"timestamp without time zone", "timestamp"},
  };
  const std::string base = BaseOf(StoredAs(field));
  const auto family = kFamilies->find(base);
  return family == kFamilies->end() ? base : family->second;
}

}  // namespace

std::string StoredAs(const Field& field) {
  Column column(field.name, field.number, field.type);
  column.storage = field.storage;
  column.format = field.format;
  column.sql_type = field.settings.type();
  if (field.settings.has_max_length()) {
    column.max_length = field.settings.max_length();
  }
  return PostgresDialect().ColumnType(column);
}

bool SameStorage(const Field& a, const Field& b) {
  return FamilyOf(a) == FamilyOf(b);
}

}  // namespace modelservice::plugin
