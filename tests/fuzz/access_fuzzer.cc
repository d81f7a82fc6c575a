// Access expressions, which options write and the server reads again: any text
// is read or has a fault with a place in it, and what was read is written as
// itself.
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "modelservice/schema/access.h"

namespace {

using ::modelservice::AccessExpression;

bool Equal(const AccessExpression& a, const AccessExpression& b) {
  if (a.kind() != b.kind() || a.name() != b.name() || a.value() != b.value() ||
      a.parts().size() != b.parts().size()) {
    return false;
  }
  for (size_t i = 0; i < a.parts().size(); ++i) {
    if (!Equal(a.parts()[i], b.parts()[i])) return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  modelservice::AccessFault fault;
  const std::optional<AccessExpression> read =
      AccessExpression::Parse(text, &fault);
  if (!read.has_value()) {
    const bool placed =
        fault.column >= 1 && static_cast<size_t>(fault.column) <= size + 1;
    if (!placed || fault.fault.empty() || fault.mend.empty()) std::abort();
    return 0;
  }
  const std::optional<AccessExpression> again =
      AccessExpression::Parse(read->ToString(), &fault);
  if (!again.has_value() || !Equal(*read, *again)) std::abort();
  return 0;
}
