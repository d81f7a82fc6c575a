// English and its spellings, as far as names need them.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_WORDS_H_
#define MODELSERVICE_PLUGIN_SCHEMA_WORDS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace modelservice::plugin {

// OrderLine -> order_line, HTTPServer -> http_server.
std::string SnakeCase(absl::string_view camel);

// shop-item_v1 -> ShopItemV1.
std::string CamelCase(absl::string_view words);

// order_line -> order_lines, box -> boxes, city -> cities.
std::string Plural(absl::string_view word);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_WORDS_H_
