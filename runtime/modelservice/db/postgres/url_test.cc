#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "modelservice/postgres.h"

namespace modelservice {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Fault(absl::string_view url) {
  const auto options = ParsePostgresUrl(url);
  EXPECT_FALSE(options.ok()) << url;
  return std::string(options.status().message());
}

TEST(PostgresUrlTest, LeavesToLibpqWhatIsLibpqs) {
  const auto options = ParsePostgresUrl(
      "postgresql://ann:se%40cret@db.example:5433/shop?sslmode=require&"
      "options=-c%20search_path%3Dshop");
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->connection,
            "postgresql://ann:se%40cret@db.example:5433/shop?sslmode=require&"
            "options=-c%20search_path%3Dshop");
  EXPECT_EQ(options->read_lanes, PostgresOptions().read_lanes);
  EXPECT_TRUE(options->prepare);
}

TEST(PostgresUrlTest, TakesTheShortScheme) {
  const auto options = ParsePostgresUrl("postgres:///shop");
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->connection, "postgres:///shop");
}

TEST(PostgresUrlTest, ReadsEverySetting) {
  const auto options = ParsePostgresUrl(
      "postgresql://h1,h2/shop?read_lanes=3&write_lanes=4&max_batch=5&"
      "max_batch_bytes=50&max_queue=51&slow_statement=52ms&"
      "target_session_attrs=read-write&pool_min=6&pool_max=7&pool_wait=1500ms&"
      "pool_idle_timeout=1m&max_cursors=4&max_write_time=9s&prepare=false&"
      "max_statements=8");
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->connection,
            "postgresql://h1,h2/shop?target_session_attrs=read-write");
  EXPECT_EQ(options->read_lanes, 3);
  EXPECT_EQ(options->write_lanes, 4);
  EXPECT_EQ(options->max_batch, 5);
  EXPECT_EQ(options->max_batch_bytes, 50);
  EXPECT_EQ(options->max_queue, 51);
  EXPECT_EQ(options->slow_statement, absl::Milliseconds(52));
  EXPECT_EQ(options->pool_min, 6);
  EXPECT_EQ(options->pool_max, 7);
  EXPECT_EQ(options->pool_wait, absl::Milliseconds(1500));
  EXPECT_EQ(options->pool_idle_timeout, absl::Minutes(1));
  EXPECT_EQ(options->max_cursors, 4);
  EXPECT_EQ(options->max_write_time, absl::Seconds(9));
  EXPECT_FALSE(options->prepare);
  EXPECT_EQ(options->max_statements, 8);
}

TEST(PostgresUrlTest, SaysWhatIsWrong) {
  EXPECT_THAT(Fault("mysql://shop"), HasSubstr("starts with postgresql://"));
  EXPECT_THAT(Fault("postgresql:///a?read_lanes=0"),
              HasSubstr("read_lanes must be a whole number from 1 to 10000, "
                        "not \"0\""));
  EXPECT_THAT(Fault("postgresql:///a?pool_wait=5"),
              HasSubstr("pool_wait must be a duration like 2s or 500ms"));
  EXPECT_THAT(Fault("postgresql:///a?prepare=no"),
              HasSubstr("prepare must be true or false"));
  EXPECT_THAT(Fault("postgresql:///a?prepare=true&prepare=true"),
              HasSubstr("prepare is there twice"));
  EXPECT_THAT(Fault("postgresql:///a?pool_min=9&pool_max=8"),
              HasSubstr("pool_min is 9, more than the 8 of pool_max"));
  EXPECT_THAT(Fault("postgresql:///a?max_cursors=21"),
              HasSubstr("max_cursors is 21, more than the 20 of pool_max"));
  EXPECT_THAT(Fault("postgresql:///a?max_cursors=0"),
              HasSubstr("max_cursors must be a whole number from 1"));
  for (const absl::string_view name : {"max_queue", "max_batch_bytes"}) {
    EXPECT_THAT(
        Fault(absl::StrCat("postgresql:///a?", name, "=0")),
        HasSubstr(absl::StrCat(name, " must be a whole number from 1 to")));
  }
  for (const absl::string_view name : {"slow_statement", "max_write_time"}) {
    EXPECT_THAT(
        Fault(absl::StrCat("postgresql:///a?", name, "=0s")),
        HasSubstr(absl::StrCat(name, " must be a duration above zero")));
  }
  EXPECT_THAT(Fault("postgresql:///a?lanes=1"),
              AllOf(HasSubstr("unknown setting \"lanes\""),
                    HasSubstr("read_lanes, write_lanes")));
  EXPECT_THAT(Fault("postgresql://[::1/a"), HasSubstr("libpq cannot read it"));
}

TEST(PostgresUrlTest, ShowsNoPassword) {
  for (const absl::string_view url :
       {"postgresql://ann:secret@h/a?prepare=no",
        "postgresql://ann:sec%ret@h/a", "postgresql://ann:secret@[h/a",
        "postgresql://ann:se@secret@h/a?lanes=1",
        "postgresql://h/a?password=secret&lanes=1",
        "postgresql://h/a?sslpassword=secret&pool_wait=x",
        "mysql://ann:secret@h/a"}) {
    EXPECT_THAT(Fault(url), AllOf(Not(HasSubstr("sec")), HasSubstr("h/a")));
  }
  // To libpq a "?" may be part of a password.
  EXPECT_TRUE(ParsePostgresUrl("postgresql://ann:x?sec@h/a").ok());
  // One without its host.
  EXPECT_THAT(Fault("postgresql://ann:secret"),
              AllOf(Not(HasSubstr("secret")), HasSubstr("user:password@host")));
  EXPECT_THAT(Fault("postgresql://ann:12secret/a"), Not(HasSubstr("secret")));
  EXPECT_TRUE(ParsePostgresUrl("postgresql://h:1,i:2/a").ok());
}

// libpq would read them without an end, or wait for who writes them.
TEST(PostgresUrlTest, FilesThatAreNoneAreRefusedAtOnce) {
  for (const char* name :
       {"sslcert", "sslkey", "sslrootcert", "sslcrl", "passfile"}) {
    const auto options = ParsePostgresUrl(
        absl::StrCat("postgresql://127.0.0.1:1/a?", name, "=/dev/zero"));
    ASSERT_TRUE(options.ok()) << options.status();
    EXPECT_THAT(
        std::string(OpenPostgres(*options).status().message()),
        HasSubstr(absl::StrCat(name, ": /dev/zero is a device; name a file")));
  }
}

}  // namespace
}  // namespace modelservice
