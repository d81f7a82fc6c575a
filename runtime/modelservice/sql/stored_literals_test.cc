#include "modelservice/sql/stored_literals.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <utility>

#include "absl/strings/string_view.h"
#include "modelservice/sql/dialect.h"

namespace modelservice {
namespace {

constexpr Column kPricedColumns[] = {
    Column("id", 1, FieldType::kInt64).PrimaryKey(),
    Column("code", 2, FieldType::kString),
    Column("price", 3, FieldType::kString).OfFormat(Format::kDecimal),
    Column("note", 4, FieldType::kString).Nullable(),
};
constexpr int kPricedKey[] = {0};
constexpr Ordering kPricedById[] = {{0}};
constexpr Table kPriced("t", "T", kPricedColumns, kPricedKey, kPricedById);

// The code is an integer, the price has two digits behind the point, and the
// note is a day.
class WithStoredTest : public ::testing::Test {
 protected:
  WithStoredTest() {
    auto live = MakeLiveTable(
        kPriced,
        {ParseLiveType("id", "bigint"), ParseLiveType("code", "integer"),
         ParseLiveType("price", "numeric(6,2)"), ParseLiveType("note", "date")},
        PostgresDialect());
    EXPECT_TRUE(live.ok()) << live.status();
    if (live.ok()) live_ = *live;
  }

  Expression Stored(const Expression& condition) const {
    return WithStored(condition, kPriced, live_.forms);
  }

  LiveTable live_;
};

Expression Id() { return Expression::Column(kPriced, 0); }
Expression Code() { return Expression::Column(kPriced, 1); }
Expression Price() { return Expression::Column(kPriced, 2); }
Expression Note() { return Expression::Column(kPriced, 3); }
Literal Int(int64_t value) { return Literal(Value::Integer(value)); }
Literal Text(absl::string_view value) { return Literal(Value::Text(value)); }
Expression Is(const Expression& column, Comparison how, Literal value) {
  return Expression::Compare(column, how, std::move(value));
}

TEST_F(WithStoredTest, AreWhatTheColumnHolds) {
  const auto equal = Comparison::kEqual;
  EXPECT_EQ(Stored(Is(Code(), equal, Text("7"))), Is(Code(), equal, Int(7)));
  EXPECT_EQ(Stored(Expression::Compare(Text("7"), Comparison::kLess, Code())),
            Expression::Compare(Int(7), Comparison::kLess, Code()));
  EXPECT_EQ(Stored(Is(Id(), equal, Int(7))), Is(Id(), equal, Int(7)));
  EXPECT_EQ(Stored(Expression::In(Code(), {Text("7"), Text("x"), Text("8")})),
            Expression::In(Code(), {Int(7), Int(8)}));
  const Expression least =
      Expression::Aggregate(AggregateFunction::kMin, Code());
  EXPECT_EQ(Stored(Is(least, Comparison::kGreater, Text("7"))),
            Is(least, Comparison::kGreater, Int(7)));
  EXPECT_EQ(Stored(Expression::Compare(Code(), equal, Note())),
            Expression::Compare(Code(), equal, Note()));
}

TEST_F(WithStoredTest, WhereverTheyStand) {
  const Expression given = Is(Code(), Comparison::kEqual, Text("7"));
  const Expression stored = Is(Code(), Comparison::kEqual, Int(7));
  const Expression null = Expression::IsNull(Note());
  EXPECT_EQ(Stored(given && null), stored && null);
  EXPECT_EQ(Stored(null || given), null || stored);
  EXPECT_EQ(Stored(!given), !stored);
  EXPECT_EQ(Stored(Expression::IsNotTrue(given)),
            Expression::IsNotTrue(stored));
  EXPECT_EQ(Stored(Expression::Case({{given, Id()}}, Literal())),
            Expression::Case({{stored, Id()}}, Literal()));
}

TEST_F(WithStoredTest, WhatNoColumnHoldsEqualsNothing) {
  EXPECT_TRUE(Stored(Is(Code(), Comparison::kEqual, Text("x"))).is_false());
  EXPECT_EQ(Stored(Is(Note(), Comparison::kNotEqual, Text("x"))),
            !Expression::IsNull(Note()));
  EXPECT_TRUE(Stored(Expression::In(Code(), {Text("x")})).is_false());
  const Expression later = Stored(Is(Note(), Comparison::kGreater, Text("x")));
  const auto* const compare = later.As<Expression::CompareNode>();
  ASSERT_NE(compare, nullptr);
  const auto* const literal = compare->right.As<Expression::LiteralNode>();
  ASSERT_NE(literal, nullptr);
  EXPECT_EQ(literal->literal.value().kind(), Value::Kind::kInvalid);
}

// Over an integer of seconds and a day, which have no part of either.
TEST(StoredTimesTest, ATimeBetweenTwoOfTheColumnsIsOnNoRow) {
  static constexpr Column kTimes[] = {
      Column("id", 1, FieldType::kInt64).PrimaryKey(),
      Column("at", 2, FieldType::kTimestamp),
      Column("day", 3, FieldType::kTimestamp),
      Column("text", 4, FieldType::kString),
  };
  static constexpr Table kOfTimes("t", "T", kTimes, kPricedKey, kPricedById);
  const auto live = MakeLiveTable(
      kOfTimes,
      {ParseLiveType("id", "bigint"), ParseLiveType("at", "bigint"),
       ParseLiveType("day", "date"),
       ParseLiveType("text", "timestamp with time zone")},
      PostgresDialect());
  ASSERT_TRUE(live.ok()) << live.status();
  const auto stored = [&](const Expression& condition) {
    return WithStored(condition, kOfTimes, live->forms);
  };
  const Expression at = Expression::Column(kOfTimes, 1);
  const Expression day = Expression::Column(kOfTimes, 2);
  const Literal half = Literal(Value::Timestamp(-86401, 500000000));
  EXPECT_TRUE(stored(Is(at, Comparison::kEqual, half)).is_false());
  EXPECT_EQ(stored(Is(at, Comparison::kNotEqual, half)),
            !Expression::IsNull(at));
  EXPECT_EQ(stored(Is(at, Comparison::kLess, half)),
            Is(at, Comparison::kLessOrEqual, Int(-86401)));
  EXPECT_EQ(stored(Is(at, Comparison::kGreaterOrEqual, half)),
            Is(at, Comparison::kGreater, Int(-86401)));
  EXPECT_EQ(stored(Expression::Compare(half, Comparison::kLess, at)),
            Is(at, Comparison::kGreater, Int(-86401)));
  EXPECT_EQ(stored(Expression::In(at, {half, Literal(Value::Timestamp(5, 0))})),
            Expression::In(at, {Int(5)}));
  EXPECT_EQ(stored(Is(day, Comparison::kLess, half)),
            Is(day, Comparison::kLessOrEqual,
               Literal(Value::Timestamp(-2 * 86400, 0))));
  EXPECT_TRUE(stored(Is(day, Comparison::kEqual, half)).is_false());
  const Expression text = Expression::Column(kOfTimes, 3);
  EXPECT_TRUE(
      stored(Is(text, Comparison::kEqual, Text("2024-01-01T00:00:00.0000005Z")))
          .is_false());
}

TEST_F(WithStoredTest, NoTextIsNull) {
  EXPECT_EQ(Stored(Is(Note(), Comparison::kEqual, Text(""))),
            Expression::IsNull(Note()));
}

TEST_F(WithStoredTest, ADecimalMayHaveMoreDigits) {
  const auto above = Comparison::kGreater;
  EXPECT_EQ(Stored(Is(Price(), above, Text("9.5"))),
            Is(Price(), above, Text("9.50")));
  EXPECT_EQ(Stored(Is(Price(), above, Text("9.505"))),
            Is(Price(), above, Text("9.505")));
}

TEST_F(WithStoredTest, TextsAreLookedForInText) {
  const auto find = [](Expression in) {
    return Expression::Match(std::move(in), TextMatch::kContains, "1", false);
  };
  EXPECT_EQ(Stored(find(Code())),
            find(Expression::Cast(Code(), CastType::kText)));
}

TEST_F(WithStoredTest, WithoutFormsNothingChanges) {
  const Expression given = Is(Code(), Comparison::kEqual, Text("7"));
  EXPECT_EQ(WithStored(given, kPriced, {}), given);
  EXPECT_EQ(StoredValue(Text("7"), 1, {}), Expression(Text("7")));
}

TEST_F(WithStoredTest, WhatAColumnIsSetTo) {
  EXPECT_EQ(StoredValue(Text("7"), 1, live_.forms), Expression(Int(7)));
  EXPECT_EQ(StoredValue(Id(), 1, live_.forms), Id());
}

}  // namespace
}  // namespace modelservice
