// What a reference says of a field and its rules.
#ifndef MODELSERVICE_PLUGIN_EMIT_FIELD_DOCS_H_
#define MODELSERVICE_PLUGIN_EMIT_FIELD_DOCS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// A user's comment in Markdown, which it may have, but for headings and HTML.
std::string MarkdownText(absl::string_view text);
// Markdown for a cell of a table.
std::string MarkdownCell(absl::string_view markdown);
// Between backticks, of which it may have some; "" for nothing.
std::string MarkdownCode(absl::string_view text);

// "repeated string", "map<string, Price>".
std::string TypeWords(const MessageField& field);

// Every rule in words, "; " between them.
std::string RulesOf(const Model& model, const Field& field);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_FIELD_DOCS_H_
