#include "modelservice/orm/validator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "modelservice/orm/orm_test.modelservice.pb.h"
#include "modelservice/orm/row_values.h"

namespace modelservice {
namespace {

using ::orm_test::Thing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "field: sentence" of every fault of a thing that is created.
std::vector<std::string> Faults(const Thing& thing) {
  const Model& model = ModelOf<Thing>::Get();
  static const Validator& validator = *new Validator(model);
  RowValues values(model);
  values.ReadForCreate(thing, absl::Now(), /*from_client=*/true);
  std::vector<int> columns(model.table->columns.size());
  std::iota(columns.begin(), columns.end(), 0);
  std::vector<std::string> faults;
  for (const Violation& violation : validator.Check(values.row(), columns)) {
    faults.push_back(violation.field + ": " + violation.description);
  }
  return faults;
}

// A thing without a fault.
Thing Faultless() {
  Thing thing;
  thing.set_must("m");
  return thing;
}

TEST(Validator, TakesWhatHasNoFault) {
  EXPECT_THAT(Faults(Faultless()), IsEmpty());
}

TEST(Validator, TellsEveryFaultAtOnceInTheFieldsOrder) {
  Thing thing;
  thing.set_email("far-too-long-for-this@example.com");
  thing.set_percent(101);
  thing.set_size("XL");
  thing.set_code("AB");
  EXPECT_THAT(
      Faults(thing),
      ElementsAre("email: Ensure this field has no more than 20 characters.",
                  "percent: Ensure this value is less than or equal to 100.",
                  "size: \"XL\" is not a valid choice.",
                  "code: This value does not match the required pattern.",
                  "must: This field may not be blank."));
}

TEST(Validator, UsesTheWordsOfDjango) {
  // All of a text's faults, as Django REST framework tells them.
  Thing thing = Faultless();
  thing.set_email("a@b.c");
  EXPECT_THAT(Faults(thing),
              ElementsAre("email: Ensure this field has at least 6 characters.",
                          "email: Enter a valid email address."));
  thing.set_email("not an address");
  EXPECT_THAT(Faults(thing),
              ElementsAre("email: Enter a valid email address."));
  thing = Faultless();
  thing.set_price(std::string(1001, '1'));
  EXPECT_THAT(Faults(thing), ElementsAre("price: String value too large."));
  thing = Faultless();
  thing.set_percent(-1);
  EXPECT_THAT(
      Faults(thing),
      ElementsAre("percent: Ensure this value is greater than or equal to 0."));
  thing = Faultless();
  thing.set_price("1,5");
  EXPECT_THAT(Faults(thing), ElementsAre("price: A valid number is required."));
}

TEST(Validator, WhiteSpaceIsNoText) {
  Thing thing = Faultless();
  for (const char* blank : {"   ", "\t\n", "\xC2\xA0", "\xE3\x80\x80 "}) {
    thing.set_must(blank);
    EXPECT_THAT(Faults(thing),
                ElementsAre("must: This field may not be blank."));
  }
  thing.set_must(" m ");
  EXPECT_THAT(Faults(thing), IsEmpty());
  // Where nothing has to be said.
  thing.set_name(" ");
  EXPECT_THAT(Faults(thing), IsEmpty());
}

TEST(Validator, CountsCharactersNotBytes) {
  Thing thing = Faultless();
  thing.set_title("\xC3\xA9\xC3\xA9\xC3\xA9");
  EXPECT_THAT(Faults(thing), IsEmpty());
  thing.set_title("\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9");
  EXPECT_THAT(
      Faults(thing),
      ElementsAre("title: Ensure this field has no more than 3 characters."));
}

TEST(Validator, SaysWhyAColumnCannotHoldAValue) {
  Thing thing = Faultless();
  thing.set_big(~uint64_t{0});
  EXPECT_THAT(Faults(thing),
              ElementsAre("big: Ensure this value is less than or equal to "
                          "9223372036854775807."));
}

TEST(RowValues, FillsDefaultsAndIgnoresTheClientsKey) {
  const Model& model = ModelOf<Thing>::Get();
  Thing thing;
  thing.set_id(99);
  RowValues values(model);
  values.ReadForCreate(thing, absl::Now(), /*from_client=*/true);
  EXPECT_EQ(values[orm_test::ThingModel::id.column()].integer(), 0);
  EXPECT_EQ(values[orm_test::ThingModel::given.column()].text(), "given");
}

}  // namespace
}  // namespace modelservice
