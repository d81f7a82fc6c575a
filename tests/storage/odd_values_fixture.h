// A server of models with odd fields, and what holds of each value that is sent
// to it.
#ifndef MODELSERVICE_TESTS_STORAGE_ODD_VALUES_FIXTURE_H_
#define MODELSERVICE_TESTS_STORAGE_ODD_VALUES_FIXTURE_H_

#include <memory>
#include <string>

#include "legacy_odd.grpc.pb.h"
#include "legacy_odd.modelservice.pb.h"
#include "odd.grpc.pb.h"
#include "odd.modelservice.pb.h"
#include "test_support.h"

namespace storage {

class OddValuesTest : public integration::ServerTest {
 protected:
  void SetUp() override {
    Start([](modelservice::Registry& registry) {
      RegisterOdd(registry);
      RegisterLegacyOdd(registry);
    });
    odds_ = Odds::NewStub(server().channel());
    legacy_ = LegacyOdds::NewStub(server().channel());
  }

  void ExpectKept(Odd odd) {
    Odd created;
    ASSERT_THAT(integration::Call(*odds_, &Odds::Stub::Create, odd, &created),
                integration::IsOk());
    odd.set_id(created.id());
    EXPECT_THAT(created, integration::EqualsMessage(odd));
    OddKey key;
    key.set_id(created.id());
    Odd read;
    ASSERT_THAT(integration::Call(*odds_, &Odds::Stub::Retrieve, key, &read),
                integration::IsOk());
    EXPECT_THAT(read, integration::EqualsMessage(odd));
    Odd other;
    ASSERT_THAT(integration::Call(*odds_, &Odds::Stub::Create, Odd(), &other),
                integration::IsOk());
    odd.set_id(other.id());
    ASSERT_THAT(integration::Call(*odds_, &Odds::Stub::Update, odd, &read),
                integration::IsOk());
    EXPECT_THAT(read, integration::EqualsMessage(odd));
  }

  // By Create and by Update; `violation` is "path: reason".
  void ExpectRefused(const Odd& odd, const std::string& violation) {
    const int before = Rows();
    Odd reply;
    integration::Refusal refusal(
        integration::Call(*odds_, &Odds::Stub::Create, odd, &reply));
    EXPECT_EQ(refusal.code, grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(refusal.violations, ::testing::ElementsAre(violation));
    EXPECT_EQ(Rows(), before);

    Odd stored;
    ASSERT_THAT(integration::Call(*odds_, &Odds::Stub::Create, Odd(), &stored),
                integration::IsOk());
    Odd update = odd;
    update.set_id(stored.id());
    refusal = integration::Refusal(
        integration::Call(*odds_, &Odds::Stub::Update, update, &reply));
    EXPECT_EQ(refusal.code, grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(refusal.violations, ::testing::ElementsAre(violation));
    OddKey key;
    key.set_id(stored.id());
    ASSERT_THAT(integration::Call(*odds_, &Odds::Stub::Retrieve, key, &reply),
                integration::IsOk());
    EXPECT_THAT(reply, integration::EqualsMessage(stored));
  }

  // All that a List gives.
  int Rows() {
    OddsPage page;
    EXPECT_THAT(
        integration::Call(*odds_, &Odds::Stub::List, OddsRequest(), &page),
        integration::IsOk());
    return page.results_size();
  }

  void ExpectKept(LegacyOdd odd) {
    LegacyOdd created;
    ASSERT_THAT(
        integration::Call(*legacy_, &LegacyOdds::Stub::Create, odd, &created),
        integration::IsOk());
    odd.set_id(created.id());
    EXPECT_THAT(created, integration::EqualsMessage(odd));
    LegacyOddKey key;
    key.set_id(created.id());
    LegacyOdd read;
    ASSERT_THAT(
        integration::Call(*legacy_, &LegacyOdds::Stub::Retrieve, key, &read),
        integration::IsOk());
    EXPECT_THAT(read, integration::EqualsMessage(odd));
  }
  void ExpectRefused(const LegacyOdd& odd, const std::string& violation) {
    LegacyOdd reply;
    const integration::Refusal refusal(
        integration::Call(*legacy_, &LegacyOdds::Stub::Create, odd, &reply));
    EXPECT_EQ(refusal.code, grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(refusal.violations, ::testing::ElementsAre(violation));
    EXPECT_EQ(integration::QuerySql(server().database_url(),
                                    "SELECT count(*) FROM legacy_odd"),
              "0");
  }

  std::unique_ptr<Odds::Stub> odds_;
  std::unique_ptr<LegacyOdds::Stub> legacy_;
};

}  // namespace storage

#endif  // MODELSERVICE_TESTS_STORAGE_ODD_VALUES_FIXTURE_H_
