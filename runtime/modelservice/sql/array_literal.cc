#include "modelservice/sql/array_literal.h"

#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "modelservice/schema/interval_text.h"
#include "modelservice/schema/json_syntax.h"
#include "modelservice/schema/time_text.h"
#include "modelservice/schema/timestamp_text.h"

namespace modelservice {
namespace {

// A span as ProtoJSON writes a Duration, or `text` where it is none.
std::string DurationOf(absl::string_view text) {
  Interval interval;
  int64_t total = 0;
  if (!ParseInterval(text, &interval) || !TotalMicros(interval, &total)) {
    return std::string(text);
  }
  return DurationText(total);
}

// `\x00ff` in base64.
std::string Base64Of(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, "\\x")) return absl::Base64Escape(text);
  std::string bytes;
  for (size_t i = 0; i < text.size(); i += 2) {
    uint32_t byte = 0;
    (void)absl::SimpleHexAtoi(text.substr(i, 2), &byte);
    bytes.push_back(static_cast<char>(byte));
  }
  return absl::Base64Escape(bytes);
}

std::string TimeOf(absl::string_view text) {
  int64_t seconds = 0;
  int32_t nanos = 0;
  return ParseTimestamp(text, &seconds, &nanos) ? IsoTimestamp(seconds, nanos)
                                                : std::string(text);
}

void AppendJsonElement(absl::string_view text, FieldType type,
                       std::string* json) {
  const bool is_number =
      !text.empty() &&
      text.find_first_not_of("-0123456789") == absl::string_view::npos;
  if (type == FieldType::kBool && (text == "t" || text == "f")) {
    absl::StrAppend(json, text == "t" ? "true" : "false");
  } else if (type == FieldType::kEnum && is_number) {
    absl::StrAppend(json, text);
  } else if (type == FieldType::kBytes) {
    QuoteJson(Base64Of(text), json);
  } else if (type == FieldType::kTimestamp) {
    QuoteJson(TimeOf(text), json);
  } else if (type == FieldType::kDuration) {
    QuoteJson(DurationOf(text), json);
  } else {
    QuoteJson(text, json);
  }
}

bool AppendJsonArray(absl::string_view* literal, ElementToJson append,
                     std::string* json) {
  if (!absl::ConsumePrefix(literal, "{")) return false;
  json->push_back('[');
  if (absl::ConsumePrefix(literal, "}")) {
    json->push_back(']');
    return true;
  }
  std::string text;
  do {
    if (json->back() != '[') json->push_back(',');
    if (absl::StartsWith(*literal, "{")) {
      if (!AppendJsonArray(literal, append, json)) return false;
      continue;
    }
    bool quoted = false;
    if (!TakeArrayElement(literal, &quoted, &text)) return false;
    const bool is_null = !quoted && text == "NULL";
    if (!append(is_null ? std::nullopt : std::optional<absl::string_view>(text),
                json)) {
      return false;
    }
  } while (absl::ConsumePrefix(literal, ","));
  json->push_back(']');
  return absl::ConsumePrefix(literal, "}");
}

}  // namespace

void AppendArrayElement(absl::string_view text, std::string* literal) {
  literal->push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') literal->push_back('\\');
    literal->push_back(c);
  }
  literal->push_back('"');
}

bool TakeArrayElement(absl::string_view* literal, bool* quoted,
                      std::string* text) {
  text->clear();
  *quoted = absl::ConsumePrefix(literal, "\"");
  while (!literal->empty()) {
    const char c = literal->front();
    if (*quoted ? c == '"' : c == ',' || c == '}') {
      if (*quoted) literal->remove_prefix(1);
      return true;
    }
    if (c == '\\') literal->remove_prefix(1);
    if (literal->empty()) return false;
    text->push_back(literal->front());
    literal->remove_prefix(1);
  }
  return false;
}

bool JsonOfArrayLiteral(absl::string_view literal, ElementToJson append,
                        std::string* json) {
  // `[2:3]={1,2}`: bounds that do not start at 1.
  if (absl::StartsWith(literal, "[")) {
    const size_t equals = literal.find('=');
    if (equals == absl::string_view::npos) return false;
    literal.remove_prefix(equals + 1);
  }
  return AppendJsonArray(&literal, append, json) && literal.empty();
}

bool ArrayLiteralOfJson(absl::string_view json, ElementOfJson of_string,
                        std::string* literal, absl::string_view null) {
  JsonArray elements(json);
  std::string text;
  literal->push_back('{');
  while (elements.Next()) {
    if (literal->back() != '{') literal->push_back(',');
    switch (elements.kind()) {
      case JsonArray::Kind::kNull:
        absl::StrAppend(literal, null);
        break;
      case JsonArray::Kind::kString:
        if (!of_string(elements, &text)) return false;
        AppendArrayElement(text, literal);
        break;
      case JsonArray::Kind::kOther:
        AppendArrayElement(elements.raw(), literal);
        break;
    }
  }
  literal->push_back('}');
  return elements.ok();
}

bool JsonOfArrayLiteral(absl::string_view literal, FieldType type,
                        std::string* json) {
  return JsonOfArrayLiteral(
      literal,
      [type](std::optional<absl::string_view> text, std::string* to) {
        if (text.has_value()) {
          AppendJsonElement(*text, type, to);
        } else {
          absl::StrAppend(to, "null");
        }
        return true;
      },
      json);
}

bool ArrayLiteralOfJson(absl::string_view json, FieldType type,
                        std::string* literal) {
  return ArrayLiteralOfJson(
      json,
      [type](const JsonArray& element, std::string* text) {
        std::string bytes;
        const bool is_bytes = type == FieldType::kBytes &&
                              absl::Base64Unescape(element.text(), &bytes);
        *text = is_bytes ? absl::StrCat("\\x", absl::BytesToHexString(bytes))
                         : element.text();
        return true;
      },
      literal);
}

std::string WithDurations(absl::string_view json) {
  std::string changed = "[";
  JsonArray elements(json);
  while (elements.Next()) {
    if (changed.size() > 1) changed.push_back(',');
    if (elements.kind() == JsonArray::Kind::kString) {
      QuoteJson(DurationOf(elements.text()), &changed);
    } else {
      absl::StrAppend(&changed, elements.raw());
    }
  }
  changed.push_back(']');
  return elements.ok() ? changed : std::string(json);
}

}  // namespace modelservice
