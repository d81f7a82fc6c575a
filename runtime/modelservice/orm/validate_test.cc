#include "modelservice/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "modelservice/model_signals.h"
#include "modelservice/objects.h"
#include "modelservice/orm/thing_test_support.h"
#include "modelservice/status.pb.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "field: sentence" of each violation that a client reads.
std::vector<std::string> Violations(const absl::Status& status) {
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  const auto payload =
      status.GetPayload("type.googleapis.com/google.rpc.BadRequest");
  BadRequest bad;
  EXPECT_TRUE(payload.has_value() &&
              bad.ParseFromString(std::string(*payload)));
  std::vector<std::string> violations;
  for (const auto& violation : bad.field_violations()) {
    violations.push_back(
        absl::StrCat(violation.field(), ": ", violation.description()));
  }
  return violations;
}

Thing Good() {
  Thing thing;
  thing.set_must("m");
  return thing;
}

Thing Bad() {
  Thing thing;
  thing.set_email("nobody");
  thing.set_percent(101);
  thing.set_big(~uint64_t{0});
  return thing;
}

constexpr char kEmail[] = "email: Enter a valid email address.";
constexpr char kPercent[] =
    "percent: Ensure this value is less than or equal to 100.";
constexpr char kMust[] = "must: This field may not be blank.";

TEST(Validate, TellsEveryViolationAtOnce) {
  EXPECT_TRUE(Validate(Good()).ok());
  const absl::Status status = Validate(Bad());
  const std::vector<std::string> violations = Violations(status);
  EXPECT_THAT(violations, ElementsAre(testing::StartsWith("big: "), kEmail,
                                      kPercent, kMust));
  // Who reads no details reads the same.
  for (const std::string& violation : violations) {
    EXPECT_THAT(std::string(status.message()), testing::HasSubstr(violation));
  }
}

TEST(Validate, KnowsNothingOfRows) {
  Thing thing = Good();
  // The database's to give.
  thing.set_id(7);
  EXPECT_TRUE(Validate(thing).ok());
}

class ValidationTest : public ThingTest {
 protected:
  int64_t Count() { return Objects<Thing>(database()).Count().value_or(-1); }
};

TEST_P(ValidationTest, NothingIsWrittenThatBreaksTheRules) {
  const Objects<Thing> things(database());
  Thing thing = Bad();
  thing.clear_big();
  EXPECT_THAT(Violations(things.Create(&thing)),
              ElementsAre(kEmail, kPercent, kMust));
  // It is as it was.
  EXPECT_EQ(thing.id(), 0);
  EXPECT_EQ(thing.percent(), 101);
  EXPECT_EQ(Count(), 0);

  Thing good = Good();
  ASSERT_TRUE(things.Create(&good).ok());
  good.set_percent(101);
  EXPECT_THAT(Violations(things.Update(&good)), ElementsAre(kPercent));
  EXPECT_EQ(things.Rows().Get()->percent(), 0);
}

TEST_P(ValidationTest, OfManyTheFirstThatBreaksThem) {
  std::vector<Thing> many(4, Good());
  many[2].set_percent(101);
  many[2].clear_must();
  many[3].set_percent(102);
  const Objects<Thing> things(database());
  EXPECT_THAT(
      Violations(things.BulkCreate(many).status()),
      ElementsAre(absl::StrCat("[2].", kPercent), absl::StrCat("[2].", kMust)));
  EXPECT_EQ(Count(), 0);
}

TEST_P(ValidationTest, IsLeftOutWhereOneSaysSo) {
  const Objects<Thing> things(database());
  Thing thing;
  thing.set_percent(101);
  ASSERT_TRUE(things.Create(&thing, Validation::kSkip).ok());
  thing.set_percent(102);
  ASSERT_TRUE(things.Update(&thing, Validation::kSkip).ok());
  ASSERT_TRUE(things.BulkCreate({thing}, Validation::kSkip).ok());
  EXPECT_EQ(*things.Filter(ThingModel::percent == 102).Count(), 2);
}

// What a receiver of pre_save leaves is what is checked.
TEST_P(ValidationTest, ComesAfterPreSave) {
  auto signals = std::make_shared<RowSignalsByTable>();
  database().set_row_signals(signals);
  ModelSignals<Thing> of_things(signals->Of(*ThingModel::Model().table));
  const Connection mends = of_things.OnPreSave(
      [](Transaction&, Thing& thing, RowChange) { thing.set_must("mended"); });
  const Objects<Thing> things(database());
  Thing thing;
  ASSERT_TRUE(things.Create(&thing).ok());
  EXPECT_EQ(thing.must(), "mended");
  const Connection breaks = of_things.OnPreSave(
      [](Transaction&, Thing& thing, RowChange) { thing.set_percent(-1); });
  EXPECT_THAT(
      Violations(things.Update(&thing)),
      ElementsAre("percent: Ensure this value is greater than or equal to 0."));
  EXPECT_EQ(*things.Filter(ThingModel::percent == -1).Count(), 0);
}

INSTANTIATE_TEST_SUITE_P(Databases, ValidationTest, kEitherDatabase,
                         NameOfDatabase);

}  // namespace
}  // namespace modelservice
