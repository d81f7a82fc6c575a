// Random conditions on times, their parts and spans.
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "modelservice/orm/random_values_test_support.h"

namespace modelservice::random_queries {

namespace {

// Nanoseconds beside a time, most of them between two that rows have.
const std::vector<int64_t>& Finer() {
  static const auto* const values =
      new std::vector<int64_t>{0, 0, 1, 500, 998, -1, -499};
  return *values;
}

}  // namespace

NodePtr RandomConditions::TimeAtom() {
  const int how = static_cast<int>(Below(6));
  if (Below(3) == 0) {
    const absl::Duration span = absl::Seconds(double(Below(4)) / 2 - 1) +
                                absl::Nanoseconds(OneOf(Finer()));
    return Leaf(
        absl::StrCat("span ", kHow[how], " ", absl::FormatDuration(span)),
        Compare(ThingModel::span, how, span), [=](const Thing& t) {
          std::optional<absl::Duration> mine;
          if (t.has_span()) mine = absl::Seconds(t.span().seconds());
          return Holds<absl::Duration>(mine, how, span);
        });
  }
  const absl::Time time =
      Below(8) == 0
          ? (Below(2) == 0 ? absl::InfiniteFuture() : absl::InfinitePast())
          : ToTime(OneOf(Times())) + absl::Nanoseconds(OneOf(Finer()));
  if (Below(4) == 0) {
    const absl::Time other = ToTime(OneOf(Times()));
    return Leaf(absl::StrCat("when in ", absl::FormatTime(time), ", ",
                             absl::FormatTime(other)),
                ThingModel::when.In({time, other}), [=](const Thing& t) {
                  return Holds<absl::Time>(When(t), 0, time) ||
                         Holds<absl::Time>(When(t), 0, other);
                });
  }
  return Leaf(absl::StrCat("when ", kHow[how], " ", absl::FormatTime(time)),
              Compare(ThingModel::when, how, time), [=](const Thing& t) {
                return Holds<absl::Time>(When(t), how, time);
              });
}

NodePtr RandomConditions::TimePartAtom() {
  const int how = static_cast<int>(Below(6));
  const auto made = [&](const char* name, const auto& column, int value,
                        auto part) {
    return Leaf(
        absl::StrCat("when ", name, " ", kHow[how], " ", value),
        Compare(column, how, value), [=](const Thing& t) {
          std::optional<int64_t> mine;
          if (t.has_when()) {
            mine = part(absl::ToCivilSecond(*When(t), absl::UTCTimeZone()));
          }
          return Holds<int64_t>(mine, how, value);
        });
  };
  const int small = static_cast<int>(Below(13));
  using Civil = absl::CivilSecond;
  switch (Below(6)) {
    case 0:
      return made("year", ThingModel::when.Year(),
                  OneOf(std::vector<int>{1, 1969, 1970, 2023, 2024, 9999}),
                  [](Civil c) { return c.year(); });
    case 1:
      return made("month", ThingModel::when.Month(), small,
                  [](Civil c) { return c.month(); });
    case 2:
      return made("day", ThingModel::when.Day(),
                  OneOf(std::vector<int>{1, 29, 31}),
                  [](Civil c) { return c.day(); });
    case 3:
      return made("week_day", ThingModel::when.WeekDay(), small, [](Civil c) {
        // 1970-01-04 was a Sunday.
        const int64_t days = absl::CivilDay(c) - absl::CivilDay(1970, 1, 4);
        return (days % 7 + 7) % 7 + 1;
      });
    case 4:
      return made("hour", ThingModel::when.Hour(), small,
                  [](Civil c) { return c.hour(); });
    default:
      return made("second", ThingModel::when.Second(),
                  OneOf(std::vector<int>{0, 9, 59}),
                  [](Civil c) { return c.second(); });
  }
}

}  // namespace modelservice::random_queries
