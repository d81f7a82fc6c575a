// What the plugin just accepts: it migrates, and has rows.
#include <memory>
#include <string>

#include "borders.grpc.pb.h"
#include "borders.modelservice.pb.h"
#include "test_support.h"

namespace integration {
namespace {

using ::grpc::StatusCode;
using ::testing::HasSubstr;

class BordersTest : public ServerTest {
 protected:
  void SetUp() override {
    Start(RegisterBorders);
    borders_ = Borders::NewStub(server().channel());
    narrows_ = Narrows::NewStub(server().channel());
  }

  grpc::Status Create(const char* text) {
    Border created;
    return Call(*borders_, &Borders::Stub::Create, FromText<Border>(text),
                &created);
  }
  std::unique_ptr<Borders::Stub> borders_;
  std::unique_ptr<Narrows::Stub> narrows_;
};

TEST_F(BordersTest, ColumnsThatOnlyAnIndexMakesUniqueAreReferredTo) {
  ASSERT_THAT(Create("code: 'a' slug: 's'"), IsOk());
  EXPECT_THAT(Create("code: 'b' slug: 't' parent: 'a' beside: 's'"), IsOk());
  EXPECT_THAT(Create("code: 'c' slug: 'u' parent: 'c'"), IsOk());
  EXPECT_THAT(Create("code: 'd' slug: 'v' parent: 'z'"),
              IsError(StatusCode::INVALID_ARGUMENT, HasSubstr("parent")));
  EXPECT_THAT(Create("code: 'a' slug: 'w'"),
              IsError(StatusCode::ALREADY_EXISTS, HasSubstr("code")));
  EXPECT_THAT(Create("code: 'e' slug: 's'"),
              IsError(StatusCode::ALREADY_EXISTS, HasSubstr("slug")));
}

TEST_F(BordersTest, ChecksHoldUnderShortenedNames) {
  for (const auto& [border, check] :
       {std::pair("code: 'a' slug: 'x'", "border_pkey"),
        std::pair("code: 'a' slug: 'y'", "_check2")}) {
    const grpc::Status status = Create(border);
    // Its name is for programs.
    EXPECT_THAT(status,
                IsError(StatusCode::INVALID_ARGUMENT,
                        "These values do not meet a rule of the database."));
    EXPECT_THAT(status.error_details(), HasSubstr(check));
  }
  EXPECT_THAT(Create("code: 'a' slug: 's' left: 'l'"), IsOk());
}

// On both databases the same, so that a catalog can be compared with it.
TEST_F(BordersTest, AnIndexHasTheNameThatThePluginMade) {
  EXPECT_EQ(
      QuerySql(
          server().database_url(),
          Sql("SELECT count(*) FROM sqlite_master WHERE name = ",
              "SELECT count(*) FROM pg_class WHERE relname = ") +
              "'a_table_whose_name_is_as_long_as_postgresql_takes__4f90fdab"
              "_key'"),
      "1");
}

TEST_F(BordersTest, NamesOfRowsInSqliteAreColumnsLikeOthers) {
  Border created;
  const auto sent = FromText<Border>(
      "code: 'a' slug: 's' rowid: 'r' oid: 'o' row: 'w' right: 9 novel: 'n'");
  ASSERT_THAT(Call(*borders_, &Borders::Stub::Create, sent, &created), IsOk());
  EXPECT_EQ(created.id(), 1);
  BorderKey key;
  key.set_id(1);
  Border found;
  ASSERT_THAT(Call(*borders_, &Borders::Stub::Retrieve, key, &found), IsOk());
  EXPECT_THAT(found, EqualsMessage(created));
  found.clear_id();
  EXPECT_THAT(found, EqualsMessage(sent));
}

TEST_F(BordersTest, DefaultsKeepTheRulesOfTheirFields) {
  Narrow created;
  ASSERT_THAT(
      Call(*narrows_, &Narrows::Stub::Create,
           FromText<Narrow>("id: 1 real: 0.1 shade: SCARLET"), &created),
      IsOk());
  const auto expected = FromText<Narrow>(
      "id: 1 real: 0.1 real_default: 0.1 number_default: -7 shade: SCARLET "
      "shade_default: SCARLET "
      "uuid_default: '00000000-0000-4000-8000-000000000001' "
      "text_default: 'é\\'' bytes_default: 'é' double_default: 1e300 "
      "price_default: '0.50'");
  EXPECT_THAT(created, EqualsMessage(expected));
  // What the database puts there is the same.
  const std::string url = server().database_url();
  RunSql(url,
         "INSERT INTO narrow (id, real, shade) VALUES (2, 0.1, 'SCARLET')");
  BorderKey key;
  key.set_id(2);
  Narrow found;
  ASSERT_THAT(Call(*narrows_, &Narrows::Stub::Retrieve, key, &found), IsOk());
  found.set_id(1);
  EXPECT_THAT(found, EqualsMessage(expected));
  EXPECT_THAT(
      Call(*narrows_, &Narrows::Stub::Create,
           FromText<Narrow>("id: 3 real: 0.2 shade: SCARLET"), &created),
      IsError(StatusCode::INVALID_ARGUMENT, HasSubstr("real")));
}

}  // namespace
}  // namespace integration
