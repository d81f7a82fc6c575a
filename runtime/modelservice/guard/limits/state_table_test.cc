#include "modelservice/guard/limits/state_table.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace modelservice {
namespace {

LimitState Used(double used) { return {1, used, 0}; }

TEST(StateTable, FindsWhatWasSet) {
  StateTable table(10);
  EXPECT_EQ(table.Find("a").used, 0);
  table.Set("a", Used(1), 0.1, 100, 0);
  table.Set("b", Used(2), 0.2, 100, 0);
  table.Set("a", Used(3), 0.3, 100, 0);
  EXPECT_EQ(table.Find("a").used, 3);
  EXPECT_EQ(table.Find("b").used, 2);
  EXPECT_EQ(table.size(), 2u);
}

TEST(StateTable, KeepsAllThatFits) {
  StateTable table(1000);
  for (int i = 0; i < 1000; ++i) {
    table.Set(absl::StrCat("key", i), Used(i), 0.1, 100, 0);
  }
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(table.Find(absl::StrCat("key", i)).used, i);
  }
  EXPECT_EQ(table.forgotten(), 0);
}

TEST(StateTable, DropsWhatTimeHasMadeMeaningless) {
  StateTable table(10000);
  int64_t now = 0;
  for (int i = 0; i < 100000; ++i) {
    table.Set(absl::StrCat("key", i), Used(1), 0.1, now + 50, now);
    ++now;
    ASSERT_LE(table.size(), 100u);
  }
  EXPECT_EQ(table.forgotten(), 0);
  EXPECT_EQ(table.Find("key99999").used, 1);
}

TEST(StateTable, AFloodOfFreshKeysForgetsFreshKeys) {
  StateTable table(1000);
  for (int i = 0; i < 100; ++i) {
    table.Set(absl::StrCat("full", i), Used(10), 1.1, 100, 0);
  }
  for (int i = 0; i < 100000; ++i) {
    table.Set(absl::StrCat("fresh", i), Used(1), 0.1, 200, 0);
  }
  EXPECT_EQ(table.size(), 1000u);
  EXPECT_EQ(table.forgotten(), 100000 - 900);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(table.Find(absl::StrCat("full", i)).used, 10);
  }
}

TEST(StateTable, AFullTableOfFullCountsTakesNewOnes) {
  StateTable table(4);
  for (int i = 0; i < 100; ++i) {
    const std::string key = absl::StrCat("full", i);
    table.Set(key, Used(10), 1.1, 100, 0);
    ASSERT_EQ(table.Find(key).used, 10);
  }
  EXPECT_EQ(table.size(), 4u);
  EXPECT_EQ(table.forgotten(), 96);
}

TEST(StateTable, OfOneKey) {
  StateTable table(1);
  table.Set("a", Used(1), 1, 100, 0);
  table.Set("b", Used(2), 0.5, 100, 0);
  EXPECT_EQ(table.Find("a").used, 0);
  EXPECT_EQ(table.Find("b").used, 2);
}

}  // namespace
}  // namespace modelservice
