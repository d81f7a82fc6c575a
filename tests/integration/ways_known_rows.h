// Orders and what is related to them, made at random, and known: for
// ways_random_test.
#ifndef MODELSERVICE_TESTS_INTEGRATION_WAYS_KNOWN_ROWS_H_
#define MODELSERVICE_TESTS_INTEGRATION_WAYS_KNOWN_ROWS_H_

#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "ways_fixture.h"

namespace integration::ways {

struct KnownCustomer {
  int id;
  std::string email;
  std::optional<std::string> name;
  int64_t rank;
  std::optional<std::string> country;
};

// A text of JSON, and its value in microseconds.
using Known = std::pair<const char*, int64_t>;

struct KnownDetails {
  std::string room;
  std::optional<Known> at;
  std::optional<Known> span;
  std::vector<std::string> names;
  std::vector<std::string> items;
};

struct KnownOrder {
  int id;
  // Those that there are for the caller.
  const KnownCustomer* customer = nullptr;
  const KnownOrder* previous = nullptr;
  int64_t total;
  std::vector<std::pair<std::string, int64_t>> lines;
  std::set<std::string> tags;
  std::vector<std::string> words;
  std::optional<std::string> label;
  std::optional<KnownDetails> details;
};

class KnownRowsTest : public WaysTest {
 protected:
  void SetUp() override {
    WaysTest::SetUp();
    AddAll();
  }

  size_t Below(size_t most) { return random_() % most; }
  template <class List>
  auto OneOf(const List& list) {
    return list[Below(std::size(list))];
  }
  std::string Text() { return OneOf(kTexts); }

  void AddAll() {
    Run("INSERT INTO country (code, name) VALUES ('a', 'ab'), ('b', 'ba'), "
        "('at', 'x')");
    Run("INSERT INTO tag (id, name) VALUES (1, 'a'), (2, 'ab'), (3, 'ba')");
    for (int i = 1; i <= 6; ++i) {
      KnownCustomer customer{i, Text(), {}, static_cast<int64_t>(Below(4)), {}};
      if (Below(2) == 0) customer.name = Text();
      if (Below(3) > 0) customer.country = Below(2) == 0 ? "a" : "b";
      customers_.push_back(customer);
      const auto quoted = [](const std::optional<std::string>& text) {
        return text.has_value() ? absl::StrCat("'", *text, "'") : "NULL";
      };
      AddCustomer(i, customer.email.c_str(), quoted(customer.name).c_str(),
                  static_cast<int>(customer.rank),
                  quoted(customer.country).c_str(), "a", "NULL");
    }
    AddCustomer(7, "hidden@x", "'a'", 1, "'a'", "a", "NULL");
    AddCustomer(8, "a", "'a'", 1, "'a'", "b", "NULL");
    orders_.reserve(kOrderCount);
    for (int i = 1; i <= static_cast<int>(kOrderCount); ++i) MakeOrder(i);
  }

  void MakeOrder(int id) {
    KnownOrder order;
    order.id = id;
    order.total = static_cast<int64_t>(Below(5));
    std::string customer = "NULL";
    // Also one that hides, and another tenant's.
    if (Below(4) > 0) {
      const size_t at = Below(8);
      if (at < customers_.size()) order.customer = &customers_[at];
      customer = absl::StrCat(at + 1);
    }
    if (Below(3) > 0) order.label = Text();
    if (Below(3) > 0) order.details = MakeDetails();
    AddOrder(
        id, customer, static_cast<int>(order.total), "{}",
        order.label ? absl::StrCat(R"({"k": ")", *order.label, "\"}") : "{}",
        "{}",
        order.details ? absl::StrCat("'", Json(*order.details), "'") : "NULL");
    if (!orders_.empty() && Below(2) == 0) {
      order.previous = &orders_[Below(orders_.size())];
      Run(absl::StrCat("UPDATE customer_order SET previous_id = ",
                       order.previous->id, " WHERE id = ", id));
    }
    for (size_t i = Below(3); i > 0; --i) {
      order.lines.emplace_back(Text(), static_cast<int64_t>(Below(4)));
      AddLine(++lines_, id, order.lines.back().first.c_str(),
              static_cast<int>(order.lines.back().second));
    }
    for (int tag = 1; tag <= 3; ++tag) {
      if (Below(3) > 0) continue;
      order.tags.insert(tag == 1 ? "a" : tag == 2 ? "ab" : "ba");
      Run(absl::StrCat("INSERT INTO order_tag (order_id, tag_id) VALUES (", id,
                       ", ", tag, ")"));
    }
    for (size_t i = Below(3); i > 0; --i) order.words.push_back(Text());
    const std::string words = absl::StrJoin(order.words, "\",\"");
    const std::string list = order.words.empty() ? "" : "\"" + words + "\"";
    Run(absl::StrCat("UPDATE customer_order SET words = '",
                     OnPostgres() ? "{" : "[", list, OnPostgres() ? "}" : "]",
                     "' WHERE id = ", id));
    orders_.push_back(std::move(order));
  }

  KnownDetails MakeDetails() {
    KnownDetails details;
    if (Below(2) == 0) details.room = Text();
    if (Below(3) > 0) details.at = OneOf(kTimes);
    if (Below(3) > 0) details.span = OneOf(kSpans);
    for (size_t i = Below(3); i > 0; --i) details.names.push_back(Text());
    for (size_t i = Below(3); i > 0; --i) details.items.push_back(Text());
    return details;
  }
  static std::string Json(const KnownDetails& details) {
    std::vector<std::string> parts;
    const auto add = [&parts](const char* name, const std::string& json) {
      parts.push_back(absl::StrCat("\"", name, "\": ", json));
    };
    const auto text = [](absl::string_view value) {
      return absl::StrCat("\"", value, "\"");
    };
    const auto list = [](const std::vector<std::string>& all,
                         const char* before, const char* behind) {
      std::vector<std::string> one;
      for (const std::string& value : all) {
        one.push_back(absl::StrCat(before, value, behind));
      }
      return absl::StrCat("[", absl::StrJoin(one, ", "), "]");
    };
    if (!details.room.empty()) add("roomName", text(details.room));
    if (details.at) add("at", text(details.at->first));
    if (details.span) add("span", text(details.span->first));
    if (!details.names.empty()) add("names", list(details.names, "\"", "\""));
    if (!details.items.empty()) {
      add("items", list(details.items, "{\"text\": \"", "\"}"));
    }
    return absl::StrCat("{", absl::StrJoin(parts, ", "), "}");
  }

  static constexpr size_t kOrderCount = 40;
  // One case and no signs, so that each collation orders them as bytes.
  static constexpr const char* kTexts[] = {"", "a", "ab", "ba", "bab"};
  static constexpr Known kTimes[] = {{"1970-01-01T00:00:00Z", 0},
                                     {"1970-01-01T00:00:00.500Z", 500000},
                                     {"1970-01-01T02:00:00.000001+02:00", 1},
                                     {"1969-12-31T23:59:59.999999Z", -1},
                                     {"1970-01-01T00:00:01Z", 1000000}};
  static constexpr Known kSpans[] = {{"0s", 0},
                                     {"1s", 1000000},
                                     {"-0.5s", -500000},
                                     {"1.000001s", 1000001},
                                     {"-2s", -2000000}};
  std::mt19937 random_{20240301};
  std::vector<KnownCustomer> customers_;
  std::vector<KnownOrder> orders_;
  int lines_ = 0;
};

}  // namespace integration::ways

#endif  // MODELSERVICE_TESTS_INTEGRATION_WAYS_KNOWN_ROWS_H_
