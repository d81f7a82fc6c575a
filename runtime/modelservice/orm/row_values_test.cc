#include "modelservice/orm/row_values.h"

#include <google/protobuf/wrappers.pb.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"

namespace modelservice {
namespace {

using ::google::protobuf::StringValue;

constexpr Column kColumns[] = {
    Column("value", 1, FieldType::kString).OutputOnly().InRole(Role::kOwner),
};
constexpr int kKey[] = {0};
constexpr Ordering kByValue[] = {{0}};
constexpr Table kTable("owned", "Owned", kColumns, kKey, kByValue);
constexpr Model kModel = {
    &kTable,
    []() -> const google::protobuf::Message& {
      return StringValue::default_instance();
    },
    [](const google::protobuf::Message& message, int, TextArena&) {
      return Value::Text(static_cast<const StringValue&>(message).value());
    }};

// The program says whose a row is that it makes without a call.
TEST(RowValuesTest, AnOwnerIsWhatTheMessageSaysUnlessAClientDoes) {
  StringValue message;
  message.set_value("ann");
  RowValues values(kModel);
  values.ReadForCreate(message, absl::Now(), /*from_client=*/false);
  EXPECT_EQ(values[0].text(), "ann");
  values.ReadForCreate(message, absl::Now(), /*from_client=*/true);
  EXPECT_EQ(values[0].text(), "");
}

TEST(RowValuesTest, AnOwnerStaysWhoItIsWhenTheRowChanges) {
  StringValue message;
  message.set_value("ann");
  RowValues values(kModel);
  values.ReadForUpdate(message, absl::Now());
  EXPECT_EQ(values[0].text(), "ann");
}

}  // namespace
}  // namespace modelservice
