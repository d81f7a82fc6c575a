#include "modelservice/db/postgres/text_form.h"

#include <cstddef>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "modelservice/db/postgres/array_text.h"
#include "modelservice/db/postgres/conversion.h"
#include "modelservice/db/postgres/oids.h"
#include "modelservice/db/postgres/plain_text.h"
#include "modelservice/schema/interval_text.h"
#include "modelservice/schema/timestamp_text.h"
#include "modelservice/sql/array_literal.h"

namespace modelservice::postgres {
namespace {

// In PostgreSQL's words, which leave nothing to its reading of signs.
void AppendInteger(int64_t integer, Oid type, std::string* text) {
  switch (type) {
    case kBool:
      text->push_back(integer != 0 ? 't' : 'f');
      break;
    case kInterval:
      AppendIntervalText({0, 0, integer}, text);
      break;
    default:
      absl::StrAppend(text, integer);
      break;
  }
}

bool AppendTimestamp(const Value& value, Oid type, std::string* text) {
  const bool cut = type == kTimestamp || type == kTimestamptz;
  // Cut here, for the server rounds.
  const int32_t nanos = cut ? value.nanos() / 1000 * 1000 : value.nanos();
  if (cut && IsInfinity(value)) {
    absl::StrAppend(text, "infinity");
    return true;
  }
  TimestampText form;
  const size_t size = WriteTimestamp(value.seconds(), nanos, &form);
  if (size == 0) return false;
  constexpr size_t kDateSize = 10;
  text->append(form.data(), type == kDate ? kDateSize : size);
  // Else it would be taken as a time of the session's zone.
  if (type == kTimestamptz) absl::StrAppend(text, "+00");
  return true;
}

bool AppendText(absl::string_view value, Oid type, std::string* text) {
  const Oid element = ElementOf(type);
  if (element != 0 && !value.empty() && value.front() == '[') {
    return ArrayFromJson(value, element, text);
  }
  if (HasNul(value)) return false;
  Interval interval;
  if (type == kInterval && ParseInterval(value, &interval)) {
    AppendIntervalText(interval, text);
    return true;
  }
  absl::StrAppend(text, value);
  return true;
}

}  // namespace

void AppendIntervalText(const Interval& interval, std::string* text) {
  absl::StrAppend(text, interval.months, " mons ", interval.days, " days ");
  AppendInterval({0, 0, interval.micros}, text);
}

bool AppendTextForm(Value value, Oid type, std::string* text) {
  if (!Convert(type, &value)) return false;
  switch (value.kind()) {
    case Value::Kind::kInteger:
      AppendInteger(value.integer(), type, text);
      return true;
    case Value::Kind::kReal:
      if (type == kFloat4) {
        AppendShortest(static_cast<float>(value.real()), text);
      } else {
        AppendShortest(value.real(), text);
      }
      return true;
    case Value::Kind::kText:
      return AppendText(value.text(), type, text);
    case Value::Kind::kBlob:
      absl::StrAppend(text, "\\x", absl::BytesToHexString(value.text()));
      return true;
    case Value::Kind::kTimestamp:
      return AppendTimestamp(value, type, text);
    case Value::Kind::kNull:
    case Value::Kind::kInvalid:
    case Value::Kind::kList:
      return false;
  }
  return false;
}

std::string ArrayOf(const Value& list, Oid element) {
  std::string array = "{";
  std::string text;
  for (const Value& value : list.list()) {
    text.clear();
    if (!AppendTextForm(value, element, &text)) continue;
    if (array.size() > 1) array.push_back(',');
    AppendArrayElement(text, &array);
  }
  array.push_back('}');
  return array;
}

}  // namespace modelservice::postgres
