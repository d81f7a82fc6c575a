// Where in a field a value is at fault: a kInvalid value's text has the path
// below the field in front of the reason, when the fault is inside.
#ifndef MODELSERVICE_ORM_VALUE_FAULT_H_
#define MODELSERVICE_ORM_VALUE_FAULT_H_

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "modelservice/value.h"

namespace modelservice {

struct ValueFault {
  absl::string_view path;  // like `[2].x`, `["a"]` or `.x`
  absl::string_view reason;
};

// `path` has no newline.
inline Value Invalid(ValueFault fault, TextArena& arena) {
  return Value::Invalid(
      fault.path.empty()
          ? fault.reason
          : arena.Own(absl::StrCat(fault.path, "\n", fault.reason)));
}

inline ValueFault FaultOf(Value invalid) {
  const absl::string_view text = invalid.text();
  // A reason may have lines of its own: it may quote the client.
  const bool has_path = !text.empty() && (text[0] == '[' || text[0] == '.');
  const size_t end = has_path ? text.find('\n') : absl::string_view::npos;
  if (end == absl::string_view::npos) return {{}, text};
  return {text.substr(0, end), text.substr(end + 1)};
}

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_VALUE_FAULT_H_
