#include "modelservice/sql/column_limits.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "modelservice/sql/column_form.h"

namespace modelservice {
namespace {

constexpr Column kText("it", 1, FieldType::kString);
constexpr Column kDouble("it", 1, FieldType::kDouble);
constexpr Column kSpan("it", 1, FieldType::kDuration);

constexpr char kSixDigits[] =
    "Ensure that there are no more than 6 digits in total.";

ColumnLimits Of(const Column& field, const char* type,
                const Dialect& dialect = PostgresDialect()) {
  return ColumnLimits::Of(field, ParseLiveType("it", type), dialect);
}
std::string Fault(const Column& field, const char* type, Value value,
                  const Dialect& dialect = PostgresDialect()) {
  return Of(field, type, dialect).FaultOf(value);
}
Column OfType(FieldType type) { return {"it", 1, type}; }

TEST(ColumnLimits, WholeNumbers) {
  constexpr char kMost[] = "Ensure this value is less than or equal to ";
  constexpr char kLeast[] = "Ensure this value is greater than or equal to ";
  for (const FieldType type :
       {FieldType::kInt32, FieldType::kInt64, FieldType::kUint32,
        FieldType::kEnum, FieldType::kDuration}) {
    EXPECT_EQ(Fault(OfType(type), "smallint", Value::Integer(32767)), "");
    EXPECT_EQ(Fault(OfType(type), "smallint", Value::Integer(32768)),
              absl::StrCat(kMost, "32767."));
    EXPECT_EQ(Fault(OfType(type), "smallint", Value::Integer(-32769)),
              absl::StrCat(kLeast, "-32768."));
  }
  EXPECT_TRUE(Of(OfType(FieldType::kInt32), "integer").takes_all());
  EXPECT_EQ(Fault(OfType(FieldType::kUint32), "integer",
                  Value::Integer(int64_t{1} << 31)),
            absl::StrCat(kMost, "2147483647."));
  EXPECT_TRUE(
      Of(OfType(FieldType::kInt64), "smallint", SqliteDialect()).takes_all());
  // What floating point holds of them.
  EXPECT_EQ(Fault(OfType(FieldType::kInt32), "real", Value::Integer(16777217)),
            absl::StrCat(kMost, "16777216."));
  EXPECT_EQ(Fault(OfType(FieldType::kInt64), "double precision",
                  Value::Integer(-9007199254740993), SqliteDialect()),
            absl::StrCat(kLeast, "-9007199254740992."));
  EXPECT_TRUE(Of(OfType(FieldType::kInt32), "double precision").takes_all());
}

TEST(ColumnLimits, FloatingPoint) {
  EXPECT_EQ(Fault(kDouble, "real", Value::Real(0.1)), "");
  EXPECT_EQ(Fault(kDouble, "real", Value::Real(0.123456789)), kSixDigits);
  EXPECT_EQ(Fault(kDouble, "real", Value::Real(-1e39)),
            "Ensure this value is greater than or equal to -3.40282347e+38.");
  const double infinite = std::numeric_limits<double>::infinity();
  EXPECT_EQ(Fault(kDouble, "real", Value::Real(infinite)), "");
  EXPECT_TRUE(Of(OfType(FieldType::kFloat), "real").takes_all());
  EXPECT_TRUE(Of(kDouble, "real", SqliteDialect()).takes_all());
  EXPECT_EQ(Fault(kDouble, "bigint", Value::Real(1.5)),
            "A valid integer is required.");
  EXPECT_EQ(Fault(kDouble, "bigint", Value::Real(1e19)),
            "Ensure this value is less than or equal to 9223372036854775807.");
  EXPECT_EQ(Fault(kDouble, "integer", Value::Real(-2147483648.0)), "");
  EXPECT_EQ(Fault(kDouble, "numeric(5,2)", Value::Real(1.005)),
            "Ensure that there are no more than 2 decimal places.");
  EXPECT_EQ(Fault(kDouble, "numeric(5,2)", Value::Real(1234.5)),
            "Ensure that there are no more than 3 digits before the decimal "
            "point.");
  EXPECT_EQ(Fault(kDouble, "numeric(5,2)", Value::Real(100)), "");
  EXPECT_EQ(Fault(kDouble, "numeric(5,2)", Value::Real(infinite)),
            "A valid number is required.");
  EXPECT_TRUE(Of(kDouble, "numeric").takes_all());
}

TEST(ColumnLimits, OddDecimals) {
  EXPECT_EQ(Fault(kText, "numeric(3,-2)", Value::Text("12300")), "");
  EXPECT_EQ(Fault(kText, "numeric(3,-2)", Value::Text("0")), "");
  EXPECT_EQ(Fault(kText, "numeric(3,-2)", Value::Text("12350")),
            "Ensure that this value is a multiple of 100.");
  EXPECT_EQ(Fault(kText, "numeric(3,-2)", Value::Text("1234500")),
            "Ensure that there are no more than 5 digits in total.");
  EXPECT_EQ(Fault(kText, "numeric(2,4)", Value::Text("0.0099")), "");
  EXPECT_EQ(Fault(kText, "numeric(2,4)", Value::Text("0")), "");
  EXPECT_EQ(Fault(kText, "numeric(2,4)", Value::Text("0.01")),
            "Ensure this value is less than 0.01.");
  EXPECT_EQ(Fault(kText, "numeric(2,4)", Value::Text("0.00991")),
            "Ensure that there are no more than 4 decimal places.");
}

TEST(ColumnLimits, Texts) {
  EXPECT_EQ(Fault(kText, "varchar(3)", Value::Text("äöü")), "");
  EXPECT_EQ(Fault(kText, "character varying(3)", Value::Text("abc ")),
            "Ensure this field has no more than 3 characters.");
  EXPECT_EQ(Fault(kText, "character(3)", Value::Text("ab ")),
            "Ensure that this field does not end in spaces.");
  EXPECT_EQ(Fault(kText, "name", Value::Text(std::string(64, 'x'))),
            "Ensure this field has no more than 63 bytes.");
  EXPECT_EQ(Fault(OfType(FieldType::kInt32), "varchar(2)", Value::Integer(100)),
            "Ensure this field has no more than 2 characters.");
  EXPECT_TRUE(Of(kText, "text").takes_all());
  EXPECT_TRUE(Of(kText, "varchar(3)", SqliteDialect()).takes_all());
}

TEST(ColumnLimits, Times) {
  constexpr char kWhole[] = "Ensure that the seconds are a whole number.";
  constexpr char kThree[] =
      "Ensure that the seconds have no more than 3 decimal places.";
  const Column at = OfType(FieldType::kTimestamp);
  for (const Column& field : {kText, at}) {
    EXPECT_EQ(Fault(field, "timestamp(0) with time zone",
                    Value::Timestamp(5, 500000000)),
              kWhole);
    EXPECT_EQ(Fault(field, "timestamp(3)", Value::Timestamp(5, 500000999)), "");
    EXPECT_EQ(Fault(field, "timestamp(3)", Value::Timestamp(5, 500001000)),
              kThree);
    EXPECT_TRUE(Of(field, "timestamp with time zone").takes_all());
    EXPECT_TRUE(Of(field, "timestamp(6)").takes_all());
  }
  EXPECT_EQ(
      Fault(kText, "time(0) without time zone", Value::Text("10:00:00.5")),
      kWhole);
  EXPECT_EQ(Fault(kText, "time(3)", Value::Text("10:00:00.500000")), "");
  // The server's own are cut, not rounded into what is to come.
  const auto form = ColumnForm::Of(
      Table("thing", "Thing", {}, {}, {}), at.InRole(Role::kUpdateTime),
      ParseLiveType("it", "timestamptz(0)"), PostgresDialect());
  ASSERT_TRUE(form.ok());
  TextArena arena;
  const Value now = form->Written(Value::Timestamp(5, 999999000), arena);
  EXPECT_EQ(now.seconds(), 5);
  EXPECT_EQ(now.nanos(), 0);
}

TEST(ColumnLimits, Spans) {
  EXPECT_EQ(Fault(kText, "interval(0)", Value::Text("00:00:01.5")),
            "Ensure that the seconds are a whole number.");
  EXPECT_EQ(Fault(kSpan, "interval second(3)", Value::Integer(1000500)),
            "Ensure that the seconds have no more than 3 decimal places.");
  EXPECT_EQ(Fault(kSpan, "interval hour to minute", Value::Integer(61000000)),
            "Ensure that this is a whole number of minutes.");
  EXPECT_EQ(Fault(kText, "interval day to hour", Value::Text("1 02:00:00")),
            "");
  EXPECT_EQ(Fault(kText, "interval day", Value::Text("1 02:00:00")),
            "Ensure that this is a whole number of days.");
  EXPECT_EQ(Fault(kText, "interval year to month", Value::Text("1 00:00:00")),
            "Ensure that this is a whole number of months.");
  EXPECT_EQ(Fault(kText, "interval year", Value::Text("13 mons")),
            "Ensure that this is a whole number of years.");
  EXPECT_EQ(Fault(kText, "interval year", Value::Text("2 years")), "");
  EXPECT_TRUE(Of(kSpan, "interval").takes_all());
  const auto form =
      ColumnForm::Of(Table("thing", "Thing", {}, {}, {}), kSpan,
                     ParseLiveType("it", "interval day"), PostgresDialect());
  EXPECT_EQ(
      form.status().message(),
      "Thing.it has no form in column \"it\" of table \"thing\", which is "
      "of type interval day; make it string");
}

std::string Elements(FieldType of, const char* type, const char* json) {
  Column field("it", 1, of);
  field.repeated = true;
  field.storage = Storage::kArray;
  return Fault(field, type, Value::Text(json));
}

TEST(ColumnLimits, ElementsOfArrays) {
  constexpr char kMost[] = "Ensure this value is less than or equal to ";
  const auto text = FieldType::kString;
  EXPECT_EQ(Elements(FieldType::kInt32, "smallint[]", "[]"), "");
  EXPECT_EQ(Elements(FieldType::kInt32, "smallint[]", "[32767,-32768]"), "");
  EXPECT_EQ(Elements(FieldType::kInt32, "smallint[]", "[1,32768,32769]"),
            absl::StrCat("[1]\n", kMost, "32767."));
  EXPECT_EQ(Elements(FieldType::kUint64, "bigint[]",
                     "[\"9223372036854775807\",\"9223372036854775808\"]"),
            absl::StrCat("[1]\n", kMost, "9223372036854775807."));
  EXPECT_EQ(Elements(FieldType::kDouble, "real[]", "[0.1,\"NaN\"]"), "");
  EXPECT_EQ(Elements(FieldType::kDouble, "real[]", "[0.123456789]"),
            absl::StrCat("[0]\n", kSixDigits));
  EXPECT_EQ(Elements(FieldType::kFloat, "real[]", "[0.123456789]"), "");
  EXPECT_EQ(Elements(FieldType::kDouble, "integer[]", "[1,1.5]"),
            "[1]\nA valid integer is required.");
  EXPECT_EQ(Elements(FieldType::kDouble, "numeric(5,2)[]", "[100,\"NaN\"]"),
            "");
  EXPECT_EQ(Elements(FieldType::kDouble, "numeric(5,2)[]", "[1.005]"),
            "[0]\nEnsure that there are no more than 2 decimal places.");
  EXPECT_EQ(Elements(FieldType::kDouble, "numeric(5,2)[]", "[\"-Infinity\"]"),
            "[0]\nA valid number is required.");
  EXPECT_EQ(Elements(text, "double precision[]", "[\"0.12345678901234567\"]"),
            "[0]\nEnsure that there are no more than 15 digits in total.");
  EXPECT_EQ(Elements(text, "varchar(3)[]", "[\"\\u00e4bc\",null]"), "");
  EXPECT_EQ(Elements(text, "character varying(3)[]", "[\"abcd\"]"),
            "[0]\nEnsure this field has no more than 3 characters.");
  EXPECT_EQ(Elements(text, "character(3)[]", "[\"ab\",\"b \"]"),
            "[1]\nEnsure that this field does not end in spaces.");
  EXPECT_EQ(Elements(text, "timestamp(0) with time zone[]",
                     "[\"2024-02-29T13:14:15Z\",\"infinity\"]"),
            "");
  EXPECT_EQ(Elements(text, "timestamp(0) with time zone[]",
                     "[\"2024-02-29T13:14:15.5Z\"]"),
            "[0]\nEnsure that the seconds are a whole number.");
  EXPECT_EQ(Elements(text, "time(0)[]", "[\"13:14:15.5\"]"),
            "[0]\nEnsure that the seconds are a whole number.");
  EXPECT_EQ(
      Elements(FieldType::kDuration, "interval(0)[]", "[\"5s\",\"1.500s\"]"),
      "[1]\nEnsure that the seconds are a whole number.");
  EXPECT_EQ(Elements(text, "bit(2)[]", "[\"10\",\"1\"]"),
            "[1]\nEnsure this field has 2 bits.");
  EXPECT_EQ(Elements(text, "text[]", "[\"abcd\"]"), "");
  EXPECT_FALSE(Of(kText, "timestamp(0)[]").cuts_times());
}

TEST(ColumnLimits, Bits) {
  EXPECT_EQ(Fault(kText, "bit(8)", Value::Text("XfF")), "");
  EXPECT_EQ(Fault(kText, "bit(8)", Value::Text("b1")),
            "Ensure this field has 8 bits.");
  EXPECT_EQ(Fault(kText, "bit varying(3)", Value::Text("")), "");
  EXPECT_EQ(Fault(kText, "bit varying(3)", Value::Text("xF")),
            "Ensure this field has no more than 3 bits.");
  EXPECT_EQ(Fault(kText, "bit varying", Value::Text("10101")), "");
  // The server says it.
  EXPECT_EQ(Fault(kText, "bit(1)", Value::Text("12")), "");
}

}  // namespace
}  // namespace modelservice
