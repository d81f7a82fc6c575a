#include "modelservice/sql/evaluate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <limits>

#include "modelservice/sql/evaluate_test_support.h"

namespace modelservice {
namespace {

using namespace evaluate_testing;  // NOLINT: the table and its values

constexpr int kName = 1;
constexpr int kAge = 2;
constexpr int kWeight = 3;
constexpr int kPrice = 4;
constexpr int kBorn = 5;

bool IsMatch(const Expression& condition, const Table& table, Row row) {
  const std::optional<bool> matches = Matches(condition, table, row);
  EXPECT_TRUE(matches.has_value());
  return matches.value_or(false);
}

// A row of NULLs but for one column.
std::vector<Value> RowWith(int column, Value value) {
  std::vector<Value> row(std::size(kColumns));
  row[0] = Value::Integer(1);
  row[static_cast<size_t>(column)] = value;
  return row;
}

bool Holds(int column, Value value, Comparison comparison, Literal literal) {
  return IsMatch(Compare(column, comparison, std::move(literal)), kTable,
                 RowWith(column, value));
}

class MatchesSqliteTest : public ::testing::Test {
 protected:
  void Check(const Expression& condition) {
    const auto rows = sqlite_.rows();
    std::vector<int64_t> matching;
    for (const std::vector<Value>& row : rows) {
      if (IsMatch(condition, kTable, row)) matching.push_back(row[0].integer());
    }
    EXPECT_THAT(matching, ::testing::ContainerEq(sqlite_.Where(condition)));
  }

  SqliteRows sqlite_;
};

TEST_F(MatchesSqliteTest, EveryComparisonOfEveryValue) {
  for (int column = 1; column <= 6; ++column) {
    for (const Literal& literal : ValuesOf(column)) {
      for (int comparison = 0; comparison < 6; ++comparison) {
        SCOPED_TRACE(absl::StrCat(kColumns[column].name, " ", comparison));
        const Expression compare =
            Compare(column, static_cast<Comparison>(comparison), literal);
        Check(compare);
        Check(!compare);
      }
    }
  }
}

TEST_F(MatchesSqliteTest, WholeConditions) {
  std::mt19937 random(2);
  for (int i = 0; i < 3000; ++i) {
    SCOPED_TRACE(i);
    Check(RandomExpression(random, 4));
    if (HasFailure()) break;
  }
}

TEST_F(MatchesSqliteTest, ARowThatIsKnownInPart) {
  std::mt19937 random(3);
  const auto rows = sqlite_.rows();
  int ruled_out = 0;
  for (int i = 0; i < 3000 && !HasFailure(); ++i) {
    const Expression condition = RandomExpression(random, 3);
    const std::vector<Value>& row = rows[random() % rows.size()];
    bool known[std::size(kColumns)];
    for (bool& one : known) one = random() % 2 == 0;
    if (MayMatch(condition, kTable, row, known)) continue;
    ++ruled_out;
    // Then no row with the same known values does.
    for (const std::vector<Value>& other : rows) {
      std::vector<Value> mixed = other;
      for (size_t column = 0; column < mixed.size(); ++column) {
        if (known[column]) mixed[column] = row[column];
      }
      EXPECT_FALSE(IsMatch(condition, kTable, mixed)) << i;
    }
  }
  EXPECT_GT(ruled_out, 300);
}

TEST_F(MatchesSqliteTest, ARowThatMatchesMayMatch) {
  std::mt19937 random(4);
  bool known[std::size(kColumns)];
  for (bool& one : known) one = true;
  for (int i = 0; i < 300; ++i) {
    const Expression condition = RandomExpression(random, 3);
    for (const std::vector<Value>& row : sqlite_.rows()) {
      if (!IsMatch(condition, kTable, row)) continue;
      EXPECT_TRUE(MayMatch(condition, kTable, row, known)) << i;
    }
  }
}

TEST_F(MatchesSqliteTest, TheOppositeIsEveryOtherRow) {
  std::mt19937 random(5);
  const std::vector<int64_t> all = sqlite_.Where(Expression::True());
  for (int i = 0; i < 3000 && !HasFailure(); ++i) {
    SCOPED_TRACE(i);
    const Expression condition = RandomExpression(random, 4);
    const std::vector<int64_t> ids = sqlite_.Where(condition);
    std::vector<int64_t> others;
    std::set_difference(all.begin(), all.end(), ids.begin(), ids.end(),
                        std::back_inserter(others));
    const Expression opposite = Expression::IsNotTrue(condition);
    EXPECT_EQ(sqlite_.Where(opposite), others);
    EXPECT_EQ(sqlite_.Where(Expression::IsNotTrue(opposite)), ids);
  }
}

TEST_F(MatchesSqliteTest, ListsOfEveryKind) {
  for (int column = 1; column <= 6; ++column) {
    SCOPED_TRACE(kColumns[column].name);
    const Expression in = Expression::In(Field(column), ValuesOf(column));
    EXPECT_EQ(sqlite_.Where(in),
              sqlite_.Where(!Expression::IsNull(Field(column))));
    Check(in);
    std::vector<Literal> some = ValuesOf(column);
    some.resize(2);  // NULL and another
    Check(Expression::In(Field(column), some));
    Check(!Expression::In(Field(column), some));
  }
}

TEST_F(MatchesSqliteTest, TextsInTexts) {
  const Expression name = Field(kName);
  for (const TextMatch match : {TextMatch::kIs, TextMatch::kContains,
                                TextMatch::kStartsWith, TextMatch::kEndsWith}) {
    for (const char* text : {"", "ann", "n", "a", "B", "b", "*", "%", "_"}) {
      SCOPED_TRACE(text);
      Check(Expression::Match(name, match, text));
      Check(!Expression::Match(name, match, text));
    }
  }
}

TEST_F(MatchesSqliteTest, TextsLikePatterns) {
  const Expression name = Field(kName);
  for (const char* pattern :
       {"", "*", "**", "a*", "*n", "*n*", "a*n", "a*n*n", "a*b", "n*", "*a*n*",
        "\\*", "*\\**", "\\a*", "?", "[a-z]*", "%", "_nn", "\\\\"}) {
    SCOPED_TRACE(pattern);
    Check(Expression::Match(name, TextMatch::kPattern, pattern));
    Check(!Expression::Match(name, TextMatch::kPattern, pattern));
  }
}

TEST_F(MatchesSqliteTest, Sums) {
  const Expression younger =
      Expression::Compute(Field(kAge), Arithmetic::kSubtract, Int(1));
  Check(Expression::Compare(younger, Comparison::kEqual, Int(6)));
  Check(Expression::Compare(
      Expression::Compute(Field(kAge), Arithmetic::kSubtract, Field(0)),
      Comparison::kLess, Field(kAge)));
}

TEST(MatchesTest, OnlyADatabaseCanTell) {
  const std::vector<Value> row = RowWith(kName, Value::Text("ann"));
  const Expression name = Field(kName);
  for (const Expression& e :
       {Expression::Match(name, TextMatch::kRegex, "a.."),
        Expression::Match(name, TextMatch::kIs, "ANN", /*ignore_case=*/true),
        Expression::Exists(Select()),
        Expression::Compare(Expression::CountRows(), Comparison::kEqual,
                            Int(1)),
        Expression::Compare(Expression::Named("x", "y"), Comparison::kEqual,
                            Int(1))}) {
    EXPECT_EQ(Matches(e, kTable, row), std::nullopt);
    EXPECT_EQ(Matches(Expression::IsNotTrue(e), kTable, row), std::nullopt);
    EXPECT_EQ(Matches(e && Expression::IsNull(name), kTable, row), false);
  }
}

TEST(MayMatchTest, TextsAreEqualButInNoOrder) {
  const std::vector<Value> row = RowWith(kName, Value::Text("b"));
  bool known[std::size(kColumns)] = {};
  known[kName] = true;
  const auto may = [&](Comparison comparison, absl::string_view text) {
    return MayMatch(Compare(kName, comparison, Text(text)), kTable, row, known);
  };
  EXPECT_TRUE(may(Comparison::kEqual, "b"));
  EXPECT_FALSE(may(Comparison::kEqual, "C"));
  EXPECT_FALSE(may(Comparison::kNotEqual, "b"));
  EXPECT_TRUE(may(Comparison::kLess, "C"));
  EXPECT_TRUE(may(Comparison::kGreater, "C"));
  EXPECT_FALSE(MayMatch(Expression::In(Field(kName), {}), kTable, row, known));
}

TEST(MatchesTest, NullIsUnknownAlsoUnderNot) {
  const std::vector<Value> row = RowWith(kName, Value::Null());
  const Expression is_ann = Compare(kName, Comparison::kEqual, Text("ann"));
  EXPECT_FALSE(IsMatch(is_ann, kTable, row));
  EXPECT_FALSE(IsMatch(!is_ann, kTable, row));
  EXPECT_TRUE(IsMatch(is_ann || Expression::IsNull(Field(kName)), kTable, row));
  EXPECT_FALSE(IsMatch(!is_ann && Expression(), kTable, row));
}

TEST(MatchesTest, IntegersAndRealsCompareExactly) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  const auto equals = [](int column, Value value, Literal literal) {
    return Holds(column, value, Comparison::kEqual, std::move(literal));
  };
  // As doubles these two are equal.
  EXPECT_FALSE(equals(kAge, Value::Integer(kMax), Real(9223372036854775808.0)));
  EXPECT_TRUE(Holds(kAge, Value::Integer(kMax), Comparison::kLess,
                    Real(9223372036854775808.0)));
  EXPECT_FALSE(
      equals(kAge, Value::Integer(9007199254740993), Real(9007199254740992.0)));
  EXPECT_TRUE(equals(kWeight, Value::Real(7), Int(7)));
  EXPECT_TRUE(Holds(kWeight, Value::Real(7.5), Comparison::kGreater, Int(7)));
  EXPECT_TRUE(Holds(kWeight, Value::Real(-7.5), Comparison::kLess, Int(-7)));
  EXPECT_TRUE(Holds(kWeight, Value::Real(-1e300), Comparison::kLess, Int(0)));
}

TEST(MatchesTest, NotANumberIsUnknown) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const Literal& literal : {Int(1), Real(1), Real(nan)}) {
    EXPECT_FALSE(
        Holds(kWeight, Value::Real(nan), Comparison::kNotEqual, literal));
  }
}

TEST(MatchesTest, DecimalsCompareInEveryDigit) {
  const auto less = [](absl::string_view a, absl::string_view b) {
    return Holds(kPrice, Value::Text(a), Comparison::kLess, Text(b)) &&
           Holds(kPrice, Value::Text(b), Comparison::kGreater, Text(a));
  };
  const auto same = [](absl::string_view a, absl::string_view b) {
    return Holds(kPrice, Value::Text(a), Comparison::kEqual, Text(b));
  };
  EXPECT_TRUE(less("9", "10"));
  EXPECT_TRUE(less("1.05", "1.1"));
  EXPECT_TRUE(less("1.1", "1.15"));
  EXPECT_TRUE(less("-10", "-9"));
  EXPECT_TRUE(less("-0.1", "0.1"));
  EXPECT_TRUE(
      less("12345678901234567890.12345", "12345678901234567890.123451"));
  EXPECT_TRUE(same("+1.10", "001.1"));
  EXPECT_TRUE(same("-0.00", "0"));
  EXPECT_TRUE(same(".5", "0.50"));
  EXPECT_TRUE(same("5.", "5"));
  EXPECT_TRUE(same("1e2", "100"));
  // What is no decimal is neither.
  for (const absl::string_view text : {"", "-", ".", "1e", "NaN", "1.2.3"}) {
    EXPECT_FALSE(same(text, text)) << text;
    EXPECT_FALSE(
        Holds(kPrice, Value::Text(text), Comparison::kNotEqual, Text("1")))
        << text;
  }
}

TEST(MatchesTest, TimestampsCompareInWhateverForm) {
  const Literal epoch = Time(0);
  for (const absl::string_view text :
       {"1970-01-01 00:00:00", "1970-01-01T00:00:00Z",
        "1970-01-01 01:00:00+01:00"}) {
    EXPECT_TRUE(Holds(kBorn, Value::Text(text), Comparison::kEqual, epoch))
        << text;
  }
  EXPECT_TRUE(
      Holds(kBorn, Value::Timestamp(0, 1), Comparison::kGreater, epoch));
  EXPECT_TRUE(
      Holds(kBorn, Value::Timestamp(-1, 999999999), Comparison::kLess, epoch));
  EXPECT_FALSE(
      Holds(kBorn, Value::Text("infinity"), Comparison::kGreater, epoch));
}

TEST(MatchesTest, WhatCannotBeComparedIsUnknown) {
  for (const Comparison comparison :
       {Comparison::kEqual, Comparison::kNotEqual}) {
    EXPECT_FALSE(Holds(kAge, Value::Integer(1), comparison, Text("1")));
    EXPECT_FALSE(Holds(kName, Value::Text("1"), comparison, Blob("1")));
    EXPECT_FALSE(Holds(kName, Value::Invalid("x"), comparison, Text("x")));
  }
}

}  // namespace
}  // namespace modelservice
