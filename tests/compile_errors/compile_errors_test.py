"""Checks what the compiler says of conditions that do not fit their columns.

compile_errors_test.py --compiler=COMPILER --include=FOLDER...

Each case must not compile, with one error, in fewer than MOST_LINES lines of all
that the compiler writes, that have the case's words in them. What is right must
compile, so that no case fails for another reason.

Reading the headers is nearly all of a compiler's time. So g++ compiles all cases at
once, and those of which that leaves a doubt again, each alone; clang++ has them
precompiled, which it tells nobody.
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

MOST_LINES = 12
SOURCE = re.compile(r" +\d* \|")
# From 14 on, g++ shows the source of each place on the way to an error, too: of the
# case itself, which is there but for the program's own line, it is not counted.
CASE = re.compile(r".*/case(_\d+)?\.cc:")
# What the compiler may leave out of an error when it has said it of the last one:
# from where a header was included.
LEFT_OUT = 4

# What a generated header says of two models, in short.
HEADER = """
#include "absl/time/clock.h"
#include "modelservice/generated_support.h"

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

namespace modelservice {
template <>
inline constexpr int kFilledField<Relation<shop::Order, shop::Customer, 1>> = 7;
template <>
inline constexpr int
    kFilledField<RelatedRows<shop::Customer, shop::Order, 1>> = 8;
}  // namespace modelservice

using shop::CustomerModel;
using shop::OrderModel;
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
auto k = orders.Filter(OrderModel::customer.email == "x")
             .OrderBy(OrderModel::customer.email, OrderModel::number)
             .SelectRelated(OrderModel::customer)
             .Prefetch(OrderModel::customer);
auto l = customers.Filter(CustomerModel::orders.Any(OrderModel::number == 1))
             .OrderBy(CustomerModel::orders.Count().Desc())
             .Prefetch(CustomerModel::orders, orders);
auto n = 5 == CustomerModel::id && "x" != CustomerModel::email;
auto o = 5 < CustomerModel::id + 1 || absl::Now() >= CustomerModel::born;
auto p = orders.Union(orders).Filter({});
auto m = orders.Only(OrderModel::customer, OrderModel::number)
             .Update(OrderModel::customer.Set(1), OrderModel::number.Set(2));
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
    "orders.Only(CustomerModel::id)": ["no column", "Order", ID],
    "orders.Defer(OrderModel::previous.customer)": ["no column", "Order"],
    "orders.Only(OrderModel::customer.email)": ["no column", EMAIL],
    "customers.Only(CustomerModel::orders)": ["no column", "RelatedRows"],
    "orders.Update(CustomerModel::id.Set(1))": ["no Set(...)", "Order"],
    "orders.Update(OrderModel::number == 1)": ["no Set(...)", "Condition"],
    # Two models in one condition.
    "CustomerModel::id == 1 && OrderModel::number == 2": [
        "two models", "shop::Customer", "shop::Order"],
    "CustomerModel::id == 1 || OrderModel::number == 2": ["two models"],
    "customers.Exclude(OrderModel::number == 1)": ["shop::Order"],
    "customers.Union(orders)": ["another model", "Customer", "Order"],
    # What is no condition: Django's texts, columns and keywords.
    'customers.Filter("email = 1")': ["no condition", "char"],
    "customers.Filter(CustomerModel::email)": ["no condition", EMAIL],
    "customers.Filter(CustomerModel::orders)": ["no condition", "RelatedRows"],
    "CustomerModel::id && CustomerModel::id == 1": ["no condition", ID],
    'customers.OrderBy("-email")': ["no column", "char", "Customer"],
    'customers.Only("email")': ["no column", "char", "Customer"],
    'customers.Values("email")': ["nothing of the query's", "Customer"],
    "customers.Values(OrderModel::number)": ["OrderModel::number", "Customer"],
    'customers.Prefetch("orders")': ["no way", "char"],
    'customers.SelectRelated("orders")': ["no way", "char"],
    # What a value is not: one row for its key, rows for a list of them.
    "orders.Filter(OrderModel::customer == shop::Customer())": [
        "OrderModel::customer", "long", "shop::Customer"],
    "OrderModel::previous == 5": ["way", "key", "Order", "int"],
    "CustomerModel::id.In(orders)": [ID, "Query<shop::Order>"],
    "CustomerModel::id.In(5)": [ID, "int"],
    'CustomerModel::id.NotIn({"a"})': [ID, "char"],
    'CustomerModel::id.Between("a", "b")': [ID, "char"],
    "5 == CustomerModel::email": [EMAIL, "int"],
    'CustomerModel::born > "2024-01-01"': ["CustomerModel::born", "char"],
    "modelservice::Max(CustomerModel::labels)": ["CustomerModel::labels"],
    'CustomerModel::labels.Path("a") == CustomerModel::id': ["JSON", ID],
    "customers.GroupBy(CustomerModel::email).Having(OrderModel::number == 1)": [
        "no condition", "Order"],
    "customers.GroupBy(CustomerModel::email).OrderBy(OrderModel::number)": [
        "no order", "Customer", "OrderModel::number"],
}


def compiled(arguments, folder, code):
    """Compiles a file that includes the header, as programs include generated
    ones, and gives whether it could, and what the compiler said."""
    path = pathlib.Path(folder, "case.cc")
    # clang++ has it by its option, and shows it as it is without that.
    include = "" if is_clang(arguments) else '#include "shop.h"\n'
    path.write_text(include + code)
    command = [*command_of(arguments), "-fsyntax-only"]
    if is_clang(arguments):
        command += ["-include-pch", str(precompiled_in(folder))]
    run = subprocess.run(
        [*command, str(path)],
        stderr=subprocess.PIPE, check=False, text=True)
    return run.returncode == 0, run.stderr


def command_of(arguments):
    command = [arguments.compiler, "-std=c++17"]
    for include in arguments.include:
        command += ["-isystem" if "protos" in include else "-I", include]
    return command


def is_clang(arguments):
    return "clang" in pathlib.Path(arguments.compiler).name


def precompiled_in(folder):
    return pathlib.Path(folder, "shop.h.gch")


def precompile(arguments, folder):
    """Writes the header, and the precompiled one, which g++ reads in its place."""
    header = pathlib.Path(folder, "shop.h")
    header.write_text(HEADER)
    subprocess.run([*command_of(arguments), "-x", "c++-header", str(header),
                    "-o", str(precompiled_in(folder))], check=True)


def shown_of_case(lines):
    """How many of them are source of the case itself."""
    shown = 0
    of_case = False
    for line in lines:
        if SOURCE.match(line):
            shown += of_case
        else:
            of_case = CASE.match(line) is not None
    return shown


def fault_of(good, text, words, most_lines=MOST_LINES):
    if good:
        return "it compiles"
    lines = text.rstrip().splitlines()
    # g++ and clang++ put quotes around names in ways of their own.
    missing = [w for w in words if w not in text]
    if missing:
        return f"nothing is said of {missing}"
    at = next((i for i, line in enumerate(lines) if " error: " in line), 0)
    counted = len(lines) - shown_of_case(lines[:at])
    if counted >= most_lines:
        return f"{counted} lines"
    errors = sum(" error: " in line for line in lines)
    return "" if errors == 1 else f"{errors} errors"


def told_apart(text):
    """What the compiler says of each of the cases that are compiled at once, by
    number; nothing of those whose errors name another one, too."""
    errors = []
    context = []  # of what follows, an error or a note
    for line in text.splitlines(True):
        if " error: " in line:
            errors.append(context + [line])
            context = []
        elif errors and (" note: " in line or SOURCE.match(line)):
            errors[-1] += context + [line]
            context = []
        else:
            context.append(line)
    texts = {}
    mixed = set()
    for error in errors:
        numbers = set(re.findall(r"\bcase_(\d+)\.cc:", "".join(error)))
        for number in numbers:
            texts[number] = texts.get(number, "") + "".join(error)
        if len(numbers) != 1:
            mixed |= numbers
    return {int(number): text for number, text in texts.items()
            if number not in mixed}


def at_once(arguments, folder):
    """What the compiler says of the cases, by number."""
    code = ""
    for number, case in enumerate(CASES):
        pathlib.Path(folder, f"case_{number}.cc").write_text(
            f"auto x{number} = {case};\n")
        code += f'#include "case_{number}.cc"\n'
    return told_apart(compiled(arguments, folder, code)[1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--include", action="append", required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        precompile(arguments, folder)
        good, text = compiled(arguments, folder, GOOD)
        if not good:
            sys.exit(f"what is right does not compile:\n{text}")
        faults = 0
        texts = {} if is_clang(arguments) else at_once(arguments, folder)
        for number, (code, words) in enumerate(CASES.items()):
            if not fault_of(False, texts.get(number, ""), words,
                            MOST_LINES - LEFT_OUT):
                continue
            good, text = compiled(arguments, folder, f"auto x = {code};\n")
            fault = fault_of(good, text, words)
            if fault:
                faults += 1
                print(f"{code}: {fault}\n{text}", file=sys.stderr)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
