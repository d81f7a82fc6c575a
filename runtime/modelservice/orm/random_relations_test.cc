// Random conditions over relations give what a plain look at the messages
// gives, on SQLite and on PostgreSQL.
//
//   RANDOM_QUERIES=100000 RANDOM_QUERIES_SEED=7 orm_test
//       --gtest_filter='*RandomRelations*'
#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <tuple>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "modelservice/orm/relations_test_support.h"

namespace modelservice {
namespace {

// A condition on orders, and whether it holds.
struct Node {
  std::string text;
  Condition<Bought> condition;
  std::function<bool(const Bought&)> holds;
};

class RandomRelationsTest : public RelationsTest {
 protected:
  void SetUp() override {
    RelationsTest::SetUp();
    if (!has_database()) return;
    const char* const given = std::getenv("RANDOM_QUERIES_SEED");
    if (given == nullptr || !absl::SimpleAtoi(given, &seed_)) {
      seed_ = std::random_device()();
    }
    random_.seed(seed_);
    for (const char* name : {"a", "b", "c"}) Keep(CreateCompany(name));
    for (int i = 0; i < 6; ++i) {
      const Company& company = companies_[1 + Below(companies_.size())];
      std::optional<std::string> phone;
      if (Below(2) == 0) phone = absl::StrCat(Below(3));
      Keep(CreateCustomer(absl::StrCat("e", Below(4)), company, phone));
    }
    for (int i = 0; i < 30; ++i) {
      const Customer* const customer =
          Below(4) == 0 ? nullptr : &customers_[1 + Below(customers_.size())];
      const Bought* const previous = orders_.empty() || Below(2) == 0
                                         ? nullptr
                                         : &orders_[1 + Below(orders_.size())];
      Keep(CreateOrder(absl::StrCat(i), customer, Number(), previous));
    }
  }

  int64_t Below(size_t most) { return static_cast<int64_t>(random_() % most); }
  int64_t Number() { return Below(5); }

  void Keep(const Company& row) { companies_[row.id()] = row; }
  void Keep(const Customer& row) { customers_[row.id()] = row; }
  void Keep(const Bought& row) { orders_[row.id()] = row; }

  const Customer* CustomerOf(const Bought* order) const {
    if (order == nullptr || !order->has_customer()) return nullptr;
    return &customers_.at(order->customer());
  }
  const Bought* PreviousOf(const Bought* order) const {
    if (order == nullptr || !order->has_previous_id()) return nullptr;
    return &orders_.at(order->previous_id());
  }
  // Empty: NULL.
  std::string CompanyOf(const Bought* order) const {
    const Customer* const customer = CustomerOf(order);
    return customer == nullptr ? ""
                               : companies_.at(customer->company_id()).name();
  }
  template <class Meets>
  int64_t CountOrders(const Meets& meets) const {
    return std::count_if(orders_.begin(), orders_.end(),
                         [&](const auto& row) { return meets(row.second); });
  }

  Node Atom() {
    const auto& customer = OrderModel::customer;
    const auto& previous = OrderModel::previous;
    const auto& later = OrderModel::later;
    const int64_t n = Number();
    const std::string e = absl::StrCat("e", Below(4));
    const std::string name(1, static_cast<char>('a' + Below(3)));
    switch (Below(12)) {
      case 0:
        return {absl::StrCat("total > ", n), OrderModel::total > n,
                [n](const Bought& row) { return row.total() > n; }};
      case 1:
        return {absl::StrCat("customer.email == ", e), customer.email == e,
                [this, e](const Bought& row) {
                  return CustomerOf(&row) != nullptr &&
                         CustomerOf(&row)->email() == e;
                }};
      case 2:
        return {absl::StrCat("customer.email != ", e), customer.email != e,
                [this, e](const Bought& row) {
                  return CustomerOf(&row) == nullptr ||
                         CustomerOf(&row)->email() != e;
                }};
      case 3:
        return {"customer.phone is null", customer.phone.IsNull(),
                [this](const Bought& row) {
                  return CustomerOf(&row) == nullptr ||
                         !CustomerOf(&row)->has_phone();
                }};
      case 4:
        return {absl::StrCat("customer.company.name == ", name),
                customer.company.name == name, [this, name](const Bought& row) {
                  return CompanyOf(&row) == name;
                }};
      case 5:
        return {absl::StrCat("previous.total > ", n), previous.total > n,
                [this, n](const Bought& row) {
                  return PreviousOf(&row) != nullptr &&
                         PreviousOf(&row)->total() > n;
                }};
      case 6:
        return {absl::StrCat("previous.customer.company.name != ", name),
                previous.customer.company.name != name,
                [this, name](const Bought& row) {
                  return CompanyOf(PreviousOf(&row)) != name;
                }};
      case 7:
        return {absl::StrCat("later.Any(total > ", n, ")"),
                later.Any(OrderModel::total > n), [this, n](const Bought& row) {
                  return CountOrders([&](const Bought& other) {
                           return other.previous_id() == row.id() &&
                                  other.total() > n;
                         }) > 0;
                }};
      case 8:
        return {absl::StrCat("later.None(customer.company.name == ", name, ")"),
                later.None(customer.company.name == name),
                [this, name](const Bought& row) {
                  return CountOrders([&](const Bought& other) {
                           return other.previous_id() == row.id() &&
                                  CompanyOf(&other) == name;
                         }) == 0;
                }};
      case 9:
        return {absl::StrCat("customer.orders.Count(total < 3) > ", n),
                customer.orders.Count(OrderModel::total < 3) > n,
                [this, n](const Bought& row) {
                  return CountOrders([&](const Bought& other) {
                           return row.has_customer() && other.has_customer() &&
                                  other.customer() == row.customer() &&
                                  other.total() < 3;
                         }) > n;
                }};
      case 10:
        return {"total > previous.total", OrderModel::total > previous.total,
                [this](const Bought& row) {
                  return PreviousOf(&row) != nullptr &&
                         row.total() > PreviousOf(&row)->total();
                }};
      default:
        return {"customer.company.customers.Any(phone == 0)",
                customer.company.customers.Any(CustomerModel::phone == "0"),
                [this](const Bought& row) {
                  const Customer* const own = CustomerOf(&row);
                  return own != nullptr &&
                         std::any_of(customers_.begin(), customers_.end(),
                                     [&](const auto& other) {
                                       return other.second.company_id() ==
                                                  own->company_id() &&
                                              other.second.phone() == "0";
                                     });
                }};
    }
  }

  Node Make(int64_t depth) {
    if (depth == 0) return Atom();
    const Node a = Make(depth - 1);
    if (Below(4) == 0) {
      return {absl::StrCat("!(", a.text, ")"), !a.condition,
              [a](const Bought& row) { return !a.holds(row); }};
    }
    const Node b = Make(Below(static_cast<size_t>(depth)));
    if (Below(2) == 0) {
      return {absl::StrCat("(", a.text, " && ", b.text, ")"),
              a.condition && b.condition, [a, b](const Bought& row) {
                return a.holds(row) && b.holds(row);
              }};
    }
    return {absl::StrCat("(", a.text, " || ", b.text, ")"),
            a.condition || b.condition,
            [a, b](const Bought& row) { return a.holds(row) || b.holds(row); }};
  }

  // What differs; empty: nothing.
  std::string Difference(const Node& node) {
    std::vector<const Bought*> expected;
    for (const auto& [id, row] : orders_) {
      if (node.holds(row)) expected.push_back(&row);
    }
    // NULL comes first.
    std::stable_sort(expected.begin(), expected.end(),
                     [&](const Bought* a, const Bought* b) {
                       return CompanyOf(a) < CompanyOf(b);
                     });
    const Query<Bought> query = orders().Filter(node.condition);
    const auto found =
        query.OrderBy(OrderModel::customer.company.name, OrderModel::id)
            .Values(OrderModel::id, OrderModel::later.Count());
    if (!found.ok()) return found.status().ToString();
    if (found->size() != expected.size()) return "finds other rows";
    for (size_t i = 0; i < expected.size(); ++i) {
      const std::optional<int64_t> id = std::get<0>((*found)[i]);
      if (id != expected[i]->id()) return "finds other rows";
      if (std::get<1>((*found)[i]) != CountOrders([&](const Bought& other) {
            return other.previous_id() == *id;
          })) {
        return "counts wrongly";
      }
    }
    // The same without joins.
    const auto changed =
        query.Update(OrderModel::number.Set(OrderModel::number));
    if (!changed.ok()) return changed.status().ToString();
    const auto count = static_cast<int64_t>(expected.size());
    return *changed == count ? "" : "changes other rows";
  }

  uint32_t seed_ = 0;
  std::mt19937 random_;
  std::map<int64_t, Company> companies_;
  std::map<int64_t, Customer> customers_;
  std::map<int64_t, Bought> orders_;
};

TEST_P(RandomRelationsTest, GiveWhatALookGives) {
  const char* const given = std::getenv("RANDOM_QUERIES");
  int count = 0;
  if (given == nullptr || !absl::SimpleAtoi(given, &count)) count = 300;
  for (int i = 0; i < count; ++i) {
    const Node node = Make(Below(4));
    const std::string difference = Difference(node);
    ASSERT_EQ(difference, "") << "RANDOM_QUERIES_SEED=" << seed_ << ", query "
                              << i << ": " << node.text;
  }
}

INSTANTIATE_TEST_SUITE_P(Databases, RandomRelationsTest, kEitherDatabase,
                         NameOfDatabase);

}  // namespace
}  // namespace modelservice
