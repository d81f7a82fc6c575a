#include "modelservice/db/postgres/slow_statements.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace modelservice::postgres {
namespace {

TEST(SlowStatementsTest, AreForgottenWhenTheyAreQuick) {
  SlowStatements slow(absl::Milliseconds(100));
  EXPECT_FALSE(slow.Has("a"));
  slow.NoteTime("a", absl::Seconds(1));  // not in a lane
  EXPECT_FALSE(slow.Has("a"));
  slow.Add("a");
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 7; ++i) {
      slow.NoteTime("a", absl::Milliseconds(1));
      EXPECT_TRUE(slow.Has("a"));
    }
    if (round == 0) slow.NoteTime("a", absl::Milliseconds(50));
  }
  EXPECT_FALSE(slow.Has("b"));
  slow.NoteTime("a", absl::Milliseconds(1));
  EXPECT_FALSE(slow.Has("a"));
}

TEST(SlowStatementsTest, AreBounded) {
  SlowStatements slow(absl::Milliseconds(100));
  int known = 0;
  for (int i = 0; i < 3000; ++i) slow.Add(absl::StrCat(i));
  for (int i = 0; i < 3000; ++i) known += slow.Has(absl::StrCat(i)) ? 1 : 0;
  EXPECT_GT(known, 0);
  EXPECT_LE(known, 1024);
  EXPECT_TRUE(slow.Has("2999"));
}

}  // namespace
}  // namespace modelservice::postgres
