#include "modelservice/db/postgres/copy_text.h"

#include <cstddef>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "modelservice/db/postgres/array_text.h"
#include "modelservice/db/postgres/conversion.h"
#include "modelservice/db/postgres/oids.h"
#include "modelservice/db/postgres/plain_text.h"
#include "modelservice/schema/timestamp_text.h"

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

void AppendInteger(int64_t integer, Oid type, std::string* copy) {
  switch (type) {
    case kBool:
      copy->push_back(integer != 0 ? 't' : 'f');
      break;
    case kInterval:
      AppendInterval(integer, copy);
      break;
    default:
      absl::StrAppend(copy, integer);
      break;
  }
}

bool AppendTimestamp(const Value& value, Oid type, std::string* copy) {
  const bool cut = type == kTimestamp || type == kTimestamptz;
  // Cut here, for the server rounds.
  const int32_t nanos = cut ? value.nanos() / 1000 * 1000 : value.nanos();
  TimestampText text;
  const size_t size = WriteTimestamp(value.seconds(), nanos, &text);
  if (size == 0) return false;
  constexpr size_t kDateSize = 10;
  copy->append(text.data(), type == kDate ? kDateSize : size);
  // Else it would be taken as a time of the session's zone.
  if (type == kTimestamptz) absl::StrAppend(copy, "+00");
  return true;
}

bool AppendText(absl::string_view text, Oid type, std::string* copy) {
  const Oid element = ElementOf(type);
  if (element == 0 || text.empty() || text.front() != '[') {
    return AppendEscaped(text, copy);
  }
  std::string array;
  return ArrayFromJson(text, element, &array) && AppendEscaped(array, copy);
}

}  // namespace

bool AppendCopyText(const Value& value, Oid type, std::string* copy) {
  Value converted = value;
  if (!Convert(type, &converted)) return false;
  switch (converted.kind()) {
    case Value::Kind::kNull:
      absl::StrAppend(copy, "\\N");
      return true;
    case Value::Kind::kInteger:
      AppendInteger(converted.integer(), type, copy);
      return true;
    case Value::Kind::kReal:
      if (type == kFloat4) {
        AppendShortest(static_cast<float>(converted.real()), copy);
      } else {
        AppendShortest(converted.real(), copy);
      }
      return true;
    case Value::Kind::kText:
      return AppendText(converted.text(), type, copy);
    case Value::Kind::kBlob:
      absl::StrAppend(copy, "\\\\x", absl::BytesToHexString(converted.text()));
      return true;
    case Value::Kind::kTimestamp:
      return AppendTimestamp(converted, type, copy);
    case Value::Kind::kInvalid:
      return false;
  }
  return false;
}

}  // namespace modelservice::postgres
