#include "modelservice/db/postgres/copy_text.h"

#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "modelservice/db/postgres/text_form.h"

namespace modelservice::postgres {
namespace {

// Runs of characters that stand for themselves are appended at once.
bool AppendEscaped(absl::string_view text, std::string* copy) {
  size_t start = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    char escape;
    switch (text[i]) {
      case '\0':
        return false;
      case '\\':
        escape = '\\';
        break;
      case '\t':
        escape = 't';
        break;
      case '\n':
        escape = 'n';
        break;
      case '\r':
        escape = 'r';
        break;
      default:
        continue;
    }
    copy->append(text.data() + start, i - start);
    copy->push_back('\\');
    copy->push_back(escape);
    start = i + 1;
  }
  copy->append(text.data() + start, text.size() - start);
  return true;
}

}  // namespace

bool AppendCopyText(const Value& value, Oid type, std::string* copy) {
  if (value.is_null()) {
    absl::StrAppend(copy, "\\N");
    return true;
  }
  std::string text;
  return AppendTextForm(value, type, &text) && AppendEscaped(text, copy);
}

}  // namespace modelservice::postgres
