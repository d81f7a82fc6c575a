// Filters through relations and into JSON made at random: what the database
// finds is what a plain look at the rows finds.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "ways_known_rows.h"

namespace integration::ways {
namespace {

struct Node {
  std::string text;
  std::function<bool(const KnownOrder&)> holds;
};

constexpr const char* kOperators[] = {"=", "!=", "<", "<=", ">", ">="};
constexpr const char* kOrders[] = {"=", "<", "<=", ">", ">="};

// Nothing is equal to what is not there.
template <class T>
bool Holds(const std::optional<T>& a, absl::string_view op, const T& b) {
  if (!a.has_value()) return op == "!=";
  if (op == "=") return *a == b;
  if (op == "!=") return *a != b;
  if (op == "<") return *a < b;
  if (op == "<=") return *a <= b;
  return op == ">" ? *a > b : *a >= b;
}

template <class List, class Meets>
bool Any(const List& list, const Meets& meets) {
  for (const auto& one : list) {
    if (meets(one)) return true;
  }
  return false;
}

class WaysRandomTest : public KnownRowsTest {
 protected:
  // Of a text that the row may not have.
  template <class Get>
  Node OfText(const char* field, const Get& get) {
    const std::string value = Text();
    switch (Below(4)) {
      case 0: {
        const std::string part = OneOf(kTexts);
        return {absl::StrCat(field, " = \"*", part, "\""),
                [=](const KnownOrder& order) {
                  const std::optional<std::string> text = get(order);
                  return text.has_value() && absl::EndsWith(*text, part);
                }};
      }
      case 1:
        return {absl::StrCat(field, ":\"", value, "\""),
                [=](const KnownOrder& order) {
                  const std::optional<std::string> text = get(order);
                  return text.has_value() && absl::StrContains(*text, value);
                }};
      default: {
        const std::string op = OneOf(kOperators);
        return {absl::StrCat(field, " ", op, " \"", value, "\""),
                [=](const KnownOrder& order) {
                  return Holds<std::string>(get(order), op, value);
                }};
      }
    }
  }
  template <class Get>
  Node OfNumber(const char* field, const Get& get) {
    const std::string op = OneOf(kOperators);
    const auto value = static_cast<int64_t>(Below(5));
    return {absl::StrCat(field, " ", op, " ", value),
            [=](const KnownOrder& order) {
              return Holds<int64_t>(get(order), op, value);
            }};
  }
  template <class Has>
  Node OfPresence(const char* field, const char* how, const Has& has) {
    return {absl::StrCat(field, how), has};
  }
  // Of the elements of a list.
  template <class Get>
  Node OfElements(const char* field, const Get& get) {
    const std::string value = Text();
    return {absl::StrCat(field, ":\"", value, "\""),
            [=](const KnownOrder& order) {
              return Any(get(order), [&](const std::string& element) {
                return element == value;
              });
            }};
  }

  Node ToOne() {
    const auto email = [](const KnownOrder& order) {
      return order.customer ? std::optional(order.customer->email)
                            : std::nullopt;
    };
    const auto name = [](const KnownOrder& order) {
      return order.customer ? order.customer->name : std::nullopt;
    };
    const auto country = [](const KnownOrder& order) {
      std::optional<std::string> named;
      if (order.customer && order.customer->country) {
        named = *order.customer->country == "a" ? "ab" : "ba";
      }
      return named;
    };
    switch (Below(10)) {
      case 0:
        return OfText("customer.email", email);
      case 1:
        return OfNumber("customer.rank", [](const KnownOrder& order) {
          return order.customer ? std::optional(order.customer->rank)
                                : std::nullopt;
        });
      case 2:
        return OfText("customer.name", name);
      case 3:
        return OfPresence("customer.name", " = null",
                          [name](const KnownOrder& o) { return !name(o); });
      case 4:
        return OfPresence("customer.name", " != null",
                          [name](const KnownOrder& o) { return !!name(o); });
      case 5:
        return OfPresence("customer", ":*",
                          [](const KnownOrder& o) { return !!o.customer; });
      case 6:
        return OfText("customer.country.name", country);
      case 7:
        return OfText("previous.customer.email", [=](const KnownOrder& order) {
          return order.previous ? email(*order.previous) : std::nullopt;
        });
      case 8:
        return OfNumber("previous.total", [](const KnownOrder& order) {
          return order.previous ? std::optional(order.previous->total)
                                : std::nullopt;
        });
      default:
        return OfPresence("previous", " = null",
                          [](const KnownOrder& o) { return !o.previous; });
    }
  }

  // Rows that refer to this one, or are related through others.
  Node ToMany() {
    const std::string value = Text();
    const std::string op = OneOf(kOrders);
    const auto number = static_cast<int64_t>(Below(4));
    switch (Below(5)) {
      case 0:
        return {absl::StrCat("lines.quantity ", op, " ", number),
                [=](const KnownOrder& order) {
                  return Any(order.lines, [&](const auto& line) {
                    return Holds<int64_t>(line.second, op, number);
                  });
                }};
      case 1:
        return {absl::StrCat("lines.name = (\"", value, "\" AND a)"),
                [=](const KnownOrder& order) {
                  const auto has = [&](const std::string& name) {
                    return Any(order.lines, [&](const auto& line) {
                      return line.first == name;
                    });
                  };
                  return has(value) && has("a");
                }};
      case 2:
        return OfPresence("lines", ":*", [](const KnownOrder& order) {
          return !order.lines.empty();
        });
      case 3:
        return {
            absl::StrCat("tags.name = \"", value, "\""),
            [value](const KnownOrder& o) { return o.tags.count(value) > 0; }};
      default:
        // There and back again.
        return {absl::StrCat("customer.orders.total ", op, " ", number),
                [this, op, number](const KnownOrder& order) {
                  return order.customer != nullptr &&
                         Any(orders_, [&](const KnownOrder& other) {
                           return other.customer == order.customer &&
                                  Holds<int64_t>(other.total, op, number);
                         });
                }};
    }
  }

  Node InJson() {
    const std::string op = OneOf(kOperators);
    switch (Below(7)) {
      case 0:
        return OfText("labels.k", [](const KnownOrder& o) { return o.label; });
      case 1:
        return OfText("details.room_name", [](const KnownOrder& order) {
          return order.details ? std::optional(order.details->room)
                               : std::nullopt;
        });
      case 2: {
        const Known time = OneOf(kTimes);
        return {absl::StrCat("details.at ", op, " \"", time.first, "\""),
                [=](const KnownOrder& order) {
                  return Holds<int64_t>(Micros(order, &KnownDetails::at), op,
                                        time.second);
                }};
      }
      case 3: {
        const Known span = OneOf(kSpans);
        return {absl::StrCat("details.span ", op, " ", span.first),
                [=](const KnownOrder& order) {
                  return Holds<int64_t>(Micros(order, &KnownDetails::span), op,
                                        span.second);
                }};
      }
      case 4:
        return OfElements("words", [](const KnownOrder& o) { return o.words; });
      case 5:
        return OfElements("details.names", [](const KnownOrder& order) {
          return order.details ? order.details->names
                               : std::vector<std::string>();
        });
      default:
        return OfElements("details.items.text", [](const KnownOrder& order) {
          return order.details ? order.details->items
                               : std::vector<std::string>();
        });
    }
  }
  static std::optional<int64_t> Micros(
      const KnownOrder& order, std::optional<Known> KnownDetails::*member) {
    if (!order.details || !((*order.details).*member)) return std::nullopt;
    return ((*order.details).*member)->second;
  }

  Node Atom() {
    switch (Below(4)) {
      case 0:
      case 1:
        return ToOne();
      case 2:
        return ToMany();
      default:
        return InJson();
    }
  }

  Node Make(int depth) {
    const size_t kind = depth == 0 ? 0 : Below(6);
    if (kind < 2) return Atom();
    const Node a = Make(depth - 1);
    if (kind == 2) {
      return {absl::StrCat(Below(2) == 0 ? "NOT (" : "-(", a.text, ")"),
              [=](const KnownOrder& order) { return !a.holds(order); }};
    }
    const Node b = Make(depth - 1);
    const bool all = kind < 5;
    return {absl::StrCat("(", a.text, ")",
                         kind == 3 ? " "
                         : all     ? " AND "
                                   : " OR ",
                         "(", b.text, ")"),
            [=](const KnownOrder& order) {
              return all ? a.holds(order) && b.holds(order)
                         : a.holds(order) || b.holds(order);
            }};
  }
};

TEST_F(WaysRandomTest, FindsWhatAPlainLookFinds) {
  int some = 0;
  for (int i = 0; i < 600; ++i) {
    const Node filter = Make(3);
    std::vector<int> expected;
    for (const KnownOrder& order : orders_) {
      if (filter.holds(order)) expected.push_back(order.id);
    }
    EXPECT_EQ(Found(filter.text), absl::StrJoin(expected, " ")) << filter.text;
    if (!expected.empty() && expected.size() < kOrderCount) ++some;
  }
  // Most of them tell rows apart.
  EXPECT_GT(some, 300);
}

}  // namespace
}  // namespace integration::ways
