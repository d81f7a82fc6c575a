// Rows to messages and back: what is stored comes out as it went in, and what
// makes no message is refused with the column's name.
#include "modelservice/orm/codec.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/orm/orm_test.modelservice.pb.h"
#include "modelservice/orm/row_values.h"

namespace modelservice {
namespace {

using ::google::protobuf::util::MessageDifferencer;
using ::orm_test::Thing;
using ::orm_test::ThingModel;
using ::testing::HasSubstr;

const Model& ThingsModel() { return ModelOf<Thing>::Get(); }

// The message's values, decoded again.
Thing RoundTrip(const Thing& thing) {
  RowValues values(ThingsModel());
  values.Read(thing);
  Thing decoded;
  const absl::Status status =
      RowCodec(ThingsModel()).Decode(values.row(), &decoded);
  EXPECT_TRUE(status.ok()) << status;
  return decoded;
}

Thing Full() {
  Thing thing;
  thing.set_id(-1);
  thing.set_name("n\xC3\xA9");
  thing.set_rank(0);
  thing.set_data(std::string("\0\xFF", 2));
  thing.set_color(orm_test::BLUE);
  thing.set_named_color(orm_test::RED);
  thing.mutable_when()->set_seconds(-1);
  thing.mutable_when()->set_nanos(999999999);
  thing.mutable_span()->set_seconds(-5);
  thing.mutable_span()->set_nanos(-1000);
  thing.mutable_nick();  // present, and empty
  thing.mutable_part()->set_name("p");
  thing.add_parts()->set_count(std::numeric_limits<int64_t>::min());
  thing.add_parts();
  (*thing.mutable_counts())["a\"b"] = 1;
  (*thing.mutable_counts())[""] = -1;
  thing.mutable_any()->set_null_value(google::protobuf::NULL_VALUE);
  thing.mutable_raw()->set_count(7);
  thing.add_numbers(-3);
  thing.add_numbers(300);
  thing.set_big(static_cast<uint64_t>(std::numeric_limits<int64_t>::max()));
  thing.set_ratio(-0.0);
  thing.set_secret("s");
  thing.set_checksum(0xFFFFFFFF);
  thing.set_offset(std::numeric_limits<int64_t>::min());
  thing.set_half(0.1f);
  return thing;
}

TEST(Codec, KeepsEveryType) {
  const Thing thing = Full();
  EXPECT_TRUE(MessageDifferencer::Equals(RoundTrip(thing), thing))
      << RoundTrip(thing).DebugString();
  EXPECT_TRUE(std::signbit(RoundTrip(thing).ratio()));
}

TEST(Codec, KeepsTheEmptyMessageEmpty) {
  EXPECT_EQ(RoundTrip(Thing()).ByteSizeLong(), 0u);
}

TEST(Codec, KeepsNumbersThatAreNone) {
  Thing thing;
  thing.set_ratio(std::numeric_limits<double>::quiet_NaN());
  thing.set_half(-std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(RoundTrip(thing).ratio()));
  EXPECT_EQ(RoundTrip(thing).half(), thing.half());
}

TEST(Codec, KeepsEnumNumbersWithoutAName) {
  Thing thing;
  thing.set_color(static_cast<orm_test::Color>(77));
  thing.set_named_color(static_cast<orm_test::Color>(-5));
  EXPECT_EQ(RoundTrip(thing).color(), 77);
  EXPECT_EQ(RoundTrip(thing).named_color(), -5);
}

// Whatever a column holds: the fields that are set are those that the wire has.
TEST(Codec, SetsWhatItWouldSend) {
  const Model& model = ThingsModel();
  const RowCodec codec(model);
  const std::vector<Value> odd = {
      Value::Integer(0),
      Value::Integer(1),
      Value::Integer(-1),
      Value::Integer(std::numeric_limits<int64_t>::min()),
      Value::Integer(std::numeric_limits<int64_t>::max()),
      Value::Integer(int64_t{1} << 31),
      Value::Integer(int64_t{1} << 32),
      Value::Real(0),
      Value::Real(-0.0),
      Value::Real(2.5),
      Value::Real(std::numeric_limits<double>::quiet_NaN()),
      Value::Text(""),
      Value::Text("n\xC3\xA9"),
      Value::Text("\xC3"),
      Value::Text("7"),
      Value::Text("RED"),
      Value::Text("{}"),
      Value::Text("2024-01-02 03:04:05"),
      Value::Blob(absl::string_view("\0\xFF", 2)),
      Value::Timestamp(-1, 999999999),
  };
  Thing set;
  int good = 0;
  for (size_t column = 0; column < model.table->columns.size(); ++column) {
    for (const Value value : odd) {
      SCOPED_TRACE(absl::StrCat(model.table->columns[column].name, " ",
                                static_cast<int>(value.kind()), " ",
                                value.has_text() ? value.text() : ""));
      std::vector<Value> row(model.table->columns.size());
      row[column] = value;
      // What an earlier row left is gone.
      set = Full();
      const absl::Status decoded = codec.Decode(row, &set);
      WireBuffer wire;
      const absl::Status encoded = codec.Encode(row, Audience::kServer, wire);
      EXPECT_EQ(decoded, encoded);
      if (!encoded.ok()) continue;
      ++good;
      Thing sent;
      ASSERT_TRUE(sent.ParseFromArray(wire.bytes().data(),
                                      static_cast<int>(wire.size())));
      EXPECT_EQ(set.SerializeAsString(), sent.SerializeAsString());
    }
  }
  EXPECT_GT(good, 100);
}

TEST(Codec, LeavesInputOnlyFieldsToTheServer) {
  RowValues values(ThingsModel());
  const Thing thing = Full();
  values.Read(thing);
  WireBuffer wire;
  ASSERT_TRUE(RowCodec(ThingsModel())
                  .Encode(values.row(), Audience::kClient, wire)
                  .ok());
  Thing told;
  ASSERT_TRUE(
      told.ParseFromArray(wire.bytes().data(), static_cast<int>(wire.size())));
  EXPECT_EQ(told.secret(), "");
  EXPECT_EQ(told.name(), thing.name());
}

// A row of zeros and NULLs with one column replaced.
absl::Status EncodeWith(int column, Value value, WireBuffer* wire) {
  RowValues values(ThingsModel());
  values.Read(Thing());
  values.Set(column, value);
  return RowCodec(ThingsModel()).Encode(values.row(), Audience::kClient, *wire);
}

// SQLite's NUMERIC columns, Django's decimals among them, turn digits into
// numbers.
TEST(Codec, ADecimalKeepsItsDigitsInANumericColumn) {
  const std::pair<Value, const char*> cases[] = {
      {Value::Real(12345678.25), "12345678.25"},
      {Value::Real(-0.1), "-0.1"},
      {Value::Real(1e15), "1000000000000000"},
      {Value::Real(123456789012345.6), "123456789012345.59"},
      {Value::Real(2.5e-7), "0.00000025"},
      {Value::Real(1e22), "10000000000000000000000"},
      {Value::Integer(7), "7"},
  };
  for (const auto& [value, digits] : cases) {
    WireBuffer wire;
    ASSERT_TRUE(EncodeWith(ThingModel::price.column(), value, &wire).ok());
    Thing thing;
    ASSERT_TRUE(thing.ParseFromArray(wire.bytes().data(),
                                     static_cast<int>(wire.size())));
    EXPECT_EQ(thing.price(), digits);
  }
}

TEST(Codec, RefusesWhatMakesNoMessage) {
  struct Bad {
    int column;
    Value value;
    const char* words;
  };
  const Bad cases[] = {
      {ThingModel::name.column(), Value::Text("\xFF"), "malformed UTF-8"},
      {ThingModel::rank.column(), Value::Integer(int64_t{1} << 31),
       "past 32 bits"},
      {ThingModel::rank.column(), Value::Text("many"), "no integer"},
      {ThingModel::rank.column(), Value::Real(1.5), "no integer"},
      {ThingModel::checksum.column(), Value::Integer(-1), "unsigned"},
      {ThingModel::big.column(), Value::Integer(-1), "negative"},
      {ThingModel::ratio.column(), Value::Text("x"), "no number"},
      {ThingModel::named_color.column(), Value::Text("PINK"), "enum"},
      {ThingModel::when.column(), Value::Text("soon"), "no timestamp"},
      {ThingModel::span.column(), Value::Text("long"), "no span of time"},
      {ThingModel::part.column(), Value::Text("{"), "no JSON"},
      {ThingModel::part.column(), Value::Text("[]"), "no JSON"},
      {ThingModel::parts.column(), Value::Text("[{\"nope\":1}]"), "no JSON"},
      {ThingModel::part.column(), Value::Text("{\"name\":\"\xFF\"}"), "UTF-8"},
      {ThingModel::raw.column(), Value::Blob("\xFF"), "no wire format"},
      {ThingModel::numbers.column(), Value::Integer(1), "no blob"},
  };
  for (const Bad& bad : cases) {
    WireBuffer wire;
    wire.Varint(1);
    const absl::Status status = EncodeWith(bad.column, bad.value, &wire);
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << bad.words;
    EXPECT_THAT(std::string(status.message()), HasSubstr(bad.words));
    const Column& column =
        ThingsModel().table->columns[static_cast<size_t>(bad.column)];
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("thing." + std::string(column.name)));
    EXPECT_EQ(wire.size(), 1u) << "a half row was left behind";
  }
}

TEST(Codec, JsonCannotBringOtherFieldsIn) {
  WireBuffer wire;
  EXPECT_FALSE(EncodeWith(ThingModel::part.column(),
                          Value::Text("{}, \"name\": \"injected\""), &wire)
                   .ok());
}

TEST(Codec, TakesNumbersInEveryFormThatLosesNothing) {
  WireBuffer wire;
  ASSERT_TRUE(
      EncodeWith(ThingModel::rank.column(), Value::Text("12"), &wire).ok());
  ASSERT_TRUE(
      EncodeWith(ThingModel::rank.column(), Value::Real(12), &wire).ok());
  ASSERT_TRUE(
      EncodeWith(ThingModel::ratio.column(), Value::Integer(12), &wire).ok());
  ASSERT_TRUE(
      EncodeWith(ThingModel::price.column(), Value::Real(1.5), &wire).ok());
  ASSERT_TRUE(
      EncodeWith(ThingModel::when.column(), Value::Text("2024-01-01"), &wire)
          .ok());
  Thing thing;
  ASSERT_TRUE(
      thing.ParseFromArray(wire.bytes().data(), static_cast<int>(wire.size())));
  EXPECT_EQ(thing.rank(), 12);
  EXPECT_EQ(thing.ratio(), 12);
  EXPECT_EQ(thing.price(), "1.5");
  EXPECT_EQ(thing.when().seconds(), 1704067200);
}

TEST(ToValue, RefusesWhatAColumnCannotHold) {
  Thing thing;
  thing.set_big(uint64_t{1} << 63);
  thing.mutable_when()->set_seconds(253402300800);
  thing.mutable_span()->set_nanos(1);
  thing.mutable_any()->set_number_value(
      std::numeric_limits<double>::quiet_NaN());
  RowValues values(ThingsModel());
  values.Read(thing);
  for (const int column :
       {ThingModel::big.column(), ThingModel::when.column(),
        ThingModel::span.column(), ThingModel::any.column()}) {
    EXPECT_EQ(values[column].kind(), Value::Kind::kInvalid) << column;
    EXPECT_FALSE(values[column].text().empty());
  }
}

TEST(WireBuffer, MovesAPartUpForALongLength) {
  for (const size_t size : {0u, 1u, 127u, 128u, 16383u, 16384u, 3000000u}) {
    WireBuffer wire;
    wire.Tag(1, WireBuffer::kLength);
    const size_t start = wire.BeginLength();
    const std::string text(size, 'x');
    wire.Raw(text);
    wire.EndLength(start);
    WireBuffer expected;
    expected.LengthDelimited(1, text);
    EXPECT_EQ(wire.bytes(), expected.bytes()) << size;
  }
}

}  // namespace
}  // namespace modelservice
