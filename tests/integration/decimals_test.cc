// Decimals: as keys, as filters, and what is none.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "columns.grpc.pb.h"
#include "columns.modelservice.pb.h"
#include "test_support.h"

namespace integration {
namespace {

using ::grpc::StatusCode;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kNoNumber[] = "A valid number is required.";

class DecimalsTest : public ServerTest {
 protected:
  void SetUp() override {
    Start(RegisterColumns);
    steps_ = Steps::NewStub(server().channel());
  }
  grpc::Status Create(const std::string& text) {
    Step reply;
    return Call(*steps_, &Steps::Stub::Create, FromText<Step>(text), &reply);
  }
  std::vector<Step> List(const std::string& rate) {
    StepsRequest request;
    request.set_rate(rate);
    std::vector<Step> found;
    EXPECT_THAT(ReadAll(*steps_, &Steps::Stub::List, request, &found), IsOk());
    return found;
  }

  std::unique_ptr<Steps::Stub> steps_;
};

TEST_F(DecimalsTest, EqualNumbersAreOneKey) {
  ASSERT_THAT(Create("height: '1.0' name: 'a'"), IsOk());
  EXPECT_THAT(Create("height: '1.00' name: 'b'"),
              IsError(StatusCode::ALREADY_EXISTS, testing::_));
  for (const char* height : {"1.00", "1", "+01.0", "10e-1"}) {
    SCOPED_TRACE(height);
    StepKey key;
    key.set_height(height);
    Step step;
    ASSERT_THAT(Call(*steps_, &Steps::Stub::Retrieve, key, &step), IsOk());
    EXPECT_EQ(step.name(), "a");
  }
  StepKey bad;
  bad.set_height("abc");
  Step step;
  EXPECT_THAT(
      Refusal(Call(*steps_, &Steps::Stub::Retrieve, bad, &step)).violations,
      ElementsAre(absl::StrCat("height: ", kNoNumber)));
  step = FromText<Step>("height: '1.000' name: 'c'");
  ASSERT_THAT(Call(*steps_, &Steps::Stub::Update, step, &step), IsOk());
  EXPECT_EQ(step.name(), "c");
  StepKey key;
  key.set_height("1");
  google::protobuf::Empty empty;
  ASSERT_THAT(Call(*steps_, &Steps::Stub::Destroy, key, &empty), IsOk());
  EXPECT_EQ(QuerySql(server().database_url(), "SELECT count(*) FROM step"),
            "0");
}

TEST_F(DecimalsTest, NoNeighbourIsEqualAndNoBoundIsADouble) {
  ASSERT_THAT(Create("height: '1' rate: '0.1'"), IsOk());
  ASSERT_THAT(Create("height: '2' rate: '0.10'"), IsOk());
  ASSERT_THAT(
      Create("height: '3' rate: '0.0999999999999999999999999999999999'"),
      IsOk());
  EXPECT_EQ(List("0.100").size(), 2u);
  EXPECT_EQ(List("0.0999999999999999999999999999999999").size(), 1u);
  EXPECT_THAT(List("0.0999999999999999999"), IsEmpty());
  EXPECT_THAT(
      Refusal(Create("height: '4' rate: '0.1000000000000000001'")).violations,
      ElementsAre("rate: Ensure this value is less than or equal to "
                  "0.1."));
  StepsRequest request;
  request.set_rate("abc");
  std::vector<Step> found;
  EXPECT_THAT(
      Refusal(ReadAll(*steps_, &Steps::Stub::List, request, &found)).violations,
      ElementsAre(absl::StrCat("rate: ", kNoNumber)));
}

TEST_F(DecimalsTest, DigitsAreCountedInDjangosWords) {
  struct Refused {
    const char* price;
    const char* words;
  };
  for (const Refused& refused : {
           Refused{"123456", "5 digits in total."},
           Refused{"1.005", "2 decimal places."},
           Refused{"1.500", "2 decimal places."},
           Refused{"1234.5", "3 digits before the decimal point."},
           Refused{"1e3", "3 digits before the decimal point."},
       }) {
    SCOPED_TRACE(refused.price);
    EXPECT_THAT(
        Refusal(
            Create(absl::StrCat("height: '1' price: '", refused.price, "'")))
            .violations,
        ElementsAre(absl::StrCat("price: Ensure that there are no more than ",
                                 refused.words)));
  }
  // All faults at once.
  EXPECT_THAT(
      Refusal(Create("height: '1' price: '0.001' share: '0.0001'")).violations,
      ElementsAre("price: Ensure that there are no more than 2 decimal "
                  "places.",
                  "share: Ensure that there are no more than 3 decimal "
                  "places."));
  for (const auto& [given, kept] :
       {std::pair("1.5", "1.50"), std::pair("-999.99", "-999.99"),
        std::pair("1e2", "100.00"), std::pair("0", "0.00"),
        std::pair("1.5", "1.50")}) {
    SCOPED_TRACE(given);
    Step step;
    ASSERT_THAT(Call(*steps_, &Steps::Stub::Create,
                     FromText<Step>(absl::StrCat("height: '1' price: '", given,
                                                 "' share: '12345678901.5'")),
                     &step),
                IsOk());
    EXPECT_EQ(step.price(), kept);
    EXPECT_EQ(step.share(), "12345678901.500");
    StepKey key;
    key.set_height("1");
    google::protobuf::Empty empty;
    ASSERT_THAT(Call(*steps_, &Steps::Stub::Destroy, key, &empty), IsOk());
  }
  if (!OnPostgres()) return;
  EXPECT_EQ(QuerySql(server().database_url(),
                     "SELECT string_agg(format_type(atttypid, atttypmod), ' ' "
                     "ORDER BY attname) FROM pg_attribute WHERE attrelid = "
                     "'step'::regclass AND attname IN ('price', 'share')"),
            "numeric(5,2) numeric");
}

// NaN is taken where the row has it, and nowhere else.
TEST_F(DecimalsTest, WhatIsNoNumberIsNotWritten) {
  ASSERT_THAT(Create("height: '1' rate: '0.1'"), IsOk());
  for (const char* word : {"NaN", "Infinity", "-Infinity", "nan"}) {
    SCOPED_TRACE(word);
    Step step = FromText<Step>("height: '1'");
    step.set_rate(word);
    Step reply;
    EXPECT_THAT(
        Refusal(Call(*steps_, &Steps::Stub::Update, step, &reply)).violations,
        ElementsAre(absl::StrCat("rate: ", kNoNumber)));
    step.set_height("2");
    EXPECT_THAT(
        Refusal(Call(*steps_, &Steps::Stub::Create, step, &reply)).violations,
        ElementsAre(absl::StrCat("rate: ", kNoNumber)));
  }
  if (!OnPostgres()) return;
  RunSql(server().database_url(), "UPDATE step SET rate = 'NaN'");
  StepKey key;
  key.set_height("1");
  Step step;
  ASSERT_THAT(Call(*steps_, &Steps::Stub::Retrieve, key, &step), IsOk());
  EXPECT_EQ(step.rate(), "NaN");
  step.set_name("b");
  ASSERT_THAT(Call(*steps_, &Steps::Stub::Update, step, &step), IsOk());
  EXPECT_EQ(step.name(), "b");
  EXPECT_EQ(QuerySql(server().database_url(), "SELECT rate FROM step"), "NaN");
}

}  // namespace
}  // namespace integration
