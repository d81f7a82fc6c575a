#include "modelservice/orm/random_conditions_test_support.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/orm/random_values_test_support.h"

namespace modelservice::random_queries {

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
