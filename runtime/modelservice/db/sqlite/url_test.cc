#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "modelservice/sqlite.h"

namespace modelservice {
namespace {

using Synchronous = SqliteOptions::Synchronous;

TEST(ParseSqliteUrlTest, Paths) {
  const struct {
    const char* url;
    const char* path;
  } cases[] = {
      {"sqlite:shop.db", "shop.db"},
      {"sqlite:data/shop.db", "data/shop.db"},
      {"sqlite:/var/shop.db", "/var/shop.db"},
      {"sqlite:///var/shop.db", "/var/shop.db"},
      {"sqlite::memory:", ":memory:"},
      {"sqlite:a%20b%3Fc%25.db?create=false", "a b?c%.db"},
      {"sqlite:shop.db?", "shop.db"},
  };
  for (const auto& c : cases) {
    const auto options = ParseSqliteUrl(c.url);
    ASSERT_TRUE(options.ok()) << options.status();
    EXPECT_EQ(options->path, c.path);
  }
}

TEST(ParseSqliteUrlTest, Defaults) {
  const auto options = ParseSqliteUrl("sqlite:shop.db");
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->synchronous, Synchronous::kFull);
  EXPECT_EQ(options->busy_timeout, absl::Seconds(5));
  EXPECT_EQ(options->max_batch, 512);
  EXPECT_EQ(options->max_batch_bytes, 16 << 20);
  EXPECT_EQ(options->max_queue, 10000);
  EXPECT_EQ(options->max_write_time, absl::Seconds(5));
  EXPECT_EQ(options->max_readers, 64);
  EXPECT_EQ(options->max_cursors, 48);
  EXPECT_EQ(options->cache_size, 64 << 20);
  EXPECT_TRUE(options->create);
}

TEST(ParseSqliteUrlTest, Settings) {
  const auto options = ParseSqliteUrl(
      "sqlite:shop.db?synchronous=normal&busy_timeout=1500ms&max_batch=7&"
      "max_batch_time=0&max_readers=8&max_statements=9&create=false&"
      "max_batch_bytes=10&max_queue=11&max_write_time=12s&max_cursors=13&"
      "cache_size=14");
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->synchronous, Synchronous::kNormal);
  EXPECT_EQ(options->busy_timeout, absl::Milliseconds(1500));
  EXPECT_EQ(options->max_batch, 7);
  EXPECT_EQ(options->max_batch_time, absl::ZeroDuration());
  EXPECT_EQ(options->max_readers, 8);
  EXPECT_EQ(options->max_statements, 9);
  EXPECT_EQ(options->max_batch_bytes, 10);
  EXPECT_EQ(options->max_queue, 11);
  EXPECT_EQ(options->max_write_time, absl::Seconds(12));
  EXPECT_EQ(options->max_cursors, 13);
  EXPECT_EQ(options->cache_size, 14);
  EXPECT_FALSE(options->create);
  EXPECT_EQ(ParseSqliteUrl("sqlite:x?synchronous=off")->synchronous,
            Synchronous::kOff);
  EXPECT_EQ(ParseSqliteUrl("sqlite:x?synchronous=full")->synchronous,
            Synchronous::kFull);
}

TEST(ParseSqliteUrlTest, ErrorsNameTheFaultAndTheMend) {
  const struct {
    const char* url;
    const char* fault;
  } cases[] = {
      {"postgres:shop", "not SQLite's; it starts with sqlite:"},
      {"sqlite://host/shop.db",
       "SQLite has no host; write sqlite:shop.db or "
       "sqlite:///absolute/shop.db"},
      {"sqlite:", "no path; write sqlite:shop.db or sqlite::memory:"},
      {"sqlite:?create=true",
       "no path; write sqlite:shop.db or sqlite::memory:"},
      {"sqlite:100%.db", "\"%\" without two hex digits; write %25 for itself"},
      {"sqlite:x%0g", "\"%\" without two hex digits; write %25 for itself"},
      {"sqlite:x%00", "%00 cannot be part of a path"},
      {"sqlite:x?sync=full",
       "unknown setting \"sync\"; there are synchronous, busy_timeout, "
       "create, max_batch, max_batch_bytes, max_queue, max_batch_time, "
       "max_write_time, max_readers, max_cursors, max_statements, "
       "cache_size"},
      {"sqlite:x?create=true&create=false", "create is there twice"},
      {"sqlite:x?create", "create must be true or false, not \"\""},
      {"sqlite:x?synchronous=FULL",
       "synchronous must be full, normal or off, not \"FULL\""},
      {"sqlite:x?busy_timeout=5",
       "busy_timeout must be a duration like 2s or 500ms, not \"5\""},
      {"sqlite:x?busy_timeout=-1s",
       "busy_timeout must be a duration like 2s or 500ms, not \"-1s\""},
      {"sqlite:x?max_batch=0",
       "max_batch must be a whole number from 1 up, not \"0\""},
  };
  for (const auto& c : cases) {
    const absl::Status status = ParseSqliteUrl(c.url).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(status.message(),
              "database URL \"" + std::string(c.url) + "\": " + c.fault);
  }
}

}  // namespace
}  // namespace modelservice
