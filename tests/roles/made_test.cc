// Keys that the server makes, and values that the database does.
#include <set>

#include "modelservice/orm/made_values.h"
#include "roles_fixture.h"

namespace roles {
namespace {

class MadeTest : public RolesTest {
 protected:
  void SetUp() override {
    // A column with a DEFAULT that the model does not know.
    Options options;
    if (integration::OnPostgres()) {
      options.settings.set_database(integration::NewPostgresDatabase());
      integration::RunSql(options.settings.database(), kTicket);
    }
    Start([](modelservice::Registry& registry) { RegisterRoles(registry); },
          options);
    if (!integration::OnPostgres()) {
      integration::RunSql(server().database_url(), "DROP TABLE roles_ticket");
      integration::RunSql(server().database_url(), kTicket);
    }
    tickets_ = Stub<Tickets>();
  }
  static constexpr char kTicket[] =
      "CREATE TABLE roles_ticket (id uuid PRIMARY KEY, code text DEFAULT "
      "'standard', text text NOT NULL)";

  std::unique_ptr<Tickets::Stub> tickets_;
};

TEST_F(MadeTest, AKeyThatIsAbsentIsMade) {
  Ticket ticket;
  ASSERT_THAT(Call(*tickets_, &Tickets::Stub::Create,
                   FromText<Ticket>("text: 'a'"), &ticket),
              IsOk());
  EXPECT_THAT(ticket.id(),
              testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-"
                                    "[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  InvoiceKey key;
  key.set_id(ticket.id());
  Ticket read;
  ASSERT_THAT(Call(*tickets_, &Tickets::Stub::Get, key, &read), IsOk());
  EXPECT_THAT(read, integration::EqualsMessage(ticket));
  // One that is there is taken.
  const std::string own = "0b6cf1f4-0000-4000-8000-000000000001";
  Ticket request;
  request.set_id(own);
  ASSERT_THAT(Call(*tickets_, &Tickets::Stub::Create, request, &ticket),
              IsOk());
  EXPECT_EQ(ticket.id(), own);
  EXPECT_THAT(Call(*tickets_, &Tickets::Stub::Create, request, &ticket),
              IsError(StatusCode::ALREADY_EXISTS, HasSubstr("id")));
}

TEST_F(MadeTest, TheDatabasesDefaultIsThatOfAnAbsentField) {
  Ticket ticket;
  ASSERT_THAT(Call(*tickets_, &Tickets::Stub::Create,
                   FromText<Ticket>("text: 'a'"), &ticket),
              IsOk());
  EXPECT_EQ(ticket.code(), "standard");
  ASSERT_THAT(Call(*tickets_, &Tickets::Stub::Create,
                   FromText<Ticket>("text: 'b' code: 'own'"), &ticket),
              IsOk());
  EXPECT_EQ(ticket.code(), "own");
  // By the ORM: one, and many of both kinds.
  Objects<Ticket> tickets = All<Ticket>();
  Ticket one = FromText<Ticket>("text: 'c'");
  ASSERT_TRUE(tickets.Create(&one).ok());
  EXPECT_EQ(one.code(), "standard");
  const auto many = tickets.BulkCreate(
      {FromText<Ticket>("text: 'd'"), FromText<Ticket>("text: 'e' code: 'x'"),
       FromText<Ticket>("text: 'f'"), FromText<Ticket>("text: 'g'")});
  ASSERT_TRUE(many.ok()) << many.status();
  EXPECT_EQ(*many, 4);
  EXPECT_EQ(*tickets.Filter(TicketModel::code == "standard").Count(), 5);
}

TEST(MadeUuidTest, VersionSevenGrows) {
  std::string last;
  std::set<std::string> all;
  for (int i = 0; i < 5000; ++i) {
    // The clock may be set back.
    const absl::Time now = absl::FromUnixMillis(1700000000000 - i % 7);
    const std::string made =
        modelservice::NewUuid(modelservice::MadeKey::kUuidV7, now);
    EXPECT_LT(last, made);
    EXPECT_EQ(made.size(), 36u);
    EXPECT_EQ(made[14], '7');
    EXPECT_THAT(std::string("89ab"), HasSubstr(std::string(1, made[19])));
    last = made;
    all.insert(made);
  }
  EXPECT_EQ(all.size(), 5000u);
}

}  // namespace
}  // namespace roles
