#include "modelservice/orm/random_conditions_test_support.h"

#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace modelservice::random_queries {
namespace {

using ::orm_test::ThingModel;

const std::vector<int64_t>& Integers() {
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
const std::vector<std::string>& Texts() {
  static const auto* const values = new std::vector<std::string>{
      "",    "a",   "A",    "ab", "b",    "%", "a%",   "_", "a_b",
      "[a]", "*",   "a*b",  "\\", "a\\b", "'", "\"",   "?", "ü",
      "Ü",   "aÜb", "日本", "😀",  "a\nb", " ", "NULL", "]", "^a"};
  return *values;
}
const std::vector<double>& Reals() {
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
const std::vector<std::pair<int64_t, int32_t>>& Times() {
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
absl::Time ToTime(const std::pair<int64_t, int32_t>& time) {
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
constexpr const char* kHow[] = {"==", "!=", "<", "<=", ">", ">="};

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

NodePtr Leaf(std::string text, Condition<Thing> condition,
             std::function<bool(const Thing&)> holds) {
  return std::make_shared<Node>(
      Node{std::move(text), std::move(condition), std::move(holds), {}});
}

std::optional<int64_t> Rank(const Thing& thing) {
  if (!thing.has_rank()) return std::nullopt;
  return thing.rank();
}
std::optional<std::string> Nick(const Thing& thing) {
  if (!thing.has_nick()) return std::nullopt;
  return thing.nick().value();
}
std::optional<absl::Time> When(const Thing& thing) {
  if (!thing.has_when()) return std::nullopt;
  return absl::FromUnixSeconds(thing.when().seconds()) +
         absl::Nanoseconds(thing.when().nanos());
}

std::string Folded(absl::string_view text, bool all) {
  std::string lower = absl::AsciiStrToLower(text);
  return all ? absl::StrReplaceAll(lower, {{"Ü", "ü"}}) : lower;
}

std::string Quoted(absl::string_view text) {
  return absl::StrCat("\"", absl::CEscape(text), "\"");
}

}  // namespace

Thing RandomConditions::Row() {
  Thing thing;
  thing.set_must("m");
  thing.set_name(OneOf(Texts()));
  if (Below(3) > 0) {
    int64_t rank = OneOf(Integers());
    thing.set_rank(static_cast<int32_t>(rank));
  }
  thing.set_offset(OneOf(Integers()));
  thing.set_percent(static_cast<int32_t>(Below(4)));
  if (Below(2) == 0) thing.mutable_nick()->set_value(OneOf(Texts()));
  thing.set_ratio(OneOf(Reals()));
  if (Below(4) > 0) {
    const auto& time = OneOf(Times());
    thing.mutable_when()->set_seconds(time.first);
    thing.mutable_when()->set_nanos(time.second);
  }
  if (Below(3) > 0) {
    thing.mutable_span()->set_seconds(static_cast<int64_t>(Below(3)) - 1);
  }
  thing.set_color(static_cast<orm_test::Color>(Below(3)));
  thing.set_named_color(static_cast<orm_test::Color>(Below(3)));
  thing.set_data(OneOf(Texts()));
  thing.set_price(OneOf(
      std::vector<std::string>{"0", "-1.5", "1.50", "10", "9.999", "0.1"}));
  if (Below(2) == 0) {
    auto& fields =
        *thing.mutable_any()->mutable_struct_value()->mutable_fields();
    switch (Below(5)) {
      case 0:
        fields["k"].set_number_value(static_cast<double>(Below(3)) - 0.5);
        break;
      case 1:
        fields["k"].set_string_value(OneOf(Texts()));
        break;
      case 2:
        fields["k"].set_bool_value(Below(2) == 0);
        break;
      case 3:
        fields["k"].set_null_value(google::protobuf::NULL_VALUE);
        break;
      default:
        fields["other"].set_number_value(1);
    }
  }
  return thing;
}

NodePtr RandomConditions::Make(int depth) {
  const size_t kind = depth == 0 ? 0 : Below(6);
  if (kind < 2) return Atom();
  const NodePtr a = Make(depth - 1);
  if (kind < 4) {
    return std::make_shared<Node>(
        Node{absl::StrCat("!(", a->text, ")"),
             !a->condition,
             [a](const Thing& thing) { return !a->holds(thing); },
             {a}});
  }
  const NodePtr b = Make(depth - 1);
  if (kind == 4) {
    return std::make_shared<Node>(
        Node{absl::StrCat("(", a->text, " && ", b->text, ")"),
             a->condition && b->condition,
             [a, b](const Thing& t) { return a->holds(t) && b->holds(t); },
             {a, b}});
  }
  return std::make_shared<Node>(
      Node{absl::StrCat("(", a->text, " || ", b->text, ")"),
           a->condition || b->condition,
           [a, b](const Thing& t) { return a->holds(t) || b->holds(t); },
           {a, b}});
}

NodePtr RandomConditions::Atom() {
  switch (Below(10)) {
    case 0:
      return IntegerAtom();
    case 1:
      return SumAtom();
    case 2:
      return TextAtom();
    case 3:
    case 4:
      return MatchAtom();
    case 5:
      return RealAtom();
    case 6:
      return TimeAtom();
    case 7:
      return TimePartAtom();
    case 8:
      return JsonAtom();
    default:
      return OtherAtom();
  }
}

NodePtr RandomConditions::IntegerAtom() {
  const int how = static_cast<int>(Below(6));
  const int64_t value = OneOf(Integers());
  switch (Below(5)) {
    case 0:
      return Leaf(absl::StrCat("rank ", kHow[how], " ", value),
                  Compare(ThingModel::rank, how, value), [=](const Thing& t) {
                    return Holds<int64_t>(Rank(t), how, value);
                  });
    case 1:
      return Leaf(absl::StrCat("offset ", kHow[how], " ", value),
                  Compare(ThingModel::offset, how, value), [=](const Thing& t) {
                    return Holds<int64_t>(t.offset(), how, value);
                  });
    case 2:
      return Leaf(absl::StrCat("rank ", kHow[how], " offset"),
                  Compare(ThingModel::rank, how, ThingModel::offset),
                  [=](const Thing& t) {
                    return Holds<int64_t>(Rank(t), how, t.offset());
                  });
    case 3: {
      const int64_t other = OneOf(Integers());
      return Leaf(absl::StrCat("rank between ", value, " and ", other),
                  ThingModel::rank.Between(value, other), [=](const Thing& t) {
                    return Holds<int64_t>(Rank(t), 5, value) &&
                           Holds<int64_t>(Rank(t), 3, other);
                  });
    }
    default: {
      std::vector<int64_t> values;
      for (size_t i = Below(4); i > 0; --i) values.push_back(OneOf(Integers()));
      const bool in = Below(2) == 0;
      std::string text = in ? "rank in" : "rank not in";
      for (const int64_t one : values) absl::StrAppend(&text, " ", one);
      return Leaf(
          text,
          in ? ThingModel::rank.In(values) : ThingModel::rank.NotIn(values),
          [=](const Thing& t) {
            bool found = false;
            for (const int64_t one : values) {
              found = found || Holds<int64_t>(Rank(t), 0, one);
            }
            return found == in;
          });
    }
  }
}

// Of 32-bit numbers, so that 64 bits are enough.
NodePtr RandomConditions::SumAtom() {
  const int how = static_cast<int>(Below(6));
  const int64_t value = OneOf(Integers());
  const int64_t small = static_cast<int64_t>(Below(5)) - 2;
  const auto made = [&](const char* text, auto computed, auto compute) {
    return Leaf(absl::StrCat(text, " (", small, ") ", kHow[how], " ", value),
                Compare(computed, how, value), [=](const Thing& t) {
                  return Holds<int64_t>(compute(t), how, value);
                });
  };
  using Result = std::optional<int64_t>;
  switch (Below(5)) {
    case 0:
      return made("rank + x", ThingModel::rank + small,
                  [=](const Thing& t) -> Result {
                    if (!t.has_rank()) return {};
                    return *Rank(t) + small;
                  });
    case 1:
      return made("rank * rank - percent",
                  ThingModel::rank * ThingModel::rank - ThingModel::percent,
                  [](const Thing& t) -> Result {
                    if (!t.has_rank()) return {};
                    return *Rank(t) * *Rank(t) - t.percent();
                  });
    case 2:
      return made("rank / percent", ThingModel::rank / ThingModel::percent,
                  [](const Thing& t) -> Result {
                    if (!t.has_rank() || t.percent() == 0) return {};
                    return *Rank(t) / t.percent();
                  });
    case 3:
      return made("x - rank", small - ThingModel::rank,
                  [=](const Thing& t) -> Result {
                    if (!t.has_rank()) return {};
                    return small - *Rank(t);
                  });
    default:
      return made("rank / x", ThingModel::rank / small,
                  [=](const Thing& t) -> Result {
                    if (!t.has_rank() || small == 0) return {};
                    return *Rank(t) / small;
                  });
  }
}

NodePtr RandomConditions::TextAtom() {
  const int how = static_cast<int>(Below(6));
  const std::string value = OneOf(Texts());
  using Text = std::optional<std::string>;
  switch (Below(4)) {
    case 0:
      return Leaf(absl::StrCat("name ", kHow[how], " ", Quoted(value)),
                  Compare(ThingModel::name, how, value), [=](const Thing& t) {
                    return Holds<std::string>(t.name(), how, value);
                  });
    case 1:
      return Leaf(absl::StrCat("nick ", kHow[how], " ", Quoted(value)),
                  Compare(ThingModel::nick, how, value), [=](const Thing& t) {
                    return Holds<std::string>(Nick(t), how, value);
                  });
    case 2:
      return Leaf(absl::StrCat("nick ", kHow[how], " name"),
                  Compare(ThingModel::nick, how, ThingModel::name),
                  [=](const Thing& t) {
                    return Holds<std::string>(Nick(t), how, t.name());
                  });
    default: {
      const std::vector<std::string> values = {value, OneOf(Texts())};
      return Leaf(
          absl::StrCat("nick in ", Quoted(values[0]), " ", Quoted(values[1])),
          ThingModel::nick.In(values), [=](const Thing& t) {
            return Holds<std::string>(Nick(t), 0, Text(values[0])) ||
                   Holds<std::string>(Nick(t), 0, Text(values[1]));
          });
    }
  }
}

NodePtr RandomConditions::MatchAtom() {
  const std::string part = OneOf(Texts());
  const size_t kind = Below(7);
  const bool of_nick = Below(2) == 0;
  const auto condition = [&](const auto& column) {
    switch (kind) {
      case 0:
        return column.Contains(part);
      case 1:
        return column.IContains(part);
      case 2:
        return column.StartsWith(part);
      case 3:
        return column.IStartsWith(part);
      case 4:
        return column.EndsWith(part);
      case 5:
        return column.IEndsWith(part);
      default:
        return column.IExact(part);
    }
  };
  const bool folds = kind % 2 == 1 || kind == 6;
  const bool all = folds_all_letters_;
  constexpr const char* kNames[] = {"contains",    "icontains", "startswith",
                                    "istartswith", "endswith",  "iendswith",
                                    "iexact"};
  return Leaf(
      absl::StrCat(of_nick ? "nick " : "name ", kNames[kind], " ",
                   Quoted(part)),
      of_nick ? condition(ThingModel::nick) : condition(ThingModel::name),
      [=](const Thing& t) {
        const std::optional<std::string> in =
            of_nick ? Nick(t) : std::optional<std::string>(t.name());
        if (!in.has_value()) return false;
        const std::string a = folds ? Folded(*in, all) : *in;
        const std::string b = folds ? Folded(part, all) : part;
        switch (kind) {
          case 0:
          case 1:
            return absl::StrContains(a, b);
          case 2:
          case 3:
            return absl::StartsWith(a, b);
          case 4:
          case 5:
            return absl::EndsWith(a, b);
          default:
            return a == b;
        }
      });
}

NodePtr RandomConditions::RealAtom() {
  const int how = static_cast<int>(Below(6));
  const double value = OneOf(Reals());
  if (Below(3) == 0) {
    return Leaf(absl::StrCat("rank ", kHow[how], " ratio"),
                Compare(ThingModel::rank, how, ThingModel::ratio),
                [=](const Thing& t) {
                  std::optional<Real> rank;
                  // Whole in a double.
                  if (t.has_rank()) rank = Real{double(t.rank())};
                  return Holds<Real>(rank, how, Real{t.ratio()});
                });
  }
  return Leaf(absl::StrCat("ratio ", kHow[how], " ", value),
              Compare(ThingModel::ratio, how, value), [=](const Thing& t) {
                return Holds<Real>(Real{t.ratio()}, how, Real{value});
              });
}

NodePtr RandomConditions::TimeAtom() {
  const int how = static_cast<int>(Below(6));
  if (Below(3) == 0) {
    const absl::Duration span = absl::Seconds(double(Below(4)) / 2 - 1);
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
          : ToTime(OneOf(Times()));
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

NodePtr RandomConditions::JsonAtom() {
  using google::protobuf::Value;
  const int how = static_cast<int>(Below(6));
  const auto path = ThingModel::any.Path("k");
  const auto at = [](const Thing& t) -> const Value* {
    if (!t.has_any()) return nullptr;
    const auto& fields = t.any().struct_value().fields();
    const auto found = fields.find("k");
    return found == fields.end() ? nullptr : &found->second;
  };
  switch (Below(5)) {
    case 0: {
      const double value = double(Below(4)) / 2 - 0.5;
      return Leaf(absl::StrCat("any.k ", kHow[how], " ", value),
                  Compare(path, how, value), [=](const Thing& t) {
                    std::optional<double> mine;
                    const Value* const v = at(t);
                    if (v && v->kind_case() == Value::kNumberValue) {
                      mine = v->number_value();
                    }
                    return Holds<double>(mine, how, value);
                  });
    }
    case 1: {
      const std::string value = OneOf(Texts());
      return Leaf(absl::StrCat("any.k ", kHow[how], " ", Quoted(value)),
                  Compare(path, how, value), [=](const Thing& t) {
                    std::optional<std::string> mine;
                    const Value* const v = at(t);
                    if (v && v->kind_case() == Value::kStringValue) {
                      mine = v->string_value();
                    }
                    return Holds<std::string>(mine, how, value);
                  });
    }
    case 2: {
      const bool value = Below(2) == 0;
      return Leaf(absl::StrCat("any.k == ", value), path == value,
                  [=](const Thing& t) {
                    const Value* const v = at(t);
                    return v && v->kind_case() == Value::kBoolValue &&
                           v->bool_value() == value;
                  });
    }
    case 3:
      return Leaf("any.k == null", path == std::nullopt, [=](const Thing& t) {
        const Value* const v = at(t);
        return v && v->kind_case() == Value::kNullValue;
      });
    default:
      return Leaf("any.k isnull", path.IsNull(),
                  [=](const Thing& t) { return at(t) == nullptr; });
  }
}

NodePtr RandomConditions::OtherAtom() {
  const int how = static_cast<int>(Below(6));
  switch (Below(6)) {
    case 0:
      return Leaf("rank isnull", ThingModel::rank.IsNull(),
                  [](const Thing& t) { return !t.has_rank(); });
    case 1:
      return Leaf("when isnull", ThingModel::when.IsNull(),
                  [](const Thing& t) { return !t.has_when(); });
    case 2: {
      const auto color = static_cast<orm_test::Color>(Below(3));
      return Leaf(absl::StrCat("color == ", color), ThingModel::color == color,
                  [=](const Thing& t) { return t.color() == color; });
    }
    case 3: {
      const auto color = static_cast<orm_test::Color>(Below(3));
      return Leaf(absl::StrCat("named_color != ", color),
                  ThingModel::named_color != color,
                  [=](const Thing& t) { return t.named_color() != color; });
    }
    case 4: {
      const std::string value = OneOf(Texts());
      return Leaf(absl::StrCat("data ", kHow[how], " ", Quoted(value)),
                  Compare(ThingModel::data, how, value), [=](const Thing& t) {
                    return Holds<std::string>(t.data(), how, value);
                  });
    }
    default: {
      const std::string value =
          OneOf(std::vector<std::string>{"0.0", "1.5", "9.99", "-2", "10.00"});
      const double number = std::stod(value);
      return Leaf(absl::StrCat("price ", kHow[how], " ", value),
                  Compare(ThingModel::price, how, value), [=](const Thing& t) {
                    return Holds<double>(std::stod(t.price()), how, number);
                  });
    }
  }
}

}  // namespace modelservice::random_queries
