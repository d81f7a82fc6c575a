"""Checks what the compiler says of conditions that do not fit their columns.

compile_errors_test.py --compiler=COMPILER --include=FOLDER...

Each case must not compile, with one error, in fewer than MOST_LINES lines, that
have the case's words in them. What is right must compile, so that no case fails
for another reason.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

MOST_LINES = 12

PRELUDE = """
#include "modelservice/aggregates.h"
#include "modelservice/column.h"
#include "modelservice/orm/relation.h"

namespace shop {
enum Color { RED = 1 };
struct Customer {};
struct Order;
struct CustomerModel {
  using Message = Customer;
  struct id;
  static constexpr ::modelservice::TypedColumn<Message, int64_t, struct id>
      id{0};
  struct email;
  static constexpr ::modelservice::TypedColumn<Message, ::std::string,
                                               struct email> email{1};
  struct born;
  static constexpr ::modelservice::TypedColumn<Message, ::absl::Time,
                                               struct born> born{2};
  struct labels;
  static constexpr ::modelservice::TypedColumn<Message, ::modelservice::Json,
                                               struct labels> labels{3};
  static constexpr ::modelservice::RelatedRows<Message, Order, 1> orders{};
  template <class Via>
  struct Through {
    static constexpr ::modelservice::RelatedColumn<
        Via, int64_t, struct CustomerModel::id> id{0};
    static constexpr ::modelservice::RelatedColumn<
        Via, ::std::string, struct CustomerModel::email> email{1};
    static constexpr ::modelservice::RelatedColumn<
        Via, ::modelservice::Json, struct CustomerModel::labels> labels{3};
  };
};
struct Order {};
struct OrderModel {
  using Message = Order;
  struct number;
  static constexpr ::modelservice::TypedColumn<Message, int64_t, struct number>
      number{0};
  struct customer;
  static const ::modelservice::KeyColumn<Message, int64_t, struct customer,
                                         Customer, 1>& customer;
  static const ::modelservice::Relation<Message, Order, 2>& previous;
  template <class Via>
  struct Through {
    static constexpr ::modelservice::RelatedColumn<
        Via, int64_t, struct OrderModel::number> number{0};
    static constexpr const ::modelservice::KeyColumn<
        Via, int64_t, struct OrderModel::customer, Customer, 1>& customer =
            ::modelservice::kRelation;
    static constexpr const ::modelservice::Relation<Via, Order, 2>& previous =
        ::modelservice::kRelation;
  };
};
}  // namespace shop

namespace modelservice {
template <>
struct ModelOf<shop::Customer> {
  static const Model& Get();
  template <class Via>
  using Through = shop::CustomerModel::Through<Via>;
};
template <>
struct ModelOf<shop::Order> {
  static const Model& Get();
  template <class Via>
  using Through = shop::OrderModel::Through<Via>;
};
}  // namespace modelservice

namespace shop {
decltype(OrderModel::customer) OrderModel::customer =
    ::modelservice::kRelation;
decltype(OrderModel::previous) OrderModel::previous =
    ::modelservice::kRelation;
}  // namespace shop

using shop::CustomerModel;
using shop::OrderModel;
"""

# For what is of queries alone: it takes the compiler longest.
QUERIES = """
#include "modelservice/query.h"

namespace modelservice {
template <>
inline constexpr int kFilledField<Relation<shop::Order, shop::Customer, 1>> = 7;
template <>
inline constexpr int
    kFilledField<RelatedRows<shop::Customer, shop::Order, 1>> = 8;
}  // namespace modelservice

extern const modelservice::Query<shop::Customer>& customers;
extern const modelservice::Query<shop::Order>& orders;
"""

GOOD = """
auto a = CustomerModel::id == 5 && CustomerModel::email != "x";
auto b = CustomerModel::born.Year() > 2000 || CustomerModel::id.In({1, 2});
auto c = CustomerModel::id.Set(CustomerModel::id + 1);
auto d = CustomerModel::labels.Path("a", 0) == true;
auto e = OrderModel::customer.email == "x" && OrderModel::customer == 5;
auto f = OrderModel::previous.previous.customer.id > OrderModel::number;
auto g = OrderModel::previous.customer.labels.Path("a") == 1;
auto h = OrderModel::customer.Set(OrderModel::previous.customer.id);
auto i = RowsBy(OrderModel::customer).None() &&
         CustomerModel::orders.Count() > 2;
auto j = CustomerModel::email.Set(2 * CustomerModel::email -
                                  CustomerModel::id * CustomerModel::email);
"""

GOOD_QUERIES = """
auto a = orders.Filter(OrderModel::customer.email == "x")
             .OrderBy(OrderModel::customer.email, OrderModel::number)
             .SelectRelated(OrderModel::customer)
             .Prefetch(OrderModel::customer);
auto b = customers.Filter(CustomerModel::orders.Any(OrderModel::number == 1))
             .OrderBy(CustomerModel::orders.Count().Desc())
             .Prefetch(CustomerModel::orders, orders);
"""

ID = "shop::CustomerModel::id"
EMAIL = "shop::CustomerModel::email"
CASES = {
    'CustomerModel::id == "x"': [ID, "shop::Customer", "long", "char"],
    "CustomerModel::email < 5": [EMAIL, "basic_string<char>", "int"],
    "CustomerModel::id == 1.5": [ID, "long", "double"],
    "CustomerModel::id == CustomerModel::email": [ID, EMAIL],
    "CustomerModel::id == OrderModel::number": [ID, "OrderModel::number"],
    "CustomerModel::id == shop::RED": [ID, "shop::Color"],
    "CustomerModel::born == 1700000000": ["CustomerModel::born", "int"],
    'CustomerModel::labels == "x"': ["CustomerModel::labels", "Json"],
    'CustomerModel::id.In({"a"})': [ID],
    'CustomerModel::id.Contains("x")': [ID],
    "CustomerModel::email.Year()": [EMAIL],
    'CustomerModel::id.Set("x")': [ID, "long", "char"],
    "CustomerModel::id.Set(CustomerModel::id * 1.5)": [ID, "double"],
    "CustomerModel::email - 1.5": [EMAIL, "double"],
    "modelservice::Sum(CustomerModel::born)": ["CustomerModel::born"],
    "CustomerModel::labels.Path(1.5)": ["double"],
    "OrderModel::customer.email == 5": [EMAIL, "shop::Order", "int"],
    'OrderModel::customer == "x"': ["OrderModel::customer", "long", "char"],
    "OrderModel::customer.id == CustomerModel::id": [ID],
    "CustomerModel::id == OrderModel::customer.id": [ID],
    'OrderModel::previous.number == "x"': ["OrderModel::number", "char"],
    "OrderModel::customer.email.Path(0)": [EMAIL],
    "OrderModel::customer.nothing == 5": ["nothing"],
    'OrderModel::previous.customer.id == "x"': [ID, "shop::Order", "char"],
    "CustomerModel::orders.Any(CustomerModel::id == 1)": ["Customer", "Order"],
    'CustomerModel::orders.Count() == "x"': ["char"],
    "CustomerModel::orders == 5": ["Any", "Order"],
    "CustomerModel::orders != 5": ["Any", "Order"],
    "RowsBy(OrderModel::previous.customer)": ["one step"],
}

# Of queries.
QUERY_CASES = {
    "orders.Filter(CustomerModel::id == 1)": ["Customer", "Order"],
    "customers.Filter(OrderModel::customer.id == 1)": ["Customer", "Order"],
    "orders.SelectRelated(CustomerModel::orders)": ["Prefetch"],
    "customers.SelectRelated(OrderModel::customer)": ["Customer", "Order"],
    "customers.SelectRelated(CustomerModel::id)": ["way"],
    "customers.Prefetch(CustomerModel::id)": ["no way", ID],
    "customers.Prefetch(OrderModel::customer)": ["Customer", "Order"],
    "orders.Prefetch(OrderModel::previous)": ["fills no field"],
    "customers.Prefetch(CustomerModel::orders, customers)": [
        "not of the rows"],
    "customers.OrderBy(CustomerModel::orders)": ["Count()", "Order"],
    "orders.OrderBy(CustomerModel::id)": ["no column", "Order"],
}


def compiled(arguments, folder, code, prelude):
    path = pathlib.Path(folder, "case.cc")
    path.write_text(prelude + code)
    command = [arguments.compiler, "-std=c++17", "-fsyntax-only"]
    for include in arguments.include:
        command += ["-isystem" if "protos" in include else "-I", include]
    run = subprocess.run(
        [*command, str(path)], stderr=subprocess.PIPE, check=False, text=True)
    return run.returncode == 0, run.stderr


def fault_of(good, text, words):
    if good:
        return "it compiles"
    lines = text.rstrip().splitlines()
    # g++ and clang++ put quotes around names in ways of their own.
    missing = [w for w in words if w not in text]
    if missing:
        return f"nothing is said of {missing}"
    if len(lines) >= MOST_LINES:
        return f"{len(lines)} lines"
    errors = sum(" error: " in line for line in lines)
    return "" if errors == 1 else f"{errors} errors"


def check(arguments, folder, prelude, right, cases):
    """Says how many of the cases are at fault."""
    good, text = compiled(arguments, folder, right, prelude)
    if not good:
        sys.exit(f"what is right does not compile:\n{text}")
    faults = 0
    for code, words in cases.items():
        good, text = compiled(arguments, folder, f"auto x = {code};\n", prelude)
        fault = fault_of(good, text, words)
        if fault:
            faults += 1
            print(f"{code}: {fault}\n{text}", file=sys.stderr)
    return faults


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--include", action="append", required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        faults = check(arguments, folder, PRELUDE, GOOD, CASES)
        faults += check(arguments, folder, PRELUDE + QUERIES, GOOD_QUERIES,
                        QUERY_CASES)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
