// Keys on SQLite that another program spells in its own way.
#include <string>
#include <vector>

#include "keys_fixture.h"
#include "modelservice/objects.h"

namespace integration {
namespace {

// SQLite compares texts by their bytes, and programs write one time or UUID in
// several ways.
TEST_F(KeysTest, AreFoundAsAnotherProgramSpellsThem) {
  if (OnPostgres()) return;
  struct Key {
    const char* type;
    const char* stored;
    const char* shown;
    const char* other;
    const char* other_stored;
  };
  constexpr Key kKeys[] = {
      {"datetime", "2020-01-02 03:04:05", "2020-01-02T03:04:05Z",
       "2021-01-02T03:04:05.5Z", "2021-01-02 03:04:05.500000"},
      {"datetime", "2020-01-02T03:04:05.000000Z", "2020-01-02T03:04:05Z",
       "2021-01-02T03:04:05Z", "2021-01-02T03:04:05.000000Z"},
      {"datetime", "2020-01-02T03:04:05Z", "2020-01-02T03:04:05Z",
       "2021-01-02T03:04:05.000Z", "2021-01-02T03:04:05Z"},
      {"datetime", "2020-01-02T03:04:05.250Z", "2020-01-02T03:04:05.250000Z",
       "2021-01-02T03:04:05.25Z", "2021-01-02T03:04:05.250Z"},
      {"datetime", "2020-01-02 03:04:05.000000+00:00", "2020-01-02T03:04:05Z",
       "2021-01-02T03:04:05.000001Z", "2021-01-02 03:04:05.000001+00:00"},
      {"datetime", "1577934245", "1577934245", "2021-01-02T03:04:05Z",
       "1609556645"},
      {"uuid", "0123ABCD-89AB-CDEF-0123-456789ABCDEF",
       "0123abcd-89ab-cdef-0123-456789abcdef",
       "1123abcd-89ab-cdef-0123-456789abcdef",
       "1123ABCD-89AB-CDEF-0123-456789ABCDEF"},
      {"uuid", "0123abcd89abcdef0123456789abcdef",
       "0123abcd-89ab-cdef-0123-456789abcdef",
       "{1123ABCD-89AB-CDEF-0123-456789ABCDEF}",
       "1123abcd89abcdef0123456789abcdef"},
      {"char(32)", "0123ABCD-89AB-CDEF-0123-456789ABCDEF",
       "0123abcd-89ab-cdef-0123-456789abcdef",
       "1123abcd-89ab-cdef-0123-456789abcdef",
       "1123ABCD-89AB-CDEF-0123-456789ABCDEF"},
      {"time", "10:00:00", "10:00:00", "11:00:00.5", "11:00:00.500000"},
      {"time", "10:00", "10:00:00", "11:30", "11:30"},
      {"time", "10:00:00.250", "10:00:00.250000", "11:00:00.25",
       "11:00:00.250"},
      {"date", "2020-01-02", "2020-01-02", "2021-1-2", "2021-01-02"}};
  for (const Key& key : kKeys) {
    SCOPED_TRACE(key.stored);
    StartHosts(key.type, key.stored);
    const auto listed =
        modelservice::Objects<Host>(server().database()).Rows().All();
    ASSERT_TRUE(listed.ok()) << listed.status();
    ASSERT_EQ(listed->size(), 1u);
    Host host = listed->front();
    EXPECT_EQ(host.address(), key.shown);
    HostKey there;
    there.set_address(key.shown);
    Host reply;
    EXPECT_THAT(Call(*hosts_, &Hosts::Stub::Retrieve, there, &reply), IsOk());
    host.set_name("b");
    EXPECT_THAT(Call(*hosts_, &Hosts::Stub::Update, host, &reply), IsOk());
    EXPECT_EQ(reply.address(), key.shown);
    EXPECT_EQ(QuerySql(url_, "SELECT address FROM host WHERE name = 'b'"),
              key.stored);
    // What is made is spelled so, too.
    host.set_address(key.other);
    EXPECT_THAT(Call(*hosts_, &Hosts::Stub::Create, host, &reply), IsOk());
    EXPECT_EQ(QuerySql(url_, "SELECT max(address) FROM host"),
              key.other_stored);
    google::protobuf::Empty nothing;
    EXPECT_THAT(Call(*hosts_, &Hosts::Stub::Destroy, there, &nothing), IsOk());
    EXPECT_EQ(QuerySql(url_, "SELECT count(*) FROM host"), "1");
    RunSql(url_, "DROP TABLE host");
  }
}

TEST_F(KeysTest, InAnotherSpellingAreInOrderAndReferredTo) {
  if (OnPostgres()) return;
  Start(RegisterColumns,
        Made("CREATE TABLE host (address uuid NOT NULL PRIMARY KEY, name text "
             "NOT NULL, other uuid); INSERT INTO host SELECT printf("
             "'%08X-89AB-CDEF-0123-456789ABCDEF', value * 7), 'a', NULL FROM "
             "json_each('[1, 2, 3, 4, 5]'); CREATE TABLE guest (id bigint NOT "
             "NULL "
             "PRIMARY KEY, host uuid NOT NULL REFERENCES host)"));
  const auto hosts = Hosts::NewStub(server().channel());
  ListHostsRequest request;
  request.set_page_size(2);
  std::vector<std::string> addresses;
  do {
    ListHostsResponse page;
    ASSERT_THAT(Call(*hosts, &Hosts::Stub::ListHosts, request, &page), IsOk());
    for (const Host& host : page.hosts()) addresses.push_back(host.address());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && addresses.size() < 9);
  ASSERT_EQ(addresses.size(), 5u);
  EXPECT_EQ(addresses[4], "00000023-89ab-cdef-0123-456789abcdef");
  Guest guest;
  guest.set_id(1);
  guest.set_host(addresses[4]);
  Guest created;
  const auto guests = Guests::NewStub(server().channel());
  EXPECT_THAT(Call(*guests, &Guests::Stub::Create, guest, &created), IsOk());
  EXPECT_THAT(created, EqualsMessage(guest));
  EXPECT_EQ(QuerySql(url_, "SELECT host FROM guest"),
            "00000023-89AB-CDEF-0123-456789ABCDEF");
}

// Of a key of several columns each is spelled as those that are there, and so
// are what is unique and what refers to it.
TEST_F(KeysTest, OfSeveralColumnsAndUniqueOnesAreFoundInAnotherSpelling) {
  // PostgreSQL compares times and UUIDs of its own by what they are.
  const std::string uuid = OnPostgres() ? "text" : "uuid";
  const std::string time = OnPostgres() ? "timestamptz" : "datetime";
  std::string sql = absl::StrCat(
      "CREATE TABLE slot (room ", uuid, " NOT NULL, hour ", time,
      " NOT NULL, code ", OnPostgres() ? "text" : "char(32)",
      " NOT NULL UNIQUE, name text NOT NULL, PRIMARY KEY (room, hour)); "
      "CREATE TABLE booking (id bigint NOT NULL PRIMARY KEY, room ",
      uuid, " NOT NULL, hour ", time,
      " NOT NULL, FOREIGN KEY (room, hour) REFERENCES slot); "
      "INSERT INTO slot VALUES ");
  for (const char* const n : {"1", "2", "3"}) {
    absl::StrAppend(
        &sql, *n == '1' ? "" : ", ",
        "('0123ABCD-89AB-CDEF-0123-456789ABCDEF', '2020-01-02T03:04:0", n,
        "Z', '000000000000000000000000000000A", n, "', 'a", n, "')");
  }
  Start(RegisterColumns, Made(sql));
  const auto slots = Slots::NewStub(server().channel());
  SlotsRequest request;
  request.set_page_size(1);
  std::string names;
  do {
    SlotsPage page;
    ASSERT_THAT(Call(*slots, &Slots::Stub::ListPages, request, &page), IsOk());
    request.set_page_token(page.next_page_token());
    for (const Slot& slot : page.slots()) {
      names += slot.name();
      EXPECT_EQ(slot.room(), "0123abcd-89ab-cdef-0123-456789abcdef");
      SlotKey key;
      key.set_room(slot.room());
      key.set_hour(slot.hour());
      Slot found;
      EXPECT_THAT(Call(*slots, &Slots::Stub::Retrieve, key, &found), IsOk());
      EXPECT_THAT(found, EqualsMessage(slot));
    }
  } while (!request.page_token().empty() && names.size() < 9);
  EXPECT_EQ(names, "a1a2a3");

  Slot slot;
  slot.set_room("0123abcd-89ab-cdef-0123-456789abcdef");
  slot.set_hour("2020-01-02T03:04:01.000Z");
  slot.set_code("000000000000000000000000000000af");
  slot.set_name("b");
  Slot made;
  EXPECT_EQ(Call(*slots, &Slots::Stub::Create, slot, &made).error_code(),
            grpc::StatusCode::ALREADY_EXISTS);
  slot.set_hour("2020-01-02T04:04:04Z");
  slot.set_code("00000000-0000-0000-0000-0000000000a3");
  EXPECT_EQ(Call(*slots, &Slots::Stub::Create, slot, &made).error_code(),
            grpc::StatusCode::ALREADY_EXISTS);
  slot.set_code("00000000-0000-0000-0000-0000000000af");
  EXPECT_THAT(Call(*slots, &Slots::Stub::Create, slot, &made), IsOk());
  EXPECT_EQ(QuerySql(url_, "SELECT room || code FROM slot WHERE name = 'b'"),
            "0123ABCD-89AB-CDEF-0123-456789ABCDEF"
            "000000000000000000000000000000AF");
  if (!OnPostgres()) {
    EXPECT_EQ(QuerySql(url_, "SELECT hour FROM slot WHERE name = 'b'"),
              "2020-01-02T04:04:04Z");
  }

  Booking booking;
  booking.set_id(1);
  booking.set_room(slot.room());
  booking.set_hour(slot.hour());
  Booking reply;
  const auto bookings = Bookings::NewStub(server().channel());
  EXPECT_THAT(Call(*bookings, &Bookings::Stub::Create, booking, &reply),
              IsOk());
  EXPECT_THAT(reply, EqualsMessage(booking));
}

// Of decimals another number of zeros is no other key.
TEST_F(KeysTest, DecimalsAreFoundWithAnyZeros) {
  if (OnPostgres()) return;
  Start(RegisterColumns,
        Made("CREATE TABLE step (height text PRIMARY KEY, name text NOT NULL, "
             "rate text, price text, share text); INSERT INTO step (height, "
             "name) VALUES ('1.50', 'a'), ('10.0', 'b'), ('9', 'c')"));
  const auto steps = Steps::NewStub(server().channel());
  StepsPageRequest request;
  request.set_page_size(1);
  std::string names;
  do {
    StepsPage page;
    ASSERT_THAT(Call(*steps, &Steps::Stub::ListPages, request, &page), IsOk());
    request.set_page_token(page.next_page_token());
    for (const Step& step : page.steps()) {
      names += step.name();
      StepKey key;
      key.set_height(step.height());
      Step found;
      EXPECT_THAT(Call(*steps, &Steps::Stub::Retrieve, key, &found), IsOk());
      EXPECT_EQ(found.name(), step.name());
    }
  } while (!request.page_token().empty() && names.size() < 9);
  EXPECT_EQ(names, "acb");
}

TEST_F(KeysTest, ThatAreSpelledInSeveralWaysEndTheStart) {
  if (OnPostgres()) return;
  constexpr const char* kKeys[][3] = {
      {"datetime", "2020-01-02 03:04:05", "2020-01-02T03:04:06.000000Z"},
      {"time", "10:00", "10:00:00"},
      {"time", "10:00:00", "9:00:00"},
      {"date", "2020-01-02", "2020-1-2"}};
  for (const auto& [type, first, second] : kKeys) {
    Options options =
        Made(absl::StrCat("CREATE TABLE host (address ", type,
                          " NOT NULL PRIMARY KEY, name text NOT NULL, other ",
                          type, "); INSERT INTO host VALUES ('", first,
                          "', 'a', NULL), ('", second, "', 'b', NULL)"));
    const auto started =
        modelservice::TestServer::Start(RegisterColumns, options);
    ASSERT_FALSE(started.ok()) << second;
    EXPECT_THAT(std::string(started.status().message()),
                testing::HasSubstr(absl::StrCat(
                    "Host.address: the keys in column \"address\" of table "
                    "\"host\" are not all spelled alike, \"",
                    first, "\" and \"", second, "\"")));
    RunSql(url_, "DROP TABLE host");
  }
}

// What is more exact than the keys before it is not cut, and found after the
// next start as they are.
TEST_F(KeysTest, AMoreExactOneDoesNotEndTheNextStart) {
  if (OnPostgres()) return;
  StartHosts("datetime", "2020-01-02 03:04:05.250");
  Host host;
  host.set_address("2020-01-02T03:04:06.123456Z");
  host.set_name("b");
  Host reply;
  EXPECT_THAT(Call(*hosts_, &Hosts::Stub::Create, host, &reply), IsOk());
  Options options;
  options.migrate = false;
  options.settings.set_database(url_);
  auto started = modelservice::TestServer::Start(RegisterColumns, options);
  ASSERT_TRUE(started.ok()) << started.status();
  const auto hosts = Hosts::NewStub((*started)->channel());
  for (const char* address :
       {"2020-01-02T03:04:05.250000Z", "2020-01-02T03:04:06.123456Z"}) {
    HostKey key;
    key.set_address(address);
    EXPECT_THAT(Call(*hosts, &Hosts::Stub::Retrieve, key, &reply), IsOk())
        << address;
  }
}

TEST_F(KeysTest, TheOnlyOneMayBeSpelledOddly) {
  if (OnPostgres()) return;
  const auto started = modelservice::TestServer::Start(
      RegisterColumns,
      Made("CREATE TABLE host (address datetime NOT NULL PRIMARY KEY, name "
           "text NOT NULL, other datetime); INSERT INTO host VALUES "
           "('2020-01-02T03:04:05+02:00', 'a', NULL)"));
  ASSERT_FALSE(started.ok());
  EXPECT_THAT(
      std::string(started.status().message()),
      testing::HasSubstr("Host.address: the key \"2020-01-02T03:04:05+02:00\" "
                         "in column \"address\" of table \"host\" is spelled "
                         "so that no request would find it"));
}

// The database finds them in capitals, too.
TEST_F(KeysTest, MayDifferInCaseWhereTheColumnDoesNotMind) {
  if (OnPostgres()) return;
  StartHosts("uuid COLLATE NOCASE", "0123ABCD-89AB-CDEF-0123-456789ABCDEF");
  RunSql(url_,
         "INSERT INTO host VALUES ('1123abcd-89ab-cdef-0123-456789abcdef', "
         "'b', NULL)");
  Options options;
  options.migrate = false;
  options.settings.set_database(url_);
  const auto started =
      modelservice::TestServer::Start(RegisterColumns, options);
  EXPECT_TRUE(started.ok()) << started.status();
}

}  // namespace
}  // namespace integration
