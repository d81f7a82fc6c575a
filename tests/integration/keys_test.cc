// Keys that are malformed to the type of their column: no row has one, whoever
// knows that.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "keys_fixture.h"
#include "modelservice/testing/captured_log.h"

namespace integration {
namespace {

using ::grpc::StatusCode;

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

}  // namespace
}  // namespace integration
