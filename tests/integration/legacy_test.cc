// What only proto2 has, over the wire and in the table.
#include <memory>
#include <string>
#include <vector>

#include "legacy.grpc.pb.h"
#include "legacy.modelservice.pb.h"
#include "test_support.h"

namespace integration {
namespace {

using ::grpc::StatusCode;
using ::testing::HasSubstr;

class LegacyTest : public ServerTest {
 protected:
  void SetUp() override {
    Start(RegisterLegacy);
    stub_ = Records::NewStub(server().channel());
  }
  Record Create(const char* text) {
    Record created;
    EXPECT_THAT(
        Call(*stub_, &Records::Stub::Create, FromText<Record>(text), &created),
        IsOk());
    return created;
  }
  Record Retrieve(uint64_t id) {
    RecordKey key;
    key.set_id(id);
    Record record;
    EXPECT_THAT(Call(*stub_, &Records::Stub::Retrieve, key, &record), IsOk());
    return record;
  }

  std::unique_ptr<Records::Stub> stub_;
};

TEST_F(LegacyTest, EveryFieldThereAndBack) {
  const char* const text = R"(
    id: 1 name: "n" note: "x" data: "\000\377" level: LOW level_name: HIGH
    loose: 1 loose: -1 packed: 2 packed: 0
    Size { width: 3 } Part { label: "a" } Part {} Wire { height: 4 }
    ratio: 0.5 open: false
  )";
  const Record created = Create(text);
  EXPECT_THAT(created, EqualsMessage(FromText<Record>(text)));
  EXPECT_THAT(Retrieve(1), EqualsMessage(created));
  std::vector<RecordsChunk> chunks;
  ASSERT_THAT(ReadAll(*stub_, &Records::Stub::List, RecordsRequest(), &chunks),
              IsOk());
  ASSERT_EQ(chunks.size(), 1u);
  EXPECT_THAT(chunks[0].record(0), EqualsMessage(created));

  Record update = FromText<Record>("id: 1 name: 'm' Size {} Wire {}");
  Record updated;
  ASSERT_THAT(Call(*stub_, &Records::Stub::Update, update, &updated), IsOk());
  EXPECT_THAT(updated, EqualsMessage(update));
  EXPECT_THAT(Retrieve(1), EqualsMessage(update));
}

TEST_F(LegacyTest, AbsentIsNullWhateverTheDefaultOfTheMessage) {
  const Record created = Create("id: 9 name: 'n'");
  EXPECT_THAT(created, EqualsMessage(FromText<Record>(
                           "id: 1 name: 'n' level: HIGH")));  // default_value
  EXPECT_FALSE(created.has_note());
  EXPECT_EQ(created.note(), "none");
  const std::string& file = server().database_url();
  EXPECT_EQ(QuerySql(file, "SELECT note FROM legacy_record"), "NULL");
  EXPECT_EQ(QuerySql(file, "SELECT open FROM legacy_record"), "NULL");
  // The default as a value of its own is kept.
  EXPECT_TRUE(Create("id: 9 name: 'n' note: 'none'").has_note());
}

TEST_F(LegacyTest, PartialUpdateByPresence) {
  Record expected = Create("id: 1 name: 'n' note: 'x' open: true");
  Record reply;
  ASSERT_THAT(
      Call(*stub_, &Records::Stub::PartialUpdate,
           FromText<RecordPatch>("id: 1 note: '' open: false level: LOW"),
           &reply),
      IsOk());
  expected.set_note("");
  expected.set_open(false);
  expected.set_level(LOW);
  EXPECT_THAT(reply, EqualsMessage(expected));
  EXPECT_THAT(Retrieve(1), EqualsMessage(expected));
}

// proto2 strings may hold anything on the wire.
TEST_F(LegacyTest, MalformedUtf8IsRefused) {
  Record record = FromText<Record>("id: 1 name: 'a\\377'");
  Record reply;
  const Refusal refusal(Call(*stub_, &Records::Stub::Create, record, &reply));
  EXPECT_EQ(refusal.code, StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(refusal.violations,
              testing::ElementsAre("name: Not a valid string."));
  Create("id: 1 name: 'a'");
  RecordPatch patch = FromText<RecordPatch>("id: 1 note: '\\377'");
  EXPECT_THAT(
      Call(*stub_, &Records::Stub::PartialUpdate, patch, &reply),
      IsError(StatusCode::INVALID_ARGUMENT, HasSubstr("Not a valid string.")));
}

// A number that the enum does not have is an unknown field to a parser: absent.
TEST_F(LegacyTest, AClosedEnumInARowThatHasAnotherNumber) {
  Create("id: 1 name: 'n'");
  RunSql(server().database_url(), "UPDATE legacy_record SET level = 7");
  const Record record = Retrieve(1);
  EXPECT_FALSE(record.has_level());
  EXPECT_EQ(record.name(), "n");
}

}  // namespace
}  // namespace integration
