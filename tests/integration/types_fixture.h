// A server of every type, for the tests that are about types.
#ifndef MODELSERVICE_TESTS_INTEGRATION_TYPES_FIXTURE_H_
#define MODELSERVICE_TESTS_INTEGRATION_TYPES_FIXTURE_H_

#include <memory>
#include <string>
#include <vector>

#include "modelservice/objects.h"
#include "test_support.h"
#include "types.grpc.pb.h"
#include "types.modelservice.pb.h"

namespace integration {

class TypesTest : public ServerTest {
 protected:
  void SetUp() override {
    Start(RegisterTypes);
    stub_ = Things::NewStub(server().channel());
  }

  grpc::Status Create(const Everything& thing, Everything* created) {
    return Call(*stub_, &Things::Stub::Create, thing, created);
  }
  Everything Retrieve(int64_t id) {
    ThingKey key;
    key.set_id(id);
    Everything thing;
    EXPECT_THAT(Call(*stub_, &Things::Stub::Retrieve, key, &thing), IsOk());
    return thing;
  }

  // What a reply to writing `sent` must be, with `reply` for the values that
  // are the server's.
  static Everything Expected(Everything sent, const Everything& reply) {
    sent.set_id(reply.id());
    *sent.mutable_create_time() = reply.create_time();
    *sent.mutable_update_time() = reply.update_time();
    sent.clear_secret();
    sent.clear_serial();
    sent.clear_verdict();
    sent.clear_forgotten();
    return sent;
  }

  // Writes `sent` in every way, and reads it in every way.
  void ExpectRoundTrip(const Everything& sent) {
    Everything created;
    ASSERT_THAT(Create(sent, &created), IsOk());
    Everything expected = Expected(sent, created);
    if (!expected.has_stock()) expected.set_stock(7);
    if (!expected.has_mood()) expected.set_mood(GREEN);
    EXPECT_THAT(created, EqualsMessage(expected));
    EXPECT_TRUE(created.has_create_time());
    EXPECT_TRUE(created.has_update_time());

    EXPECT_THAT(Retrieve(created.id()), EqualsMessage(expected));
    ThingsResponse page;
    ASSERT_THAT(Call(*stub_, &Things::Stub::List, ThingsRequest(), &page),
                IsOk());
    EXPECT_THAT(page.results(page.results_size() - 1), EqualsMessage(expected));
    std::vector<Everything> rows;
    ASSERT_THAT(ReadAll(*stub_, &Things::Stub::Stream, ThingsFilter(), &rows),
                IsOk());
    EXPECT_THAT(rows.back(), EqualsMessage(expected));

    // By the database's way for many rows.
    const auto many = modelservice::Objects<Everything>(server().database())
                          .BulkCreate({Everything(), sent});
    ASSERT_TRUE(many.ok()) << many.status();
    rows.clear();
    ASSERT_THAT(ReadAll(*stub_, &Things::Stub::Stream, ThingsFilter(), &rows),
                IsOk());
    EXPECT_GT(rows.back().id(), created.id());
    EXPECT_THAT(rows.back(), EqualsMessage(Expected(expected, rows.back())));

    // Into a row that had other values, and without the defaults of Create.
    Everything other;
    ASSERT_THAT(Create(Everything(), &other), IsOk());
    Everything update = sent;
    update.set_id(other.id());
    update.clear_birthplace();  // IMMUTABLE
    Everything updated;
    ASSERT_THAT(Call(*stub_, &Things::Stub::Update, update, &updated), IsOk());
    const Everything after = Expected(update, updated);
    EXPECT_THAT(updated, EqualsMessage(after));
    EXPECT_THAT(Retrieve(other.id()), EqualsMessage(after));
  }

  std::unique_ptr<Things::Stub> stub_;
};

}  // namespace integration

#endif  // MODELSERVICE_TESTS_INTEGRATION_TYPES_FIXTURE_H_
