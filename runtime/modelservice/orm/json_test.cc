// ProtoJSON of one field: what is written is read, whatever the field is named
// and whatever else the model has.
#include "modelservice/orm/json.h"

#include <google/protobuf/unknown_field_set.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "modelservice/orm/orm_test.modelservice.pb.h"
#include "modelservice/orm/row_values.h"
#include "modelservice/orm/stored_message.h"
#include "modelservice/orm/value_fault.h"

namespace modelservice {
namespace {

using ::orm_test::Thing;
using ::orm_test::ThingModel;

const google::protobuf::FieldDescriptor& Field(const char* name) {
  return *Thing::descriptor()->FindFieldByName(name);
}

TEST(Json, IsOfOneFieldAlone) {
  Thing thing;
  thing.mutable_part()->set_name("p");
  std::string json;
  ASSERT_TRUE(WriteJson(thing.SerializeAsString(), Field("part"), &json));
  EXPECT_EQ(json, "{\"name\":\"p\"}");
  Thing read;
  ASSERT_TRUE(ReadJson(json, Field("part"), &read));
  EXPECT_EQ(read.part().name(), "p");
  EXPECT_FALSE(ReadJson("{},\"name\":\"n\"", Field("part"), &read));
  EXPECT_FALSE(ReadJson("{}} ", Field("part"), &read));
}

TEST(Json, NegativeZerosAreStrings) {
  const std::pair<const char*, const char*> cases[] = {
      {"-0", "\"-0\""},
      {"-0.0", "\"-0.0\""},
      {"-1", "-1"},
      {"-0.5", "-0.5"},
      {"[-0,1,-0.0,-10]", "[\"-0\",1,\"-0.0\",-10]"},
      {"{\"a\":-0,\"-0\":\"-0\",\"b\\\"\":[-0]}",
       "{\"a\":\"-0\",\"-0\":\"-0\",\"b\\\"\":[\"-0\"]}"},
      {"[1e-0]", "[1e-0]"},
      {"", ""},
  };
  for (const auto& [written, quoted] : cases) {
    std::string json = written;
    QuoteNegativeZeros(&json);
    EXPECT_EQ(json, quoted);
  }
}

TEST(Json, AFaultHasItsPath) {
  Thing thing;
  thing.add_parts();
  orm_test::Part* const part = thing.add_parts();
  part->GetReflection()->MutableUnknownFields(part)->AddVarint(9, 1);
  RowValues values(ModelOf<Thing>::Get());
  values.Read(thing);
  const Value value = values[ThingModel::parts.column()];
  ASSERT_EQ(value.kind(), Value::Kind::kInvalid);
  EXPECT_EQ(FaultOf(value).path, "[1]");
  EXPECT_EQ(FaultOf(value).reason, "This value has a field that is not known.");
  EXPECT_EQ(FaultOf(Value::Invalid("A reason.")).path, "");
  EXPECT_EQ(FaultOf(Value::Invalid("A reason.")).reason, "A reason.");
}

TEST(Nesting, CountsMessagesInsideOfEachOther) {
  google::protobuf::ListValue list;
  google::protobuf::ListValue* last = &list;
  for (int i = 0; i < 10; ++i) {
    last = last->add_values()->mutable_list_value();
  }
  EXPECT_TRUE(NestsWithin(20, list, list.SerializeAsString()));
  EXPECT_FALSE(NestsWithin(19, list, list.SerializeAsString()));
}

}  // namespace
}  // namespace modelservice
