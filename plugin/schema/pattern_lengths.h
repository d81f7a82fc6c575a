// How long the texts are that a regular expression matches as a whole.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_PATTERN_LENGTHS_H_
#define MODELSERVICE_PLUGIN_SCHEMA_PATTERN_LENGTHS_H_

#include <cstddef>
#include <optional>

#include "absl/strings/string_view.h"

namespace modelservice::plugin {

// In characters.
struct PatternLengths {
  size_t least = 0;
  std::optional<size_t> most;  // none: as long as one likes
};

// Of a pattern that RE2 takes. No text outside of these lengths matches;
// whether one of every length between them does is not said: assertions
// ("a^b") and classes without a character ("[^\x00-\x{10FFFF}]") count as if
// they could be met.
PatternLengths LengthsOfPattern(absl::string_view pattern);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_PATTERN_LENGTHS_H_
