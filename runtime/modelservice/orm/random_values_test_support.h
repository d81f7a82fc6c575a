// Values that random conditions look for, and how these are compared in C++.
#ifndef MODELSERVICE_ORM_RANDOM_VALUES_TEST_SUPPORT_H_
#define MODELSERVICE_ORM_RANDOM_VALUES_TEST_SUPPORT_H_

#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "modelservice/orm/random_conditions_test_support.h"

namespace modelservice::random_queries {

using ::orm_test::ThingModel;

inline const std::vector<int64_t>& Integers() {
  static const auto* const values =
      new std::vector<int64_t>{0,
                               1,
                               -1,
                               2,
                               7,
                               100,
                               2147483647,
                               -2147483647 - 1,
                               2147483648,
                               4294967295,
                               std::numeric_limits<int64_t>::max(),
                               std::numeric_limits<int64_t>::min()};
  return *values;
}
inline const std::vector<std::string>& Texts() {
  static const auto* const values = new std::vector<std::string>{
      "",    "a",   "A",    "ab", "b",    "%", "a%",   "_", "a_b",
      "[a]", "*",   "a*b",  "\\", "a\\b", "'", "\"",   "?", "ü",
      "Ü",   "aÜb", "日本", "😀",  "a\nb", " ", "NULL", "]", "^a"};
  return *values;
}
inline const std::vector<double>& Reals() {
  static const auto* const values =
      new std::vector<double>{0,
                              -0.0,
                              0.5,
                              -1.5,
                              3,
                              1e300,
                              -1e300,
                              5e-324,
                              9007199254740993.0,
                              std::numeric_limits<double>::infinity(),
                              -std::numeric_limits<double>::infinity(),
                              std::numeric_limits<double>::quiet_NaN()};
  return *values;
}
// Seconds, to the microsecond.
inline const std::vector<std::pair<int64_t, int32_t>>& Times() {
  static const auto* const values =
      new std::vector<std::pair<int64_t, int32_t>>{{0, 0},
                                                   {-1, 999999000},
                                                   {1704067199, 999999000},
                                                   {1704067200, 0},
                                                   {1709190489, 500000000},
                                                   {-62135596800, 0},
                                                   {253402300799, 999999000}};
  return *values;
}
inline absl::Time ToTime(const std::pair<int64_t, int32_t>& time) {
  return absl::FromUnixSeconds(time.first) + absl::Nanoseconds(time.second);
}

template <class C, class V>
Condition<Thing> Compare(const C& column, int how, const V& value) {
  switch (how) {
    case 0:
      return column == value;
    case 1:
      return column != value;
    case 2:
      return column < value;
    case 3:
      return column <= value;
    case 4:
      return column > value;
    default:
      return column >= value;
  }
}
inline constexpr const char* kHow[] = {"==", "!=", "<", "<=", ">", ">="};

// Of what may be NULL, which is different from all, and neither less nor more.
template <class T>
bool Holds(const std::optional<T>& a, int how, const std::optional<T>& b) {
  if (!a.has_value() || !b.has_value()) return how == 1;
  switch (how) {
    case 0:
      return *a == *b;
    case 1:
      return !(*a == *b);
    case 2:
      return *a < *b;
    case 3:
      return !(*b < *a);
    case 4:
      return *b < *a;
    default:
      return !(*a < *b);
  }
}

// NaN is equal to itself and greater than all others.
struct Real {
  double value;
  friend bool operator==(Real a, Real b) {
    return a.value == b.value || (std::isnan(a.value) && std::isnan(b.value));
  }
  friend bool operator<(Real a, Real b) {
    if (std::isnan(a.value)) return false;
    return std::isnan(b.value) || a.value < b.value;
  }
};

inline NodePtr Leaf(std::string text, Condition<Thing> condition,
                    std::function<bool(const Thing&)> holds) {
  return std::make_shared<Node>(
      Node{std::move(text), std::move(condition), std::move(holds), {}});
}

inline std::optional<int64_t> Rank(const Thing& thing) {
  if (!thing.has_rank()) return std::nullopt;
  return thing.rank();
}
inline std::optional<std::string> Nick(const Thing& thing) {
  if (!thing.has_nick()) return std::nullopt;
  return thing.nick().value();
}
inline std::optional<absl::Time> When(const Thing& thing) {
  if (!thing.has_when()) return std::nullopt;
  return absl::FromUnixSeconds(thing.when().seconds()) +
         absl::Nanoseconds(thing.when().nanos());
}

inline std::string Folded(absl::string_view text, bool all) {
  std::string lower = absl::AsciiStrToLower(text);
  return all ? absl::StrReplaceAll(lower, {{"Ü", "ü"}}) : lower;
}

inline std::string Quoted(absl::string_view text) {
  return absl::StrCat("\"", absl::CEscape(text), "\"");
}

}  // namespace modelservice::random_queries

#endif  // MODELSERVICE_ORM_RANDOM_VALUES_TEST_SUPPORT_H_
