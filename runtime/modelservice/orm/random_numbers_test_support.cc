// Random conditions on numbers and on what is computed of them.
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/orm/random_values_test_support.h"

namespace modelservice::random_queries {

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

}  // namespace modelservice::random_queries
