#include "modelservice/sql/dialect.h"

#include "absl/strings/str_cat.h"

namespace modelservice {
namespace {

// PostgreSQL's MaxAttrSize. A longer text is bounded by its field's rule alone.
constexpr int kMaxVarchar = 10485760;

void AppendQuoted(absl::string_view text, char quote, std::string* sql) {
  sql->push_back(quote);
  for (size_t end = text.find(quote); end != text.npos;
       end = text.find(quote)) {
    sql->append(text.data(), end + 1).push_back(quote);
    text.remove_prefix(end + 1);
  }
  sql->append(text.data(), text.size()).push_back(quote);
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

void Dialect::ForEachCharacter(
    TextMatch match, absl::string_view text,
    absl::FunctionRef<void(char c, bool any)> visit) {
  const bool is_pattern = match == TextMatch::kPattern;
  for (size_t i = 0; i < text.size(); ++i) {
    if (is_pattern && text[i] == '*') {
      visit('*', true);
      continue;
    }
    if (is_pattern && text[i] == '\\' && i + 1 < text.size()) ++i;
    visit(text[i], false);
  }
}

std::string Dialect::LikePattern(TextMatch match, absl::string_view text) {
  const bool whole = match == TextMatch::kIs || match == TextMatch::kPattern;
  const bool from_start = whole || match == TextMatch::kStartsWith;
  const bool to_end = whole || match == TextMatch::kEndsWith;
  std::string pattern = from_start ? "" : "%";
  ForEachCharacter(match, text, [&pattern](char c, bool any) {
    if (any) {
      pattern.push_back('%');
      return;
    }
    if (c == '%' || c == '_' || c == '\\') pattern.push_back('\\');
    pattern.push_back(c);
  });
  if (!to_end) pattern.push_back('%');
  return pattern;
}

std::string Dialect::StandardType(const Column& column) {
  switch (column.type) {
    case FieldType::kBool:
      return "BOOLEAN";
    case FieldType::kInt32:
    case FieldType::kSint32:
    case FieldType::kSfixed32:
    case FieldType::kEnum:
      return "INTEGER";
    case FieldType::kInt64:
    case FieldType::kSint64:
    case FieldType::kSfixed64:
    case FieldType::kUint32:
    case FieldType::kFixed32:
    case FieldType::kUint64:
    case FieldType::kFixed64:
      return "BIGINT";
    case FieldType::kFloat:
      return "REAL";
    case FieldType::kDouble:
      return "DOUBLE PRECISION";
    case FieldType::kString:
      return column.max_length > 0 && column.max_length <= kMaxVarchar
                 ? absl::StrCat("VARCHAR(", column.max_length, ")")
                 : "TEXT";
    case FieldType::kBytes:
    case FieldType::kTimestamp:
    case FieldType::kDuration:
    case FieldType::kMessage:
      break;
  }
  return "";
}

}  // namespace modelservice
