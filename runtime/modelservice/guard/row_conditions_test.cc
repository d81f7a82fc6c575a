#include "modelservice/guard/row_conditions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "modelservice/sql/evaluate_test_support.h"

namespace modelservice {
namespace {

using namespace evaluate_testing;  // NOLINT: the table and its values

const Expression& Adult() {
  static const auto* const adult = new Expression(
      Expression::Compare(2, Comparison::kGreaterOrEqual, Int(7)));
  return *adult;
}
RowCondition Adults() { return {false, Adult()}; }

TEST(RowConditionsTest, AllAndNoneFold) {
  const RowCondition always = RowCondition::Always();
  const RowCondition never = RowCondition::Never();
  EXPECT_TRUE(And(Adults(), never).never);
  EXPECT_TRUE(And(never, Adults()).never);
  EXPECT_EQ(And(Adults(), always).rows.kind(), Expression::Kind::kCompare);
  EXPECT_EQ(And(always, Adults()).rows.kind(), Expression::Kind::kCompare);
  EXPECT_TRUE(Or(Adults(), always).always());
  EXPECT_TRUE(Or(always, Adults()).always());
  EXPECT_EQ(Or(Adults(), never).rows.kind(), Expression::Kind::kCompare);
  EXPECT_EQ(Or(never, Adults()).rows.kind(), Expression::Kind::kCompare);
  EXPECT_TRUE(Not(always).never);
  EXPECT_TRUE(Not(never).always());
  EXPECT_FALSE(Not(Adults()).never);
  EXPECT_FALSE(Not(Adults()).always());
}

TEST(RowConditionsTest, ConditionsThatNoRowMeetsAreNever) {
  const Expression none = Expression::In(1, {});
  EXPECT_TRUE(RowsWhere(none).never);
  EXPECT_TRUE(RowsWhere(none && Adult()).never);
  EXPECT_TRUE(RowsWhere(!Expression()).never);
  EXPECT_TRUE(RowsWhere(!none).always());
  EXPECT_TRUE(
      RowsWhere(Expression::Compare(1, Comparison::kLess, Literal())).never);
  EXPECT_EQ(RowsWhere(none || Adult()).rows.kind(), Expression::Kind::kCompare);
  EXPECT_TRUE(RowsWhere(Expression()).always());
}

class RowConditionsOnSqliteTest : public ::testing::Test {
 protected:
  std::vector<int64_t> IdsOf(const RowCondition& condition) {
    return condition.never ? std::vector<int64_t>()
                           : sqlite_.Where(condition.rows);
  }
  std::vector<int64_t> Others(const std::vector<int64_t>& ids) {
    const std::vector<int64_t> all = sqlite_.Where(Expression());
    std::vector<int64_t> others;
    std::set_difference(all.begin(), all.end(), ids.begin(), ids.end(),
                        std::back_inserter(others));
    return others;
  }

  SqliteRows sqlite_;
};

TEST_F(RowConditionsOnSqliteTest, TheOppositeHasTheRowsWithNull) {
  const RowCondition not_ann =
      Not({false, Expression::Compare(1, Comparison::kEqual, Text("ann"))});
  const std::vector<int64_t> nameless = sqlite_.Where(Expression::IsNull(1));
  ASSERT_FALSE(nameless.empty());
  const std::vector<int64_t> ids = IdsOf(not_ann);
  EXPECT_TRUE(
      std::includes(ids.begin(), ids.end(), nameless.begin(), nameless.end()));
}

TEST_F(RowConditionsOnSqliteTest, TheOppositeIsEveryOtherRow) {
  std::mt19937 random(3);
  for (int i = 0; i < 3000; ++i) {
    SCOPED_TRACE(i);
    const Expression condition = RandomExpression(random, 4);
    const std::vector<int64_t> ids = sqlite_.Where(condition);
    const RowCondition rows = RowsWhere(condition);
    ASSERT_EQ(IdsOf(rows), ids);
    ASSERT_EQ(IdsOf(Not(rows)), Others(ids));
    ASSERT_EQ(IdsOf(Not(Not(rows))), ids);
  }
}

TEST_F(RowConditionsOnSqliteTest, AndOrAreThoseOfSets) {
  std::mt19937 random(4);
  for (int i = 0; i < 2000; ++i) {
    SCOPED_TRACE(i);
    const RowCondition a = RowsWhere(RandomExpression(random, 3));
    const RowCondition b = RowsWhere(RandomExpression(random, 3));
    const std::vector<int64_t> x = IdsOf(a);
    const std::vector<int64_t> y = IdsOf(b);
    std::vector<int64_t> both;
    std::set_intersection(x.begin(), x.end(), y.begin(), y.end(),
                          std::back_inserter(both));
    std::vector<int64_t> either;
    std::set_union(x.begin(), x.end(), y.begin(), y.end(),
                   std::back_inserter(either));
    ASSERT_EQ(IdsOf(And(a, b)), both);
    ASSERT_EQ(IdsOf(Or(a, b)), either);
    // De Morgan.
    ASSERT_EQ(IdsOf(Not(And(a, b))), IdsOf(Or(Not(a), Not(b))));
  }
}

}  // namespace
}  // namespace modelservice
