// What only PostgreSQL has: a schema, native types, a circle of references.
#include <string>
#include <vector>

#include "crm.grpc.pb.h"
#include "crm.modelservice.pb.h"
#include "test_support.h"

namespace integration {
namespace {

using ::grpc::StatusCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kAda[] = "00000000-0000-4000-8000-00000000000a";
constexpr char kBob[] = "00000000-0000-4000-8000-00000000000b";

class SchemaTest : public ServerTest {
 protected:
  void SetUp() override {
    if (!OnPostgres()) return;
    Start(RegisterCrm);
    teams_ = Teams::NewStub(server().channel());
    persons_ = Persons::NewStub(server().channel());
    Team team;
    ASSERT_THAT(Call(*teams_, &Teams::Stub::Create,
                     FromText<Team>("name: 'first'"), &team),
                IsOk());
    ASSERT_EQ(team.id(), 1);
  }

  grpc::Status Create(const std::string& text, Person* created) {
    return Call(*persons_, &Persons::Stub::Create, FromText<Person>(text),
                created);
  }
  std::string TypeOf(const std::string& column) {
    return QuerySql(server().database_url(),
                    "SELECT format_type(atttypid, atttypmod) FROM pg_attribute "
                    "WHERE attrelid = 'crm.person'::regclass AND attname = '" +
                        column + "'");
  }

  std::unique_ptr<Teams::Stub> teams_;
  std::unique_ptr<Persons::Stub> persons_;
};

TEST_F(SchemaTest, SqliteHasNone) {
  if (OnPostgres()) return;
  const auto server = modelservice::TestServer::Start(RegisterCrm);
  ASSERT_FALSE(server.ok());
  EXPECT_THAT(std::string(server.status().message()),
              testing::AllOf(HasSubstr("crm."), HasSubstr("schema")));
}

TEST_F(SchemaTest, ColumnsHaveNativeTypes) {
  if (!OnPostgres()) return;
  EXPECT_EQ(TypeOf("id"), "uuid");
  EXPECT_EQ(TypeOf("team_id"), "integer");
  EXPECT_EQ(TypeOf("tags"), "text[]");
  EXPECT_EQ(TypeOf("scores"), "bigint[]");
  EXPECT_EQ(TypeOf("salary"), "numeric");
  EXPECT_EQ(TypeOf("birth"), "timestamp with time zone");
  EXPECT_EQ(TypeOf("shift"), "interval");
}

TEST_F(SchemaTest, RowsGoThereAndBack) {
  if (!OnPostgres()) return;
  const auto sent = FromText<Person>(std::string("id: '") + kAda + R"('
    team_id: 1 name: "Ada" tags: "a,\"{}" tags: "" scores: -9223372036854775808
    salary: "12345678901234567890.10" birth { seconds: -1 nanos: 5000 }
    shift { seconds: -90061 nanos: -1000 } badge: ")" +
                                     kBob + "\"");
  Person reply;
  ASSERT_THAT(Call(*persons_, &Persons::Stub::Create, sent, &reply), IsOk());
  EXPECT_THAT(reply, EqualsMessage(sent));
  PersonsRequest request;
  request.set_badge(kBob);
  std::vector<Person> found;
  ASSERT_THAT(ReadAll(*persons_, &Persons::Stub::List, request, &found),
              IsOk());
  ASSERT_EQ(found.size(), 1u);
  EXPECT_THAT(found[0], EqualsMessage(sent));
  EXPECT_EQ(QuerySql(server().database_url(),
                     "SELECT tags[1] || scores[1] || shift FROM crm.person"),
            "a,\"{}-9223372036854775808-25:01:01.000001");
}

TEST_F(SchemaTest, AnAbsentUuidIsNull) {
  if (!OnPostgres()) return;
  Person reply;
  ASSERT_THAT(Create(std::string("team_id: 1 id: '") + kAda + "'", &reply),
              IsOk());
  EXPECT_EQ(QuerySql(server().database_url(), "SELECT badge FROM crm.person"),
            "NULL");
  // But a key must be one.
  EXPECT_THAT(Refusal(Create("team_id: 1", &reply)).violations,
              ElementsAre("id: Must be a valid UUID."));
}

TEST_F(SchemaTest, RulesOfTheTable) {
  if (!OnPostgres()) return;
  const std::string person = "team_id: 1 name: 'x' id: ";
  Person reply;
  ASSERT_THAT(Create(person + "'" + kAda + "'", &reply), IsOk());
  EXPECT_THAT(Create(person + "'" + kBob + "'", &reply),
              IsError(StatusCode::ALREADY_EXISTS, HasSubstr("with this name")));
  const grpc::Status check =
      Create(std::string("team_id: 1 tags: 'a' tags: 'b' tags: 'c' id: '") +
                 kBob + "'",
             &reply);
  EXPECT_THAT(check,
              IsError(StatusCode::INVALID_ARGUMENT,
                      "These values do not meet a rule of the database."));
  EXPECT_THAT(check.error_details(), HasSubstr("few_tags"));
  EXPECT_THAT(
      Refusal(Create(std::string("team_id: 7 id: '") + kBob + "'", &reply))
          .violations,
      ElementsAre(HasSubstr("team_id: ")));
}

TEST_F(SchemaTest, ACircleOfReferences) {
  if (!OnPostgres()) return;
  Person ada;
  ASSERT_THAT(Create(std::string("team_id: 1 id: '") + kAda + "'", &ada),
              IsOk());
  Team team;
  ASSERT_THAT(
      Call(*teams_, &Teams::Stub::PartialUpdate,
           FromText<Team>(std::string("id: 1 lead_id: '") + kAda + "'"), &team),
      IsOk());
  EXPECT_EQ(team.lead_id(), kAda);
  PersonKey key;
  key.set_id(kAda);
  google::protobuf::Empty empty;
  ASSERT_THAT(Call(*persons_, &Persons::Stub::Destroy, key, &empty), IsOk());
  TeamKey first;
  first.set_id(1);
  ASSERT_THAT(Call(*teams_, &Teams::Stub::Retrieve, first, &team), IsOk());
  EXPECT_FALSE(team.has_lead_id());
}

}  // namespace
}  // namespace integration
