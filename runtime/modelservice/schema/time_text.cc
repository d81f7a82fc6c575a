#include "modelservice/schema/time_text.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "modelservice/schema/timestamp_text.h"

namespace modelservice {
namespace {

constexpr int kMicrosDigits = 6;

// Reads from `least` to two digits off the front of `text`.
bool TakeNumber(absl::string_view* text, size_t least, int* number) {
  size_t digits = 0;
  *number = 0;
  while (digits < 2 && digits < text->size() &&
         absl::ascii_isdigit(static_cast<unsigned char>((*text)[digits]))) {
    *number = *number * 10 + ((*text)[digits++] - '0');
  }
  text->remove_prefix(digits);
  return digits >= least;
}

}  // namespace

bool ReadDate(absl::string_view text, std::string* date) {
  int century = 0;
  int year = 0;
  int month = 0;
  int day = 0;
  if (!TakeNumber(&text, 2, &century) || !TakeNumber(&text, 2, &year) ||
      !absl::ConsumePrefix(&text, "-") || !TakeNumber(&text, 1, &month) ||
      !absl::ConsumePrefix(&text, "-") || !TakeNumber(&text, 1, &day) ||
      !text.empty()) {
    return false;
  }
  year += century * 100;
  const absl::CivilDay civil(year, month, day);
  if (year < 1 || civil.month() != month || civil.day() != day) return false;
  *date = absl::StrFormat("%04d-%02d-%02d", year, month, day);
  return true;
}

bool ReadTimeOfDay(absl::string_view text, bool midnight_after,
                   std::string* time) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  int micros = 0;
  if (!TakeNumber(&text, 1, &hour) || !absl::ConsumePrefix(&text, ":") ||
      !TakeNumber(&text, 1, &minute)) {
    return false;
  }
  if (absl::ConsumePrefix(&text, ":")) {
    if (!TakeNumber(&text, 1, &second)) return false;
    if (absl::ConsumePrefix(&text, ".") || absl::ConsumePrefix(&text, ",")) {
      if (text.empty() || text.size() > 2 * kMicrosDigits) return false;
      for (size_t i = 0; i < text.size() || i < kMicrosDigits; ++i) {
        const char digit = i < text.size() ? text[i] : '0';
        if (digit < '0' || digit > '9') return false;
        if (i < kMicrosDigits) micros = micros * 10 + (digit - '0');
      }
      text = {};
    }
  }
  const bool after =
      midnight_after && hour == 24 && minute == 0 && second == 0 && micros == 0;
  if (!text.empty() || (hour > 23 && !after) || minute > 59 || second > 59) {
    return false;
  }
  *time = absl::StrFormat("%02d:%02d:%02d", hour, minute, second);
  if (micros != 0) absl::StrAppendFormat(time, ".%06d", micros);
  return true;
}

bool ReadDatetime(absl::string_view text, int64_t* seconds, int32_t* nanos) {
  const size_t space = text.find_first_of("T ");
  if (space == absl::string_view::npos) return false;
  if (ParseTimestamp(text, seconds, nanos)) return true;
  const absl::string_view rest = text.substr(space + 1);
  const size_t end = std::min(rest.find_first_of("Z+-"), rest.size());
  std::string date;
  std::string clock;
  return ReadDate(text.substr(0, space), &date) &&
         ReadTimeOfDay(absl::StripTrailingAsciiWhitespace(rest.substr(0, end)),
                       /*midnight_after=*/false, &clock) &&
         ParseTimestamp(absl::StrCat(date, "T", clock, rest.substr(end)),
                        seconds, nanos);
}

bool IsFarTime(absl::string_view text) {
  if (text == "infinity" || text == "-infinity") return true;
  const size_t digits = text.find_first_not_of("0123456789");
  if (digits == absl::string_view::npos || text[digits] != '-') return false;
  return digits > 4 || (digits == 4 && absl::EndsWith(text, " BC"));
}

bool ReadAnyTime(absl::string_view text, int64_t* seconds, int32_t* nanos) {
  if (ParseTimestamp(text, seconds, nanos)) return true;
  if (!IsFarTime(text)) return false;
  const bool before =
      absl::StartsWith(text, "-") || absl::EndsWith(text, " BC");
  *seconds = before ? kMinTimestampSeconds : kMaxTimestampSeconds;
  *nanos = before ? 0 : text == "infinity" ? 999999999 : 999999000;
  return true;
}

std::string IsoFarTime(absl::string_view text) {
  const bool before_christ = absl::ConsumeSuffix(&text, " BC");
  absl::ConsumeSuffix(&text, "+00");
  const size_t space = text.find(' ');
  std::string clock;
  if (space == absl::string_view::npos ||
      !ReadTimeOfDay(text.substr(space + 1), /*midnight_after=*/false,
                     &clock)) {
    return absl::StrCat(text, before_christ ? " BC" : "");
  }
  return absl::StrCat(text.substr(0, space), "T", clock,
                      before_christ ? "Z BC" : "Z");
}

std::string IsoTimestamp(int64_t seconds, int32_t nanos) {
  const absl::CivilSecond time = absl::CivilSecond(1970, 1, 1) + seconds;
  // There is no year 0: the one before 1 is 1 BC.
  const bool before_christ = time.year() <= 0;
  std::string text = absl::StrFormat(
      "%04d-%02d-%02dT%02d:%02d:%02d",
      before_christ ? 1 - time.year() : time.year(), time.month(), time.day(),
      time.hour(), time.minute(), time.second());
  if (nanos % 1000 != 0) {
    absl::StrAppendFormat(&text, ".%09d", nanos);
  } else if (nanos != 0) {
    absl::StrAppendFormat(&text, ".%06d", nanos / 1000);
  }
  return absl::StrCat(text, before_christ ? "Z BC" : "Z");
}

}  // namespace modelservice
