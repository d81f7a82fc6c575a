// Every type, there and back: what a client writes is what it reads, by every
// way of reading.
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "types_fixture.h"

namespace integration {
namespace {

TEST_F(TypesTest, AbsentIsAbsentAndImplicitIsZero) {
  ExpectRoundTrip(Everything());
  const std::string& file = server().database_url();
  EXPECT_EQ(QuerySql(file, "SELECT maybe_int32 FROM everything"), "NULL");
  EXPECT_EQ(QuerySql(file, "SELECT an_int32 FROM everything"), "0");
  EXPECT_EQ(QuerySql(file, "SELECT bool_value FROM everything"), "NULL");
  EXPECT_EQ(QuerySql(file, "SELECT email FROM everything"), "NULL");
}

TEST_F(TypesTest, ZeroOfAPresentFieldIsNotAbsent) {
  ExpectRoundTrip(FromText<Everything>(R"(
    maybe_bool: false
    maybe_int32: 0 maybe_sint32: 0 maybe_sfixed32: 0
    maybe_int64: 0 maybe_sint64: 0 maybe_sfixed64: 0
    maybe_uint32: 0 maybe_fixed32: 0 maybe_uint64: 0 maybe_fixed64: 0
    maybe_float: 0 maybe_double: 0
    maybe_string: "" maybe_bytes: ""
    maybe_color: COLOR_UNSPECIFIED maybe_name: COLOR_UNSPECIFIED
    a_timestamp {} a_duration {}
    bool_value {} int32_value {} int64_value {} uint32_value {}
    uint64_value {} float_value {} double_value {} string_value {}
    bytes_value {}
    a_struct {} a_list {} json_point {} wire_point {}
    email: ""
    stock: 0 mood: COLOR_UNSPECIFIED
  )"));
}

TEST_F(TypesTest, EveryTypeHasAValue) {
  auto thing = FromText<Everything>(R"(
    a_bool: true
    an_int32: -1 a_sint32: -2 a_sfixed32: -3 an_int64: -4 a_sint64: -5
    a_sfixed64: -6 a_uint32: 7 a_fixed32: 8 a_uint64: 9 a_fixed64: 10
    a_float: 0.1 a_double: 0.1 a_string: "text" a_bytes: "\000\377"
    a_color: RED a_name: GREEN
    maybe_bool: true
    maybe_int32: 1 maybe_sint32: 2 maybe_sfixed32: 3 maybe_int64: 4
    maybe_sint64: 5 maybe_sfixed64: 6 maybe_uint32: 7 maybe_fixed32: 8
    maybe_uint64: 9 maybe_fixed64: 10 maybe_float: 1.5 maybe_double: -2.5
    maybe_string: "there" maybe_bytes: "\001" maybe_color: GREEN
    maybe_name: RED
    a_timestamp { seconds: 1700000000 }
    a_duration { seconds: 3 nanos: 500000000 }
    bool_value { value: true } int32_value { value: -1 }
    int64_value { value: -2 } uint32_value { value: 3 }
    uint64_value { value: 4 } float_value { value: 0.25 }
    double_value { value: 0.125 } string_value { value: "wrapped" }
    bytes_value { value: "\377" }
    a_struct {
      fields { key: "list" value { list_value {
        values { number_value: 1 } values { null_value: NULL_VALUE }
        values { string_value: "\"quoted\"" } values { bool_value: true }
      } } }
      fields { key: "" value { struct_value {} } }
    }
    a_value { string_value: "}, \"anInt32\": 7, {" }
    a_list { values { number_value: -1e300 } values { string_value: "NaN" } }
    json_point { x: 1 y: -2 next { x: 3 next {} } }
    wire_point { x: 1 next { y: 4 } }
    numbers: 1 numbers: 0 numbers: -2147483648
    words: "" words: "a\"b\\c" words: "\n\t\001\037"
    blobs: "" blobs: "\000\001\377"
    doubles: 0.1 doubles: inf doubles: -inf doubles: nan
    colors: GREEN colors: COLOR_UNSPECIFIED colors: RED
    points { x: 1 } points {}
    wire_numbers: 18446744073709551615 wire_numbers: 0
    wire_points {} wire_points { y: 2 }
    times { seconds: -62135596800 }
    times { seconds: 253402300799 nanos: 999999999 }
    counts { key: "" value: 0 } counts { key: "b\n" value: -1 }
    places { key: -9223372036854775808 value { x: 1 } }
    places { key: 0 value {} }
    phone: -1
    price: "12345678901234567890.12345678901234567890"
    discount: "-0.10" uuid: "123e4567-e89b-12d3-a456-426614174000"
    birthplace: "here" stock: 3 mood: RED
  )");
  thing.mutable_a_timestamp()->set_nanos(OnPostgres() ? 123456000 : 123456789);
  ExpectRoundTrip(thing);
}

TEST_F(TypesTest, LeastNumbers) {
  ExpectRoundTrip(FromText<Everything>(R"(
    an_int32: -2147483648 a_sint32: -2147483648 a_sfixed32: -2147483648
    an_int64: -9223372036854775808 a_sint64: -9223372036854775808
    a_sfixed64: -9223372036854775808
    a_float: -3.4028235e38 a_double: -1.7976931348623157e308
    maybe_float: 1e-45 maybe_double: 4.9e-324
    int32_value { value: -2147483648 }
    int64_value { value: -9223372036854775808 }
  )"));
}

TEST_F(TypesTest, GreatestNumbers) {
  ExpectRoundTrip(FromText<Everything>(R"(
    an_int32: 2147483647 a_sint32: 2147483647 a_sfixed32: 2147483647
    an_int64: 9223372036854775807 a_sint64: 9223372036854775807
    a_sfixed64: 9223372036854775807
    a_uint32: 4294967295 a_fixed32: 4294967295
    a_uint64: 9223372036854775807 a_fixed64: 9223372036854775807
    a_float: 3.4028235e38 a_double: 1.7976931348623157e308
    uint32_value { value: 4294967295 }
    uint64_value { value: 9223372036854775807 }
    maybe_uint64: 9223372036854775807 maybe_double: 9007199254740993
  )"));
}

TEST_F(TypesTest, NotANumberAndInfinity) {
  ExpectRoundTrip(FromText<Everything>(R"(
    a_float: nan a_double: nan maybe_float: inf maybe_double: -inf
    float_value { value: -inf } double_value { value: nan }
  )"));
  ExpectRoundTrip(FromText<Everything>(R"(
    a_float: -inf a_double: inf maybe_float: nan maybe_double: nan
    float_value { value: nan } double_value { value: inf }
  )"));
}

TEST_F(TypesTest, TextOfEveryUtf8Length) {
  Everything thing;
  // The first and last character of each length, and of both sides of the gap
  // that surrogates leave.
  constexpr char kText[] =
      "\x01\x7f \xc2\x80\xdf\xbf \xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80"
      "\xef\xbf\xbf \xf0\x90\x80\x80\xf4\x8f\xbf\xbf e\xcc\x81";
  const std::string text(kText, sizeof kText - 1);
  thing.set_a_string(text);
  thing.set_maybe_string(text);
  thing.mutable_string_value()->set_value(text);
  thing.add_words(text);
  (*thing.mutable_counts())[text] = 1;
  thing.set_email(text);
  ExpectRoundTrip(thing);
  EXPECT_EQ(
      QuerySql(server().database_url(),
               OnPostgres() ? "SELECT octet_length(a_string) FROM everything"
                            : "SELECT length(CAST(a_string AS BLOB)) "
                              "FROM everything"),
      absl::StrCat(text.size()));
}

TEST_F(TypesTest, MebibyteOfBytes) {
  Everything thing;
  std::string bytes(1 << 20, '\0');
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i);
  thing.set_a_bytes(bytes);
  ExpectRoundTrip(thing);
}

TEST_F(TypesTest, TimesFromYear1To9999) {
  for (const char* text : {
           "a_timestamp { seconds: -62135596800 }",
           "a_timestamp { seconds: -62135596800 nanos: 1$0 }",
           "a_timestamp { seconds: 253402300799 nanos: 999999$1 }",
           "a_timestamp { seconds: -1 nanos: 999999$1 }",
           "a_timestamp { seconds: 951782400 }",  // 2000-02-29
       }) {
    SCOPED_TRACE(text);
    // The least that is kept: nanoseconds, or microseconds.
    ExpectRoundTrip(FromText<Everything>(
        absl::Substitute(text, Sql("", "000"), Sql("999", "000"))));
  }
}

// PostgreSQL keeps microseconds; what it does not keep is cut off, at once.
TEST_F(TypesTest, Nanoseconds) {
  const auto sent = FromText<Everything>(
      "a_timestamp { seconds: -62135596800 nanos: 123456789 }");
  Everything created;
  ASSERT_THAT(Create(sent, &created), IsOk());
  const int32_t kept = OnPostgres() ? 123456000 : 123456789;
  EXPECT_EQ(created.a_timestamp().nanos(), kept);
  EXPECT_EQ(Retrieve(created.id()).a_timestamp().nanos(), kept);
}

TEST_F(TypesTest, DurationsBelowAndAboveZero) {
  for (const char* text : {
           "a_duration { seconds: -1 nanos: -500000000 }",
           "a_duration { nanos: -1000 }",
           "a_duration { seconds: -315576000000 }",
           "a_duration { seconds: 315576000000 nanos: 999999000 }",
       }) {
    SCOPED_TRACE(text);
    ExpectRoundTrip(FromText<Everything>(text));
  }
}

TEST_F(TypesTest, EnumNumbersWithoutAName) {
  const auto thing = FromText<Everything>(R"(
    a_color: 99 a_name: 99 maybe_color: -1 maybe_name: -2147483648 mood: 77
  )");
  Everything reply;
  Everything list;
  for (const int number : {1, 99, 0, -7}) {
    list.add_colors(static_cast<Color>(number));
  }
  EXPECT_THAT(Refusal(Create(list, &reply)).violations,
              testing::ElementsAre("colors[1]: \"99\" is not a valid choice.",
                                   "colors[3]: \"-7\" is not a valid choice."));
  EXPECT_THAT(Refusal(Create(thing, &reply)).violations,
              testing::UnorderedElementsAre(
                  "a_color: \"99\" is not a valid choice.",
                  "a_name: \"99\" is not a valid choice.",
                  "maybe_color: \"-1\" is not a valid choice.",
                  "maybe_name: \"-2147483648\" is not a valid choice.",
                  "mood: \"77\" is not a valid choice."));
  // What another program wrote is read.
  ASSERT_THAT(Create(Everything(), &reply), IsOk());
  RunSql(server().database_url(),
         "UPDATE everything SET a_color = 99, a_name = '99', maybe_color = -1, "
         "maybe_name = '-2147483648', mood = '77', colors = " +
             Sql("'[99]'", "'{99}'"));
  Everything expected = reply;
  expected.MergeFrom(thing);
  expected.add_colors(static_cast<Color>(99));
  EXPECT_THAT(Retrieve(reply.id()), EqualsMessage(expected));
}

TEST_F(TypesTest, EachMemberOfAOneof) {
  ExpectRoundTrip(FromText<Everything>("email: 'a@b.c'"));
  ExpectRoundTrip(FromText<Everything>("phone: 0"));
  ExpectRoundTrip(FromText<Everything>("at {}"));
}

// protobuf reads 100 levels of wire format, of which some are kept for what a
// row is inside of, and fewer of JSON: what is deeper is refused, not lost.
TEST_F(TypesTest, DeepMessages) {
  const auto nest = [](int levels, Point* point) {
    for (int i = 0; i < levels; ++i) point = point->mutable_next();
    point->set_x(1);
  };
  Everything thing;
  nest(89, thing.mutable_wire_point());
  ExpectRoundTrip(thing);
  bool refused = false;
  for (int levels = 10; levels <= 95; levels += 5) {
    SCOPED_TRACE(levels);
    thing.Clear();
    nest(levels, thing.mutable_json_point());
    Everything created;
    const grpc::Status status = Create(thing, &created);
    if (status.ok()) {
      EXPECT_FALSE(refused);
      EXPECT_THAT(Retrieve(created.id()), EqualsMessage(created));
      EXPECT_THAT(created.json_point(), EqualsMessage(thing.json_point()));
    } else {
      refused = true;
      EXPECT_GE(levels, 64);
      EXPECT_THAT(
          Refusal(status).violations,
          testing::ElementsAre("json_point: Ensure that this field nests no "
                               "more than 64 messages."));
    }
  }
}

TEST_F(TypesTest, NullInJsonIsAValue) {
  ExpectRoundTrip(FromText<Everything>("a_value { null_value: NULL_VALUE }"));
}

}  // namespace
}  // namespace integration
