// Values to the server and back, of every type.
#include "modelservice/db/postgres/values.h"

#include <cmath>
#include <memory>

#include "absl/strings/match.h"
#include "modelservice/db/postgres/connection.h"
#include "modelservice/db/postgres/test_support.h"

namespace modelservice::postgres {
namespace {

class PostgresValuesTest : public PostgresTest {
 protected:
  void Ready() override { Connect(); }

  void Connect() {
    auto connection = Connection::Open(options_, nullptr);
    ASSERT_TRUE(connection.ok()) << connection.status();
    connection_ = *std::move(connection);
  }

  // The value after a stay in a column of the type, as text; or the error.
  std::string Back(absl::string_view type, Value value) {
    const std::string sql = absl::StrCat("SELECT $1::", type);
    std::string binary = Select(sql, {value});
    // Beside a type without a binary form of ours, in text form.
    std::string text = Select(absl::StrCat(sql, ", '1.2.3.4'::inet"), {value});
    if (absl::EndsWith(text, ",1.2.3.4")) {
      text.resize(text.size() - 8);
    }
    EXPECT_EQ(binary, text) << type;
    return binary;
  }
  std::string Select(const std::string& sql, std::vector<Value> values) {
    Rows rows;
    const auto outcome =
        connection_->Run(Sql(sql, std::move(values)), rows, nullptr);
    if (!outcome.ok()) {
      EXPECT_TRUE(GetDatabaseError(outcome.status()).has_value())
          << outcome.status();
      return KindOfError(outcome.status()) == Kind::kValue ? "refused"
                                                           : "error";
    }
    return rows.rows.size() == 1 ? rows.rows[0] : "no row";
  }

  std::unique_ptr<Connection> connection_;
};

TEST_F(PostgresValuesTest, Null) {
  for (const char* type : {"bool", "int4", "text", "timestamptz", "numeric",
                           "uuid", "int8[]", "jsonb", "inet"}) {
    EXPECT_EQ(Back(type, Value::Null()), "NULL") << type;
  }
}

TEST_F(PostgresValuesTest, Integers) {
  EXPECT_EQ(Back("bool", Value::Integer(1)), "1");
  EXPECT_EQ(Back("bool", Value::Integer(0)), "0");
  EXPECT_EQ(Back("bool", Value::Text("true")), "1");
  EXPECT_EQ(Back("bool", Value::Integer(2)), "refused");
  EXPECT_EQ(Back("int2", Value::Integer(-32768)), "-32768");
  EXPECT_EQ(Back("int2", Value::Integer(32768)), "refused");
  EXPECT_EQ(Back("int4", Value::Integer(2147483647)), "2147483647");
  EXPECT_EQ(Back("int4", Value::Integer(-2147483649)), "refused");
  EXPECT_EQ(Back("int8", Value::Integer(kMin)), absl::StrCat(kMin));
  EXPECT_EQ(Back("int8", Value::Integer(kMax)), absl::StrCat(kMax));
  EXPECT_EQ(Back("int8", Value::Text("-12")), "-12");
  EXPECT_EQ(Back("int8", Value::Text("12a")), "refused");
  EXPECT_EQ(Back("int8", Value::Real(3)), "3");
  EXPECT_EQ(Back("int8", Value::Real(3.5)), "refused");
  EXPECT_EQ(Back("int8", Value::Real(9223372036854775808.0)), "refused");
  EXPECT_EQ(Back("int8", Value::Real(NAN)), "refused");
  EXPECT_EQ(Back("oid", Value::Integer(4294967295)), "4294967295");
  EXPECT_EQ(Back("text", Value::Integer(kMin)), absl::StrCat(kMin));
  EXPECT_EQ(Back("int4", Value::Timestamp(0, 0)), "refused");
}

TEST_F(PostgresValuesTest, Reals) {
  EXPECT_EQ(Back("float8", Value::Real(0.1)), "0.1");
  EXPECT_EQ(Back("float4", Value::Real(0.1)), "0.1");
  EXPECT_EQ(Back("float8", Value::Real(INFINITY)), "inf");
  EXPECT_EQ(Back("float8", Value::Real(-INFINITY)), "-inf");
  EXPECT_EQ(Back("float8", Value::Real(NAN)), "nan");
  EXPECT_EQ(Back("float8", Value::Integer(7)), "7");
  EXPECT_EQ(Back("float8", Value::Text("-2.5")), "-2.5");
  EXPECT_EQ(Back("float4", Value::Real(1.5)), "1.5");
  EXPECT_EQ(Back("float4", Value::Real(1e39)), "refused");
  EXPECT_EQ(Back("float4", Value::Real(INFINITY)), "inf");
}

TEST_F(PostgresValuesTest, Texts) {
  EXPECT_EQ(Back("text", Value::Text("")), "");
  EXPECT_EQ(Back("text", Value::Text("ä'\\\"\n€")), "ä'\\\"\n€");
  EXPECT_EQ(Back("varchar(3)", Value::Text("abc")), "abc");
  EXPECT_EQ(Back("char(3)", Value::Text("a")), "a  ");
  EXPECT_EQ(Back("inet", Value::Text("10.0.0.1")), "10.0.0.1");
  EXPECT_EQ(Back("inet", Value::Text("10.0.0")), "refused");
  EXPECT_EQ(Back("text", Value::Text(absl::string_view("a\0b", 3))), "refused");
  EXPECT_EQ(Back("inet", Value::Text(absl::string_view("1\0b", 3))), "refused");
  EXPECT_EQ(Back("text", Value::Text("\xff")), "refused");
  const std::string large(3 << 20, 'x');
  EXPECT_EQ(Back("text", Value::Text(large)), large);
  EXPECT_EQ(Back("json", Value::Text("{\"a\" : 1}")), "{\"a\" : 1}");
  EXPECT_EQ(Back("jsonb", Value::Text("{\"b\":[1,null],\"a\":\"ü\"}")),
            "{\"a\": \"ü\", \"b\": [1, null]}");
  EXPECT_EQ(Back("jsonb", Value::Text("{")), "refused");
}

TEST_F(PostgresValuesTest, Blobs) {
  const absl::string_view bytes("\0\xff\\x'", 5);
  EXPECT_EQ(Back("bytea", Value::Blob(bytes)), bytes);
  EXPECT_EQ(Back("bytea", Value::Blob("")), "");
  ASSERT_TRUE(connection_->Command("SET bytea_output='escape'", nullptr).ok());
  EXPECT_EQ(Back("bytea", Value::Blob(bytes)), bytes);
}

TEST_F(PostgresValuesTest, Numerics) {
  for (const char* digits :
       {"0", "-1", "0.00",
        "12345678901234567890.123456789012345678901234567890", "-0.00012",
        "10000", "100000000.0001", "1.50", "0.0000000000000000001", "99999999",
        "NaN", "Infinity", "-Infinity"}) {
    EXPECT_EQ(Back("numeric", Value::Text(digits)), digits);
  }
  EXPECT_EQ(Back("numeric(6,2)", Value::Text("1.005")), "1.01");
  EXPECT_EQ(Back("numeric", Value::Integer(kMin)), absl::StrCat(kMin));
  EXPECT_EQ(Back("numeric", Value::Real(0.1)), "0.1");
  EXPECT_EQ(Back("numeric", Value::Text("1,5")), "refused");
}

TEST_F(PostgresValuesTest, Times) {
  for (const char* type : {"timestamptz", "timestamp"}) {
    EXPECT_EQ(Back(type, Value::Timestamp(0, 0)), "0.0");
    // Cut to microseconds toward the past.
    EXPECT_EQ(Back(type, Value::Timestamp(-1, 999999999)), "-1.999999000");
    EXPECT_EQ(Back(type, Value::Timestamp(1709212455, 123456789)),
              "1709212455.123456000");
    EXPECT_EQ(Back(type, Value::Timestamp(-62135596800, 0)), "-62135596800.0");
    EXPECT_EQ(Back(type, Value::Timestamp(253402300799, 999999000)),
              "253402300799.999999000");
    EXPECT_EQ(Back(type, Value::Text("2024-02-29T12:00:00+01:00")),
              "1709204400.0");
    EXPECT_EQ(Back(type, Value::Text("infinity")), "infinity");
    EXPECT_EQ(Back(type, Value::Text("-infinity")), "-infinity");
    EXPECT_EQ(Back(type, Value::Text("2024-02-30")), "refused");
    EXPECT_EQ(Back(type, Value::Timestamp(kMax, 0)), "refused");
  }
  EXPECT_EQ(Back("date", Value::Timestamp(-1, 5)), "1969-12-31");
  EXPECT_EQ(Back("date", Value::Text("2024-02-29")), "2024-02-29");
  EXPECT_EQ(Back("date", Value::Text("0044-03-15 BC")), "0044-03-15 BC");
  EXPECT_EQ(Back("date", Value::Text("12345-01-02")), "12345-01-02");
  EXPECT_EQ(Back("date", Value::Text("infinity")), "infinity");
  EXPECT_EQ(Back("date", Value::Text("2023-02-29")), "refused");
  EXPECT_EQ(Back("time", Value::Text("04:05:06.070")), "04:05:06.07");
  EXPECT_EQ(Back("time", Value::Text("24:00")), "24:00:00");
}

TEST_F(PostgresValuesTest, Intervals) {
  EXPECT_EQ(Back("interval", Value::Integer(0)), "00:00:00");
  EXPECT_EQ(Back("interval", Value::Integer(-1)), "-00:00:00.000001");
  EXPECT_EQ(Back("interval", Value::Integer(90061000001)), "25:01:01.000001");
  EXPECT_EQ(Back("interval", Value::Integer(kMax)), "2562047788:00:54.775807");
  EXPECT_EQ(Back("interval", Value::Text("-1 23:59:59.5")),
            "-1 23:59:59.500000");
  EXPECT_EQ(Back("interval", Value::Text("1 year -1 mon +2 days -00:00:01.5")),
            "11 mons 2 days -00:00:01.500000");
  EXPECT_EQ(Back("interval", Value::Text("soon")), "refused");
}

TEST_F(PostgresValuesTest, Uuids) {
  const std::string canonical = "0123abcd-4567-89ef-0123-456789abcdef";
  EXPECT_EQ(Back("uuid", Value::Text(canonical)), canonical);
  EXPECT_EQ(Back("uuid", Value::Text("{0123ABCD456789EF0123456789ABCDEF}")),
            canonical);
  EXPECT_EQ(Back("uuid", Value::Text("0123abcd")), "refused");
  EXPECT_EQ(Back("uuid", Value::Text(canonical + "0")), "refused");
}

TEST_F(PostgresValuesTest, Arrays) {
  const auto same = [&](absl::string_view type, absl::string_view json) {
    EXPECT_EQ(Back(type, Value::Text(json)), json) << type;
  };
  same("int8[]", "[]");
  same("int8[]", "[\"9223372036854775807\",\"-1\",null]");
  same("int4[]", "[1,-2147483648]");
  same("int2[]", "[1]");
  same("bool[]", "[true,false]");
  same("float8[]", "[0.1,\"NaN\",\"-Infinity\",1e+100]");
  same("float4[]", "[0.1,1.5]");
  same("text[]", "[\"\",\"a b\",\"{,}\",\"NULL\",\"\\\"\\\\\",\"ä€\"]");
  same("varchar[]", "[\"null\",null]");
  same("bytea[]", "[\"AP8=\",\"\"]");
  same("uuid[]", "[\"0123abcd-4567-89ef-0123-456789abcdef\"]");
  same("numeric[]", "[\"1.50\",\"-0.1\"]");
  same("timestamptz[]", "[\"2024-02-29T12:00:00.500000Z\"]");
  same("interval[]", "[\"-1.500000s\"]");
  same("date[]", "[\"2024-02-29\"]");
  same("jsonb[]", "[{\"a\": [1, 2]},null,\"x\"]");
  // JSON has a null of its own.
  for (const char* type : {"json[]", "jsonb[]", "text[]"}) {
    EXPECT_EQ(Select(absl::StrCat("SELECT ($1::", type, ")[1] IS NULL"),
                     {Value::Text("[null]")}),
              absl::StrCat(type == absl::string_view("text[]") ? 1 : 0));
  }
  EXPECT_EQ(Back("text[]", Value::Text("[ \"\\u00e4\\ud83d\\ude00\\n\" ]")),
            "[\"ä😀\\u000a\"]");
  EXPECT_EQ(Back("int4[]", Value::Text("{1,2}")), "[1,2]");
  EXPECT_EQ(Back("int4[]", Value::Text("{{1,2},{3,4}}")), "[[1,2],[3,4]]");
  EXPECT_EQ(Back("int4[]", Value::Text("[2:3]={1,2}")), "refused");
  EXPECT_EQ(Select("SELECT '[2:3]={1,2}'::int4[], '1.2.3.4'::inet", {}),
            "[1,2],1.2.3.4");
  for (const char* broken : {"[", "[1", "[1,]", "[1]x", "[\"\\ud800\"]"}) {
    EXPECT_EQ(Back("text[]", Value::Text(broken)), "refused") << broken;
  }
  EXPECT_EQ(Back("int4[]", Value::Text("[\"a\"]")), "refused");
}

TEST_F(PostgresValuesTest, TypesOfTheUser) {
  ASSERT_TRUE(connection_
                  ->Command("CREATE TYPE mood AS ENUM ('sad', 'happy');"
                            "CREATE DOMAIN age AS int CHECK (VALUE > 0)",
                            nullptr)
                  .ok());
  EXPECT_EQ(Back("mood", Value::Text("happy")), "happy");
  EXPECT_EQ(Back("mood", Value::Text("so-so")), "refused");
  EXPECT_EQ(Back("age", Value::Integer(3)), "3");
}

TEST_F(PostgresValuesTest, InvalidSaysWhy) {
  Rows rows;
  const absl::Status status =
      connection_
          ->Run(Sql("SELECT $1::int4", {Value::Invalid("Enter a number.")}),
                rows, nullptr)
          .status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "parameter 1: Enter a number.");
}

TEST_F(PostgresValuesTest, TheNumberOfParametersMustFit) {
  EXPECT_EQ(Select("SELECT $1::int4", {}), "error");
}

TEST_F(PostgresValuesTest, WithoutPreparedStatements) {
  options_.prepare = false;
  Connect();
  EXPECT_EQ(Back("int4", Value::Integer(7)), "7");
  EXPECT_EQ(Back("timestamptz", Value::Timestamp(5, 0)), "5.0");
  EXPECT_EQ(Back("int8[]", Value::Text("[\"1\"]")), "[\"1\"]");
  EXPECT_EQ(Select("SELECT count(*) FROM pg_prepared_statements", {}), "0");
}

TEST_F(PostgresValuesTest, WhateverTheServersSettings) {
  for (const char* setting :
       {"TimeZone='Asia/Tokyo'", "DateStyle='German'",
        "IntervalStyle='iso_8601'", "extra_float_digits=-15"}) {
    const absl::Status status = connection_->Command(
        absl::StrCat("ALTER DATABASE ", PQdb(connection_->handle()), " SET ",
                     setting),
        nullptr);
    ASSERT_TRUE(status.ok()) << status;
  }
  Connect();
  EXPECT_EQ(Back("timestamptz", Value::Timestamp(1709212455, 0)),
            "1709212455.0");
  EXPECT_EQ(Back("interval", Value::Integer(90061000001)), "25:01:01.000001");
  EXPECT_EQ(Back("date", Value::Text("2024-02-29")), "2024-02-29");
}

}  // namespace
}  // namespace modelservice::postgres
