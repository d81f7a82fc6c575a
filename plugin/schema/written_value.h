// Values that options write as text.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_WRITTEN_VALUE_H_
#define MODELSERVICE_PLUGIN_SCHEMA_WRITTEN_VALUE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// Whether `text` is a value that the field's column can hold. If not, `fault`
// says why, like `"x" is no number`.
bool IsValueOf(const Field& field, absl::string_view text, std::string* fault);

// Whether the field's values have an order that `min` and `max` bound.
bool IsNumeric(const Field& field);

// What the column holds for a value that is written as `text`: an integer in
// its shortest form; an enum's number, or the first of its value's names where
// it is stored by name.
std::string StoredForm(const Field& field, absl::string_view text);

// Whether the number `a` is greater than `b`; both are values of the field.
bool IsGreater(const Field& field, absl::string_view a, absl::string_view b);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_WRITTEN_VALUE_H_
