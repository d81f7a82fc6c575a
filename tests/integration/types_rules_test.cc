// What a type refuses, who may write and read a field, and filters by each
// kind of value.
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/testing/temporary_folder.h"
#include "types_fixture.h"

namespace integration {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(TypesTest, UnsignedPast63BitsIsRefusedByName) {
  Everything thing;
  thing.set_a_uint64(uint64_t{1} << 63);
  thing.set_a_fixed64(std::numeric_limits<uint64_t>::max());
  thing.set_maybe_uint64(uint64_t{1} << 63);
  thing.mutable_uint64_value()->set_value(uint64_t{1} << 63);
  Everything reply;
  const Refusal refusal(Create(thing, &reply));
  EXPECT_EQ(refusal.code, grpc::StatusCode::INVALID_ARGUMENT);
  const std::string fault =
      ": Ensure this value is less than or equal to 9223372036854775807.";
  EXPECT_THAT(refusal.violations,
              ElementsAre(absl::StrCat("a_uint64", fault),
                          absl::StrCat("a_fixed64", fault),
                          absl::StrCat("maybe_uint64", fault),
                          absl::StrCat("uint64_value", fault)));
}

// SQLite's programs write '' for no time; an Update that says none leaves it.
TEST_F(TypesTest, NoTimeAtAllStaysAsItIs) {
  if (OnPostgres()) return;
  const modelservice::TemporaryFolder folder;
  const std::string url = "sqlite:" + folder.path() + "/t.db";
  Options options;
  options.settings.set_database(url);
  Start(RegisterTypes, options);
  stub_ = Things::NewStub(server().channel());
  Everything thing;
  thing.mutable_a_timestamp()->set_seconds(1);
  Everything created;
  ASSERT_THAT(Create(thing, &created), IsOk());
  RunSql(url, "UPDATE everything SET a_timestamp = ''");
  const Everything before = Retrieve(created.id());
  EXPECT_FALSE(before.has_a_timestamp());
  Everything reply;
  ASSERT_THAT(Call(*stub_, &Things::Stub::Update, before, &reply), IsOk());
  EXPECT_FALSE(reply.has_a_timestamp());
  EXPECT_EQ(QuerySql(url, "SELECT typeof(a_timestamp) FROM everything"),
            "text");
  ASSERT_THAT(Call(*stub_, &Things::Stub::Update, created, &reply), IsOk());
  EXPECT_EQ(reply.a_timestamp().seconds(), 1);
}

TEST_F(TypesTest, TimesAndDurationsOutOfRangeAreRefused) {
  for (const char* text : {
           "a_timestamp { seconds: -62135596801 }",
           "a_timestamp { seconds: 253402300800 }",
           "a_timestamp { nanos: -1 }",
           "a_timestamp { nanos: 1000000000 }",
           "a_duration { seconds: 315576000001 }",
           "a_duration { seconds: 1 nanos: -1 }",
           "a_duration { nanos: 1 }",  // no whole microsecond
           "times { seconds: 253402300800 }",
       }) {
    SCOPED_TRACE(text);
    Everything reply;
    const Refusal refusal(Create(FromText<Everything>(text), &reply));
    EXPECT_EQ(refusal.code, grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(refusal.violations.size(), 1u);
  }
}

TEST_F(TypesTest, ValuesWithoutAJsonForm) {
  for (const char* text : {
           "a_value { number_value: nan }",
           "a_struct { fields { key: 'x' value { number_value: inf } } }",
           "a_list { values { number_value: -inf } }",
           "a_value {}",
           "a_list { values {} }",
       }) {
    SCOPED_TRACE(text);
    Everything reply;
    const Refusal refusal(Create(FromText<Everything>(text), &reply));
    EXPECT_EQ(refusal.code, grpc::StatusCode::INVALID_ARGUMENT)
        << refusal.message << reply.DebugString();
    EXPECT_THAT(refusal.message, HasSubstr("This value has no JSON form."));
  }
}

TEST_F(TypesTest, DecimalsKeepEveryDigit) {
  for (const auto& [digits, number] :
       std::vector<std::pair<const char*, const char*>>{
           {"0.10", "0.10"},
           {"007", "7"},
           {"-0", "0"},
           {"99999999999999999999999999", "99999999999999999999999999"},
           {"1e5", "100000"},
           {"+1.5", "1.5"},
           {".5", "0.5"},
           {"5.", "5"}}) {
    SCOPED_TRACE(digits);
    Everything thing;
    thing.set_price(digits);
    Everything created;
    ASSERT_THAT(Create(thing, &created), IsOk());
    EXPECT_EQ(created.price(), number);
    EXPECT_EQ(Retrieve(created.id()).price(), number);
  }
  for (const char* text : {"abc", "1,5", "0x10", "1 2", "NaN", "Infinity"}) {
    SCOPED_TRACE(text);
    Everything thing;
    thing.set_price(text);
    Everything created;
    EXPECT_THAT(Refusal(Create(thing, &created)).violations,
                ElementsAre("price: A valid number is required."));
  }
}

// PostgreSQL has no text with U+0000, so SQLite takes none either.
TEST_F(TypesTest, NoNulInAnyText) {
  for (const char* text :
       {"a_string: '\\000'", "maybe_string: 'x\\000'", "words: 'a\\000b'",
        "json_point { } words: '\\\\' words: '\\\\\\000'",
        "counts { key: '\\000' value: 1 }",
        "a_struct { fields { key: 'k' value { string_value: '\\000' } } }"}) {
    SCOPED_TRACE(text);
    Everything created;
    const Refusal refusal(Create(FromText<Everything>(text), &created));
    EXPECT_EQ(refusal.code, grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(refusal.violations,
                ElementsAre(HasSubstr("Null characters are not allowed.")));
  }
  // What only looks like it is no NUL.
  Everything created;
  EXPECT_THAT(Create(FromText<Everything>("words: '\\\\u0000'"), &created),
              IsOk());
  EXPECT_EQ(created.words(0), "\\u0000");
}

TEST_F(TypesTest, WhoMayWriteAndReadAField) {
  Everything thing = FromText<Everything>(R"(
    id: 99 secret: "hidden" serial: "mine" verdict { x: 1 }
    birthplace: "here" forgotten: "gone"
    create_time { seconds: 1 } update_time { seconds: 1 }
  )");
  Everything created;
  ASSERT_THAT(Create(thing, &created), IsOk());
  EXPECT_EQ(created.id(), 1);  // the client's key is ignored
  EXPECT_EQ(created.secret(), "");
  EXPECT_EQ(created.serial(), "");
  EXPECT_FALSE(created.has_verdict());
  EXPECT_EQ(created.birthplace(), "here");
  EXPECT_EQ(created.forgotten(), "");
  EXPECT_GT(created.create_time().seconds(), 1600000000);
  EXPECT_THAT(created.update_time(), EqualsMessage(created.create_time()));
  EXPECT_EQ(QuerySql(server().database_url(), "SELECT secret FROM everything"),
            "hidden");

  thing.set_id(created.id());
  thing.set_birthplace("there");
  Everything updated;
  EXPECT_THAT(Call(*stub_, &Things::Stub::Update, thing, &updated),
              IsError(grpc::StatusCode::INVALID_ARGUMENT,
                      "birthplace: This field cannot be changed."));
  thing.set_birthplace("here");
  ASSERT_THAT(Call(*stub_, &Things::Stub::Update, thing, &updated), IsOk());
  EXPECT_EQ(updated.birthplace(), "here");
  EXPECT_EQ(updated.serial(), "");
  EXPECT_THAT(updated.create_time(), EqualsMessage(created.create_time()));
  const auto nanos = [](const google::protobuf::Timestamp& time) {
    return time.seconds() * 1000000000 + time.nanos();
  };
  EXPECT_GT(nanos(updated.update_time()), nanos(created.update_time()));
}

TEST_F(TypesTest, PartialUpdateOfTheModelItself) {
  Everything created;
  ASSERT_THAT(Create(FromText<Everything>(R"(
                an_int32: 1 a_string: "x" maybe_string: "y" numbers: 1
                email: "a@b.c" secret: "s" birthplace: "here"
              )"),
                     &created),
              IsOk());
  Everything patch = FromText<Everything>(R"(
    an_int32: 2 maybe_string: "" numbers: 5 phone: 0 serial: "mine"
    birthplace: "there" create_time { seconds: 1 } stock: 0
  )");
  patch.set_id(created.id());
  Everything reply;
  EXPECT_THAT(Call(*stub_, &Things::Stub::PartialUpdate, patch, &reply),
              IsError(grpc::StatusCode::INVALID_ARGUMENT,
                      "birthplace: This field cannot be changed."));
  patch.set_birthplace("here");
  ASSERT_THAT(Call(*stub_, &Things::Stub::PartialUpdate, patch, &reply),
              IsOk());
  Everything expected = created;
  expected.set_an_int32(2);
  expected.set_maybe_string("");
  expected.set_numbers(0, 5);
  expected.set_phone(0);
  expected.set_stock(0);
  *expected.mutable_update_time() = reply.update_time();
  EXPECT_THAT(reply, EqualsMessage(expected));
  EXPECT_THAT(Retrieve(created.id()), EqualsMessage(expected));
  EXPECT_EQ(QuerySql(server().database_url(), "SELECT secret FROM everything"),
            "s");
}

TEST_F(TypesTest, FiltersOfEveryKind) {
  // The least difference that is kept.
  const std::string time = Sql("a_timestamp { seconds: 1 nanos: 2 }",
                               "a_timestamp { seconds: 1 nanos: 2000 }");
  const std::string earlier = Sql("a_timestamp { seconds: 1 nanos: 1 }",
                                  "a_timestamp { seconds: 1 nanos: 1000 }");
  Everything thing = FromText<Everything>(absl::StrCat(time, R"(
    an_int32: 5 maybe_string: "" a_name: RED a_string: "x" a_uint64: 6
    a_bytes: "\000"
  )"));
  Everything created;
  ASSERT_THAT(Create(thing, &created), IsOk());
  ASSERT_THAT(Create(Everything(), &created), IsOk());
  const auto count = [&](absl::string_view filter) {
    std::vector<Everything> rows;
    EXPECT_THAT(ReadAll(*stub_, &Things::Stub::Stream,
                        FromText<ThingsFilter>(filter), &rows),
                IsOk())
        << filter;
    return rows.size();
  };
  EXPECT_EQ(count(""), 2u);
  EXPECT_EQ(count("an_int32: 5"), 1u);
  EXPECT_EQ(count("an_int32: 0"), 1u);
  EXPECT_EQ(count("an_int32: 6"), 0u);
  EXPECT_EQ(count("maybe_string {}"), 1u);
  EXPECT_EQ(count("a_name: RED"), 1u);
  std::vector<Everything> none;
  EXPECT_THAT(ReadAll(*stub_, &Things::Stub::Stream,
                      FromText<ThingsFilter>("a_name: 99"), &none),
              IsError(grpc::StatusCode::INVALID_ARGUMENT,
                      "a_name: \"99\" is not a valid choice."));
  EXPECT_EQ(count(time), 1u);
  EXPECT_EQ(count(earlier), 0u);
  EXPECT_EQ(count("a_timestamp { seconds: 1 }"), 0u);
  EXPECT_EQ(count("a_string: 'x' a_uint64: 6"), 1u);
  EXPECT_EQ(count("a_string: 'x' a_uint64: 7"), 0u);
  EXPECT_EQ(count("a_bytes: '\\000'"), 1u);
  EXPECT_EQ(count("a_bytes: ''"), 1u);

  std::vector<Everything> rows;
  const Refusal refusal(
      ReadAll(*stub_, &Things::Stub::Stream,
              FromText<ThingsFilter>("a_uint64: 18446744073709551615 "
                                     "a_timestamp { nanos: -1 }"),
              &rows));
  EXPECT_EQ(refusal.code, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(refusal.violations.size(), 2u) << refusal.message;
}

}  // namespace
}  // namespace integration
