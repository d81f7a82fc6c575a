#include "modelservice/db/sqlite/statement_cache.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace modelservice::sqlite {
namespace {

class StatementCacheTest : public ::testing::Test {
 protected:
  StatementCacheTest() {
    sqlite3* handle = nullptr;
    EXPECT_EQ(sqlite3_open(":memory:", &handle), SQLITE_OK);
    handle_.reset(handle);
  }

  // The statement that `cache` gives for `text`, back in it already.
  static PreparedStatement* Use(StatementCache& cache, absl::string_view text) {
    const absl::StatusOr<StatementCache::Lease> lease = cache.Get(text);
    EXPECT_TRUE(lease.ok()) << lease.status();
    return &**lease;
  }
  // How many statements the connection has, cached or not.
  int Prepared() {
    int count = 0;
    for (sqlite3_stmt* s = nullptr;
         (s = sqlite3_next_stmt(handle_.get(), s)) != nullptr;) {
      ++count;
    }
    return count;
  }

  struct Close {
    void operator()(sqlite3* handle) const {
      EXPECT_EQ(sqlite3_close(handle), SQLITE_OK);  // all is finalized
    }
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

TEST_F(StatementCacheTest, PreparesATextOnce) {
  StatementCache cache(handle_.get(), 2);
  const PreparedStatement* first = Use(cache, "SELECT 1");
  // Another text at another address.
  EXPECT_EQ(Use(cache, absl::StrCat("SELECT", " 1")), first);
  EXPECT_EQ(Prepared(), 1);
}

TEST_F(StatementCacheTest, CountsWhatItHadAndWhatItHadNot) {
  CacheCounts counts;
  StatementCache cache(handle_.get(), 2, &counts);
  for (int i = 0; i < 3; ++i) Use(cache, "SELECT 1");
  EXPECT_EQ(counts.hits.value(), 2);
  EXPECT_EQ(counts.misses.value(), 1);
  // One that is in use is prepared once more.
  const auto held = cache.Get("SELECT 1");
  ASSERT_TRUE(held.ok());
  Use(cache, "SELECT 1");
  EXPECT_EQ(counts.hits.value(), 3);
  EXPECT_EQ(counts.misses.value(), 2);
}

TEST_F(StatementCacheTest, LetsGoWhatWasNotUsedForLongest) {
  StatementCache cache(handle_.get(), 2);
  const PreparedStatement* one = Use(cache, "SELECT 1");
  Use(cache, "SELECT 2");
  EXPECT_EQ(Use(cache, "SELECT 1"), one);
  Use(cache, "SELECT 3");
  EXPECT_EQ(Prepared(), 2);
  EXPECT_EQ(Use(cache, "SELECT 1"), one);
  for (int i = 0; i < 100; ++i) Use(cache, absl::StrCat("SELECT ", i));
  EXPECT_EQ(Prepared(), 2);
  EXPECT_EQ(cache.size(), 2u);
}

TEST_F(StatementCacheTest, NeverLetsGoWhatIsInUse) {
  StatementCache cache(handle_.get(), 1);
  absl::StatusOr<StatementCache::Lease> one = cache.Get("SELECT 1");
  ASSERT_TRUE(one.ok());
  Use(cache, "SELECT 2");
  EXPECT_EQ((*one)->Step(), SQLITE_ROW);
  EXPECT_EQ((*one)->row()[0].integer(), 1);
}

TEST_F(StatementCacheTest, ATextInUseIsPreparedOnceMore) {
  StatementCache cache(handle_.get(), 2);
  {
    const absl::StatusOr<StatementCache::Lease> one = cache.Get("SELECT 1");
    const absl::StatusOr<StatementCache::Lease> two = cache.Get("SELECT 1");
    ASSERT_TRUE(one.ok() && two.ok());
    EXPECT_NE(&**one, &**two);
    EXPECT_EQ((*one)->Step(), SQLITE_ROW);
    EXPECT_EQ((*two)->Step(), SQLITE_ROW);
    EXPECT_EQ(Prepared(), 2);
  }
  EXPECT_EQ(Prepared(), 1);
}

TEST_F(StatementCacheTest, ComesBackReset) {
  StatementCache cache(handle_.get(), 2);
  const char kText[] = "SELECT 1 UNION SELECT 2";
  EXPECT_EQ((*cache.Get(kText))->Step(), SQLITE_ROW);
  const absl::StatusOr<StatementCache::Lease> again = cache.Get(kText);
  EXPECT_EQ((*again)->Step(), SQLITE_ROW);
  EXPECT_EQ((*again)->row()[0].integer(), 1);
}

TEST_F(StatementCacheTest, AnErrorIsNotKept) {
  StatementCache cache(handle_.get(), 2);
  EXPECT_FALSE(cache.Get("SELECT * FROM t").ok());
  EXPECT_EQ(cache.size(), 0u);
  ASSERT_EQ(sqlite3_exec(handle_.get(), "CREATE TABLE t (v)", nullptr, nullptr,
                         nullptr),
            SQLITE_OK);
  EXPECT_TRUE(cache.Get("SELECT * FROM t").ok());
}

}  // namespace
}  // namespace modelservice::sqlite
