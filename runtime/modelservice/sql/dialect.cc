#include "modelservice/sql/dialect.h"

namespace modelservice {
namespace {

void AppendQuoted(absl::string_view text, char quote, std::string* sql) {
  sql->push_back(quote);
  for (const char c : text) {
    if (c == quote) sql->push_back(quote);
    sql->push_back(c);
  }
  sql->push_back(quote);
}

}  // namespace

void AppendIdentifier(absl::string_view name, std::string* sql) {
  AppendQuoted(name, '"', sql);
}

void AppendLiteral(absl::string_view text, std::string* sql) {
  AppendQuoted(text, '\'', sql);
}

void Dialect::AppendTable(absl::string_view schema, absl::string_view name,
                          std::string* sql) const {
  if (has_schemas() && !schema.empty()) {
    AppendIdentifier(schema, sql);
    sql->push_back('.');
  }
  AppendIdentifier(name, sql);
}

}  // namespace modelservice
