// Keys that are malformed to the type of their column: no row has one, whoever
// knows that.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "columns_fixture.h"
#include "modelservice/objects.h"
#include "modelservice/testing/captured_log.h"

namespace integration {
namespace {

using ::grpc::StatusCode;

class KeysTest : public ColumnsTest {
 protected:
  // A key of the type, with one row, and a column of it beside.
  void StartHosts(const std::string& type, const std::string& key) {
    Start(RegisterColumns,
          Made(absl::StrCat(
              OnPostgres() ? "CREATE TYPE mood AS ENUM ('sad', 'happy'); "
                             "CREATE DOMAIN net AS inet CHECK (VALUE << "
                             "'10.0.0.0/8'); "
                           : "",
              "CREATE TABLE host (address ", type,
              " NOT NULL PRIMARY KEY, name text NOT NULL, other ", type,
              "); INSERT INTO host VALUES ('", key, "', 'a', NULL)")));
    hosts_ = Hosts::NewStub(server().channel());
  }

  std::unique_ptr<Hosts::Stub> hosts_;
};

TEST_F(KeysTest, NoRowHasOneThatIsMalformed) {
  struct Type {
    const char* name;
    const char* key;
  };
  std::vector<Type> types = {{"uuid", "01234567-89ab-cdef-0123-456789abcdef"},
                             {"date", "2024-02-29"},
                             {"integer", "7"}};
  if (OnPostgres()) {
    types.insert(types.end(), {{"inet", "10.0.0.1"},
                               {"net", "10.0.0.1"},
                               {"cidr", "10.0.0.0/8"},
                               {"macaddr", "08:00:2b:01:02:03"},
                               {"int4range", "[1,5)"},
                               {"mood", "sad"},
                               {"money", "$1.00"},
                               {"bit(3)", "101"},
                               {"tsquery", "'a'"},
                               {"interval", "1 day"},
                               {"timestamptz", "2024-02-29T00:00:00Z"},
                               {"timetz", "10:00:00+02"}});
  }
  for (const Type& type : types) {
    SCOPED_TRACE(type.name);
    const std::string key = absl::StrReplaceAll(type.key, {{"'", "''"}});
    StartHosts(type.name, key);
    const auto not_found =
        IsError(StatusCode::NOT_FOUND, "Host: ((no key not found!");
    HostKey missing;
    missing.set_address("((no key");
    Host host;
    google::protobuf::Empty nothing;
    EXPECT_THAT(Call(*hosts_, &Hosts::Stub::Retrieve, missing, &host),
                not_found);
    EXPECT_THAT(Call(*hosts_, &Hosts::Stub::Destroy, missing, &nothing),
                not_found);
    PatchHostRequest patch;
    patch.mutable_host()->set_address("((no key");
    patch.mutable_host()->set_name("b");
    EXPECT_THAT(Call(*hosts_, &Hosts::Stub::Update, patch.host(), &host),
                not_found);
    patch.mutable_update_mask()->add_paths("name");
    EXPECT_THAT(Call(*hosts_, &Hosts::Stub::PartialUpdate, patch, &host),
                not_found);
    // What is not a key is a value that is refused.
    Host wrong;
    wrong.set_address("((no key");
    wrong.set_name("b");
    EXPECT_THAT(Call(*hosts_, &Hosts::Stub::Create, wrong, &host),
                IsError(StatusCode::INVALID_ARGUMENT, testing::_));
    HostKey there;
    there.set_address(QuerySql(url_, OnPostgres()
                                         ? "SELECT address::text FROM host"
                                         : "SELECT address FROM host"));
    if (std::string(type.name) == "timestamptz") {
      there.set_address(type.key);
    }
    if (std::string(type.name) == "interval") there.set_address("1 00:00:00");
    ASSERT_THAT(Call(*hosts_, &Hosts::Stub::Retrieve, there, &host), IsOk());
    BatchGetHostsRequest batch;
    batch.add_addresses(there.address());
    BatchGetHostsResponse found;
    EXPECT_THAT(Call(*hosts_, &Hosts::Stub::BatchGetHosts, batch, &found),
                IsOk());
    EXPECT_EQ(found.hosts_size(), 1);
    batch.add_addresses("((no key");
    EXPECT_THAT(Call(*hosts_, &Hosts::Stub::BatchGetHosts, batch, &found),
                IsError(StatusCode::NOT_FOUND,
                        "addresses[1]: Host: ((no key not found!"));
    host.set_other("((no value");
    EXPECT_THAT(Call(*hosts_, &Hosts::Stub::Update, host, &wrong),
                IsError(StatusCode::INVALID_ARGUMENT, testing::_));
    host.clear_other();
    host.set_name("c");
    EXPECT_THAT(Call(*hosts_, &Hosts::Stub::Update, host, &wrong), IsOk());
    EXPECT_THAT(Call(*hosts_, &Hosts::Stub::Destroy, there, &nothing), IsOk());
    if (!OnPostgres()) RunSql(url_, "DROP TABLE host");
  }
}

// Only the database knows which texts are one address.
TEST_F(KeysTest, ABatchFindsWhatRetrieveFinds) {
  if (!OnPostgres()) return;
  StartHosts("inet", "2001:db8::1");
  BatchGetHostsRequest batch;
  batch.add_addresses("2001:db8::1");
  batch.add_addresses("2001:DB8:0::1");
  BatchGetHostsResponse found;
  ASSERT_THAT(Call(*hosts_, &Hosts::Stub::BatchGetHosts, batch, &found),
              IsOk());
  ASSERT_EQ(found.hosts_size(), 2);
  EXPECT_EQ(found.hosts(1).address(), "2001:db8::1");
}

TEST_F(KeysTest, TheTablesDefaultGivesThoseThatAreAbsent) {
  Start(RegisterColumns,
        Made(OnPostgres()
                 ? "CREATE TABLE coupon (code text PRIMARY KEY DEFAULT "
                   "md5(random()::text), name text NOT NULL); CREATE TABLE "
                   "ticket (number bigint PRIMARY KEY DEFAULT "
                   "(random() * 1e15)::bigint + 1, name text NOT NULL)"
                 : "CREATE TABLE coupon (code text NOT NULL PRIMARY KEY "
                   "DEFAULT (hex(randomblob(16))), name text NOT NULL); CREATE "
                   "TABLE ticket (number bigint NOT NULL PRIMARY KEY DEFAULT "
                   "(abs(random() / 10) + 1), name text NOT NULL)"));
  const auto coupons = Coupons::NewStub(server().channel());
  const auto tickets = Tickets::NewStub(server().channel());
  for (const char* code : {"", "mine", ""}) {
    Coupon coupon;
    coupon.set_code(code);
    coupon.set_name("a");
    Coupon created;
    ASSERT_THAT(Call(*coupons, &Coupons::Stub::Create, coupon, &created),
                IsOk());
    if (*code == '\0') {
      EXPECT_EQ(created.code().size(), 32u);
    } else {
      EXPECT_EQ(created.code(), code);
    }
  }
  for (const int64_t number : {0, 7, 0}) {
    Ticket ticket;
    ticket.set_number(number);
    ticket.set_name("a");
    Ticket created;
    ASSERT_THAT(Call(*tickets, &Tickets::Stub::Create, ticket, &created),
                IsOk());
    EXPECT_GT(created.number(), 0);
    EXPECT_EQ(number == 7, created.number() == 7);
  }
  // By a program's own code, too.
  const modelservice::Objects<Coupon> own(server().database());
  Coupon coupon;
  coupon.set_name("b");
  const absl::Status inserted = own.Create(&coupon);
  ASSERT_TRUE(inserted.ok()) << inserted;
  EXPECT_EQ(coupon.code().size(), 32u);
  Coupon other;
  other.set_name("c");
  Coupon named;
  named.set_code("named");
  named.set_name("d");
  const auto many = own.BulkCreate({other, named, other});
  ASSERT_TRUE(many.ok()) << many.status();
  const absl::Status upserted = own.Upsert(&other, CouponModel::code);
  ASSERT_TRUE(upserted.ok()) << upserted;
  EXPECT_EQ(other.code().size(), 32u);
  EXPECT_EQ(QuerySql(url_, "SELECT count(*) FROM coupon"), "8");
}

TEST_F(KeysTest, ARowWhoseKeyNoReplyCanHoldIsNotMade) {
  Start(RegisterColumns,
        Made(OnPostgres()
                 ? "CREATE TABLE counted (id bigint GENERATED BY DEFAULT AS "
                   "IDENTITY (START 2147483647) PRIMARY KEY, name text NOT "
                   "NULL)"
                 : "CREATE TABLE counted (id integer PRIMARY KEY "
                   "AUTOINCREMENT, name text NOT NULL); INSERT INTO counted "
                   "VALUES (2147483646, 'a'); DELETE FROM counted"));
  const auto counteds = Counteds::NewStub(server().channel());
  Counted counted;
  counted.set_name("a");
  Counted created;
  ASSERT_THAT(Call(*counteds, &Counteds::Stub::Create, counted, &created),
              IsOk());
  EXPECT_EQ(created.id(), 2147483647);
  modelservice::CapturedLog captured;
  EXPECT_THAT(Call(*counteds, &Counteds::Stub::Create, counted, &created),
              IsError(StatusCode::INTERNAL, testing::_));
  EXPECT_THAT(captured.Take(), testing::HasSubstr("past the 32 bits"));
  EXPECT_EQ(QuerySql(url_, "SELECT count(*) FROM counted"), "1");
}

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
       "1123ABCD-89AB-CDEF-0123-456789ABCDEF"}};
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
  Options options = Made(
      "CREATE TABLE host (address datetime NOT NULL PRIMARY KEY, name text NOT "
      "NULL, other datetime); INSERT INTO host VALUES ('2020-01-02 03:04:05', "
      "'a', NULL), ('2020-01-02T03:04:06.000000Z', 'b', NULL)");
  const auto started =
      modelservice::TestServer::Start(RegisterColumns, options);
  ASSERT_FALSE(started.ok());
  EXPECT_THAT(
      std::string(started.status().message()),
      testing::HasSubstr(
          "Host.address: the keys in column \"address\" of table \"host\" are "
          "not all spelled alike, \"2020-01-02 03:04:05\" and "
          "\"2020-01-02T03:04:06.000000Z\""));
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
