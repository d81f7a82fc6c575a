// Random conditions, each with what it means: in C++ over a message, without
// SQL. For random_queries_test.
#ifndef MODELSERVICE_ORM_RANDOM_CONDITIONS_TEST_SUPPORT_H_
#define MODELSERVICE_ORM_RANDOM_CONDITIONS_TEST_SUPPORT_H_

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "modelservice/column.h"
#include "modelservice/orm/orm_test.modelservice.pb.h"

namespace modelservice::random_queries {

using ::orm_test::Thing;

// A condition, and whether it holds: true or not, as Django's.
struct Node {
  std::string text;
  Condition<Thing> condition;
  std::function<bool(const Thing&)> holds;
  // What it is made of, and simpler.
  std::vector<std::shared_ptr<const Node>> parts;
};
using NodePtr = std::shared_ptr<const Node>;

class RandomConditions {
 public:
  // `folds_all_letters`: whether the database takes letters beyond ASCII for
  // their capitals, too.
  RandomConditions(uint32_t seed, bool folds_all_letters)
      : random_(seed), folds_all_letters_(folds_all_letters) {}

  // A row with values that are hard in one way or another.
  Thing Row();
  NodePtr Make(int depth);
  size_t Below(size_t most) { return random_() % most; }

 private:
  NodePtr Atom();
  NodePtr IntegerAtom();
  NodePtr SumAtom();
  NodePtr TextAtom();
  NodePtr MatchAtom();
  NodePtr RealAtom();
  NodePtr TimeAtom();
  NodePtr TimePartAtom();
  NodePtr OtherAtom();
  NodePtr JsonAtom();

  template <class T>
  const T& OneOf(const std::vector<T>& values) {
    return values[Below(values.size())];
  }

  std::mt19937 random_;
  const bool folds_all_letters_;
};

}  // namespace modelservice::random_queries

#endif  // MODELSERVICE_ORM_RANDOM_CONDITIONS_TEST_SUPPORT_H_
