// English and its spellings, as far as names need them.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_WORDS_H_
#define MODELSERVICE_PLUGIN_SCHEMA_WORDS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace modelservice::plugin {

// OrderLine -> order_line, HTTPServer -> http_server.
std::string SnakeCase(absl::string_view camel);

// shop-item_v1 -> ShopItemV1.
std::string CamelCase(absl::string_view words);

// order_line -> order_lines, box -> boxes, city -> cities.
std::string Plural(absl::string_view word);

// Whether `plural` is the last word of `singular`, which is in CamelCase, in a
// plural that English has or might have: OrderLine -> OrderLines, Person ->
// People, BookShelf -> BookShelves, Index -> Indexes, Indices. Generous: a name
// that is one by mistake is nobody's name for something else.
bool IsPluralOf(absl::string_view plural, absl::string_view singular);

// The one of `names` that `word` is a misspelling of, if any: "" when none is
// near.
std::string Closest(absl::string_view word,
                    const std::vector<std::string>& names);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_WORDS_H_
